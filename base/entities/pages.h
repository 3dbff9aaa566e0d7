/* What the public pages of the entity library (法人库) show. */
#pragma once

#include "kernel/web/layout.h"

/* ---- enquiry (公众查询) ---- */

typedef struct EnquiryRow {
    Str uscc;
    Str name[3]; /* before, what was looked for, after */
    Str status;  /* label, or none */
    Str type, address, division;
    const char *status_class;
    int32_t established; /* day, or DAY_NONE */
} EnquiryRow;

typedef struct EnquiryPage {
    Str title; /* of the window; says so where there is an error */
    Str q;     /* as typed */
    Str fault; /* what is wrong with it, or none */
    bool asked, by_code;
    const EnquiryRow *rows;
    int count;
    int64_t from;    /* the first row's number, from 1 */
    Str next;        /* mark of the next page, or none */
    bool scan_ended; /* the library is larger than one answer may look through; next goes on */
    int64_t scanned; /* names one answer looks through at most */
    int64_t entities; /* entities in the library */
    int64_t updated_us;
} EnquiryPage;

/* ---- one entity ---- */

typedef struct Rival { /* what another organ says of the same field */
    Str organ, value;
    int64_t said_us, ticket;
    bool agrees, held;
} Rival;

typedef struct EntityRow {
    Str id; /* of the field */
    Label label;
    Str value, note, organ;
    int32_t day;     /* DAY_NONE: value is the text */
    int32_t updated; /* day from which the value stands, or DAY_NONE */
    int versions;
    bool differs;
    const Rival *rivals;
    int rival_count;
} EntityRow;

typedef struct EntityChange {
    Label label;
    Str before, after; /* none: there was, there is no value */
} EntityChange;

typedef struct EntityEvent { /* a version of the record */
    int32_t day;
    int64_t time_us;
    Str organ;
    bool first;
    const EntityChange *changes;
    int count;
} EntityEvent;

typedef struct EntitySource {
    Str organ;
    int32_t said;
    bool held;
} EntitySource;

typedef struct EntityDifference {
    Label label;
    Str shown_organ, shown_value, organ, value;
    int64_t ticket;
    bool identity;
} EntityDifference;

typedef struct EntityPage {
    Str uscc, name, status, type;
    const char *status_class;
    const EntityRow *rows;
    int row_count;
    const EntityEvent *events; /* newest first */
    int event_count;
    bool events_cut; /* there are older ones */
    const EntitySource *sources;
    int source_count;
    const EntityDifference *differences;
    int difference_count;
    int32_t updated;
    int32_t as_of_day; /* DAY_NONE: now */
    int64_t as_of_us;  /* 0: now */
    Str as_of_text;    /* what stands in the form */
    Str as_of_query;   /* "?asOf=…", or empty: for the links to the API */
    int32_t today;
} EntityPage;

typedef struct EntityAbsent { /* a time at which the library did not know it */
    Str uscc, name;
    int64_t as_of_us;
    int32_t known_from;
} EntityAbsent;

/* ---- request for correction (更正申请) ---- */

typedef struct CorrectionChoice {
    Str id;
    Label label;
    Str value;
    bool chosen;
} CorrectionChoice;

typedef struct CorrectionForm {
    Str title, uscc, name, no;
    const CorrectionChoice *choices;
    int choice_count;
    Str said, basis, contact;
    Str fault_field, fault_said, fault_basis, fault_contact; /* none: fine */
    int faults;
} CorrectionForm;

typedef struct CorrectionReceipt {
    Str no; /* in groups for reading aloud */
    Str uscc, field, organ, state, answer;
    int64_t received_us;
    bool fresh; /* just sent */
} CorrectionReceipt;
