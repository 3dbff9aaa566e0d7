/* Entities through the typed parse and their checks, with the codes that ship. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/entities/entities_testkit.h"
#include "kernel/numbers/checkdigit.h"
#include "lib/csv.h"

static void parse_uscc(const char *uscc)
{
    parse("entity", (Given[FIELDS_GIVEN_MAX]){{"uscc", uscc}, {"name", "洛阳某某有限公司"}});
}

/* ---- the unified social credit code ---- */

static void valid_codes_pass(void **state)
{
    (void)state;
    static const char *const VALID[] = {
        /* synthetic */
        "11410300005412346H",
        "91410300MA9A00010P",
        "91410305MA9KXYW162",
        "92410311MA9B2CD34K",
        "12410300417000014F",
        "52410300MJF123453G",
        "93410327MA9N00071X",
        "N2410329MF1000015N",
        "13410300005413007G",
        /* of public bodies */
        "91350100M000100Y43",
        "11370800MB28559184",
        "11430000006122244L",
        "11330105002500287C",
        "113700000045046442",
        "11100000000013338W",
        "11500236MB1822153Y",
        "11341702486344515H",
    };
    for (size_t i = 0; i < COUNT_OF(VALID); i++) {
        parse_uscc(VALID[i]);
        expect(VALID[i], "uscc", NO_ISSUE, false);
        assert_true(str_is(record.values[ENTITY_USCC].text, VALID[i]));
    }
}

static void invalid_codes_are_refused_with_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *uscc;
        IssueCode code;
    } INVALID[] = {
        {"91410300MA9A00010Q", ISSUE_CHECK_DIGIT},  /* must be P */
        {"91410300MA9A00011T", ISSUE_CHECK_DIGIT},  /* embedded organisation code */
        {"91410300MA9A0001OP", ISSUE_TYPE},         /* letter O */
        {"9141O300MA9A00010P", ISSUE_TYPE},         /* letter O in the division */
        {"B14103000054123467", ISSUE_CODE_UNKNOWN}, /* no such department */
        {"91410300MA9A00010", ISSUE_LENGTH},
        {"91410300MA9A00010PP", ISSUE_LENGTH},
        {"41030500541234", ISSUE_LENGTH},
        {"91410300MA9A0001-P", ISSUE_TYPE},
        {"统一社会信用代码没有填写的一家公司吧", ISSUE_LENGTH},
    };
    for (size_t i = 0; i < COUNT_OF(INVALID); i++) {
        parse_uscc(INVALID[i].uscc);
        expect(INVALID[i].uscc, "uscc", (int)INVALID[i].code, false);
    }
}

static void code_is_required(void **state)
{
    (void)state;
    parse_uscc("");
    expect("empty", "uscc", ISSUE_REQUIRED, false);
    parse_uscc("N/A");
    expect("no value", "uscc", ISSUE_REQUIRED, false);
    parse("entity", (Given[FIELDS_GIVEN_MAX]){{"uscc", "91410300MA9A00010P"}});
    expect("no name", "name", ISSUE_REQUIRED, false);
}

static void full_width_and_lower_case_are_folded(void **state)
{
    (void)state;
    static const char *const WRITTEN[] = {
        "91410300ma9a00010p",
        "９１４１０３００ＭＡ９Ａ０００１０Ｐ",
        " 91410300MA9A00010P ",
        "91410300 MA9A00010 P",
    };
    for (size_t i = 0; i < COUNT_OF(WRITTEN); i++) {
        parse_uscc(WRITTEN[i]);
        expect(WRITTEN[i], "uscc", NO_ISSUE, false);
        assert_true(str_is(record.values[ENTITY_USCC].text, "91410300MA9A00010P"));
    }
}

/* Every wrong character at every place of a body: 17 x 30. */
static void all_510_substitutions_are_detected(void **state)
{
    (void)state;
    static const char SET[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const char *valid = "91410300MA9A00010P";
    int tried = 0;
    for (int at = 0; at < 17; at++) {
        for (const char *c = SET; *c; c++) {
            if (*c == valid[at]) continue;
            char changed[19];
            memcpy(changed, valid, 19);
            changed[at] = *c;
            parse_uscc(changed);
            assert_true(issues.errors > 0);
            tried++;
        }
    }
    assert_int_equal(tried, 510);
}

/* A code that is right in itself, over any department, category and division. */
static void uscc_make(char out[19], const char *pair, const char *division, const char *body)
{
    memcpy(out, pair, 2);
    memcpy(out + 2, division, 6);
    memcpy(out + 8, body, 8);
    out[16] = org9_check_char((Str){body, 8});
    out[17] = uscc_check_char((Str){out, 17});
    out[18] = '\0';
}

static void department_and_category_pair_that_the_list_lacks_is_a_warning(void **state)
{
    (void)state;
    static const struct {
        const char *pair;
        bool listed;
    } PAIRS[] = {
        {"91", true},  {"92", true}, {"93", true},  {"11", true},  {"52", true},
        {"N2", true},  {"Y1", true}, {"A1", true},  {"99", false}, {"94", false},
        {"82", false}, {"N3", true}, {"Y2", false},
    };
    for (size_t i = 0; i < COUNT_OF(PAIRS); i++) {
        char uscc[19];
        uscc_make(uscc, PAIRS[i].pair, "410300", "MA9A0001");
        parse_uscc(uscc);
        expect(uscc, "uscc", PAIRS[i].listed ? NO_ISSUE : (int)ISSUE_CODE_UNKNOWN, true);
    }
}

static void embedded_division_may_be_a_former_one_but_must_be_known(void **state)
{
    (void)state;
    static const struct {
        const char *division;
        bool known;
    } DIVISIONS[] = {
        {"410300", true},  {"410302", true},  {"410306", true},  {"410322", true},
        {"410381", true},  {"410307", true},  {"410308", true},  {"100000", true},
        {"110103", true},  {"410000", true},  {"410399", false}, {"410309", false},
        {"999999", false}, {"000000", false}, {"200000", false}, {"830000", false},
    };
    for (size_t i = 0; i < COUNT_OF(DIVISIONS); i++) {
        char uscc[19];
        uscc_make(uscc, "91", DIVISIONS[i].division, "MA9A0001");
        parse_uscc(uscc);
        expect(uscc, "uscc", DIVISIONS[i].known ? NO_ISSUE : (int)ISSUE_CODE_UNKNOWN, false);
    }
}

static void division_that_a_city_registers_is_known_from_then_on(void **state)
{
    (void)state;
    char uscc[19];
    uscc_make(uscc, "91", "410399", "MA9A0001");
    Codes *codes = codes_new();
    codes_add(codes, CODES_DIVISION,
              &(CodeEntry){.code = STR("410399"), .label_zh = STR("样板区")});
    codes_add(codes, STR("uscc_dept_category"), &(CodeEntry){.code = STR("91")});
    (void)codes_ready(codes);
    arena_reset(arena);
    issues_clear(&issues, arena);
    RuleContext context = {arena, codes, day_of(TODAY_YEAR, 3, 1), &issues};
    Record made = record_new(arena, entity_dataset());
    made.values[ENTITY_USCC] = (Value){.present = true, .text = str_of(uscc)};
    check_entity_uscc(&context, &made);
    assert_int_equal(issues.count, 0);
    codes_give(codes);
}

/* ---- other numbers ---- */

static void organisation_code_has_its_own_check_and_must_be_the_embedded_one(void **state)
{
    (void)state;
    static const struct {
        const char *uscc, *code;
        int issue;
    } CASES[] = {
        {"11410300005412346H", "00541234-6", NO_ISSUE},
        {"11410300005412346H", "005412346", NO_ISSUE},
        {"91410300MA9A00010P", "MA9A0001-0", NO_ISSUE},
        {"91410300MA9A00010P", "ma9a0001-0", NO_ISSUE},
        {"91410305MA9KXYW162", "MA9KXYW1-6", NO_ISSUE},
        {"12410300417000014F", "41700001-4", NO_ISSUE},
        {"52410300MJF123453G", "MJF12345-3", NO_ISSUE},
        {"11410300005412346H", "00541234-5", ISSUE_CHECK_DIGIT},
        {"11410300005412346H", "0054123-6", ISSUE_LENGTH},
        {"11410300005412346H", "MA9A0001-0", ISSUE_MISMATCH}, /* right, but another's */
        {"11410300005412346H", "30000001-0", ISSUE_MISMATCH},
        {"11410300005412346H", "30000007-X", ISSUE_MISMATCH},
        {"11410300005412346H", "30000007-x", ISSUE_MISMATCH},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        parse("entity", (Given[FIELDS_GIVEN_MAX]){{"uscc", CASES[i].uscc},
                                                  {"name", "某单位"},
                                                  {"organisation_code", CASES[i].code}});
        expect(CASES[i].code, "organisation_code", CASES[i].issue, false);
    }
}

static void registration_number_has_a_check_digit_when_it_has_15(void **state)
{
    (void)state;
    static const struct {
        const char *number;
        int issue;
    } CASES[] = {
        {"110108000000016", NO_ISSUE},
        {"410300000001002", NO_ISSUE},
        {"4103001000101", NO_ISSUE},          /* 13 digits, before check digits */
        {"企合豫洛总字第000123号", NO_ISSUE}, /* foreign-funded, before */
        {"410300000001003", ISSUE_CHECK_DIGIT},
        {"410300000010002", ISSUE_CHECK_DIGIT}, /* two digits changed places */
        {"41030000000100", ISSUE_LENGTH},
        {"123", ISSUE_LENGTH},
        {"41030000000100X", ISSUE_TYPE},
        {"4103000000010025", ISSUE_LENGTH}, /* 16: over the field's length */
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        parse("entity", (Given[FIELDS_GIVEN_MAX]){{"uscc", "91410300MA9A00010P"},
                                                  {"name", "某公司"},
                                                  {"registration_number", CASES[i].number}});
        expect(CASES[i].number, "registration_number", CASES[i].issue, false);
    }
}

/* ---- days and states ---- */

static void days_must_exist_have_come_and_follow_one_another(void **state)
{
    (void)state;
    static const Case CASES[] = {
        {"today", {{"established_on", "2026-03-01"}}, "established_on", NO_ISSUE, false},
        {"the same day",
         {{"established_on", "2020-05-01"}, {"approved_on", "2020-05-01"}},
         "approved_on",
         NO_ISSUE,
         false},
        {"a term",
         {{"operating_from", "2020-05-01"}, {"operating_to", "2040-04-30"}},
         "operating_to",
         NO_ISSUE,
         false},
        {"leap day", {{"established_on", "2000-02-29"}}, "established_on", NO_ISSUE, false},
        {"tomorrow",
         {{"established_on", "2026-03-02"}},
         "established_on",
         ISSUE_DATE_FUTURE,
         false},
        {"no such day",
         {{"established_on", "2021-02-30"}},
         "established_on",
         ISSUE_DATE_INVALID,
         false},
        {"no leap day",
         {{"established_on", "1900-02-29"}},
         "established_on",
         ISSUE_DATE_INVALID,
         false},
        {"no form", {{"established_on", "2021/2/3"}}, "established_on", ISSUE_DATE_INVALID, false},
        {"approved before",
         {{"established_on", "2020-05-02"}, {"approved_on", "2020-05-01"}},
         "approved_on",
         ISSUE_MISMATCH,
         false},
        {"cancelled before",
         {{"established_on", "2020-05-02"}, {"cancelled_on", "2019-05-01"}},
         "cancelled_on",
         ISSUE_MISMATCH,
         false},
        {"revoked before",
         {{"established_on", "2020-05-02"}, {"revoked_on", "2019-05-01"}},
         "revoked_on",
         ISSUE_MISMATCH,
         false},
        {"term ends first",
         {{"operating_from", "2020-05-01"}, {"operating_to", "2020-04-30"}},
         "operating_to",
         ISSUE_MISMATCH,
         false},
    };
    run_cases(CASES, COUNT_OF(CASES));
}

static void status_and_days_that_do_not_fit_are_warnings(void **state)
{
    (void)state;
    static const Case CASES[] = {
        {"active", {{"status", "active"}}, "status", NO_ISSUE, false},
        {"by its label", {{"status", "存续"}}, "status", NO_ISSUE, false},
        {"moved", {{"status", "迁出"}}, "status", NO_ISSUE, false},
        {"cancelled",
         {{"status", "cancelled"}, {"cancelled_on", "2020-01-02"}},
         "status",
         NO_ISSUE,
         false},
        {"revoked", {{"status", "吊销"}, {"revoked_on", "2020-01-02"}}, "status", NO_ISSUE, false},
        {"term runs",
         {{"status", "active"}, {"operating_to", "2026-03-01"}},
         "operating_to",
         NO_ISSUE,
         false},
        {"no day", {{"status", "cancelled"}}, "cancelled_on", ISSUE_REQUIRED, true},
        {"no day of revocation", {{"status", "revoked"}}, "revoked_on", ISSUE_REQUIRED, true},
        {"day without state",
         {{"status", "active"}, {"cancelled_on", "2020-01-02"}},
         "status",
         ISSUE_MISMATCH,
         true},
        {"term over",
         {{"status", "active"}, {"operating_to", "2026-02-28"}},
         "operating_to",
         ISSUE_RANGE,
         true},
        {"no such state", {{"status", "开业"}}, "status", ISSUE_CODE_UNKNOWN, false},
        {"no such state", {{"status", "ACTIVE"}}, "status", ISSUE_CODE_UNKNOWN, false},
    };
    run_cases(CASES, COUNT_OF(CASES));
}

static void codes_of_other_fields_are_checked(void **state)
{
    (void)state;
    static const Case CASES[] = {
        {"section", {{"industry", "C"}}, "industry", NO_ISSUE, false},
        {"division", {{"industry", "30"}}, "industry", NO_ISSUE, false},
        {"by label", {{"industry", "制造业"}}, "industry", NO_ISSUE, false},
        {"M", {{"tax_rating", "M"}}, "tax_rating", NO_ISSUE, false},
        {"former division", {{"division", "410381"}}, "division", NO_ISSUE, false},
        {"village", {{"division", "410302001001"}}, "division", NO_ISSUE, false},
        {"no section", {{"industry", "U"}}, "industry", ISSUE_CODE_UNKNOWN, false},
        {"no division", {{"industry", "98"}}, "industry", ISSUE_CODE_UNKNOWN, false},
        {"two of one name", {{"industry", "教育"}}, "industry", ISSUE_CODE_UNKNOWN, false},
        {"E", {{"tax_rating", "E"}}, "tax_rating", ISSUE_CODE_UNKNOWN, false},
        {"no such division", {{"division", "410399"}}, "division", ISSUE_CODE_UNKNOWN, false},
        {"a name", {{"division", "涧西区"}}, "division", ISSUE_CODE_UNKNOWN, false},
        {"fraction of a person", {{"employees", "1.5"}}, "employees", ISSUE_TYPE, false},
        {"fewer than none", {{"employees", "-1"}}, "employees", ISSUE_RANGE, false},
        {"not in China", {{"longitude", "190"}}, "longitude", ISSUE_RANGE, false},
    };
    run_cases(CASES, COUNT_OF(CASES));
}

static void headings_of_registers_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *heading;
        int field;
    } HEADINGS[] = {
        {"企业名称", ENTITY_NAME},
        {"统一社会信用代码", ENTITY_USCC},
        {"注册日期", ENTITY_ESTABLISHED_ON},
        {"企业类型", ENTITY_ENTITY_TYPE},
        {"法人代表", ENTITY_LEGAL_REPRESENTATIVE},
        {"注册资金", ENTITY_REGISTERED_CAPITAL},
        {"经营范围", ENTITY_BUSINESS_SCOPE},
        {"注册地址", ENTITY_ADDRESS},
        {"uscc", ENTITY_USCC},
        {"成立日期", ENTITY_ESTABLISHED_ON},
        {"所在省份", -2},
        {"地区", -2},
        {"备注", -1},
        {"USCC", -1},
    };
    for (size_t i = 0; i < COUNT_OF(HEADINGS); i++) {
        assert_int_equal(model_heading(entity_dataset(), str_of(HEADINGS[i].heading)),
                         HEADINGS[i].field);
    }
}

/* ---- a real register ---- */

typedef struct Counts {
    int records, refused, warned, capitals, codes[ISSUE_UNKNOWN_COLUMN + 1];
} Counts;

static void record_count(const CsvRecord *row, const int *fields, Counts *counts)
{
    arena_reset(arena);
    issues_clear(&issues, arena);
    RuleContext context = {arena, codes_shipped(), day_of(TODAY_YEAR, 3, 1), &issues};
    RawRecord *raw = arena_array(arena, RawRecord, 1);
    for (int i = 0; i < row->count; i++) {
        if (fields[i] >= 0) raw->cells[fields[i]] = row->cells[i];
    }
    record_parse(&context, entity_dataset(), raw, &record);
    counts->records++;
    counts->refused += issues.errors > 0;
    counts->warned += issues.warnings > 0;
    counts->capitals += record.values[ENTITY_REGISTERED_CAPITAL].present;
    for (int i = 0; i < issues.count; i++) counts->codes[issues.items[i].code]++;
}

static int register_open(void)
{
    const char *shared = getenv("HELUO_SHARED");
    char path[1024];
    snprintf(path, sizeof path, "%s/data/entities/luoyang_enterprises_1978_2019.csv",
             shared ? shared : "../shared");
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* 12,879 companies as a register exported them. Every code is right in its outer check digit. */
static void real_register_is_read_as_it_is(void **state)
{
    (void)state;
    int fd = register_open(), fields[CSV_CELLS_MAX];
    if (fd < 0) {
        print_message("skipped: the register is not here (HELUO_SHARED)\n");
        skip();
    }
    CsvReader *reader = csv_open(fd);
    CsvRecord *row = mem_alloc(sizeof *row);
    Counts counts = {0};
    assert_int_equal(csv_next(reader, row), CSV_RECORD);
    for (int i = 0; i < row->count; i++) fields[i] = model_heading(entity_dataset(), row->cells[i]);
    for (int i = 0; i < row->count; i++) assert_int_not_equal(fields[i], -1);
    while (csv_next(reader, row) == CSV_RECORD) record_count(row, fields, &counts);
    csv_close(reader);
    close(fd);
    mem_free(row);
    assert_int_equal(counts.records, 12879);
    assert_int_equal(counts.capitals, 9719); /* the others are N/A or - */
    assert_int_equal(counts.refused, 1);
    assert_int_equal(counts.codes[ISSUE_CHECK_DIGIT], 1); /* of an embedded organisation code */
    assert_int_equal(counts.warned, 1);
    assert_int_equal(counts.codes[ISSUE_CODE_UNKNOWN], 1); /* the pair 99 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_codes_pass),
        cmocka_unit_test(invalid_codes_are_refused_with_what_is_wrong),
        cmocka_unit_test(code_is_required),
        cmocka_unit_test(full_width_and_lower_case_are_folded),
        cmocka_unit_test(all_510_substitutions_are_detected),
        cmocka_unit_test(department_and_category_pair_that_the_list_lacks_is_a_warning),
        cmocka_unit_test(embedded_division_may_be_a_former_one_but_must_be_known),
        cmocka_unit_test(division_that_a_city_registers_is_known_from_then_on),
        cmocka_unit_test(organisation_code_has_its_own_check_and_must_be_the_embedded_one),
        cmocka_unit_test(registration_number_has_a_check_digit_when_it_has_15),
        cmocka_unit_test(days_must_exist_have_come_and_follow_one_another),
        cmocka_unit_test(status_and_days_that_do_not_fit_are_warnings),
        cmocka_unit_test(codes_of_other_fields_are_checked),
        cmocka_unit_test(headings_of_registers_are_understood),
        cmocka_unit_test(real_register_is_read_as_it_is),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
