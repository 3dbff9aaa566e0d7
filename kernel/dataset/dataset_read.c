#include "kernel/cql2/cql2.h"
#include "kernel/dataset/fusion.h"

/* ---- one record ---- */

Err dataset_get(Sql *sql, Arena *arena, const Dataset *dataset, Str key, int64_t as_of,
                Version *out)
{
    const DatasetSql *texts = dataset_sql(dataset);
    SqlStmt *stmt = sql_prepare(sql, as_of == AS_OF_NOW ? texts->get : texts->get_as_of);
    sql_bind_text(stmt, sql_param(stmt, "key"), key);
    if (as_of != AS_OF_NOW) sql_bind_int(stmt, sql_param(stmt, "as_of"), as_of);
    Err err = sql_step(stmt);
    if (err == ERR_OK) {
        out->record_id = sql_int(stmt, 0);
        out->since_index = sql_int(stmt, 1);
        out->record = record_new(arena, dataset);
        record_from_row(stmt, 2, arena, &out->record);
    }
    sql_reset(stmt);
    return err;
}

/* ---- lists ---- */

static void list_select(Buf *text, const Dataset *dataset, const ListQuery *query,
                        const char *suffix, const char *when)
{
    const Field *key = &dataset->fields[dataset->key];
    buf_printf(text, "SELECT record_id, since_index, " STR_FMT " FROM \"" STR_FMT "%s\" WHERE %s",
               STR_ARG(dataset_sql(dataset)->columns), STR_ARG(dataset->id), suffix, when);
    if (query->after.n) buf_printf(text, " AND \"" STR_FMT "\" > $after", STR_ARG(key->id));
    if (query->filter) {
        buf_lit(text, " AND (");
        cql_write_sql(text, query->filter, STR_NONE);
        buf_lit(text, ")");
    }
}

static void list_text(Buf *text, const Dataset *dataset, const ListQuery *query)
{
    if (query->as_of == AS_OF_NOW) {
        list_select(text, dataset, query, "", "1 = 1");
    } else {
        list_select(text, dataset, query, "", "since_index <= $as_of");
        buf_lit(text, " UNION ALL ");
        list_select(text, dataset, query, "_history",
                    "since_index <= $as_of AND until_index > $as_of");
    }
    /* by position: the key's column in the select list, from 1 */
    buf_printf(text, " ORDER BY %d LIMIT $limit", dataset->key + 3);
}

Err dataset_list(Sql *sql, const Dataset *dataset, const ListQuery *query,
                 bool (*each)(void *self, const Version *version), void *self)
{
    Buf text = buf_new(512 * 1024);
    Arena *arena = arena_new(4 * 1024 * 1024);
    list_text(&text, dataset, query);
    ASSERT(!text.overflow);
    SqlStmt *stmt;
    Err err = sql_prepare_text(sql, buf_str(&text), &stmt);
    buf_free(&text);
    if (err != ERR_OK) goto done;
    if (query->as_of != AS_OF_NOW) sql_bind_int(stmt, sql_param(stmt, "as_of"), query->as_of);
    if (query->after.n) sql_bind_text(stmt, sql_param(stmt, "after"), query->after);
    if (query->filter) cql_bind(stmt, query->filter);
    sql_bind_int(stmt, sql_param(stmt, "limit"), query->limit);
    Version version = {.record = record_new(arena, dataset)};
    while ((err = sql_step(stmt)) == ERR_OK) {
        version.record_id = sql_int(stmt, 0);
        version.since_index = sql_int(stmt, 1);
        record_from_row(stmt, 2, NULL, &version.record);
        if (!each(self, &version)) break;
    }
    sql_reset(stmt);
    if (err == ERR_NOT_FOUND) err = ERR_OK;
done:
    arena_free(arena);
    return err;
}

/* ---- sources ---- */

/* One row an organ: those of the definition, the owner, and one more. Organs that a former
 * definition named may still have rows. */
static int sources_room(const Dataset *dataset)
{
    return dataset->sources.count + 3;
}

static Err sources_load(Sql *sql, Arena *arena, const Dataset *dataset, int64_t record_id,
                        int64_t as_of, Sources *out)
{
    int room = sources_room(dataset);
    const DatasetSql *texts = dataset_sql(dataset);
    SqlStmt *stmt = sql_prepare(sql, as_of == AS_OF_NOW ? texts->sources : texts->sources_as_of);
    sql_bind_int(stmt, sql_param(stmt, "id"), record_id);
    if (as_of != AS_OF_NOW) sql_bind_int(stmt, sql_param(stmt, "as_of"), as_of);
    *out = (Sources){arena_array(arena, SourceRow, room), 0};
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK) {
        if (out->count + 1 == room) { /* always room for one more */
            SourceRow *grown = arena_array(arena, SourceRow, room *= 2);
            memcpy(grown, out->rows, sizeof *grown * (size_t)out->count);
            out->rows = grown;
        }
        SourceRow *row = &out->rows[out->count++];
        row->organ = arena_str(arena, sql_text(stmt, 0));
        row->since_index = sql_int(stmt, 1);
        int64_t held = sql_int(stmt, 2);
        row->held = held == HELD || (as_of != AS_OF_NOW && held > as_of);
        row->record = record_new(arena, dataset);
        record_from_row(stmt, 4, arena, &row->record);
    }
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

Err dataset_sources(Sql *sql, Arena *arena, const Dataset *dataset, int64_t record_id,
                    int64_t as_of, Sources *out)
{
    return sources_load(sql, arena, dataset, record_id, as_of, out);
}

Err fusion_sources_load(Sql *sql, Arena *arena, const Dataset *dataset, int64_t record_id,
                        Sources *out)
{
    return sources_load(sql, arena, dataset, record_id, AS_OF_NOW, out);
}

/* ---- history, tickets, times ---- */

Err dataset_history(Sql *sql, Arena *arena, const Dataset *dataset, int64_t record_id, History *out)
{
    SqlStmt *stmt = sql_prepare(sql, dataset_sql(dataset)->history);
    sql_bind_int(stmt, sql_param(stmt, "id"), record_id);
    sql_bind_int(stmt, sql_param(stmt, "limit"), HISTORY_MAX);
    *out = (History){arena_array(arena, Version, HISTORY_MAX),
                     arena_array(arena, int64_t, HISTORY_MAX), 0};
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK) {
        int i = HISTORY_MAX - 1 - out->count++; /* newest comes first; filled from the end */
        Version *version = &out->versions[i];
        version->record_id = sql_int(stmt, 0);
        version->since_index = sql_int(stmt, 1);
        version->record = record_new(arena, dataset);
        record_from_row(stmt, 2, arena, &version->record);
        out->until_index[i] = sql_int(stmt, 2 + dataset->field_count);
    }
    sql_reset(stmt);
    out->versions += HISTORY_MAX - out->count;
    out->until_index += HISTORY_MAX - out->count;
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static const char TICKETS_OF_RECORD[] =
    "SELECT no, record_id, opened_index, opened_us, kind = 'identity', field, organ, value, "
    "shown_organ,"
    " shown_value, coalesce(outcome, ''), coalesce(closed_us, 0) FROM ticket"
    " WHERE dataset = $dataset AND record_id = $id AND opened_index <= $as_of"
    " AND (closed_index IS NULL OR closed_index > $as_of) ORDER BY no LIMIT $limit";

Err dataset_tickets(Sql *sql, Arena *arena, const Dataset *dataset, int64_t record_id,
                    int64_t as_of, Tickets *out)
{
    enum { TICKETS_MAX = 500 };
    SqlStmt *stmt = sql_prepare(sql, TICKETS_OF_RECORD);
    sql_bind_text(stmt, sql_param(stmt, "dataset"), dataset->id);
    sql_bind_int(stmt, sql_param(stmt, "id"), record_id);
    sql_bind_int(stmt, sql_param(stmt, "as_of"), as_of == AS_OF_NOW ? INT64_MAX - 1 : as_of);
    sql_bind_int(stmt, sql_param(stmt, "limit"), TICKETS_MAX);
    *out = (Tickets){arena_array(arena, Ticket, TICKETS_MAX), 0};
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK) {
        out->items[out->count++] = (Ticket){.no = sql_int(stmt, 0),
                                            .record_id = sql_int(stmt, 1),
                                            .opened_index = sql_int(stmt, 2),
                                            .opened_us = sql_int(stmt, 3),
                                            .identity = sql_int(stmt, 4) != 0,
                                            .field = arena_str(arena, sql_text(stmt, 5)),
                                            .organ = arena_str(arena, sql_text(stmt, 6)),
                                            .value = arena_str(arena, sql_text(stmt, 7)),
                                            .shown_organ = arena_str(arena, sql_text(stmt, 8)),
                                            .shown_value = arena_str(arena, sql_text(stmt, 9)),
                                            .outcome = arena_str(arena, sql_text(stmt, 10)),
                                            .closed_us = sql_int(stmt, 11)};
    }
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static const char INDEX_TIME[] = "SELECT time_us FROM journal WHERE idx = $index";

Err dataset_index_time(Sql *sql, int64_t index, int64_t *us)
{
    SqlStmt *stmt = sql_prepare(sql, INDEX_TIME);
    sql_bind_int(stmt, sql_param(stmt, "index"), index);
    Err err = sql_step(stmt);
    if (err == ERR_OK) *us = sql_int(stmt, 0);
    sql_reset(stmt);
    return err;
}
