#include "sample/census.h"

#include "sample/random.h"

typedef struct Point {
    int age, weight; /* people of one year of age, relative within the band */
} Point;

/* Made up: few small children, many of ten, a dip of those born about 2000, crests of those born
 * about 1989 and 1968, a valley of those born about 1960. */
static const Point CURVE[] = {
    {0, 66},    {3, 82},    {6, 104},  {10, 110}, {14, 100}, {17, 90},  {20, 80},   {23, 78},
    {26, 92},   {30, 126},  {33, 128}, {36, 104}, {40, 94},  {44, 104}, {48, 122},  {52, 132},
    {55, 124},  {57, 118},  {59, 74},  {60, 68},  {62, 78},  {64, 92},  {65, 2000}, {66, 1960},
    {70, 1560}, {75, 1000}, {80, 640}, {85, 320}, {90, 100}, {95, 20},  {100, 2},   {104, 0},
};

static const struct {
    int from, to; /* inclusive */
    int64_t people;
} BANDS[] = {{0, 14, CENSUS_AGE_0_14},
             {15, 59, CENSUS_AGE_15_59},
             {60, 64, CENSUS_AGE_60_PLUS - CENSUS_AGE_65_PLUS},
             {65, CENSUS_AGES - 1, CENSUS_AGE_65_PLUS}};

/* Men of 1,000 people, made up as the ages are; their sum is set to the census's afterwards. */
static const Point MEN[] = {{0, 528},  {14, 538}, {22, 520}, {40, 504}, {60, 494},
                            {70, 482}, {80, 440}, {90, 350}, {104, 250}};

static int64_t curve_at(const Point *curve, int age)
{
    while (curve[1].age < age) curve++;
    int64_t span = curve[1].age - curve[0].age, on = age - curve[0].age;
    return ((span - on) * curve[0].weight + on * curve[1].weight) * 1000 / span;
}

/* `total` shared out by weights; running sums are rounded, so that the parts sum to it. */
static void bands_fill(int64_t by_age[CENSUS_AGES])
{
    for (size_t b = 0; b < COUNT_OF(BANDS); b++) {
        int64_t weights = 0, sum = 0, given = 0;
        for (int age = BANDS[b].from; age <= BANDS[b].to; age++) weights += curve_at(CURVE, age);
        for (int age = BANDS[b].from; age <= BANDS[b].to; age++) {
            sum += curve_at(CURVE, age);
            by_age[age] = BANDS[b].people * sum / weights - given;
            given += by_age[age];
        }
    }
}

void census_make(Census *out)
{
    int64_t by_age[CENSUS_AGES], men = 0, spread = 0, given = 0;
    bands_fill(by_age);
    for (int age = 0; age < CENSUS_AGES; age++) {
        out->people[age][1] = by_age[age] * curve_at(MEN, age) / 1000000;
        men += out->people[age][1];
    }
    for (int age = 0; age < CENSUS_AGES; age++) {
        spread += by_age[age];
        int64_t more = (CENSUS_MEN - men) * spread / CENSUS_PEOPLE - given;
        given += more;
        out->people[age][1] += more;
        out->people[age][0] = by_age[age] - out->people[age][1];
        ASSERT(out->people[age][0] >= 0 && out->people[age][1] >= 0);
    }
    for (int cell = 0; cell < CENSUS_AGES * 2; cell++)
        out->cumulated[cell + 1] = out->cumulated[cell] + out->people[cell / 2][cell % 2];
    ASSERT(out->cumulated[CENSUS_AGES * 2] == CENSUS_PEOPLE);
}

void census_draw(const Census *census, uint64_t seed, int64_t index, int *age, bool *male)
{
    Random random = random_of(seed, 0, 0);
    uint64_t place = random_next(&random) + (uint64_t)index * 0x9e3779b97f4a7c15u;
    int64_t at = (int64_t)((place >> 32) * CENSUS_PEOPLE >> 32);
    int low = 0, high = CENSUS_AGES * 2 - 1;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (census->cumulated[middle] <= at)
            low = middle;
        else
            high = middle - 1;
    }
    *age = low / 2;
    *male = low % 2 == 1;
}

int64_t census_share(int64_t people, int64_t part)
{
    return (people * part + CENSUS_PEOPLE / 2) / CENSUS_PEOPLE;
}
