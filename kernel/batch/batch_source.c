#include "kernel/batch/batch_source.h"

#include <unistd.h>

#include "kernel/dataset/record_json.h"
#include "lib/text.h"

struct BatchSource {
    const BatchInput *input;
    CsvReader *csv;
    LineReader *lines;
    CsvRecord *record;         /* CSV: the record under work */
    int fields[CSV_CELLS_MAX]; /* CSV: field of each column; -2 read over */
    int columns;
    Str heading;
    BatchRemark remarks[CSV_CELLS_MAX];
    int remark_count;
    json_t *object; /* NDJSON: keeps the texts of the line under work alive */
};

/* ---- faults ---- */

static const Text TEXT_NOT_TEXT = {
    "文件不是 UTF-8 或 GB 18030 文本（可能是表格软件的原文件或 UTF-16），请另存为 CSV 再交",
    "the file is not UTF-8 or GB 18030 text; save it as CSV and hand it in again"};
static const Text TEXT_EMPTY = {"文件是空的，第一行应为列名",
                                "the file is empty; its first line should be the heading"};
static const Text TEXT_HEADING = {
    "不认识的列名：{0}。请改成字段名，或删去该列",
    "unknown heading: {0}; rename it to a field or remove the column"};
static const Text TEXT_HEADING_TWICE = {"列“{0}”出现了两次", "the column {0} stands twice"};
static const Text TEXT_HEADING_MISSING = {"缺少必填的列：{0}", "a required column is missing: {0}"};
static const Text TEXT_FAULTS[] = {
    [CSV_QUOTE] = {"引号用法有误：引号应包住整个单元格，里面的引号写两次",
                   "misplaced quote: quotes enclose a whole cell, quotes inside are doubled"},
    [CSV_TRUNCATED] = {"文件没有完整传到，引号没有结束", "the file is cut off inside quotes"},
    [CSV_TOO_LONG] = {"这一行超过 1 MB", "this line is over 1 MB"},
    [CSV_TOO_MANY_CELLS] = {"这一行的单元格过多", "this line has too many cells"},
    [CSV_NUL] = {"含有 NUL 字节，文件已损坏或不是文本",
                 "has a NUL byte; the file is damaged or not text"},
    [CSV_ENCODING] = {"这一行有不符合文件编码的字节",
                      "this line has bytes that the file's encoding does not have"},
    [CSV_READ] = {"文件读不出来", "the file cannot be read"},
};
static const char *const FAULT_CODES[] = {
    [CSV_QUOTE] = "quote",     [CSV_TRUNCATED] = "truncated",
    [CSV_TOO_LONG] = "length", [CSV_TOO_MANY_CELLS] = "unknown_column",
    [CSV_NUL] = "encoding",    [CSV_ENCODING] = "encoding",
    [CSV_READ] = "unreadable",
};

static Err fault_set(BatchFault *fault, int64_t line, const char *code, const Text *text, Str arg)
{
    *fault = (BatchFault){.line = line, .code = code, .text = text, .arg = {arg, STR_NONE}};
    return ERR_BAD;
}

static Err fault_of(BatchFault *fault, int64_t line, CsvResult result)
{
    ASSERT(result != CSV_RECORD && result != CSV_END);
    return fault_set(fault, line, FAULT_CODES[result], &TEXT_FAULTS[result], STR_NONE);
}

/* ---- CSV heading ---- */

static Err heading_map(BatchSource *source, Arena *arena, BatchFault *fault)
{
    const Dataset *dataset = source->input->dataset;
    Buf unknown = buf_new(64 * 1024);
    Err err = ERR_OK;
    for (int i = 0; i < source->record->count && err == ERR_OK; i++) {
        Str heading;
        if (!text_normalise(arena, source->record->cells[i], false, &heading)) heading = STR("?");
        int field = model_heading(dataset, heading);
        source->fields[i] = field;
        if (field == -1) {
            if (unknown.n) buf_lit(&unknown, "、");
            buf_add(&unknown, heading.n ? heading : STR("“”"));
        } else if (field == -2) {
            source->remarks[source->remark_count++].heading = arena_str(arena, heading);
        }
        for (int k = 0; k < i && field >= 0; k++) {
            if (source->fields[k] != field) continue;
            err = fault_set(fault, 1, "duplicate", &TEXT_HEADING_TWICE, arena_str(arena, heading));
        }
    }
    source->columns = source->record->count;
    if (err == ERR_OK && unknown.n) {
        err = fault_set(fault, 1, "unknown_column", &TEXT_HEADING,
                        arena_str(arena, buf_str(&unknown)));
    }
    buf_free(&unknown);
    return err;
}

static Err heading_require(const BatchSource *source, Arena *arena, BatchFault *fault)
{
    const Dataset *dataset = source->input->dataset;
    for (int i = 0; i < dataset->field_count; i++) {
        bool there = !dataset->fields[i].required;
        for (int k = 0; k < source->columns; k++) there |= source->fields[k] == i;
        if (there) continue;
        Str id = dataset->fields[i].id, zh = dataset->fields[i].label.zh;
        return fault_set(fault, 1, "required", &TEXT_HEADING_MISSING,
                         arena_printf(arena, STR_FMT " (" STR_FMT ")", STR_ARG(zh), STR_ARG(id)));
    }
    return ERR_OK;
}

static Err csv_begin(BatchSource *source, Arena *arena, BatchFault *fault)
{
    source->csv = csv_open(source->input->fd);
    if (source->csv == NULL) return fault_set(fault, 0, "encoding", &TEXT_NOT_TEXT, STR_NONE);
    source->record = mem_alloc(sizeof *source->record);
    CsvResult result = csv_next(source->csv, source->record);
    if (result == CSV_END) return fault_set(fault, 0, "required", &TEXT_EMPTY, STR_NONE);
    if (result != CSV_RECORD) return fault_of(fault, source->record->line, result);
    source->heading = arena_str(arena, source->record->raw);
    TRY(heading_map(source, arena, fault));
    return heading_require(source, arena, fault);
}

Err batch_source_open(const BatchInput *input, Arena *arena, BatchSource **out, BatchFault *fault)
{
    BatchSource *source = mem_alloc(sizeof *source);
    *out = source;
    source->input = input;
    source->heading = STR("");
    if (lseek(input->fd, 0, SEEK_SET) != 0) return fault_of(fault, 0, CSV_READ);
    if (input->format == BATCH_CSV) return csv_begin(source, arena, fault);
    source->lines = line_open(input->fd);
    return source->lines ? ERR_OK : fault_set(fault, 0, "encoding", &TEXT_NOT_TEXT, STR_NONE);
}

void batch_source_close(BatchSource *source)
{
    if (source == NULL) return;
    if (source->csv) csv_close(source->csv);
    if (source->lines) line_close(source->lines);
    json_decref(source->object);
    mem_free(source->record);
    mem_free(source);
}

/* ---- lines ---- */

static const Text TEXT_CELLS_MANY = {"这一行有 {0} 格，列名只有 {1} 个",
                                     "this line has {0} cells, the heading has {1}"};
static const Text TEXT_CELLS_FEW = {"这一行只有 {0} 格，列名有 {1} 个",
                                    "this line has only {0} cells, the heading has {1}"};
static const Text TEXT_NO_JSON = {"这一行不是一个 JSON 对象：{0}",
                                  "this line is not a JSON object: {0}"};

static Err csv_line(BatchSource *source, Arena *arena, BatchLine *out, Issues *issues,
                    BatchFault *fault)
{
    CsvRecord *record = source->record;
    CsvResult result;
    do result = csv_next(source->csv, record);
    while (result == CSV_RECORD && record->count == 1 &&
           record->cells[0].n == 0); /* an empty line is none */
    if (result == CSV_END) return ERR_NOT_FOUND;
    if (result != CSV_RECORD) return fault_of(fault, record->line, result);
    out->line = record->line;
    out->raw = record->raw;
    out->short_line = record->count < source->columns;
    if (record->count != source->columns) {
        bool many = record->count > source->columns;
        issue_error(issues, -1, many ? ISSUE_UNKNOWN_COLUMN : ISSUE_REQUIRED,
                    many ? &TEXT_CELLS_MANY : &TEXT_CELLS_FEW,
                    arena_printf(arena, "%d", record->count),
                    arena_printf(arena, "%d", source->columns));
    }
    int count = MIN(record->count, source->columns);
    for (int i = 0; i < count; i++) {
        Str cell = record->cells[i];
        if (source->fields[i] >= 0) out->cells.cells[source->fields[i]] = cell.p ? cell : STR("");
    }
    return ERR_OK;
}

static Err json_line(BatchSource *source, Arena *arena, BatchLine *out, Issues *issues,
                     BatchFault *fault)
{
    CsvResult result = line_next(source->lines, &out->raw, &out->line);
    if (result == CSV_END) return ERR_NOT_FOUND;
    if (result != CSV_RECORD) return fault_of(fault, out->line, result);
    json_decref(source->object);
    Buf why = buf_new(1024);
    source->object = json_read(out->raw, &why);
    if (source->object && json_is_object(source->object)) {
        record_from_json(arena, source->input->dataset, source->object, &out->cells, issues);
    } else {
        out->short_line = source->object == NULL;
        issue_error(issues, -1, ISSUE_TYPE, &TEXT_NO_JSON, buf_str(&why), STR_NONE);
    }
    buf_free(&why);
    return ERR_OK;
}

Err batch_source_next(BatchSource *source, Arena *arena, BatchLine *out, Issues *issues,
                      BatchFault *fault)
{
    *out = (BatchLine){0};
    return source->csv ? csv_line(source, arena, out, issues, fault)
                       : json_line(source, arena, out, issues, fault);
}

int64_t batch_source_offset(const BatchSource *source)
{
    return source->csv ? csv_offset(source->csv) : line_offset(source->lines);
}

Str batch_source_heading(const BatchSource *source)
{
    return source->heading;
}

const BatchRemark *batch_source_remarks(const BatchSource *source, int *count)
{
    *count = source->remark_count;
    return source->remarks;
}
