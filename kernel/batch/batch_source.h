/* The lines of a batch's file as raw records, CSV and NDJSON alike. Internal to kernel/batch. */
#pragma once

#include "kernel/batch/batch.h"
#include "lib/csv.h"

typedef struct BatchSource BatchSource;

typedef struct BatchLine {
    int64_t line;
    Str raw;         /* as it stands in the file (UTF-8) */
    RawRecord cells; /* valid until the next call */
    bool short_line; /* fewer cells than the heading: a file cut off, when it is the last line */
} BatchLine;

/* A file-level remark that is no fault: a heading that is read over. */
typedef struct BatchRemark {
    Str heading;
} BatchRemark;

/* Reads the heading. ERR_BAD with *fault: not text, unknown or doubled headings, a required one
 * missing. */
Err batch_source_open(const BatchInput *input, Arena *arena, BatchSource **out,
                      BatchFault *fault) MUST_USE;
void batch_source_close(BatchSource *source); /* NULL is fine */

/* ERR_NOT_FOUND: the end. ERR_BAD: *fault. What is wrong with this line alone goes to issues. */
Err batch_source_next(BatchSource *source, Arena *arena, BatchLine *out, Issues *issues,
                      BatchFault *fault) MUST_USE;
int64_t batch_source_offset(const BatchSource *source);
Str batch_source_heading(const BatchSource *source);
const BatchRemark *batch_source_remarks(const BatchSource *source, int *count);
