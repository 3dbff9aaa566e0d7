/* Which key stood on which line of this file: keyed 64-bit hashes in an open-addressed table, 12
 * bytes an entry, so that a file of millions of lines fits. Internal to kernel/batch. */
#pragma once

#include "lib/base.h"

typedef struct LineMap LineMap;

LineMap *line_map_new(void) MUST_USE;
void line_map_free(LineMap *map);
/* The line that had this key before, or 0 and the key is noted with this line. */
int64_t line_map_put(LineMap *map, Str key, int64_t line);
