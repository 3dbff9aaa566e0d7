#include "tools/tidy/tidy.h"

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The kind of what begins at `at`, or 0. */
static int part_at(Str text, size_t at, bool line_start)
{
    char c = text.p[at], next = at + 1 < text.n ? text.p[at + 1] : 0;
    if (c == '/' && (next == '*' || next == '/')) return TIDY_COMMENTS;
    if (c == '"') return TIDY_LITERALS;
    if (c == '\'' && (at == 0 || !is_word_char(text.p[at - 1]))) return TIDY_LITERALS;
    return c == '#' && line_start ? TIDY_DIRECTIVES : 0;
}

static void blank(char *out, Str text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (text.p[i] != '\n') out[i] = ' ';
}

static size_t comment_end(Str text, size_t at)
{
    if (text.p[at + 1] == '/') {
        while (at < text.n && text.p[at] != '\n') at++;
        return at;
    }
    ptrdiff_t close = str_find(str_slice(text, at + 2, text.n), STR("*/"));
    return close < 0 ? text.n : at + 2 + (size_t)close + 2;
}

static size_t literal_end(Str text, size_t at)
{
    size_t i = at + 1;
    while (i < text.n && text.p[i] != text.p[at] && text.p[i] != '\n') {
        i += text.p[i] == '\\' ? 2 : 1;
    }
    return MIN(i + 1, text.n);
}

static size_t directive_end(Str text, size_t at)
{
    while (at < text.n && text.p[at] != '\n') at += text.p[at] == '\\' ? 2 : 1;
    return MIN(at, text.n);
}

Str tidy_blank(Arena *arena, Str text, int parts)
{
    char *out = arena_cstr(arena, text);
    bool line_start = true;
    for (size_t at = 0; at < text.n;) {
        int part = part_at(text, at, line_start);
        size_t end = part == TIDY_COMMENTS     ? comment_end(text, at)
                     : part == TIDY_LITERALS   ? literal_end(text, at)
                     : part == TIDY_DIRECTIVES ? directive_end(text, at)
                                               : at + 1;
        if (part & parts) blank(out, text, at, end);
        if (text.p[at] == '\n') {
            line_start = true;
        } else if (text.p[at] != ' ') {
            line_start = false;
        }
        at = end;
    }
    return (Str){out, text.n};
}

bool tidy_word(Str code, size_t *at, Str *word)
{
    size_t i = *at;
    while (i < code.n && !is_word_char(code.p[i])) i++;
    size_t from = i;
    while (i < code.n && is_word_char(code.p[i])) i++;
    *at = i;
    *word = str_slice(code, from, i);
    return i > from;
}

int tidy_line_at(Str text, size_t at)
{
    int line = 1;
    for (size_t i = 0; i < at && i < text.n; i++) line += text.p[i] == '\n';
    return line;
}

/* The name before the first parenthesis of a head like "static int name(int a)". */
static Str head_name(Str head)
{
    ptrdiff_t paren = str_find(head, STR("("));
    if (paren < 0) return STR_NONE;
    size_t end = (size_t)paren;
    while (end > 0 && !is_word_char(head.p[end - 1])) end--;
    size_t from = end;
    while (from > 0 && is_word_char(head.p[from - 1])) from--;
    return str_slice(head, from, end);
}

static bool has_word(Str code, Str wanted)
{
    Str word;
    for (size_t at = 0; tidy_word(code, &at, &word);)
        if (str_eq(word, wanted)) return true;
    return false;
}

/* The offset behind the brace that closes the one at `opens`. */
static size_t block_end(Str code, size_t opens)
{
    int depth = 0;
    for (size_t i = opens; i < code.n; i++) {
        if (code.p[i] == '{') depth++;
        if (code.p[i] == '}' && --depth == 0) return i + 1;
    }
    return code.n;
}

bool tidy_function(Str code, size_t *at, TidyFunction *out)
{
    size_t head_from = *at;
    for (size_t i = *at; i < code.n; i++) {
        if (code.p[i] == ';') head_from = i + 1;
        if (code.p[i] != '{') continue;
        Str head = str_trim(str_slice(code, head_from, i));
        size_t end = block_end(code, i);
        bool is_function = head.n > 0 && head.p[head.n - 1] == ')' && str_find(head, STR("=")) < 0;
        if (is_function) {
            *out = (TidyFunction){.name = head_name(head),
                                  .opens = i,
                                  .closes = end - 1,
                                  .is_static = has_word(head, STR("static"))};
            *at = end;
            return true;
        }
        head_from = end;
        i = end - 1;
    }
    *at = code.n;
    return false;
}
