#include "kernel/web/request_log.h"

static const char FIND[] =
    "SELECT digest, status, answer FROM request WHERE organ = $organ AND request_id = $id";
static const char KEEP[] = "INSERT INTO request (organ, request_id, digest, status, answer, at_us) "
                           "VALUES ($organ, $id, $digest, $status, $answer, $now)";
static const char PURGE[] = "DELETE FROM request WHERE at_us < $before";

Err request_find(Sql *sql, Arena *arena, Str organ, Str request_id, const Digest *digest,
                 RequestAnswer *answer)
{
    SqlStmt *stmt = sql_prepare(sql, FIND);
    sql_bind_text(stmt, sql_param(stmt, "organ"), organ.p ? organ : STR(""));
    sql_bind_text(stmt, sql_param(stmt, "id"), request_id);
    Err err = sql_step(stmt);
    if (err == ERR_OK) {
        bool same =
            str_eq(sql_blob(stmt, 0), (Str){(const char *)digest->bytes, sizeof digest->bytes});
        answer->status = (int)sql_int(stmt, 1);
        answer->text = arena_str(arena, sql_text(stmt, 2));
        if (!same) err = ERR_MISUSED;
    }
    sql_reset(stmt);
    return err;
}

static Err purge(WriteTx *tx)
{
    SqlStmt *stmt = sql_prepare(tx->sql, PURGE);
    sql_bind_int(stmt, sql_param(stmt, "before"),
                 tx->now_us - (int64_t)REQUEST_KEPT_DAYS * 86400 * 1000000);
    return sql_run(stmt);
}

Err request_keep(WriteTx *tx, Str organ, Str request_id, const Digest *digest,
                 const RequestAnswer *answer)
{
    TRY(purge(tx));
    SqlStmt *stmt = sql_prepare(tx->sql, KEEP);
    sql_bind_text(stmt, sql_param(stmt, "organ"), organ.p ? organ : STR(""));
    sql_bind_text(stmt, sql_param(stmt, "id"), request_id);
    sql_bind_blob(stmt, sql_param(stmt, "digest"),
                  (Str){(const char *)digest->bytes, sizeof digest->bytes});
    sql_bind_int(stmt, sql_param(stmt, "status"), answer->status);
    sql_bind_text(stmt, sql_param(stmt, "answer"), answer->text);
    sql_bind_int(stmt, sql_param(stmt, "now"), tx->now_us);
    return sql_run(stmt);
}
