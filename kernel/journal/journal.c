#include "kernel/journal/journal_inside.h"

#include <time.h>

/* ---- the line of an entry ---- */

static void time_write(Buf *out, int64_t time_us)
{
    int64_t seconds = time_us / 1000000, micros = time_us % 1000000;
    if (micros < 0) seconds--, micros += 1000000;
    time_t at = (time_t)seconds;
    struct tm utc;
    ASSERT(gmtime_r(&at, &utc) != NULL);
    buf_printf(out, "\"%04d-%02d-%02dT%02d:%02d:%02d.%06dZ\"", utc.tm_year + 1900, utc.tm_mon + 1,
               utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, (int)micros);
}

/* RFC 8785 §3.2.2.2. Of its own, because these bytes may never change; JSON of pages may. */
static void text_write(Buf *out, Str s)
{
    static const char SHORT[32] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    buf_byte(out, '"');
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        buf_add(out, str_slice(s, from, i));
        from = i + 1;
        if (c < 0x20 && SHORT[c] == 0) {
            buf_printf(out, "\\u%04x", c);
        } else {
            buf_byte(out, '\\');
            buf_byte(out, c < 0x20 ? SHORT[c] : (char)c);
        }
    }
    buf_add(out, str_slice(s, from, s.n));
    buf_byte(out, '"');
}

static void member_write(Buf *out, Str key, Str value)
{
    if (value.n == 0) return;
    buf_add(out, key);
    text_write(out, value);
}

void journal_prefix_write(Buf *out, int64_t time_us, const JournalEntry *entry)
{
    buf_lit(out, "{\"time\":");
    time_write(out, time_us);
    member_write(out, STR(",\"action\":"), entry->action);
    member_write(out, STR(",\"dataset\":"), entry->dataset);
    member_write(out, STR(",\"organ\":"), entry->organ);
    member_write(out, STR(",\"request_id\":"), entry->request_id);
    buf_lit(out, ",\"actor\":");
}

void journal_entry_write(Buf *out, int64_t time_us, const JournalEntry *entry)
{
    journal_prefix_write(out, time_us, entry);
    text_write(out, entry->actor);
    member_write(out, STR(",\"purpose\":"), entry->purpose);
    if (entry->count) {
        buf_lit(out, ",\"count\":");
        buf_int(out, entry->count);
    }
    if (entry->has_root) {
        buf_lit(out, ",\"root\":\"");
        hex_write(out, (Str){(const char *)entry->root.bytes, sizeof entry->root.bytes});
        buf_byte(out, '"');
    }
    member_write(out, STR(",\"note\":"), entry->note);
    buf_byte(out, '}');
}

/* ---- tiles ---- */

void journal_push(Journal *journal, const Digest *leaf)
{
    journal->tail[journal->size % JOURNAL_TILE] = *leaf;
    merkle_edge_push(journal->edge, &journal->edge_count, journal->size, *leaf);
    journal->size++;
}

Err journal_tile_read(Sql *sql, int level, int64_t n, Digest hashes[JOURNAL_TILE])
{
    SqlStmt *get =
        sql_prepare(sql, "SELECT hashes FROM journal_tile WHERE level = $level AND n = $n");
    sql_bind_int(get, sql_param(get, "level"), level);
    sql_bind_int(get, sql_param(get, "n"), n);
    Err err = sql_step(get);
    if (err == ERR_OK) {
        Str blob = sql_blob(get, 0);
        size_t size = sizeof(Digest) * JOURNAL_TILE;
        if (blob.n == size)
            memcpy(hashes, blob.p, size);
        else
            err = ERR_NOT_FOUND;
    }
    sql_reset(get);
    return err;
}

static Err tile_write(Sql *sql, int level, int64_t n, const Digest hashes[JOURNAL_TILE])
{
    SqlStmt *put = sql_prepare(
        sql, "INSERT INTO journal_tile (level, n, hashes) VALUES ($level, $n, $hashes)");
    sql_bind_int(put, sql_param(put, "level"), level);
    sql_bind_int(put, sql_param(put, "n"), n);
    sql_bind_blob(put, sql_param(put, "hashes"),
                  (Str){(const char *)hashes, sizeof(Digest) * JOURNAL_TILE});
    return sql_run(put);
}

bool journal_tile_complete(const Journal *journal, int level, int64_t *n)
{
    int shift = 8 * (level + 1);
    if (shift > 56 || journal->size & ((INT64_C(1) << shift) - 1)) return false;
    *n = (journal->size >> shift) - 1;
    return true;
}

Err journal_tile_make(const Journal *journal, Sql *sql, int level, int64_t n,
                      Digest hashes[JOURNAL_TILE])
{
    if (level == 0) {
        memcpy(hashes, journal->tail, sizeof journal->tail);
        return ERR_OK;
    }
    Digest below[JOURNAL_TILE];
    for (int i = 0; i < JOURNAL_TILE; i++) {
        TRY(journal_tile_read(sql, level - 1, n * JOURNAL_TILE + i, below));
        hashes[i] = merkle_tile_root(below);
    }
    return ERR_OK;
}

static Err tiles_write(const Journal *journal, Sql *sql)
{
    int64_t n;
    for (int level = 0; journal_tile_complete(journal, level, &n); level++) {
        Digest hashes[JOURNAL_TILE];
        Err err = journal_tile_make(journal, sql, level, n, hashes);
        if (err == ERR_NOT_FOUND)
            return ERR_INTERNAL; /* a tile below is gone: the store was altered */
        TRY(err);
        TRY(tile_write(sql, level, n, hashes));
    }
    return ERR_OK;
}

/* ---- appending ---- */

static Str or_none(Str s)
{
    return s.n ? s : STR_NONE;
}

Err journal_append(Journal *journal, Sql *sql, int64_t now_us, const JournalEntry *entry,
                   int64_t *index)
{
    ASSERT(entry->action.n > 0);
    int64_t time_us = MAX(now_us, journal->time_us);
    Buf line = buf_new(JOURNAL_ENTRY_MAX + 1); /* room for the terminator of buf_printf */
    journal_entry_write(&line, time_us, entry);
    if (line.overflow || line.n > JOURNAL_ENTRY_MAX) {
        buf_free(&line);
        return ERR_TOO_LARGE;
    }
    Digest leaf = merkle_leaf(buf_str(&line));
    *index = journal->size;
    journal_push(journal, &leaf);
    journal->time_us = time_us;
    Digest root = journal_root(journal);

    SqlStmt *put = sql_prepare(
        sql, "INSERT INTO journal (idx, time_us, dataset, action, organ, request_id, root,"
             " entry) VALUES ($idx, $time, $dataset, $action, $organ, $request, $root, $entry)");
    sql_bind_int(put, sql_param(put, "idx"), *index);
    sql_bind_int(put, sql_param(put, "time"), time_us);
    sql_bind_text(put, sql_param(put, "dataset"), or_none(entry->dataset));
    sql_bind_text(put, sql_param(put, "action"), entry->action);
    sql_bind_text(put, sql_param(put, "organ"), or_none(entry->organ));
    sql_bind_text(put, sql_param(put, "request"), or_none(entry->request_id));
    sql_bind_blob(put, sql_param(put, "root"), (Str){(const char *)root.bytes, sizeof root.bytes});
    sql_bind_text(put, sql_param(put, "entry"), buf_str(&line));
    Err err = sql_run(put);
    buf_free(&line);
    TRY(err);
    return tiles_write(journal, sql);
}

Err journal_seal(const Journal *journal, Sql *sql)
{
    if (journal->size == 0) return ERR_OK;
    Digest root = journal_root(journal);
    SqlStmt *put = sql_prepare(
        sql, "INSERT INTO journal_head (id, size, root) VALUES (1, $size, $root)"
             " ON CONFLICT (id) DO UPDATE SET size = excluded.size, root = excluded.root");
    sql_bind_int(put, sql_param(put, "size"), journal->size);
    sql_bind_blob(put, sql_param(put, "root"), (Str){(const char *)root.bytes, sizeof root.bytes});
    return sql_run(put);
}

Digest journal_root(const Journal *journal)
{
    return merkle_edge_root(journal->edge, journal->edge_count);
}

/* ---- loading ---- */

Err journal_head_read(Sql *sql, int64_t *size, Digest *root)
{
    SqlStmt *get = sql_prepare(sql, "SELECT size, root FROM journal_head WHERE id = 1");
    Err err = sql_step(get);
    if (err == ERR_OK) {
        *size = sql_int(get, 0);
        Str blob = sql_blob(get, 1);
        if (blob.n == sizeof root->bytes)
            memcpy(root->bytes, blob.p, blob.n);
        else
            err = ERR_NOT_FOUND;
    }
    sql_reset(get);
    return err;
}

static Err last_read(Sql *sql, int64_t *index, int64_t *time_us)
{
    *index = -1;
    *time_us = INT64_MIN;
    SqlStmt *get = sql_prepare(sql, "SELECT idx, time_us FROM journal ORDER BY idx DESC LIMIT 1");
    Err err = sql_step(get);
    if (err == ERR_OK) {
        *index = sql_int(get, 0);
        *time_us = sql_int(get, 1);
    }
    sql_reset(get);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* The subtrees of `size` that are roots of complete tiles, largest first. */
static Err tiles_load(Journal *journal, Sql *sql, int64_t size)
{
    Digest hashes[JOURNAL_TILE];
    for (int level = JOURNAL_LEVELS - 1; level > 0; level--) {
        int64_t end = size >> (8 * level), from = end & ~(int64_t)(JOURNAL_TILE - 1);
        for (int64_t n = from; n < end; n++) {
            TRY(journal_tile_read(sql, level - 1, n, hashes));
            merkle_edge_push(journal->edge, &journal->edge_count, n, merkle_tile_root(hashes));
        }
    }
    journal->size = size & ~(int64_t)(JOURNAL_TILE - 1);
    return ERR_OK;
}

static Err tail_load(Journal *journal, Sql *sql)
{
    SqlStmt *get =
        sql_prepare(sql, "SELECT entry FROM journal WHERE idx >= $from ORDER BY idx LIMIT 256");
    sql_bind_int(get, sql_param(get, "from"), journal->size);
    Err err;
    while ((err = sql_step(get)) == ERR_OK) {
        Digest leaf = merkle_leaf(sql_text(get, 0));
        journal_push(journal, &leaf);
    }
    sql_reset(get);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

Err journal_load(Journal *journal, Sql *sql)
{
    *journal = (Journal){.time_us = INT64_MIN};
    int64_t size = 0, last;
    Digest root = sha256(STR_NONE);
    Err err = journal_head_read(sql, &size, &root);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    TRY(last_read(sql, &last, &journal->time_us));
    if (last != size - 1) return ERR_CONFLICT;
    err = tiles_load(journal, sql, size);
    if (err == ERR_OK) err = tail_load(journal, sql);
    if (err == ERR_NOT_FOUND) return ERR_CONFLICT;
    TRY(err);
    Digest found = journal_root(journal);
    return journal->size == size && digest_eq(&found, &root) ? ERR_OK : ERR_CONFLICT;
}

/* ---- times ---- */

static Err time_at(Sql *sql, int64_t index, int64_t *time_us)
{
    SqlStmt *get = sql_prepare(sql, "SELECT time_us FROM journal WHERE idx = $idx");
    sql_bind_int(get, sql_param(get, "idx"), index);
    Err err = sql_step(get);
    if (err == ERR_OK) *time_us = sql_int(get, 0);
    sql_reset(get);
    return err == ERR_NOT_FOUND ? ERR_INTERNAL : err; /* an entry is gone */
}

/* By halves, for times never go back. */
Err journal_index_at(Sql *sql, int64_t time_us, int64_t *index)
{
    int64_t low = -1, high, last_us; /* entry low is not later; entries after high are */
    TRY(last_read(sql, &high, &last_us));
    if (last_us <= time_us) low = high;
    while (low < high) {
        int64_t middle = low + (high - low + 1) / 2, at_us;
        TRY(time_at(sql, middle, &at_us));
        if (at_us <= time_us)
            low = middle;
        else
            high = middle - 1;
    }
    *index = low;
    return ERR_OK;
}
