/*
 * kill -9 under load. A child writes from several threads and tells the parent of each write that
 * was acknowledged; the parent kills it at a random moment, opens the store again and counts: what
 * was acknowledged is there, once; the next child tries again what was not, with the same request
 * ids.
 *
 * HELUO_KILL_CYCLES for more cycles, HELUO_KILL_SEED to repeat a run.
 */
#include "kernel/store/store_inside.h"

#include <dirent.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { THREADS = 8, CYCLES = 20, TEETH_CYCLES = 200, READY_MS = 2000, KILL_AFTER_US_MAX = 150000 };

static char folder[64];
static char journal_sql[16 * 1024];
static Migration migrations[2];
static const MigrationSet SET = {migrations, COUNT_OF(migrations)};

/* What the parent knows: each thread writes 0, 1, 2, … and has these acknowledged. */
static int64_t acknowledged[THREADS];

typedef struct Ack {
    int64_t thread, n;
} Ack;

/* ---- the child ---- */

typedef struct Request {
    Ack ack;
    int pipe;
    bool early; /* acknowledge before the commit: what the test must notice */
} Request;

static void ack_send(const Request *request)
{
    Ack ack = request->ack;
    if (write(request->pipe, &ack, sizeof ack) != sizeof ack) _exit(3);
}

/* No constraint guards the request id: that it stands there once is for the journal, the group's
 * savepoints and the look-up to achieve. */
static Err request_run(WriteTx *tx, void *arg)
{
    const Request *request = arg;
    char id[48];
    snprintf(id, sizeof id, "t%lld-%lld", (long long)request->ack.thread,
             (long long)request->ack.n);
    SqlStmt *find = sql_prepare(tx->sql, "SELECT 1 FROM item WHERE request_id = $id");
    sql_bind_text(find, sql_param(find, "id"), str_of(id));
    Err err = sql_step(find);
    sql_reset(find);
    if (err != ERR_NOT_FOUND) return err; /* a retry gets the first answer */
    SqlStmt *put = sql_prepare(
        tx->sql, "INSERT INTO item (request_id, thread, n, idx) VALUES ($id, $thread, $n, $idx)");
    sql_bind_text(put, sql_param(put, "id"), str_of(id));
    sql_bind_int(put, sql_param(put, "thread"), request->ack.thread);
    sql_bind_int(put, sql_param(put, "n"), request->ack.n);
    sql_bind_int(put, sql_param(put, "idx"), tx->journal->size);
    TRY(sql_run(put));
    JournalEntry entry = {
        .action = STR("contribute"), .actor = STR("local"), .request_id = str_of(id)};
    int64_t index;
    TRY(journal_append(tx->journal, tx->sql, tx->now_us, &entry, &index));
    if (request->early) ack_send(request);
    return ERR_OK;
}

typedef struct Load {
    Store *store;
    int64_t thread, next;
    int pipe;
    bool early;
} Load;

static void *load_run(void *arg)
{
    Load *load = arg;
    for (;; load->next++) {
        Request request = {{load->thread, load->next}, load->pipe, load->early};
        if (store_write(load->store, request_run, &request) != ERR_OK) _exit(2);
        if (!load->early) ack_send(&request);
    }
    return NULL;
}

static Err open_store(Store **store)
{
    StoreOptions options = {.dir = folder, .env = &ENV_REAL};
    bool made;
    Buf why = buf_new(1000);
    Err err = store_open_with(&options, SET, store, &made, &why);
    if (err != ERR_OK) print_error("open: " STR_FMT "\n", STR_ARG(buf_str(&why)));
    buf_free(&why);
    return err;
}

static _Noreturn void child_run(int pipe, bool early)
{
    static Load loads[THREADS];
    pthread_t thread;
    Store *store;
    if (open_store(&store) != ERR_OK) _exit(1);
    for (int i = 0; i < THREADS; i++) {
        loads[i] = (Load){store, i, acknowledged[i], pipe, early};
        if (pthread_create(&thread, NULL, load_run, &loads[i]) != 0) _exit(1);
    }
    for (;;) pause();
}

/* ---- the parent ---- */

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static uint64_t random_state;

static uint64_t random_next(void) /* xorshift64 */
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static void acks_read(int pipe, pid_t child, int64_t kill_us)
{
    bool killed = false;
    for (;;) {
        int64_t left = kill_us - now_us();
        if (!killed && left <= 0) {
            assert_int_equal(kill(child, SIGKILL), 0);
            killed = true;
        }
        struct pollfd poll_in = {.fd = pipe, .events = POLLIN};
        if (poll(&poll_in, 1, killed ? 1000 : (int)(left / 1000)) <= 0) continue;
        Ack ack;
        ssize_t n = read(pipe, &ack, sizeof ack); /* written whole: under PIPE_BUF */
        if (n == 0) break;
        assert_int_equal(n, sizeof ack);
        acknowledged[ack.thread] = MAX(acknowledged[ack.thread], ack.n + 1);
    }
    assert_true(killed); /* else it ended by itself */
}

static void child_load_and_kill(bool early)
{
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(pipes[0]);
        child_run(pipes[1], early);
    }
    close(pipes[1]);
    acks_read(pipes[0], child, now_us() + 2000 + (int64_t)(random_next() % KILL_AFTER_US_MAX));
    close(pipes[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static int64_t number(Sql *sql, const char *text, int64_t thread, int64_t n)
{
    SqlStmt *stmt = sql_prepare(sql, text);
    sql_bind_int(stmt, sql_param(stmt, "thread"), thread);
    sql_bind_int(stmt, sql_param(stmt, "n"), n);
    assert_int_equal(sql_step(stmt), ERR_OK);
    int64_t value = sql_int(stmt, 0);
    sql_reset(stmt);
    return value;
}

/* How many acknowledged writes are lost. What must hold in any case is asserted. */
static int64_t count_lost(void)
{
    int64_t start = now_us(), lost = 0, bad;
    Store *store;
    assert_int_equal(open_store(&store), ERR_OK);
    assert_true(now_us() - start < READY_MS * 1000);
    StoreReader *reader = store_read(store);
    Sql *sql = store_reader_sql(reader);
    Buf why = buf_new(1000);
    assert_int_equal(journal_verify(sql, &bad, &why), ERR_OK);
    buf_free(&why);
    for (int i = 0; i < THREADS; i++) {
        int64_t rows = number(sql, "SELECT count(*) FROM item WHERE thread = $thread AND n < $n", i,
                              acknowledged[i]);
        int64_t ids = number(
            sql, "SELECT count(DISTINCT request_id) FROM item WHERE thread = $thread AND n < $n", i,
            acknowledged[i]);
        assert_int_equal(rows, ids);
        lost += acknowledged[i] - ids;
        int64_t unknown = number(sql,
                                 "SELECT count(*) FROM item WHERE thread = $thread AND n >= $n", i,
                                 acknowledged[i]);
        assert_in_range(unknown, 0, 1); /* the one whose answer did not get out */
    }
    assert_int_equal(
        number(
            sql,
            "SELECT count(*) + 0 * ($thread + $n) FROM item AS i JOIN journal AS j ON j.idx = i.idx"
            " AND j.request_id = i.request_id",
            0, 0),
        store_state(store).journal_size);
    store_read_end(reader);
    store_close(store);
    return lost;
}

static int set_up(void **state)
{
    (void)state;
    memset(acknowledged, 0, sizeof acknowledged);
    snprintf(folder, sizeof folder, "/tmp/heluo-kill-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"heluo.db", "heluo.db-wal", "heluo.db-shm", "lock"};
    char path[128];
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, NAMES[i]);
        unlink(path);
    }
    return rmdir(folder);
}

static void nothing_acknowledged_is_lost(void **state)
{
    (void)state;
    int64_t cycles = CYCLES, total = 0;
    if (getenv("HELUO_KILL_CYCLES"))
        assert_true(str_int(str_of(getenv("HELUO_KILL_CYCLES")), &cycles));
    for (int64_t i = 0; i < cycles; i++) {
        child_load_and_kill(false);
        assert_int_equal(count_lost(), 0);
    }
    for (int i = 0; i < THREADS; i++) total += acknowledged[i];
    print_message("%lld kills, %lld acknowledged writes, 0 lost\n", (long long)cycles,
                  (long long)total);
    assert_true(total > 0);
}

/* The same, acknowledging before the commit: a rig that does not see this sees nothing. One kill
 * in a few falls between answer and commit, so that so many kills without one say that it is blind.
 */
static void the_test_has_teeth(void **state)
{
    (void)state;
    int64_t lost = 0;
    for (int i = 0; i < TEETH_CYCLES && lost == 0; i++) {
        memset(acknowledged, 0, sizeof acknowledged);
        tear_down(NULL);
        assert_int_equal(set_up(NULL), 0);
        child_load_and_kill(true);
        lost = count_lost();
    }
    assert_true(lost > 0);
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
    migrations[1] =
        (Migration){STR("base/item"), STR("0001-item.sql"),
                    STR("CREATE TABLE item (request_id TEXT NOT NULL, thread INTEGER NOT NULL,"
                        " n INTEGER NOT NULL, idx INTEGER NOT NULL) STRICT;"
                        "CREATE INDEX item_by_request ON item (request_id);"
                        "CREATE INDEX item_by_thread ON item (thread, n);")};
    int64_t seed = now_us();
    if (getenv("HELUO_KILL_SEED") && !str_int(str_of(getenv("HELUO_KILL_SEED")), &seed)) return 1;
    random_state = (uint64_t)seed | 1;
    print_message("HELUO_KILL_SEED=%lld\n", (long long)seed);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_acknowledged_is_lost, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_test_has_teeth, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
