#include "kernel/journal/journal_inside.h"

typedef struct Check {
    Sql *sql;
    Journal journal; /* recomputed */
    Buf prefix;
    int64_t *bad;
    Buf *why;
} Check;

static Err fault(Check *check, int64_t bad, const char *what)
{
    *check->bad = bad;
    buf_printf(check->why, "journal entry %lld: %s", (long long)bad, what);
    return ERR_CONFLICT;
}

enum {
    COLUMN_IDX,
    COLUMN_TIME,
    COLUMN_DATASET,
    COLUMN_ACTION,
    COLUMN_ORGAN,
    COLUMN_REQUEST,
    COLUMN_ROOT,
    COLUMN_ENTRY
};

static const char ROWS[] = "SELECT idx, time_us, dataset, action, organ, request_id, root, entry "
                           "FROM journal ORDER BY idx";

static bool columns_repeat_entry(Check *check, SqlStmt *row)
{
    JournalEntry entry = {
        .dataset = sql_text(row, COLUMN_DATASET),
        .action = sql_text(row, COLUMN_ACTION),
        .organ = sql_text(row, COLUMN_ORGAN),
        .request_id = sql_text(row, COLUMN_REQUEST),
    };
    buf_clear(&check->prefix);
    journal_prefix_write(&check->prefix, sql_int(row, COLUMN_TIME), &entry);
    return !check->prefix.overflow &&
           str_starts(sql_text(row, COLUMN_ENTRY), buf_str(&check->prefix));
}

static Err row_check(Check *check, SqlStmt *row)
{
    Journal *journal = &check->journal;
    int64_t index = journal->size, time_us = sql_int(row, COLUMN_TIME);
    if (sql_int(row, COLUMN_IDX) != index) return fault(check, index, "is missing");
    Str entry = sql_text(row, COLUMN_ENTRY), stored = sql_blob(row, COLUMN_ROOT);
    Digest leaf = merkle_leaf(entry);
    journal_push(journal, &leaf);
    Digest root = journal_root(journal);
    if (stored.n != sizeof root.bytes || memcmp(stored.p, root.bytes, sizeof root.bytes) != 0) {
        return fault(check, index, "was changed, or the root beside it was");
    }
    if (entry.n > JOURNAL_ENTRY_MAX) return fault(check, index, "is too long");
    if (time_us < journal->time_us) return fault(check, index, "is older than the entry before");
    journal->time_us = time_us;
    if (!columns_repeat_entry(check, row))
        return fault(check, index, "differs from the columns beside it");
    return ERR_OK;
}

static Err tile_check(Check *check, int level, int64_t n)
{
    Digest expected[JOURNAL_TILE], stored[JOURNAL_TILE];
    char what[96];
    Err err = journal_tile_make(&check->journal, check->sql, level, n, expected);
    if (err == ERR_OK) err = journal_tile_read(check->sql, level, n, stored);
    if (err == ERR_NOT_FOUND) {
        snprintf(what, sizeof what, "tile %lld of level %d over it is missing", (long long)n,
                 level);
        return fault(check, n << (8 * (level + 1)), what);
    }
    TRY(err);
    for (int i = 0; i < JOURNAL_TILE; i++) {
        if (digest_eq(&expected[i], &stored[i])) continue;
        snprintf(what, sizeof what, "tile %lld of level %d has another hash of it", (long long)n,
                 level);
        return fault(check, (n * JOURNAL_TILE + i) << (8 * level), what);
    }
    return ERR_OK;
}

static Err rows_check(Check *check)
{
    SqlStmt *row = sql_prepare(check->sql, ROWS);
    Err err;
    while ((err = sql_step(row)) == ERR_OK) {
        err = row_check(check, row);
        int64_t n;
        for (int level = 0; err == ERR_OK && journal_tile_complete(&check->journal, level, &n);
             level++) {
            err = tile_check(check, level, n);
        }
        if (err != ERR_OK) break;
    }
    sql_reset(row);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Tiles that stand for entries that are not there. */
static Err surplus_check(Check *check)
{
    SqlStmt *get = sql_prepare(
        check->sql, "SELECT level, n FROM journal_tile WHERE level = $level AND n >= $n LIMIT 1");
    for (int level = 0; level < JOURNAL_LEVELS - 1; level++) {
        sql_bind_int(get, sql_param(get, "level"), level);
        sql_bind_int(get, sql_param(get, "n"), check->journal.size >> (8 * (level + 1)));
        Err err = sql_step(get);
        sql_reset(get);
        if (err == ERR_OK)
            return fault(check, check->journal.size, "is missing: a tile has its hash");
        if (err != ERR_NOT_FOUND) return err;
    }
    return ERR_OK;
}

static Err head_check(Check *check)
{
    const Journal *journal = &check->journal;
    int64_t size = 0;
    Digest root = sha256(STR_NONE), found = journal_root(journal);
    Err err = journal_head_read(check->sql, &size, &root);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    if (size > journal->size) return fault(check, journal->size, "is missing: the head counts it");
    if (size < journal->size) return fault(check, size, "is not counted by the head");
    if (digest_eq(&found, &root)) return ERR_OK;
    int64_t unvouched = journal->size & ~(int64_t)(JOURNAL_TILE - 1);
    return fault(check, unvouched,
                 "the head's root is another than that of the entries; "
                 "from here on no tile tells which is right");
}

Err journal_verify(Sql *sql, int64_t *bad, Buf *why)
{
    *bad = -1;
    bool own = !sql_in_transaction(sql);
    if (own) TRY(sql_begin(sql));
    Check *check = mem_alloc(sizeof *check);
    *check = (Check){.sql = sql, .prefix = buf_new(JOURNAL_ENTRY_MAX + 1), .bad = bad, .why = why};
    check->journal.time_us = INT64_MIN;
    Err err = rows_check(check);
    if (err == ERR_OK) err = surplus_check(check);
    if (err == ERR_OK) err = head_check(check);
    buf_free(&check->prefix);
    mem_free(check);
    if (own) sql_rollback(sql);
    return err;
}
