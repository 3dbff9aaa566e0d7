#include "tools/pagec/pagec.h"

#include <stdarg.h>

void pagec_say(PagecLog *log, Str file, int line, int column, const char *format, ...)
{
    if (++log->count > 30) return;
    buf_printf(log->out, STR_FMT ":%d:%d: ", STR_ARG(file), line, column);
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    buf_add(log->out, str_of(text));
    buf_byte(log->out, '\n');
}

/* ---- reading texts.csv: it is read before the library is built, so by its own few lines ---- */

/* Next cell of a line; a quoted cell may not hold a line break. false: quotes are wrong. */
static bool cell_next(Str *rest, Arena *arena, Str *cell)
{
    if (rest->n == 0 || rest->p[0] != '"') {
        const char *comma = rest->n ? memchr(rest->p, ',', rest->n) : NULL;
        size_t n = comma ? (size_t)(comma - rest->p) : rest->n;
        *cell = str_slice(*rest, 0, n);
        *rest = str_slice(*rest, comma ? n + 1 : n, rest->n);
        return n == 0 || !memchr(cell->p, '"', n);
    }
    char *copy = arena_alloc(arena, rest->n + 1);
    size_t n = 0, i = 1;
    for (;; i++) {
        if (i >= rest->n) return false;
        if (rest->p[i] == '"' && (i + 1 >= rest->n || rest->p[i + 1] != '"')) break;
        if (rest->p[i] == '"') i++;
        copy[n++] = rest->p[i];
    }
    *cell = (Str){copy, n};
    i++;
    if (i < rest->n && rest->p[i] != ',') return false;
    *rest = str_slice(*rest, MIN(i + 1, rest->n), rest->n);
    return true;
}

/* Which placeholders a text has, as bits; -1: a brace that is none. */
static int placeholders(Str text)
{
    int bits = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '}') return -1;
        if (text.p[i] != '{') continue;
        if (i + 2 >= text.n || text.p[i + 2] != '}') return -1;
        int number = text.p[i + 1] - '0';
        if (number < 0 || number >= TEXT_ARGS_MAX) return -1;
        bits |= 1 << number;
        i += 2;
    }
    return bits;
}

static bool key_good(Str key)
{
    if (key.n == 0 || key.n > 60 || key.p[0] < 'a' || key.p[0] > 'z') return false;
    for (size_t i = 0; i < key.n; i++) {
        char c = key.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
    }
    return true;
}

static void text_add(Catalogue *catalogue, CatalogueText text, PagecLog *log)
{
    int zh = placeholders(text.zh), en = placeholders(text.en);
    const CatalogueText *other = catalogue_find(catalogue, text.key);
    if (!key_good(text.key))
        pagec_say(log, text.file, text.line, 1,
                  "a key is small letters, digits and _: '" STR_FMT "'", STR_ARG(text.key));
    else if (other)
        pagec_say(log, text.file, text.line, 1,
                  "text '" STR_FMT "' stands already in " STR_FMT ":%d", STR_ARG(text.key),
                  STR_ARG(other->file), other->line);
    else if (text.zh.n == 0 || text.en.n == 0)
        pagec_say(log, text.file, text.line, 1, "text '" STR_FMT "' lacks its %s",
                  STR_ARG(text.key), text.zh.n == 0 ? "Chinese" : "English");
    else if (zh < 0 || en < 0 || zh != en || (zh & (zh + 1)) != 0)
        pagec_say(log, text.file, text.line, 1,
                  "text '" STR_FMT "': both languages need the same placeholders, {0} first",
                  STR_ARG(text.key));
    else if (catalogue->count == TEXTS_MAX)
        pagec_say(log, text.file, text.line, 1, "more than %d texts: raise TEXTS_MAX", TEXTS_MAX);
    else {
        while (zh >> text.args) text.args++;
        catalogue->items[catalogue->count++] = text;
    }
}

void catalogue_add(Catalogue *catalogue, Str file, Str csv, Arena *arena, PagecLog *log)
{
    Str rest = csv, line;
    for (int number = 1; str_split(&rest, '\n', &line); number++) {
        if (line.n && line.p[line.n - 1] == '\r') line.n--;
        if (number == 1) {
            if (!str_is(line, "key,zh,en"))
                pagec_say(log, file, 1, 1, "the heading must be key,zh,en");
            continue;
        }
        if (line.n == 0) continue;
        CatalogueText text = {.file = file, .line = number};
        if (!cell_next(&line, arena, &text.key) || !cell_next(&line, arena, &text.zh) ||
            !cell_next(&line, arena, &text.en) || line.n) {
            pagec_say(log, file, number, 1,
                      "expected key,zh,en; quote a cell that has a comma or \"");
            continue;
        }
        text_add(catalogue, text, log);
    }
}

CatalogueText *catalogue_find(Catalogue *catalogue, Str key)
{
    for (int i = 0; i < catalogue->count; i++)
        if (str_eq(catalogue->items[i].key, key)) return &catalogue->items[i];
    return NULL;
}

/* ---- writing C ---- */

void catalogue_write_header(const Catalogue *catalogue, Buf *out)
{
    buf_lit(out, "/* Made by tools/pagec from the texts.csv files. */\n#pragma once\n\n"
                 "typedef enum TextKey {\n");
    for (int i = 0; i < catalogue->count; i++)
        buf_printf(out, "    T_" STR_FMT ",\n", STR_ARG(catalogue->items[i].key));
    buf_lit(out, "    T_COUNT\n} TextKey;\n");
}

static void write_literal(Buf *out, Str text)
{
    buf_byte(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"' || text.p[i] == '\\') buf_byte(out, '\\');
        buf_byte(out, text.p[i]);
    }
    buf_byte(out, '"');
}

void catalogue_write_table(const Catalogue *catalogue, Buf *out)
{
    buf_lit(out, "/* Made by tools/pagec from the texts.csv files. */\n"
                 "#include \"kernel/web/page.h\"\n\nconst Text PAGE_TEXTS[T_COUNT] = {\n");
    for (int i = 0; i < catalogue->count; i++) {
        buf_printf(out, "    [T_" STR_FMT "] = {", STR_ARG(catalogue->items[i].key));
        write_literal(out, catalogue->items[i].zh);
        buf_lit(out, ", ");
        write_literal(out, catalogue->items[i].en);
        buf_lit(out, "},\n");
    }
    buf_lit(out, "};\n");
}

/* ---- which texts are used ---- */

static size_t word_length(Str s)
{
    size_t n = 0;
    while (n < s.n &&
           ((s.p[n] >= 'a' && s.p[n] <= 'z') || (s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == '_'))
        n++;
    return n;
}

void catalogue_mark_used(Catalogue *catalogue, Str source)
{
    static const char *const BEFORE[] = {"T_", "T(", "{{t "};
    for (size_t b = 0; b < COUNT_OF(BEFORE); b++) {
        Str rest = source;
        ptrdiff_t at;
        while ((at = str_find(rest, str_of(BEFORE[b]))) >= 0) {
            rest = str_slice(rest, (size_t)at + strlen(BEFORE[b]), rest.n);
            CatalogueText *text = catalogue_find(catalogue, str_slice(rest, 0, word_length(rest)));
            if (text) text->used = true;
        }
    }
}

void catalogue_say_unused(const Catalogue *catalogue, PagecLog *log)
{
    for (int i = 0; i < catalogue->count; i++) {
        const CatalogueText *text = &catalogue->items[i];
        if (!text->used)
            pagec_say(log, text->file, text->line, 1,
                      "text '" STR_FMT "' is used nowhere: delete it", STR_ARG(text->key));
    }
}
