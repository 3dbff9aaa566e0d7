/*
 * Words that the sample city is made of. Names of companies and persons are put together from these
 * lists at random; none is taken from a register.
 */
#pragma once

#include "lib/base.h"

typedef enum SampleRegistrar {
    REGISTRAR_MARKET_REGULATION,
    REGISTRAR_STAFFING_OFFICE,
    REGISTRAR_CIVIL_AFFAIRS,
} SampleRegistrar;

typedef struct SampleKind {
    const char *pair; /* department and category, positions 1-2 of the USCC */
    const char *type;
    const char *ending; /* of the name; NULL: the trade's shop, or a public body */
    SampleRegistrar registrar;
    int weight; /* of 1000 */
    int employees_max;
} SampleKind;

typedef struct SampleTrade {
    const char *name;     /* in a company's name */
    const char *shop;     /* of an individual business; NULL: there are none */
    const char *industry; /* division of GB/T 4754-2017 */
    const char *scope;
    int weight;
} SampleTrade;

typedef struct SampleCounty {
    const char *code;
    int weight;
    int longitude, latitude; /* of its seat, 10^-3 degrees, roughly */
} SampleCounty;

typedef struct SampleBody { /* a public body or social organisation */
    const char *pair, *ending, *industry;
} SampleBody;

extern const SampleKind SAMPLE_KINDS[];
extern const int SAMPLE_KIND_COUNT;
extern const SampleTrade SAMPLE_TRADES[];
extern const int SAMPLE_TRADE_COUNT;
extern const SampleCounty SAMPLE_COUNTIES[];
extern const int SAMPLE_COUNTY_COUNT;
extern const SampleBody SAMPLE_BODIES[];
extern const int SAMPLE_BODY_COUNT;

extern const char *const SAMPLE_SURNAMES[];
extern const int SAMPLE_SURNAME_COUNT;

/* Characters of brands and of given names, each three bytes. */
extern const char SAMPLE_BRAND_FIRST[], SAMPLE_BRAND_SECOND[], SAMPLE_BRAND_THIRD[];
extern const char SAMPLE_GIVEN_FIRST[], SAMPLE_GIVEN_SECOND[];
