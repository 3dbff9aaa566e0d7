/*
 * The rules of the source that a compiler does not know. Each message is "file:line: rule: way
 * out".
 *
 * code.c makes a copy of a C text without comments and literals, of the same shape; file.c holds
 * the rules of one file; tree.c those between files (layers, headers nobody includes, dead files).
 */
#pragma once

#include "lib/base.h"

enum { TIDY_FILE_LINES_MAX = 800, TIDY_FUNCTION_LINES_MAX = 70, TIDY_COLUMNS_MAX = 100 };

typedef struct TidyFile {
    Str path; /* from the root of the tree, with / */
    Str text;
    Str code;  /* of C: text with comments, literals and directives blanked; else empty */
    Str prose; /* of C: text with literals blanked; else text */
} TidyFile;

typedef struct Tidy {
    Arena *arena;
    TidyFile *files;
    size_t count;
    Buf *out;
    int found;
} Tidy;

void tidy_say(Tidy *tidy, const TidyFile *file, int line, const char *rule, const char *format, ...)
    PRINTF_LIKE(5, 6);
bool tidy_is_c(const TidyFile *file);
bool tidy_is_header(const TidyFile *file);

/* These parts of a C text become blanks; line breaks stay, so that places agree. */
enum { TIDY_COMMENTS = 1, TIDY_LITERALS = 2, TIDY_DIRECTIVES = 4 };
Str tidy_blank(Arena *arena, Str text, int parts);
TidyFile tidy_file(Arena *arena, Str path, Str text);

/* The next identifier at or behind *at; *at moves behind it. false: none left. */
bool tidy_word(Str code, size_t *at, Str *word);
int tidy_line_at(Str text, size_t at);

/* The next function defined in `code` from *at on; *at moves behind it. */
typedef struct TidyFunction {
    Str name;
    size_t opens, closes; /* of the braces, in bytes */
    bool is_static;
} TidyFunction;
bool tidy_function(Str code, size_t *at, TidyFunction *out);

void tidy_check_file(Tidy *tidy, const TidyFile *file);
void tidy_check_tree(Tidy *tidy);

/* Reads `paths` (each ended by NUL) below the folder `root`, and checks them all; what is in a
 * folder named testdata is left alone. Returns how many messages were written to `out`. */
int tidy_run(Arena *arena, const char *root, Str paths, Buf *out);
