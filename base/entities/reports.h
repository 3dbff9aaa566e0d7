/*
 * Figures of the entity library (法人库统计): the reports of base/entities/reports/, with labels.
 * Made once for a state of the store and shared by all who look; immutable after that.
 */
#pragma once

#include "kernel/codes/codes.h"
#include "kernel/web/page.h"

typedef struct ReportLine {
    Str code; /* of the group, as in the JSON; "" where the library has no value */
    Label label;
    int64_t count, other; /* what `other` counts is said with the table */
    int share;            /* of the total, in thousandths */
    int bar;              /* of the largest, in thousandths */
} ReportLine;

typedef struct ReportTable {
    ReportLine *lines;
    int count;
} ReportTable;

typedef struct FlowLine { /* of a month or a year */
    Str period;
    int64_t born, gone;
    int born_bar, gone_bar;
} FlowLine;

typedef struct FlowTable {
    FlowLine *lines;
    int count;
    bool any; /* something happened in one of them */
} FlowTable;

enum { SURVIVAL_SPANS = 3, SURVIVAL_UNKNOWN = -1 };

typedef struct CohortLine { /* of one year of establishment */
    Str year;
    int64_t size, undated;    /* undated: ended on a day nobody gave; not in the rates */
    int rate[SURVIVAL_SPANS]; /* after 1, 3, 5 years, in thousandths; SURVIVAL_UNKNOWN: not over yet
                               */
} CohortLine;

typedef struct SourceLine {
    Str organ;
    Label label;
    int64_t records, held, values, tickets;
    int64_t key_values; /* of the ten fields every register should have */
    int complete;       /* key_values of what could be, in thousandths */
    int consistent;     /* of its values, without an open ticket, in thousandths */
} SourceLine;

typedef struct Reports {
    Arena *arena;
    int uses;
    int64_t commits, made_us, took_us;
    int64_t total, in_being;
    int64_t inferred;  /* division from the code */
    int64_t no_status; /* counted as in being */
    bool ends_known;   /* somebody ever gave a day of cancellation or revocation */
    ReportTable status, type, section, division, age;
    FlowTable months, years;
    CohortLine *cohorts;
    int cohort_count;
    SourceLine *sources;
    int source_count;
} Reports;

/* What the page shows of them. */
typedef struct ReportsPage {
    const Reports *r;
    int64_t entities; /* while they are being made: entities */
} ReportsPage;

/* All figures in one snapshot. Free with reports_free. */
Err reports_make(Store *store, const Codes *codes, int64_t now_us, Reports **out) MUST_USE;
void reports_free(Reports *reports);
