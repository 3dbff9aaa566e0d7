/* rules.c: every named check and reader by its name. */
#include "tools/modelc/modelc.h"

typedef struct RuleNames {
    Str *items;
    int count;
} RuleNames;

static void rule_add(RuleNames *names, Str name)
{
    if (name.n == 0) return;
    for (int i = 0; i < names->count; i++) {
        if (str_eq(names->items[i], name)) return;
    }
    names->items[names->count++] = name;
}

static void emit_table(Buf *out, const char *type, const char *table, const char *prefix,
                       const RuleNames *names)
{
    buf_printf(out, "\nconst %s %s[] = {\n", type, table);
    for (int i = 0; i < names->count; i++) {
        buf_printf(out, "    {STR_INIT(\"" STR_FMT "\"), %s_" STR_FMT "},\n",
                   STR_ARG(names->items[i]), prefix, STR_ARG(names->items[i]));
    }
    buf_lit(out, "    {{NULL, 0}, NULL},\n};\n");
}

void emit_rules(const Tree *tree, Buf *out)
{
    int most = 1;
    for (int d = 0; d < tree->dataset_count; d++) {
        most += tree->datasets[d].checks.count + tree->datasets[d].field_count;
    }
    RuleNames checks = {arena_array(tree->arena, Str, most), 0},
              readers = {arena_array(tree->arena, Str, most), 0};
    buf_lit(out, "/* Made by tools/modelc: the checks and readers that the definitions name. */\n"
                 "#include \"kernel/dataset/rules.h\"\n\n");
    for (int d = 0; d < tree->dataset_count; d++) {
        const Dataset *self = &tree->datasets[d];
        buf_printf(out, "#include \"" STR_FMT ".gen.h\"\n", STR_ARG(self->id));
        for (int i = 0; i < self->checks.count; i++) rule_add(&checks, self->checks.items[i]);
        for (int i = 0; i < self->field_count; i++) rule_add(&readers, self->fields[i].reader);
    }
    emit_table(out, "CheckRule", "CHECK_RULES", "check", &checks);
    emit_table(out, "ReaderRule", "READER_RULES", "reader", &readers);
}
