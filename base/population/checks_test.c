/* Persons and what organs know of them, through the typed parse and the checks, with the codes that
 * ship. Numbers are made up, or of the standard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <fcntl.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/population/numbers.h"
#include "kernel/dataset/dataset.h"
#include "kernel/numbers/checkdigit.h"
#include "lib/csv.h"
#include "lib/text.h"
#include "person.gen.h"

enum { FIELDS_GIVEN_MAX = 8, NO_ISSUE = -1 };

static Arena *arena;
static Issues issues;
static Record record;

typedef struct Given {
    const char *field, *text;
} Given;

static void parse(const char *dataset, const Given *given)
{
    arena_reset(arena);
    issues_clear(&issues, arena);
    RuleContext context = {arena, codes_shipped(), day_of(2026, 3, 1), &issues};
    const Dataset *self = model_dataset(&MODEL_SHIPPED, str_of(dataset));
    RawRecord *raw = arena_array(arena, RawRecord, 1);
    for (int i = 0; i < FIELDS_GIVEN_MAX && given[i].field; i++) {
        int field = model_field(self, str_of(given[i].field));
        assert_true(field >= 0);
        raw->cells[field] = str_of(given[i].text);
    }
    record_parse(&context, self, raw, &record);
}

static void parse_person(const char *number, Given one, Given two)
{
    parse("person", (Given[FIELDS_GIVEN_MAX]){{"id_number", number}, {"name", "某某"}, one, two});
}

/* Exactly one issue, of this code at this field; or none at all. */
static void expect(const char *about, const char *field, int code, bool warning)
{
    bool good = issues.count == (code == NO_ISSUE ? 0 : 1);
    if (good && code != NO_ISSUE) {
        const Issue *issue = &issues.items[0];
        good = (int)issue->code == code && issue->warning == warning &&
               issue->field == model_field(record.dataset, str_of(field));
    }
    if (good) return;
    for (int i = 0; i < issues.count; i++) {
        Buf text = buf_new(4096);
        issue_write_text(&text, &issues.items[i], LANG_EN);
        print_error("%s: %s %s: " STR_FMT "\n", about,
                    issues.items[i].warning ? "warning" : "error",
                    issue_code_name(issues.items[i].code), STR_ARG(buf_str(&text)));
        buf_free(&text);
    }
    fail_msg("%s: expected %s at %s", about,
             code == NO_ISSUE ? "nothing" : issue_code_name((IssueCode)code), field);
}

static bool said(const char *zh)
{
    Buf text = buf_new(4096);
    issue_write_text(&text, &issues.items[0], LANG_ZH);
    bool found = str_find(buf_str(&text), str_of(zh)) >= 0;
    buf_free(&text);
    return found;
}

static const Given NOTHING = {NULL, NULL};

/* ---- the number ---- */

static void valid_numbers_pass(void **state)
{
    (void)state;
    static const char *const VALID[] = {
        "410305199003072014", "410303198506152318", "410302194912310022", "410311200802290037",
        "410324197701018808", "11010519491231002X", "410306198803125016", /* abolished divisions
                                                                             stay in numbers */
        "410381199202290010", "410322197005051011", "410307199909093025", "810000199001010019",
        "83000019750615002X", /* residents' permits */
    };
    for (size_t i = 0; i < COUNT_OF(VALID); i++) {
        parse_person(VALID[i], NOTHING, NOTHING);
        expect(VALID[i], "id_number", NO_ISSUE, false);
        assert_true(str_is(record.values[PERSON_ID_NUMBER].text, VALID[i]));
    }
}

static void invalid_numbers_are_refused_with_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *number;
        IssueCode code;
    } INVALID[] = {
        {"410305199003072015", ISSUE_CHECK_DIGIT},
        {"410305199003072041", ISSUE_CHECK_DIGIT}, /* last two swapped */
        {"410305199002302017", ISSUE_DATE_INVALID},
        {"410305190013010019", ISSUE_DATE_INVALID},
        {"410311190002290016", ISSUE_DATE_INVALID}, /* 1900 has no leap day */
        {"990305199003072017", ISSUE_CODE_UNKNOWN},
        {"410305209903072016", ISSUE_DATE_FUTURE},
        {"41030519900307201", ISSUE_LENGTH},
        {"4103051990030720144", ISSUE_LENGTH},
        {"41030519900307201Y", ISSUE_TYPE},
        {"身份证号码没有填写", ISSUE_LENGTH},
        {"", ISSUE_REQUIRED},
        {"N/A", ISSUE_REQUIRED},
    };
    for (size_t i = 0; i < COUNT_OF(INVALID); i++) {
        parse_person(INVALID[i].number, NOTHING, NOTHING);
        expect(INVALID[i].number, "id_number", (int)INVALID[i].code, false);
    }
}

/* 410305 is known, its neighbours are not: the check digit is right in all of them. */
static void prefix_must_have_been_a_division(void **state)
{
    (void)state;
    static const struct {
        const char *prefix;
        bool known;
    } PREFIXES[] = {
        {"410305", true},  {"410306", true},  {"410322", true},  {"410381", true},
        {"110103", true},  {"440524", true},  {"810000", true},  {"820000", true},
        {"830000", true},  {"710000", true},  {"410399", false}, {"410309", false},
        {"410398", false}, {"110199", false}, {"440599", false}, {"810001", false},
        {"830001", false}, {"820100", false},
    };
    for (size_t i = 0; i < COUNT_OF(PREFIXES); i++) {
        char number[19];
        snprintf(number, sizeof number, "%s19850615231", PREFIXES[i].prefix);
        number[17] = id18_check_char((Str){number, 17});
        number[18] = '\0';
        parse_person(number, NOTHING, NOTHING);
        expect(number, "id_number", PREFIXES[i].known ? NO_ISSUE : ISSUE_CODE_UNKNOWN, false);
    }
}

static void all_153_substitutions_are_detected(void **state)
{
    (void)state;
    const char *valid = "410305199003072014";
    int tried = 0;
    for (int at = 0; at < 17; at++) {
        for (char c = '0'; c <= '9'; c++) {
            if (c == valid[at]) continue;
            char changed[19];
            memcpy(changed, valid, 19);
            changed[at] = c;
            parse_person(changed, NOTHING, NOTHING);
            assert_true(issues.errors > 0);
            tried++;
        }
    }
    assert_int_equal(tried, 153);
}

static void old_number_becomes_the_new_one_with_a_warning(void **state)
{
    (void)state;
    parse_person("410305900307201", NOTHING, NOTHING);
    expect("15 digits", "id_number", ISSUE_LENGTH, true);
    assert_true(said("已换算为 18 位"));
    assert_true(str_is(record.values[PERSON_ID_NUMBER].text, "410305199003072014"));
    parse_person("４１０３０５９００３０７２０１", NOTHING, NOTHING);
    expect("full width", "id_number", ISSUE_LENGTH, true);
    static const struct {
        const char *number;
        IssueCode code;
    } INVALID[] = {
        {"410305900230201", ISSUE_DATE_INVALID}, {"410305901301201", ISSUE_DATE_INVALID},
        {"990305900307201", ISSUE_CODE_UNKNOWN}, {"410305900307996", ISSUE_RANGE},
        {"41030590030720X", ISSUE_TYPE},         {"41030590030720", ISSUE_LENGTH},
    };
    for (size_t i = 0; i < COUNT_OF(INVALID); i++) {
        parse_person(INVALID[i].number, NOTHING, NOTHING);
        expect(INVALID[i].number, "id_number", (int)INVALID[i].code, false);
    }
}

static void lower_case_and_full_width_are_folded(void **state)
{
    (void)state;
    static const char *const WRITTEN[] = {
        "11010519491231002x", "１１０１０５１９４９１２３１００２ｘ", " 110105 19491231 002X "};
    for (size_t i = 0; i < COUNT_OF(WRITTEN); i++) {
        parse_person(WRITTEN[i], NOTHING, NOTHING);
        expect(WRITTEN[i], "id_number", NO_ISSUE, false);
        assert_true(str_is(record.values[PERSON_ID_NUMBER].text, "11010519491231002X"));
    }
}

static void foreign_permanent_resident_has_no_division_and_no_parity(void **state)
{
    (void)state;
    char number[19] = "94184019850101001";
    number[17] = id18_check_char((Str){number, 17});
    parse_person(number, (Given){"sex", "2"}, (Given){"birth_date", "1985-01-01"});
    expect("woman with an odd order", "sex", NO_ISSUE, false);
    parse_person(number, (Given){"birth_date", "1985-01-02"}, NOTHING);
    expect("another day", "birth_date", ISSUE_MISMATCH, false);
    number[17] = number[17] == '0' ? '1' : '0';
    parse_person(number, NOTHING, NOTHING);
    expect("check digit", "id_number", ISSUE_CHECK_DIGIT, false);
}

/* Every vector of the kinds ID18 and ID15. */
static void shared_vectors(void **state)
{
    (void)state;
    const char *shared = getenv("HELUO_SHARED");
    char path[512];
    snprintf(path, sizeof path, "%s/codes/checkdigit_vectors.csv", shared ? shared : "../shared");
    int fd = open(path, O_RDONLY | O_CLOEXEC), seen = 0;
    if (fd < 0) {
        print_message("%s is not there: skipped\n", path);
        skip();
    }
    CsvReader *reader = csv_open(fd);
    CsvRecord *row = mem_alloc(sizeof *row);
    while (csv_next(reader, row) == CSV_RECORD) {
        if (!str_is(row->cells[0], "ID18") && !str_is(row->cells[0], "ID15")) continue;
        char number[64];
        snprintf(number, sizeof number, STR_FMT, STR_ARG(row->cells[1]));
        bool valid = !str_is(row->cells[2], "invalid"); /* `policy`: folded on entry */
        parse_person(number, NOTHING, NOTHING);
        if ((issues.errors == 0) != valid) fail_msg("%s", number);
        seen++;
    }
    assert_true(seen >= 23);
    csv_close(reader);
    close(fd);
    mem_free(row);
}

/* ---- what the number says of its holder ---- */

static void sex_code_must_agree_with_the_17th_digit(void **state)
{
    (void)state;
    static const struct {
        const char *number, *sex;
        int issue;
    } CASES[] = {
        {"410302194912310022", "2", NO_ISSUE},
        {"410302194912310022", "1", ISSUE_MISMATCH},
        {"410305199003072014", "1", NO_ISSUE},
        {"410305199003072014", "2", ISSUE_MISMATCH},
        {"410305199003072014", "男", NO_ISSUE},
        {"410305199003072014", "女", ISSUE_MISMATCH},
        {"410305199003072014", "0", NO_ISSUE},
        {"410302194912310022", "9", NO_ISSUE},
        {"410302194912310022", "3", ISSUE_CODE_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        parse_person(CASES[i].number, (Given){"sex", CASES[i].sex}, NOTHING);
        expect(CASES[i].number, "sex", CASES[i].issue, false);
    }
    parse_person("410302194912310022", (Given){"sex", "1"}, NOTHING);
    assert_true(said("第 17 位是偶数，为女性"));
}

static void birth_date_must_be_the_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *date;
        int issue;
    } CASES[] = {
        {"1990-03-07", NO_ISSUE},           {"1990/3/7", ISSUE_DATE_INVALID},
        {"1990-07-03", ISSUE_MISMATCH},     {"1990-03-08", ISSUE_MISMATCH},
        {"1990-02-30", ISSUE_DATE_INVALID}, {"2030-01-01", ISSUE_DATE_FUTURE},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        parse_person("410305199003072014", (Given){"birth_date", CASES[i].date}, NOTHING);
        expect(CASES[i].date, "birth_date", CASES[i].issue, false);
    }
}

static void age_over_120_warns(void **state)
{
    (void)state;
    parse_person("440524188001010014", NOTHING, NOTHING);
    expect("born 1880", "id_number", ISSUE_RANGE, true);
    assert_true(said("146"));
    parse_person("440524188001010014", (Given){"status", "dead"},
                 (Given){"status_date", "1960-01-01"});
    expect("died at 80", "id_number", NO_ISSUE, false);
    static const struct {
        const char *body;
        bool warned;
    } BORN[] = {{"41030519050301201", true}, /* 121 on this very day */
                {"41030519050302201", false},
                {"41030519060101201", false},
                {"41030519050228201", true},
                {"41030519040101201", true}};
    for (size_t i = 0; i < COUNT_OF(BORN); i++) {
        char number[19];
        memcpy(number, BORN[i].body, 18);
        number[17] = id18_check_char((Str){number, 17});
        number[18] = '\0';
        parse_person(number, NOTHING, NOTHING);
        expect(number, "id_number", BORN[i].warned ? ISSUE_RANGE : NO_ISSUE, true);
    }
}

static void ages_are_whole_years(void **state)
{
    (void)state;
    assert_int_equal(age_on(day_of(1990, 3, 7), day_of(2026, 3, 6)), 35);
    assert_int_equal(age_on(day_of(1990, 3, 7), day_of(2026, 3, 7)), 36);
    assert_int_equal(age_on(day_of(2008, 2, 29), day_of(2026, 2, 28)), 17);
    assert_int_equal(age_on(day_of(2008, 2, 29), day_of(2026, 3, 1)), 18);
    assert_int_equal(age_on(day_of(2026, 3, 1), day_of(2026, 3, 1)), 0);
}

/* ---- status and household ---- */

static void status_that_is_not_normal_needs_its_day(void **state)
{
    (void)state;
    const char *number = "410305199003072014";
    static const char *const ENDED[] = {"dead", "死亡", "moved_out", "cancelled"};
    for (size_t i = 0; i < COUNT_OF(ENDED); i++) {
        parse_person(number, (Given){"status", ENDED[i]}, NOTHING);
        expect(ENDED[i], "status_date", ISSUE_REQUIRED, false);
        parse_person(number, (Given){"status", ENDED[i]}, (Given){"status_date", "2025-01-01"});
        expect(ENDED[i], "status_date", NO_ISSUE, false);
        parse_person(number, (Given){"status", ENDED[i]}, (Given){"status_date", "1989-01-01"});
        expect(ENDED[i], "status_date", ISSUE_MISMATCH, false);
        parse_person(number, (Given){"status", ENDED[i]}, (Given){"status_date", "2025-13-01"});
        expect(ENDED[i], "status_date", ISSUE_DATE_INVALID, false);
    }
    parse_person(number, (Given){"status", "normal"}, NOTHING);
    expect("normal", "status_date", NO_ISSUE, false);
    parse_person(number, (Given){"status", "gone"}, NOTHING);
    expect("no such status", "status", ISSUE_CODE_UNKNOWN, false);
}

static void household_hangs_together(void **state)
{
    (void)state;
    static const struct {
        const char *number;
        Given given[3];
        const char *field;
        int issue;
    } CASES[] = {
        {"410305199003072014", {{"relation", "0"}, {"household_no", "1"}}, "", NO_ISSUE},
        {"410305199003072014", {{"relation", "0"}}, "household_no", ISSUE_REQUIRED},
        {"410305199003072014",
         {{"relation", "2"}, {"household_no", "1"}, {"sex", "1"}},
         "",
         NO_ISSUE},
        {"410305199003072014",
         {{"relation", "3"}, {"household_no", "1"}, {"sex", "1"}},
         "relation",
         ISSUE_MISMATCH},
        {"410302194912310022",
         {{"relation", "2"}, {"household_no", "1"}, {"sex", "2"}},
         "relation",
         ISSUE_MISMATCH},
        {"410302194912310022",
         {{"relation", "1"}, {"household_no", "1"}, {"marital", "20"}},
         "",
         NO_ISSUE},
        {"410302194912310022",
         {{"relation", "1"}, {"household_no", "1"}, {"marital", "10"}},
         "marital",
         ISSUE_MISMATCH},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Given given[FIELDS_GIVEN_MAX] = {{"id_number", CASES[i].number}, {"name", "某某"}};
        for (int k = 0; k < 3 && CASES[i].given[k].field; k++) given[2 + k] = CASES[i].given[k];
        parse("person", given);
        expect(CASES[i].number, CASES[i].field, CASES[i].issue, true);
    }
}

/* ---- what hangs on a person ---- */

typedef struct Case {
    const char *about, *dataset;
    Given given[FIELDS_GIVEN_MAX];
    const char *field;
    int issue;
    bool warning;
} Case;

#define MAN "410305199003072014"
#define WOMAN "410324197701018808"

static const Case CASES[] = {
    {"a marriage",
     "marriage",
     {{"certificate_number", "J1"},
      {"event", "marriage"},
      {"husband_id", MAN},
      {"wife_id", WOMAN},
      {"registered_on", "2015-05-20"}},
     "",
     NO_ISSUE,
     false},
    {"two women",
     "marriage",
     {{"certificate_number", "J1"},
      {"event", "marriage"},
      {"husband_id", WOMAN},
      {"wife_id", "410302194912310022"},
      {"registered_on", "2015-05-20"}},
     "husband_id",
     ISSUE_MISMATCH,
     false},
    {"a man of 21",
     "marriage",
     {{"certificate_number", "J1"},
      {"event", "marriage"},
      {"husband_id", MAN},
      {"wife_id", WOMAN},
      {"registered_on", "2012-03-06"}},
     "husband_id",
     ISSUE_RANGE,
     true},
    {"a birth",
     "birth",
     {{"certificate_number", "B1"}, {"id_number", MAN}, {"sex", "1"}, {"born_on", "1990-03-07"}},
     "",
     NO_ISSUE,
     false},
    {"a birth of another day",
     "birth",
     {{"certificate_number", "B1"}, {"id_number", MAN}, {"sex", "1"}, {"born_on", "1990-03-08"}},
     "born_on",
     ISSUE_MISMATCH,
     false},
    {"a birth of another sex",
     "birth",
     {{"certificate_number", "B1"}, {"id_number", MAN}, {"sex", "2"}, {"born_on", "1990-03-07"}},
     "sex",
     ISSUE_MISMATCH,
     false},
    {"a birth without a number yet",
     "birth",
     {{"certificate_number", "B1"}, {"sex", "2"}, {"born_on", "2026-02-01"}},
     "",
     NO_ISSUE,
     false},
    {"a death",
     "death",
     {{"certificate_number", "D1"}, {"id_number", MAN}, {"died_on", "2025-01-01"}},
     "",
     NO_ISSUE,
     false},
    {"a death before birth",
     "death",
     {{"certificate_number", "D1"}, {"id_number", MAN}, {"died_on", "1989-01-01"}},
     "died_on",
     ISSUE_MISMATCH,
     false},
    {"a mother with an unknown prefix",
     "birth",
     {{"certificate_number", "B1"},
      {"sex", "2"},
      {"born_on", "2026-02-01"},
      {"mother_id", "410399197701018808"}},
     "mother_id",
     ISSUE_CHECK_DIGIT,
     false},
    {"a school",
     "education_record",
     {{"id", "1"},
      {"id_number", MAN},
      {"level", "20"},
      {"school", "某大学"},
      {"state", "graduated"},
      {"entered_on", "2008-09-01"},
      {"left_on", "2012-06-30"}},
     "",
     NO_ISSUE,
     false},
    {"left before entered",
     "education_record",
     {{"id", "1"},
      {"id_number", MAN},
      {"level", "20"},
      {"school", "某大学"},
      {"state", "graduated"},
      {"entered_on", "2012-09-01"},
      {"left_on", "2008-06-30"}},
     "left_on",
     ISSUE_MISMATCH,
     false},
    {"moved in",
     "move",
     {{"id", "1"},
      {"id_number", MAN},
      {"kind", "in"},
      {"moved_on", "2020-01-01"},
      {"to_division", "410305"}},
     "",
     NO_ISSUE,
     false},
    {"moved in, but where",
     "move",
     {{"id", "1"}, {"id_number", MAN}, {"kind", "in"}, {"moved_on", "2020-01-01"}},
     "to_division",
     ISSUE_REQUIRED,
     false},
    {"moved out, but from where",
     "move",
     {{"id", "1"}, {"id_number", MAN}, {"kind", "out"}, {"moved_on", "2020-01-01"}},
     "from_division",
     ISSUE_REQUIRED,
     false},
    {"adopted by oneself",
     "adoption",
     {{"certificate_number", "A1"},
      {"id_number", MAN},
      {"adopter_id", MAN},
      {"registered_on", "2000-01-01"}},
     "adopter_id",
     ISSUE_MISMATCH,
     false},
    {"a vaccination before birth",
     "vaccination",
     {{"id", "1"}, {"id_number", MAN}, {"vaccine", "卡介苗"}, {"given_on", "1990-03-06"}},
     "given_on",
     ISSUE_MISMATCH,
     false},
    {"an employment",
     "employment",
     {{"id", "1"},
      {"id_number", MAN},
      {"state", "employed"},
      {"employer_uscc", "91410300MA9A00010P"},
      {"since", "2013-01-01"}},
     "",
     NO_ISSUE,
     false},
    {"a household",
     "household",
     {{"household_no", "1"}, {"household_type", "family"}, {"head_id", MAN}, {"members", "3"}},
     "",
     NO_ISSUE,
     false},
    {"closed before opened",
     "household",
     {{"household_no", "1"},
      {"household_type", "family"},
      {"opened_on", "2010-01-01"},
      {"closed_on", "2009-01-01"}},
     "closed_on",
     ISSUE_MISMATCH,
     false},
    {"aid without its kind",
     "low_income_aid",
     {{"id", "1"}, {"id_number", MAN}, {"since", "2020-01-01"}},
     "aid_kind",
     ISSUE_REQUIRED,
     false},
};

static void what_hangs_on_a_person_is_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        parse(CASES[i].dataset, CASES[i].given);
        expect(CASES[i].about, CASES[i].field, CASES[i].issue, CASES[i].warning);
    }
}

/* ---- the definitions ---- */

static void nothing_of_a_person_is_public_or_open(void **state)
{
    (void)state;
    int of_population = 0;
    for (int i = 0; i < MODEL_SHIPPED.dataset_count; i++) {
        const Dataset *dataset = &MODEL_SHIPPED.datasets[i];
        if (!str_is(dataset->module, "base/population")) continue;
        of_population++;
        assert_false(dataset->sharing.open);
        for (int k = 0; k < dataset->field_count; k++)
            assert_int_equal(dataset->fields[k].secrecy, SECRECY_PERSONAL);
    }
    assert_int_equal(of_population, 17);
    const Dataset *post = model_dataset(&MODEL_SHIPPED, STR("cadre_post"));
    assert_true(str_is(post->sharing.type, "none") && post->sharing.basis.n > 0);
}

static void trust_is_the_polices_but_for_marriage_and_education(void **state)
{
    (void)state;
    const Dataset *person = model_dataset(&MODEL_SHIPPED, STR("person"));
    assert_true(str_is(person->sources.items[0], "police"));
    for (int i = 0; i < person->field_count; i++) {
        const Field *field = &person->fields[i];
        const char *first = i == PERSON_MARITAL     ? "civil_affairs"
                            : i == PERSON_EDUCATION ? "education"
                                                    : NULL;
        assert_int_equal(field->from.count, first ? 2 : 0);
        if (first == NULL) continue;
        assert_true(str_is(field->from.items[0], first));
        assert_true(str_is(field->from.items[1], "police"));
    }
    assert_int_equal(person->identity, PERSON_NAME);
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(16 * 1024 * 1024);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_numbers_pass),
        cmocka_unit_test(invalid_numbers_are_refused_with_what_is_wrong),
        cmocka_unit_test(prefix_must_have_been_a_division),
        cmocka_unit_test(all_153_substitutions_are_detected),
        cmocka_unit_test(old_number_becomes_the_new_one_with_a_warning),
        cmocka_unit_test(lower_case_and_full_width_are_folded),
        cmocka_unit_test(foreign_permanent_resident_has_no_division_and_no_parity),
        cmocka_unit_test(shared_vectors),
        cmocka_unit_test(sex_code_must_agree_with_the_17th_digit),
        cmocka_unit_test(birth_date_must_be_the_numbers),
        cmocka_unit_test(age_over_120_warns),
        cmocka_unit_test(ages_are_whole_years),
        cmocka_unit_test(status_that_is_not_normal_needs_its_day),
        cmocka_unit_test(household_hangs_together),
        cmocka_unit_test(what_hangs_on_a_person_is_checked),
        cmocka_unit_test(nothing_of_a_person_is_public_or_open),
        cmocka_unit_test(trust_is_the_polices_but_for_marriage_and_education),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
