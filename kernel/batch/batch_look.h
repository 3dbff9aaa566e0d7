/* Batches and their receipts as pages show them: typed, in parts, newest first. */
#pragma once

#include "kernel/batch/batch.h"

/* 1 to BATCH_NUMBER_MAX letters, digits, dots, hyphens or underscores. */
bool batch_number_ok(Str number);

typedef struct BatchSummary {
    int64_t id;
    Str dataset, organ, number;
    Str state;                    /* running, done, cancelled */
    Str warnings;                 /* of the file as a whole: JSON array */
    bool csv;                     /* else NDJSON */
    Digest content;               /* SHA-256 of the file */
    int64_t started_us, ended_us; /* ended 0: not yet */
    int64_t receipt_index;        /* journal; -1: none yet */
    int64_t read, created, updated, unchanged, rejected, differences;
} BatchSummary;

typedef struct BatchQuery {
    Str organ;      /* none: of every organ */
    int64_t before; /* id of the last one seen; 0: from the newest */
    int limit;
} BatchQuery;

/* Newest first; rows has room for query->limit. Texts live in arena. */
Err batch_list(Sql *sql, Arena *arena, const BatchQuery *query, BatchSummary *rows,
               int *count) MUST_USE;
Err batch_summary(Sql *sql, Arena *arena, int64_t batch_id, BatchSummary *out) MUST_USE;

typedef struct BatchReason {
    int64_t line;
    int n; /* several for one line: 0, 1 … */
    Str key, field, code, message;
} BatchReason;

typedef struct BatchReasonQuery {
    int64_t batch_id;
    bool warnings;      /* else refusals */
    int64_t after_line; /* of the last one seen, with its n; 0: from the start */
    int after_n;
    int limit;
    Lang lang;
} BatchReasonQuery;

Err batch_reasons(Sql *sql, Arena *arena, const BatchReasonQuery *query, BatchReason *rows,
                  int *count) MUST_USE;
Err batch_warnings_count(Sql *sql, int64_t batch_id, int64_t *count) MUST_USE;

typedef struct BatchProof {
    bool holds;      /* the receipt as stored gives the root that the journal entry has */
    int64_t index;   /* of the journal entry */
    int64_t time_us; /* of the entry */
    Digest root;     /* computed from the stored receipt */
} BatchProof;

/* Computes the receipt's root anew and compares it with the journal entry. ERR_NOT_FOUND: the batch
 * has no receipt yet. */
Err batch_prove(Sql *sql, int64_t batch_id, BatchProof *out) MUST_USE;
