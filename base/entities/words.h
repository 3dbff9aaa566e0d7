/*
 * Values of an entity in the words of a page: codes by their labels, divisions by name, amounts
 * with their unit. Only what anybody may see passes through here.
 */
#pragma once

#include "kernel/codes/codes.h"
#include "kernel/dataset/dataset.h"
#include "kernel/web/page.h"
#include "kernel/web/router.h"

typedef struct Words {
    Arena *arena;
    const Codes *codes; /* taken by words_open, given back by words_close */
    Lang lang;
} Words;

Words words_open(const WebRequest *web);
void words_close(Words *words);

Str words_text(Lang lang, TextKey key); /* of the catalogue */
/* The label of a code; the code itself where the list does not have it. */
Str words_code(const Words *words, Str list, Str code);
/* 洛阳市洛龙区: names from below the province down to the division; the code itself where unknown.
 */
Str words_division(const Words *words, Str code);
Str words_organ(const Words *words, Str organ);
/* One value as people write it; days as YYYY-MM-DD, amounts with the record's currency. Absent:
 * none. */
Str words_value(const Words *words, const Record *record, int field);
/* A tag's class for a registration status; grey where it says nothing. */
const char *words_status_class(Str status);

/* Positions 3-8 of a unified social credit code: the division of the registering department
 * (GB 32100-2015, 4.3). */
Str uscc_division(Str uscc);

/* The dataset of entities with what anybody may see of it, whoever asks. false: answered. */
bool entity_open(WebRequest *web, const Dataset **dataset, AccessDecision *decision);
