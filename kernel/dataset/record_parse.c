#include "kernel/dataset/dataset.h"
#include "kernel/numbers/checkdigit.h"
#include "lib/text.h"

/* What is said of a bad cell, one sentence with the way out. */
static const Text TEXT_REQUIRED = {"没有填写{0}", "{1} is missing"};
static const Text TEXT_CONTROL = {"含有不可见的控制字符，请删去后重填",
                                  "has control characters; remove them"};
static const Text TEXT_NOT_UTF8 = {"文字编码有误，应为 UTF-8", "is not valid UTF-8"};
static const Text TEXT_LENGTH_MAX = {"最多 {0} 个字，现有 {1} 个",
                                     "at most {0} characters, has {1}"};
static const Text TEXT_LENGTH_MIN = {"至少 {0} 个字，现有 {1} 个",
                                     "at least {0} characters, has {1}"};
static const Text TEXT_CODE = {"“{0}”不在代码表 {1} 中", "“{0}” is not a code of the list {1}"};
static const Text TEXT_DIVISION = {"“{0}”不是现行或曾用的行政区划代码",
                                   "“{0}” is not a present or former division code"};
static const Text TEXT_ORGAN = {"“{0}”不在机关名录中", "“{0}” is not a known organ"};
static const Text TEXT_DATE = {"“{0}”不是有效日期，应写成 2026-03-01 这样",
                               "“{0}” is not a date that exists; write it like 2026-03-01"};
static const Text TEXT_FUTURE = {"{0} 晚于今天，请核对年份", "{0} is after today; check the year"};
static const Text TEXT_INTEGER = {"“{0}”不是整数", "“{0}” is not a whole number"};
static const Text TEXT_DECIMAL = {"“{0}”不是数，或小数多于 {1} 位",
                                  "“{0}” is not a number, or has more than {1} decimals"};
static const Text TEXT_BOOLEAN = {"“{0}”应为“是”或“否”", "“{0}” should be true or false"};
static const Text TEXT_INSTANT = {"“{0}”不是时间，应写成 2026-03-01T09:00:00+08:00 这样",
                                  "“{0}” is not a time; write it like 2026-03-01T09:00:00+08:00"};
static const Text TEXT_MIN = {"不能小于 {0}，现为 {1}", "must not be below {0}, is {1}"};
static const Text TEXT_MAX = {"不能大于 {0}，现为 {1}", "must not be above {0}, is {1}"};
static const Text TEXT_NUMBER = {"{0}", "{1}"};
static const Text TEXT_UPGRADED = {"15 位旧号码已换算为 18 位存入，请核对后改报 18 位号码",
                                   "the old number of 15 digits was taken as the 18 digits it "
                                   "became; check it, and send those"};

/* The cell under work. */
typedef struct Cell {
    const RuleContext *context;
    const Field *field;
    int index;
    Str text; /* normalised, not empty */
    Record *record;
} Cell;

static void cell_error(const Cell *cell, IssueCode code, const Text *text, Str arg)
{
    issue_error(cell->context->issues, cell->index, code, text, cell->text, arg);
}

static Str number_text(Arena *arena, int64_t number, int scale)
{
    Buf buf = buf_new(64);
    decimal_write(&buf, number, scale);
    Str text = arena_str(arena, buf_str(&buf));
    buf_free(&buf);
    return text;
}

static void cell_set_text(const Cell *cell, Str text)
{
    cell->record->values[cell->index] = (Value){.present = true, .text = text};
}

static void cell_set_number(const Cell *cell, int64_t number)
{
    const Field *field = cell->field;
    Arena *arena = cell->context->arena;
    cell->record->values[cell->index] = (Value){.present = true, .number = number};
    if (field->has_min && number < field->min) {
        issue_error(cell->context->issues, cell->index, ISSUE_RANGE, &TEXT_MIN,
                    number_text(arena, field->min, field->scale),
                    number_text(arena, number, field->scale));
    } else if (field->has_max && number > field->max) {
        issue_error(cell->context->issues, cell->index, ISSUE_RANGE, &TEXT_MAX,
                    number_text(arena, field->max, field->scale),
                    number_text(arena, number, field->scale));
    }
}

static void parse_text(const Cell *cell)
{
    int32_t max = cell->field->length_max, min = cell->field->length_min;
    cell_set_text(cell, cell->text);
    if (cell->text.n <= (size_t)max && min == 0) return; /* bytes are never fewer than characters */
    int64_t length = (int64_t)utf8_length(cell->text);
    if (length <= max && length >= min) return;
    Arena *arena = cell->context->arena;
    issue_error(cell->context->issues, cell->index, ISSUE_LENGTH,
                length > max ? &TEXT_LENGTH_MAX : &TEXT_LENGTH_MIN,
                number_text(arena, length > max ? max : min, 0), number_text(arena, length, 0));
}

static void parse_code(const Cell *cell)
{
    cell_set_text(cell, cell->text);
    if (codes_find(cell->context->codes, cell->field->codes, cell->text)) return;
    /* people write the label; it stands for its code where it is unique */
    Str code;
    if (codes_by_label(cell->context->codes, cell->field->codes, cell->text, &code))
        cell_set_text(cell, code);
    else
        cell_error(cell, ISSUE_CODE_UNKNOWN, &TEXT_CODE, cell->field->codes);
}

static void parse_date(const Cell *cell)
{
    int32_t day;
    if (!day_parse(cell->text, &day)) {
        cell_error(cell, ISSUE_DATE_INVALID, &TEXT_DATE, STR_NONE);
        return;
    }
    cell->record->values[cell->index] = (Value){.present = true, .number = day, .text = cell->text};
    if (day > cell->context->today && !cell->field->future) {
        cell_error(cell, ISSUE_DATE_FUTURE, &TEXT_FUTURE, STR_NONE);
    }
}

static void parse_instant(const Cell *cell)
{
    int64_t us;
    if (instant_parse(cell->text, &us))
        cell_set_number(cell, us);
    else
        cell_error(cell, ISSUE_DATE_INVALID, &TEXT_INSTANT, STR_NONE);
}

static void parse_integer(const Cell *cell)
{
    int64_t number;
    if (decimal_parse(cell->text, 0, &number))
        cell_set_number(cell, number);
    else
        cell_error(cell, ISSUE_TYPE, &TEXT_INTEGER, STR_NONE);
}

static void parse_decimal(const Cell *cell)
{
    int64_t number;
    if (decimal_parse(cell->text, cell->field->scale, &number))
        cell_set_number(cell, number);
    else
        cell_error(cell, ISSUE_TYPE, &TEXT_DECIMAL,
                   number_text(cell->context->arena, cell->field->scale, 0));
}

static void parse_boolean(const Cell *cell)
{
    static const struct {
        const char *word;
        bool value;
    } WORDS[] = {{"true", true}, {"false", false}, {"1", true},
                 {"0", false},   {"是", true},     {"否", false}};
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        if (str_is(cell->text, WORDS[i].word)) {
            cell_set_number(cell, WORDS[i].value);
            return;
        }
    }
    cell_error(cell, ISSUE_TYPE, &TEXT_BOOLEAN, STR_NONE);
}

/* Numbers with check digits: upper case, blanks and hyphens inside off. */
static Str number_compact(const Cell *cell)
{
    char *out = arena_alloc(cell->context->arena, cell->text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < cell->text.n; i++) {
        char c = cell->text.p[i];
        if (c == ' ' || (c == '-' && cell->field->type == FIELD_ORG_CODE)) continue;
        out[n++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return (Str){out, n};
}

static IssueCode fault_code(NumberFault fault)
{
    switch (fault) {
    case NUMBER_LENGTH: return ISSUE_LENGTH;
    case NUMBER_DATE: return ISSUE_DATE_INVALID;
    case NUMBER_DATE_FUTURE: return ISSUE_DATE_FUTURE;
    case NUMBER_CENTENARIAN: return ISSUE_RANGE;
    case NUMBER_PROVINCE:
    case NUMBER_DEPARTMENT: return ISSUE_CODE_UNKNOWN;
    case NUMBER_CHARACTER: return ISSUE_TYPE;
    default: return ISSUE_CHECK_DIGIT;
    }
}

static void number_told(const Cell *cell, NumberFault fault)
{
    if (fault == NUMBER_VALID) return;
    issue_error(cell->context->issues, cell->index, fault_code(fault), &TEXT_NUMBER,
                str_of(number_fault_text(fault, true)), str_of(number_fault_text(fault, false)));
}

static void parse_checked_number(const Cell *cell)
{
    Str number = number_compact(cell);
    cell_set_text(cell, number);
    number_told(cell, cell->field->type == FIELD_USCC ? uscc_check(number) : org9_check(number));
}

/* A number of the first generation (15 digits, until 1999) becomes the one of 18, so that a person
 * is one record whichever of the two an organ has. */
static void parse_citizen_id(const Cell *cell)
{
    Str number = number_compact(cell);
    int32_t today = cell->context->today;
    bool old = number.n == 15;
    NumberFault fault = old ? id15_check(number, today) : person_id_check(number, today);
    if (old && fault == NUMBER_VALID) {
        char *id18 = arena_alloc(cell->context->arena, 18);
        id15_upgrade(number, id18);
        number = (Str){id18, 18};
        issue_warning(cell->context->issues, cell->index, ISSUE_LENGTH, &TEXT_UPGRADED, STR_NONE,
                      STR_NONE);
    }
    cell_set_text(cell, number);
    number_told(cell, fault);
}

static void parse_division(const Cell *cell)
{
    cell_set_text(cell, cell->text);
    if (codes_division(cell->context->codes, cell->text) == NULL) {
        cell_error(cell, ISSUE_CODE_UNKNOWN, &TEXT_DIVISION, STR_NONE);
    }
}

static void parse_organ(const Cell *cell)
{
    cell_set_text(cell, cell->text);
    if (!codes_organ_known(cell->context->codes, cell->text)) {
        cell_error(cell, ISSUE_CODE_UNKNOWN, &TEXT_ORGAN, STR_NONE);
    }
}

static const struct {
    void (*parse)(const Cell *cell);
    bool fold_all; /* every full-width form to half-width: codes and numbers, not running text */
} TYPES[] = {
    [FIELD_TEXT] = {parse_text, false},
    [FIELD_CODE] = {parse_code, true},
    [FIELD_DATE] = {parse_date, true},
    [FIELD_INSTANT] = {parse_instant, true},
    [FIELD_INTEGER] = {parse_integer, true},
    [FIELD_DECIMAL] = {parse_decimal, true},
    [FIELD_BOOLEAN] = {parse_boolean, true},
    [FIELD_USCC] = {parse_checked_number, true},
    [FIELD_ORG_CODE] = {parse_checked_number, true},
    [FIELD_CITIZEN_ID] = {parse_citizen_id, true},
    [FIELD_DIVISION] = {parse_division, true},
    [FIELD_ORGAN] = {parse_organ, true},
};

static bool is_null(const Dataset *dataset, Str text)
{
    if (text.n == 0) return true;
    for (int i = 0; i < dataset->nulls.count; i++) {
        if (str_eq(dataset->nulls.items[i], text)) return true;
    }
    return false;
}

static ReaderFn reader_find(Str name)
{
    for (const ReaderRule *rule = READER_RULES; rule->name.n; rule++) {
        if (str_eq(rule->name, name)) return rule->fn;
    }
    return NULL;
}

static void cell_parse(Cell *cell, Str raw)
{
    const Dataset *dataset = cell->record->dataset;
    if (!utf8_valid(raw)) {
        issue_error(cell->context->issues, cell->index, ISSUE_ENCODING, &TEXT_NOT_UTF8, STR_NONE,
                    STR_NONE);
        return;
    }
    ReaderFn reader = cell->field->reader.n ? reader_find(cell->field->reader) : NULL;
    bool fold_all = TYPES[cell->field->type].fold_all || reader != NULL;
    if (!text_normalise(cell->context->arena, raw, fold_all, &cell->text)) {
        issue_error(cell->context->issues, cell->index, ISSUE_TYPE, &TEXT_CONTROL, STR_NONE,
                    STR_NONE);
        return;
    }
    if (is_null(dataset, cell->text)) return;
    if (reader)
        reader(cell->context, cell->text, cell->index, cell->record);
    else
        TYPES[cell->field->type].parse(cell);
}

static void checks_run(const RuleContext *context, const Record *record)
{
    for (int i = 0; i < record->dataset->checks.count; i++) {
        for (const CheckRule *rule = CHECK_RULES; rule->name.n; rule++) {
            if (str_eq(rule->name, record->dataset->checks.items[i])) rule->fn(context, record);
        }
    }
}

/* A value that could not be taken stands as absent, so that the checks need not look at it; its own
 * issue tells of it. */
static void record_parse_cells(const RuleContext *context, const RawRecord *raw, Record *out,
                               bool *failed)
{
    const Dataset *dataset = out->dataset;
    for (int i = 0; i < dataset->field_count; i++) {
        if (raw->cells[i].p == NULL) continue;
        int errors = context->issues->errors;
        Cell cell = {.context = context, .field = &dataset->fields[i], .index = i, .record = out};
        cell_parse(&cell, raw->cells[i]);
        failed[i] = context->issues->errors > errors;
        if (failed[i]) out->values[i] = (Value){0};
    }
}

void record_parse(const RuleContext *context, const Dataset *dataset, const RawRecord *raw,
                  Record *out)
{
    bool failed[MODEL_FIELDS_MAX] = {false};
    *out = record_new(context->arena, dataset);
    record_parse_cells(context, raw, out, failed);
    for (int i = 0; i < dataset->field_count; i++) {
        const Field *field = &dataset->fields[i];
        if (!field->required || out->values[i].present || failed[i]) continue;
        issue_error(context->issues, i, ISSUE_REQUIRED, &TEXT_REQUIRED, field->label.zh,
                    field->label.en);
    }
    checks_run(context, out);
}

void record_parse_values(const RuleContext *context, const Dataset *dataset, const RawRecord *raw,
                         Record *out)
{
    bool failed[MODEL_FIELDS_MAX] = {false};
    *out = record_new(context->arena, dataset);
    record_parse_cells(context, raw, out, failed);
}
