#include "kernel/store/store_inside.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static Sql *sql;
static Buf why;
static bool made;

static const Migration ONE[] = {
    {STR_INIT("base/a"), STR_INIT("0001-a.sql"),
     STR_INIT("CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT) STRICT;\n"
              "CREATE INDEX a_by_x ON a (x);")},
};
static const Migration TWO[] = {
    {STR_INIT("base/a"), STR_INIT("0001-a.sql"),
     STR_INIT("CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT) STRICT;\n"
              "CREATE INDEX a_by_x ON a (x);")},
    {STR_INIT("base/a"), STR_INIT("0002-a.sql"), STR_INIT("ALTER TABLE a ADD COLUMN y INTEGER;")},
    {STR_INIT("base/b"), STR_INIT("0001-a.sql"),
     STR_INIT("CREATE TABLE b (id INTEGER PRIMARY KEY) STRICT;"
              "INSERT INTO b VALUES (7);")},
};
static const Migration CHANGED[] = {
    {STR_INIT("base/a"), STR_INIT("0001-a.sql"),
     STR_INIT("CREATE TABLE a (id INTEGER PRIMARY KEY, x BLOB) STRICT;\n"
              "CREATE INDEX a_by_x ON a (x);")},
};
static const Migration FAULTY[] = {
    {STR_INIT("base/a"), STR_INIT("0001-a.sql"),
     STR_INIT("CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;"
              "CREATE TABEL b (id);")},
};
static const Migration COMMITTING[] = {
    {STR_INIT("base/a"), STR_INIT("0001-a.sql"),
     STR_INIT("CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT; COMMIT;")},
};
#define SET(array) ((MigrationSet){array, COUNT_OF(array)})

static int set_up(void **state)
{
    (void)state;
    why = buf_new(1000);
    return sql_open(":memory:", SQL_WRITE, &sql);
}

static int tear_down(void **state)
{
    (void)state;
    buf_free(&why);
    sql_close(sql);
    return 0;
}

static Err apply(MigrationSet set)
{
    buf_clear(&why);
    return migrate_apply(sql, set, 1, &made, &why);
}

static int64_t number(const char *text)
{
    SqlStmt *stmt = sql_prepare(sql, text);
    assert_int_equal(sql_step(stmt), ERR_OK);
    int64_t value = sql_int(stmt, 0);
    sql_reset(stmt);
    return value;
}

static void assert_why(const char *expected)
{
    if (str_find(buf_str(&why), str_of(expected)) < 0)
        print_error("why: " STR_FMT "\n", STR_ARG(buf_str(&why)));
    assert_true(str_find(buf_str(&why), str_of(expected)) >= 0);
}

static void a_new_store_gets_all_once(void **state)
{
    (void)state;
    assert_int_equal(apply(SET(TWO)), ERR_OK);
    assert_true(made);
    assert_int_equal(apply(SET(TWO)), ERR_OK);
    assert_false(made);
    assert_int_equal(number("SELECT count(*) FROM b"), 1);
    assert_int_equal(number("SELECT count(*) FROM schema_migration WHERE applied_us = 1"), 3);
    assert_int_equal(migrate_check(sql, SET(TWO), &why), ERR_OK);
    assert_int_equal(why.n, 0);
}

static void an_older_store_gets_the_rest(void **state)
{
    (void)state;
    assert_int_equal(apply(SET(ONE)), ERR_OK);
    assert_int_equal(migrate_check(sql, SET(TWO), &why), ERR_CONFLICT);
    assert_why("the store is of an older Heluo: base/a/0002-a.sql");
    assert_int_equal(number("SELECT count(*) FROM schema_migration"),
                     1); /* checking changes nothing */
    assert_int_equal(apply(SET(TWO)), ERR_OK);
    assert_false(made);
    assert_int_equal(number("SELECT count(y) FROM a"), 0);
}

static void a_newer_store_is_refused(void **state)
{
    (void)state;
    assert_int_equal(apply(SET(TWO)), ERR_OK);
    assert_int_equal(apply(SET(ONE)), ERR_CONFLICT);
    assert_why("the store was made by a newer Heluo: base/a/0002-a.sql is not known here");
}

static void another_content_is_refused(void **state)
{
    (void)state;
    assert_int_equal(apply(SET(ONE)), ERR_OK);
    assert_int_equal(apply(SET(CHANGED)), ERR_CONFLICT);
    assert_why("base/a/0001-a.sql was applied to the store with other content");
}

static void a_faulty_migration_leaves_nothing(void **state)
{
    (void)state;
    assert_int_equal(apply(SET(FAULTY)), ERR_INTERNAL);
    assert_why("base/a/0001-a.sql cannot be applied: near \"TABEL\"");
    assert_int_equal(number("SELECT count(*) FROM sqlite_schema WHERE name = 'a'"), 0);
    assert_int_equal(number("SELECT count(*) FROM schema_migration"), 0);
    assert_int_equal(apply(SET(COMMITTING)), ERR_INTERNAL);
}

static void another_database_is_refused(void **state)
{
    (void)state;
    assert_int_equal(sql_script(sql, STR("CREATE TABLE something (x)")), ERR_OK);
    assert_int_equal(apply(SET(ONE)), ERR_CONFLICT);
    assert_why("not a store of Heluo");
    assert_int_equal(number("SELECT count(*) FROM sqlite_schema"), 1);
}

static void an_empty_database_is_no_store_to_peek_at(void **state)
{
    (void)state;
    assert_int_equal(migrate_check(sql, SET(ONE), &why), ERR_CONFLICT);
    assert_int_equal(number("SELECT count(*) FROM sqlite_schema"), 0);
}

static void tables_altered_by_hand_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *script, *why;
    } HANDS[] = {
        {"ALTER TABLE a ADD COLUMN z TEXT", "table a of table a is not as the migrations make it"},
        {"ALTER TABLE b RENAME COLUMN id TO no",
         "table b of table b is not as the migrations make it"},
        {"DROP INDEX a_by_x", "index a_by_x of table a is missing"},
        {"DROP INDEX a_by_x; CREATE UNIQUE INDEX a_by_x ON a (x)",
         "index a_by_x of table a is not as"},
        {"DROP TABLE b", "table b of table b is missing"},
        {"CREATE TABLE aa (x)", "table aa of table aa is in the store, but no migration makes it"},
        {"CREATE TABLE z (x)", "table z of table z is in the store"},
        {"CREATE VIEW v AS SELECT 1", "view v of table v is in the store"},
        {"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END",
         "trigger t of table a is in the store"},
        {"ALTER TABLE schema_migration ADD COLUMN q TEXT", "table schema_migration"},
    };
    assert_int_equal(apply(SET(TWO)), ERR_OK);
    for (size_t i = 0; i < COUNT_OF(HANDS); i++) {
        assert_int_equal(sql_begin(sql), ERR_OK);
        assert_int_equal(sql_script(sql, str_of(HANDS[i].script)), ERR_OK);
        assert_int_equal(apply(SET(TWO)), ERR_CONFLICT);
        assert_why(HANDS[i].why);
        sql_rollback(sql);
        assert_int_equal(apply(SET(TWO)), ERR_OK);
    }
}

static void statistics_are_no_alteration(void **state)
{
    (void)state;
    assert_int_equal(apply(SET(TWO)), ERR_OK);
    assert_int_equal(sql_script(sql, STR("ANALYZE")), ERR_OK);
    assert_int_equal(apply(SET(TWO)), ERR_OK);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_new_store_gets_all_once),
        TEST(an_older_store_gets_the_rest),
        TEST(a_newer_store_is_refused),
        TEST(another_content_is_refused),
        TEST(a_faulty_migration_leaves_nothing),
        TEST(another_database_is_refused),
        TEST(an_empty_database_is_no_store_to_peek_at),
        TEST(tables_altered_by_hand_are_named),
        TEST(statistics_are_no_alteration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
