/* Receipt numbers of requests for correction (更正申请). */
#pragma once

#include "lib/base.h"

/* Reads a number as people type it: blanks and hyphens off, upper case. false: it is none. */
bool correction_no_read(Arena *arena, Str typed, Str *no);
