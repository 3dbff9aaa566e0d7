/*
 * The page compiler: a template (*.page.html) becomes a C function that writes to a Page, and the
 * catalogue of texts (texts.csv) becomes an enum and a table. What would be a defect at run time
 * (a missing text, a value in a place where escaping cannot help, an inline script) is a message
 * with file:line:column at build time. The syntax is described in ui/README.md.
 */
#pragma once

#include "lib/base.h"

/* ---- messages ---- */

typedef struct PagecLog {
    Buf *out; /* one line a message: file:line:column: text */
    int count;
} PagecLog;

void pagec_say(PagecLog *log, Str file, int line, int column, const char *format, ...)
    PRINTF_LIKE(5, 6);

/* ---- the catalogue ---- */

enum { TEXTS_MAX = 4000, TEXT_ARGS_MAX = 4 };

typedef struct CatalogueText {
    Str key, zh, en;
    int args; /* number of placeholders {0}, {1} …; the same in both languages */
    Str file;
    int line;
    bool used;
} CatalogueText;

typedef struct Catalogue {
    CatalogueText items[TEXTS_MAX];
    int count;
} Catalogue;

/* Adds one texts.csv (heading key,zh,en; a text a line; RFC 4180 quotes). Mistakes go to the log.
 * The catalogue keeps pointers into csv. */
void catalogue_add(Catalogue *catalogue, Str file, Str csv, Arena *arena, PagecLog *log);
CatalogueText *catalogue_find(Catalogue *catalogue, Str key); /* NULL: no such text */
void catalogue_write_header(const Catalogue *catalogue, Buf *out);
void catalogue_write_table(const Catalogue *catalogue, Buf *out);
/* Marks the texts whose key source names: T_key or T(key) in C and templates, {{t key in templates.
 */
void catalogue_mark_used(Catalogue *catalogue, Str source);
void catalogue_say_unused(const Catalogue *catalogue, PagecLog *log);

/* ---- HTML around the values: where a value stands decides how it is written ---- */

typedef enum HtmlPlace {
    HTML_TEXT,
    HTML_MARKUP, /* behind <! */
    HTML_TAG_NAME,
    HTML_TAG, /* between attributes */
    HTML_ATTR_NAME,
    HTML_ATTR_EQUALS, /* behind =, before the quote */
    HTML_VALUE,       /* inside the quotes */
} HtmlPlace;

enum { HTML_NAME_MAX = 48, HTML_DEPTH_MAX = 64 };

typedef struct HtmlState {
    HtmlPlace place;
    char quote;
    char tag[HTML_NAME_MAX];
    char attribute[HTML_NAME_MAX];
    char scheme[12];     /* first characters of the value of an address */
    bool closing, slash; /* </name, and / just before > */
    bool has_source;     /* the tag has a src */
    bool value_begun;
    bool entity; /* inside &name; */
    short depth;
    char open[HTML_DEPTH_MAX][12]; /* names of the elements that are open */
} HtmlState;

typedef enum HtmlSlot { SLOT_NONE, SLOT_TEXT, SLOT_VALUE, SLOT_URL, SLOT_URL_PART } HtmlSlot;

/* Takes one byte of template text; NULL, or why it is refused. */
const char *html_feed(HtmlState *state, char c);
/* Where a value would stand here; SLOT_NONE: *why says why it may not. Notes that it stands there.
 */
HtmlSlot html_slot(HtmlState *state, const char **why);
/* A statement stands here: an attribute without a value (selected, checked) ends. As html_feed. */
const char *html_settle(HtmlState *state);
/* Both branches of a condition must leave the page at the same place. */
bool html_same(const HtmlState *a, const HtmlState *b);
bool html_blank_matters(const HtmlState *state); /* inside pre or textarea, or a value */

/* ---- the compiler ---- */

/* Compiles one template. `file` is its path from the root of the tree. On messages the outputs are
 * not to be used. */
void pagec_compile(Str file, Str template, Catalogue *catalogue, Arena *arena, Buf *source,
                   Buf *header, PagecLog *log);
