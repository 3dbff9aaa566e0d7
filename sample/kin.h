/*
 * Who lives with whom: a block of people becomes couples, children with parents, grandparents and
 * singles, in exactly as many households as are wanted where that can be.
 */
#pragma once

#include "sample/families.h"

typedef struct KinUnit { /* a couple or a single adult, with children; lives in its own household */
    int husband, wife;   /* of the block; -1 none; a single man is husband, a single woman wife */
    int children, children_max;
    int root;   /* the unit in whose household it lives; itself: its own */
    int elders; /* the unit of parents that lives with it; -1 none */
    int next;   /* in a list by age; -1 the last */
    int household;
} KinUnit;

typedef enum KinRole {
    ROLE_NONE,
    ROLE_COLLECTIVE,
    ROLE_ADULT,
    ROLE_CHILD,
    ROLE_GRANDCHILD,
    ROLE_OTHER
} KinRole;

typedef struct Kin { /* working memory of one block */
    KinUnit units[SAMPLE_BLOCK];
    int unit_count, households;
    KinRole role[SAMPLE_BLOCK];
    int unit[SAMPLE_BLOCK];
    int next[SAMPLE_BLOCK]; /* of the lists of free people */
    int free[CENSUS_AGES][2];
    int mothers[CENSUS_AGES]; /* couples by the wife's age, for children */
    SamplePerson *people;
    int count;
    Random *random;
} Kin;

typedef struct KinWanted {
    int families, collectives, collective_people;
} KinWanted;

/* Sets household, relation, marital, spouse, mother, father and surname of each. Returns the number
 * of families; households: all of them, collective ones last. */
int kin_make(Kin *kin, SamplePerson *people, int count, const KinWanted *wanted, Random *random,
             int *households);
