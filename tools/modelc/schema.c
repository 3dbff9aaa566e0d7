#include "tools/modelc/modelc.h"

static const struct {
    const char *ending, *what, *constraint;
    bool organ, until, salt;
} KINDS[TABLE_KINDS] = {
    [TABLE_MASTER] = {"", "The master record: each field from the most trusted organ that has it.",
                      "", false, false, false},
    [TABLE_HISTORY] = {"_history", "Superseded master records.",
                       "PRIMARY KEY (\"record_id\", \"since_index\")", false, true, false},
    [TABLE_SOURCE] = {"_source", "What each organ last said.",
                      "PRIMARY KEY (\"record_id\", \"source_organ\")", true, false, true},
    [TABLE_SOURCE_HISTORY] = {"_source_history", "What each organ said before.",
                              "PRIMARY KEY (\"record_id\", \"source_organ\", \"since_index\")",
                              true, true, true},
};

Str table_name(Arena *arena, const Dataset *dataset, TableKind kind)
{
    return arena_printf(arena, STR_FMT "%s", STR_ARG(dataset->id), KINDS[kind].ending);
}

static const char *type_in_sql(FieldType type)
{
    return type_has_number(type) && type != FIELD_DATE ? "INTEGER" : "TEXT";
}

static void write_checks(Buf *out, const Field *field)
{
    if (field->type == FIELD_BOOLEAN)
        buf_printf(out, " CHECK (\"" STR_FMT "\" IN (0, 1))", STR_ARG(field->id));
    if (field->type == FIELD_DATE) {
        buf_printf(out,
                   " CHECK (\"" STR_FMT "\" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]')",
                   STR_ARG(field->id));
    }
    if (field->has_min && field->has_max) {
        buf_printf(out, " CHECK (\"" STR_FMT "\" BETWEEN %lld AND %lld)", STR_ARG(field->id),
                   (long long)field->min, (long long)field->max);
    } else if (field->has_min || field->has_max) {
        buf_printf(
            out, " CHECK (\"" STR_FMT "\" %s %lld)", STR_ARG(field->id),
            field->has_min ? ">=" : "<=", (long long)(field->has_min ? field->min : field->max));
    }
}

static Str field_rest(Arena *arena, const Dataset *dataset, int i, TableKind kind)
{
    const Field *field = &dataset->fields[i];
    Buf out = buf_new(4096);
    buf_add(&out, str_of(type_in_sql(field->type)));
    if (kind == TABLE_MASTER) {
        if (field->required) buf_lit(&out, " NOT NULL");
        if (i == dataset->key) buf_lit(&out, " UNIQUE");
        write_checks(&out, field);
    }
    Str rest = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return rest;
}

static void column_add(Columns *out, Str name, Str rest, Str comment)
{
    ASSERT((size_t)out->count < COUNT_OF(out->items));
    out->items[out->count++] = (Column){name, rest, comment};
}

static Str field_comment(Arena *arena, const Field *field)
{
    if (str_eq(field->label.en, field->id)) return field->label.zh;
    return arena_printf(arena, STR_FMT " / " STR_FMT, STR_ARG(field->label.zh),
                        STR_ARG(field->label.en));
}

void table_columns(Arena *arena, const Dataset *dataset, TableKind kind, Columns *out)
{
    out->count = 0;
    out->constraint = str_of(KINDS[kind].constraint);
    if (kind == TABLE_MASTER)
        column_add(out, STR("record_id"), STR("INTEGER PRIMARY KEY"), STR_NONE);
    else
        column_add(out, STR("record_id"), STR("INTEGER NOT NULL"), STR_NONE);
    if (KINDS[kind].organ) column_add(out, STR("source_organ"), STR("TEXT NOT NULL"), STR_NONE);
    column_add(out, STR("since_index"), STR("INTEGER NOT NULL"),
               STR("journal entry from which it is in force"));
    if (KINDS[kind].until) {
        column_add(out, STR("until_index"), STR("INTEGER NOT NULL"),
                   STR("journal entry that superseded it"));
    }
    if (KINDS[kind].salt) {
        column_add(out, STR("salt"), STR("BLOB NOT NULL"), STR("of the digest in the journal"));
        column_add(out, STR("held"), STR("INTEGER NOT NULL"),
                   STR("1: an identity ticket keeps it out of the master"));
    }
    for (int i = 0; i < dataset->field_count; i++) {
        const Field *field = &dataset->fields[i];
        column_add(out, field->id, field_rest(arena, dataset, i, kind),
                   field_comment(arena, field));
    }
}

Str index_name(Arena *arena, const Dataset *dataset, const Index *index)
{
    Str name = arena_printf(arena, STR_FMT "_by", STR_ARG(dataset->id));
    for (int i = 0; i < index->count; i++) {
        Str id = dataset->fields[index->fields[i]].id;
        name = arena_printf(arena, STR_FMT "_" STR_FMT, STR_ARG(name), STR_ARG(id));
    }
    return name;
}

Str index_sql(Arena *arena, const Dataset *dataset, const Index *index)
{
    Buf out = buf_new(8192);
    buf_printf(&out, "CREATE %sINDEX \"" STR_FMT "\" ON \"" STR_FMT "\" (",
               index->unique ? "UNIQUE " : "", STR_ARG(index_name(arena, dataset, index)),
               STR_ARG(dataset->id));
    for (int i = 0; i < index->count; i++) {
        buf_printf(&out, "%s\"" STR_FMT "\"", i ? ", " : "",
                   STR_ARG(dataset->fields[index->fields[i]].id));
    }
    buf_byte(&out, ')');
    Str sql = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return sql;
}

static void write_table(Arena *arena, Buf *out, const Dataset *dataset, TableKind kind)
{
    Columns *columns = arena_array(arena, Columns, 1);
    table_columns(arena, dataset, kind, columns);
    buf_printf(out, "\n-- %s\nCREATE TABLE \"" STR_FMT "\" (\n", KINDS[kind].what,
               STR_ARG(table_name(arena, dataset, kind)));
    for (int i = 0; i < columns->count; i++) {
        const Column *column = &columns->items[i];
        bool last = i + 1 == columns->count && columns->constraint.n == 0;
        buf_printf(out, "    \"" STR_FMT "\" " STR_FMT "%s", STR_ARG(column->name),
                   STR_ARG(column->rest), last ? "" : ",");
        if (column->comment.n) buf_printf(out, " -- " STR_FMT, STR_ARG(column->comment));
        buf_byte(out, '\n');
    }
    if (columns->constraint.n) buf_printf(out, "    " STR_FMT "\n", STR_ARG(columns->constraint));
    buf_printf(out, ") STRICT%s;\n", kind == TABLE_MASTER ? "" : ", WITHOUT ROWID");
}

void write_schema(Arena *arena, Buf *out, const Dataset *dataset)
{
    buf_printf(out,
               "-- " STR_FMT " (" STR_FMT "): made by `make migrations` from\n-- " STR_FMT "\n",
               STR_ARG(dataset->label.zh), STR_ARG(dataset->label.en), STR_ARG(dataset->file));
    for (int kind = 0; kind < TABLE_KINDS; kind++)
        write_table(arena, out, dataset, (TableKind)kind);
    if (dataset->index_count) buf_byte(out, '\n');
    for (int i = 0; i < dataset->index_count; i++) {
        buf_printf(out, STR_FMT ";\n", STR_ARG(index_sql(arena, dataset, &dataset->indexes[i])));
    }
}
