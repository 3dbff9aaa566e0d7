#include "tools/tidy/tidy.h"

#include <stdarg.h>

void tidy_say(Tidy *tidy, const TidyFile *file, int line, const char *rule, const char *format, ...)
{
    char text[300];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    buf_printf(tidy->out, STR_FMT ":%d: %s: %s\n", STR_ARG(file->path), line, rule, text);
    tidy->found++;
}

static bool ends_with_any(Str path, const char *const *endings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_ends(path, str_of(endings[i]))) return true;
    return false;
}

bool tidy_is_c(const TidyFile *file)
{
    return str_ends(file->path, STR(".c")) || str_ends(file->path, STR(".h"));
}

bool tidy_is_header(const TidyFile *file)
{
    return str_ends(file->path, STR(".h"));
}

TidyFile tidy_file(Arena *arena, Str path, Str text)
{
    TidyFile file = {.path = path, .text = text, .prose = text};
    if (tidy_is_c(&file)) {
        file.code = tidy_blank(arena, text, TIDY_COMMENTS | TIDY_LITERALS | TIDY_DIRECTIVES);
        file.prose = tidy_blank(arena, text, TIDY_LITERALS);
    }
    return file;
}

/* A file that people write, as opposed to data and to what a program wrote. */
static bool is_written(const TidyFile *file)
{
    static const char *const ENDINGS[] = {".c",    ".h",   ".sh",   ".mjs",  ".js",   ".css",
                                          ".scss", ".mk",  ".yaml", ".yml",  ".sql",  ".md",
                                          ".html", ".txt", "/run",  "/test", "/setup"};
    return str_starts(file->text, STR("#!")) || str_is(file->path, "Makefile") ||
           ends_with_any(file->path, ENDINGS, COUNT_OF(ENDINGS));
}

/* Code, which has an upper length and width; texts and tables do not. */
static bool is_code(const TidyFile *file)
{
    static const char *const ENDINGS[] = {".c", ".h", ".sh", ".mjs", ".js", ".mk"};
    return str_starts(file->text, STR("#!")) || str_is(file->path, "Makefile") ||
           ends_with_any(file->path, ENDINGS, COUNT_OF(ENDINGS));
}

/* ---- lines ---- */

static size_t columns(Str line)
{
    size_t count = 0;
    for (size_t i = 0; i < line.n; i++) count += ((unsigned char)line.p[i] & 0xC0) != 0x80;
    return count;
}

/* The words are written in halves here, so that this file does not break its own rules. */
static const struct {
    Str text;
    bool word; /* only as a word of its own, and not in a C literal */
    const char *rule, *way_out;
} UNWANTED[] = {
    {STR_INIT("TO"
              "DO"),
     true, "reminder", "do it, or file an issue"},
    {STR_INIT("FIX"
              "ME"),
     true, "reminder", "mend it, or file an issue"},
    {STR_INIT("X"
              "XX"),
     true, "reminder", "settle it, or file an issue"},
    {STR_INIT("HA"
              "CK"),
     true, "reminder", "say why it must be so, or do it properly"},
    {STR_INIT("/wo"
              "rk/"),
     false, "place", "no folder of one machine: a path from the root of the tree"},
};

static bool word_char_at(Str line, ptrdiff_t at)
{
    if (at < 0 || at >= (ptrdiff_t)line.n) return false;
    Str word;
    size_t from = 0;
    return tidy_word(str_slice(line, (size_t)at, (size_t)at + 1), &from, &word);
}

static bool contains(Str line, Str text, bool word)
{
    for (size_t from = 0; from + text.n <= line.n;) {
        ptrdiff_t at = str_find(str_slice(line, from, line.n), text);
        if (at < 0) return false;
        ptrdiff_t begin = (ptrdiff_t)from + at;
        if (!word ||
            (!word_char_at(line, begin - 1) && !word_char_at(line, begin + (ptrdiff_t)text.n)))
            return true;
        from = (size_t)begin + 1;
    }
    return false;
}

static void check_line(Tidy *tidy, const TidyFile *file, Str line, Str prose, int number)
{
    bool tabs_belong = str_is(file->path, "Makefile") || str_ends(file->path, STR(".mk"));
    size_t wide = columns(line);
    if (is_code(file) && wide > TIDY_COLUMNS_MAX)
        tidy_say(tidy, file, number, "columns", "%zu of at most %d: break the line", wide,
                 TIDY_COLUMNS_MAX);
    if (line.n > 0 && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t'))
        tidy_say(tidy, file, number, "blanks", "take the blanks off the end of the line");
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        tidy_say(tidy, file, number, "line-end", "end lines with LF alone");
    if (!tabs_belong && str_find(line, STR("\t")) >= 0)
        tidy_say(tidy, file, number, "tab", "indent with blanks (\\t in a literal)");
    for (size_t i = 0; i < COUNT_OF(UNWANTED); i++)
        if (contains(prose, UNWANTED[i].text, UNWANTED[i].word))
            tidy_say(tidy, file, number, UNWANTED[i].rule, "%s", UNWANTED[i].way_out);
}

static void check_lines(Tidy *tidy, const TidyFile *file)
{
    Str rest = file->text, rest_prose = file->prose, line, prose;
    int number = 0;
    while (str_split(&rest, '\n', &line) && str_split(&rest_prose, '\n', &prose)) {
        if (rest.n == 0 && line.n == 0) break; /* behind the last line break */
        check_line(tidy, file, line, prose, ++number);
    }
    if (is_code(file) && number > TIDY_FILE_LINES_MAX)
        tidy_say(tidy, file, TIDY_FILE_LINES_MAX + 1, "file-length",
                 "%d lines of at most %d: split it by what its parts are about", number,
                 TIDY_FILE_LINES_MAX);
    if (file->text.n > 0 && file->text.p[file->text.n - 1] != '\n')
        tidy_say(tidy, file, number, "line-end", "end the last line with a line break");
}

/* ---- C ---- */

#define MEMORY "mem_alloc, mem_grow, mem_free or an Arena (lib/base.h)"
#define CHILD "fork and exec in the program that owns the child"
#define LEGAL_TIME "day_parts or instant_write (lib/text.h): they know UTC+8 alone"
#define OWN_TEXT "Str, Buf or arena_printf (lib/base.h)"

static const struct {
    const char *name, *way_out;
} BANNED[] = {
    {"malloc", MEMORY},
    {"calloc", MEMORY},
    {"realloc", MEMORY},
    {"free", MEMORY},
    {"alloca", "an Arena"},
    {"strcpy", OWN_TEXT},
    {"strcat", OWN_TEXT},
    {"sprintf", OWN_TEXT},
    {"vsprintf", OWN_TEXT},
    {"strncpy", OWN_TEXT},
    {"strncat", OWN_TEXT},
    {"strdup", OWN_TEXT},
    {"strtok", "str_split"},
    {"gets", "fgets, or a bounded reader"},
    {"atoi", "str_int"},
    {"atol", "str_int"},
    {"atof", "decimal_parse"},
    {"system", CHILD},
    {"popen", CHILD},
    {"rand", "env_random"},
    {"srand", "env_random"},
    {"localtime", LEGAL_TIME},
    {"localtime_r", LEGAL_TIME},
    {"gmtime", LEGAL_TIME},
    {"ctime", LEGAL_TIME},
    {"asctime", LEGAL_TIME},
    {"strerror", "strerror_r or %m: it is not safe with threads"},
    {"tmpnam", "mkdtemp or mkstemp"},
    {"mktemp", "mkdtemp or mkstemp"},
    {"longjmp", "an Err"},
    {"signal", "sigaction"},
};

static void check_calls(Tidy *tidy, const TidyFile *file)
{
    Str word, code = file->code;
    for (size_t at = 0; tidy_word(code, &at, &word);) {
        size_t begin = at - word.n;
        if (at >= code.n || code.p[at] != '(') continue;
        if (begin > 0 && (code.p[begin - 1] == '.' || code.p[begin - 1] == '>')) continue;
        for (size_t i = 0; i < COUNT_OF(BANNED); i++) {
            bool own_memory = BANNED[i].way_out == BANNED[0].way_out &&
                              str_is(file->path, "lib/base.c");
            if (str_is(word, BANNED[i].name) && !own_memory)
                tidy_say(tidy, file, tidy_line_at(code, begin), "banned-call", "%s: use %s",
                         BANNED[i].name, BANNED[i].way_out);
        }
    }
}

static void check_functions(Tidy *tidy, const TidyFile *file)
{
    TidyFunction f;
    for (size_t at = 0; tidy_function(file->code, &at, &f);) {
        int first = tidy_line_at(file->code, f.opens), last = tidy_line_at(file->code, f.closes);
        int lines = last - first + 1;
        if (lines > TIDY_FUNCTION_LINES_MAX)
            tidy_say(tidy, file, first, "function-length",
                     STR_FMT " has %d lines of at most %d: give a part of it a name",
                     STR_ARG(f.name), lines, TIDY_FUNCTION_LINES_MAX);
    }
}

void tidy_check_file(Tidy *tidy, const TidyFile *file)
{
    if (!is_written(file)) return;
    check_lines(tidy, file);
    if (!tidy_is_c(file)) return;
    check_calls(tidy, file);
    check_functions(tidy, file);
    if (tidy_is_header(file) && str_find(file->text, STR("#pragma once\n")) < 0)
        tidy_say(tidy, file, 1, "pragma-once", "write #pragma once below the head comment");
}
