#include "lib/sql.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64], path[96];
static Sql *writer;

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/heluo-sql-XXXXXX");
    if (mkdtemp(folder) == NULL) return -1;
    snprintf(path, sizeof path, "%s/heluo.db", folder);
    if (sql_open(path, SQL_WRITE, &writer) != ERR_OK) return -1;
    return sql_script(
        writer, STR("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE, data BLOB) STRICT;\n"
                    "-- a comment; with a semicolon\n"
                    "CREATE TABLE child (t INTEGER REFERENCES t (id) DEFERRABLE INITIALLY "
                    "DEFERRED) STRICT;"));
}

static int tear_down(void **state)
{
    (void)state;
    sql_close(writer);
    static const char *const NAMES[] = {"heluo.db", "heluo.db-wal", "heluo.db-shm"};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, NAMES[i]);
        unlink(path);
    }
    return rmdir(folder);
}

static Err add(Sql *sql, int64_t id, Str name)
{
    SqlStmt *stmt = sql_prepare(sql, "INSERT INTO t (id, name) VALUES ($id, $name)");
    sql_bind_int(stmt, sql_param(stmt, "id"), id);
    sql_bind_text(stmt, sql_param(stmt, "name"), name);
    return sql_run(stmt);
}

static int64_t number(Sql *sql, const char *text)
{
    SqlStmt *stmt = sql_prepare(sql, text);
    assert_int_equal(sql_step(stmt), ERR_OK);
    int64_t value = sql_int(stmt, 0);
    sql_reset(stmt);
    return value;
}

static int64_t count(Sql *sql)
{
    return number(sql, "SELECT count(*) FROM t");
}

/* Whether fn ends the process by abort. */
static bool aborts(void (*fn)(void))
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL) _exit(1);
        sigaction(SIGABRT, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
        fn();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void settings_hold(void **state)
{
    (void)state;
    static const struct {
        const char *pragma;
        int64_t writer, reader;
    } SETTINGS[] = {
        {"PRAGMA synchronous", 2, -1},   {"PRAGMA foreign_keys", 1, 1},
        {"PRAGMA trusted_schema", 0, 0}, {"PRAGMA cell_size_check", 1, 1},
        {"PRAGMA secure_delete", 1, 1},  {"PRAGMA query_only", 0, 1},
        {"PRAGMA temp_store", -1, 2},    {"PRAGMA cache_size", -16000, -2500},
        {"PRAGMA mmap_size", 0, 0},
    };
    Sql *reader;
    assert_int_equal(sql_open(path, SQL_READ, &reader), ERR_OK);
    for (size_t i = 0; i < COUNT_OF(SETTINGS); i++) {
        if (SETTINGS[i].writer != -1)
            assert_int_equal(number(writer, SETTINGS[i].pragma), SETTINGS[i].writer);
        if (SETTINGS[i].reader != -1)
            assert_int_equal(number(reader, SETTINGS[i].pragma), SETTINGS[i].reader);
    }
    SqlStmt *mode = sql_prepare(writer, "PRAGMA journal_mode");
    assert_int_equal(sql_step(mode), ERR_OK);
    assert_true(str_is(sql_text(mode, 0), "wal"));
    sql_reset(mode);
    sql_close(reader);
}

static void missing_file_is_not_made_by_a_reader(void **state)
{
    (void)state;
    Sql *reader;
    assert_int_equal(sql_open("/tmp/heluo-there-is-no-such.db", SQL_READ, &reader), ERR_STORAGE);
    assert_null(reader);
    assert_int_not_equal(access("/tmp/heluo-there-is-no-such.db", F_OK), 0);
}

static void values_come_back(void **state)
{
    (void)state;
    SqlStmt *put = sql_prepare(writer, "INSERT INTO t VALUES ($id, $name, $data)");
    int id = sql_param(put, "id"), name = sql_param(put, "name"), data = sql_param(put, "data");
    static const Str NAMES[] = {STR_INIT("洛阳"), STR_INIT(""), STR_INIT("a\0b"),
                                STR_INIT("'; DROP TABLE t; --")};
    for (int i = 0; i < (int)COUNT_OF(NAMES); i++) {
        sql_bind_int(put, id, INT64_MIN + i);
        sql_bind_text(put, name, NAMES[i]);
        sql_bind_blob(put, data, NAMES[i]);
        assert_int_equal(sql_run(put), ERR_OK);
        assert_int_equal(sql_changes(writer), 1);
        assert_int_equal(sql_last_id(writer), INT64_MIN + i);
    }
    sql_bind_int(put, id, 7); /* bindings of the last run are gone: the others are NULL */
    assert_int_equal(sql_run(put), ERR_OK);
    SqlStmt *get = sql_prepare(writer, "SELECT id, name, data FROM t ORDER BY id");
    for (int i = 0; i < (int)COUNT_OF(NAMES); i++) {
        assert_int_equal(sql_step(get), ERR_OK);
        assert_int_equal(sql_int(get, 0), INT64_MIN + i);
        assert_true(str_eq(sql_text(get, 1), NAMES[i]) && str_eq(sql_blob(get, 2), NAMES[i]));
        assert_false(sql_is_null(get, 1) || sql_is_null(get, 2));
    }
    assert_int_equal(sql_step(get), ERR_OK);
    assert_true(sql_is_null(get, 1) && sql_is_null(get, 2));
    assert_null(sql_text(get, 1).p);
    assert_null(sql_blob(get, 2).p);
    assert_int_equal(sql_step(get), ERR_NOT_FOUND);
    sql_reset(get);
}

static void none_binds_null(void **state)
{
    (void)state;
    assert_int_equal(add(writer, 1, STR_NONE), ERR_OK);
    assert_int_equal(number(writer, "SELECT count(*) FROM t WHERE name IS NULL"), 1);
}

static void constraints_are_conflicts(void **state)
{
    (void)state;
    assert_int_equal(add(writer, 1, STR("a")), ERR_OK);
    assert_int_equal(add(writer, 1, STR("b")), ERR_CONFLICT);
    assert_int_equal(add(writer, 2, STR("a")), ERR_CONFLICT);
    assert_int_equal(add(writer, 2, STR("b")), ERR_OK);
}

static void a_reader_cannot_write(void **state)
{
    (void)state;
    Sql *reader;
    assert_int_equal(sql_open(path, SQL_READ, &reader), ERR_OK);
    assert_int_equal(add(reader, 1, STR("a")), ERR_STORAGE);
    assert_int_equal(count(writer), 0);
    sql_close(reader);
}

static void savepoints_undo_one_job(void **state)
{
    (void)state;
    assert_int_equal(sql_begin(writer), ERR_OK);
    assert_int_equal(sql_savepoint(writer), ERR_OK);
    assert_int_equal(add(writer, 1, STR("kept")), ERR_OK);
    assert_int_equal(sql_release(writer), ERR_OK);
    assert_int_equal(sql_savepoint(writer), ERR_OK);
    assert_int_equal(add(writer, 2, STR("undone")), ERR_OK);
    SqlStmt *left = sql_prepare(writer, "SELECT id FROM t"); /* given up in the middle */
    assert_int_equal(sql_step(left), ERR_OK);
    sql_rollback_savepoint(writer);
    assert_true(sql_in_transaction(writer));
    assert_int_equal(sql_commit(writer), ERR_OK);
    assert_int_equal(count(writer), 1);
}

static void an_open_foreign_key_stays_with_its_job(void **state)
{
    (void)state;
    assert_int_equal(sql_begin(writer), ERR_OK);
    assert_int_equal(sql_savepoint(writer), ERR_OK);
    assert_int_equal(sql_run(sql_prepare(writer, "INSERT INTO child VALUES (99)")), ERR_OK);
    assert_int_equal(sql_release(writer), ERR_CONFLICT);
    sql_rollback_savepoint(writer);
    assert_int_equal(sql_savepoint(writer), ERR_OK);
    assert_int_equal(sql_run(sql_prepare(writer, "INSERT INTO child VALUES (5)")), ERR_OK);
    assert_int_equal(add(writer, 5, STR("parent")), ERR_OK);
    assert_int_equal(sql_release(writer), ERR_OK);
    assert_int_equal(sql_commit(writer), ERR_OK);
    assert_int_equal(number(writer, "SELECT count(*) FROM child"), 1);
}

static void a_snapshot_stays(void **state)
{
    (void)state;
    Sql *reader;
    assert_int_equal(sql_open(path, SQL_READ, &reader), ERR_OK);
    assert_int_equal(sql_begin(reader), ERR_OK);
    assert_int_equal(add(writer, 1, STR("later")), ERR_OK);
    assert_int_equal(count(reader), 0);
    assert_int_equal(sql_checkpoint(writer, false), ERR_BUSY);
    sql_rollback(reader);
    assert_int_equal(count(reader), 1);
    assert_int_equal(sql_checkpoint(writer, false), ERR_OK);
    sql_close(reader);
}

static void only_the_writer_checkpoints(void **state)
{
    (void)state;
    Sql *reader;
    assert_int_equal(sql_open(path, SQL_READ, &reader), ERR_OK);
    int64_t before = sql_wal_pages(writer);
    char name[16];
    for (int i = 0; i < 1500; i++) { /* past SQLite's own 1000 pages */
        snprintf(name, sizeof name, "%d", i);
        assert_int_equal(add(writer, i, str_of(name)), ERR_OK);
        assert_true(sql_wal_pages(writer) > before);
        before = sql_wal_pages(writer);
    }
    assert_true(before > 1500);
    sql_close(reader);
    char log[112];
    snprintf(log, sizeof log, "%s-wal", path);
    assert_int_equal(access(log, F_OK), 0);
    assert_int_equal(sql_checkpoint(writer, true), ERR_OK);
    assert_int_equal(sql_wal_pages(writer), 0);
}

static void composed_texts_are_kept_and_bounded(void **state)
{
    (void)state;
    char text[64];
    SqlStmt *first = NULL, *stmt;
    for (int i = 0; i < 500; i++) {
        snprintf(text, sizeof text, "SELECT %d + $n", i);
        assert_int_equal(sql_prepare_text(writer, str_of(text), &stmt), ERR_OK);
        if (i == 0) first = stmt;
        sql_bind_int(stmt, sql_param(stmt, "n"), 1);
        assert_int_equal(sql_step(stmt), ERR_OK);
        assert_int_equal(sql_int(stmt, 0), i + 1);
        sql_reset(stmt);
        assert_int_equal(sql_prepare_text(writer, STR("SELECT 0 + $n"), &stmt), ERR_OK);
        assert_ptr_equal(stmt, first); /* often used: never the oldest */
        sql_reset(stmt);
    }
}

static void composed_texts_that_are_none(void **state)
{
    (void)state;
    static const char *const BAD[] = {"",
                                      "SELEC 1",
                                      "SELECT 1; SELECT 2",
                                      "SELECT nothing FROM t",
                                      "-- only this",
                                      "SELECT \"nothing\""};
    SqlStmt *stmt;
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        assert_int_equal(sql_prepare_text(writer, str_of(BAD[i]), &stmt), ERR_INTERNAL);
        assert_null(stmt);
    }
    assert_int_equal(sql_prepare_text(writer, STR("SELECT load_extension('x')"), &stmt), ERR_OK);
    assert_int_equal(sql_step(stmt), ERR_INTERNAL); /* refused when it runs */
    sql_reset(stmt);
}

static void misspell_statement(void)
{
    sql_prepare(writer, "SELECT nothing FROM nowhere");
}
static void two_statements(void)
{
    sql_prepare(writer, "SELECT 1; SELECT 2");
}
static void misspell_parameter(void)
{
    sql_param(sql_prepare(writer, "SELECT $a"), "b");
}
static void step_twice_at_once(void)
{
    static const char TEXT[] = "SELECT 1 UNION ALL SELECT 2";
    ASSERT(sql_step(sql_prepare(writer, TEXT)) == ERR_OK);
    sql_prepare(writer, TEXT);
}
static void commit_while_stepping(void)
{
    if (sql_begin(writer) != ERR_OK ||
        sql_step(sql_prepare(writer, "SELECT 1 UNION ALL SELECT 2")) != ERR_OK)
        return;
    if (sql_commit(writer) != ERR_OK) return;
}
static void reuse_an_address(void)
{
    char text[16] = "SELECT 1";
    sql_prepare(writer, text);
    text[7] = '2';
    sql_prepare(writer, text);
}

static void defects_end_the_process(void **state)
{
    (void)state;
    assert_true(aborts(misspell_statement));
    assert_true(aborts(two_statements));
    assert_true(aborts(misspell_parameter));
    assert_true(aborts(step_twice_at_once));
    assert_true(aborts(commit_while_stepping));
    assert_true(aborts(reuse_an_address));
}

static void script_errors_are_told(void **state)
{
    (void)state;
    assert_int_equal(
        sql_script(writer, STR("CREATE TABLE u (a INTEGER) STRICT; CREATE TABEL v (a);")),
        ERR_INTERNAL);
    assert_non_null(strstr(sql_last_message(writer), "TABEL"));
    assert_int_equal(sql_script(writer, STR("  \n-- nothing\n")), ERR_OK);
    assert_int_equal(
        sql_script(writer, STR("INSERT INTO t (id) VALUES (1); INSERT INTO t (id) VALUES (1);")),
        ERR_CONFLICT);
}

static void memory_database(void **state)
{
    (void)state;
    Sql *memory;
    assert_int_equal(sql_open(":memory:", SQL_WRITE, &memory), ERR_OK);
    assert_int_equal(number(memory, "SELECT count(*) FROM sqlite_schema"), 0);
    sql_close(memory);
}

static void many_statements(void **state)
{
    (void)state;
    static char texts[300][32];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 300; i++) {
            snprintf(texts[i], sizeof texts[i], "SELECT %d", i);
            assert_int_equal(number(writer, texts[i]), i);
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(settings_hold),
        TEST(missing_file_is_not_made_by_a_reader),
        TEST(values_come_back),
        TEST(none_binds_null),
        TEST(constraints_are_conflicts),
        TEST(a_reader_cannot_write),
        TEST(savepoints_undo_one_job),
        TEST(an_open_foreign_key_stays_with_its_job),
        TEST(a_snapshot_stays),
        TEST(only_the_writer_checkpoints),
        TEST(composed_texts_are_kept_and_bounded),
        TEST(composed_texts_that_are_none),
        TEST(defects_end_the_process),
        TEST(script_errors_are_told),
        TEST(memory_database),
        TEST(many_statements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
