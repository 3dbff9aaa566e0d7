/*
 * For the tests of this folder: a file of the sample read as an import reads it.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "kernel/dataset/dataset.h"
#include "kernel/model/seed.h"
#include "lib/csv.h"
#include "lib/text.h"
#include "sample/entities.h"

static const Codes *codes; /* what ships, and the sample's division */
static Arena *arena;
static Issues issues;

static inline bool sink_buf(void *self, Str bytes)
{
    buf_add(self, bytes);
    return true;
}

typedef struct Seen {
    int records, refused, warned, refused_for[ISSUE_UNKNOWN_COLUMN + 1];
} Seen;

typedef void (*EachFn)(void *self, const Record *record);

static inline CsvReader *reader_of(const Buf *bytes, int *fd)
{
    *fd = memfd_create("sample", MFD_CLOEXEC);
    assert_true(*fd >= 0);
    assert_int_equal(write(*fd, bytes->p, bytes->n), (ssize_t)bytes->n);
    assert_int_equal(lseek(*fd, 0, SEEK_SET), 0);
    return csv_open(*fd);
}

static inline void record_read(const Dataset *dataset, const CsvRecord *row, const int *fields,
                               int32_t today, Seen *seen, Record *record)
{
    arena_reset(arena);
    issues_clear(&issues, arena);
    RuleContext context = {arena, codes, today, &issues};
    RawRecord *raw = arena_array(arena, RawRecord, 1);
    for (int i = 0; i < row->count; i++) raw->cells[fields[i]] = row->cells[i];
    record_parse(&context, dataset, raw, record);
    seen->records++;
    seen->refused += issues.errors > 0;
    seen->warned += issues.warnings > 0;
    for (int i = 0; i < issues.count; i++) {
        if (!issues.items[i].warning) seen->refused_for[issues.items[i].code]++;
    }
}

/* each: those that are not refused. */
static inline Seen rows_read(const char *id, const Buf *bytes, int32_t today, EachFn each,
                             void *self)
{
    const Dataset *dataset = model_dataset(&MODEL_SHIPPED, str_of(id));
    int fd, fields[CSV_CELLS_MAX];
    CsvReader *reader = reader_of(bytes, &fd);
    CsvRecord *row = mem_alloc(sizeof *row);
    Seen seen = {0};
    assert_int_equal(csv_next(reader, row), CSV_RECORD);
    for (int i = 0; i < row->count; i++) {
        fields[i] = model_heading(dataset, row->cells[i]);
        if (fields[i] < 0) fail_msg("%s: unknown heading " STR_FMT, id, STR_ARG(row->cells[i]));
    }
    while (csv_next(reader, row) == CSV_RECORD) {
        Record record;
        record_read(dataset, row, fields, today, &seen, &record);
        if (each && issues.errors == 0) each(self, &record);
    }
    csv_close(reader);
    close(fd);
    mem_free(row);
    return seen;
}

/* Within a third of what is stated, and a few more where it is rare. */
static inline void about(const char *what, int count, int of_10000, int of)
{
    int expected = (int)((int64_t)of * of_10000 / 10000), slack = expected / 3 + 12;
    if (count >= expected - slack && count <= expected + slack) return;
    fail_msg("%s: %d of %d, expected about %d", what, count, of, expected);
}

static inline void codes_make(void)
{
    Codes *made = codes_new();
    Buf why = buf_new(1024);
    int count;
    const CodeEntry *divisions = codes_list(codes_shipped(), CODES_DIVISION, &count);
    for (int i = 0; i < count; i++) codes_add(made, CODES_DIVISION, &divisions[i]);
    for (int i = 0; i < SEED_FILE_COUNT; i++) {
        Str list = seed_list_name(&SEED_FILES[i]);
        if (list.n) assert_int_equal(codes_add_csv(made, list, SEED_FILES[i].bytes, &why), ERR_OK);
    }
    SampleOptions options = {.second_day = 1, .codes = codes_shipped()};
    Buf own = buf_new(4096);
    assert_true(sample_file_write(SAMPLE_DIVISIONS, &options, sink_buf, &own));
    assert_int_equal(codes_add_csv(made, CODES_DIVISION, buf_str(&own), &why), ERR_OK);
    buf_free(&own);
    buf_free(&why);
    codes = codes_ready(made);
}

static inline int setup(void **state)
{
    (void)state;
    arena = arena_new(16 * 1024 * 1024);
    codes_make();
    return 0;
}

static inline int teardown(void **state)
{
    (void)state;
    codes_give(codes);
    arena_free(arena);
    return 0;
}
