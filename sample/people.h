/*
 * The files on people that the organs of the sample city send: one truth (sample/families.h), told
 * by each organ with its own fields, gaps and errors. Nobody of them lives: every identity number
 * carries the prefix 410399, a division that never existed and that the sample registers.
 *
 * What the organs get wrong, of 10,000 rows:
 */
#pragma once

#include "sample/families.h"
#include "sample/writer.h"

enum {
    PEOPLE_NAME_DIFFERS = 30,           /* another name: identity tickets; not the police's */
    PEOPLE_MARITAL_OLD = 250,           /* the police still have the married as unmarried */
    PEOPLE_EDUCATION_DIFFERS = 400,     /* education and police disagree */
    PEOPLE_DIVISION_DIFFERS = 60,       /* human resources have another division */
    PEOPLE_CHECK_DIGIT_WRONG = 30,      /* refused */
    PEOPLE_BIRTH_WRONG = 12,            /* not the number's: refused; police only */
    PEOPLE_SEX_WRONG = 8,               /* not the number's: refused; police only */
    PEOPLE_DAY_IMPOSSIBLE = 8,          /* 30 February: refused; police only */
    PEOPLE_NUMBER_OLD = 150,            /* 15 digits: taken with a warning; human resources only */
    PEOPLE_MARITAL_MISSING = 200,       /* the police do not know */
    PEOPLE_EDUCATION_MISSING = 1500,    /* the police do not know */
    PEOPLE_CIVIL_AFFAIRS_COVERS = 9200, /* of those who ever married */
    PEOPLE_EDUCATION_COVERS = 7000,     /* of those from 6 to 45 */
    PEOPLE_HUMAN_RESOURCES_COVERS = 6500, /* of those from 18 to 59 */
    PEOPLE_WEDDINGS_KEPT = 1500,          /* of couples: registrations before the first day */
    PEOPLE_LATER_UNCHANGED = 50,          /* sent again in the second year though nothing changed */
};

typedef enum PeopleFile { /* in the order in which they are to be imported */
                          PEOPLE_POLICE,
                          PEOPLE_HOUSEHOLD,
                          PEOPLE_CIVIL_AFFAIRS,
                          PEOPLE_MARRIAGE,
                          PEOPLE_EDUCATION,
                          PEOPLE_EDUCATION_RECORD, /* who goes to school */
                          PEOPLE_BIRTH,            /* of the year before the first day */
                          PEOPLE_HUMAN_RESOURCES,
                          PEOPLE_POLICE_LATER, /* a year later: births, deaths, moves, marriages */
                          PEOPLE_CIVIL_AFFAIRS_LATER,
                          PEOPLE_MARRIAGE_LATER,
                          PEOPLE_BIRTH_LATER,
                          PEOPLE_DEATH_LATER,
                          PEOPLE_MOVE_LATER,
                          PEOPLE_FILES,
} PeopleFile;

typedef struct PeopleFileInfo {
    const char *dataset, *organ;
    const char *batch; /* number of the batch, also the file's name without its ending */
    bool later;        /* as of the second day */
} PeopleFileInfo;
extern const PeopleFileInfo PEOPLE_FILE_INFO[PEOPLE_FILES];

typedef struct PeopleOptions {
    int64_t people; /* alive on the first day */
    uint64_t seed;
    int32_t first_day, second_day; /* first before second; no day in a file is after its own */
    const Codes *codes;            /* with Luoyang's villages */
} PeopleOptions;

/* CSV, UTF-8, with a heading. False: the sink stopped it. The same options give the same bytes. */
bool people_file_write(PeopleFile file, const PeopleOptions *options, SampleSink sink, void *self);
