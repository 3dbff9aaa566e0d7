/* What each type accepts and refuses, and that a record tells all its mistakes at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/dataset/dataset.h"
#include "lib/text.h"

enum {
    K_TEXT,
    K_CODE,
    K_DATE,
    K_FUTURE,
    K_INSTANT,
    K_INTEGER,
    K_DECIMAL,
    K_BOOLEAN,
    K_USCC,
    K_ORG,
    K_ID,
    K_DIVISION,
    K_ORGAN,
    K_READ,
    K_ALSO,
    KIND_FIELDS
};

#define KIND(name, kind)                                                                           \
    .id = STR_INIT(name), .label = {STR_INIT(name), STR_INIT(name)}, .type = kind

static const Field FIELDS[KIND_FIELDS] = {
    [K_TEXT] = {KIND("text", FIELD_TEXT), .required = true, .length_min = 2, .length_max = 5},
    [K_CODE] = {KIND("code", FIELD_CODE), .codes = STR_INIT("sex")},
    [K_DATE] = {KIND("date", FIELD_DATE)},
    [K_FUTURE] = {KIND("future", FIELD_DATE), .future = true},
    [K_INSTANT] = {KIND("instant", FIELD_INSTANT)},
    [K_INTEGER] = {KIND("integer", FIELD_INTEGER), .has_min = true, .has_max = true, .min = -5,
                   .max = 100},
    [K_DECIMAL] = {KIND("decimal", FIELD_DECIMAL), .scale = 2, .has_min = true},
    [K_BOOLEAN] = {KIND("boolean", FIELD_BOOLEAN)},
    [K_USCC] = {KIND("uscc", FIELD_USCC)},
    [K_ORG] = {KIND("org", FIELD_ORG_CODE)},
    [K_ID] = {KIND("id", FIELD_CITIZEN_ID)},
    [K_DIVISION] = {KIND("division", FIELD_DIVISION)},
    [K_ORGAN] = {KIND("organ", FIELD_ORGAN)},
    [K_READ] = {KIND("read", FIELD_INTEGER), .reader = STR_INIT("pair")},
    [K_ALSO] = {KIND("also", FIELD_TEXT), .length_max = 10},
};
static const Str NULLS[] = {STR_INIT("N/A"), STR_INIT("-")};
static const Str CHECKS[] = {STR_INIT("text_is_no_x"), STR_INIT("integer_is_even")};
static const Dataset KINDS = {.id = STR_INIT("kind"),
                              .fields = FIELDS,
                              .field_count = KIND_FIELDS,
                              .identity = -1,
                              .nulls = {NULLS, COUNT_OF(NULLS)},
                              .checks = {CHECKS, COUNT_OF(CHECKS)}};

static const Text SAID = {"不行", "no"};
static int checks_run;

static void text_is_no_x(const RuleContext *context, const Record *record)
{
    checks_run++;
    if (str_is(record->values[K_TEXT].text, "xx"))
        issue_error(context->issues, K_TEXT, ISSUE_MISMATCH, &SAID, STR_NONE, STR_NONE);
}

static void integer_is_even(const RuleContext *context, const Record *record)
{
    checks_run++;
    if (record->values[K_INTEGER].number % 2)
        issue_warning(context->issues, K_INTEGER, ISSUE_MISMATCH, &SAID, STR_NONE, STR_NONE);
}

/* "7元": the number here, the rest into a field that has none. */
static void pair(const RuleContext *context, Str raw, int field, Record *record)
{
    if (raw.p[0] < '0' || raw.p[0] > '9') {
        issue_error(context->issues, field, ISSUE_TYPE, &SAID, STR_NONE, STR_NONE);
        return;
    }
    record->values[field] = (Value){.present = true, .number = raw.p[0] - '0'};
    if (!record->values[K_ALSO].present)
        record->values[K_ALSO] = (Value){.present = true, .text = str_slice(raw, 1, raw.n)};
}

const CheckRule CHECK_RULES[] = {{STR_INIT("text_is_no_x"), text_is_no_x},
                                 {STR_INIT("integer_is_even"), integer_is_even},
                                 {{NULL, 0}, NULL}};
const ReaderRule READER_RULES[] = {{STR_INIT("pair"), pair}, {{NULL, 0}, NULL}};

static Arena *arena;
static Issues issues;
static const Codes *codes;
static Record record;

static void parse(const RawRecord *raw)
{
    arena_reset(arena);
    issues_clear(&issues, arena);
    RuleContext context = {arena, codes, day_of(2026, 3, 1), &issues};
    record_parse(&context, &KINDS, raw, &record);
}

enum { GOOD = -1 };

static const struct {
    int field;
    const char *raw, *value; /* value: canonical text, "" none, of an accepted cell */
    int code;
} CELLS[] = {
    {K_TEXT, "洛阳", "洛阳", GOOD},
    {K_TEXT, "  洛 阳\xe3\x80\x80", "洛 阳", GOOD},
    {K_TEXT, "e\xcc\x81te", "\xc3\xa9te", GOOD}, /* NFC */
    {K_TEXT, "ＡＢ（甲）", "AB（甲）", GOOD},    /* Chinese punctuation keeps its width */
    {K_TEXT, "12345", "12345", GOOD},
    {K_TEXT, "123456", NULL, ISSUE_LENGTH},
    {K_TEXT, "一二三四五六", NULL, ISSUE_LENGTH},
    {K_TEXT, "一", NULL, ISSUE_LENGTH},
    {K_TEXT, "N/A", NULL, ISSUE_REQUIRED},
    {K_TEXT, "", NULL, ISSUE_REQUIRED},
    {K_TEXT, " \t ", NULL, ISSUE_REQUIRED},
    {K_TEXT, "a\x01z", NULL, ISSUE_TYPE},
    {K_TEXT, "a\x7fz", NULL, ISSUE_TYPE},
    {K_TEXT, "ab\xff", NULL, ISSUE_ENCODING},
    {K_TEXT, "\xed\xa0\x80", NULL, ISSUE_ENCODING}, /* a surrogate */
    {K_CODE, "1", "1", GOOD},
    {K_CODE, "１", "1", GOOD},
    {K_CODE, "女", "2", GOOD},
    {K_CODE, "-", "", GOOD},
    {K_CODE, "9", NULL, ISSUE_CODE_UNKNOWN},
    {K_CODE, "无", NULL, ISSUE_CODE_UNKNOWN},
    {K_DATE, "2024-02-29", "2024-02-29", GOOD},
    {K_DATE, "２０２４－０２－２９", "2024-02-29", GOOD},
    {K_DATE, "2026-03-01", "2026-03-01", GOOD},
    {K_DATE, "2026-03-02", NULL, ISSUE_DATE_FUTURE},
    {K_DATE, "2021-02-30", NULL, ISSUE_DATE_INVALID},
    {K_DATE, "2023-02-29", NULL, ISSUE_DATE_INVALID},
    {K_DATE, "2021-13-01", NULL, ISSUE_DATE_INVALID},
    {K_DATE, "2021-2-3", NULL, ISSUE_DATE_INVALID},
    {K_DATE, "2021/02/03", NULL, ISSUE_DATE_INVALID},
    {K_DATE, "20210203", NULL, ISSUE_DATE_INVALID},
    {K_DATE, "2021-02-03T00:00:00", NULL, ISSUE_DATE_INVALID},
    {K_FUTURE, "2999-12-31", "2999-12-31", GOOD},
    {K_FUTURE, "2999-12-32", NULL, ISSUE_DATE_INVALID},
    {K_INSTANT, "2026-03-01T09:00:00+08:00", "2026-03-01T09:00:00+08:00", GOOD},
    {K_INSTANT, "2026-03-01T01:00:00Z", "2026-03-01T09:00:00+08:00", GOOD},
    {K_INSTANT, "2026-03-01", NULL, ISSUE_DATE_INVALID},
    {K_INSTANT, "2026-03-01T25:00:00Z", NULL, ISSUE_DATE_INVALID},
    {K_INTEGER, "100", "100", GOOD},
    {K_INTEGER, "-5", "-5", GOOD},
    {K_INTEGER, "０", "0", GOOD},
    {K_INTEGER, "101", NULL, ISSUE_RANGE},
    {K_INTEGER, "-6", NULL, ISSUE_RANGE},
    {K_INTEGER, "1.5", NULL, ISSUE_TYPE},
    {K_INTEGER, "1e2", NULL, ISSUE_TYPE},
    {K_INTEGER, "一", NULL, ISSUE_TYPE},
    {K_INTEGER, "99999999999999999999", NULL, ISSUE_TYPE},
    {K_DECIMAL, "12.50", "12.5", GOOD},
    {K_DECIMAL, "0.01", "0.01", GOOD},
    {K_DECIMAL, "0.001", NULL, ISSUE_TYPE},
    {K_DECIMAL, "-0.01", NULL, ISSUE_RANGE},
    {K_DECIMAL, "NaN", NULL, ISSUE_TYPE},
    {K_DECIMAL, "1.2.3", NULL, ISSUE_TYPE},
    {K_BOOLEAN, "是", "true", GOOD},
    {K_BOOLEAN, "false", "false", GOOD},
    {K_BOOLEAN, "0", "false", GOOD},
    {K_BOOLEAN, "yes", NULL, ISSUE_TYPE},
    {K_USCC, "91410300MA9A00010P", "91410300MA9A00010P", GOOD},
    {K_USCC, "91410300ma9a00010p", "91410300MA9A00010P", GOOD},
    {K_USCC, "９1410300 MA9A00010P", "91410300MA9A00010P", GOOD},
    {K_USCC, "91410300MA9A00011P", NULL, ISSUE_CHECK_DIGIT},
    {K_USCC, "91410300MA9A0001", NULL, ISSUE_LENGTH},
    {K_USCC, "91410300MA9A0001IP", NULL, ISSUE_TYPE}, /* no letter I */
    {K_ORG, "MA9A0001-0", "MA9A00010", GOOD},
    {K_ORG, "MA9A00010", "MA9A00010", GOOD},
    {K_ORG, "MA9A00011", NULL, ISSUE_CHECK_DIGIT},
    {K_ID, "11010519491231002X", "11010519491231002X", GOOD}, /* the standard's own example */
    {K_ID, "11010519491231002x", "11010519491231002X", GOOD},
    {K_ID, "110105194912310021", NULL, ISSUE_CHECK_DIGIT},
    {K_ID, "110105194913310027", NULL, ISSUE_DATE_INVALID},
    {K_ID, "1101051949123100", NULL, ISSUE_LENGTH},
    {K_DIVISION, "410300", "410300", GOOD},
    {K_DIVISION, "999999", NULL, ISSUE_CODE_UNKNOWN},
    {K_ORGAN, "tax", "tax", GOOD},
    {K_ORGAN, "taxes", NULL, ISSUE_CODE_UNKNOWN},
    {K_READ, "７元", "7", GOOD},
    {K_READ, "元7", NULL, ISSUE_TYPE},
};

static void a_cell_is_accepted_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(CELLS); i++) {
        RawRecord raw = {0};
        raw.cells[K_TEXT] = STR("good");
        raw.cells[CELLS[i].field] = str_of(CELLS[i].raw);
        parse(&raw);
        if (CELLS[i].code == GOOD) {
            Buf text = buf_new(1000);
            value_write_text(&text, &FIELDS[CELLS[i].field], &record.values[CELLS[i].field]);
            if (issues.errors || !str_is(buf_str(&text), CELLS[i].value))
                fail_msg("%s is refused, or read as " STR_FMT, CELLS[i].raw,
                         STR_ARG(buf_str(&text)));
            buf_free(&text);
            continue;
        }
        bool told = issues.errors == 1 && issues.items[0].field == CELLS[i].field &&
                    (int)issues.items[0].code == CELLS[i].code;
        if (!told)
            fail_msg("%s: %d errors, the first is %s", CELLS[i].raw, issues.errors,
                     issues.errors ? issue_code_name(issues.items[0].code) : "none");
    }
}

static void all_mistakes_are_told_at_once(void **state)
{
    (void)state;
    RawRecord raw = {0};
    raw.cells[K_CODE] = STR("9");
    raw.cells[K_DATE] = STR("2021-02-30");
    raw.cells[K_INTEGER] = STR("1000");
    raw.cells[K_DECIMAL] = STR("x");
    raw.cells[K_USCC] = STR("1");
    raw.cells[K_ORGAN] = STR("nobody");
    checks_run = 0;
    parse(&raw);
    static const struct {
        int field;
        IssueCode code;
    } TOLD[] = {{K_CODE, ISSUE_CODE_UNKNOWN}, {K_DATE, ISSUE_DATE_INVALID},
                {K_INTEGER, ISSUE_RANGE},     {K_DECIMAL, ISSUE_TYPE},
                {K_USCC, ISSUE_LENGTH},       {K_ORGAN, ISSUE_CODE_UNKNOWN},
                {K_TEXT, ISSUE_REQUIRED}};
    assert_int_equal(issues.errors, COUNT_OF(TOLD));
    for (size_t i = 0; i < COUNT_OF(TOLD); i++) {
        assert_int_equal(issues.items[i].field, TOLD[i].field);
        assert_int_equal(issues.items[i].code, TOLD[i].code);
    }
    assert_int_equal(checks_run, 2);
    assert_false(record.values[K_INTEGER].present); /* what was refused stands as absent for them */
}

static void a_required_cell_that_cannot_be_read_is_told_once(void **state)
{
    (void)state;
    RawRecord raw = {0};
    raw.cells[K_TEXT] = STR("ab\xff");
    parse(&raw);
    assert_int_equal(issues.errors, 1);
    assert_int_equal(issues.items[0].code, ISSUE_ENCODING);
}

static void checks_run_in_order_behind_the_cells(void **state)
{
    (void)state;
    RawRecord raw = {0};
    raw.cells[K_TEXT] = STR("xx");
    raw.cells[K_INTEGER] = STR("3");
    checks_run = 0;
    parse(&raw);
    assert_int_equal(checks_run, 2);
    assert_int_equal(issues.errors, 1);
    assert_int_equal(issues.warnings, 1);
    assert_int_equal(issues.items[0].field, K_TEXT);
    assert_int_equal(issues.items[1].field, K_INTEGER);
    assert_true(issues.items[1].warning);
}

static void a_reader_fills_other_fields_where_they_are_empty(void **state)
{
    (void)state;
    RawRecord raw = {0};
    raw.cells[K_TEXT] = STR("good");
    raw.cells[K_READ] = STR("7元");
    parse(&raw);
    assert_int_equal(record.values[K_READ].number, 7);
    assert_true(str_is(record.values[K_ALSO].text, "元"));
    raw.cells[K_ALSO] = STR("given");
    parse(&raw);
    assert_true(str_is(record.values[K_ALSO].text, "given"));
    raw.cells[K_READ] = STR("-");
    raw.cells[K_ALSO] = STR_NONE;
    parse(&raw);
    assert_int_equal(issues.errors, 0);
    assert_false(record.values[K_READ].present || record.values[K_ALSO].present);
}

static int set_up(void **state)
{
    (void)state;
    Codes *made = codes_new();
    codes_add(made, STR("sex"), &(CodeEntry){.code = STR("1"), .label_zh = STR("男")});
    codes_add(made, STR("sex"), &(CodeEntry){.code = STR("2"), .label_zh = STR("女")});
    codes_add(made, CODES_DIVISION, &(CodeEntry){.code = STR("410300"), .label_zh = STR("洛阳")});
    codes_add(made, CODES_ORGAN, &(CodeEntry){.code = STR("tax"), .label_zh = STR("税务局")});
    codes = codes_ready(made);
    arena = arena_new(16 * 1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    codes_give(codes);
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_is_accepted_or_refused),
        cmocka_unit_test(all_mistakes_are_told_at_once),
        cmocka_unit_test(a_required_cell_that_cannot_be_read_is_told_once),
        cmocka_unit_test(checks_run_in_order_behind_the_cells),
        cmocka_unit_test(a_reader_fills_other_fields_where_they_are_empty),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
