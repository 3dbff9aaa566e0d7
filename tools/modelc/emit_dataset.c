/* DATASET.gen.h and DATASET.gen.c: positions, the typed struct, named queries, prototypes of rules.
 */
#include "tools/modelc/modelc.h"

/* What a function needs to name its things. */
typedef struct Names {
    const Dataset *self;
    Str id, upper, camel;
} Names;

static Names names_of(const Tree *tree, int dataset)
{
    const Dataset *self = &tree->datasets[dataset];
    return (Names){self, self->id, name_upper(tree->arena, self->id),
                   name_camel(tree->arena, self->id)};
}

static void emit_label_comment(Buf *out, const Label *label)
{
    write_comment(out, label->zh);
    buf_lit(out, " / ");
    write_comment(out, label->en);
}

static void emit_enum(const Tree *tree, const Names *names, Buf *out)
{
    buf_lit(out, "/* Positions of the fields. */\nenum {\n");
    for (int i = 0; i < names->self->field_count; i++) {
        const Field *field = &names->self->fields[i];
        buf_printf(out, "    " STR_FMT "_" STR_FMT " = %d, /* ", STR_ARG(names->upper),
                   STR_ARG(name_upper(tree->arena, field->id)), i);
        emit_label_comment(out, &field->label);
        buf_lit(out, " */\n");
    }
    buf_printf(out, "    " STR_FMT "_FIELD_COUNT = %d,\n};\n\n", STR_ARG(names->upper),
               names->self->field_count);
}

static const char *unit_of(const Field *field)
{
    switch (field->type) {
    case FIELD_DATE: return " /* days since 1970-01-01 */";
    case FIELD_INSTANT: return " /* microseconds UTC */";
    default: return "";
    }
}

static void emit_struct(const Names *names, Buf *out)
{
    buf_printf(out,
               "/* Texts that are absent have p == NULL; other values have a has_ member. "
               "*/\ntypedef struct " STR_FMT " {\n",
               STR_ARG(names->camel));
    for (int i = 0; i < names->self->field_count; i++) {
        const Field *field = &names->self->fields[i];
        if (!type_has_number(field->type)) {
            buf_printf(out, "    Str " STR_FMT ";\n", STR_ARG(field->id));
            continue;
        }
        buf_printf(out, "    bool has_" STR_FMT ";\n    %s " STR_FMT ";%s", STR_ARG(field->id),
                   type_in_c(field->type), STR_ARG(field->id), unit_of(field));
        if (field->type == FIELD_DECIMAL && field->scale)
            buf_printf(out, " /* times 10^%d */", field->scale);
        buf_byte(out, '\n');
    }
    buf_printf(out, "} " STR_FMT ";\n\n", STR_ARG(names->camel));
}

/* Parameters of a query are named after their fields, but for the function's own names. */
static const char *param_ending(Str id)
{
    static const char *const TAKEN[] = {"sql", "each", "self", "stmt", "record", "text"};
    for (size_t i = 0; i < COUNT_OF(TAKEN); i++) {
        if (str_is(id, TAKEN[i])) return "_";
    }
    return "";
}

static void emit_query_head(const Names *names, const Query *query, Buf *out)
{
    buf_printf(out, "Err " STR_FMT "_query_" STR_FMT "(Sql *sql", STR_ARG(names->id),
               STR_ARG(query->id));
    for (int i = 0; i < query->where_count; i++) {
        const Field *field = &names->self->fields[query->where[i]];
        const char *type = type_in_c(field->type);
        buf_printf(out, ", %s " STR_FMT "%s", type, STR_ARG(field->id), param_ending(field->id));
    }
    buf_lit(
        out,
        ",\n    void (*each)(void *self, int64_t record_id, const Record *record), void *self)");
}

static void emit_query_prototypes(const Names *names, Buf *out)
{
    const Dataset *self = names->self;
    if (self->query_count == 0) return;
    buf_lit(
        out,
        "/* Named queries over the master records, in order of the key. A record given to each() "
        "is valid\n"
        " * during the call only; each() must not run the same query on the same connection. */\n");
    for (int i = 0; i < self->query_count; i++) {
        emit_query_head(names, &self->queries[i], out);
        buf_printf(out, " MUST_USE; /* at most %d */\n", self->queries[i].limit);
    }
    buf_byte(out, '\n');
}

static void emit_rule_prototypes(const Names *names, Buf *out)
{
    const Dataset *self = names->self;
    for (int i = 0; i < self->checks.count; i++) {
        buf_printf(out,
                   "void check_" STR_FMT "(const RuleContext *context, const Record *record);\n",
                   STR_ARG(self->checks.items[i]));
    }
    for (int i = 0; i < self->field_count; i++) {
        Str reader = self->fields[i].reader;
        bool before = false;
        for (int j = 0; j < i; j++) before = before || str_eq(self->fields[j].reader, reader);
        if (reader.n == 0 || before) continue;
        buf_printf(out,
                   "void reader_" STR_FMT
                   "(const RuleContext *context, Str raw, int field, Record *record);\n",
                   STR_ARG(reader));
    }
}

void emit_dataset_header(const Tree *tree, int dataset, Buf *out)
{
    Names names = names_of(tree, dataset);
    buf_printf(out, "/* Made by tools/modelc from " STR_FMT ". ", STR_ARG(names.self->file));
    emit_label_comment(out, &names.self->label);
    buf_lit(
        out,
        ". */\n#pragma once\n\n#include \"codes.gen.h\"\n#include \"kernel/dataset/rules.h\"\n\n");
    emit_enum(tree, &names, out);
    emit_struct(&names, out);
    buf_printf(out,
               "static inline const Dataset *" STR_FMT
               "_dataset(void)\n{\n    return &MODEL_SHIPPED.datasets[%d];\n}\n",
               STR_ARG(names.id), dataset);
    buf_printf(out,
               "/* Texts point into the record. */\nvoid " STR_FMT
               "_from(const Record *record, " STR_FMT " *out);\n",
               STR_ARG(names.id), STR_ARG(names.camel));
    buf_printf(out,
               "/* A record of its own in arena; texts are not copied. */\nvoid " STR_FMT
               "_to(const " STR_FMT " *self, Arena *arena, Record *record);\n\n",
               STR_ARG(names.id), STR_ARG(names.camel));
    emit_query_prototypes(&names, out);
    emit_rule_prototypes(&names, out);
}

/* ---- source ---- */

static void emit_from(const Tree *tree, const Names *names, Buf *out)
{
    buf_printf(out,
               "void " STR_FMT "_from(const Record *record, " STR_FMT " *out)\n{\n"
               "    const Value *values = record->values;\n",
               STR_ARG(names->id), STR_ARG(names->camel));
    for (int i = 0; i < names->self->field_count; i++) {
        const Field *field = &names->self->fields[i];
        Str position = arena_printf(tree->arena, STR_FMT "_" STR_FMT, STR_ARG(names->upper),
                                    STR_ARG(name_upper(tree->arena, field->id)));
        if (!type_has_number(field->type)) {
            buf_printf(out, "    out->" STR_FMT " = typed_text(&values[" STR_FMT "]);\n",
                       STR_ARG(field->id), STR_ARG(position));
            continue;
        }
        const char *type = type_in_c(field->type);
        const char *cast = field->type == FIELD_DATE ? "(int32_t)" : "";
        buf_printf(out, "    out->has_" STR_FMT " = values[" STR_FMT "].present;\n",
                   STR_ARG(field->id), STR_ARG(position));
        buf_printf(out, "    out->" STR_FMT " = %styped_number(&values[" STR_FMT "])%s;\n",
                   STR_ARG(field->id), cast, STR_ARG(position),
                   strcmp(type, "bool") == 0 ? " != 0" : "");
    }
    buf_lit(out, "}\n\n");
}

static void emit_to(const Tree *tree, const Names *names, Buf *out)
{
    buf_printf(out,
               "void " STR_FMT "_to(const " STR_FMT " *self, Arena *arena, Record *record)\n{\n"
               "    *record = record_new(arena, " STR_FMT
               "_dataset());\n    Value *values = record->values;\n",
               STR_ARG(names->id), STR_ARG(names->camel), STR_ARG(names->id));
    for (int i = 0; i < names->self->field_count; i++) {
        const Field *field = &names->self->fields[i];
        buf_printf(out, "    values[" STR_FMT "_" STR_FMT "] = ", STR_ARG(names->upper),
                   STR_ARG(name_upper(tree->arena, field->id)));
        Str id = field->id;
        if (!type_has_number(field->type)) {
            buf_printf(out, "typed_of_text(self->" STR_FMT ");\n", STR_ARG(id));
        } else if (field->type == FIELD_DATE) {
            buf_printf(out, "typed_of_day(arena, self->has_" STR_FMT ", self->" STR_FMT ");\n",
                       STR_ARG(id), STR_ARG(id));
        } else {
            buf_printf(out, "typed_of_number(self->has_" STR_FMT ", self->" STR_FMT ");\n",
                       STR_ARG(id), STR_ARG(id));
        }
    }
    buf_lit(out, "}\n");
}

/* All rows of a bound query to each(). */
static void emit_rows(const Names *names, Buf *out)
{
    buf_printf(out,
               "\nstatic Err query_run(SqlStmt *stmt, void (*each)(void *self, int64_t record_id, "
               "const Record *record),\n"
               "                     void *self)\n{\n"
               "    Value values[" STR_FMT "_FIELD_COUNT];\n"
               "    Record record = {" STR_FMT "_dataset(), values};\n"
               "    Err err;\n"
               "    while ((err = sql_step(stmt)) == ERR_OK) {\n"
               "        record_from_row(stmt, 1, NULL, &record);\n"
               "        each(self, sql_int(stmt, 0), &record);\n"
               "    }\n"
               "    sql_reset(stmt);\n"
               "    return err == ERR_NOT_FOUND ? ERR_OK : err;\n"
               "}\n",
               STR_ARG(names->upper), STR_ARG(names->id));
}

static void emit_query_text(const Names *names, const Query *query, Buf *out)
{
    const Dataset *self = names->self;
    buf_lit(out, "    static const char TEXT[] =\n        \"SELECT \\\"record_id\\\"\"\n");
    for (int i = 0; i < self->field_count; i++) {
        buf_printf(out, "        \", \\\"" STR_FMT "\\\"\"\n", STR_ARG(self->fields[i].id));
    }
    buf_printf(out, "        \" FROM \\\"" STR_FMT "\\\" WHERE ", STR_ARG(names->id));
    for (int i = 0; i < query->where_count; i++) {
        Str id = self->fields[query->where[i]].id;
        buf_printf(out, "%s\\\"" STR_FMT "\\\" = $" STR_FMT, i ? " AND " : "", STR_ARG(id),
                   STR_ARG(id));
    }
    buf_printf(out, "\"\n        \" ORDER BY \\\"" STR_FMT "\\\" LIMIT %d\";\n",
               STR_ARG(self->fields[self->key].id), query->limit);
}

static void emit_query(const Names *names, const Query *query, Buf *out)
{
    buf_byte(out, '\n');
    emit_query_head(names, query, out);
    buf_lit(out, "\n{\n");
    emit_query_text(names, query, out);
    buf_lit(out, "    SqlStmt *stmt = sql_prepare(sql, TEXT);\n");
    for (int i = 0; i < query->where_count; i++) {
        const Field *field = &names->self->fields[query->where[i]];
        Str id = field->id;
        const char *ending = param_ending(id);
        if (field->type == FIELD_DATE) {
            buf_printf(out, "    char day_%d[TYPED_DAY_SIZE];\n", i);
            buf_printf(out,
                       "    sql_bind_text(stmt, sql_param(stmt, \"" STR_FMT
                       "\"), typed_day(day_%d, " STR_FMT "%s));\n",
                       STR_ARG(id), i, STR_ARG(id), ending);
            continue;
        }
        const char *bind = type_has_number(field->type) ? "int" : "text";
        buf_printf(out, "    sql_bind_%s(stmt, sql_param(stmt, \"" STR_FMT "\"), " STR_FMT "%s);\n",
                   bind, STR_ARG(id), STR_ARG(id), ending);
    }
    buf_lit(out, "    return query_run(stmt, each, self);\n}\n");
}

void emit_dataset_source(const Tree *tree, int dataset, Buf *out)
{
    Names names = names_of(tree, dataset);
    buf_printf(out,
               "/* Made by tools/modelc from " STR_FMT ". */\n#include \"" STR_FMT ".gen.h\"\n\n",
               STR_ARG(names.self->file), STR_ARG(names.id));
    buf_lit(out, "#include \"kernel/dataset/dataset.h\"\n#include \"kernel/dataset/typed.h\"\n\n");
    emit_from(tree, &names, out);
    emit_to(tree, &names, out);
    if (names.self->query_count) emit_rows(&names, out);
    for (int i = 0; i < names.self->query_count; i++)
        emit_query(&names, &names.self->queries[i], out);
}
