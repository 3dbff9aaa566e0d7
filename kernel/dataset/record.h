/*
 * A record in memory: one typed value for each field of its dataset. And what may be wrong with
 * one: issues, all of them at once, each with field, code and a text in both languages.
 */
#pragma once

#include "kernel/model/model.h"

typedef struct Value {
    bool present;
    int64_t number; /* integers, scaled decimals, booleans, instants (us), dates (days from 1970) */
    Str text;       /* texts, codes, keys; dates as YYYY-MM-DD too */
} Value;

typedef struct Record {
    const Dataset *dataset;
    Value *values; /* dataset->field_count of them */
} Record;

/* The fixed list of refusal codes; a receipt and an API error carry these words. */
typedef enum IssueCode {
    ISSUE_REQUIRED,
    ISSUE_TYPE,
    ISSUE_LENGTH,
    ISSUE_RANGE,
    ISSUE_CODE_UNKNOWN,
    ISSUE_CHECK_DIGIT,
    ISSUE_DATE_INVALID,
    ISSUE_DATE_FUTURE,
    ISSUE_MISMATCH,
    ISSUE_DUPLICATE,
    ISSUE_ENCODING,
    ISSUE_UNKNOWN_COLUMN,
} IssueCode;

const char *issue_code_name(IssueCode code);

typedef enum Lang { LANG_ZH, LANG_EN } Lang;

/* A sentence in both languages. {0} and {1} stand for the issue's arguments. */
typedef struct Text {
    const char *zh, *en;
} Text;

typedef struct Issue {
    int field; /* position, or -1: the record as a whole */
    IssueCode code;
    bool warning; /* told, but not a reason to refuse */
    const Text *text;
    Str arg[2];
} Issue;

enum { ISSUES_MAX = 64 }; /* per record; further ones are counted only */

typedef struct Issues {
    Arena *arena; /* copies of the arguments */
    Issue items[ISSUES_MAX];
    int count, errors, warnings;
} Issues;

void issues_clear(Issues *issues, Arena *arena);
void issue_error(Issues *issues, int field, IssueCode code, const Text *text, Str arg0, Str arg1);
void issue_warning(Issues *issues, int field, IssueCode code, const Text *text, Str arg0, Str arg1);
void issue_write_text(Buf *out, const Issue *issue, Lang lang);

/* Write a value as its canonical text (what a CSV cell or an URL carries). Absent: nothing. */
void value_write_text(Buf *out, const Field *field, const Value *value);
bool value_eq(const Value *a, const Value *b);
