/*
 * Code lists and divisions in memory, read from the datasets `code` and `division` and read again
 * when those change. Each code has days of validity and may have a successor; valid_to is exclusive.
 * A snapshot is immutable and reference-counted: take one for a request or a batch, give it back.
 */
#pragma once

#include "kernel/store/store.h"

typedef struct Codes Codes;

typedef struct CodeEntry {
    Str code, label_zh, label_en;
    Str parent;    /* divisions: the next level up; codes: none */
    Str level;     /* divisions: state province city county town village; codes: none */
    Str successor;
    int32_t valid_from, valid_to; /* days; INT32_MIN and INT32_MAX where open */
} CodeEntry;

const Codes *codes_take(Store *store); /* never NULL: an empty one before the first load */
void codes_give(const Codes *codes);
Err codes_reload(Store *store) MUST_USE; /* after datasets code, division or organ changed */

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
