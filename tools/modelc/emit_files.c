/* migrations.c and codes.c: the files that the program carries; codes.gen.h: enums of short lists.
 */
#include "tools/modelc/modelc.h"

static void emit_lines(Buf *out, Str text)
{
    Str line;
    while (text.n > 0 && str_split(&text, '\n', &line)) {
        if (line.n == 0 && text.p == NULL) break;
        buf_lit(out, "        ");
        write_literal(out, text.p ? (Str){line.p, line.n + 1} : line);
        buf_byte(out, '\n');
    }
}

void emit_migrations(const Tree *tree, Buf *out)
{
    buf_lit(out,
            "/* Made by tools/modelc: the migrations of every module, in the order to apply. */\n"
            "#include \"kernel/store/store.h\"\n\nconst Migration MIGRATIONS[] = {\n");
    for (int i = 0; i < tree->migrations.count; i++) {
        const TreeFile *file = &tree->migrations.items[i];
        buf_lit(out, "    {STR_INIT(");
        write_literal(out, file->module);
        buf_lit(out, "), STR_INIT(");
        write_literal(out, file->name);
        buf_lit(out, "), STR_INIT(\n");
        if (file->bytes.n)
            emit_lines(out, file->bytes);
        else
            buf_lit(out, "        \"\"\n");
        buf_lit(out, "    )},\n");
    }
    if (tree->migrations.count == 0) buf_lit(out, "    {{NULL, 0}, {NULL, 0}, {NULL, 0}},\n");
    buf_printf(out, "};\nconst int MIGRATION_COUNT = %d;\n", tree->migrations.count);
}

/* FNV-1a: makes this file change when a seed does, as make does not see .incbin. */
static unsigned long long content_mark(Str bytes)
{
    unsigned long long mark = 14695981039346656037u;
    for (size_t i = 0; i < bytes.n; i++) mark = (mark ^ (unsigned char)bytes.p[i]) * 1099511628211u;
    return mark;
}

static void emit_incbin(const Tree *tree, const TreeFile *file, int i, Buf *out)
{
    buf_printf(out,
               "/* " STR_FMT ": %zu bytes, content %016llx */\n__asm__(\n"
               "    \".pushsection .rodata\\n\"\n"
               "    \".global seed_%d\\n\"\n"
               "    \".hidden seed_%d\\n\"\n"
               "    \"seed_%d:\\n\"\n"
               "    \".incbin \\\"" STR_FMT "/" STR_FMT "\\\"\\n\"\n"
               "    \".popsection\\n\");\nextern const char seed_%d[];\n",
               STR_ARG(file->path), file->bytes.n, content_mark(file->bytes), i, i, i,
               STR_ARG(tree->root), STR_ARG(file->path), i);
}

void emit_seeds(const Tree *tree, Buf *out)
{
    buf_lit(
        out,
        "/* Made by tools/modelc: code lists and other rows that a new store is filled from. */\n"
        "#include \"kernel/model/seed.h\"\n\n");
    for (int i = 0; i < tree->seeds.count; i++) emit_incbin(tree, &tree->seeds.items[i], i, out);
    buf_lit(out, "\nconst SeedFile SEED_FILES[] = {\n");
    for (int i = 0; i < tree->seeds.count; i++) {
        const TreeFile *file = &tree->seeds.items[i];
        buf_lit(out, "    {STR_INIT(");
        write_literal(out, file->module);
        buf_lit(out, "), STR_INIT(");
        write_literal(out, file->name);
        buf_printf(out, "), {seed_%d, %zu}},\n", i, file->bytes.n);
    }
    if (tree->seeds.count == 0) buf_lit(out, "    {{NULL, 0}, {NULL, 0}, {NULL, 0}},\n");
    buf_printf(out, "};\nconst int SEED_FILE_COUNT = %d;\n", tree->seeds.count);
}

/* ---- code lists ---- */

static void emit_code_enum(const Tree *tree, const CodeList *list, Buf *out)
{
    Str upper = name_upper(tree->arena, list->name), camel = name_camel(tree->arena, list->name);
    buf_printf(out, "/* " STR_FMT " */\ntypedef enum " STR_FMT "Code {\n", STR_ARG(list->path),
               STR_ARG(camel));
    for (int i = 0; i < list->count; i++) {
        buf_printf(out, "    " STR_FMT "_CODE_" STR_FMT ",\n", STR_ARG(upper),
                   STR_ARG(name_upper(tree->arena, list->codes[i])));
    }
    buf_printf(out, "} " STR_FMT "Code;\n", STR_ARG(camel));
    buf_printf(out, "int " STR_FMT "_code_of(Str code); /* -1: not in the list */\n",
               STR_ARG(list->name));
    buf_printf(out, "Str " STR_FMT "_code_text(" STR_FMT "Code code);\n\n", STR_ARG(list->name),
               STR_ARG(camel));
}

void emit_codes_header(const Tree *tree, Buf *out)
{
    buf_lit(out,
            "/* Made by tools/modelc: the short code lists that fields use. */\n#pragma once\n\n"
            "#include \"lib/base.h\"\n\n");
    for (int i = 0; i < tree->list_count; i++) {
        if (list_has_enum(tree, &tree->lists[i])) emit_code_enum(tree, &tree->lists[i], out);
    }
}

static void emit_code_functions(const Tree *tree, const CodeList *list, Buf *out)
{
    Str camel = name_camel(tree->arena, list->name);
    buf_printf(out, "\nstatic const Str " STR_FMT "_texts[] = {\n", STR_ARG(list->name));
    for (int i = 0; i < list->count; i++) {
        buf_lit(out, "    STR_INIT(");
        write_literal(out, list->codes[i]);
        buf_lit(out, "),\n");
    }
    buf_printf(out,
               "};\n\nint " STR_FMT "_code_of(Str code)\n{\n    return code_of(" STR_FMT
               "_texts, %d, code);\n}\n",
               STR_ARG(list->name), STR_ARG(list->name), list->count);
    buf_printf(out,
               "\nStr " STR_FMT "_code_text(" STR_FMT
               "Code code)\n{\n    ASSERT((unsigned)code < %du);\n"
               "    return " STR_FMT "_texts[code];\n}\n",
               STR_ARG(list->name), STR_ARG(camel), list->count, STR_ARG(list->name));
}

void emit_codes_source(const Tree *tree, Buf *out)
{
    buf_lit(out, "/* Made by tools/modelc. */\n#include \"codes.gen.h\"\n");
    bool head = false;
    for (int i = 0; i < tree->list_count; i++) {
        if (!list_has_enum(tree, &tree->lists[i])) continue;
        if (!head) {
            buf_lit(out, "\nstatic int code_of(const Str *texts, int count, Str code)\n{\n"
                         "    for (int i = 0; i < count; i++) {\n        if (str_eq(texts[i], "
                         "code)) return i;\n"
                         "    }\n    return -1;\n}\n");
            head = true;
        }
        emit_code_functions(tree, &tree->lists[i], out);
    }
}
