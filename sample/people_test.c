/* The sample's people: the shares of the census, families that hang together, and files that go
 * through the same checks as real data; what they get wrong is what is stated. */
#include "sample/people.h"

#include "base/population/numbers.h"
#include "kernel/numbers/checkdigit.h"
#include "person.gen.h"
#include "sample/sample_testkit.h"

enum { SHARES = 100000, PEOPLE = 20000 };

static PeopleOptions options_of(int64_t people)
{
    return (PeopleOptions){.people = people,
                           .seed = 7,
                           .first_day = day_of(2025, 6, 30),
                           .second_day = day_of(2026, 6, 30),
                           .codes = codes};
}

static Buf file_of(PeopleFile file, const PeopleOptions *options)
{
    Buf out = buf_new(64 * 1024 * 1024);
    assert_true(people_file_write(file, options, sink_buf, &out));
    assert_false(out.overflow);
    return out;
}

static Seen file_read(PeopleFile file, int64_t people, EachFn each, void *self)
{
    const PeopleFileInfo *info = &PEOPLE_FILE_INFO[file];
    PeopleOptions options = options_of(people);
    Buf bytes = file_of(file, &options);
    Seen seen = rows_read(info->dataset, &bytes,
                          info->later ? options.second_day : options.first_day, each, self);
    buf_free(&bytes);
    return seen;
}

/* ---- the truth ---- */

typedef void (*BlockFn)(const SampleBlock *block, int people);

static void blocks_each(int64_t people, BlockFn each)
{
    Arena *places = arena_new(1024 * 1024);
    SampleCity *city = sample_city(places, codes, 7, day_of(2025, 6, 30), day_of(2026, 6, 30));
    SamplePopulation *population = sample_population(city, people);
    const SampleBlock *block;
    while ((block = sample_population_next(population))) {
        int living = 0;
        while (living < block->count && block->people[living].age >= 0) living++;
        each(block, living);
    }
    sample_population_free(population);
    arena_free(places);
}

static struct {
    int64_t people, men, young, grown, old, oldest, urban, families, collective, homes, born, died,
        married;
} shares;

static void shares_count(const SampleBlock *block, int people)
{
    int32_t day = day_of(2025, 6, 30);
    for (int i = 0; i < people; i++) {
        const SamplePerson *person = &block->people[i];
        int age = age_on(person->birth, day);
        assert_int_equal(age, person->age);
        shares.people++;
        shares.men += person->male;
        shares.young += age < 15;
        shares.grown += age >= 15 && age < 60;
        shares.old += age >= 60;
        shares.oldest += age >= 65;
        shares.urban += block->households[person->household].urban;
        shares.collective += block->households[person->household].collective;
        shares.died += person->died != INT32_MAX;
        shares.married += person->married != INT32_MAX;
    }
    shares.born += block->count - people;
    for (int i = 0; i < block->household_count; i++) {
        shares.families += !block->households[i].collective;
        shares.homes += block->households[i].collective;
    }
}

/* 0.5 % of what is expected, and one person. */
static void share_is(const char *what, int64_t count, int64_t part)
{
    int64_t expected = census_share(SHARES, part), slack = expected / 200 + 1;
    if (count < expected - slack || count > expected + slack)
        fail_msg("%s: %lld, expected %lld", what, (long long)count, (long long)expected);
}

static void shares_are_those_of_the_census(void **state)
{
    (void)state;
    memset(&shares, 0, sizeof shares);
    blocks_each(SHARES, shares_count);
    assert_int_equal(shares.people, SHARES);
    share_is("men", shares.men, CENSUS_MEN);
    share_is("0-14", shares.young, CENSUS_AGE_0_14);
    share_is("15-59", shares.grown, CENSUS_AGE_15_59);
    share_is("60 and over", shares.old, CENSUS_AGE_60_PLUS);
    share_is("65 and over", shares.oldest, CENSUS_AGE_65_PLUS);
    share_is("urban", shares.urban, CENSUS_URBAN);
    share_is("families", shares.families, CENSUS_FAMILIES);
    share_is("collective households", shares.homes, CENSUS_COLLECTIVE_HOUSEHOLDS);
    share_is("people in them", shares.collective, CENSUS_COLLECTIVE_PEOPLE);
    int64_t in_families = shares.people - shares.collective;
    assert_in_range(in_families * 100 / shares.families, 283, 286); /* 2.85 on average */
    assert_in_range(shares.born, SHARES * 70 / 10000, SHARES * 75 / 10000);
    assert_in_range(shares.died, SHARES * 60 / 10000, SHARES * 85 / 10000);
    assert_in_range(shares.married, SHARES * 20 / 10000, SHARES * 55 / 10000);
}

static void published_counts_are_kept_exactly(void **state)
{
    (void)state;
    Census census = {0};
    int64_t men = 0, bands[4] = {0};
    census_make(&census);
    for (int age = 0; age < CENSUS_AGES; age++) {
        int64_t both = census.people[age][0] + census.people[age][1];
        men += census.people[age][1];
        bands[age < 15 ? 0 : age < 60 ? 1 : age < 65 ? 2 : 3] += both;
    }
    assert_int_equal(men, CENSUS_MEN);
    assert_int_equal(bands[0], CENSUS_AGE_0_14);
    assert_int_equal(bands[1], CENSUS_AGE_15_59);
    assert_int_equal(bands[2] + bands[3], CENSUS_AGE_60_PLUS);
    assert_int_equal(bands[3], CENSUS_AGE_65_PLUS);
}

static struct {
    int children, of_fathers_name;
} kin;

static void child_check(const SampleBlock *block, const SamplePerson *child)
{
    if (child->mother < 0) return;
    const SamplePerson *mother = &block->people[child->mother],
                       *father = &block->people[child->father];
    assert_false(mother->male);
    assert_true(father->male);
    assert_in_range(mother->age - child->age, 18, 43);
    assert_int_equal(mother->household, child->household);
    kin.children++;
    kin.of_fathers_name += child->surname == father->surname;
}

static void household_check(const SampleBlock *block, const SampleHousehold *household)
{
    int heads = 0, spouses = 0;
    assert_true(household->count > 0);
    const SamplePerson *head = &block->people[block->order[household->first]];
    for (int i = 0; i < household->count; i++) {
        const SamplePerson *person = &block->people[block->order[household->first + i]];
        assert_ptr_equal(&block->households[person->household], household);
        heads += person->relation == '0';
        spouses += person->relation == '1';
        if (person->relation == '1') {
            assert_ptr_equal(&block->people[person->spouse], head);
            assert_in_range(head->age - person->age + 20, 8, 36);
        }
        if (person->relation == '5') assert_in_range(person->age - head->age, 18, 50);
    }
    assert_int_equal(heads, 1);
    assert_true(spouses <= 1 && head->relation == '0');
    assert_int_equal(sample_village_urban(household->village), household->urban);
    assert_true(household->collective || head->age >= 18);
}

static void families_check(const SampleBlock *block, int people)
{
    for (int i = 0; i < block->household_count; i++) household_check(block, &block->households[i]);
    for (int i = 0; i < people; i++) {
        const SamplePerson *person = &block->people[i];
        child_check(block, person);
        if (person->spouse < 0) continue;
        const SamplePerson *spouse = &block->people[person->spouse];
        assert_ptr_equal(&block->people[spouse->spouse], person);
        assert_int_equal(spouse->male, !person->male);
        assert_true(person->age >= (person->male ? 22 : 20));
    }
}

static void households_hang_together(void **state)
{
    (void)state;
    memset(&kin, 0, sizeof kin);
    blocks_each(PEOPLE, families_check);
    assert_in_range(kin.children, PEOPLE / 5, PEOPLE / 2);
    about("father's name", kin.of_fathers_name, 9700, kin.children);
    assert_true(kin.of_fathers_name > kin.children * 95 / 100);
}

static char (*numbers)[19];
static int64_t number_count;

static void numbers_add(const SampleBlock *block, int people)
{
    (void)people;
    for (int i = 0; i < block->count; i++) {
        Str id = str_of(block->people[i].id);
        assert_true(str_starts(id, STR(SAMPLE_DIVISION)));
        assert_int_equal(id18_check(id, day_of(2026, 6, 30)), NUMBER_VALID);
        assert_int_equal(number_facts(id).male, block->people[i].male);
        memcpy(numbers[number_count++], id.p, 19);
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void numbers_are_nobodys_and_each_is_once(void **state)
{
    (void)state;
    numbers = mem_alloc(sizeof *numbers * (SHARES + SHARES / 50));
    number_count = 0;
    blocks_each(SHARES, numbers_add);
    qsort(numbers, (size_t)number_count, sizeof *numbers, by_text);
    for (int64_t i = 1; i < number_count; i++) assert_true(strcmp(numbers[i - 1], numbers[i]) != 0);
    mem_free(numbers);
}

/* 500 numbers a day for each sex: the densest year of ten million people needs fewer. */
static void numbers_are_enough_for_ten_million(void **state)
{
    (void)state;
    Census census = {0};
    census_make(&census);
    for (int age = 0; age < CENSUS_AGES; age++) {
        for (int sex = 0; sex < 2; sex++) {
            int64_t a_day = census.people[age][sex] * 10000000 / CENSUS_PEOPLE / 365;
            assert_true(a_day + 8 * 17 < 500); /* eight standard deviations of a day */
        }
    }
}

static void any_size_has_that_many_people(void **state)
{
    (void)state;
    static const int64_t SIZES[] = {0, 1, 2, 3, 7, 50, 399, SAMPLE_BLOCK, SAMPLE_BLOCK + 1};
    for (size_t i = 0; i < COUNT_OF(SIZES); i++) {
        memset(&shares, 0, sizeof shares);
        blocks_each(SIZES[i], shares_count);
        assert_int_equal(shares.people, SIZES[i]);
    }
}

/* ---- files ---- */

static void same_seed_gives_the_same_bytes_and_another_seed_others(void **state)
{
    (void)state;
    PeopleOptions options = options_of(3000), other = options;
    other.seed = 8;
    for (int file = 0; file < PEOPLE_FILES; file++) {
        Buf first = file_of((PeopleFile)file, &options),
            again = file_of((PeopleFile)file, &options);
        Buf different = file_of((PeopleFile)file, &other);
        assert_true(str_eq(buf_str(&first), buf_str(&again)));
        assert_false(str_eq(buf_str(&first), buf_str(&different)));
        buf_free(&first);
        buf_free(&again);
        buf_free(&different);
    }
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
    PeopleOptions options = options_of(PEOPLE);
    int calls = 0;
    assert_false(people_file_write(PEOPLE_POLICE, &options, sink_stop, &calls));
    assert_int_equal(calls, 2);
}

static void register_is_refused_only_at_the_stated_rates(void **state)
{
    (void)state;
    Seen seen = file_read(PEOPLE_POLICE, PEOPLE, NULL, NULL);
    assert_int_equal(seen.records, PEOPLE);
    about("check digits", seen.refused_for[ISSUE_CHECK_DIGIT], PEOPLE_CHECK_DIGIT_WRONG, PEOPLE);
    about("days", seen.refused_for[ISSUE_DATE_INVALID], PEOPLE_DAY_IMPOSSIBLE, PEOPLE);
    about("disagreeing", seen.refused_for[ISSUE_MISMATCH], PEOPLE_BIRTH_WRONG + PEOPLE_SEX_WRONG,
          PEOPLE);
    int named = seen.refused_for[ISSUE_CHECK_DIGIT] + seen.refused_for[ISSUE_DATE_INVALID] +
                seen.refused_for[ISSUE_MISMATCH];
    assert_in_range(seen.refused, named - 3, named); /* nothing else; two faults may meet */
    assert_in_range(seen.warned, 0, PEOPLE / 1000);
}

static void other_files_are_refused_for_check_digits_only(void **state)
{
    (void)state;
    for (int file = PEOPLE_HOUSEHOLD; file < PEOPLE_FILES; file++) {
        if (file == PEOPLE_POLICE_LATER) continue;
        Seen seen = file_read((PeopleFile)file, PEOPLE, NULL, NULL);
        assert_true(seen.records > 0);
        if (seen.refused != seen.refused_for[ISSUE_CHECK_DIGIT])
            fail_msg("%s: %d refused", PEOPLE_FILE_INFO[file].batch, seen.refused);
        assert_in_range(seen.refused, 0, seen.records * PEOPLE_CHECK_DIGIT_WRONG / 5000 + 5);
        bool warned = file == PEOPLE_HUMAN_RESOURCES;
        if (warned)
            assert_in_range(seen.warned, PEOPLE / 1000, PEOPLE / 100);
        else
            assert_int_equal(seen.warned, 0);
    }
}

/* ---- records by number ---- */

typedef struct Line {
    char id[19], name[40], division[13], marital[3], education[3];
    bool ended;
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
    Line *line = &lines->items[lines->count++];
    const Value *values = record->values;
    copy_text(line->id, sizeof line->id, &values[PERSON_ID_NUMBER]);
    copy_text(line->name, sizeof line->name, &values[PERSON_NAME]);
    copy_text(line->division, sizeof line->division, &values[PERSON_DIVISION]);
    copy_text(line->marital, sizeof line->marital, &values[PERSON_MARITAL]);
    copy_text(line->education, sizeof line->education, &values[PERSON_EDUCATION]);
    line->ended = values[PERSON_STATUS_DATE].present;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const Line *)a)->id, ((const Line *)b)->id);
}

static Lines lines_of(PeopleFile file)
{
    Lines lines = {mem_alloc(sizeof(Line) * (PEOPLE + PEOPLE / 10)), 0};
    (void)file_read(file, PEOPLE, line_add, &lines);
    qsort(lines.items, (size_t)lines.count, sizeof(Line), by_id);
    return lines;
}

static const Line *line_find(const Lines *lines, const char *id)
{
    Line wanted;
    snprintf(wanted.id, sizeof wanted.id, "%s", id);
    return bsearch(&wanted, lines->items, (size_t)lines->count, sizeof(Line), by_id);
}

static void organs_disagree_at_the_stated_rates(void **state)
{
    (void)state;
    Lines police = lines_of(PEOPLE_POLICE), civil = lines_of(PEOPLE_CIVIL_AFFAIRS);
    Lines school = lines_of(PEOPLE_EDUCATION), work = lines_of(PEOPLE_HUMAN_RESOURCES);
    const Lines *others[] = {&civil, &school, &work};
    int both[3] = {0}, names = 0, marital = 0, education = 0, divisions = 0;
    for (int o = 0; o < 3; o++) {
        for (int i = 0; i < others[o]->count; i++) {
            const Line *line = &others[o]->items[i], *known = line_find(&police, line->id);
            if (known == NULL) continue; /* refused there */
            both[o]++;
            names += strcmp(line->name, known->name) != 0;
            marital += o == 0 && known->marital[0] && strcmp(line->marital, known->marital) != 0;
            education += o == 1 && known->education[0] &&
                         strcmp(line->education, known->education) != 0;
            divisions += o == 2 && strcmp(line->division, known->division) != 0;
        }
    }
    about("names", names, PEOPLE_NAME_DIFFERS, both[0] + both[1] + both[2]);
    about("education", education, PEOPLE_EDUCATION_DIFFERS * 85 / 100, both[1]);
    about("divisions", divisions, PEOPLE_DIVISION_DIFFERS, both[2]);
    assert_in_range(marital, both[0] * PEOPLE_MARITAL_OLD / 25000, /* spouses are spared */
                    both[0] * PEOPLE_MARITAL_OLD / 9000);
    mem_free(police.items);
    mem_free(civil.items);
    mem_free(school.items);
    mem_free(work.items);
}

static void second_year_has_births_deaths_moves_and_marriages(void **state)
{
    (void)state;
    Lines before = lines_of(PEOPLE_POLICE), after = lines_of(PEOPLE_POLICE_LATER);
    int born = 0, ended = 0, moved = 0, married = 0;
    for (int i = 0; i < after.count; i++) {
        const Line *now = &after.items[i], *then = line_find(&before, now->id);
        born += number_facts(str_of(now->id)).birth > day_of(2025, 6, 30);
        if (then == NULL) continue;
        ended += now->ended && !then->ended;
        moved += strcmp(now->division, then->division) != 0;
        married += strcmp(now->marital, "21") == 0 && strcmp(then->marital, "10") == 0;
        assert_string_equal(now->name, then->name);
    }
    assert_in_range(born, PEOPLE * 65 / 10000, PEOPLE * 75 / 10000);
    assert_in_range(ended, PEOPLE * 60 / 10000, PEOPLE * 120 / 10000);
    assert_in_range(moved, PEOPLE * 60 / 10000, PEOPLE * 180 / 10000);
    assert_in_range(married, PEOPLE * 20 / 10000, PEOPLE * 60 / 10000);
    mem_free(before.items);
    mem_free(after.items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_counts_are_kept_exactly),
        cmocka_unit_test(shares_are_those_of_the_census),
        cmocka_unit_test(households_hang_together),
        cmocka_unit_test(numbers_are_nobodys_and_each_is_once),
        cmocka_unit_test(numbers_are_enough_for_ten_million),
        cmocka_unit_test(any_size_has_that_many_people),
        cmocka_unit_test(same_seed_gives_the_same_bytes_and_another_seed_others),
        cmocka_unit_test(sink_can_stop_the_writing),
        cmocka_unit_test(register_is_refused_only_at_the_stated_rates),
        cmocka_unit_test(other_files_are_refused_for_check_digits_only),
        cmocka_unit_test(organs_disagree_at_the_stated_rates),
        cmocka_unit_test(second_year_has_births_deaths_moves_and_marriages),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
