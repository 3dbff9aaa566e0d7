#include "sample/families.h"

#include "kernel/numbers/checkdigit.h"
#include "lib/text.h"
#include "sample/family_words.h"
#include "sample/kin.h"

enum {
    STREAM_PEOPLE = 200, /* and the number of what is drawn of a block */
    STREAM_LIFE,
    PLACES_ARENA_MAX = 8 * 1024 * 1024,
    URBAN_SLACK = 30,         /* people by which the share of towns may be off */
    NUMBERS_A_DAY = 500,      /* for each sex: three digits, the last one even or odd */
    BIRTHS_OF_MILLION = 7346, /* 52,000 of 7,079,000 (2022) */
    MARRIAGES_OF_MILLION = 2500,
};

struct SamplePopulation {
    const SampleCity *city;
    int64_t people, block_number, household_number, urban, placed;
    Census census;
    Kin kin;
    Arena *places; /* of one block */
    const CodeEntry **villages[2];
    int village_count[2];
    int32_t oldest;     /* the day from which `taken` counts */
    uint16_t *taken[2]; /* numbers given away, by day of birth */
    int32_t days;
    SampleBlock block;
};

/* ---- places ---- */

bool sample_village_urban(const CodeEntry *village)
{
    static const char *const TOWN[] = {"社区", "居民委员会", "居委会"};
    for (size_t i = 0; i < COUNT_OF(TOWN); i++) {
        if (str_find(village->label_zh, str_of(TOWN[i])) >= 0) return true;
    }
    return false;
}

static void villages_sort(SamplePopulation *population)
{
    const SampleCity *city = population->city;
    for (int pass = 0; pass < 2; pass++) {
        population->village_count[0] = population->village_count[1] = 0;
        for (int c = 0; c < SAMPLE_COUNTY_COUNT; c++) {
            for (int i = 0; i < city->villages[c].count; i++) {
                const CodeEntry *entry = &city->villages[c].first[i];
                if (!str_is(entry->level, "village")) continue;
                bool urban = sample_village_urban(entry);
                int at = population->village_count[urban]++;
                if (pass) population->villages[urban][at] = entry;
            }
        }
        for (int urban = 0; pass == 0 && urban < 2; urban++) {
            ASSERT(population->village_count[urban] > 0);
            population->villages[urban] =
                mem_alloc(sizeof(CodeEntry *) * (size_t)population->village_count[urban]);
        }
    }
}

/* Places are of four sizes. */
static const CodeEntry *village_draw(const SamplePopulation *population, Random *random, bool urban)
{
    for (;;) {
        int at = random_below(random, population->village_count[urban]);
        if (random_below(random, 4) <= at * 7 % 4) return population->villages[urban][at];
    }
}

/* Towns' share of people stays the census's, whatever sizes households have. */
static bool urban_draw(SamplePopulation *population, Random *random, int members, bool collective)
{
    population->placed += members;
    int64_t wanted = census_share(population->placed, CENSUS_URBAN),
            ahead = population->urban - wanted;
    bool urban = random_below(random, CENSUS_PEOPLE) < CENSUS_URBAN;
    if (ahead > URBAN_SLACK) urban = false;
    if (ahead < -URBAN_SLACK || collective) urban = true;
    if (urban) population->urban += members;
    return urban;
}

static void household_place(SamplePopulation *population, Random *random,
                            SampleHousehold *household)
{
    static const char *const OTHERS[] = {"03", "03", "03", "11", "02", "15"};
    const SampleCity *city = population->city;
    household->urban = urban_draw(population, random, household->count, household->collective);
    household->village = household->later_village =
        village_draw(population, random, household->urban);
    household->address = household->later_address =
        sample_address(city, population->places, household->village, random);
    household->ethnic = random_chance(random, SAMPLE_ETHNIC)
                            ? OTHERS[random_below(random, COUNT_OF(OTHERS))]
                            : "01";
    household->moved = INT32_MAX;
    bool moves = random_chance(random, SAMPLE_MOVES) && !household->collective;
    if (!moves) return;
    household->moved = city->first_day + 1 +
                       random_below(random, city->second_day - city->first_day);
    household->later_village = village_draw(population, random, household->urban);
    household->later_address =
        sample_address(city, population->places, household->later_village, random);
}

/* ---- numbers and names ---- */

/* The same day of another year; 1 March for a 29 February that is not. */
static int32_t anniversary(int32_t day, int years_before)
{
    int year, month, date;
    day_parts(day, &year, &month, &date);
    year -= years_before;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && date == 29 && !leap ? day_of(year, 3, 1) : day_of(year, month, date);
}

static void number_set(SamplePopulation *population, SamplePerson *person)
{
    int32_t at = person->birth - population->oldest;
    ASSERT(at >= 0 && at < population->days);
    int nth = population->taken[person->male][at]++, year, month, date;
    ASSERT(nth < NUMBERS_A_DAY);
    day_parts(person->birth, &year, &month, &date);
    /* 157 has no divisor in common with 500: each number of the day once */
    int order = (nth * 157 + at * 31) % NUMBERS_A_DAY * 2 + (person->male ? 1 : 0);
    char body[40];
    snprintf(body, sizeof body, SAMPLE_DIVISION "%04d%02d%02d%03d", year, month, date, order);
    memcpy(person->id, body, 17);
    person->id[17] = id18_check_char((Str){person->id, 17});
    person->id[18] = '\0';
}

/* Common surnames stand first in the list. */
static int surname_draw(Random *random)
{
    int a = random_below(random, SAMPLE_SURNAME_COUNT),
        b = random_below(random, SAMPLE_SURNAME_COUNT);
    return MIN(a, b);
}

static void given_draw(Random *random, SamplePerson *person)
{
    int count = family_given_count(person->male);
    bool one = random_chance(random, person->age >= 20 && person->age < 50 ? 2500 : 800);
    person->given[0] = random_below(random, count);
    person->given[1] = one ? -1 : random_below(random, count);
}

/* ---- what comes in the second year ---- */

static int32_t day_later(const SamplePopulation *population, Random *random)
{
    const SampleCity *city = population->city;
    return city->first_day + 1 + random_below(random, city->second_day - city->first_day);
}

/* Of 10,000 in a year, by age from; made up, rising as it does; about 0.7 % of all. */
static int deaths_at(int age)
{
    static const int AT[][2] = {{90, 2200}, {85, 1350}, {80, 850}, {75, 480}, {70, 270}, {65, 150},
                                {60, 90},   {50, 42},   {40, 16},  {1, 5},    {0, 30}};
    for (size_t i = 0; i < COUNT_OF(AT); i++) {
        if (age >= AT[i][0]) return AT[i][1];
    }
    return 0;
}

static void life_set(SamplePopulation *population, SamplePerson *person)
{
    Random random = random_of(population->city->seed, STREAM_LIFE, (uint64_t)person->number);
    int32_t death = day_later(population, &random), move = day_later(population, &random);
    person->died = person->moved_out = person->married = INT32_MAX;
    bool dies = random_chance(&random, deaths_at(person->age));
    bool leaves = random_chance(&random, SAMPLE_MOVES_OUT) && person->age >= 18 &&
                  person->age <= 35 && person->relation != '0';
    if (dies)
        person->died = death;
    else if (leaves)
        person->moved_out = move;
}

static bool may_marry(const SamplePerson *person)
{
    return person->marital == MARITAL_NEVER && person->spouse < 0 && person->age <= 34 &&
           person->age >= (person->male ? 22 : 20) && person->died == INT32_MAX &&
           person->moved_out == INT32_MAX;
}

static int64_t of_million(int64_t people, int part)
{
    return (people * part + 500000) / 1000000;
}

static void marriages_make(SamplePopulation *population, Random *random, int wanted, int people)
{
    SamplePerson *all = population->block.people;
    int single[2][SAMPLE_BLOCK], count[2] = {0};
    for (int i = 0; i < people; i++) {
        if (may_marry(&all[i])) single[all[i].male][count[all[i].male]++] = i;
    }
    for (int tries = 0; tries < wanted * 40 && wanted > 0 && count[0] && count[1]; tries++) {
        int wife = single[0][random_below(random, count[0])];
        int husband = single[1][random_below(random, count[1])];
        int older = all[husband].age - all[wife].age;
        if (all[wife].spouse >= 0 || all[husband].spouse >= 0 || older < -3 || older > 8) continue;
        all[wife].spouse = husband;
        all[husband].spouse = wife;
        all[wife].married = all[husband].married = day_later(population, random);
        wanted--;
    }
}

static bool may_bear(const SamplePerson *mother)
{
    return !mother->male && mother->marital == MARITAL_MARRIED && mother->spouse >= 0 &&
           mother->age >= 21 && mother->age <= 40 && mother->died == INT32_MAX &&
           (mother->relation == '0' || mother->relation == '1');
}

static void births_make(SamplePopulation *population, Random *random, int wanted, int people)
{
    SampleBlock *block = &population->block;
    for (int tries = 0; tries < wanted * 400 && wanted > 0; tries++) {
        int mother = random_below(random, people);
        if (!may_bear(&block->people[mother]) || block->count == SAMPLE_BLOCK_MAX) continue;
        SamplePerson *child = &block->people[block->count];
        *child = (SamplePerson){.age = -1,
                                .male = random_chance(random, 5250),
                                .birth = day_later(population, random),
                                .household = block->people[mother].household,
                                .spouse = -1,
                                .mother = mother,
                                .father = block->people[mother].spouse};
        child->number = population->people + population->block_number * (SAMPLE_BLOCK / 50) +
                        (block->count - people);
        child->relation = child->male ? '2' : '3';
        child->surname = block->people[child->father].surname;
        child->died = child->moved_out = child->married = INT32_MAX;
        given_draw(random, child);
        number_set(population, child);
        block->count++;
        wanted--;
    }
}

/* ---- a block ---- */

static void people_draw(SamplePopulation *population, Random *random, int64_t first, int people)
{
    SampleBlock *block = &population->block;
    int32_t day = population->city->first_day;
    for (int i = 0; i < people; i++) {
        SamplePerson *person = &block->people[i];
        *person = (SamplePerson){.number = first + i, .spouse = -1, .mother = -1, .father = -1};
        census_draw(&population->census, population->city->seed, first + i, &person->age,
                    &person->male);
        int32_t youngest = anniversary(day, person->age),
                oldest = anniversary(day, person->age + 1);
        person->birth = youngest - random_below(random, youngest - oldest);
        person->surname = surname_draw(random);
        given_draw(random, person);
        number_set(population, person);
    }
    block->count = people;
}

/* By household, then by what one is to the head. */
static void order_make(SampleBlock *block)
{
    SampleHousehold *households = block->households;
    for (int i = 0; i < block->household_count; i++) households[i].count = 0;
    for (int i = 0; i < block->count; i++) households[block->people[i].household].count++;
    for (int i = 0, at = 0; i < block->household_count; i++) {
        households[i].first = at;
        at += households[i].count;
        households[i].count = 0;
    }
    for (char relation = '0'; relation <= '9'; relation++) {
        for (int i = 0; i < block->count; i++) {
            if (block->people[i].relation != relation) continue;
            SampleHousehold *household = &households[block->people[i].household];
            block->order[household->first + household->count++] = i;
        }
    }
}

static void households_place(SamplePopulation *population, Random *random, int families)
{
    SampleBlock *block = &population->block;
    arena_reset(population->places);
    for (int i = 0; i < block->household_count; i++) {
        SampleHousehold *household = &block->households[i];
        household->number = ++population->household_number;
        household->collective = i >= families;
        household_place(population, random, household);
    }
}

const SampleBlock *sample_population_next(SamplePopulation *population)
{
    int64_t first = population->block_number * SAMPLE_BLOCK;
    if (first >= population->people) return NULL;
    SampleBlock *block = &population->block;
    int people = (int)MIN(SAMPLE_BLOCK, population->people - first);
    int64_t last = first + people;
    Random random =
        random_of(population->city->seed, STREAM_PEOPLE, (uint64_t)population->block_number);
    people_draw(population, &random, first, people);
    KinWanted wanted = {
        .families =
            (int)(census_share(last, CENSUS_FAMILIES) - census_share(first, CENSUS_FAMILIES)),
        .collective_people = (int)(census_share(last, CENSUS_COLLECTIVE_PEOPLE) -
                                   census_share(first, CENSUS_COLLECTIVE_PEOPLE)),
        .collectives = (int)(census_share(last, CENSUS_COLLECTIVE_HOUSEHOLDS) -
                             census_share(first, CENSUS_COLLECTIVE_HOUSEHOLDS)),
    };
    int families = kin_make(&population->kin, block->people, people, &wanted, &random,
                            &block->household_count);
    for (int i = 0; i < people; i++) life_set(population, &block->people[i]);
    order_make(block);
    households_place(population, &random, families);
    marriages_make(
        population, &random,
        (int)(of_million(last, MARRIAGES_OF_MILLION) - of_million(first, MARRIAGES_OF_MILLION)),
        people);
    births_make(population, &random,
                (int)(of_million(last, BIRTHS_OF_MILLION) - of_million(first, BIRTHS_OF_MILLION)),
                people);
    order_make(block);
    population->block_number++;
    return block;
}

SamplePopulation *sample_population(const SampleCity *city, int64_t people)
{
    SamplePopulation *population = mem_alloc(sizeof *population);
    population->city = city;
    population->people = people;
    census_make(&population->census);
    population->places = arena_new(PLACES_ARENA_MAX);
    population->oldest = anniversary(city->first_day, CENSUS_AGES + 1);
    population->days = city->second_day - population->oldest + 1;
    for (int sex = 0; sex < 2; sex++)
        population->taken[sex] = mem_alloc(sizeof(uint16_t) * (size_t)population->days);
    villages_sort(population);
    return population;
}

void sample_population_free(SamplePopulation *population)
{
    for (int i = 0; i < 2; i++) {
        mem_free(population->taken[i]);
        mem_free(population->villages[i]);
    }
    arena_free(population->places);
    mem_free(population);
}
