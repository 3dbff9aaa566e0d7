/*
 * Rows against the journal: every organ's row, in force or superseded, is hashed again with its
 * salt and compared with the root its journal entry carries; every master version is fused again
 * from the rows of its time.
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

/* A text composed from the dataset's names; kept by the connection's cache. */
static Err prepare(const Verify *v, const char *before, const char *middle, const char *after,
                   SqlStmt **stmt)
{
    Buf text = buf_new(256 * 1024);
    Str id = v->dataset->id;
    buf_printf(&text, "%s" STR_FMT "%s" STR_FMT "%s", before, STR_ARG(id), middle, STR_ARG(id),
               after);
    ASSERT(!text.overflow);
    Err err = sql_prepare_text(v->sql, buf_str(&text), stmt);
    buf_free(&text);
    return err;
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

static Err master_compare(const Verify *v, SqlStmt *masters)
{
    int64_t record_id = sql_int(masters, 0), since = sql_int(masters, 1);
    arena_reset(v->arena);
    Record shown = record_new(v->arena, v->dataset);
    record_from_row(masters, 2, NULL, &shown);
    Sources sources;
    TRY(dataset_sources(v->sql, v->arena, v->dataset, record_id, since, &sources));
    Record fused = fusion_master(v->arena, v->dataset, &sources);
    for (int i = 0; i < v->dataset->field_count; i++) {
        if (!value_eq(&shown.values[i], &fused.values[i])) {
            return fault(v, since, "a master record differs from the fusion of its sources",
                         record_id);
        }
    }
    return ERR_OK;
}

static Err masters_verify(const Verify *v)
{
    Buf text = buf_new(256 * 1024);
    Str id = v->dataset->id, columns = dataset_sql(v->dataset)->columns;
    for (int i = 0; i < 2; i++) {
        buf_printf(&text, "%sSELECT record_id, since_index, " STR_FMT " FROM \"" STR_FMT "%s\"",
                   i ? " UNION ALL " : "", STR_ARG(columns), STR_ARG(id), i ? "_history" : "");
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

/* ---- history without gaps: each version ends where the next begins ---- */

static Err history_verify(const Verify *v)
{
    SqlStmt *gap;
    Buf text = buf_new(64 * 1024);
    Str id = v->dataset->id;
    buf_printf(
        &text,
        "SELECT h.until_index, h.record_id FROM \"" STR_FMT
        "_history\" h WHERE NOT EXISTS (SELECT 1 FROM \"" STR_FMT
        "\" m WHERE m.record_id = h.record_id AND m.since_index = h.until_index) AND NOT EXISTS "
        "(SELECT 1 FROM \"" STR_FMT
        "_history\" n WHERE n.record_id = h.record_id AND n.since_index = h.until_index) LIMIT 1",
        STR_ARG(id), STR_ARG(id), STR_ARG(id));
    Err err = sql_prepare_text(v->sql, buf_str(&text), &gap);
    buf_free(&text);
    TRY(err);
    err = sql_step(gap);
    if (err == ERR_OK)
        err = fault(v, sql_int(gap, 0), "a version is missing from history", sql_int(gap, 1));
    sql_reset(gap);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static Err orphans_verify(const Verify *v)
{
    SqlStmt *orphan;
    TRY(prepare(v, "SELECT s.since_index, s.record_id FROM \"",
                "_source\" s WHERE NOT EXISTS (SELECT 1 FROM \"",
                "\" m WHERE m.record_id = s.record_id) LIMIT 1", &orphan));
    Err err = sql_step(orphan);
    if (err == ERR_OK)
        err = fault(v, sql_int(orphan, 0), "a master record is missing", sql_int(orphan, 1));
    sql_reset(orphan);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

Err dataset_verify(Sql *sql, const Dataset *dataset, int64_t *bad, Buf *why)
{
    Verify v = {sql, dataset, arena_new(64 * 1024 * 1024), bad, why};
    Err err = rows_verify(&v);
    if (err == ERR_OK) err = orphans_verify(&v);
    if (err == ERR_OK) err = masters_verify(&v);
    if (err == ERR_OK) err = history_verify(&v);
    arena_free(v.arena);
    return err;
}
