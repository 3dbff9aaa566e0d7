#include "sample/facts.h"

#include "kernel/numbers/checkdigit.h"
#include "lib/text.h"

/* Streams of random numbers; which file disagrees draws from others (sample/entities.c). */
enum { STREAM_FACTS = 1, STREAM_CHANGES = 2 };

enum {
    FIRST_YEAR = 1990,
    YEARLY_GROWTH = 109, /* percent: births of a year against the year before */
    CODES_SINCE_YEAR = 2015,
    CODES_SINCE_MONTH = 10, /* from 2015-10 the code stands instead of the registration number */
    NAME_CHANGE = 200,      /* of 10,000 a year */
    CAPITAL_CHANGE = 400,
    ADDRESS_CHANGE = 300,
    PERSON_CHANGE = 300,
};

/* ---- places ---- */

SampleCity *sample_city(Arena *arena, const Codes *codes, uint64_t seed, int32_t first_day,
                        int32_t second_day)
{
    SampleCity *city = arena_array(arena, SampleCity, 1);
    *city = (SampleCity){codes, seed, first_day, second_day,
                         arena_array(arena, SampleVillages, SAMPLE_COUNTY_COUNT)};
    int count;
    const CodeEntry *entries = codes_list(codes, CODES_DIVISION, &count);
    for (int i = 0; i < count; i++) {
        if (!str_is(entries[i].level, "village")) continue;
        for (int c = 0; c < SAMPLE_COUNTY_COUNT; c++) {
            if (!str_starts(entries[i].code, str_of(SAMPLE_COUNTIES[c].code))) continue;
            SampleVillages *villages = &city->villages[c];
            /* towns lie between villages in the order of codes; where they do, pick again */
            if (villages->first == NULL) villages->first = &entries[i];
            villages->count = (int)(&entries[i] - villages->first) + 1;
        }
    }
    for (int c = 0; c < SAMPLE_COUNTY_COUNT; c++) ASSERT(city->villages[c].count > 0);
    return city;
}

static const CodeEntry *village_pick(const SampleVillages *villages, Random *random)
{
    for (;;) {
        const CodeEntry *entry = &villages->first[random_below(random, villages->count)];
        if (str_is(entry->level, "village")) return entry;
    }
}

/* 承福门社区居民委员会 to 承福门社区; 栾川县白土镇康山村村民委员会 of the town 白土镇 to 康山村. */
static Str village_name(Str name, Str town)
{
    ptrdiff_t at = str_find(name, town);
    if (at >= 0 && (size_t)at + town.n < name.n)
        name = str_slice(name, (size_t)at + town.n, name.n);
    static const char *const ENDINGS[] = {"居民委员会", "村民委员会", "居委会", "村委会", "委员会"};
    for (size_t i = 0; i < COUNT_OF(ENDINGS); i++) {
        Str ending = str_of(ENDINGS[i]);
        if (str_ends(name, ending) && name.n > ending.n + 3)
            return str_slice(name, 0, name.n - ending.n);
    }
    return name;
}

Str sample_address(const SampleCity *city, Arena *arena, const CodeEntry *village, Random *random)
{
    const CodeEntry *town = codes_division(city->codes, village->parent);
    const CodeEntry *county = codes_division(city->codes, town->parent);
    Str name = village_name(village->label_zh, town->label_zh);
    return arena_printf(arena, "洛阳市" STR_FMT STR_FMT STR_FMT "%d号", STR_ARG(county->label_zh),
                        STR_ARG(town->label_zh), STR_ARG(name), 1 + random_below(random, 199));
}

static int county_of(Str division)
{
    for (int c = 0; c < SAMPLE_COUNTY_COUNT; c++) {
        if (str_starts(division, str_of(SAMPLE_COUNTIES[c].code))) return c;
    }
    return 0;
}

Str sample_other_address(const SampleCity *city, Arena *arena, Str division, Random *random)
{
    const CodeEntry *village = village_pick(&city->villages[county_of(division)], random);
    return sample_address(city, arena, village, random);
}

static int county_pick(Random *random)
{
    int total = 0, at = 0;
    for (int c = 0; c < SAMPLE_COUNTY_COUNT; c++) total += SAMPLE_COUNTIES[c].weight;
    int drawn = random_below(random, total);
    while (drawn >= SAMPLE_COUNTIES[at].weight) drawn -= SAMPLE_COUNTIES[at++].weight;
    return at;
}

static void place_set(const SampleCity *city, Arena *arena, Random *random, SampleFacts *out)
{
    int county = county_pick(random);
    const CodeEntry *village = village_pick(&city->villages[county], random);
    out->division = village->code;
    out->address = sample_address(city, arena, village, random);
    out->longitude = SAMPLE_COUNTIES[county].longitude * 1000 + random_below(random, 80000) - 40000;
    out->latitude = SAMPLE_COUNTIES[county].latitude * 1000 + random_below(random, 60000) - 30000;
}

/* ---- names ---- */

static Str character(const char *characters, int at)
{
    return (Str){characters + (size_t)at * 3, 3};
}

static int characters_count(const char *characters)
{
    return (int)(strlen(characters) / 3);
}

/* Each index has its own brand: two characters, then three, then four. */
static Str brand_of(Arena *arena, int64_t index)
{
    int64_t first = characters_count(SAMPLE_BRAND_FIRST),
            second = characters_count(SAMPLE_BRAND_SECOND);
    int64_t third = characters_count(SAMPLE_BRAND_THIRD), pairs = first * second;
    int64_t round = index / pairs, pair = (index % pairs * 3571 + 977) % pairs; /* 3571 is prime */
    Str a = character(SAMPLE_BRAND_FIRST, (int)(pair % first));
    Str b = character(SAMPLE_BRAND_SECOND, (int)(pair / first));
    if (round == 0) return arena_printf(arena, STR_FMT STR_FMT, STR_ARG(a), STR_ARG(b));
    Str c = character(SAMPLE_BRAND_THIRD, (int)((round - 1) % third));
    int64_t more = (round - 1) / third;
    Str d = more ? character(SAMPLE_BRAND_SECOND, (int)((more - 1) % second)) : STR_NONE;
    return arena_printf(arena, STR_FMT STR_FMT STR_FMT STR_FMT, STR_ARG(a), STR_ARG(b), STR_ARG(c),
                        STR_ARG(d));
}

static Str person_name(Arena *arena, Random *random)
{
    const char *surname = SAMPLE_SURNAMES[random_below(random, SAMPLE_SURNAME_COUNT)];
    Str first =
        character(SAMPLE_GIVEN_FIRST, random_below(random, characters_count(SAMPLE_GIVEN_FIRST)));
    Str second =
        character(SAMPLE_GIVEN_SECOND, random_below(random, characters_count(SAMPLE_GIVEN_SECOND)));
    if (random_chance(random, 2500)) first = STR_NONE;
    return arena_printf(arena, "%s" STR_FMT STR_FMT, surname, STR_ARG(first), STR_ARG(second));
}

static void person_set(Arena *arena, Random *random, SampleFacts *out)
{
    out->legal_representative = person_name(arena, random);
    char body[40];
    snprintf(body, sizeof body, "%s%04d%02d%02d%03d", SAMPLE_DIVISION,
             1950 + random_below(random, 50), 1 + random_below(random, 12),
             1 + random_below(random, 28), random_below(random, 1000));
    memcpy(out->representative_id, body, 17);
    out->representative_id[17] = id18_check_char((Str){body, 17});
}

static const SampleTrade *trade_pick(Random *random, bool shop, bool farming)
{
    for (;;) {
        const SampleTrade *trade = &SAMPLE_TRADES[random_below(random, SAMPLE_TRADE_COUNT)];
        bool farm = trade->industry[0] == '0';
        if ((shop && trade->shop == NULL) || farm != farming) continue;
        if (random_below(random, 90) < trade->weight) return trade;
    }
}

static void body_name(Arena *arena, Random *random, Str brand, SampleFacts *out)
{
    const SampleBody *body;
    do body = &SAMPLE_BODIES[random_below(random, SAMPLE_BODY_COUNT)];
    while (strcmp(body->pair, out->kind->pair) != 0);
    out->industry = body->industry;
    const char *place = strcmp(body->pair, "12") == 0 ? "洛阳市" SAMPLE_DIVISION_NAME : "洛阳市";
    out->name = arena_printf(arena, "%s" STR_FMT "%s", place, STR_ARG(brand), body->ending);
    out->scope = arena_printf(arena, "%s的设立宗旨和业务。", body->ending);
}

static void name_set(const SampleCity *city, Arena *arena, Random *random, Str brand,
                     SampleFacts *out)
{
    const SampleKind *kind = out->kind;
    if (kind->registrar != REGISTRAR_MARKET_REGULATION) {
        body_name(arena, random, brand, out);
        return;
    }
    bool farming = strcmp(kind->pair, "93") == 0;
    const SampleTrade *trade = trade_pick(random, kind->ending == NULL, farming);
    out->industry = trade->industry;
    out->scope = str_of(trade->scope);
    if (kind->ending == NULL) {
        const CodeEntry *county = codes_division(city->codes, str_slice(out->division, 0, 6));
        out->name = arena_printf(arena, STR_FMT STR_FMT "%s", STR_ARG(county->label_zh),
                                 STR_ARG(brand), trade->shop);
        return;
    }
    const char *place = random_chance(random, 3000) ? "洛阳市" : "洛阳";
    out->name =
        arena_printf(arena, "%s" STR_FMT "%s%s", place, STR_ARG(brand), trade->name, kind->ending);
}

/* ---- numbers ---- */

/* A body of eight characters that no other index has: a permutation of the numbers of six places.
 */
static void uscc_set(int64_t index, int born_year, SampleFacts *out)
{
    static const char SET[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const int64_t bodies = 887503681; /* 31^6 */
    int64_t number = (index % bodies * 515377 + 24593) % bodies;
    char *uscc = out->uscc;
    memcpy(uscc, out->kind->pair, 2);
    memcpy(uscc + 2, SAMPLE_DIVISION, 6);
    memcpy(uscc + 8, born_year >= CODES_SINCE_YEAR ? "MA" : "17", 2);
    for (int i = 15; i >= 10; i--) {
        uscc[i] = SET[number % 31];
        number /= 31;
    }
    uscc[16] = org9_check_char((Str){uscc + 8, 8});
    uscc[17] = uscc_check_char((Str){uscc, 17});
}

static void registration_number_set(int64_t index, SampleFacts *out)
{
    char *number = out->registration_number;
    char body[32];
    snprintf(body, sizeof body, "%s%08lld", SAMPLE_DIVISION, (long long)(index % 100000000));
    memcpy(number, body, 14);
    for (char digit = '0'; digit <= '9'; digit++) {
        number[14] = digit;
        if (reg15_check((Str){number, 15}) == NUMBER_VALID) return;
    }
}

/* ---- life ---- */

static int32_t born_on(const SampleCity *city, Random *random)
{
    int last, month, date;
    day_parts(city->second_day, &last, &month, &date);
    int64_t total = 0, weight = 1000;
    for (int year = FIRST_YEAR; year <= last; year++, weight = weight * YEARLY_GROWTH / 100)
        total += weight;
    int64_t drawn = (int64_t)(random_next(random) >> 1) % total;
    int year = FIRST_YEAR;
    for (weight = 1000; drawn >= weight; weight = weight * YEARLY_GROWTH / 100, year++)
        drawn -= weight;
    int32_t first = day_of(year, 1, 1), days = day_of(year + 1, 1, 1) - first;
    if (year == last) days = city->second_day - first + 1;
    int32_t day = first + random_below(random, days);
    day_parts(day, &year, &month, &date);
    if (month == 2 && random_chance(random, 4000))
        day = first + random_below(random, days); /* New Year */
    return MIN(day, city->second_day);
}

/* The day an entity ends, INT32_MAX where it lives on past the second day. */
static int32_t ends_on(const SampleCity *city, Random *random, int32_t born)
{
    static const int YEARLY[] = {300, 700, 800, 800, 700, 600, 500, 400}; /* of 10,000, by age */
    for (int age = 0;; age++) {
        int32_t from = born + age * 365;
        if (from > city->second_day) return INT32_MAX;
        int rate = YEARLY[MIN((size_t)age, COUNT_OF(YEARLY) - 1)];
        if (random_chance(random, rate)) return from + 1 + random_below(random, 365);
    }
}

static void status_set(Random *random, int32_t day, SampleFacts *out)
{
    int drawn = random_below(random, 1000);
    if (out->ended <= day) {
        out->status = drawn < 150 ? "revoked" : "cancelled";
        return;
    }
    out->ended = INT32_MAX;
    out->status = drawn < 20 ? "dormant" : drawn < 30 ? "moved" : "active";
}

static void money_set(Random *random, SampleFacts *out)
{
    static const int COMPANY[] = {3,   5,   10,  10,  20,  30,  50,   50,   100,  100,  100,
                                  200, 200, 300, 500, 500, 500, 1000, 1000, 2000, 5000, 10000};
    static const int SMALL[] = {1, 1, 2, 3, 5, 5, 8, 10, 20, 30};
    bool small = out->kind->employees_max <= 20;
    int units = small ? SMALL[random_below(random, COUNT_OF(SMALL))]
                      : COMPANY[random_below(random, COUNT_OF(COMPANY))];
    out->capital = (int64_t)units * 10000 * 100;
    out->currency = strstr(out->kind->type, "外商") ? "USD" : "CNY";
    if (out->kind->registrar == REGISTRAR_CIVIL_AFFAIRS) out->capital = 3 * 10000 * 100;
}

static void people_set(Random *random, SampleFacts *out)
{
    int draw = random_below(random, 1000); /* squared twice: most are small */
    int64_t share = (int64_t)draw * draw / 1000;
    share = share * share / 1000;
    out->employees = 1 + (int)(share * out->kind->employees_max / 1000);
    out->insured = out->employees - random_below(random, out->employees / 3 + 1);
    if (out->kind->ending == NULL && random_chance(random, 7000)) out->insured = 0;
}

/* ---- changes between the two days ---- */

static bool change_happens(const SampleCity *city, Random *random, int of_10000, int32_t day,
                           SampleFacts *out)
{
    int32_t on = city->first_day + 1 + random_below(random, city->second_day - city->first_day);
    if (!random_chance(random, of_10000) || out->established >= on || out->ended <= on)
        return false;
    if (on > day) return false;
    out->changed = true;
    out->approved = MAX(out->approved, on);
    return true;
}

static Str name_renewed(Arena *arena, Str name)
{
    static const char *const ENDINGS[] = {"股份有限公司", "有限责任公司", "有限公司", "专业合作社"};
    for (size_t i = 0; i < COUNT_OF(ENDINGS); i++) {
        Str ending = str_of(ENDINGS[i]);
        if (!str_ends(name, ending)) continue;
        Str start = str_slice(name, 0, name.n - ending.n);
        return arena_printf(arena, STR_FMT "发展" STR_FMT, STR_ARG(start), STR_ARG(ending));
    }
    return arena_printf(arena, STR_FMT "总店", STR_ARG(name));
}

/* Every draw is made whether or not the change has come, so that both days see one life. */
static void changes_apply(const SampleCity *city, Arena *arena, int64_t index, int32_t day,
                          SampleFacts *out)
{
    Random random = random_of(city->seed, STREAM_CHANGES, (uint64_t)index);
    if (change_happens(city, &random, NAME_CHANGE, day, out)) {
        if (out->kind->registrar == REGISTRAR_MARKET_REGULATION)
            out->name = name_renewed(arena, out->name);
    }
    if (change_happens(city, &random, CAPITAL_CHANGE, day, out)) out->capital *= 2;
    bool moves = change_happens(city, &random, ADDRESS_CHANGE, day, out);
    Random moving = random_of(city->seed, STREAM_CHANGES + 100, (uint64_t)index);
    if (moves) place_set(city, arena, &moving, out);
    if (change_happens(city, &random, PERSON_CHANGE, day, out)) person_set(arena, &moving, out);
}

static void days_set(const SampleCity *city, Random *random, SampleFacts *out)
{
    int year, month, date;
    out->established = born_on(city, random);
    out->ended = ends_on(city, random, out->established);
    day_parts(out->established, &year, &month, &date);
    out->approved = out->established +
                    random_below(random, MAX(city->first_day - out->established, 1));
    out->operating_to = random_chance(random, 2000) ? day_of(year + 30, month, MIN(date, 28))
                                                    : INT32_MAX;
    if (out->ended != INT32_MAX) out->approved = MIN(out->approved, out->ended);
}

void sample_facts(const SampleCity *city, Arena *arena, int64_t index, int32_t day,
                  SampleFacts *out)
{
    Random random = random_of(city->seed, STREAM_FACTS, (uint64_t)index);
    *out = (SampleFacts){.kind = SAMPLE_KINDS};
    int drawn = random_below(&random, 1000);
    while (drawn >= out->kind->weight) drawn -= (out->kind++)->weight;
    int year, month, date;
    days_set(city, &random, out);
    day_parts(out->established, &year, &month, &date);
    uscc_set(index, year, out);
    bool numbered = year < CODES_SINCE_YEAR ||
                    (year == CODES_SINCE_YEAR && month < CODES_SINCE_MONTH);
    if (numbered && out->kind->registrar == REGISTRAR_MARKET_REGULATION) {
        registration_number_set(index, out);
    }
    place_set(city, arena, &random, out);
    name_set(city, arena, &random, brand_of(arena, index), out);
    person_set(arena, &random, out);
    money_set(&random, out);
    people_set(&random, out);
    static const char *const REGISTRARS[] = {"洛阳市市场监督管理局", "洛阳市事业单位登记管理局",
                                             "洛阳市民政局"};
    out->registrar_name = str_of(REGISTRARS[out->kind->registrar]);
    changes_apply(city, arena, index, day, out);
    status_set(&random, day, out);
    out->exists = out->established <= day;
}
