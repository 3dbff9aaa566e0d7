/*
 * CSV (RFC 4180) read as a stream: quotes, doubled quotes, line breaks in quotes, CRLF or LF, a
 * byte-order mark. Bounded: a record of at most CSV_RECORD_MAX bytes and CSV_CELLS_MAX cells. Cells
 * point into the reader's buffer and are valid until the next call. Empty lines are passed over. A
 * CR belongs to the line end only before LF or at the file's end. All text given out is valid
 * UTF-8; a GB 18030 file is decoded, `raw` too.
 */
#pragma once

#include "lib/base.h"

enum { CSV_CELLS_MAX = 400, CSV_RECORD_MAX = 1024 * 1024 };

typedef struct CsvRecord {
    Str cells[CSV_CELLS_MAX];
    int count;
    int64_t line; /* physical line on which the record starts, from 1 */
    Str raw;      /* the record as it stands in the file, without its line end */
} CsvRecord;

typedef enum CsvResult {
    CSV_RECORD,
    CSV_END,
    CSV_QUOTE,     /* a quote inside an unquoted cell, or text behind a closing quote */
    CSV_TRUNCATED, /* the file ends inside quotes */
    CSV_TOO_LONG,  /* over CSV_RECORD_MAX */
    CSV_TOO_MANY_CELLS,
    CSV_NUL,      /* a NUL byte */
    CSV_ENCODING, /* not valid in the file's encoding */
    CSV_READ,     /* the file cannot be read */
} CsvResult;

typedef struct CsvReader CsvReader;

/* Reads fd from its current offset; encoding is found from the first 64 KiB. NULL: not text
 * (UTF-16 or NUL in the head). Does not own fd. */
CsvReader *csv_open(int fd) MUST_USE;
void csv_close(CsvReader *reader);
/* On any error result record->line says on which physical line the fault stands; CSV_TOO_LONG and
 * CSV_TRUNCATED: where the record starts. Reading cannot go on: each further call says the same. */
CsvResult csv_next(CsvReader *reader, CsvRecord *record) MUST_USE;
int64_t csv_offset(const CsvReader *reader); /* bytes consumed, for progress; GB 18030: by 64 KiB */

void csv_write_cell(Buf *out, Str cell); /* quoted where needed */
/* For files that people open in a spreadsheet: as above, and a leading = + - @ (half or full
 * width), tab, CR or LF is made harmless by a leading apostrophe, except in plain numbers. */
void csv_write_cell_safe(Buf *out, Str cell);

/* Lines of NDJSON or the like: LF or CRLF ends a line, an empty last line is none. Same limits,
 * encodings and results; on an error *number says the line. */
typedef struct LineReader LineReader;
LineReader *line_open(int fd) MUST_USE;
void line_close(LineReader *reader);
CsvResult line_next(LineReader *reader, Str *line, int64_t *number) MUST_USE;
int64_t line_offset(const LineReader *reader);
