/*
 * What a definition names and C gives: checks (run after the typed parse) and readers (turn a raw
 * text into values where a plain parse is not enough). tools/modelc writes a prototype for each
 * name that stands in a definition, so a rule that is missing is a link error.
 */
#pragma once

#include "kernel/codes/codes.h"
#include "kernel/dataset/record.h"

typedef struct RuleContext {
    Arena *arena; /* of the record */
    const Codes *codes;
    int32_t today; /* legal day */
    Issues *issues;
} RuleContext;

/* Runs on every record. A value that was missing or could not be read stands as absent: a check
 * says nothing of it, as it has its own issue. */
typedef void (*CheckFn)(const RuleContext *context, const Record *record);

/* raw: normalised text, not empty. Sets record->values[field] and may set other fields that are
 * still absent. Adds an issue for the field when the text cannot be read. */
typedef void (*ReaderFn)(const RuleContext *context, Str raw, int field, Record *record);

typedef struct CheckRule {
    Str name;
    CheckFn fn;
} CheckRule;
typedef struct ReaderRule {
    Str name;
    ReaderFn fn;
} ReaderRule;

/* build/gen/rules.c, ended by an empty name */
extern const CheckRule CHECK_RULES[];
extern const ReaderRule READER_RULES[];
