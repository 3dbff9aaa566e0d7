/*
 * The entities of the sample city as they truly are. Entity i of a seed is the same whoever asks
 * and however many there are, so files are written in one pass with no memory of what came before.
 */
#pragma once

#include "kernel/codes/codes.h"
#include "sample/random.h"
#include "sample/words.h"

/* The city's own county-level division, which never existed: its numbers are nobody's. */
#define SAMPLE_DIVISION "410399"
#define SAMPLE_DIVISION_NAME "河洛样板区"

typedef struct SampleVillages { /* of one county, in order of code */
    const CodeEntry *first;
    int count;
} SampleVillages;

typedef struct SampleCity {
    const Codes *codes;
    uint64_t seed;
    int32_t first_day, second_day; /* as of which the first files and the later one are */
    SampleVillages *villages;      /* of each of SAMPLE_COUNTIES */
} SampleCity;

/* codes must have Luoyang's villages (they ship); it is not owned. Lives in arena. */
SampleCity *sample_city(Arena *arena, const Codes *codes, uint64_t seed, int32_t first_day,
                        int32_t second_day) MUST_USE;

typedef struct SampleFacts {
    const SampleKind *kind;
    char uscc[19];
    char registration_number[16]; /* empty since 2015-10, when codes replaced numbers */
    char representative_id[19];
    Str name, legal_representative, address, scope, registrar_name;
    Str division; /* of the village, 12 digits */
    const char *industry;
    int64_t capital; /* in 0.01 of the currency; -1 none */
    const char *currency;
    int32_t established, approved, operating_to, ended; /* days; INT32_MAX: none */
    const char *status;
    int longitude, latitude; /* 10^-6 degrees */
    int employees, insured;
    bool exists;  /* on that day */
    bool changed; /* between the two days something but its end was changed */
} SampleFacts;

/* Entity `index` on a day. Texts live in arena. */
void sample_facts(const SampleCity *city, Arena *arena, int64_t index, int32_t day,
                  SampleFacts *out);

/* Some house of a village or community. */
Str sample_address(const SampleCity *city, Arena *arena, const CodeEntry *village, Random *random);
/* Another address in the same county. */
Str sample_other_address(const SampleCity *city, Arena *arena, Str division, Random *random);
