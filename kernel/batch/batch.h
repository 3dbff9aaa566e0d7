/*
 * A batch (批次): a file of many contributions from one organ, streamed, idempotent by (organ,
 * dataset, number). Pass 1 checks the structure; a fault there stores nothing. Pass 2 commits
 * chunks of at most BATCH_CHUNK_MAX records, each with one journal entry; a kill between chunks
 * loses nothing, and sending the same file under the same number again completes it.
 */
#pragma once

#include "kernel/dataset/dataset.h"
#include "kernel/job/job.h"
#include "lib/json.h"

enum { BATCH_CHUNK_MAX = 5000, BATCH_NUMBER_MAX = 64, BATCH_REASONS_SHOWN_MAX = 100000 };

typedef enum BatchFormat { BATCH_CSV, BATCH_NDJSON } BatchFormat;

typedef struct BatchInput {
    const Dataset *dataset;
    Str organ, number;
    BatchFormat format;
    int fd; /* a regular file, read twice; not owned */
    Subject subject;
    Str purpose;
    const Codes *codes; /* NULL: the store's; a store's first fill is checked against what ships */
} BatchInput;

/* A fault of the file as a whole: nothing (more) was stored. */
typedef struct BatchFault {
    int64_t line;     /* 0: no line in particular */
    const char *code; /* of the fixed list, or truncated, too_long, quote, nul, not_text,
                         batch_conflict, batch_running … */
    const Text *text;
    Str arg[2];
    Str field;
} BatchFault;

typedef struct BatchOutcome {
    int64_t batch_id;
    bool replayed; /* the same batch was complete before: this is its receipt */
    bool cancelled;
    BatchFault fault; /* code != NULL where batch_run gave an error */
} BatchOutcome;

/* Runs on the caller's thread (never a web worker). ERR_BAD: structure; ERR_CONFLICT: the number
 * stands for other content (batch_conflict), or is under work just now (batch_running);
 * ERR_STORAGE: the store took no more, send again later. */
Err batch_run(Store *store, const BatchInput *input, JobProgress *progress, Arena *arena,
              BatchOutcome *out) MUST_USE;

/* The receipt (回执) as JSON, from the store. ERR_NOT_FOUND: no such batch. */
Err batch_receipt_write(Sql *sql, int64_t batch_id, Lang lang, Json *json) MUST_USE;
Err batch_find(Sql *sql, const Dataset *dataset, Str organ, Str number, int64_t *batch_id) MUST_USE;

/* The refused lines as they came, under the file's heading: mend them and hand in just these. */
Err batch_rejects_write(Sql *sql, int64_t batch_id, bool (*sink)(void *self, Str bytes),
                        void *self) MUST_USE;

/* Compare stored receipts with the journal. As dataset_verify. */
Err batch_verify(Sql *sql, int64_t *bad, Buf *why) MUST_USE;
