/*
 * Between a record's values and the typed structs that tools/modelc makes
 * (build/gen/DATASET.gen.h). Only the generated code calls these.
 */
#pragma once

#include "kernel/dataset/record.h"

enum { TYPED_DAY_SIZE = 48 };

Str typed_text(const Value *value);       /* absent: none, p == NULL */
int64_t typed_number(const Value *value); /* absent: 0 */
Value typed_of_text(Str text);            /* p == NULL: absent */
Value typed_of_number(bool has, int64_t number);
Value typed_of_day(Arena *arena, bool has, int32_t day);
Str typed_day(char room[TYPED_DAY_SIZE], int32_t day); /* YYYY-MM-DD in room */
