/*
 * The store as its users see it, and on a disk that fails: this program stands in for the system
 * calls by which SQLite writes and syncs.
 */
#include "kernel/store/store_inside.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- a disk that fails when told ---- */

static atomic_bool disk_full, sync_fails, database_sync_fails, room_is_low;
static atomic_int syncs;

static bool is_database(int fd)
{
    char link[64], path[300];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path);
    return n > 0 && str_ends((Str){path, (size_t)n}, STR("heluo.db"));
}

static int disk_sync(int fd, long call)
{
    atomic_fetch_add(&syncs, 1);
    bool fails = atomic_load(&sync_fails) || (atomic_load(&database_sync_fails) && is_database(fd));
    if (!fails) return (int)syscall(call, fd);
    errno = EIO;
    return -1;
}

/* In place of libc's, for SQLite too. */
int fsync(int fd)
{
    return disk_sync(fd, SYS_fsync);
}

int fdatasync(int fd)
{
    return disk_sync(fd, SYS_fdatasync);
}

int statvfs(const char *restrict path, struct statvfs *restrict out)
{
    (void)path;
    *out =
        (struct statvfs){.f_frsize = 4096, .f_bavail = atomic_load(&room_is_low) ? 100 : 1000000};
    return 0;
}

static ssize_t disk_pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    if (!atomic_load(&disk_full)) return syscall(SYS_pwrite64, fd, bytes, n, at);
    errno = ENOSPC;
    return -1;
}

static void disk_stand_in(void)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)disk_pwrite);
    vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)disk_pwrite);
}

/* ---- a store in a folder of its own ---- */

static char folder[64], dir[128];
static Store *store;
static Buf why;
static bool made;
static char journal_sql[16 * 1024];
static Migration migrations[2];
static const MigrationSet SET = {migrations, COUNT_OF(migrations)};

static Err store_start(void)
{
    StoreOptions options = {.dir = dir, .env = &ENV_REAL};
    buf_clear(&why);
    return store_open_with(&options, SET, &store, &made, &why);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/heluo-store-XXXXXX");
    if (mkdtemp(folder) == NULL) return -1;
    snprintf(dir, sizeof dir, "%s/above/data", folder);
    why = buf_new(1000);
    return store_start();
}

static void folder_clear(const char *path)
{
    DIR *open = opendir(path);
    assert_non_null(open);
    for (struct dirent *entry; (entry = readdir(open)) != NULL;) {
        char below[400];
        if (entry->d_name[0] == '.') continue;
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (entry->d_type == DT_DIR)
            folder_clear(below);
        else
            unlink(below);
    }
    closedir(open);
    rmdir(path);
}

static int tear_down(void **state)
{
    (void)state;
    disk_full = sync_fails = database_sync_fails = room_is_low = false;
    store_close(store);
    store = NULL;
    buf_free(&why);
    folder_clear(folder);
    return 0;
}

static Err add(WriteTx *tx, void *arg)
{
    SqlStmt *put = sql_prepare(tx->sql, "INSERT INTO item (id) VALUES ($id)");
    sql_bind_int(put, sql_param(put, "id"), *(const int64_t *)arg);
    TRY(sql_run(put));
    JournalEntry entry = {.action = STR("contribute"), .actor = STR("local")};
    int64_t index;
    return journal_append(tx->journal, tx->sql, tx->now_us, &entry, &index);
}

static Err add_then_refuse(WriteTx *tx, void *arg)
{
    TRY(add(tx, arg));
    return ERR_DENIED;
}

static Err write_item(int64_t id)
{
    return store_write(store, add, &id);
}

static int64_t number(Sql *sql, const char *text)
{
    SqlStmt *stmt = sql_prepare(sql, text);
    assert_int_equal(sql_step(stmt), ERR_OK);
    int64_t value = sql_int(stmt, 0);
    sql_reset(stmt);
    return value;
}

static int64_t items(void)
{
    StoreReader *reader = store_read(store);
    int64_t count = number(store_reader_sql(reader), "SELECT count(*) FROM item");
    store_read_end(reader);
    return count;
}

static void assert_verified(int64_t size)
{
    StoreReader *reader = store_read(store);
    int64_t bad;
    assert_int_equal(journal_verify(store_reader_sql(reader), &bad, &why), ERR_OK);
    assert_int_equal(number(store_reader_sql(reader), "SELECT count(*) FROM journal"), size);
    store_read_end(reader);
    assert_int_equal(store_state(store).journal_size, size);
}

static void restart(void)
{
    store_close(store);
    assert_int_equal(store_start(), ERR_OK);
}

/* ---- opening ---- */

static void it_is_made_once(void **state)
{
    (void)state;
    assert_true(made);
    assert_int_equal(write_item(1), ERR_OK);
    restart();
    assert_false(made);
    assert_int_equal(items(), 1);
    assert_verified(1);
    assert_string_equal(store_dir(store), dir);
}

static void a_second_one_is_busy(void **state)
{
    (void)state;
    Store *second;
    StoreOptions options = {.dir = dir, .env = &ENV_REAL};
    char expected[64];
    assert_int_equal(store_open_with(&options, SET, &second, &made, &why), ERR_BUSY);
    assert_null(second);
    snprintf(expected, sizeof expected, "is in use by process %ld", (long)getpid());
    assert_true(str_ends(buf_str(&why), str_of(expected)));
    assert_int_equal(write_item(1), ERR_OK); /* the first is not harmed */
}

static void a_folder_that_cannot_be(void **state)
{
    (void)state;
    static const char *const DIRS[] = {"", "/proc/none/data", "/dev/null", "/dev/null/data"};
    for (size_t i = 0; i < COUNT_OF(DIRS); i++) {
        Store *none;
        StoreOptions options = {.dir = DIRS[i], .env = &ENV_REAL};
        buf_clear(&why);
        assert_int_equal(store_open_with(&options, SET, &none, &made, &why), ERR_STORAGE);
        assert_null(none);
        assert_true(why.n > 0);
    }
    char *name = mem_alloc(STORE_PATH_MAX + 100);
    memset(name, 'x', STORE_PATH_MAX + 50);
    StoreOptions options = {.dir = name, .env = &ENV_REAL};
    Store *none;
    assert_int_equal(store_open_with(&options, SET, &none, &made, &why), ERR_BAD);
    mem_free(name);
}

static void a_file_that_is_no_database(void **state)
{
    (void)state;
    store_close(store);
    char path[200];
    snprintf(path, sizeof path, "%s/heluo.db", dir);
    FILE *file = fopen(path, "wb");
    for (int i = 0; i < 1000; i++) fputs("no database ", file);
    fclose(file);
    assert_int_equal(store_start(), ERR_STORAGE);
    assert_true(why.n > 0);
}

static Err tamper(WriteTx *tx, void *arg)
{
    return sql_script(tx->sql, str_of(arg));
}

static void a_journal_cut_short_is_refused(void **state)
{
    (void)state;
    for (int64_t i = 0; i < 5; i++) assert_int_equal(write_item(i), ERR_OK);
    assert_int_equal(store_write(store, tamper, (void *)"DELETE FROM journal WHERE idx = 4"),
                     ERR_OK);
    store_close(store);
    assert_int_equal(store_start(), ERR_CONFLICT);
    assert_true(str_find(buf_str(&why), STR("heluo verify")) >= 0);
    Sql *peek;
    assert_int_equal(store_peek_with(dir, SET, &peek, &why), ERR_OK);
    int64_t bad;
    assert_int_equal(journal_verify(peek, &bad, &why), ERR_CONFLICT);
    assert_int_equal(bad, 4);
    sql_close(peek);
}

static void a_peek_beside_the_server(void **state)
{
    (void)state;
    assert_int_equal(write_item(1), ERR_OK);
    Sql *peek;
    assert_int_equal(store_peek_with(dir, SET, &peek, &why), ERR_OK);
    assert_int_equal(number(peek, "SELECT count(*) FROM item"), 1);
    assert_int_equal(write_item(2), ERR_OK);
    assert_int_equal(number(peek, "SELECT count(*) FROM item"), 2);
    assert_int_equal(sql_run(sql_prepare(peek, "DELETE FROM item")), ERR_STORAGE);
    sql_close(peek);
    assert_int_equal(store_peek_with("/tmp/heluo-there-is-none", SET, &peek, &why), ERR_NOT_FOUND);
    assert_null(peek);
}

/* ---- writing ---- */

static void a_refused_job_is_undone_alone(void **state)
{
    (void)state;
    int64_t one = 1, two = 2;
    assert_int_equal(write_item(1), ERR_OK);
    assert_int_equal(write_item(1), ERR_CONFLICT);
    assert_int_equal(store_write(store, add_then_refuse, &two), ERR_DENIED);
    assert_int_equal(write_item(3), ERR_OK);
    assert_int_equal(store_write(store, add_then_refuse, &one), ERR_CONFLICT);
    assert_int_equal(items(), 2);
    assert_verified(2);
    assert_int_equal(store_state(store).jobs, 2);
}

enum { THREADS = 8, WRITES = 200 };

static void *write_many(void *arg)
{
    int64_t base = *(int64_t *)arg * 1000, wrong = 0;
    for (int64_t i = 0; i < WRITES; i++) {
        int64_t id = base + i, at = base + (i & ~1);
        Err expected = i % 2 ? ERR_CONFLICT : ERR_OK; /* every second one is there already */
        if (store_write(store, add, i % 2 ? &at : &id) != expected) wrong++;
        StoreReader *reader = store_read(store); /* one sees one's own writes */
        SqlStmt *get = sql_prepare(store_reader_sql(reader), "SELECT 1 FROM item WHERE id = $id");
        sql_bind_int(get, sql_param(get, "id"), at);
        if (sql_step(get) != ERR_OK) wrong++;
        store_read_end(reader); /* a statement left in the middle is tidied away */
    }
    *(int64_t *)arg = wrong;
    return NULL;
}

static void many_threads_and_their_own_writes(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    int64_t args[THREADS];
    for (int i = 0; i < THREADS; i++) {
        args[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, &args[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(args[i], 0);
    }
    assert_int_equal(items(), THREADS * WRITES / 2);
    assert_verified(THREADS * WRITES / 2);
    assert_true(store_commits(store) < THREADS * WRITES / 2); /* groups */
}

typedef struct Slow {
    atomic_int done;
    int64_t ids[300];
} Slow;

static Err sleep_a_little(WriteTx *tx, void *arg)
{
    (void)tx, (void)arg;
    usleep(20000);
    return ERR_OK;
}

static Err sleep_not(WriteTx *tx, void *arg)
{
    (void)tx, (void)arg;
    return ERR_OK;
}

static void count_done(void *arg, Err err)
{
    if (err == ERR_OK) atomic_fetch_add((atomic_int *)arg, 1);
}

static Err add_next(WriteTx *tx, void *arg)
{
    Slow *slow = arg;
    static int64_t next;
    slow->ids[0] = next++;
    return add(tx, &slow->ids[0]);
}

static void what_waits_is_one_group(void **state)
{
    (void)state;
    static Slow slow;
    int64_t before = store_commits(store);
    store_submit(store, sleep_a_little, count_done, &slow);
    for (int i = 0; i < 300; i++) store_submit(store, add_next, count_done, &slow);
    while (slow.done < 301) usleep(1000);
    assert_in_range(store_commits(store) - before, 1, 100);
    assert_int_equal(items(), 300);
    assert_verified(300);
}

static void closing_finishes_what_waits(void **state)
{
    (void)state;
    static Slow slow;
    store_submit(store, sleep_a_little, count_done, &slow);
    for (int i = 0; i < 300; i++) store_submit(store, sleep_not, count_done, &slow);
    restart();
    assert_int_equal(slow.done, 301);
}

static void snapshots_are_kept_until_a_commit(void **state)
{
    (void)state;
    assert_int_equal(write_item(1), ERR_OK);
    StoreReader *old = store_read(store);
    assert_int_equal(number(store_reader_sql(old), "SELECT count(*) FROM item"), 1);
    assert_int_equal(write_item(2), ERR_OK);
    assert_int_equal(number(store_reader_sql(old), "SELECT count(*) FROM item"), 1);
    assert_int_equal(items(), 2);
    store_read_end(old);
    StoreReader *again = store_read(store);
    assert_ptr_equal(again, old);
    assert_int_equal(number(store_reader_sql(again), "SELECT count(*) FROM item"), 2);
    assert_true(sql_in_transaction(store_reader_sql(again)));
    store_read_end(again);
}

static Err add_bulk(WriteTx *tx, void *arg)
{
    SqlStmt *put = sql_prepare(tx->sql, "INSERT INTO bulk (data) VALUES (randomblob(100000))");
    for (int i = 0; i < *(int *)arg; i++) TRY(sql_run(put));
    return ERR_OK;
}

/* 20 MB in each write: the log is copied into the database and starts over; readers do not hinder
 * it. */
static void the_log_does_not_grow_without_end(void **state)
{
    (void)state;
    char path[200];
    snprintf(path, sizeof path, "%s/heluo.db-wal", dir);
    int rows = 200;
    int64_t largest = 0;
    for (int i = 0; i < 6; i++) {
        items(); /* leaves a snapshot behind */
        assert_int_equal(store_write(store, add_bulk, &rows), ERR_OK);
        largest = MAX(largest, sql_wal_pages(store->writer.sql));
    }
    assert_int_equal(write_item(1), ERR_OK);
    assert_true(largest < 3 * 5200);
}

/* ---- a disk that fails ---- */

static void a_full_disk_refuses_until_there_is_room(void **state)
{
    (void)state;
    assert_int_equal(write_item(1), ERR_OK);
    disk_full = true;
    assert_int_equal(write_item(2), ERR_STORAGE);
    assert_int_equal(write_item(3), ERR_STORAGE);
    assert_true(store_state(store).disk_full);
    assert_false(store_state(store).stopped);
    assert_int_equal(items(), 1); /* reading goes on */
    disk_full = false;
    assert_int_equal(write_item(4), ERR_OK);
    assert_false(store_state(store).disk_full);
    assert_int_equal(items(), 2);
    assert_verified(2);
    restart();
    assert_int_equal(items(), 2);
    assert_verified(2);
}

/* More than the cache holds: SQLite writes before the commit. */
static void a_full_disk_in_the_middle_of_a_job(void **state)
{
    (void)state;
    assert_int_equal(write_item(1), ERR_OK);
    disk_full = true;
    int rows = 400;
    assert_int_equal(store_write(store, add_bulk, &rows), ERR_STORAGE);
    assert_true(store_state(store).disk_full);
    assert_false(store_state(store).stopped);
    disk_full = false;
    assert_int_equal(write_item(2), ERR_OK);
    assert_int_equal(store_write(store, add_bulk, &rows), ERR_OK);
    assert_verified(2);
}

static void little_room_refuses_before_sqlite_is_asked(void **state)
{
    (void)state;
    room_is_low = true;
    int before = syncs;
    assert_int_equal(write_item(1), ERR_STORAGE);
    assert_true(store_state(store).disk_full);
    assert_int_equal(syncs, before);
    room_is_low = false;
    assert_int_equal(write_item(1), ERR_OK);
    assert_false(store_state(store).disk_full);
}

/* What one commit could not sync, a second sync would only seem to save. */
static void a_failed_sync_stops_writing_for_good(void **state)
{
    (void)state;
    assert_int_equal(write_item(1), ERR_OK);
    sync_fails = true;
    assert_int_equal(write_item(2), ERR_STORAGE);
    assert_true(store_state(store).stopped);
    assert_false(store_state(store).disk_full);
    sync_fails = false;
    int before = syncs;
    assert_int_equal(write_item(3), ERR_STORAGE);
    assert_int_equal(items(), 1); /* reading goes on */
    store_close(store);
    assert_int_equal(syncs, before); /* nor does closing try */
    assert_int_equal(store_start(), ERR_OK);
    assert_in_range(items(), 1, 2); /* the second was not acknowledged: either is right */
    int64_t count = items();
    assert_verified(count);
    assert_int_equal(write_item(3), ERR_OK);
    assert_verified(count + 1);
}

/* The log is synced, so the write holds; copying it into the database fails. */
static void a_failed_sync_of_a_checkpoint_stops_too(void **state)
{
    (void)state;
    int rows = 200;
    database_sync_fails = true;
    assert_int_equal(store_write(store, add_bulk, &rows), ERR_OK);
    assert_int_equal(write_item(1), ERR_STORAGE);
    assert_true(store_state(store).stopped);
    database_sync_fails = false;
    assert_int_equal(write_item(1), ERR_STORAGE);
    restart();
    StoreReader *reader = store_read(store);
    assert_int_equal(number(store_reader_sql(reader), "SELECT count(*) FROM bulk"), 200);
    assert_int_equal(
        number(store_reader_sql(reader), "SELECT count(*) FROM pragma_integrity_check"), 1);
    store_read_end(reader);
    assert_int_equal(write_item(1), ERR_OK);
}

/* ---- a commit is synced before its owner is told ---- */

static void each_commit_is_synced_first(void **state)
{
    (void)state;
    for (int64_t i = 0; i < 20; i++) {
        int before = syncs;
        assert_int_equal(write_item(i), ERR_OK);
        assert_true(syncs > before);
    }
}

int main(void)
{
    FILE *file = fopen("kernel/journal/migrations/0001-journal.sql", "rb");
    if (file == NULL) {
        fputs("run from the folder of the sources\n", stderr);
        return 1;
    }
    size_t n = fread(journal_sql, 1, sizeof journal_sql, file);
    fclose(file);
    migrations[0] = (Migration){STR("kernel/journal"), STR("0001-journal.sql"), {journal_sql, n}};
    migrations[1] = (Migration){STR("base/item"), STR("0001-item.sql"),
                                STR("CREATE TABLE item (id INTEGER PRIMARY KEY) STRICT;"
                                    "CREATE TABLE bulk (data BLOB) STRICT;")};
    disk_stand_in();
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(it_is_made_once),
        TEST(a_second_one_is_busy),
        TEST(a_folder_that_cannot_be),
        TEST(a_file_that_is_no_database),
        TEST(a_journal_cut_short_is_refused),
        TEST(a_peek_beside_the_server),
        TEST(a_refused_job_is_undone_alone),
        TEST(many_threads_and_their_own_writes),
        TEST(what_waits_is_one_group),
        TEST(closing_finishes_what_waits),
        TEST(snapshots_are_kept_until_a_commit),
        TEST(the_log_does_not_grow_without_end),
        TEST(a_full_disk_refuses_until_there_is_room),
        TEST(a_full_disk_in_the_middle_of_a_job),
        TEST(little_room_refuses_before_sqlite_is_asked),
        TEST(a_failed_sync_stops_writing_for_good),
        TEST(a_failed_sync_of_a_checkpoint_stops_too),
        TEST(each_commit_is_synced_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
