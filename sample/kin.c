#include "sample/kin.h"

enum { WIFE_FROM = 20, HUSBAND_FROM = 22, ADULT_FROM = 18, HOME_UNTIL = 34, ELDER_FROM = 55 };

/* ---- lists ---- */

static void free_push(Kin *kin, int person)
{
    int *first = &kin->free[kin->people[person].age][kin->people[person].male];
    kin->next[person] = *first;
    *first = person;
}

/* The next free one of this age and sex, or -1. */
static int free_take(Kin *kin, int age, bool male)
{
    if (age < 0 || age >= CENSUS_AGES) return -1;
    int person = kin->free[age][male];
    if (person >= 0) kin->free[age][male] = kin->next[person];
    return person;
}

static int unit_add(Kin *kin, int husband, int wife)
{
    int drawn = random_below(kin->random, 100), at = kin->unit_count++;
    kin->units[at] = (KinUnit){.husband = husband,
                               .wife = wife,
                               .children_max = drawn < 45   ? 1
                                               : drawn < 85 ? 2
                                                            : 3,
                               .root = at,
                               .elders = -1,
                               .next = -1,
                               .household = -1};
    int members[2] = {husband, wife};
    for (int i = 0; i < 2; i++) {
        if (members[i] < 0) continue;
        kin->role[members[i]] = ROLE_ADULT;
        kin->unit[members[i]] = at;
    }
    kin->households++;
    return at;
}

/* 0, 1, -1, 2, -2 … */
static int offset_at(int i)
{
    return i % 2 ? (i + 1) / 2 : -(i / 2);
}

/* ---- collective households ---- */

/* Dormitories of students first, then of workers. */
static void collective_take(Kin *kin, int wanted)
{
    for (int pass = 0; pass < 8 && wanted > 0; pass++) {
        for (int i = 0; i < kin->count && wanted > 0; i++) {
            int age = kin->people[i].age;
            bool student = age >= 17 && age <= 22, worker = age >= ADULT_FROM && age < 60;
            int chance = pass > 6 ? 10000 : student ? (pass == 0 ? 4800 : 400) : 700;
            if (kin->role[i] != ROLE_NONE || !(student || worker || pass == 7) ||
                !random_chance(kin->random, chance))
                continue;
            kin->role[i] = ROLE_COLLECTIVE;
            wanted--;
        }
    }
}

/* ---- couples ---- */

static int married_of(int age) /* women of 10,000 who look for a husband; made up */
{
    static const int AT[][2] = {{85, 2500}, {80, 4200}, {75, 6000}, {70, 7500}, {65, 8500},
                                {60, 9000}, {40, 9500}, {32, 9300}, {29, 8600}, {27, 7200},
                                {25, 5000}, {23, 2600}, {20, 700}};
    for (size_t i = 0; i < COUNT_OF(AT); i++) {
        if (age >= AT[i][0]) return AT[i][1];
    }
    return 0;
}

static void couples_make(Kin *kin)
{
    for (int age = WIFE_FROM; age < CENSUS_AGES; age++) {
        int wife, kept = -1;
        while ((wife = free_take(kin, age, false)) >= 0) {
            int husband = -1, about = age + random_below(kin->random, 6) - 1;
            bool looks = random_chance(kin->random, married_of(age));
            for (int i = 0; looks && husband < 0 && i < 12; i++) {
                int his = about + offset_at(i);
                if (his >= HUSBAND_FROM) husband = free_take(kin, his, true);
            }
            if (husband < 0) {
                kin->next[wife] = kept;
                kept = wife;
                continue;
            }
            int unit = unit_add(kin, husband, wife);
            kin->units[unit].next = kin->mothers[age];
            kin->mothers[age] = unit;
        }
        kin->free[age][0] = kept;
    }
}

/* ---- children ---- */

static void child_add(Kin *kin, int child, int unit, KinRole role)
{
    kin->role[child] = role;
    kin->unit[child] = unit;
    kin->units[unit].children++;
    if (role != ROLE_CHILD) return;
    kin->people[child].mother = kin->units[unit].wife;
    kin->people[child].father = kin->units[unit].husband;
}

/* A couple whose wife is of this age and who has room; it goes to the end of its list. */
static int mother_take(Kin *kin, int age)
{
    if (age < WIFE_FROM || age >= CENSUS_AGES) return -1;
    int *first = &kin->mothers[age];
    while (*first >= 0) {
        int unit = *first;
        *first = kin->units[unit].next;
        if (kin->units[unit].children >= kin->units[unit].children_max) continue;
        int *last = first;
        while (*last >= 0) last = &kin->units[*last].next;
        *last = unit;
        kin->units[unit].next = -1;
        return unit;
    }
    return -1;
}

static bool parents_find(Kin *kin, int child)
{
    int age = kin->people[child].age;
    int about = 21 + random_below(kin->random, 7) + random_below(kin->random, 8);
    for (int i = 0; i < 24; i++) {
        int gap = about + offset_at(i);
        if (gap < 18 || gap > 43) continue;
        int unit = mother_take(kin, age + gap);
        if (unit < 0) continue;
        child_add(kin, child, unit, ROLE_CHILD);
        return true;
    }
    return false;
}

/* With grandparents whose own children live elsewhere. */
static bool grandparents_find(Kin *kin, int child)
{
    int age = kin->people[child].age;
    for (int tries = 0; tries < 200 && kin->unit_count > 0; tries++) {
        KinUnit *unit = &kin->units[random_below(kin->random, kin->unit_count)];
        if (unit->wife < 0 || unit->husband < 0) continue;
        int gap = kin->people[unit->wife].age - age;
        if (gap < 40 || gap > 75) continue;
        child_add(kin, child, (int)(unit - kin->units), ROLE_GRANDCHILD);
        return true;
    }
    return false;
}

/* Smaller children first: they have no other home. */
static void children_settle(Kin *kin)
{
    for (int age = 0; age <= HOME_UNTIL; age++) {
        for (int male = 0; male < 2; male++) {
            int child, kept = -1;
            while ((child = free_take(kin, age, male)) >= 0) {
                bool stays = age < HUSBAND_FROM || random_chance(kin->random, 5500);
                if (stays && parents_find(kin, child)) continue;
                if (age < ADULT_FROM && grandparents_find(kin, child)) continue;
                kin->next[child] = kept;
                kept = child;
            }
            kin->free[age][male] = kept;
        }
    }
}

static void singles_make(Kin *kin)
{
    for (int age = CENSUS_AGES - 1; age >= 0; age--) {
        for (int male = 0; male < 2; male++) {
            int person;
            while ((person = free_take(kin, age, male)) >= 0) {
                if (age < ADULT_FROM && kin->unit_count > 0)
                    child_add(kin, person, random_below(kin->random, kin->unit_count), ROLE_OTHER);
                else
                    (void)unit_add(kin, male ? person : -1, male ? -1 : person);
            }
        }
    }
}

/* ---- as many households as are wanted ---- */

/* Of the younger of the two. */
static int elder_age(const Kin *kin, const KinUnit *unit)
{
    int wife = unit->wife < 0 ? CENSUS_AGES : kin->people[unit->wife].age;
    int husband = unit->husband < 0 ? CENSUS_AGES : kin->people[unit->husband].age;
    return MIN(wife, husband);
}

static bool couple_takes_elders(const Kin *kin, const KinUnit *young, int age)
{
    if (young->husband < 0 || young->wife < 0) return false;
    if (young->root != (int)(young - kin->units) || young->elders >= 0) return false;
    int gap = age - kin->people[young->husband].age;
    return gap >= 18 && gap <= 36;
}

static void elders_join(Kin *kin, int unit)
{
    KinUnit *old = &kin->units[unit];
    if (old->root != unit || old->elders >= 0) return;
    int age = elder_age(kin, old);
    for (int tries = 0; tries < 60; tries++) {
        int young = random_below(kin->random, kin->unit_count);
        if (young == unit || !couple_takes_elders(kin, &kin->units[young], age)) continue;
        kin->units[young].elders = unit;
        old->root = young;
        kin->households--;
        return;
    }
}

/* The old who are alone more often than couples; then younger singles, with whom they share. */
static void households_join(Kin *kin, int wanted)
{
    for (int pass = 0; pass < 4; pass++) {
        for (int u = 0; u < kin->unit_count && kin->households > wanted; u++) {
            const KinUnit *unit = &kin->units[u];
            bool alone = unit->husband < 0 || unit->wife < 0;
            int age = elder_age(kin, unit);
            int chance = pass >= 2 ? 10000 : alone ? 6000 : 2000;
            if (age >= (pass == 0 ? ELDER_FROM + 10 : ELDER_FROM) &&
                random_chance(kin->random, chance))
                elders_join(kin, u);
        }
    }
    for (int u = 0, tries = 0; kin->households > wanted && tries < kin->unit_count * 4; tries++) {
        u = random_below(kin->random, kin->unit_count);
        int host = random_below(kin->random, kin->unit_count);
        KinUnit *unit = &kin->units[u];
        bool alone = unit->husband < 0 || unit->wife < 0;
        if (!alone || unit->root != u || unit->elders >= 0 || unit->children > 0 || host == u ||
            kin->units[host].root != host)
            continue;
        unit->root = host;
        kin->households--;
    }
}

/* Grown children move out. */
static void households_split(Kin *kin, int wanted)
{
    for (int age = HOME_UNTIL; age >= ADULT_FROM; age--) {
        for (int i = 0; i < kin->count && kin->households < wanted; i++) {
            SamplePerson *person = &kin->people[i];
            if (kin->role[i] != ROLE_CHILD || person->age != age) continue;
            kin->units[kin->unit[i]].children--;
            person->mother = person->father = -1;
            (void)unit_add(kin, person->male ? i : -1, person->male ? -1 : i);
        }
    }
}

/* ---- what each is to the head ---- */

static char relation_of(const Kin *kin, int person)
{
    const KinUnit *unit = &kin->units[kin->unit[person]], *root = &kin->units[unit->root];
    int head = root->husband >= 0 ? root->husband : root->wife;
    KinRole role = kin->role[person];
    bool male = kin->people[person].male;
    if (unit == root) {
        if (person == head) return '0';
        if (role == ROLE_ADULT) return '1';
        if (role == ROLE_CHILD) return male ? '2' : '3';
        return role == ROLE_GRANDCHILD ? '4' : '8';
    }
    bool parents = root->elders == (int)(unit - kin->units);
    if (!parents) return '8';
    return role == ROLE_ADULT ? '5' : role == ROLE_CHILD ? '7' : '8';
}

static SampleMarital alone_marital(Kin *kin, const SamplePerson *person)
{
    int drawn = random_below(kin->random, 100);
    if (person->age < 30) return MARITAL_NEVER;
    if (person->age < 50) return drawn < 55 ? MARITAL_NEVER : MARITAL_DIVORCED;
    if (person->age < 60)
        return drawn < 35 ? MARITAL_NEVER : drawn < 70 ? MARITAL_DIVORCED : MARITAL_WIDOWED;
    return drawn < (person->male ? 25 : 3) ? MARITAL_NEVER : MARITAL_WIDOWED;
}

static void member_set(Kin *kin, int person)
{
    SamplePerson *self = &kin->people[person];
    const KinUnit *unit = &kin->units[kin->unit[person]], *root = &kin->units[unit->root];
    self->relation = relation_of(kin, person);
    self->household = root->household;
    bool couple = kin->role[person] == ROLE_ADULT && unit->husband >= 0 && unit->wife >= 0;
    if (couple) {
        self->spouse = self->male ? unit->wife : unit->husband;
        self->marital = MARITAL_MARRIED;
    } else {
        self->marital = kin->role[person] == ROLE_ADULT ? alone_marital(kin, self) : MARITAL_NEVER;
    }
    /* the husband's name goes to his children, and is his father's; a few have the mother's */
    bool parents = unit != root && root->elders == (int)(unit - kin->units);
    const KinUnit *named = parents ? root : unit;
    bool father_line = kin->role[person] == ROLE_CHILD || kin->role[person] == ROLE_GRANDCHILD ||
                       (parents && self->male && kin->role[person] == ROLE_ADULT);
    if (father_line && named->husband >= 0 && !random_chance(kin->random, 300))
        self->surname = kin->people[named->husband].surname;
}

/* Every household of the units, then the collective ones, filled in turn. */
static int households_number(Kin *kin, int collectives, int *households)
{
    int families = 0, taken = 0, living = 0;
    for (int u = 0; u < kin->unit_count; u++) { /* not by age, as the units are */
        if (kin->units[u].root != u) continue;
        int other = random_below(kin->random, families + 1);
        kin->next[families] = kin->next[other]; /* the lists of the free are used up */
        kin->next[other] = u;
        families++;
    }
    for (int i = 0; i < families; i++) kin->units[kin->next[i]].household = i;
    for (int i = 0; i < kin->count; i++) living += kin->role[i] == ROLE_COLLECTIVE;
    collectives = living == 0 ? 0 : MAX(1, MIN(collectives, living));
    for (int i = 0; i < kin->count; i++) {
        if (kin->role[i] != ROLE_COLLECTIVE) {
            member_set(kin, i);
            continue;
        }
        SamplePerson *person = &kin->people[i];
        person->household = families + taken % collectives;
        person->relation = taken < collectives ? '0' : '9';
        person->marital =
            person->age < 27 ? MARITAL_NEVER
                             : (random_chance(kin->random, 6000) ? MARITAL_MARRIED : MARITAL_NEVER);
        taken++;
    }
    *households = families + collectives;
    return families;
}

int kin_make(Kin *kin, SamplePerson *people, int count, const KinWanted *wanted, Random *random,
             int *households)
{
    ASSERT(count <= SAMPLE_BLOCK);
    kin->people = people;
    kin->count = count;
    kin->random = random;
    kin->unit_count = kin->households = 0;
    memset(kin->free, -1, sizeof kin->free);
    memset(kin->mothers, -1, sizeof kin->mothers);
    memset(kin->role, 0, sizeof kin->role);
    collective_take(kin, wanted->collective_people);
    for (int i = 0; i < count; i++) {
        if (kin->role[i] == ROLE_NONE) free_push(kin, i);
    }
    couples_make(kin);
    children_settle(kin);
    singles_make(kin);
    households_split(kin, wanted->families);
    households_join(kin, wanted->families);
    return households_number(kin, wanted->collectives, households);
}
