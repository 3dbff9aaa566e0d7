#include "kernel/dataset/record.h"

#include "lib/text.h"

/* ---- issues ---- */

static const char *const CODE_NAMES[] = {
    [ISSUE_REQUIRED] = "required",
    [ISSUE_TYPE] = "type",
    [ISSUE_LENGTH] = "length",
    [ISSUE_RANGE] = "range",
    [ISSUE_CODE_UNKNOWN] = "code_unknown",
    [ISSUE_CHECK_DIGIT] = "check_digit",
    [ISSUE_DATE_INVALID] = "date_invalid",
    [ISSUE_DATE_FUTURE] = "date_future",
    [ISSUE_MISMATCH] = "mismatch",
    [ISSUE_DUPLICATE] = "duplicate",
    [ISSUE_ENCODING] = "encoding",
    [ISSUE_UNKNOWN_COLUMN] = "unknown_column",
};

const char *issue_code_name(IssueCode code)
{
    ASSERT(code < COUNT_OF(CODE_NAMES));
    return CODE_NAMES[code];
}

void issues_clear(Issues *issues, Arena *arena)
{
    issues->arena = arena;
    issues->count = issues->errors = issues->warnings = 0;
}

enum { ARG_BYTES_MAX = 200 }; /* a sentence quotes the start of a long cell, not all of it */

static Str arg_copy(Arena *arena, Str arg)
{
    if (arg.n <= ARG_BYTES_MAX) return arena_str(arena, arg);
    size_t n = ARG_BYTES_MAX;
    while (n > 0 && (arg.p[n] & 0xC0) == 0x80) n--; /* never inside a character */
    return arena_printf(arena, STR_FMT "…", STR_ARG(str_slice(arg, 0, n)));
}

static void issue_add(Issues *issues, Issue issue)
{
    if (issue.warning)
        issues->warnings++;
    else
        issues->errors++;
    if (issues->count == ISSUES_MAX) return;
    for (int i = 0; i < 2; i++) issue.arg[i] = arg_copy(issues->arena, issue.arg[i]);
    issues->items[issues->count++] = issue;
}

void issue_error(Issues *issues, int field, IssueCode code, const Text *text, Str arg0, Str arg1)
{
    issue_add(issues, (Issue){field, code, false, text, {arg0, arg1}});
}

void issue_warning(Issues *issues, int field, IssueCode code, const Text *text, Str arg0, Str arg1)
{
    issue_add(issues, (Issue){field, code, true, text, {arg0, arg1}});
}

void issue_write_text(Buf *out, const Issue *issue, Lang lang)
{
    Str text = str_of(lang == LANG_ZH ? issue->text->zh : issue->text->en);
    for (size_t i = 0; i < text.n; i++) {
        bool argument = text.n - i >= 3 && text.p[i] == '{' && text.p[i + 2] == '}' &&
                        (text.p[i + 1] == '0' || text.p[i + 1] == '1');
        if (argument) {
            buf_add(out, issue->arg[text.p[i + 1] - '0']);
            i += 2;
        } else {
            buf_byte(out, text.p[i]);
        }
    }
}

/* ---- values ---- */

void value_write_text(Buf *out, const Field *field, const Value *value)
{
    if (!value->present) return;
    switch (field->type) {
    case FIELD_INTEGER: buf_int(out, value->number); break;
    case FIELD_DECIMAL: decimal_write(out, value->number, field->scale); break;
    case FIELD_INSTANT: instant_write(out, value->number); break;
    case FIELD_BOOLEAN: buf_add(out, value->number ? STR("true") : STR("false")); break;
    default: buf_add(out, value->text); break;
    }
}

/* Where there is a text it says all; the number beside it (of a date) only repeats it. */
bool value_eq(const Value *a, const Value *b)
{
    if (a->present != b->present) return false;
    if (!a->present) return true;
    return str_eq(a->text, b->text) && (a->text.n > 0 || a->number == b->number);
}
