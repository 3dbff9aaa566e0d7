/*
 * The exchange support (数据交换支撑), officials' side: batches with their receipts, and the
 * tickets of what two organs say differently. What the pages of this folder show, and what their
 * files share.
 */
#pragma once

#include "kernel/batch/batch_look.h"
#include "kernel/codes/codes.h"
#include "kernel/web/layout.h"
#include "kernel/web/page_web.h"
#include "kernel/web/session.h"

/* ---- shared ---- */

/* Whose batches and tickets the subject may see: a system its organ's; none: those of all organs.
 */
Str exchange_organ(const WebRequest *web);
Str exchange_organ_label(const WebRequest *web, Str organ); /* the key itself where unknown */
Label exchange_dataset_label(const WebRequest *web, Str dataset);
/* A text of the catalogue in the request's language. */
Str exchange_text(const WebRequest *web, TextKey key);
/* 410305********2015, 138****0000, 王*: for values of personal fields. */
Str exchange_mask(Arena *arena, Str value);
/* A number from a path or query: 0 and more. false: it is none. */
bool exchange_number(Str text, int64_t *out);

/* ---- list of batches ---- */

typedef struct ImportRunning { /* a job */
    Str id;
    Label dataset;
    Str organ, number, phase;
    bool waits, cancelling;
    int percent;
    int64_t records, rejected, rate;
    int64_t seconds_left; /* -1: cannot be told yet */
} ImportRunning;

typedef struct ImportRow {
    int64_t id;
    Label dataset;
    Str organ, number, state;
    const char *state_class;
    int64_t read, accepted, rejected, started_us;
} ImportRow;

typedef struct ImportsPage {
    const ImportRunning *running;
    int running_count;
    bool refreshes; /* the page loads itself anew */
    const ImportRow *rows;
    int count;
    bool first;     /* of the pages */
    int64_t before; /* mark of the next page; 0: there is none */
} ImportsPage;

/* A batch's state in words, and its tag's class. */
void import_state(const WebRequest *web, const BatchSummary *batch, Str *text, const char **css);

/* ---- receipt ---- */

typedef struct ReceiptReason {
    int64_t line;
    Str key, field, message, code, advice;
} ReceiptReason;

typedef struct ReceiptPage {
    Str title; /* of the window */
    const BatchSummary *batch;
    Label dataset;
    Str organ, state;
    const char *state_class;
    bool replayed; /* the file was handed in before: nothing was done anew */
    bool interrupted;
    int64_t accepted, tenths; /* time it took, in tenths of a second; -1: not yet */
    const ReceiptReason *reasons;
    int reason_count;
    Str reasons_next; /* mark of the next part, or none */
    bool reasons_first;
    const ReceiptReason *warnings;
    int warning_count;
    int64_t warning_total;
    Str warnings_next;
    bool has_receipt;
    const BatchProof *proof;
    Str content, root; /* hexadecimal */
    bool print;
} ReceiptPage;

/* ---- handing in ---- */

typedef struct ImportChoice { /* an organ that may hand in to a dataset */
    Str dataset, organ, organ_label;
} ImportChoice;

typedef struct ImportDataset {
    Label label;
    const ImportChoice *organs;
    int organ_count;
} ImportDataset;

typedef struct ImportChoosePage {
    const ImportDataset *datasets;
    int count;
} ImportChoosePage;

typedef struct ImportFormPage {
    Str dataset, organ, number, form_token;
    Label dataset_label;
    Str organ_label;
    Str file_error, number_error;       /* what is wrong, or none */
    Str fault, fault_line, fault_field; /* of the file that was sent before, or none */
    Str headings;                       /* that the dataset understands */
} ImportFormPage;

typedef struct ImportProgressPage {
    const ImportRunning *job;
} ImportProgressPage;

typedef struct ImportCancelPage {
    const ImportRunning *job;
    Str form_token;
} ImportCancelPage;

/* A job as the pages show it. */
ImportRunning exchange_running(const WebRequest *web, const JobView *job);
/* Does a job work on this batch? */
bool exchange_under_way(const WebRequest *web, const BatchSummary *batch);

/* ---- tickets ---- */

typedef struct TicketRow {
    int64_t no, opened_us;
    bool identity;
    Label dataset;
    Str key, name;
    Str field; /* label */
    Str shown, shown_organ, other, other_organ;
} TicketRow;

typedef struct TicketOption { /* of a filter */
    Str value, label;
    bool chosen;
} TicketOption;

typedef struct TicketsPage {
    const TicketOption *datasets, *organs;
    int dataset_count, organ_count;
    Str kind; /* difference, identity, or none */
    bool filtered, first;
    int64_t total;
    const TicketRow *rows;
    int count;
    int64_t before; /* mark of the next page; 0: there is none */
    Str next_query; /* the filters and the mark */
} TicketsPage;

typedef struct TicketTrust { /* an organ in the order of trust of the field */
    Str organ;
    bool shown, other;
} TicketTrust;

typedef struct TicketPage {
    TicketRow row;
    Str record_href; /* page of the record, or its item in the interface */
    bool personal;
    int64_t shown_us, other_us; /* when each said it; 0: not known */
    const TicketTrust *trust;
    int trust_count;
    Str asked; /* organ that is asked */
    bool closed;
    int64_t closed_us;
    Str outcome;
} TicketPage;
