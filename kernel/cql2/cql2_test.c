#include "kernel/cql2/cql2_fixture.h"
#include "kernel/cql2/cql2_tree.h"
#include "lib/text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static Arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(16 * 1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const Cql *parse(Str text)
{
    const Cql *cql = NULL;
    CqlError error;
    if (cql_parse(arena, &FIXTURE, NULL, text, &cql, &error) != ERR_OK) {
        fail_msg(STR_FMT ": %d: " STR_FMT, STR_ARG(text), error.column, STR_ARG(error.message));
    }
    return cql;
}

static void assert_text(Str got, const char *expected)
{
    assert_string_equal(arena_cstr(arena, got), expected);
}

static Str canonical(Str text)
{
    Buf out = buf_new(CQL_TEXT_MAX);
    cql_write_text(&out, parse(text));
    assert_false(out.overflow);
    Str copy = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return copy;
}

/* ---- what is a filter ---- */

static const struct {
    const char *text, *canonical;
} ACCEPTED[] = {
    {"name = 'x'", "name = 'x'"},
    {"name='x'", "name = 'x'"},
    {"\tname\r\n=  'x' ", "name = 'x'"},
    {"\"name\" = 'x'", "name = 'x'"},
    {"name = ''", "name = ''"},
    {"name = 'O''Brien'", "name = 'O''Brien'"},
    {"name = ''''", "name = ''''"},
    {"name = 'a\\'", "name = 'a\\'"},
    {"name = '洛阳市'", "name = '洛阳市'"},
    {"'x' = name", "name = 'x'"},
    {"5 < staff_count", "staff_count > 5"},
    {"5>=staff_count", "staff_count <= 5"},
    {"name <> alias", "name <> alias"},
    {"name = status", "name = status"},
    {"amount >= paid", "amount >= paid"},
    {"born <= closed", "born <= closed"},
    {"active = checked", "active = checked"},
    {"\"in\" = 'x'", "\"in\" = 'x'"},
    {"\"in\" in ('x')", "\"in\" IN ('x')"},
    {"date = DATE('2024-02-29')", "date = DATE('2024-02-29')"},
    {"date (\n'2024-02-29' ) < date", "date > DATE('2024-02-29')"},
    {"born = '2021-01-01'", "born = DATE('2021-01-01')"},
    {"seen >= TIMESTAMP('2021-01-01T00:00:00Z')", "seen >= TIMESTAMP('2021-01-01T00:00:00Z')"},
    {"seen < timestamp('2021-01-01T08:00:00.250+08:00')",
     "seen < TIMESTAMP('2021-01-01T00:00:00.25Z')"},
    {"seen < '1969-12-31T23:59:59.999999Z'", "seen < TIMESTAMP('1969-12-31T23:59:59.999999Z')"},
    {"amount = -010.500", "amount = -10.5"},
    {"amount = +.5", "amount = 0.5"},
    {"amount = 5.", "amount = 5"},
    {"amount = -0.0", "amount = 0"},
    {"amount = 12.5e2", "amount = 1250"},
    {"amount = 1250E-4", "amount = 0.125"},
    {"amount = 0e99999", "amount = 0"},
    {"amount < 10.005", "amount < 10.005"},
    {"amount < 1e39", "amount < 1000000000000000000000000000000000000000"},
    {"active", "active"},
    {"not active", "NOT active"},
    {"active = true", "active = TRUE"},
    {"FALSE <> active", "active <> FALSE"},
    {"TRUE", "TRUE"},
    {"NOT FALSE", "NOT FALSE"},
    {"active IN (TRUE, FALSE)", "active IN (TRUE, FALSE)"},
    {"name LIKE 'a%'", "name LIKE 'a%'"},
    {"name not like '100\\%_'", "name NOT LIKE '100\\%_'"},
    {"amount BETWEEN 1 AND 2.50", "amount BETWEEN 1 AND 2.5"},
    {"name BETWEEN 'a' AND 'b' AND active", "name BETWEEN 'a' AND 'b' AND active"},
    {"born NOT BETWEEN '2020-01-01' AND DATE('2020-12-31')",
     "born NOT BETWEEN DATE('2020-01-01') AND DATE('2020-12-31')"},
    {"staff_count in(1,2 ,3)", "staff_count IN (1, 2, 3)"},
    {"staff_count NOT IN (1.5)", "staff_count NOT IN (1.5)"},
    {"name IS NULL", "name IS NULL"},
    {"amount is not null", "amount IS NOT NULL"},
    {"((name = 'x'))", "name = 'x'"},
    {"active OR checked AND name = 'x'", "active OR checked AND name = 'x'"},
    {"active OR (checked AND name = 'x')", "active OR checked AND name = 'x'"},
    {"(active OR checked) AND name = 'x'", "(active OR checked) AND name = 'x'"},
    {"(active AND checked) AND (name = 'x' AND alias = 'y')",
     "active AND checked AND name = 'x' AND alias = 'y'"},
    {"NOT active AND checked", "NOT active AND checked"},
    {"NOT (active AND checked)", "NOT (active AND checked)"},
    {"NOT (NOT active)", "NOT (NOT active)"},
    {"NOT name = 'x' OR NOT (active)", "NOT name = 'x' OR NOT active"},
};

static void accepted_texts_have_one_canonical_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ACCEPTED); i++) {
        Str once = canonical(str_of(ACCEPTED[i].text));
        assert_text(once, ACCEPTED[i].canonical);
        assert_text(canonical(once), ACCEPTED[i].canonical);
    }
}

/* ---- what is none ---- */

static const struct {
    const char *text;
    int column;
    const char *says; /* part of the message */
} REFUSED[] = {
    {"", 1, "expected a condition"},
    {"   ", 4, "found the end"},
    {"name", 5, "expected =, <>"},
    {"name =", 7, "expected a value or a field, found the end"},
    {"name = = 'x'", 8, "found ="},
    {"= 'x'", 1, "expected a condition"},
    {"name = x", 8, "unknown field “x”"},
    {"name = \"x\"", 8, "texts stand in single quotes"},
    {"name = 'x", 8, "no closing quote"},
    {"\"name = 'x'", 1, "no closing quote"},
    {"name = 'O\\'Brien'", 12, "written ''"},
    {"name == 'x'", 7, "found ="},
    {"name != 'x'", 6, "write <>"},
    {"name = 'x' alias = 'y'", 12, "expected AND, OR or the end"},
    {"name = 'x' AND", 15, "expected a condition"},
    {"name = 'x' AND OR active", 16, "found OR"},
    {"(name = 'x'", 12, "expected AND, OR or )"},
    {"name = 'x')", 11, "expected AND, OR or the end, found )"},
    {"()", 2, "expected a condition"},
    {"(name) = 'x'", 6, "expected =, <>"},
    {"NOT", 4, "expected a condition"},
    {"NOT NOT active", 5, "expected a condition"},
    {"nmae = 'x'", 1, "near names: name"},
    {"Name = 'x'", 1, "near names: name"}, /* not date */
    {"clsed IS NULL", 1, "near names: closed"},
    {"amout > 1", 1, "near names: amount"},
    {"洛阳 = 'x' AND", 1, "the fields are: code, name, alias"},
    {"active AND 金额 > 5", 12, "near names: amount"},
    {"'洛阳' = 名称", 8, "near names: name"},
    {"name = 5", 8, "expected a text in single quotes"},
    {"uscc = 91410300", 8, "expected a text in single quotes"},
    {"name = DATE('2021-01-01')", 8, "expected a text in single quotes"},
    {"name = TRUE", 8, "expected a text in single quotes"},
    {"staff_count = '5'", 15, "expected a number"},
    {"'5' < staff_count", 1, "expected a number"},
    {"staff_count IN (1, 'x')", 20, "expected a number"},
    {"active = 1", 10, "expected TRUE or FALSE"},
    {"active < TRUE", 8, "only = and <>"},
    {"active BETWEEN FALSE AND TRUE", 8, "only = and <>"},
    {"active > checked", 8, "only = and <>"},
    {"born = 20210101", 8, "expected DATE("},
    {"born = '洛阳'", 8, "not a date that exists"},
    {"born = '2021-02-29'", 8, "not a date that exists"},
    {"born = DATE('2021-13-01')", 13, "not a date that exists"},
    {"born = DATE(2021)", 13, "single quotes"},
    {"born = DATE('2021-01-01'", 25, "expected )"},
    {"born = DATE '2021-01-01'", 13, "expected (, found '2021-01-01'"},
    {"born = TIMESTAMP('2021-01-01T00:00:00Z')", 8, "expected DATE("},
    {"seen = DATE('2021-01-01')", 8, "expected TIMESTAMP("},
    {"seen = '2021-01-01'", 8, "not a time"},
    {"seen = TIMESTAMP('2021-01-01 25:00:00Z')", 18, "not a time"},
    {"seen = TIMESTAMP('9999-12-31T23:59:59-01:00')", 18, "not a time"},
    {"seen = TIMESTAMP('2021-01-01T00:00:00.0000001Z')", 18, "at most 6 digits"},
    {"name = amount", 8, "different types"},
    {"amount = ratio", 10, "different types"},
    {"born = seen", 8, "different types"},
    {"5 = 5", 1, "must be a field"},
    {"'x' = 'x'", 1, "must be a field"},
    {"'x'", 4, "expected =, <>"},
    {"'x' LIKE 'y'", 5, "expected =, <>"},
    {"5 IS NULL", 3, "expected =, <>"},
    {"TRUE LIKE 'y'", 6, "expected AND, OR or the end"},
    {"name = NULL", 8, "IS NULL"},
    {"name IS 'x'", 9, "NULL or NOT NULL"},
    {"name IS NOT 'x'", 13, "expected NULL"},
    {"name NOT = 'x'", 10, "LIKE, BETWEEN or IN"},
    {"name LIKE", 10, "expected a pattern"},
    {"name LIKE alias", 11, "expected a pattern"},
    {"name LIKE 'a\\b'", 11, "backslash"},
    {"name LIKE 'ab\\'", 11, "backslash"},
    {"name LIKE '\xEF\xBF\xBD'", 11, "write _"},
    {"staff_count LIKE '5%'", 13, "LIKE is for texts"},
    {"born LIKE '2021%'", 6, "LIKE is for texts"},
    {"amount BETWEEN 1", 17, "expected AND"},
    {"amount BETWEEN 1 OR 2", 18, "expected AND"},
    {"amount BETWEEN 1 AND paid", 22, "expected a value"},
    {"amount IN 1", 11, "( and values"},
    {"amount IN ()", 12, "expected a value"},
    {"amount IN (1,)", 14, "expected a value"},
    {"amount IN (1 2)", 14, ", or )"},
    {"amount = 1.2.3", 10, "not a number"},
    {"amount = 12x", 10, "not a number"},
    {"amount = 1e", 10, "not a number"},
    {"amount = - 5", 10, "not a number"},
    {"amount = 1e41", 10, "at most 40 digits"},
    {"amount = 1e-41", 10, "at most 40 digits"},
    {"CASEI(name) = 'x'", 1, "only the functions"},
    {"name = 'x'; DROP TABLE thing", 11, "unexpected ;"},
    {"name = 'x' -- y", 12, "not a number"},
    {"name ＝ '洛阳'", 6, "half-width"},
    {"name = ‘洛阳’", 8, "half-width"},
    {"name　= 'x'", 5, "half-width"},
    {"name = 'a\x01'", 10, "control character"},
    {"name = '洛\xFF'", 10, "not valid UTF-8"},
    {"name = '\xE6\xB4", 9, "not valid UTF-8"},
    {"name = '\xED\xA0\x80'", 9, "not valid UTF-8"},
};

static void refused_texts_say_where_and_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++) {
        const Cql *cql;
        CqlError error = {0};
        Err err = cql_parse(arena, &FIXTURE, NULL, str_of(REFUSED[i].text), &cql, &error);
        if (err != ERR_BAD) fail_msg("accepted: %s", REFUSED[i].text);
        assert_null(cql);
        bool said = str_find(error.message, str_of(REFUSED[i].says)) >= 0;
        if (error.column != REFUSED[i].column || !said) {
            fail_msg("%s: %d: " STR_FMT, REFUSED[i].text, error.column, STR_ARG(error.message));
        }
        assert_true(error.message_zh.n > 0 && utf8_valid(error.message_zh) &&
                    utf8_valid(error.message));
    }
}

static CqlError refuse(const bool *readable, Str text)
{
    const Cql *cql;
    CqlError error = {0};
    assert_int_equal(cql_parse(arena, &FIXTURE, readable, text, &cql, &error), ERR_BAD);
    return error;
}

static void a_nul_byte_is_refused(void **state)
{
    (void)state;
    assert_int_equal(refuse(NULL, STR("name = 'a\0b'")).column, 10);
}

/* A field that may not be seen is like one that is not there: in the answer, and among near names.
 */
static void masked_fields_are_unknown(void **state)
{
    (void)state;
    bool readable[FIXTURE_FIELDS];
    for (int i = 0; i < FIXTURE_FIELDS; i++) readable[i] = i != F_PHONE;
    const Cql *cql;
    CqlError error;
    assert_int_equal(cql_parse(arena, &FIXTURE, readable, STR("name = 'x'"), &cql, &error), ERR_OK);
    static const char *const ASKING[] = {
        "phone = '1'", "phone IS NULL", "\"phone\" LIKE '1%'", "name = phone",
        "phne = '1'",  "电话 = '1'",    "NOT phone IN ('1')"};
    for (size_t i = 0; i < COUNT_OF(ASKING); i++) {
        error = refuse(readable, str_of(ASKING[i]));
        assert_true(str_find(error.message, STR("unknown field")) >= 0);
        assert_true(str_find(error.message, STR(" phone")) < 0);
        parse(STR("phone = '1'"));
    }
}

/* ---- limits ---- */

static Str repeat(Str begin, Str each, int times, Str end)
{
    Buf out = buf_new(64 * 1024);
    buf_add(&out, begin);
    for (int i = 0; i < times; i++) buf_add(&out, each);
    buf_add(&out, end);
    Str copy = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return copy;
}

static void limits_are_kept(void **state)
{
    (void)state;
    Str open = repeat(STR_NONE, STR("("), CQL_DEPTH_MAX, STR("active"));
    parse(repeat(open, STR(")"), CQL_DEPTH_MAX, STR_NONE));
    assert_int_equal(refuse(NULL, repeat(STR("("), open, 1, STR_NONE)).column, CQL_DEPTH_MAX + 1);
    assert_int_equal(refuse(NULL, repeat(STR_NONE, STR("("), CQL_TEXT_MAX, STR_NONE)).column,
                     CQL_DEPTH_MAX + 1);
    parse(repeat(STR_NONE, STR("NOT("), CQL_DEPTH_MAX,
                 repeat(STR("active"), STR(")"), CQL_DEPTH_MAX, STR_NONE)));

    /* one for the IN, one for each value */
    parse(repeat(STR("staff_count IN (0"), STR(",1"), CQL_NODES_MAX - 2, STR(")")));
    CqlError error =
        refuse(NULL, repeat(STR("staff_count IN (0"), STR(",1"), CQL_NODES_MAX - 1, STR(")")));
    assert_true(str_find(error.message, STR("more than 500")) >= 0);
    parse(repeat(STR("active"), STR(" OR active"), CQL_NODES_MAX - 2, STR_NONE));
    refuse(NULL, repeat(STR("active"), STR(" OR active"), CQL_NODES_MAX - 1, STR_NONE));

    int room = CQL_TEXT_MAX - (int)strlen("name = ''");
    parse(repeat(STR("name = '"), STR("x"), room, STR("'")));
    error = refuse(NULL, repeat(STR("name = '"), STR("x"), room + 1, STR("'")));
    assert_int_equal(error.column, CQL_TEXT_MAX + 1);
    /* blanks that the canonical text would have to add do not fit */
    error = refuse(NULL, repeat(STR("name='"), STR("x"), room + 2, STR("'")));
    assert_true(str_find(error.message, STR("more than 8192 bytes")) >= 0);
}

/* The greediest filters: much of each is nodes and parameters. */
static void memory_is_bounded(void **state)
{
    (void)state;
    static const struct {
        Str begin, each;
        int times;
        Str end;
    } GREEDY[] = {
        {STR_INIT("\"in\"LIKE'a'"), STR_INIT("OR\"in\"LIKE'a'"), 498, STR_INIT("")},
        {STR_INIT("seen IN('2020-01-01T00:00:00Z'"), STR_INIT(",'2020-01-01T00:00:00Z'"), 200,
         STR_INIT(")")},
        {STR_INIT("amount IN(1"), STR_INIT(",.1234567"), 498, STR_INIT(")")},
        {STR_INIT("name IN(''''"), STR_INIT(",''''"), 498, STR_INIT(")")},
        {STR_INIT("name LIKE '"), STR_INIT("*"), 8000, STR_INIT("'")},
    };
    for (size_t i = 0; i < COUNT_OF(GREEDY); i++) {
        Str text = repeat(GREEDY[i].begin, GREEDY[i].each, GREEDY[i].times, GREEDY[i].end);
        size_t before = arena_used(arena);
        const Cql *cql;
        CqlError error;
        Err err = cql_parse(arena, &FIXTURE, NULL, text, &cql, &error);
        assert_true(err == ERR_OK || err == ERR_BAD); /* over a limit: refused late */
        assert_in_range(arena_used(arena) - before, 1, CQL_ARENA_MAX);
    }
}

/* ---- SQL ---- */

static const struct {
    const char *text, *sql;
} COMPILED[] = {
    {"name = 'x'", "(m.\"name\" = $c0)"},
    {"5 < staff_count AND NOT active", "((m.\"staff_count\" > $c0) AND (NOT (m.\"active\" <> 0)))"},
    {"amount < 10.005", "(m.\"amount\" <= $c0)"},
    {"amount >= 10.005", "(m.\"amount\" > $c0)"},
    {"amount = 10.005", "(m.\"amount\" <> m.\"amount\")"},
    {"amount < 1e30", "(m.\"amount\" = m.\"amount\")"},
    {"amount IN (1, 10.005, 2)", "(m.\"amount\" IN ($c0, $c1))"},
    {"amount NOT IN (10.005)", "NOT (m.\"amount\" <> m.\"amount\")"},
    {"amount BETWEEN 1 AND 2", "(m.\"amount\" >= $c0 AND m.\"amount\" <= $c1)"},
    {"name LIKE '%a'", "(m.\"name\" GLOB $c0)"},
    {"name NOT LIKE 'a%'", "NOT (m.\"name\" >= $c1 AND m.\"name\" < $c2 AND m.\"name\" GLOB $c0)"},
    {"name LIKE '\xF4\x8F\xBF\xBF%'", "(m.\"name\" >= $c1 AND m.\"name\" GLOB $c0)"},
    {"name LIKE 'a\xF4\x8F\xBF\xBF%'",
     "(m.\"name\" >= $c1 AND m.\"name\" < $c2 AND m.\"name\" GLOB $c0)"},
    {"name IS NOT NULL OR TRUE", "((m.\"name\" IS NOT NULL) OR (1 = 1))"},
    {"\"in\" = alias", "(m.\"in\" = m.\"alias\")"},
};

static void sql_has_parameters_for_all_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(COMPILED); i++) {
        Buf out = buf_new(1000);
        cql_write_sql(&out, parse(str_of(COMPILED[i].text)), STR("m."));
        assert_text(buf_str(&out), COMPILED[i].sql);
        buf_free(&out);
    }
}

/* The bounds of a pattern are texts themselves: an engine that checks what is bound takes them. */
static void bounds_of_a_pattern_are_valid_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *high;
    } BOUNDS[] = {
        {"name LIKE 'a%'", "b"},
        {"name LIKE 'Az_'", "A{"},
        {"name LIKE '\x7E%'", "\x7F"},
        {"name LIKE '\xDF\xBF%'", "\xE0\xA0\x80"},
        {"name LIKE '\xED\x9F\xBF%'", "\xEE\x80\x80"}, /* surrogates are no characters */
        {"name LIKE '\xEF\xBF\xBC%'", "\xEF\xBF\xBD"},
        {"name LIKE 'a\xF4\x8F\xBF\xBF%'", "b"},
        {"name LIKE '洛\\%%'", "洛&"},
    };
    for (size_t i = 0; i < COUNT_OF(BOUNDS); i++) {
        const CqlParam *high = parse(str_of(BOUNDS[i].text))->root->high;
        assert_non_null(high);
        assert_true(utf8_valid(high->text));
        assert_text(high->text, BOUNDS[i].high);
    }
}

/* The engine looks a pattern with a fixed beginning up in an index. */
static void like_with_a_prefix_uses_an_index(void **state)
{
    (void)state;
    Sql *sql;
    assert_int_equal(sql_open(":memory:", SQL_WRITE, &sql), ERR_OK);
    assert_int_equal(
        sql_script(sql,
                   STR("CREATE TABLE t (name TEXT, alias TEXT); CREATE INDEX t_name ON t (name)")),
        ERR_OK);
    const Cql *cql = parse(STR("name LIKE '洛阳%'"));
    Buf text = buf_new(1000);
    buf_lit(&text, "EXPLAIN QUERY PLAN SELECT alias FROM t WHERE ");
    cql_write_sql(&text, cql, STR_NONE);
    SqlStmt *stmt;
    assert_int_equal(sql_prepare_text(sql, buf_str(&text), &stmt), ERR_OK);
    cql_bind(stmt, cql);
    assert_int_equal(sql_step(stmt), ERR_OK);
    assert_true(str_find(sql_text(stmt, 3), STR("USING INDEX t_name (name>? AND name<?)")) >= 0);
    sql_reset(stmt);
    buf_free(&text);
    sql_close(sql);
}

/* The largest filters are within the engine's own limits (depth, length of a pattern). */
static void largest_filters_run(void **state)
{
    (void)state;
    Str texts[] = {
        repeat(STR("active"), STR(" OR active"), CQL_NODES_MAX - 2, STR_NONE),
        repeat(STR("code LIKE'a%'"), STR("AND code LIKE'a%'"), 400, STR_NONE),
        repeat(STR("code NOT LIKE '"), STR("*"), CQL_TEXT_MAX - 20, STR("'")),
        repeat(STR_NONE, STR("NOT("), CQL_DEPTH_MAX,
               repeat(STR("active"), STR(")"), CQL_DEPTH_MAX, STR_NONE)),
    };
    Sql *sql;
    assert_int_equal(sql_open(":memory:", SQL_WRITE, &sql), ERR_OK);
    Str table = STR("CREATE TABLE t (code TEXT, active INTEGER); INSERT INTO t VALUES ('abc', 1)");
    assert_int_equal(sql_script(sql, table), ERR_OK);
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        const Cql *cql = parse(texts[i]);
        Buf text = buf_new(256 * 1024);
        buf_lit(&text, "SELECT 1 FROM t WHERE ");
        cql_write_sql(&text, cql, STR_NONE);
        SqlStmt *stmt;
        assert_int_equal(sql_prepare_text(sql, buf_str(&text), &stmt), ERR_OK);
        cql_bind(stmt, cql);
        assert_int_equal(sql_step(stmt), ERR_OK);
        sql_reset(stmt);
        buf_free(&text);
    }
    sql_close(sql);
}

/* ---- evaluation: cases worth reading; cql2_agree_test has the many ---- */

static const struct {
    const char *text;
    bool matches;
} EVALUATED[] = {
    {"name = 'Aa%中'", true}, /* the record's */
    {"name = 'aa%中'", false},
    {"name LIKE 'Aa__'", true},
    {"name LIKE 'aa__'", false},
    {"name LIKE '%\\%_'", true},
    {"name LIKE '%中%'", true},
    {"name LIKE 'Aa%中_'", false},
    {"alias = 'x'", false},  /* absent: neither this */
    {"alias <> 'x'", false}, /* nor that */
    {"NOT alias = 'x'", false},
    {"alias IS NULL", true},
    {"alias = 'x' OR active", true},
    {"NOT (alias = 'x' AND NOT active)", true},
    {"alias = alias", false},
    {"alias NOT IN ('x')", false},
    {"amount = 10.00", true},
    {"amount < 10.005", true},
    {"amount <= 9.999", false},
    {"amount <> 10.001", true},
    {"amount NOT IN (10.001, 9)", true},
    {"paid <> 10.001", false}, /* absent */
    {"amount > -1e39", true},
    {"amount BETWEEN 9.995 AND 10.004", true},
    {"amount BETWEEN 10 AND 10", true},
    {"born < '2024-03-01'", true},
    {"born BETWEEN '2024-02-29' AND '2024-02-29'", true},
    {"seen = TIMESTAMP('1970-01-01T08:00:00+08:00')", true},
};

static void evaluation_follows_three_valued_logic(void **state)
{
    (void)state;
    Value values[FIXTURE_FIELDS] = {
        [F_NAME] = {.present = true, .text = STR("Aa%中")},
        [F_AMOUNT] = {.present = true, .number = 1000},
        [F_ACTIVE] = {.present = true, .number = 1},
        [F_BORN] = {.present = true, .number = 19782, .text = STR("2024-02-29")},
        [F_SEEN] = {.present = true, .number = 0},
    };
    Record record = {&FIXTURE, values};
    for (size_t i = 0; i < COUNT_OF(EVALUATED); i++) {
        const Cql *cql = parse(str_of(EVALUATED[i].text));
        if (cql_matches(cql, &record) != EVALUATED[i].matches) fail_msg("%s", EVALUATED[i].text);
    }
}

/* Patterns that make a careless matcher try every split. */
static void like_takes_no_exponential_time(void **state)
{
    (void)state;
    Str value = repeat(STR_NONE, STR("a"), 4000, STR_NONE);
    Value values[FIXTURE_FIELDS] = {[F_NAME] = {.present = true, .text = value}};
    Record record = {&FIXTURE, values};
    assert_false(
        cql_matches(parse(repeat(STR("name LIKE '"), STR("%a_"), 60, STR("%b'"))), &record));
    assert_true(cql_matches(parse(repeat(STR("name LIKE '"), STR("%a_"), 60, STR("%'"))), &record));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(accepted_texts_have_one_canonical_form, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refused_texts_say_where_and_why, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_nul_byte_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(masked_fields_are_unknown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(memory_is_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sql_has_parameters_for_all_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bounds_of_a_pattern_are_valid_texts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(like_with_a_prefix_uses_an_index, set_up, tear_down),
        cmocka_unit_test_setup_teardown(largest_filters_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(evaluation_follows_three_valued_logic, set_up, tear_down),
        cmocka_unit_test_setup_teardown(like_takes_no_exponential_time, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
