/*
 * Code lists and divisions in memory, read from the datasets `code` and `division` and read again
 * when those change. Each code has days of validity and may have a successor; valid_to is
 * exclusive. A snapshot is immutable and reference-counted: take one for a request or a batch, give
 * it back.
 */
#pragma once

#include "kernel/store/store.h"

typedef struct Codes Codes;

typedef struct CodeEntry {
    Str code, label_zh, label_en;
    Str parent; /* divisions and organs: the next level up; codes: the broader code, or none */
    Str level;  /* divisions: state province city county town village; codes: none */
    Str successor;
    int32_t valid_from, valid_to; /* days; INT32_MIN and INT32_MAX where open */
} CodeEntry;

const Codes *codes_take(Store *store); /* never NULL: an empty one before the first load */
void codes_give(const Codes *codes);
Err codes_reload(Store *store) MUST_USE; /* after datasets code, division or organ changed */
void codes_forget(Store *store);         /* before store_close */

/* Any code that ever was in the list; NULL if there never was one. */
const CodeEntry *codes_find(const Codes *codes, Str list, Str code);
/* The code whose Chinese label this is, where exactly one has it. */
bool codes_by_label(const Codes *codes, Str list, Str label_zh, Str *code);
const CodeEntry *codes_division(const Codes *codes, Str code);
bool codes_organ_known(const Codes *codes, Str organ);
Str codes_organ_label(const Codes *codes, Str organ, bool zh); /* the key itself where unknown */
bool code_valid_on(const CodeEntry *entry, int32_t day);
/* Entries of a list in order of code; count may be 0. */
const CodeEntry *codes_list(const Codes *codes, Str list, int *count);

/* ---- a snapshot that is not from a store: for tests, and to check the first fill of a store ----
 */

#define CODES_DIVISION STR("/division") /* stand where a list is named, and are no list's name */
#define CODES_ORGAN STR("/organ")

Codes *codes_new(void) MUST_USE;
/* Texts are copied. An entry that was there before is replaced. */
void codes_add(Codes *codes, Str list, const CodeEntry *entry);
/* A file as it ships: a heading, then rows. Columns by name: code (or organ), label_zh (or name),
 * label_en (or name_en), parent, level, successor, valid_from, valid_to; others are read over.
 * ERR_BAD: not well formed, no code, or a day that does not exist; why says the line. */
Err codes_add_csv(Codes *codes, Str list, Str csv, Buf *why) MUST_USE;
const Codes *codes_ready(Codes *codes); /* add no more; give back with codes_give */

/* Everything that ships: SEED_FILES and DIVISIONS_CSV. Made once, lives as long as the process. */
const Codes *codes_shipped(void);

/* build/gen/kernel/codes/divisions.c (tools/divisions.mk): rows for the dataset division */
extern const Str DIVISIONS_CSV;
