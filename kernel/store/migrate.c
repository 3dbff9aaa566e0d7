#include "kernel/store/store_inside.h"

static const char BOOTSTRAP[] = "CREATE TABLE schema_migration (\n"
                                "    module     TEXT    NOT NULL,\n"
                                "    name       TEXT    NOT NULL,\n"
                                "    sha256     TEXT    NOT NULL,\n"
                                "    applied_us INTEGER NOT NULL,\n"
                                "    PRIMARY KEY (module, name)\n"
                                ") STRICT, WITHOUT ROWID";

typedef struct Hex {
    char text[64];
} Hex;

static Hex migration_hex(const Migration *migration)
{
    Digest digest = sha256(migration->sql);
    Buf out = buf_new(sizeof(Hex));
    hex_write(&out, (Str){(const char *)digest.bytes, sizeof digest.bytes});
    Hex hex;
    memcpy(hex.text, out.p, sizeof hex.text);
    buf_free(&out);
    return hex;
}

static Err migration_fault(Buf *why, Str module, Str name, const char *before, const char *after)
{
    buf_printf(why, "%s" STR_FMT "/" STR_FMT "%s", before, STR_ARG(module), STR_ARG(name), after);
    return ERR_CONFLICT;
}

/* ---- which are applied ---- */

static int set_find(MigrationSet set, Str module, Str name)
{
    for (int i = 0; i < set.count; i++) {
        if (str_eq(set.items[i].module, module) && str_eq(set.items[i].name, name)) return i;
    }
    return -1;
}

static Err applied_row(SqlStmt *row, MigrationSet set, bool *applied, Buf *why)
{
    Str module = sql_text(row, 0), name = sql_text(row, 1);
    int at = set_find(set, module, name);
    if (at < 0)
        return migration_fault(why, module, name,
                               "the store was made by a newer Heluo: ", " is not known here");
    Hex hex = migration_hex(&set.items[at]);
    if (!str_eq(sql_text(row, 2), (Str){hex.text, sizeof hex.text})) {
        return migration_fault(why, module, name, "",
                               " was applied to the store with other content");
    }
    applied[at] = true;
    return ERR_OK;
}

/* applied[i]: whether item i of the set is. Nothing else may be. */
static Err applied_read(Sql *sql, MigrationSet set, bool *applied, int *count, Buf *why)
{
    SqlStmt *row = sql_prepare(sql, "SELECT module, name, sha256 FROM schema_migration");
    Err err;
    *count = 0;
    while ((err = sql_step(row)) == ERR_OK) {
        err = applied_row(row, set, applied, why);
        if (err != ERR_OK) break;
        ++*count;
    }
    sql_reset(row);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* ---- the tables that are there against those that should be ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static bool same_but_for_space(Str a, Str b)
{
    size_t i = 0, j = 0;
    for (;;) {
        while (i < a.n && is_space(a.p[i])) i++;
        while (j < b.n && is_space(b.p[j])) j++;
        if (i == a.n || j == b.n) return i == a.n && j == b.n;
        if (a.p[i++] != b.p[j++]) return false;
    }
}

static const char SCHEMA[] = "SELECT name, type, tbl_name, coalesce(sql, '') FROM sqlite_schema"
                             " WHERE name NOT GLOB 'sqlite_*' ORDER BY name, type";

static Err schema_fault(Buf *why, SqlStmt *object, const char *what)
{
    buf_printf(why, STR_FMT " " STR_FMT " of table " STR_FMT " %s", STR_ARG(sql_text(object, 1)),
               STR_ARG(sql_text(object, 0)), STR_ARG(sql_text(object, 2)), what);
    return ERR_CONFLICT;
}

/* Both in the same order: walk along both. */
static Err schema_walk(SqlStmt *stored, SqlStmt *fresh, Buf *why)
{
    for (;;) {
        Err one = sql_step(stored), other = sql_step(fresh);
        if (one != ERR_OK && one != ERR_NOT_FOUND) return one;
        if (other != ERR_OK && other != ERR_NOT_FOUND) return other;
        if (one != ERR_OK && other != ERR_OK) return ERR_OK;
        int order = one != ERR_OK     ? 1
                    : other != ERR_OK ? -1
                                      : str_cmp(sql_text(stored, 0), sql_text(fresh, 0));
        if (order < 0)
            return schema_fault(why, stored, "is in the store, but no migration makes it");
        if (order > 0) return schema_fault(why, fresh, "is missing from the store");
        if (!same_but_for_space(sql_text(stored, 3), sql_text(fresh, 3))) {
            return schema_fault(why, stored,
                                "is not as the migrations make it: it was altered by hand");
        }
    }
}

static Err schema_compare(Sql *sql, MigrationSet set, Buf *why)
{
    Sql *memory;
    TRY(sql_open(":memory:", SQL_WRITE, &memory));
    Err err = sql_script(memory, str_of(BOOTSTRAP));
    for (int i = 0; err == ERR_OK && i < set.count; i++) err = sql_script(memory, set.items[i].sql);
    if (err == ERR_OK) {
        SqlStmt *stored = sql_prepare(sql, SCHEMA), *fresh = sql_prepare(memory, SCHEMA);
        err = schema_walk(stored, fresh, why);
        sql_reset(stored);
        sql_reset(fresh);
    }
    sql_close(memory);
    return err;
}

/* ---- applying ---- */

static Err apply_in_transaction(Sql *sql, const Migration *migration, int64_t now_us)
{
    TRY(sql_script(sql, migration->sql));
    if (!sql_in_transaction(sql)) return ERR_INTERNAL; /* it ended the transaction itself */
    Hex hex = migration_hex(migration);
    SqlStmt *put = sql_prepare(sql,
                               "INSERT INTO schema_migration (module, name, sha256, applied_us)"
                               " VALUES ($module, $name, $sha256, $now)");
    sql_bind_text(put, sql_param(put, "module"), migration->module);
    sql_bind_text(put, sql_param(put, "name"), migration->name);
    sql_bind_text(put, sql_param(put, "sha256"), (Str){hex.text, sizeof hex.text});
    sql_bind_int(put, sql_param(put, "now"), now_us);
    return sql_run(put);
}

static Err apply(Sql *sql, const Migration *migration, int64_t now_us, Buf *why)
{
    TRY(sql_begin(sql));
    Err err = apply_in_transaction(sql, migration, now_us);
    if (err == ERR_OK) return sql_commit(sql);
    buf_printf(why, STR_FMT "/" STR_FMT " cannot be applied: %s", STR_ARG(migration->module),
               STR_ARG(migration->name), sql_last_message(sql));
    sql_rollback(sql);
    return err;
}

static Err table_count(Sql *sql, int64_t *tables, bool *known)
{
    SqlStmt *get = sql_prepare(sql,
                               "SELECT count(*), count(*) FILTER (WHERE name = 'schema_migration')"
                               " FROM sqlite_schema WHERE type = 'table'");
    Err err = sql_step(get);
    if (err == ERR_OK) {
        *tables = sql_int(get, 0);
        *known = sql_int(get, 1) == 1;
    }
    sql_reset(get);
    return err;
}

/* ERR_CONFLICT: a database, but of another kind. */
static Err bootstrap(Sql *sql, bool make, Buf *why)
{
    int64_t tables = 0;
    bool known = false;
    TRY(table_count(sql, &tables, &known));
    if (known) return ERR_OK;
    if (tables == 0 && make) return sql_script(sql, str_of(BOOTSTRAP));
    buf_lit(why, "heluo.db is not a store of Heluo: it has no table schema_migration");
    return ERR_CONFLICT;
}

Err migrate_apply(Sql *sql, MigrationSet set, int64_t now_us, bool *made, Buf *why)
{
    TRY(bootstrap(sql, true, why));
    bool *applied = mem_alloc(sizeof *applied * (size_t)set.count);
    int count = 0;
    Err err = applied_read(sql, set, applied, &count, why);
    *made = err == ERR_OK && count == 0;
    for (int i = 0; err == ERR_OK && i < set.count; i++) {
        if (!applied[i]) err = apply(sql, &set.items[i], now_us, why);
    }
    mem_free(applied);
    TRY(err);
    return schema_compare(sql, set, why);
}

Err migrate_check(Sql *sql, MigrationSet set, Buf *why)
{
    TRY(bootstrap(sql, false, why));
    bool *applied = mem_alloc(sizeof *applied * (size_t)set.count);
    int count = 0;
    Err err = applied_read(sql, set, applied, &count, why);
    for (int i = 0; err == ERR_OK && i < set.count; i++) {
        if (applied[i]) continue;
        err = migration_fault(
            why, set.items[i].module, set.items[i].name,
            "the store is of an older Heluo: ", " is missing; start the server once");
    }
    mem_free(applied);
    TRY(err);
    return schema_compare(sql, set, why);
}
