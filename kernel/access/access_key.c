#include "kernel/access/access.h"
#include "lib/hash.h"

static const char KEY_PREFIX[] = "hl_";

static const char KEY_ADD[] =
    "INSERT INTO api_key (digest, organ, name, made_us) VALUES ($digest, $organ, $name, $now)";
static const char KEY_FIND[] =
    "SELECT organ, name FROM api_key WHERE digest = $digest AND withdrawn_us IS NULL";

static Digest key_digest(Str key)
{
    return sha256(key); /* 256 random bits need no slow hash */
}

Err access_key_add(WriteTx *tx, Str organ, Str name, char key[ACCESS_KEY_CHARS + 1])
{
    unsigned char random[32];
    env_random(store_env(tx->store), random, sizeof random);
    Buf text = buf_new(ACCESS_KEY_CHARS);
    buf_add(&text, str_of(KEY_PREFIX));
    hex_write(&text, (Str){(const char *)random, sizeof random});
    explicit_bzero(random, sizeof random);
    ASSERT(text.n == ACCESS_KEY_CHARS && !text.overflow);
    memcpy(key, text.p, ACCESS_KEY_CHARS);
    key[ACCESS_KEY_CHARS] = '\0';
    explicit_bzero(text.p, text.n);
    buf_free(&text);

    Digest digest = key_digest(str_of(key));
    SqlStmt *add = sql_prepare(tx->sql, KEY_ADD);
    sql_bind_blob(add, sql_param(add, "digest"),
                  (Str){(const char *)digest.bytes, sizeof digest.bytes});
    sql_bind_text(add, sql_param(add, "organ"), organ);
    sql_bind_text(add, sql_param(add, "name"), name);
    sql_bind_int(add, sql_param(add, "now"), tx->now_us);
    TRY(sql_run(add));
    JournalEntry entry = {
        .action = STR("key.add"), .actor = STR("local"), .organ = organ, .note = name};
    int64_t index;
    return journal_append(tx->journal, tx->sql, tx->now_us, &entry, &index);
}

Err access_key_find(Sql *sql, Arena *arena, Str key, Subject *out)
{
    if (key.n != ACCESS_KEY_CHARS || !str_starts(key, str_of(KEY_PREFIX)))
        return ERR_UNAUTHENTICATED;
    Digest digest = key_digest(key);
    SqlStmt *find = sql_prepare(sql, KEY_FIND);
    sql_bind_blob(find, sql_param(find, "digest"),
                  (Str){(const char *)digest.bytes, sizeof digest.bytes});
    Err err = sql_step(find);
    if (err == ERR_OK) {
        *out = (Subject){SUBJECT_SYSTEM, arena_str(arena, sql_text(find, 0)),
                         arena_str(arena, sql_text(find, 1))};
    }
    sql_reset(find);
    return err == ERR_NOT_FOUND ? ERR_UNAUTHENTICATED : err;
}

static const char KEY_WITHDRAW[] = "UPDATE api_key SET withdrawn_us = $now WHERE organ = $organ"
                                   " AND name = $name AND withdrawn_us IS NULL";

Err access_key_withdraw(WriteTx *tx, Str organ, Str name)
{
    SqlStmt *stmt = sql_prepare(tx->sql, KEY_WITHDRAW);
    sql_bind_int(stmt, sql_param(stmt, "now"), tx->now_us);
    sql_bind_text(stmt, sql_param(stmt, "organ"), organ);
    sql_bind_text(stmt, sql_param(stmt, "name"), name);
    TRY(sql_run(stmt));
    if (sql_changes(tx->sql) == 0) return ERR_NOT_FOUND;
    JournalEntry entry = {
        .action = STR("key.withdraw"), .actor = STR("local"), .organ = organ, .note = name};
    int64_t index;
    return journal_append(tx->journal, tx->sql, tx->now_us, &entry, &index);
}

static const char KEY_LIST[] = "SELECT organ, name, made_us, coalesce(withdrawn_us, 0) FROM api_key"
                               " ORDER BY organ, made_us, name";

Err access_key_list(Sql *sql, void (*each)(void *self, const AccessKey *key), void *self)
{
    SqlStmt *stmt = sql_prepare(sql, KEY_LIST);
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK) {
        AccessKey key = {sql_text(stmt, 0), sql_text(stmt, 1), sql_int(stmt, 2), sql_int(stmt, 3)};
        each(self, &key);
    }
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}
