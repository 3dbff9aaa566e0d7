/*
 * The CSV files of the sample city, written a part at a time.
 */
#pragma once

#include "lib/base.h"

/* Gets the next bytes of the file; false stops the writing. */
typedef bool (*SampleSink)(void *self, Str bytes);

typedef struct SampleWriter {
    Arena *row; /* texts of one row */
    Buf part;
    bool first_cell;
    SampleSink sink;
    void *self;
} SampleWriter;

SampleWriter sample_writer(SampleSink sink, void *self) MUST_USE;
/* Writes what is left; false: the sink stopped it. */
bool sample_writer_end(SampleWriter *writer) MUST_USE;

void sample_cell(SampleWriter *writer, Str text);
void sample_cell_text(SampleWriter *writer, const char *text);
void sample_cell_int(SampleWriter *writer, int64_t number);
void sample_cell_day(SampleWriter *writer, int32_t day); /* INT32_MAX: an empty cell */
void sample_headings(SampleWriter *writer, const char *const *headings, int count);
/* Ends the row; false: the sink stopped it. Resets the row's arena. */
bool sample_row_end(SampleWriter *writer);
