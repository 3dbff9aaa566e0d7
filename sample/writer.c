#include "sample/writer.h"

#include "lib/csv.h"
#include "lib/text.h"

enum { PART_BYTES = 64 * 1024, PART_BYTES_MAX = 1024 * 1024, ROW_ARENA_MAX = 1024 * 1024 };

SampleWriter sample_writer(SampleSink sink, void *self)
{
    return (SampleWriter){.row = arena_new(ROW_ARENA_MAX),
                          .part = buf_new(PART_BYTES_MAX),
                          .first_cell = true,
                          .sink = sink,
                          .self = self};
}

static bool part_flush(SampleWriter *writer)
{
    bool go_on = writer->part.n == 0 || writer->sink(writer->self, buf_str(&writer->part));
    buf_clear(&writer->part);
    return go_on;
}

bool sample_writer_end(SampleWriter *writer)
{
    bool whole = part_flush(writer);
    buf_free(&writer->part);
    arena_free(writer->row);
    return whole;
}

void sample_cell(SampleWriter *writer, Str text)
{
    if (!writer->first_cell) buf_byte(&writer->part, ',');
    writer->first_cell = false;
    csv_write_cell(&writer->part, text);
}

void sample_cell_text(SampleWriter *writer, const char *text)
{
    sample_cell(writer, str_of(text));
}

void sample_cell_int(SampleWriter *writer, int64_t number)
{
    sample_cell(writer, arena_printf(writer->row, "%lld", (long long)number));
}

void sample_cell_day(SampleWriter *writer, int32_t day)
{
    int year, month, date;
    char text[40];
    if (day == INT32_MAX) {
        sample_cell(writer, STR_NONE);
        return;
    }
    day_parts(day, &year, &month, &date);
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, date);
    sample_cell_text(writer, text);
}

void sample_headings(SampleWriter *writer, const char *const *headings, int count)
{
    for (int i = 0; i < count; i++) sample_cell_text(writer, headings[i]);
    (void)sample_row_end(writer);
}

bool sample_row_end(SampleWriter *writer)
{
    buf_byte(&writer->part, '\n');
    writer->first_cell = true;
    arena_reset(writer->row);
    return writer->part.n < PART_BYTES || part_flush(writer);
}
