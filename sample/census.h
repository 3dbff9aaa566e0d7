/*
 * The census of 2020 of Luoyang (洛阳市第七次全国人口普查公报): its counts are published, the ages
 * within its bands are not; they follow a smooth curve that is made up and looks like its time.
 */
#pragma once

#include "lib/base.h"

enum {
    CENSUS_PEOPLE = 7056699,
    CENSUS_MEN = 3549442,
    CENSUS_AGE_0_14 = 1471482,
    CENSUS_AGE_15_59 = 4293284,
    CENSUS_AGE_60_PLUS = 1291933,
    CENSUS_AGE_65_PLUS = 915231, /* of them */
    CENSUS_URBAN = 4585335,
    CENSUS_FAMILIES = 2294039,
    CENSUS_COLLECTIVE_HOUSEHOLDS = 101820,
    CENSUS_COLLECTIVE_PEOPLE = 523142,
    CENSUS_AGES = 105, /* 0 to 104 */
};

typedef struct Census {
    int64_t people[CENSUS_AGES][2]; /* by age, women first: sums are those above exactly */
    int64_t cumulated[CENSUS_AGES * 2 + 1];
} Census;

void census_make(Census *out);

/* Age and sex of person `index`: any run of indices has the census's shares within a few people,
 * as the golden ratio spreads them evenly. */
void census_draw(const Census *census, uint64_t seed, int64_t index, int *age, bool *male);

/* How many of the first `people` are counted, where `part` of CENSUS_PEOPLE are. */
int64_t census_share(int64_t people, int64_t part);
