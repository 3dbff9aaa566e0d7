/* What the pages of the city portal (门户) show. */
#pragma once

#include "kernel/web/layout.h"

typedef struct HomePage {
    int64_t entities; /* records of each library */
    int64_t divisions;
    int64_t organs;
    int64_t entries;    /* of the journal */
    int64_t updated_us; /* time of the last entry; 0: none */
} HomePage;

typedef struct DataRow { /* one open dataset */
    Str id;
    Label label;
    int64_t records;
    int fields; /* that everybody may see */
} DataRow;

typedef struct DataPage {
    const DataRow *rows;
    int count;
} DataPage;
