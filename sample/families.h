/*
 * The people of the sample city as they truly are, a block of some thousand at a time: each block
 * is shared out into couples, children, grandparents and singles until it has as many households as
 * the census says. Blocks come in order, so that memory stays flat however many people there are;
 * the same options give the same people whoever asks.
 */
#pragma once

#include "sample/census.h"
#include "sample/facts.h"

enum {
    SAMPLE_BLOCK = 4000,
    SAMPLE_BLOCK_MAX = SAMPLE_BLOCK + SAMPLE_BLOCK / 50, /* with those born in the second year */
    SAMPLE_MOVES = 120,                                  /* households of 10,000 in a year */
    SAMPLE_MOVES_OUT = 80,                               /* of 10,000 between 18 and 35 */
    SAMPLE_ETHNIC = 180,                                 /* households of 10,000 that are not Han */
};

typedef enum SampleMarital {
    MARITAL_NEVER,
    MARITAL_MARRIED,
    MARITAL_WIDOWED,
    MARITAL_DIVORCED
} SampleMarital;

typedef struct SamplePerson {
    int64_t number; /* of all people, also of those who are born later; nobody else has it */
    char id[19];    /* identity number */
    int32_t birth;  /* day */
    int age;        /* on the first day; -1 of those who are born later */
    bool male;
    int household;         /* of the block */
    char relation;         /* GB/T 4761, first digit */
    SampleMarital marital; /* on the first day */
    int spouse;            /* of the block; -1 none. Whom one marries in the second year, too */
    int mother, father;    /* of the block, -1 not in it; of children who live with them */
    int surname;           /* of SAMPLE_SURNAMES */
    int given[2];          /* characters of the name; the second -1 where there is one only */
    /* in the second year; INT32_MAX: not */
    int32_t died, moved_out, married;
} SamplePerson;

typedef struct SampleHousehold {
    int64_t number;
    bool collective, urban;
    int first, count; /* of the block's order */
    const CodeEntry *village;
    Str address, later_address; /* later: where it is in the second year; the same if it stayed */
    const CodeEntry *later_village;
    int32_t moved;      /* day; INT32_MAX: not */
    const char *ethnic; /* GB/T 3304 */
} SampleHousehold;

typedef struct SampleBlock {
    SamplePerson people[SAMPLE_BLOCK_MAX];
    int count; /* first those of the first day, then those born later */
    SampleHousehold households[SAMPLE_BLOCK];
    int household_count;
    int order[SAMPLE_BLOCK_MAX]; /* people by household, the head first */
} SampleBlock;

typedef struct SamplePopulation SamplePopulation;

/* city is borrowed. people: alive on its first day. */
SamplePopulation *sample_population(const SampleCity *city, int64_t people) MUST_USE;
void sample_population_free(SamplePopulation *population);
/* The next block, valid until the call after; NULL: that was all. */
const SampleBlock *sample_population_next(SamplePopulation *population);

bool sample_village_urban(const CodeEntry *village); /* communities are, villages are not */
