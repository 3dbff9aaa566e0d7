#include "kernel/batch/batch_look.h"

#include "kernel/batch/batch_chunk.h"

bool batch_number_ok(Str number)
{
    if (number.n == 0 || number.n > BATCH_NUMBER_MAX) return false;
    for (size_t i = 0; i < number.n; i++) {
        char c = number.p[i];
        bool ok = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '.' || c == '-' || c == '_';
        if (!ok) return false;
    }
    return true;
}

#define COLUMNS                                                                                    \
    "SELECT b.id, b.dataset, b.organ, b.number, b.state, b.warnings, b.format, b.content,"         \
    " b.started_us, coalesce(b.ended_us, 0), coalesce(b.receipt_index, -1),"                       \
    " coalesce(sum(c.read), 0), coalesce(sum(c.created), 0), coalesce(sum(c.updated), 0),"         \
    " coalesce(sum(c.unchanged), 0), coalesce(sum(c.rejected), 0),"                                \
    " coalesce(sum(c.differences), 0) FROM batch b LEFT JOIN batch_chunk c ON c.batch_id = b.id "

static const char LIST[] = COLUMNS
    "WHERE b.id < $before GROUP BY b.id ORDER BY b.id DESC LIMIT $limit";
static const char LIST_ORGAN[] = COLUMNS "WHERE b.id < $before AND b.organ = $organ GROUP BY b.id "
                                         "ORDER BY b.id DESC LIMIT $limit";
static const char ONE[] = COLUMNS "WHERE b.id = $id GROUP BY b.id";

static void summary_read(SqlStmt *stmt, Arena *arena, BatchSummary *out)
{
    *out = (BatchSummary){.id = sql_int(stmt, 0),
                          .dataset = arena_str(arena, sql_text(stmt, 1)),
                          .organ = arena_str(arena, sql_text(stmt, 2)),
                          .number = arena_str(arena, sql_text(stmt, 3)),
                          .state = arena_str(arena, sql_text(stmt, 4)),
                          .warnings = arena_str(arena, sql_text(stmt, 5)),
                          .csv = str_is(sql_text(stmt, 6), "csv"),
                          .started_us = sql_int(stmt, 8),
                          .ended_us = sql_int(stmt, 9),
                          .receipt_index = sql_int(stmt, 10),
                          .read = sql_int(stmt, 11),
                          .created = sql_int(stmt, 12),
                          .updated = sql_int(stmt, 13),
                          .unchanged = sql_int(stmt, 14),
                          .rejected = sql_int(stmt, 15),
                          .differences = sql_int(stmt, 16)};
    Str content = sql_blob(stmt, 7);
    if (content.n == sizeof out->content.bytes) memcpy(out->content.bytes, content.p, content.n);
}

Err batch_list(Sql *sql, Arena *arena, const BatchQuery *query, BatchSummary *rows, int *count)
{
    SqlStmt *stmt = sql_prepare(sql, query->organ.n ? LIST_ORGAN : LIST);
    sql_bind_int(stmt, sql_param(stmt, "before"), query->before ? query->before : INT64_MAX);
    sql_bind_int(stmt, sql_param(stmt, "limit"), query->limit);
    if (query->organ.n) sql_bind_text(stmt, sql_param(stmt, "organ"), query->organ);
    Err err = ERR_OK;
    *count = 0;
    while (*count < query->limit && (err = sql_step(stmt)) == ERR_OK)
        summary_read(stmt, arena, &rows[(*count)++]);
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

Err batch_summary(Sql *sql, Arena *arena, int64_t batch_id, BatchSummary *out)
{
    SqlStmt *stmt = sql_prepare(sql, ONE);
    sql_bind_int(stmt, sql_param(stmt, "id"), batch_id);
    Err err = sql_step(stmt);
    if (err == ERR_OK) summary_read(stmt, arena, out);
    sql_reset(stmt);
    return err;
}

/* ---- reasons ---- */

static const char REASONS[] =
    "SELECT line, n, key, field, code, zh, en FROM batch_reason WHERE batch_id = $id"
    " AND (line, n) > ($line, $n) AND warning = $warning ORDER BY line, n LIMIT $limit";
static const char WARNINGS[] =
    "SELECT count(*) FROM batch_reason WHERE batch_id = $id AND warning = 1";

Err batch_reasons(Sql *sql, Arena *arena, const BatchReasonQuery *query, BatchReason *rows,
                  int *count)
{
    SqlStmt *stmt = sql_prepare(sql, REASONS);
    sql_bind_int(stmt, sql_param(stmt, "id"), query->batch_id);
    sql_bind_int(stmt, sql_param(stmt, "line"), query->after_line);
    sql_bind_int(stmt, sql_param(stmt, "n"), query->after_line ? query->after_n : -1);
    sql_bind_int(stmt, sql_param(stmt, "warning"), query->warnings);
    sql_bind_int(stmt, sql_param(stmt, "limit"), query->limit);
    Err err = ERR_OK;
    *count = 0;
    while (*count < query->limit && (err = sql_step(stmt)) == ERR_OK) {
        rows[(*count)++] = (BatchReason){
            .line = sql_int(stmt, 0),
            .n = (int)sql_int(stmt, 1),
            .key = arena_str(arena, sql_text(stmt, 2)),
            .field = arena_str(arena, sql_text(stmt, 3)),
            .code = arena_str(arena, sql_text(stmt, 4)),
            .message = arena_str(arena, sql_text(stmt, query->lang == LANG_EN ? 6 : 5))};
    }
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

Err batch_warnings_count(Sql *sql, int64_t batch_id, int64_t *count)
{
    SqlStmt *stmt = sql_prepare(sql, WARNINGS);
    sql_bind_int(stmt, sql_param(stmt, "id"), batch_id);
    Err err = sql_step(stmt);
    *count = err == ERR_OK ? sql_int(stmt, 0) : 0;
    sql_reset(stmt);
    return err;
}

/* ---- proof ---- */

static const char RECEIPT[] =
    "SELECT b.receipt_index, j.time_us, j.entry FROM batch b JOIN journal "
    "j ON j.idx = b.receipt_index WHERE b.id = $id";

Err batch_prove(Sql *sql, int64_t batch_id, BatchProof *out)
{
    Merkle merkle;
    Digest leaf;
    Err err;
    merkle_init(&merkle);
    for (int64_t n = 0; (err = chunk_leaf(sql, batch_id, n, &leaf)) == ERR_OK; n++)
        merkle_add(&merkle, &leaf);
    if (err != ERR_NOT_FOUND) return err;
    *out = (BatchProof){.root = merkle_root(&merkle)};
    Buf hex = buf_new(2 * sizeof out->root.bytes);
    hex_write(&hex, (Str){(const char *)out->root.bytes, sizeof out->root.bytes});
    SqlStmt *stmt = sql_prepare(sql, RECEIPT);
    sql_bind_int(stmt, sql_param(stmt, "id"), batch_id);
    err = sql_step(stmt);
    if (err == ERR_OK) {
        out->index = sql_int(stmt, 0);
        out->time_us = sql_int(stmt, 1);
        out->holds = str_find(sql_text(stmt, 2), buf_str(&hex)) >= 0;
    }
    sql_reset(stmt);
    buf_free(&hex);
    return err;
}
