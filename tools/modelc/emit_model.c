/* model.c: the definitions as constant tables. */
#include "tools/modelc/modelc.h"

static void emit_str(Buf *out, Str text)
{
    buf_lit(out, "STR_INIT(");
    write_literal(out, text);
    buf_byte(out, ')');
}

static void emit_member(Buf *out, const char *indent, const char *name, Str text)
{
    if (text.n == 0) return;
    buf_printf(out, "%s.%s = ", indent, name);
    emit_str(out, text);
    buf_lit(out, ",\n");
}

static void emit_label(Buf *out, const char *indent, const Label *label)
{
    buf_printf(out, "%s.label = {", indent);
    emit_str(out, label->zh);
    buf_lit(out, ", ");
    emit_str(out, label->en);
    buf_lit(out, "},\n");
}

/* A list stands before the table that uses it, under a name of its own. */
static void emit_list(Buf *out, Str dataset, const char *name, int field, StrList list)
{
    if (list.count == 0) return;
    buf_printf(out, "static const Str " STR_FMT "_%s", STR_ARG(dataset), name);
    if (field >= 0) buf_printf(out, "_%d", field);
    buf_lit(out, "[] = {");
    for (int i = 0; i < list.count; i++) {
        if (i) buf_lit(out, ", ");
        emit_str(out, list.items[i]);
    }
    buf_lit(out, "};\n");
}

static void emit_list_member(Buf *out, const char *indent, const char *member, Str dataset,
                             const char *name, int field, StrList list)
{
    if (list.count == 0) return;
    buf_printf(out, "%s.%s = {" STR_FMT "_%s", indent, member, STR_ARG(dataset), name);
    if (field >= 0) buf_printf(out, "_%d", field);
    buf_printf(out, ", %d},\n", list.count);
}

static const char *const TYPE_WORDS[] = {
    [FIELD_TEXT] = "FIELD_TEXT",         [FIELD_CODE] = "FIELD_CODE",
    [FIELD_DATE] = "FIELD_DATE",         [FIELD_INSTANT] = "FIELD_INSTANT",
    [FIELD_INTEGER] = "FIELD_INTEGER",   [FIELD_DECIMAL] = "FIELD_DECIMAL",
    [FIELD_BOOLEAN] = "FIELD_BOOLEAN",   [FIELD_USCC] = "FIELD_USCC",
    [FIELD_ORG_CODE] = "FIELD_ORG_CODE", [FIELD_CITIZEN_ID] = "FIELD_CITIZEN_ID",
    [FIELD_DIVISION] = "FIELD_DIVISION", [FIELD_ORGAN] = "FIELD_ORGAN",
};
static const char *const SECRECY_WORDS[] = {
    [SECRECY_PUBLIC] = "SECRECY_PUBLIC",
    [SECRECY_INTERNAL] = "SECRECY_INTERNAL",
    [SECRECY_PERSONAL] = "SECRECY_PERSONAL",
};

/* The smallest int64 cannot be written as a literal. */
static void emit_limit(Buf *out, const char *member, int64_t value)
{
    if (value == INT64_MIN)
        buf_printf(out, "        .has_%s = true,\n        .%s = INT64_MIN,\n", member, member);
    else
        buf_printf(out, "        .has_%s = true,\n        .%s = INT64_C(%lld),\n", member, member,
                   (long long)value);
}

static void emit_field(Buf *out, Str dataset, const Field *field, int i)
{
    const char *indent = "        ";
    buf_lit(out, "    {\n");
    emit_member(out, indent, "id", field->id);
    emit_label(out, indent, &field->label);
    buf_printf(out, "%s.type = %s,\n", indent, TYPE_WORDS[field->type]);
    if (field->required) buf_printf(out, "%s.required = true,\n", indent);
    if (field->future) buf_printf(out, "%s.future = true,\n", indent);
    if (field->scale) buf_printf(out, "%s.scale = %d,\n", indent, field->scale);
    if (field->length_max) buf_printf(out, "%s.length_max = %d,\n", indent, field->length_max);
    if (field->length_min) buf_printf(out, "%s.length_min = %d,\n", indent, field->length_min);
    if (field->has_min) emit_limit(out, "min", field->min);
    if (field->has_max) emit_limit(out, "max", field->max);
    emit_member(out, indent, "codes", field->codes);
    if (field->secrecy)
        buf_printf(out, "%s.secrecy = %s,\n", indent, SECRECY_WORDS[field->secrecy]);
    emit_list_member(out, indent, "from", dataset, "from", i, field->from);
    emit_list_member(out, indent, "aliases", dataset, "aliases", i, field->aliases);
    emit_member(out, indent, "reader", field->reader);
    emit_member(out, indent, "note_zh", field->note_zh);
    emit_member(out, indent, "note_en", field->note_en);
    buf_lit(out, "    },\n");
}

static void emit_positions(Buf *out, Str dataset, const char *name, int i, const int *fields,
                           int count)
{
    buf_printf(out, "static const int " STR_FMT "_%s_%d[] = {", STR_ARG(dataset), name, i);
    for (int f = 0; f < count; f++) buf_printf(out, "%s%d", f ? ", " : "", fields[f]);
    buf_lit(out, "};\n");
}

static void emit_indexes(Buf *out, const Dataset *self)
{
    for (int i = 0; i < self->index_count; i++) {
        emit_positions(out, self->id, "index", i, self->indexes[i].fields, self->indexes[i].count);
    }
    if (self->index_count)
        buf_printf(out, "static const Index " STR_FMT "_indexes[] = {\n", STR_ARG(self->id));
    for (int i = 0; i < self->index_count; i++) {
        buf_printf(out, "    {" STR_FMT "_index_%d, %d, %s},\n", STR_ARG(self->id), i,
                   self->indexes[i].count, self->indexes[i].unique ? "true" : "false");
    }
    if (self->index_count) buf_lit(out, "};\n");
}

static void emit_queries(Buf *out, const Dataset *self)
{
    for (int i = 0; i < self->query_count; i++) {
        emit_positions(out, self->id, "where", i, self->queries[i].where,
                       self->queries[i].where_count);
    }
    if (self->query_count)
        buf_printf(out, "static const Query " STR_FMT "_queries[] = {\n", STR_ARG(self->id));
    for (int i = 0; i < self->query_count; i++) {
        buf_lit(out, "    {");
        emit_str(out, self->queries[i].id);
        buf_printf(out, ", " STR_FMT "_where_%d, %d, %d},\n", STR_ARG(self->id), i,
                   self->queries[i].where_count, self->queries[i].limit);
    }
    if (self->query_count) buf_lit(out, "};\n");
}

static void emit_parts(Buf *out, const Dataset *self)
{
    buf_printf(out, "\n/* ---- " STR_FMT ": " STR_FMT " ---- */\n\n", STR_ARG(self->id),
               STR_ARG(self->file));
    for (int i = 0; i < self->field_count; i++) {
        emit_list(out, self->id, "from", i, self->fields[i].from);
        emit_list(out, self->id, "aliases", i, self->fields[i].aliases);
    }
    buf_printf(out, "static const Field " STR_FMT "_fields[] = {\n", STR_ARG(self->id));
    for (int i = 0; i < self->field_count; i++) emit_field(out, self->id, &self->fields[i], i);
    buf_lit(out, "};\n");
    emit_list(out, self->id, "sources", -1, self->sources);
    emit_list(out, self->id, "checks", -1, self->checks);
    emit_list(out, self->id, "ignored", -1, self->ignored);
    emit_list(out, self->id, "nulls", -1, self->nulls);
    emit_list(out, self->id, "ways", -1, self->sharing.ways);
    emit_indexes(out, self);
    emit_queries(out, self);
}

static void emit_sharing(Buf *out, const Dataset *self)
{
    buf_lit(out, "        .sharing =\n            {\n");
    emit_member(out, "                ", "type", self->sharing.type);
    emit_list_member(out, "                ", "ways", self->id, "ways", -1, self->sharing.ways);
    if (self->sharing.open) buf_lit(out, "                .open = true,\n");
    emit_member(out, "                ", "basis", self->sharing.basis);
    buf_lit(out, "            },\n");
}

static void emit_dataset(Buf *out, const Dataset *self)
{
    const char *indent = "        ";
    buf_lit(out, "    {\n");
    emit_member(out, indent, "id", self->id);
    emit_label(out, indent, &self->label);
    emit_member(out, indent, "clause", self->clause);
    emit_member(out, indent, "owner", self->owner);
    emit_member(out, indent, "module", self->module);
    buf_printf(out, "%s.key = %d,\n%s.identity = %d,\n", indent, self->key, indent, self->identity);
    if (self->has_point) {
        buf_printf(out, "%s.has_point = true,\n%s.point = {%d, %d},\n", indent, indent,
                   self->point[0], self->point[1]);
    }
    buf_printf(out, "%s.fields = " STR_FMT "_fields,\n%s.field_count = %d,\n", indent,
               STR_ARG(self->id), indent, self->field_count);
    emit_list_member(out, indent, "sources", self->id, "sources", -1, self->sources);
    emit_list_member(out, indent, "checks", self->id, "checks", -1, self->checks);
    emit_list_member(out, indent, "ignored", self->id, "ignored", -1, self->ignored);
    emit_list_member(out, indent, "nulls", self->id, "nulls", -1, self->nulls);
    if (self->index_count) {
        buf_printf(out, "%s.indexes = " STR_FMT "_indexes,\n%s.index_count = %d,\n", indent,
                   STR_ARG(self->id), indent, self->index_count);
    }
    if (self->query_count) {
        buf_printf(out, "%s.queries = " STR_FMT "_queries,\n%s.query_count = %d,\n", indent,
                   STR_ARG(self->id), indent, self->query_count);
    }
    emit_sharing(out, self);
    emit_member(out, indent, "file", self->file);
    buf_lit(out, "    },\n");
}

void emit_model(const Tree *tree, Buf *out)
{
    buf_lit(out, "/* Made by tools/modelc from the definitions (*.dataset.yaml). */\n"
                 "#include \"kernel/model/model.h\"\n");
    for (int i = 0; i < tree->dataset_count; i++) emit_parts(out, &tree->datasets[i]);
    if (tree->dataset_count == 0) {
        buf_lit(out, "\nconst Model MODEL_SHIPPED = {NULL, 0};\n");
        return;
    }
    buf_lit(out, "\nstatic const Dataset datasets[] = {\n");
    for (int i = 0; i < tree->dataset_count; i++) emit_dataset(out, &tree->datasets[i]);
    buf_printf(out, "};\n\nconst Model MODEL_SHIPPED = {datasets, %d};\n", tree->dataset_count);
}
