/*
 * What a valid identity number says of its holder: GB 11643-1999, residents' permits with the
 * prefixes 810000, 820000 and 830000, and foreigners' permanent residence, which begins with 9.
 */
#pragma once

#include "lib/base.h"

typedef struct NumberFacts {
    int32_t birth; /* day */
    bool foreign;  /* begins with 9: no division, and the order's parity is not laid down */
    bool male;     /* by the 17th digit; not of foreign ones */
    Str division;  /* the first six characters; none of foreign ones */
} NumberFacts;

/* number: 18 characters, found valid before (person_id_check); points into it. */
NumberFacts number_facts(Str number);

/* Whole years from birth to day; a birthday on 29 February is had on 1 March of other years. */
int age_on(int32_t birth, int32_t day);
