#include "tools/modelc/modelc.h"

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

Str name_upper(Arena *arena, Str id)
{
    char *out = arena_alloc(arena, id.n + 1);
    for (size_t i = 0; i < id.n; i++) out[i] = is_word(id.p[i]) ? upper(id.p[i]) : '_';
    return (Str){out, id.n};
}

Str name_camel(Arena *arena, Str id)
{
    char *out = arena_alloc(arena, id.n + 1);
    size_t n = 0;
    bool start = true;
    for (size_t i = 0; i < id.n; i++) {
        if (is_word(id.p[i])) out[n++] = start ? upper(id.p[i]) : id.p[i];
        start = !is_word(id.p[i]);
    }
    return (Str){out, n};
}

bool name_is_keyword(Str id)
{
    static const char *const KEYWORDS[] = {
        "auto",      "break",  "case",   "char",     "const",    "continue", "default",  "do",
        "double",    "else",   "enum",   "extern",   "float",    "for",      "goto",     "if",
        "inline",    "int",    "long",   "register", "restrict", "return",   "short",    "signed",
        "sizeof",    "static", "struct", "switch",   "typedef",  "union",    "unsigned", "void",
        "volatile",  "while",  "bool",   "true",     "false",    "asm",      "typeof",   "nullptr",
        "constexpr", "errno",  "stdin",  "stdout",   "stderr",   "unix",     "linux",
    };
    for (size_t i = 0; i < COUNT_OF(KEYWORDS); i++) {
        if (str_is(id, KEYWORDS[i])) return true;
    }
    return false;
}

bool type_has_number(FieldType type)
{
    return type == FIELD_DATE || type == FIELD_INSTANT || type == FIELD_INTEGER ||
           type == FIELD_DECIMAL || type == FIELD_BOOLEAN;
}

const char *type_in_c(FieldType type)
{
    static const char *const NAMES[FIELD_ORGAN + 1] = {
        [FIELD_DATE] = "int32_t",    [FIELD_INSTANT] = "int64_t", [FIELD_INTEGER] = "int64_t",
        [FIELD_DECIMAL] = "int64_t", [FIELD_BOOLEAN] = "bool",
    };
    return NAMES[type] ? NAMES[type] : "Str";
}

const CodeList *tree_list(const Tree *tree, Str name)
{
    for (int i = 0; i < tree->list_count; i++) {
        if (str_eq(tree->lists[i].name, name)) return &tree->lists[i];
    }
    return NULL;
}

bool list_has_enum(const Tree *tree, const CodeList *list)
{
    if (list->count == 0 || list->count > ENUM_CODES_MAX) return false;
    for (int d = 0; d < tree->dataset_count; d++) {
        for (int f = 0; f < tree->datasets[d].field_count; f++) {
            if (str_eq(tree->datasets[d].fields[f].codes, list->name)) return true;
        }
    }
    return false;
}

void write_literal(Buf *out, Str text)
{
    buf_byte(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c == '"' || c == '\\' || c == '?')
            buf_printf(out, "\\%c", c); /* ? for trigraphs */
        else if (c == '\n')
            buf_lit(out, "\\n");
        else if (c < 0x20 || c == 0x7f)
            buf_printf(out, "\\%03o", c);
        else
            buf_byte(out, (char)c);
    }
    buf_byte(out, '"');
}

void write_comment(Buf *out, Str text)
{
    for (size_t i = 0; i < text.n; i++) {
        buf_byte(out, text.p[i]);
        bool ends = i + 1 < text.n && text.p[i] == '*' && text.p[i + 1] == '/';
        bool starts = i + 1 < text.n && text.p[i] == '/' && text.p[i + 1] == '*';
        if (ends || starts) buf_byte(out, ' ');
    }
}
