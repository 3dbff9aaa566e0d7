/*
 * Rows against the journal: every organ's row, in force or superseded, is hashed again with its
 * salt and compared with the root its journal entry carries; versions follow one another without a
 * gap; every master version is fused again from the rows of its time.
 */
#include "kernel/dataset/fusion.h"

typedef struct Verify {
    Sql *sql;
    const Dataset *dataset;
    Arena *arena;
    int64_t *bad;
    Buf *why;
} Verify;

static Err fault(const Verify *v, int64_t index, const char *what, int64_t record_id)
{
    *v->bad = index;
    buf_printf(v->why, STR_FMT ": %s", STR_ARG(v->dataset->id), what);
    if (record_id) buf_printf(v->why, " (record %lld)", (long long)record_id);
    return ERR_CONFLICT;
}

/* ---- rows of organs ---- */

static Err rows_prepare(const Verify *v, SqlStmt **stmt)
{
    Buf text = buf_new(256 * 1024);
    Str id = v->dataset->id, columns = dataset_sql(v->dataset)->columns;
    for (int i = 0; i < 2; i++) {
        buf_printf(&text,
                   "%sSELECT since_index, record_id, source_organ, salt, " STR_FMT
                   " FROM \"" STR_FMT "%s\"",
                   i ? " UNION ALL " : "", STR_ARG(columns), STR_ARG(id),
                   i ? "_source_history" : "_source");
    }
    buf_lit(&text, " ORDER BY 1, 2");
    ASSERT(!text.overflow);
    Err err = sql_prepare_text(v->sql, buf_str(&text), stmt);
    buf_free(&text);
    return err;
}

static const char ENTRIES[] = "SELECT idx, entry FROM journal WHERE dataset = $dataset AND action "
                              "IN ('contribute', 'batch.chunk') ORDER BY idx";

/* The root over all rows of one entry; `row` stands on the first of them or further on. */
static Err entry_root(const Verify *v, SqlStmt *rows, Err *row, int64_t index, Digest *root)
{
    Merkle merkle;
    merkle_init(&merkle);
    while (*row == ERR_OK && sql_int(rows, 0) == index) {
        arena_reset(v->arena);
        Record record = record_new(v->arena, v->dataset);
        record_from_row(rows, 4, NULL, &record);
        Digest leaf = contribution_leaf(v->dataset, sql_int(rows, 1), sql_text(rows, 2),
                                        sql_blob(rows, 3), &record);
        merkle_add(&merkle, &leaf);
        *row = sql_step(rows);
    }
    *root = merkle_root(&merkle);
    return *row == ERR_OK || *row == ERR_NOT_FOUND ? ERR_OK : *row;
}

static Err entries_compare(const Verify *v, SqlStmt *rows, SqlStmt *entries)
{
    Err row = sql_step(rows), entry;
    while ((entry = sql_step(entries)) == ERR_OK) {
        int64_t index = sql_int(entries, 0);
        if (row == ERR_OK && sql_int(rows, 0) < index) break;
        Digest root;
        TRY(entry_root(v, rows, &row, index, &root));
        Buf hex = buf_new(128);
        hex_write(&hex, (Str){(const char *)root.bytes, sizeof root.bytes});
        bool holds = str_find(sql_text(entries, 1), buf_str(&hex)) >= 0;
        buf_free(&hex);
        if (!holds)
            return fault(v, index, "the stored rows differ from what the journal entry commits to",
                         0);
    }
    if (row == ERR_OK)
        return fault(v, sql_int(rows, 0), "a row without its journal entry", sql_int(rows, 1));
    if (row != ERR_NOT_FOUND) return row;
    return entry == ERR_NOT_FOUND ? ERR_OK : entry;
}

static Err rows_verify(const Verify *v)
{
    SqlStmt *rows = NULL;
    TRY(rows_prepare(v, &rows));
    SqlStmt *entries = sql_prepare(v->sql, ENTRIES);
    sql_bind_text(entries, sql_param(entries, "dataset"), v->dataset->id);
    Err err = entries_compare(v, rows, entries);
    sql_reset(entries);
    sql_reset(rows);
    return err;
}

/* ---- master records ---- */

static Err master_compare_at(const Verify *v, const Version *master, int64_t as_of, bool *newer)
{
    Sources sources;
    *newer = false;
    TRY(dataset_sources(v->sql, v->arena, v->dataset, master->record_id, as_of, &sources));
    Record fused = fusion_master(v->arena, v->dataset, &sources);
    for (int i = 0; i < sources.count; i++)
        *newer |= sources.rows[i].since_index > master->since_index;
    for (int i = 0; i < v->dataset->field_count; i++) {
        if (!value_eq(&master->record.values[i], &fused.values[i])) {
            return fault(v, master->since_index,
                         "a master record differs from the fusion of its sources",
                         master->record_id);
        }
    }
    return ERR_OK;
}

/* At the end of its time, and at its beginning where sources came in between. */
static Err master_compare(const Verify *v, SqlStmt *masters)
{
    Version master = {sql_int(masters, 0), sql_int(masters, 1), {0}};
    int64_t until = sql_int(masters, 2);
    bool newer;
    arena_reset(v->arena);
    master.record = record_new(v->arena, v->dataset);
    record_from_row(masters, 3, NULL, &master.record);
    TRY(master_compare_at(v, &master, until == INT64_MAX ? AS_OF_NOW : until - 1, &newer));
    return newer ? master_compare_at(v, &master, master.since_index, &newer) : ERR_OK;
}

static Err masters_verify(const Verify *v)
{
    Buf text = buf_new(256 * 1024);
    Str id = v->dataset->id, columns = dataset_sql(v->dataset)->columns;
    for (int i = 0; i < 2; i++) {
        buf_printf(&text, "%sSELECT record_id, since_index, %s, " STR_FMT " FROM \"" STR_FMT "%s\"",
                   i ? " UNION ALL " : "", i ? "until_index" : "9223372036854775807",
                   STR_ARG(columns), STR_ARG(id), i ? "_history" : "");
    }
    SqlStmt *masters;
    Err err = sql_prepare_text(v->sql, buf_str(&text), &masters), step = ERR_OK;
    buf_free(&text);
    TRY(err);
    while (err == ERR_OK && (step = sql_step(masters)) == ERR_OK) err = master_compare(v, masters);
    sql_reset(masters);
    if (err != ERR_OK) return err;
    return step == ERR_NOT_FOUND ? ERR_OK : step;
}

/* ---- versions without gaps: each ends where the next begins, the last has no end ---- */

/* suffix "" for masters, "_source" for the rows of organs; `of` names whose versions they are. */
static Err chain_verify(const Verify *v, const char *suffix, const char *of)
{
    SqlStmt *gap;
    Buf text = buf_new(64 * 1024);
    Str id = v->dataset->id;
    buf_printf(&text,
               "SELECT since_index, record_id FROM (SELECT since_index, record_id, until_index,"
               " lead(since_index, 1, 9223372036854775807) OVER (PARTITION BY %s ORDER BY"
               " since_index) AS next FROM (SELECT %s, since_index, 9223372036854775807 AS"
               " until_index FROM \"" STR_FMT "%s\" UNION ALL SELECT %s, since_index, until_index"
               " FROM \"" STR_FMT "%s_history\")) WHERE until_index <> next OR since_index >= next"
               " LIMIT 1",
               of, of, STR_ARG(id), suffix, of, STR_ARG(id), suffix);
    ASSERT(!text.overflow);
    Err err = sql_prepare_text(v->sql, buf_str(&text), &gap);
    buf_free(&text);
    TRY(err);
    err = sql_step(gap);
    if (err == ERR_OK) {
        err = fault(v, sql_int(gap, 0), "versions do not follow one another without a gap",
                    sql_int(gap, 1));
    }
    sql_reset(gap);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* A record begins with the first row of an organ. */
static Err beginnings_verify(const Verify *v)
{
    SqlStmt *stmt;
    Buf text = buf_new(64 * 1024);
    Str id = v->dataset->id;
    buf_printf(&text,
               "SELECT s.since, s.record_id FROM (SELECT record_id, min(since_index) AS since FROM"
               " (SELECT record_id, since_index FROM \"" STR_FMT
               "_source\" UNION ALL SELECT record_id, since_index FROM \"" STR_FMT
               "_source_history\") GROUP BY record_id) AS s WHERE s.since IS NOT (SELECT"
               " min(m.since_index) FROM (SELECT record_id, since_index FROM \"" STR_FMT
               "\" UNION ALL SELECT record_id, since_index FROM \"" STR_FMT
               "_history\") AS m WHERE m.record_id = s.record_id) LIMIT 1",
               STR_ARG(id), STR_ARG(id), STR_ARG(id), STR_ARG(id));
    ASSERT(!text.overflow);
    Err err = sql_prepare_text(v->sql, buf_str(&text), &stmt);
    buf_free(&text);
    TRY(err);
    err = sql_step(stmt);
    if (err == ERR_OK) {
        err = fault(v, sql_int(stmt, 0), "a master record or its first version is missing",
                    sql_int(stmt, 1));
    }
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

Err dataset_verify(Sql *sql, const Dataset *dataset, int64_t *bad, Buf *why)
{
    Verify v = {sql, dataset, arena_new(64 * 1024 * 1024), bad, why};
    Err err = rows_verify(&v);
    if (err == ERR_OK) err = chain_verify(&v, "_source", "record_id, source_organ");
    if (err == ERR_OK) err = chain_verify(&v, "", "record_id");
    if (err == ERR_OK) err = beginnings_verify(&v);
    if (err == ERR_OK) err = masters_verify(&v);
    arena_free(v.arena);
    return err;
}
