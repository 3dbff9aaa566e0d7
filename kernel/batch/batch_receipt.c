#include "kernel/batch/batch_chunk.h"
#include "lib/text.h"

static const char BATCH_OF[] =
    "SELECT b.dataset, b.organ, b.number, b.state, b.started_us, coalesce(b.ended_us, 0), "
    "hex(b.content), b.warnings,"
    " coalesce(b.receipt_index, -1), coalesce(sum(c.read), 0), coalesce(sum(c.created), 0), "
    "coalesce(sum(c.updated), 0),"
    " coalesce(sum(c.unchanged), 0), coalesce(sum(c.rejected), 0), coalesce(sum(c.differences), "
    "0), b.id"
    " FROM batch b LEFT JOIN batch_chunk c ON c.batch_id = b.id WHERE b.id = $id GROUP BY b.id";
static const char REASONS[] = "SELECT line, key, field, code, zh, en FROM batch_reason WHERE "
                              "batch_id = $id AND warning = $warning"
                              " ORDER BY line, n LIMIT $limit";
static const char FIND[] =
    "SELECT id FROM batch WHERE organ = $organ AND dataset = $dataset AND number = $number";

Err batch_find(Sql *sql, const Dataset *dataset, Str organ, Str number, int64_t *batch_id)
{
    SqlStmt *stmt = sql_prepare(sql, FIND);
    sql_bind_text(stmt, sql_param(stmt, "organ"), organ);
    sql_bind_text(stmt, sql_param(stmt, "dataset"), dataset->id);
    sql_bind_text(stmt, sql_param(stmt, "number"), number);
    Err err = sql_step(stmt);
    if (err == ERR_OK) *batch_id = sql_int(stmt, 0);
    sql_reset(stmt);
    return err;
}

static Err reasons_write(Sql *sql, int64_t batch_id, bool warnings, Lang lang, Json *json)
{
    SqlStmt *stmt = sql_prepare(sql, REASONS);
    sql_bind_int(stmt, sql_param(stmt, "id"), batch_id);
    sql_bind_int(stmt, sql_param(stmt, "warning"), warnings);
    sql_bind_int(stmt, sql_param(stmt, "limit"), BATCH_REASONS_SHOWN_MAX);
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK) {
        json_put_object(json);
        json_put_key_int(json, STR("line"), sql_int(stmt, 0));
        json_put_key_str(json, STR("key"), sql_text(stmt, 1));
        json_put_key_str(json, STR("field"), sql_text(stmt, 2));
        json_put_key_str(json, STR("code"), sql_text(stmt, 3));
        json_put_key_str(json, STR("message"), sql_text(stmt, lang == LANG_ZH ? 4 : 5));
        json_put_object_end(json);
    }
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Remarks on the file as a whole, kept as JSON with both languages. */
static void remarks_write(Str kept, Lang lang, Json *json)
{
    Buf why = buf_new(1024);
    json_t *list = json_read(kept, &why);
    size_t i;
    json_t *item;
    json_array_foreach (list, i, item) {
        json_put_object(json);
        json_put_key_int(json, STR("line"), json_integer_value(json_object_get(item, "line")));
        json_put_key_str(json, STR("key"), STR(""));
        json_put_key_str(json, STR("field"),
                         str_of(json_string_value(json_object_get(item, "field"))));
        json_put_key_str(json, STR("code"),
                         str_of(json_string_value(json_object_get(item, "code"))));
        json_put_key_str(
            json, STR("message"),
            str_of(json_string_value(json_object_get(item, lang == LANG_ZH ? "zh" : "en"))));
        json_put_object_end(json);
    }
    json_decref(list);
    buf_free(&why);
}

static void instant_put(Json *json, Str key, int64_t us)
{
    Buf text = buf_new(64);
    if (us) instant_write(&text, us);
    json_put_key_str(json, key, us ? buf_str(&text) : STR_NONE);
    buf_free(&text);
}

static void counts_write(SqlStmt *stmt, Json *json)
{
    int64_t read = sql_int(stmt, 9), rejected = sql_int(stmt, 13);
    json_put_key_str(json, STR("dataset"), sql_text(stmt, 0));
    json_put_key_str(json, STR("organ"), sql_text(stmt, 1));
    json_put_key_str(json, STR("batch"), sql_text(stmt, 2));
    json_put_key_str(json, STR("state"), sql_text(stmt, 3));
    instant_put(json, STR("started"), sql_int(stmt, 4));
    instant_put(json, STR("ended"), sql_int(stmt, 5));
    json_put_key_str(json, STR("sha256"), sql_text(stmt, 6));
    json_put_key_int(json, STR("journal_index"), sql_int(stmt, 8));
    json_put_key_int(json, STR("id"), sql_int(stmt, 15));
    json_put_key_int(json, STR("read"), read);
    json_put_key_int(json, STR("accepted"), read - rejected);
    json_put_key_int(json, STR("rejected"), rejected);
    json_put_key_int(json, STR("created"), sql_int(stmt, 10));
    json_put_key_int(json, STR("updated"), sql_int(stmt, 11));
    json_put_key_int(json, STR("unchanged"), sql_int(stmt, 12));
    json_put_key_int(json, STR("differences"), sql_int(stmt, 14));
}

Err batch_receipt_write(Sql *sql, int64_t batch_id, Lang lang, Json *json)
{
    SqlStmt *stmt = sql_prepare(sql, BATCH_OF);
    sql_bind_int(stmt, sql_param(stmt, "id"), batch_id);
    Err err = sql_step(stmt);
    if (err != ERR_OK) {
        sql_reset(stmt);
        return err;
    }
    json_put_object(json);
    counts_write(stmt, json);
    json_put_key(json, STR("warnings"));
    json_put_array(json);
    remarks_write(sql_text(stmt, 7), lang, json);
    sql_reset(stmt);
    err = reasons_write(sql, batch_id, true, lang, json);
    json_put_array_end(json);
    json_put_key(json, STR("reasons"));
    json_put_array(json);
    if (err == ERR_OK) err = reasons_write(sql, batch_id, false, lang, json);
    json_put_array_end(json);
    json_put_object_end(json);
    return err;
}

/* ---- refused lines ---- */

static const char HEADING[] = "SELECT heading FROM batch WHERE id = $id";
static const char REJECTS[] =
    "SELECT original FROM batch_reject WHERE batch_id = $id ORDER BY line";

Err batch_rejects_write(Sql *sql, int64_t batch_id, bool (*sink)(void *self, Str bytes), void *self)
{
    SqlStmt *heading = sql_prepare(sql, HEADING);
    sql_bind_int(heading, sql_param(heading, "id"), batch_id);
    Err err = sql_step(heading);
    bool goes_on = err == ERR_OK;
    if (goes_on && sql_text(heading, 0).n)
        goes_on = sink(self, sql_text(heading, 0)) && sink(self, STR("\n"));
    sql_reset(heading);
    TRY(err);
    SqlStmt *rejects = sql_prepare(sql, REJECTS);
    sql_bind_int(rejects, sql_param(rejects, "id"), batch_id);
    while (goes_on && (err = sql_step(rejects)) == ERR_OK) {
        goes_on = sink(self, sql_text(rejects, 0)) && sink(self, STR("\n"));
    }
    sql_reset(rejects);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* ---- proof ---- */

static const char RECEIPTS[] =
    "SELECT id, receipt_index FROM batch WHERE receipt_index IS NOT NULL ORDER BY id";
static const char RECEIPT_LOST[] =
    "SELECT idx FROM journal WHERE action = 'batch.receipt' AND NOT EXISTS"
    " (SELECT 1 FROM batch WHERE receipt_index = idx) ORDER BY idx LIMIT 1";
static const char ENTRY[] = "SELECT entry FROM journal WHERE idx = $index";

static Err receipt_root(Sql *sql, int64_t batch_id, Buf *hex)
{
    Merkle merkle;
    merkle_init(&merkle);
    Err err = ERR_OK;
    Digest leaf;
    for (int64_t n = 0; (err = chunk_leaf(sql, batch_id, n, &leaf)) == ERR_OK; n++)
        merkle_add(&merkle, &leaf);
    if (err != ERR_NOT_FOUND) return err;
    Digest root = merkle_root(&merkle);
    hex_write(hex, (Str){(const char *)root.bytes, sizeof root.bytes});
    return ERR_OK;
}

static Err receipt_verify(Sql *sql, int64_t batch_id, int64_t index, int64_t *bad, Buf *why)
{
    Buf root = buf_new(128);
    Err err = receipt_root(sql, batch_id, &root);
    if (err == ERR_OK) {
        SqlStmt *stmt = sql_prepare(sql, ENTRY);
        sql_bind_int(stmt, sql_param(stmt, "index"), index);
        err = sql_step(stmt);
        bool holds = err == ERR_OK && str_find(sql_text(stmt, 0), buf_str(&root)) >= 0;
        sql_reset(stmt);
        if (!holds && (err == ERR_OK || err == ERR_NOT_FOUND)) {
            *bad = index;
            buf_printf(why, "the receipt of batch %lld differs from journal entry %lld",
                       (long long)batch_id, (long long)index);
            err = ERR_CONFLICT;
        }
    }
    buf_free(&root);
    return err;
}

/* A receipt that was given and is not there any more. */
static Err lost_verify(Sql *sql, int64_t *bad, Buf *why)
{
    SqlStmt *stmt = sql_prepare(sql, RECEIPT_LOST);
    Err err = sql_step(stmt);
    if (err == ERR_OK) {
        *bad = sql_int(stmt, 0);
        buf_printf(why, "the batch of journal entry %lld is missing", (long long)*bad);
        err = ERR_CONFLICT;
    }
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

Err batch_verify(Sql *sql, int64_t *bad, Buf *why)
{
    SqlStmt *stmt = sql_prepare(sql, RECEIPTS);
    Err err = ERR_OK, step;
    while (err == ERR_OK && (step = sql_step(stmt)) == ERR_OK) {
        err = receipt_verify(sql, sql_int(stmt, 0), sql_int(stmt, 1), bad, why);
    }
    if (err == ERR_OK && step != ERR_NOT_FOUND) err = step;
    sql_reset(stmt);
    return err == ERR_OK ? lost_verify(sql, bad, why) : err;
}
