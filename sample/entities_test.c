/* The sample city goes through the same door as real data: what it gets wrong is what it says. */
#include "annual_report.gen.h"
#include "entity.gen.h"
#include "kernel/numbers/checkdigit.h"
#include "sample/sample_testkit.h"

enum { ENTITIES = 6000, FIRST_YEAR_OF_CITY = 1990 };

static SampleOptions options_of(int64_t entities)
{
    return (SampleOptions){.entities = entities,
                           .seed = 7,
                           .first_day = day_of(2025, 6, 30),
                           .second_day = day_of(2026, 6, 30),
                           .codes = codes};
}

static Buf file_of(SampleFile file, const SampleOptions *options)
{
    Buf out = buf_new(64 * 1024 * 1024);
    assert_true(sample_file_write(file, options, sink_buf, &out));
    assert_false(out.overflow);
    return out;
}

static Seen file_read(SampleFile file, const SampleOptions *options, EachFn each, void *self)
{
    const SampleFileInfo *info = &SAMPLE_FILE_INFO[file];
    Buf bytes = file_of(file, options);
    Seen seen = rows_read(info->dataset, &bytes,
                          info->later ? options->second_day : options->first_day, each, self);
    buf_free(&bytes);
    return seen;
}

/* ---- tables of records by key, by plain sorting ---- */

typedef struct Line {
    char uscc[19], name[160], address[200];
    int64_t employees, capital;
    int established;
    bool cancelled;
} Line;

typedef struct Lines {
    Line *items;
    int count;
} Lines;

static void copy_text(char *out, size_t size, const Value *value)
{
    snprintf(out, size, STR_FMT, STR_ARG(value->text));
}

static void line_add(void *self, const Record *record)
{
    Lines *lines = self;
    assert_true(lines->count < ENTITIES);
    Line *line = &lines->items[lines->count++];
    const Value *values = record->values;
    copy_text(line->uscc, sizeof line->uscc, &values[ENTITY_USCC]);
    copy_text(line->name, sizeof line->name, &values[ENTITY_NAME]);
    copy_text(line->address, sizeof line->address, &values[ENTITY_ADDRESS]);
    line->employees = values[ENTITY_EMPLOYEES].number;
    line->capital = values[ENTITY_REGISTERED_CAPITAL].number;
    line->established = (int)values[ENTITY_ESTABLISHED_ON].number;
    line->cancelled = str_is(values[ENTITY_STATUS].text, "cancelled");
}

static int by_uscc(const void *a, const void *b)
{
    return strcmp(((const Line *)a)->uscc, ((const Line *)b)->uscc);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const Line *)a)->name, ((const Line *)b)->name);
}

static Lines lines_of(SampleFile file, const SampleOptions *options)
{
    Lines lines = {mem_alloc(sizeof(Line) * ENTITIES), 0};
    (void)file_read(file, options, line_add, &lines);
    qsort(lines.items, (size_t)lines.count, sizeof(Line), by_uscc);
    return lines;
}

static const Line *line_find(const Lines *lines, const char *uscc)
{
    Line wanted;
    snprintf(wanted.uscc, sizeof wanted.uscc, "%s", uscc);
    return bsearch(&wanted, lines->items, (size_t)lines->count, sizeof(Line), by_uscc);
}

/* ---- tests ---- */

static void same_seed_gives_the_same_bytes_and_another_seed_others(void **state)
{
    (void)state;
    SampleOptions options = options_of(300), other = options;
    other.seed = 8;
    for (int file = 0; file < SAMPLE_FILES; file++) {
        Buf first = file_of((SampleFile)file, &options),
            again = file_of((SampleFile)file, &options);
        Buf different = file_of((SampleFile)file, &other);
        assert_true(str_eq(buf_str(&first), buf_str(&again)));
        assert_int_equal(str_eq(buf_str(&first), buf_str(&different)), file == SAMPLE_DIVISIONS);
        buf_free(&first);
        buf_free(&again);
        buf_free(&different);
    }
}

static void larger_city_begins_with_the_smaller_one(void **state)
{
    (void)state;
    SampleOptions small = options_of(200), large = options_of(400);
    Buf few = file_of(SAMPLE_MARKET_REGULATION, &small),
        many = file_of(SAMPLE_MARKET_REGULATION, &large);
    assert_true(many.n > few.n);
    assert_true(str_starts(buf_str(&many), buf_str(&few)));
    buf_free(&few);
    buf_free(&many);
}

static bool sink_stop(void *self, Str bytes)
{
    (void)bytes;
    int *calls = self;
    return ++*calls < 2;
}

static void sink_can_stop_the_writing(void **state)
{
    (void)state;
    SampleOptions options = options_of(3000);
    int calls = 0;
    assert_false(sample_file_write(SAMPLE_MARKET_REGULATION, &options, sink_stop, &calls));
    assert_int_equal(calls, 2);
}

static void city_without_entities_has_headings_only(void **state)
{
    (void)state;
    SampleOptions options = options_of(0);
    for (int file = SAMPLE_MARKET_REGULATION; file < SAMPLE_FILES; file++) {
        Seen seen = file_read((SampleFile)file, &options, NULL, NULL);
        assert_int_equal(seen.records, 0);
    }
}

static void register_is_refused_only_at_the_stated_rates(void **state)
{
    (void)state;
    SampleOptions options = options_of(ENTITIES);
    Seen seen = file_read(SAMPLE_MARKET_REGULATION, &options, NULL, NULL);
    assert_in_range(seen.records, ENTITIES * 8 / 10, ENTITIES);
    about("check digits", seen.refused_for[ISSUE_CHECK_DIGIT], SAMPLE_CHECK_DIGIT_WRONG,
          seen.records);
    about("days", seen.refused_for[ISSUE_DATE_INVALID], SAMPLE_DAY_IMPOSSIBLE, seen.records);
    about("amounts", seen.refused_for[ISSUE_TYPE], SAMPLE_AMOUNT_UNREADABLE, seen.records);
    int named = seen.refused_for[ISSUE_CHECK_DIGIT] + seen.refused_for[ISSUE_DATE_INVALID] +
                seen.refused_for[ISSUE_TYPE];
    assert_in_range(seen.refused, named - 3, named); /* nothing else; two faults may meet */
}

static void other_files_are_refused_for_check_digits_only(void **state)
{
    (void)state;
    static const SampleFile FILES[] = {SAMPLE_STAFFING_OFFICE, SAMPLE_CIVIL_AFFAIRS, SAMPLE_TAX,
                                       SAMPLE_HUMAN_RESOURCES, SAMPLE_STATISTICS};
    SampleOptions options = options_of(ENTITIES);
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        Seen seen = file_read(FILES[i], &options, NULL, NULL);
        assert_true(seen.records > 0);
        int days = seen.refused_for[ISSUE_DATE_INVALID], amounts = seen.refused_for[ISSUE_TYPE];
        bool registrar = FILES[i] == SAMPLE_STAFFING_OFFICE || FILES[i] == SAMPLE_CIVIL_AFFAIRS;
        about("check digits", seen.refused_for[ISSUE_CHECK_DIGIT], SAMPLE_CHECK_DIGIT_WRONG,
              seen.records);
        if (!registrar) assert_int_equal(days + amounts, 0);
        assert_in_range(seen.refused, 0, seen.refused_for[ISSUE_CHECK_DIGIT] + days + amounts);
    }
    static const SampleFile CLEAN[] = {SAMPLE_DIVISIONS, SAMPLE_ENTITY_LIST, SAMPLE_ANNUAL_REPORT};
    for (size_t i = 0; i < COUNT_OF(CLEAN); i++) {
        Seen seen = file_read(CLEAN[i], &options, NULL, NULL);
        assert_true(seen.records > 0);
        assert_int_equal(seen.refused, 0);
    }
}

static void codes_and_names_are_nobody_elses(void **state)
{
    (void)state;
    SampleOptions options = options_of(ENTITIES);
    Lines lines = lines_of(SAMPLE_MARKET_REGULATION, &options);
    for (int i = 0; i < lines.count; i++) {
        const Line *line = &lines.items[i];
        assert_true(str_starts(str_slice(str_of(line->uscc), 2, 18), STR(SAMPLE_DIVISION)));
        assert_int_equal(uscc_check(str_of(line->uscc)), NUMBER_VALID);
        if (i) assert_true(strcmp(line->uscc, lines.items[i - 1].uscc) != 0);
        assert_in_range(line->established, day_of(FIRST_YEAR_OF_CITY, 1, 1), options.first_day);
        assert_true(str_starts(str_of(line->address), STR("洛阳市")));
    }
    qsort(lines.items, (size_t)lines.count, sizeof(Line), by_name);
    for (int i = 1; i < lines.count; i++)
        assert_true(strcmp(lines.items[i].name, lines.items[i - 1].name) != 0);
    mem_free(lines.items);
}

static void organs_disagree_at_the_stated_rates(void **state)
{
    (void)state;
    SampleOptions options = options_of(ENTITIES);
    Lines market = lines_of(SAMPLE_MARKET_REGULATION, &options),
          tax = lines_of(SAMPLE_TAX, &options);
    int both = 0, names = 0, addresses = 0;
    for (int i = 0; i < tax.count; i++) {
        const Line *line = line_find(&market, tax.items[i].uscc);
        if (line == NULL) continue; /* refused there, or another registrar's */
        both++;
        names += strcmp(line->name, tax.items[i].name) != 0;
        addresses += strcmp(line->address, tax.items[i].address) != 0;
        assert_false(line->cancelled);
    }
    assert_true(both > ENTITIES / 3);
    about("names", names, SAMPLE_NAME_DIFFERS, both);
    about("addresses", addresses, SAMPLE_ADDRESS_DIFFERS, both);
    mem_free(market.items);
    mem_free(tax.items);
}

static void employees_differ_between_two_organs(void **state)
{
    (void)state;
    SampleOptions options = options_of(ENTITIES);
    Lines one = lines_of(SAMPLE_HUMAN_RESOURCES, &options),
          two = lines_of(SAMPLE_STATISTICS, &options);
    int both = 0, differ = 0;
    for (int i = 0; i < two.count; i++) {
        const Line *line = line_find(&one, two.items[i].uscc);
        if (line == NULL) continue;
        both++;
        differ += line->employees != two.items[i].employees;
    }
    about("employees", differ, SAMPLE_EMPLOYEES_DIFFER * 2,
          both); /* each of the two may be wrong */
    mem_free(one.items);
    mem_free(two.items);
}

static void second_year_has_births_deaths_and_changes(void **state)
{
    (void)state;
    SampleOptions options = options_of(ENTITIES);
    Lines before = lines_of(SAMPLE_MARKET_REGULATION, &options);
    Lines after = lines_of(SAMPLE_MARKET_REGULATION_LATER, &options);
    int births = 0, deaths = 0, renamed = 0, raised = 0, moved = 0, same = 0;
    for (int i = 0; i < after.count; i++) {
        const Line *now = &after.items[i], *then = line_find(&before, now->uscc);
        births += now->established > options.first_day;
        if (then == NULL) continue;
        bool name = strcmp(then->name, now->name) != 0, capital = now->capital > then->capital;
        bool address = strcmp(then->address, now->address) != 0;
        deaths += now->cancelled && !then->cancelled;
        renamed += name;
        raised += capital;
        moved += address;
        same += !name && !capital && !address && now->cancelled == then->cancelled;
        assert_true(now->capital == then->capital || now->capital == then->capital * 2);
        assert_int_equal(now->established, then->established);
    }
    assert_in_range(births, ENTITIES / 50, ENTITIES / 5);
    assert_in_range(deaths, ENTITIES / 100, ENTITIES / 10);
    assert_in_range(renamed, ENTITIES / 200, ENTITIES / 20);
    assert_in_range(raised, ENTITIES / 100, ENTITIES / 10);
    assert_in_range(moved, ENTITIES / 100, ENTITIES / 10);
    assert_true(same > 0);
    mem_free(before.items);
    mem_free(after.items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_gives_the_same_bytes_and_another_seed_others),
        cmocka_unit_test(larger_city_begins_with_the_smaller_one),
        cmocka_unit_test(sink_can_stop_the_writing),
        cmocka_unit_test(city_without_entities_has_headings_only),
        cmocka_unit_test(register_is_refused_only_at_the_stated_rates),
        cmocka_unit_test(other_files_are_refused_for_check_digits_only),
        cmocka_unit_test(codes_and_names_are_nobody_elses),
        cmocka_unit_test(organs_disagree_at_the_stated_rates),
        cmocka_unit_test(employees_differ_between_two_organs),
        cmocka_unit_test(second_year_has_births_deaths_and_changes),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
