/*
 * The files that the organs of the sample city send: one truth (sample/facts.h), told by each organ
 * with its own fields, gaps and errors. All of it is made up; names of persons are put together
 * from lists of surnames and given names, identity numbers lie in a division that never existed.
 *
 * What the organs get wrong, of 10,000 records:
 */
#pragma once

#include "sample/facts.h"
#include "sample/writer.h"

enum {
    SAMPLE_ADDRESS_DIFFERS = 200,  /* another address than the register's: difference tickets */
    SAMPLE_NAME_DIFFERS = 100,     /* another name: identity tickets */
    SAMPLE_EMPLOYEES_DIFFER = 300, /* human resources and statistics disagree */
    SAMPLE_CHECK_DIGIT_WRONG = 50, /* refused */
    SAMPLE_DAY_IMPOSSIBLE = 20,    /* 2021-02-30: refused; market regulation only */
    SAMPLE_AMOUNT_UNREADABLE = 10, /* refused; market regulation only */
    SAMPLE_TAX_COVERS = 9200,      /* of the entities that live */
    SAMPLE_HUMAN_RESOURCES_COVERS = 6000,
    SAMPLE_STATISTICS_COVERS = 5500,
    SAMPLE_LATER_UNCHANGED = 500, /* sent again in the second year though nothing changed */
};

typedef enum SampleFile {                   /* in the order in which they are to be imported */
                          SAMPLE_DIVISIONS, /* registers 410399 */
                          SAMPLE_MARKET_REGULATION,
                          SAMPLE_STAFFING_OFFICE,
                          SAMPLE_CIVIL_AFFAIRS,
                          SAMPLE_TAX,
                          SAMPLE_HUMAN_RESOURCES,
                          SAMPLE_STATISTICS,
                          SAMPLE_MARKET_REGULATION_LATER, /* a year later: births, deaths, changes
                                                           */
                          SAMPLE_ENTITY_LIST,             /* abnormal operations */
                          SAMPLE_ANNUAL_REPORT,
                          SAMPLE_FILES,
} SampleFile;

typedef struct SampleFileInfo {
    const char *dataset, *organ;
    const char *batch; /* number of the batch, also the file's name without its ending */
    bool later;        /* as of the second day */
} SampleFileInfo;
extern const SampleFileInfo SAMPLE_FILE_INFO[SAMPLE_FILES];

typedef struct SampleOptions {
    int64_t entities; /* ever registered by the second day, dead ones too */
    uint64_t seed;
    int32_t first_day, second_day; /* first before second; no day in a file is after its own */
    const Codes *codes;            /* with Luoyang's villages; those that ship do */
} SampleOptions;

/* CSV, UTF-8, with a heading. False: the sink stopped it. The same options give the same bytes. */
bool sample_file_write(SampleFile file, const SampleOptions *options, SampleSink sink, void *self);
