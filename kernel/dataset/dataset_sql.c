#include <pthread.h>

#include "kernel/dataset/dataset.h"
#include "lib/text.h"

/* ---- texts ---- */

static const char *text_keep(Buf *buf)
{
    buf_byte(buf, '\0');
    ASSERT(!buf->overflow);
    return buf->p; /* kept for the life of the process */
}

static void columns_write(Buf *out, const Dataset *dataset, const char *prefix)
{
    for (int i = 0; i < dataset->field_count; i++) {
        buf_printf(out, "%s%s\"" STR_FMT "\"", i ? ", " : "", prefix,
                   STR_ARG(dataset->fields[i].id));
    }
}

static void params_write(Buf *out, const Dataset *dataset)
{
    for (int i = 0; i < dataset->field_count; i++) buf_printf(out, "%s$f%d", i ? ", " : "", i);
}

/* Parameters with a name stand before those of the fields: SQLite looks names up from the first.
 * {D} is the table, {C} the columns, {P} their parameters, {S} "column = parameter", {X} "column =
 * excluded.column", {K} the key's column. */
static const char *text_make(const Dataset *dataset, const char *pattern)
{
    Buf out = buf_new(256 * 1024);
    for (const char *p = pattern; *p; p++) {
        if (p[0] != '{') {
            buf_byte(&out, *p);
            continue;
        }
        switch (p[1]) {
        case 'D': buf_add(&out, dataset->id); break;
        case 'C': columns_write(&out, dataset, ""); break;
        case 'P': params_write(&out, dataset); break;
        case 'K':
            buf_printf(&out, "\"" STR_FMT "\"", STR_ARG(dataset->fields[dataset->key].id));
            break;
        default:
            for (int i = 0; i < dataset->field_count; i++) {
                Str id = dataset->fields[i].id;
                buf_printf(&out, "%s\"" STR_FMT "\" = ", i ? ", " : "", STR_ARG(id));
                if (p[1] == 'S')
                    buf_printf(&out, "$f%d", i);
                else
                    buf_printf(&out, "excluded.\"" STR_FMT "\"", STR_ARG(id));
            }
        }
        p += 2;
    }
    return text_keep(&out);
}

static const int *order_make(const Dataset *dataset)
{
    int *by_id = mem_alloc(sizeof *by_id * (size_t)dataset->field_count);
    const Field *fields = dataset->fields;
    for (int i = 0; i < dataset->field_count; i++) {
        int at = i;
        for (; at > 0 && str_cmp(fields[by_id[at - 1]].id, fields[i].id) > 0; at--)
            by_id[at] = by_id[at - 1];
        by_id[at] = i;
    }
    return by_id;
}

static DatasetSql *texts_make(const Dataset *dataset)
{
    DatasetSql *sql = mem_alloc(sizeof *sql);
    sql->by_id = order_make(dataset);
    sql->columns = str_of(text_make(dataset, "{C}"));
    sql->get =
        text_make(dataset, "SELECT record_id, since_index, {C} FROM \"{D}\" WHERE {K} = $key");
    sql->get_id =
        text_make(dataset, "SELECT record_id, since_index, {C} FROM \"{D}\" WHERE record_id = $id");
    sql->get_as_of = text_make(
        dataset,
        "SELECT record_id, since_index, {C} FROM \"{D}\" WHERE {K} = $key AND since_index <= $as_of"
        " UNION ALL SELECT h.record_id, h.since_index, {C} FROM \"{D}_history\" h WHERE "
        "h.record_id ="
        " (SELECT record_id FROM \"{D}\" WHERE {K} = $key)"
        " AND h.since_index <= $as_of AND h.until_index > $as_of");
    sql->insert = text_make(dataset, "INSERT INTO \"{D}\" (since_index, {C}) VALUES ($since, {P})");
    sql->update =
        text_make(dataset, "UPDATE \"{D}\" SET {S}, since_index = $since WHERE record_id = $id");
    sql->history_add = text_make(
        dataset, "INSERT INTO \"{D}_history\" (record_id, since_index, until_index, {C})"
                 " SELECT record_id, since_index, $until, {C} FROM \"{D}\" WHERE record_id = $id");
    sql->history = text_make(
        dataset,
        "SELECT record_id, since_index, {C}, until_index FROM \"{D}_history\" WHERE record_id = $id"
        " UNION ALL SELECT record_id, since_index, {C}, 9223372036854775807 FROM \"{D}\""
        " WHERE record_id = $id ORDER BY 2 DESC LIMIT $limit");
    sql->sources = text_make(dataset, "SELECT source_organ, since_index, held, salt, {C} FROM "
                                      "\"{D}_source\" WHERE record_id = $id"
                                      " ORDER BY source_organ");
    sql->sources_as_of = text_make(
        dataset,
        "SELECT source_organ, since_index, held, salt, {C} FROM \"{D}_source\" WHERE record_id = "
        "$id"
        " AND since_index <= $as_of UNION ALL SELECT source_organ, since_index, held, salt, {C}"
        " FROM \"{D}_source_history\" WHERE record_id = $id AND since_index <= $as_of"
        " AND until_index > $as_of ORDER BY source_organ");
    sql->source_put = text_make(
        dataset,
        "INSERT INTO \"{D}_source\" (record_id, source_organ, since_index, salt, held, {C})"
        " VALUES ($id, $organ, $since, $salt, $held, {P})"
        " ON CONFLICT (record_id, source_organ) DO UPDATE SET {X}, since_index = "
        "excluded.since_index,"
        " salt = excluded.salt, held = excluded.held");
    sql->source_history_add = text_make(
        dataset,
        "INSERT INTO \"{D}_source_history\" (record_id, source_organ, since_index, until_index, "
        "salt, held, {C})"
        " SELECT record_id, source_organ, since_index, $until, salt, held, {C} FROM \"{D}_source\""
        " WHERE record_id = $id AND source_organ = $organ");
    sql->hold_end = text_make(dataset, "UPDATE \"{D}_source\" SET held = $index"
                                       " WHERE record_id = $id AND source_organ = $organ");
    return sql;
}

/* ---- the registry: few datasets, each made once ---- */

static struct {
    pthread_rwlock_t lock;
    struct {
        const Dataset *dataset;
        const DatasetSql *sql;
    } items[MODEL_DATASETS_MAX];
    int count;
} registry = {.lock = PTHREAD_RWLOCK_INITIALIZER};

static const DatasetSql *registry_find(const Dataset *dataset)
{
    for (int i = 0; i < registry.count; i++) {
        if (registry.items[i].dataset == dataset) return registry.items[i].sql;
    }
    return NULL;
}

const DatasetSql *dataset_sql(const Dataset *dataset)
{
    static _Thread_local const Dataset *last;
    static _Thread_local const DatasetSql *last_sql;
    if (last == dataset) return last_sql;
    pthread_rwlock_rdlock(&registry.lock);
    const DatasetSql *found = registry_find(dataset);
    pthread_rwlock_unlock(&registry.lock);
    if (found == NULL) {
        pthread_rwlock_wrlock(&registry.lock);
        found = registry_find(dataset);
        if (found == NULL) {
            ASSERT(registry.count < MODEL_DATASETS_MAX);
            found = texts_make(dataset);
            registry.items[registry.count].dataset = dataset;
            registry.items[registry.count++].sql = found;
        }
        pthread_rwlock_unlock(&registry.lock);
    }
    last = dataset;
    last_sql = found;
    return found;
}

/* ---- rows ---- */

Record record_new(Arena *arena, const Dataset *dataset)
{
    return (Record){dataset, arena_array(arena, Value, dataset->field_count)};
}

static bool type_is_number(FieldType type)
{
    return type == FIELD_INTEGER || type == FIELD_DECIMAL || type == FIELD_BOOLEAN ||
           type == FIELD_INSTANT;
}

void record_from_row(SqlStmt *stmt, int column, Arena *arena, Record *out)
{
    for (int i = 0; i < out->dataset->field_count; i++) {
        Value *value = &out->values[i];
        *value = (Value){.present = !sql_is_null(stmt, column + i)};
        if (!value->present) continue;
        if (type_is_number(out->dataset->fields[i].type)) {
            value->number = sql_int(stmt, column + i);
        } else {
            Str text = sql_text(stmt, column + i);
            value->text = arena ? arena_str(arena, text) : text;
            int32_t day = 0;
            if (out->dataset->fields[i].type == FIELD_DATE && day_parse(text, &day))
                value->number = day;
        }
    }
}

void record_bind(SqlStmt *stmt, const Record *record)
{
    int first = sql_param(stmt, "f0");
    for (int i = 0; i < record->dataset->field_count; i++) {
        const Value *value = &record->values[i];
        int param = first + i;
        if (!value->present) continue; /* what is not bound is NULL */
        if (type_is_number(record->dataset->fields[i].type))
            sql_bind_int(stmt, param, value->number);
        else
            sql_bind_text(stmt, param, value->text);
    }
}
