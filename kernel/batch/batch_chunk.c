#include "kernel/batch/batch_chunk.h"

#include <stdlib.h>

static const Text TEXT_DUPLICATE = {"与第 {0} 行的主键相同，内容不同",
                                    "has the same key as line {0} with other content"};

/* ---- filling ---- */

static void *list_room(Arena *arena, void *items, int count, int *room, size_t size)
{
    if (count < *room) return items;
    int grown = *room ? *room * 2 : 64;
    void *copy = arena_alloc(arena, (size_t)grown * size);
    if (count) memcpy(copy, items, (size_t)count * size);
    *room = grown;
    return copy;
}

#define LIST_ADD(chunk, list)                                                                      \
    ((chunk)->list.items = list_room((chunk)->arena, (chunk)->list.items, (chunk)->list.count,     \
                                     &(chunk)->list.room, sizeof *(chunk)->list.items),            \
     &(chunk)->list.items[(chunk)->list.count++])

void chunk_reset(Chunk *chunk)
{
    Chunk clean = {.arena = chunk->arena,
                   .scratch = chunk->scratch,
                   .input = chunk->input,
                   .batch_id = chunk->batch_id,
                   .n = chunk->n};
    *chunk = clean;
    arena_reset(chunk->arena);
}

void chunk_reason_add(Chunk *chunk, ChunkReason reason)
{
    reason.order = chunk->reasons.count;
    *LIST_ADD(chunk, reasons) = reason;
}

void chunk_reject_add(Chunk *chunk, int64_t line, Str original)
{
    *LIST_ADD(chunk, rejects) = (ChunkReject){line, original};
}

ChunkRow *chunk_row_add(Chunk *chunk)
{
    return LIST_ADD(chunk, rows);
}

/* ---- storing, on the writer ---- */

/* In order of key (then line): neighbours in the index are written together. */
static int row_order(const void *a, const void *b)
{
    const ChunkRow *x = a, *y = b;
    int key = x->record.dataset->key;
    int order = str_cmp(x->record.values[key].text, y->record.values[key].text);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

static void row_refuse(Chunk *chunk, const ChunkRow *row)
{
    char line[24];
    int n = snprintf(line, sizeof line, "%lld", (long long)row->earlier_line);
    Issue issue = {.field = -1,
                   .code = ISSUE_DUPLICATE,
                   .text = &TEXT_DUPLICATE,
                   .arg = {{line, (size_t)n}, STR_NONE}};
    Buf zh = buf_new(1024), en = buf_new(1024);
    issue_write_text(&zh, &issue, LANG_ZH);
    issue_write_text(&en, &issue, LANG_EN);
    chunk_reason_add(
        chunk, (ChunkReason){.line = row->line,
                             .key = row->record.values[row->record.dataset->key].text,
                             .field = row->record.dataset->fields[row->record.dataset->key].id,
                             .code = ISSUE_DUPLICATE,
                             .zh = arena_str(chunk->arena, buf_str(&zh)),
                             .en = arena_str(chunk->arena, buf_str(&en))});
    chunk_reject_add(chunk, row->line, row->raw);
    chunk->rejected++;
    buf_free(&zh);
    buf_free(&en);
}

static Err row_store(WriteTx *tx, Chunk *chunk, const ChunkRow *row, ContributionLeaf *leaves,
                     size_t *leaf_count)
{
    Contribution c = {.record = &row->record, .given = row->given, .organ = chunk->input->organ};
    arena_reset(chunk->scratch);
    if (row->earlier_line) {
        bool same;
        TRY(dataset_said_before(tx, chunk->scratch, &c, &same));
        if (!same) {
            row_refuse(chunk, row);
            return ERR_OK;
        }
        arena_reset(chunk->scratch);
    }
    TRY(dataset_contribute(tx, chunk->scratch, &c));
    chunk->created += c.result == CONTRIBUTE_CREATED;
    chunk->updated += c.result == CONTRIBUTE_UPDATED;
    chunk->unchanged += c.result == CONTRIBUTE_UNCHANGED;
    chunk->differences += c.differences;
    if (c.leaf_made) leaves[(*leaf_count)++] = (ContributionLeaf){c.record_id, c.leaf};
    return ERR_OK;
}

static const char REASON_ADD[] =
    "INSERT INTO batch_reason (batch_id, line, n, warning, key, field, code, zh, en)"
    " VALUES ($batch, $line, $n, $warning, $key, $field, $code, $zh, $en)";
static const char REJECT_ADD[] =
    "INSERT INTO batch_reject (batch_id, line, original) VALUES ($batch, $line, $original)";
static const char CHUNK_ADD[] = "INSERT INTO batch_chunk (batch_id, n, first_line, last_line, "
                                "read, created, updated, unchanged, rejected,"
                                " differences, journal_index, salt) VALUES ($batch, $n, $first, "
                                "$last, $read, $created, $updated, $unchanged,"
                                " $rejected, $differences, $index, $salt)";

static Err reasons_store(Sql *sql, const Chunk *chunk)
{
    SqlStmt *add = sql_prepare(sql, REASON_ADD);
    int n = 0;
    for (int i = 0; i < chunk->reasons.count; i++) {
        const ChunkReason *reason = &chunk->reasons.items[i];
        n = i > 0 && reason->line == reason[-1].line ? n + 1 : 0;
        sql_bind_int(add, sql_param(add, "batch"), chunk->batch_id);
        sql_bind_int(add, sql_param(add, "line"), reason->line);
        sql_bind_int(add, sql_param(add, "n"), n);
        sql_bind_int(add, sql_param(add, "warning"), reason->warning);
        sql_bind_text(add, sql_param(add, "key"), reason->key);
        sql_bind_text(add, sql_param(add, "field"), reason->field);
        sql_bind_text(add, sql_param(add, "code"), str_of(issue_code_name(reason->code)));
        sql_bind_text(add, sql_param(add, "zh"), reason->zh);
        sql_bind_text(add, sql_param(add, "en"), reason->en);
        TRY(sql_run(add));
    }
    return ERR_OK;
}

static int reason_order(const void *a, const void *b)
{
    const ChunkReason *x = a, *y = b;
    if (x->line != y->line) return x->line < y->line ? -1 : 1;
    return x->order - y->order;
}

static Err rejects_store(Sql *sql, const Chunk *chunk)
{
    SqlStmt *add = sql_prepare(sql, REJECT_ADD);
    for (int i = 0; i < chunk->rejects.count; i++) {
        sql_bind_int(add, sql_param(add, "batch"), chunk->batch_id);
        sql_bind_int(add, sql_param(add, "line"), chunk->rejects.items[i].line);
        sql_bind_text(add, sql_param(add, "original"), chunk->rejects.items[i].original);
        TRY(sql_run(add));
    }
    return ERR_OK;
}

static Err counts_store(WriteTx *tx, const Chunk *chunk)
{
    char salt[16];
    env_random(store_env(tx->store), salt, sizeof salt);
    SqlStmt *add = sql_prepare(tx->sql, CHUNK_ADD);
    sql_bind_blob(add, sql_param(add, "salt"), (Str){salt, sizeof salt});
    sql_bind_int(add, sql_param(add, "batch"), chunk->batch_id);
    sql_bind_int(add, sql_param(add, "n"), chunk->n);
    sql_bind_int(add, sql_param(add, "first"), chunk->first_line);
    sql_bind_int(add, sql_param(add, "last"), chunk->last_line);
    sql_bind_int(add, sql_param(add, "read"), chunk->read);
    sql_bind_int(add, sql_param(add, "created"), chunk->created);
    sql_bind_int(add, sql_param(add, "updated"), chunk->updated);
    sql_bind_int(add, sql_param(add, "unchanged"), chunk->unchanged);
    sql_bind_int(add, sql_param(add, "rejected"), chunk->rejected);
    sql_bind_int(add, sql_param(add, "differences"), chunk->differences);
    sql_bind_int(add, sql_param(add, "index"), tx->journal->size);
    return sql_run(add);
}

Err chunk_store(WriteTx *tx, void *arg)
{
    Chunk *chunk = arg;
    ContributionLeaf *leaves =
        arena_array(chunk->arena, ContributionLeaf, MAX(chunk->rows.count, 1));
    size_t leaf_count = 0;
    if (chunk->rows.count > 1)
        qsort(chunk->rows.items, (size_t)chunk->rows.count, sizeof *chunk->rows.items, row_order);
    for (int i = 0; i < chunk->rows.count; i++) {
        TRY(row_store(tx, chunk, &chunk->rows.items[i], leaves, &leaf_count));
    }
    if (chunk->reasons.count > 1) {
        qsort(chunk->reasons.items, (size_t)chunk->reasons.count, sizeof *chunk->reasons.items,
              reason_order);
    }
    TRY(reasons_store(tx->sql, chunk));
    TRY(rejects_store(tx->sql, chunk));
    TRY(counts_store(tx, chunk));
    JournalEntry entry = {.action = STR("batch.chunk"),
                          .actor = chunk->input->subject.name,
                          .organ = chunk->input->organ,
                          .purpose = chunk->input->purpose,
                          .request_id = chunk->input->number,
                          .dataset = chunk->input->dataset->id,
                          .count = (int64_t)leaf_count,
                          .has_root = true,
                          .root = contribution_root(leaves, leaf_count)};
    int64_t index;
    return journal_append(tx->journal, tx->sql, tx->now_us, &entry, &index);
}

/* ---- what the receipt commits to ---- */

static const char CHUNK_OF[] = "SELECT first_line, last_line, read, created, updated, unchanged, "
                               "rejected, differences, journal_index, salt"
                               " FROM batch_chunk WHERE batch_id = $batch AND n = $n";
static const char REASONS_OF[] = "SELECT line, n, warning, key, field, code FROM batch_reason "
                                 "WHERE batch_id = $batch AND line >= $first"
                                 " AND line <= $last ORDER BY line, n";
static const char REJECTS_OF[] = "SELECT line, original FROM batch_reject WHERE batch_id = $batch"
                                 " AND line >= $first AND line <= $last ORDER BY line";

/* Digest of the rows of a chunk; of each, `columns` texts with their lengths. */
static Err rows_hash(Sql *sql, const char *query, int columns, int64_t batch_id, int64_t first,
                     int64_t last, Digest *out)
{
    SqlStmt *stmt = sql_prepare(sql, query);
    sql_bind_int(stmt, sql_param(stmt, "batch"), batch_id);
    sql_bind_int(stmt, sql_param(stmt, "first"), first);
    sql_bind_int(stmt, sql_param(stmt, "last"), last);
    HashStream *hash = hash_stream_new();
    Buf line = buf_new(2 * RECORD_BYTES_MAX);
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK) {
        buf_clear(&line);
        for (int i = 0; i < columns; i++) {
            Str text = sql_text(stmt, i);
            buf_int(&line, (int64_t)text.n);
            buf_byte(&line, '\t');
            buf_add(&line, text);
        }
        buf_byte(&line, '\n');
        ASSERT(!line.overflow);
        hash_stream_add(hash, buf_str(&line));
    }
    sql_reset(stmt);
    buf_free(&line);
    *out = hash_stream_end(hash);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

Err chunk_leaf(Sql *sql, int64_t batch_id, int64_t n, Digest *leaf)
{
    SqlStmt *stmt = sql_prepare(sql, CHUNK_OF);
    sql_bind_int(stmt, sql_param(stmt, "batch"), batch_id);
    sql_bind_int(stmt, sql_param(stmt, "n"), n);
    Err err = sql_step(stmt);
    Buf text = buf_new(1024);
    int64_t first = 0, last = 0;
    if (err == ERR_OK) {
        first = sql_int(stmt, 0);
        last = sql_int(stmt, 1);
        hex_write(&text, sql_blob(stmt, 9));
        for (int i = 0; i < 9; i++) buf_printf(&text, "\t%lld", (long long)sql_int(stmt, i));
    }
    sql_reset(stmt);
    Digest rows[2];
    if (err == ERR_OK) err = rows_hash(sql, REASONS_OF, 6, batch_id, first, last, &rows[0]);
    if (err == ERR_OK) err = rows_hash(sql, REJECTS_OF, 2, batch_id, first, last, &rows[1]);
    if (err == ERR_OK) {
        hex_write(&text, (Str){(const char *)rows[0].bytes, sizeof rows[0].bytes});
        hex_write(&text, (Str){(const char *)rows[1].bytes, sizeof rows[1].bytes});
        *leaf = merkle_leaf(buf_str(&text));
    }
    buf_free(&text);
    return err;
}
