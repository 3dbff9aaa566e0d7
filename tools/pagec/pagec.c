/*
 * One pass over the template. Literal text goes through the HTML state (html.c), which refuses
 * what must not be on a page and knows where a value stands; statements become C with #line, so
 * that the C compiler's own messages about expressions name the template too.
 */
#include "tools/pagec/pagec.h"

enum { BLOCKS_MAX = 32, LITERAL_LINE_MAX = 90 };

typedef enum BlockKind { BLOCK_IF, BLOCK_ELSE, BLOCK_FOR } BlockKind;

typedef struct Block {
    BlockKind kind;
    int line, column;
    HtmlState start; /* the page at the first branch */
    HtmlState end;   /* after the first branch; all others must end so */
    bool branched;
    bool fresh_start,
        fresh_all; /* Compiler.fresh at the first branch; at the end of every one so far */
} Block;

typedef struct Compiler {
    Str file, text;
    size_t at;
    int line, column;
    Catalogue *catalogue;
    Arena *arena;
    PagecLog *log;
    Buf *source, *header;
    Buf literal; /* text not yet written as page_raw */
    bool fresh;  /* what was written last is a line break: a further one is left out */
    HtmlState html;
    Block blocks[BLOCKS_MAX];
    int depth;
    int failures; /* in this template; after one about HTML the state is not trusted */
    bool html_lost;
    Str name, params; /* of the function */
    Str layout, layout_args;
    bool begun;               /* the first statement was read */
    bool holed;               /* {% content %} was met: this page is a layout */
    int tag_line, tag_column; /* where the statement or value at hand opens */
} Compiler;

#define SAY(c, ...)                                                                                \
    (pagec_say((c)->log, (c)->file, (c)->tag_line, (c)->tag_column, __VA_ARGS__), (c)->failures++)

/* ---- the text ---- */

static void advance(Compiler *c, size_t count)
{
    for (; count && c->at < c->text.n; count--, c->at++) {
        char byte = c->text.p[c->at];
        if (byte == '\n')
            c->line++, c->column = 1;
        else if ((byte & 0xC0) != 0x80)
            c->column++;
    }
}

static bool ahead(const Compiler *c, const char *what)
{
    return str_starts(str_slice(c->text, c->at, c->text.n), str_of(what));
}

/* Length of a statement up to `end` that stands outside of C strings and braces; -1: none. */
static ptrdiff_t until(const Compiler *c, const char *end)
{
    int braces = 0;
    char quote = 0;
    for (size_t i = c->at; i < c->text.n; i++) {
        char byte = c->text.p[i];
        if (quote) {
            if (byte == '\\')
                i++;
            else if (byte == quote)
                quote = 0;
        } else if (byte == '"' || byte == '\'')
            quote = byte;
        else if (braces == 0 && str_starts(str_slice(c->text, i, c->text.n), str_of(end)))
            return (ptrdiff_t)(i - c->at);
        else if (byte == '{')
            braces++;
        else if (byte == '}')
            braces--;
    }
    return -1;
}

/* Takes the next word (letters, digits, _) off the front of rest. */
static Str word(Str *rest)
{
    *rest = str_trim(*rest);
    size_t n = 0;
    while (n < rest->n && (rest->p[n] == '_' || (rest->p[n] >= '0' && rest->p[n] <= '9') ||
                           ((rest->p[n] | 32) >= 'a' && (rest->p[n] | 32) <= 'z')))
        n++;
    Str found = str_slice(*rest, 0, n);
    *rest = str_slice(*rest, n, rest->n);
    return found;
}

/* Bytes of the C expression at the front of s: up to a blank outside of parentheses and strings,
 * or, with `by`, up to that character. */
static size_t expression(Str s, char by)
{
    int depth = 0;
    char quote = 0;
    size_t i = 0;
    for (; i < s.n; i++) {
        char byte = s.p[i];
        if (quote) {
            if (byte == '\\')
                i++;
            else if (byte == quote)
                quote = 0;
        } else if (byte == '"' || byte == '\'')
            quote = byte;
        else if (byte == '(' || byte == '[' || byte == '{')
            depth++;
        else if (byte == ')' || byte == ']' || byte == '}')
            depth--;
        else if (depth == 0 && (by ? byte == by : (byte == ' ' || byte == '\t' || byte == '\n')))
            break;
    }
    return MIN(i, s.n);
}

/* ---- writing C ---- */

static void flush(Compiler *c)
{
    if (c->literal.n == 0) return;
    buf_lit(c->source, "    page_raw(page, STR(\"");
    int column = 0;
    for (size_t i = 0; i < c->literal.n; i++) {
        unsigned char byte = (unsigned char)c->literal.p[i];
        if (byte == '\n')
            buf_lit(c->source, "\\n");
        else if (byte == '"' || byte == '\\')
            buf_printf(c->source, "\\%c", byte);
        else if (byte < 32 || byte > 126)
            buf_printf(c->source, "\\%03o", byte);
        else if (byte == '?')
            buf_lit(c->source, "\\?");
        else
            buf_byte(c->source, (char)byte);
        if (++column >= LITERAL_LINE_MAX || byte == '\n') {
            if (i + 1 < c->literal.n) buf_lit(c->source, "\"\n                       \"");
            column = 0;
        }
    }
    buf_lit(c->source, "\"));\n");
    buf_clear(&c->literal);
}

static void place(Compiler *c)
{
    buf_printf(c->source, "#line %d \"" STR_FMT "\"\n", c->tag_line, STR_ARG(c->file));
}

static void write_void_params(Compiler *c)
{
    Str rest = c->params, param;
    buf_lit(c->source, "    (void)page;\n");
    while (rest.n) {
        size_t n = expression(rest, ',');
        param = str_trim(str_slice(rest, 0, n));
        rest = str_slice(rest, MIN(n + 1, rest.n), rest.n);
        size_t from = param.n;
        while (from && (param.p[from - 1] == '_' ||
                        (param.p[from - 1] >= '0' && param.p[from - 1] <= '9') ||
                        ((param.p[from - 1] | 32) >= 'a' && (param.p[from - 1] | 32) <= 'z')))
            from--;
        buf_printf(c->source, "    (void)" STR_FMT ";\n", STR_ARG(str_slice(param, from, param.n)));
    }
}

static void write_signature(Compiler *c, Buf *out, const char *suffix)
{
    buf_printf(out, "void " STR_FMT "%s(Page *page", STR_ARG(c->name), suffix);
    if (c->params.n) buf_printf(out, ", " STR_FMT, STR_ARG(c->params));
    buf_byte(out, ')');
}

/* ---- statements ---- */

/* {% page name(params) include "a.h" … %} */
static void do_page(Compiler *c, Str rest)
{
    if (c->begun) {
        SAY(c, "one template is one page: {%% page … %%} stands once, first");
        return;
    }
    c->begun = true;
    c->name = word(&rest);
    size_t n = expression(rest, ' ');
    Str list = str_slice(rest, 0, n);
    rest = str_trim(str_slice(rest, n, rest.n));
    if (c->name.n == 0 || list.n < 2 || list.p[0] != '(' || list.p[list.n - 1] != ')') {
        SAY(c, "expected {%% page name(const Struct *v) include \"header.h\" %%}");
        return;
    }
    c->params = str_trim(str_slice(list, 1, list.n - 1));
    buf_lit(c->header, "#pragma once\n\n#include \"kernel/web/page.h\"\n");
    while (rest.n) {
        Str keyword = word(&rest);
        rest = str_trim(rest);
        ptrdiff_t end = rest.n > 1 ? str_find(str_slice(rest, 1, rest.n), STR("\"")) : -1;
        if (!str_is(keyword, "include") || end < 0 || rest.p[0] != '"') {
            SAY(c, "expected include \"header.h\" behind the parameters");
            return;
        }
        Str path = str_slice(rest, 0, (size_t)end + 2);
        buf_printf(c->header, "#include " STR_FMT "\n", STR_ARG(path));
        rest = str_trim(str_slice(rest, path.n, rest.n));
    }
    buf_byte(c->header, '\n');
}

/* {% layout name(args) %}, before anything of the page itself */
static void do_layout(Compiler *c, Str rest)
{
    if (c->layout.n || c->depth || c->html.depth) {
        SAY(c, "{%% layout … %%} stands once, behind {%% page … %%}");
        return;
    }
    c->layout = word(&rest);
    rest = str_trim(rest);
    if (c->layout.n == 0 || rest.n < 2 || rest.p[0] != '(' || rest.p[rest.n - 1] != ')') {
        SAY(c, "expected {%% layout name(arguments) %%}");
        return;
    }
    c->layout_args = str_trim(str_slice(rest, 1, rest.n - 1));
    place(c);
    buf_printf(c->source, "    " STR_FMT "_begin(page%s" STR_FMT ");\n", STR_ARG(c->layout),
               c->layout_args.n ? ", " : "", STR_ARG(c->layout_args));
}

static void do_content(Compiler *c)
{
    if (c->holed || c->depth || c->html.place != HTML_TEXT || c->layout.n) {
        SAY(c, "{%% content %%} stands once, in text, outside of conditions and loops");
        return;
    }
    flush(c);
    c->holed = true;
    write_void_params(c);
    buf_lit(c->source, "}\n\n");
    write_signature(c, c->source, "_end");
    buf_lit(c->source, "\n{\n");
}

static Block *block_open(Compiler *c, BlockKind kind)
{
    if (c->depth == BLOCKS_MAX) {
        SAY(c, "conditions and loops are nested too deep");
        return NULL;
    }
    Block *block = &c->blocks[c->depth++];
    *block = (Block){.kind = kind,
                     .line = c->tag_line,
                     .column = c->tag_column,
                     .start = c->html,
                     .fresh_start = c->fresh,
                     .fresh_all = true};
    return block;
}

static void do_if(Compiler *c, Str condition)
{
    if (condition.n == 0) SAY(c, "expected a condition");
    if (!block_open(c, BLOCK_IF)) return;
    place(c);
    buf_printf(c->source, "    if (" STR_FMT ") {\n", STR_ARG(condition));
}

/* A branch ends here: it must leave the page where the others do. */
static void branch_end(Compiler *c, Block *block)
{
    block->fresh_all = block->fresh_all && c->fresh;
    c->fresh = block->fresh_start;
    if (c->html_lost) return;
    if (block->branched && !html_same(&block->end, &c->html))
        SAY(c, "the branches of this condition leave the page at different places "
               "(an element or a quote is open in one of them only)");
    block->branched = true;
    block->end = c->html;
}

static void do_else(Compiler *c, Str condition, bool has_condition)
{
    Block *block = c->depth ? &c->blocks[c->depth - 1] : NULL;
    if (!block || block->kind != BLOCK_IF) {
        SAY(c, "there is no {%% if … %%} that this continues");
        return;
    }
    branch_end(c, block);
    if (!c->html_lost) c->html = block->start;
    place(c);
    if (has_condition)
        buf_printf(c->source, "    } else if (" STR_FMT ") {\n", STR_ARG(condition));
    else
        buf_lit(c->source, "    } else {\n");
    if (!has_condition) block->kind = BLOCK_ELSE;
}

/* {% for Type *name in array, count %} */
static void do_for(Compiler *c, Str rest)
{
    ptrdiff_t in = str_find(rest, STR(" in "));
    Str declared = in > 0 ? str_trim(str_slice(rest, 0, (size_t)in)) : STR_NONE;
    Str source = in > 0 ? str_trim(str_slice(rest, (size_t)in + 4, rest.n)) : STR_NONE;
    size_t comma = expression(source, ',');
    size_t from = declared.n;
    while (from && declared.p[from - 1] != '*' && declared.p[from - 1] != ' ') from--;
    if (from == 0 || from == declared.n || comma >= source.n) {
        SAY(c, "expected {%% for const Type *name in array, count %%}");
        block_open(c, BLOCK_FOR);
        return;
    }
    Str name = str_slice(declared, from, declared.n);
    if (!block_open(c, BLOCK_FOR)) return;
    place(c);
    buf_printf(c->source,
               "    for (size_t " STR_FMT "_i = 0, " STR_FMT "_n = (size_t)(" STR_FMT "); " STR_FMT
               "_i < " STR_FMT "_n; " STR_FMT "_i++) {\n",
               STR_ARG(name), STR_ARG(name),
               STR_ARG(str_trim(str_slice(source, comma + 1, source.n))), STR_ARG(name),
               STR_ARG(name), STR_ARG(name));
    place(c);
    buf_printf(c->source, "        " STR_FMT " = &(" STR_FMT ")[" STR_FMT "_i];\n",
               STR_ARG(declared), STR_ARG(str_trim(str_slice(source, 0, comma))), STR_ARG(name));
}

static void do_end(Compiler *c)
{
    if (c->depth == 0) {
        SAY(c, "there is nothing open that {%% end %%} could close");
        return;
    }
    Block *block = &c->blocks[c->depth - 1];
    branch_end(c, block);
    if (block->kind != BLOCK_ELSE && !c->html_lost && !html_same(&block->start, &c->html))
        SAY(c,
            "this %s leaves the page at another place than it began "
            "(an element or a quote stays open or is closed)",
            block->kind == BLOCK_FOR ? "loop" : "condition");
    c->depth--;
    c->fresh = block->fresh_all && (block->kind == BLOCK_ELSE || block->fresh_start);
    buf_lit(c->source, "    }\n");
}

static void do_call(Compiler *c, Str rest)
{
    Str name = word(&rest);
    rest = str_trim(rest);
    if (name.n == 0 || rest.n < 2 || rest.p[0] != '(' || rest.p[rest.n - 1] != ')') {
        SAY(c, "expected {%% call page(arguments) %%}");
        return;
    }
    if (c->html.place != HTML_TEXT) SAY(c, "{%% call … %%} stands in text");
    Str args = str_trim(str_slice(rest, 1, rest.n - 1));
    place(c);
    buf_printf(c->source, "    " STR_FMT "(page%s" STR_FMT ");\n", STR_ARG(name),
               args.n ? ", " : "", STR_ARG(args));
    c->fresh = false;
}

static void statement(Compiler *c, Str text)
{
    Str rest = text, keyword = word(&rest);
    rest = str_trim(rest);
    const char *why = c->html_lost ? NULL : html_settle(&c->html);
    if (why) SAY(c, "%s", why);
    flush(c);
    if (str_is(keyword, "page"))
        do_page(c, rest);
    else if (!c->begun)
        SAY(c, "the first line must be {%% page name(…) … %%}"), c->begun = true;
    else if (str_is(keyword, "layout"))
        do_layout(c, rest);
    else if (str_is(keyword, "content"))
        do_content(c);
    else if (str_is(keyword, "if"))
        do_if(c, rest);
    else if (str_is(keyword, "elif"))
        do_else(c, rest, true);
    else if (str_is(keyword, "else"))
        do_else(c, rest, false);
    else if (str_is(keyword, "for"))
        do_for(c, rest);
    else if (str_is(keyword, "end"))
        do_end(c);
    else if (str_is(keyword, "call"))
        do_call(c, rest);
    else
        SAY(c, "there is no statement '" STR_FMT "'", STR_ARG(keyword));
}

/* ---- values ---- */

static const char *const PUT[] = {[SLOT_NONE] = "page_put",
                                  [SLOT_TEXT] = "page_put",
                                  [SLOT_VALUE] = "page_put_value",
                                  [SLOT_URL] = "page_put_url",
                                  [SLOT_URL_PART] = "page_put_url_part"};

/* {{t key arg0 arg1}} */
static void text_value(Compiler *c, Str rest, HtmlSlot slot)
{
    Str key = word(&rest);
    CatalogueText *text = catalogue_find(c->catalogue, key);
    if (!text) {
        SAY(c, "the catalogue (texts.csv) has no text '" STR_FMT "'", STR_ARG(key));
        return;
    }
    if (slot == SLOT_URL || slot == SLOT_URL_PART) SAY(c, "a text is not an address");
    Str args[TEXT_ARGS_MAX];
    int count = 0;
    for (rest = str_trim(rest); rest.n; rest = str_trim(rest), count++) {
        size_t n = expression(rest, 0);
        if (count < TEXT_ARGS_MAX) args[count] = str_slice(rest, 0, n);
        rest = str_slice(rest, n, rest.n);
    }
    if (count != text->args) {
        SAY(c, "text '" STR_FMT "' takes %d argument%s, not %d", STR_ARG(key), text->args,
            text->args == 1 ? "" : "s", count);
        return;
    }
    if (count == 0) {
        buf_printf(c->source, "    page_text(page, T_" STR_FMT ");\n", STR_ARG(key));
        return;
    }
    buf_printf(c->source,
               "    for (Str text_ = page_text_open(page, T_" STR_FMT
               "), *more_ = &text_; more_;)\n"
               "    switch (page_text_next(page, &more_)) {\n",
               STR_ARG(key));
    for (int i = 0; i < count; i++) {
        buf_printf(c->source, "    case %d:\n", i);
        place(c);
        buf_printf(c->source, "        %s(page, (" STR_FMT "));\n        break;\n", PUT[slot],
                   STR_ARG(args[i]));
    }
    buf_lit(c->source, "    default: break;\n    }\n");
}

static void value(Compiler *c, Str text)
{
    const char *why = NULL;
    HtmlSlot slot = c->html_lost ? SLOT_TEXT : html_slot(&c->html, &why);
    if (why) SAY(c, "%s", why);
    flush(c);
    Str rest = str_trim(text);
    if (rest.n == 0) {
        SAY(c, "expected a value");
        return;
    }
    c->fresh = false;
    place(c);
    if (rest.n > 1 && rest.p[0] == 't' && (rest.p[1] == ' ' || rest.p[1] == '\n'))
        text_value(c, str_slice(rest, 1, rest.n), slot);
    else
        buf_printf(c->source, "    %s(page, (" STR_FMT "));\n", PUT[slot], STR_ARG(rest));
}

/* ---- the whole ---- */

/* A statement, value or comment opens here. false: it has no end. */
static bool tag(Compiler *c)
{
    bool is_value = ahead(c, "{{"), is_comment = ahead(c, "{#");
    advance(c, 2);
    const char *end = is_value ? "}}" : is_comment ? "#}" : "%}";
    ptrdiff_t n = is_comment ? str_find(str_slice(c->text, c->at, c->text.n), str_of(end))
                             : until(c, end);
    if (n < 0) {
        SAY(c, "this has no end: %s", end);
        return false;
    }
    Str inside = str_trim(str_slice(c->text, c->at, c->at + (size_t)n));
    if (is_value)
        value(c, inside);
    else if (!is_comment)
        statement(c, inside);
    advance(c, (size_t)n + 2);
    return true;
}

/* One byte of page text. Blanks with a line break in them shrink to the line break. */
static void literal(Compiler *c)
{
    char byte = c->text.p[c->at];
    c->tag_line = c->line, c->tag_column = c->column;
    const char *why = c->html_lost ? NULL : html_feed(&c->html, byte);
    if (why) {
        SAY(c, "%s", why);
        c->html_lost = true;
    }
    bool blank = byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
    if (blank && !html_blank_matters(&c->html)) {
        size_t n = 0;
        bool breaks = false;
        while (c->at + n < c->text.n && memchr(" \t\r\n", c->text.p[c->at + n], 4))
            breaks |= c->text.p[c->at + n++] == '\n';
        if (!breaks)
            buf_byte(&c->literal, ' ');
        else if (!c->fresh)
            buf_byte(&c->literal, '\n');
        c->fresh = breaks;
        advance(c, n);
        return;
    }
    if (!c->begun && !blank) {
        SAY(c, "the first line must be {%% page name(…) … %%}");
        c->begun = true;
    }
    buf_byte(&c->literal, byte);
    c->fresh = false;
    advance(c, 1);
}

static void finish(Compiler *c)
{
    flush(c);
    c->tag_line = c->line, c->tag_column = c->column;
    for (int i = 0; i < c->depth; i++) {
        c->tag_line = c->blocks[i].line, c->tag_column = c->blocks[i].column;
        SAY(c, "this has no {%% end %%}");
    }
    c->tag_line = c->line, c->tag_column = c->column;
    if (!c->begun) SAY(c, "the first line must be {%% page name(…) … %%}");
    if (!c->html_lost && c->html.place != HTML_TEXT)
        SAY(c, "the template ends inside a tag");
    else if (!c->html_lost && c->html.depth)
        SAY(c, "the template ends with <%s> open", c->html.open[c->html.depth - 1]);
    if (c->layout.n)
        buf_printf(c->source, "    " STR_FMT "_end(page%s" STR_FMT ");\n", STR_ARG(c->layout),
                   c->layout_args.n ? ", " : "", STR_ARG(c->layout_args));
    write_void_params(c);
    buf_lit(c->source, "}\n");
}

void pagec_compile(Str file, Str template, Catalogue *catalogue, Arena *arena, Buf *source,
                   Buf *header, PagecLog *log)
{
    Buf body = buf_new(8 << 20);
    Compiler c = {.file = file,
                  .text = template,
                  .line = 1,
                  .column = 1,
                  .catalogue = catalogue,
                  .arena = arena,
                  .log = log,
                  .source = &body,
                  .header = header,
                  .literal = buf_new(4 << 20),
                  .fresh = true,
                  .tag_line = 1,
                  .tag_column = 1};
    while (c.at < c.text.n) {
        if (!ahead(&c, "{{") && !ahead(&c, "{%") && !ahead(&c, "{#")) {
            literal(&c);
            continue;
        }
        c.tag_line = c.line, c.tag_column = c.column;
        if (!tag(&c)) break;
    }
    finish(&c);
    const char *suffix = c.holed ? "_begin" : "";
    write_signature(&c, header, suffix);
    buf_lit(header, ";\n");
    if (c.holed) {
        write_signature(&c, header, "_end");
        buf_lit(header, ";\n");
    }
    Str stem = str_slice(file, 0, file.n - (str_ends(file, STR(".html")) ? 5 : 0));
    buf_printf(source,
               "/* Made by tools/pagec from " STR_FMT ". */\n#include \"" STR_FMT ".h\"\n\n",
               STR_ARG(file), STR_ARG(stem));
    write_signature(&c, source, suffix);
    buf_lit(source, "\n{\n");
    buf_add(source, buf_str(&body));
    buf_free(&body);
    buf_free(&c.literal);
}
