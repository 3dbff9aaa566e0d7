/*
 * Numbers for the sample city: the same seed gives the same city on every machine. Not for secrets.
 * SplitMix64 (Steele, Lea, Flood 2014).
 */
#pragma once

#include "lib/base.h"

typedef struct Random {
    uint64_t state;
} Random;

static inline uint64_t random_next(Random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* An own stream for each subject of each thing: what one draws does not shift what another draws.
 */
static inline Random random_of(uint64_t seed, uint64_t stream, uint64_t index)
{
    Random random = {seed};
    random.state = random_next(&random) ^ (stream * 0xd1342543de82ef95u);
    random.state = random_next(&random) ^ (index * 0x2545f4914f6cdd1du);
    (void)random_next(&random);
    return random;
}

static inline int random_below(Random *random, int limit)
{
    return (int)((random_next(random) >> 32) * (uint64_t)limit >> 32);
}

static inline bool random_chance(Random *random, int of_10000)
{
    return random_below(random, 10000) < of_10000;
}
