/* The SQLite driver. Build and settings: architecture, Store; https://sqlite.org/pragma.html. */
#include "lib/sql.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>

#include "lib/log.h"

enum {
    BUSY_MS = 5000,        /* wait for a lock of recovery or of another process */
    TRUNCATE_BUSY_MS = 50, /* wait for readers when the log is to be emptied */
    CACHE_WRITE_KIB = 16000,
    CACHE_READ_KIB = 2500,    /* the inner pages of the indexes of 1 M records, for each reader */
    WAL_FILE_KEPT = 64 << 20, /* bytes: a longer log file is cut when it starts over */
    TEXTS_MAX = 64,           /* statements composed at run time, a connection */
    PARAM_NAME_MAX = 128,
};

struct SqlStmt {
    Sql *sql;
    sqlite3_stmt *stmt; /* NULL: could not be prepared because of the storage */
    const char *text;   /* constant texts: the address is the key */
    Str copy;           /* run-time texts: owned */
    uint64_t hash;
    uint64_t used; /* tick of last use */
    bool held;     /* run-time texts: given out, not reset yet */
    bool stepping; /* a row was given, the end was not reached */
};

struct Sql {
    sqlite3 *db;
    SqlMode mode;
    bool failed, disk_full;
    SqlStmt **table; /* constant texts by address; open addressing, size a power of two */
    size_t table_size, table_count;
    SqlStmt *texts[TEXTS_MAX];
    int text_count;
    uint64_t tick;
    int pending; /* statements held or stepping */
    SqlStmt broken;
    int64_t wal_pages;
};

/* ---- errors ---- */

static bool code_is_fsync(int code)
{
    return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
}

/* A write that found no room; one that fsync told of is not such: what it lost is not known. */
static bool code_is_full(const Sql *sql, int code)
{
    if ((code & 0xff) == SQLITE_FULL) return true;
    if ((code & 0xff) != SQLITE_IOERR || code_is_fsync(code)) return false;
    int reason = sqlite3_system_errno(sql->db);
    return reason == ENOSPC || reason == EDQUOT || reason == EFBIG;
}

static void log_fault(const Sql *sql, const char *what, int code)
{
    log_event(LOG_LEVEL_ERROR, "sql", LOG_STR("during", str_of(what)),
              LOG_STR("reason", str_of(sqlite3_errstr(code))), LOG_INT("code", code),
              LOG_INT("errno", sql->db ? sqlite3_system_errno(sql->db) : 0));
}

/* A result code that is not success, as one of our errors. */
static Err sql_fault(Sql *sql, const char *what, int code)
{
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT: return ERR_CONFLICT;
    case SQLITE_TOOBIG: return ERR_TOO_LARGE;
    case SQLITE_ERROR:
    case SQLITE_MISMATCH: log_fault(sql, what, code); return ERR_INTERNAL;
    case SQLITE_MISUSE:
    case SQLITE_RANGE: ASSERT(!"SQLite was misused");
    default: break;
    }
    sql->disk_full = code_is_full(sql, code);
    if (code_is_fsync(code)) sql->failed = true;
    log_fault(sql, what, code);
    return ERR_STORAGE;
}

/* ---- connections ---- */

static void sqlite_set_up(void)
{
    /* Counting memory takes a lock at every allocation. Refused when SQLite runs already: fine. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int on_commit(void *self, sqlite3 *db, const char *name, int pages)
{
    (void)db, (void)name;
    ((Sql *)self)->wal_pages = pages;
    return SQLITE_OK;
}

/* Run a pragma; its answer, if any, must be `expected`. */
static bool pragma(Sql *sql, const char *text, const char *expected)
{
    sqlite3_stmt *stmt;
    if (sqlite3_prepare_v2(sql->db, text, -1, &stmt, NULL) != SQLITE_OK) return false;
    int code = sqlite3_step(stmt);
    bool good = code == SQLITE_ROW || (code == SQLITE_DONE && expected == NULL);
    if (good && expected)
        good = str_is(str_of((const char *)sqlite3_column_text(stmt, 0)), expected);
    sqlite3_finalize(stmt);
    return good;
}

static bool configure_safety(Sql *sql)
{
    static const struct {
        int option, value;
    } OPTIONS[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
    };
    for (size_t i = 0; i < COUNT_OF(OPTIONS); i++) {
        int now = -1;
        int code = sqlite3_db_config(sql->db, OPTIONS[i].option, OPTIONS[i].value, &now);
        if (code != SQLITE_OK || now != OPTIONS[i].value) return false;
    }
    return pragma(sql, "PRAGMA cell_size_check = ON", NULL) &&
           pragma(sql, "PRAGMA mmap_size = 0", NULL) &&
           pragma(sql, "PRAGMA secure_delete = ON", "1") && pragma(sql, "PRAGMA foreign_keys", "1");
}

/*
 * Exactly one connection may write and checkpoint: with two, SQLite up to 3.51.2 can reset the log
 * under a checkpoint (https://sqlite.org/wal.html, section 11). The hook takes the place of the
 * automatic checkpoint.
 */
static bool configure(Sql *sql, bool memory)
{
    char cache[64];
    snprintf(cache, sizeof cache, "PRAGMA cache_size = -%d",
             sql->mode == SQL_WRITE ? CACHE_WRITE_KIB : CACHE_READ_KIB);
    if (sqlite3_busy_timeout(sql->db, BUSY_MS) != SQLITE_OK || !configure_safety(sql)) return false;
    if (!pragma(sql, cache, NULL)) return false;
    if (sql->mode == SQL_READ) {
        int now = 0;
        return sqlite3_db_config(sql->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, &now) == SQLITE_OK &&
               now == 1 && sqlite3_wal_autocheckpoint(sql->db, 0) == SQLITE_OK &&
               pragma(sql, "PRAGMA temp_store = MEMORY", NULL) &&
               pragma(sql, "PRAGMA query_only = ON", NULL) &&
               pragma(sql, "PRAGMA journal_mode", "wal");
    }
    char kept[64];
    snprintf(kept, sizeof kept, "PRAGMA journal_size_limit = %d", WAL_FILE_KEPT);
    if (!pragma(sql, "PRAGMA journal_mode = WAL", memory ? "memory" : "wal")) return false;
    sqlite3_wal_hook(sql->db, on_commit, sql);
    return pragma(sql, "PRAGMA synchronous = FULL", NULL) &&
           pragma(sql, "PRAGMA synchronous", "2") && pragma(sql, kept, NULL);
}

Err sql_open(const char *path, SqlMode mode, Sql **out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, sqlite_set_up);
    *out = NULL;
    Sql *sql = mem_alloc(sizeof *sql);
    sql->mode = mode;
    sql->broken.sql = sql;
    int flags =
        SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
        (mode == SQL_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
    int code = sqlite3_open_v2(path, &sql->db, flags, NULL);
    if (code != SQLITE_OK || !configure(sql, str_is(str_of(path), ":memory:"))) {
        log_fault(sql, "open", code != SQLITE_OK ? code : sqlite3_extended_errcode(sql->db));
        sql_close(sql);
        return ERR_STORAGE;
    }
    sql->table_size = 64;
    sql->table = mem_alloc(sql->table_size * sizeof *sql->table);
    *out = sql;
    return ERR_OK;
}

static void stmt_free(SqlStmt *stmt)
{
    sqlite3_finalize(stmt->stmt);
    mem_free((char *)stmt->copy.p);
    mem_free(stmt);
}

void sql_close(Sql *sql)
{
    if (sql == NULL) return;
    for (size_t i = 0; i < sql->table_size; i++) {
        if (sql->table[i]) stmt_free(sql->table[i]);
    }
    for (int i = 0; i < sql->text_count; i++) stmt_free(sql->texts[i]);
    /* After a failed fsync the log is what is known to hold: nothing may be copied out of it. */
    if (sql->failed) sqlite3_db_config(sql->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    ASSERT(sqlite3_close(sql->db) == SQLITE_OK);
    mem_free(sql->table);
    mem_free(sql);
}

bool sql_failed(const Sql *sql)
{
    return sql->failed;
}

bool sql_disk_full(const Sql *sql)
{
    return sql->disk_full;
}

const char *sql_last_message(const Sql *sql)
{
    return sqlite3_errmsg(sql->db);
}

int64_t sql_changes(Sql *sql)
{
    return sqlite3_changes64(sql->db);
}

int64_t sql_last_id(Sql *sql)
{
    return sqlite3_last_insert_rowid(sql->db);
}

int64_t sql_wal_pages(const Sql *sql)
{
    return sql->wal_pages;
}

void sql_cache_size(Sql *sql, int64_t bytes)
{
    char text[64];
    snprintf(text, sizeof text, "PRAGMA cache_size = -%lld", (long long)(bytes / 1024));
    if (!pragma(sql, text, NULL)) log_fault(sql, "cache", sqlite3_extended_errcode(sql->db));
    sqlite3_db_release_memory(sql->db);
}

/* ---- preparing ---- */

/* Nothing but white space may follow the one statement. */
static bool tail_is_blank(const char *tail, const char *end)
{
    while (tail < end && (*tail == ' ' || *tail == '\n' || *tail == '\t' || *tail == ';')) tail++;
    return tail == end;
}

static Err prepare(Sql *sql, Str text, unsigned flags, sqlite3_stmt **out)
{
    const char *tail = NULL;
    if (text.n >= INT32_MAX) return ERR_TOO_LARGE;
    int code = sqlite3_prepare_v3(sql->db, text.p, (int)text.n, flags, out, &tail);
    if (code != SQLITE_OK) return sql_fault(sql, "prepare", code);
    if (*out && tail_is_blank(tail, text.p + text.n)) return ERR_OK;
    sqlite3_finalize(*out);
    *out = NULL;
    return ERR_INTERNAL;
}

static size_t table_slot(SqlStmt *const *table, size_t size, const char *text)
{
    size_t at = (size_t)(((uintptr_t)text * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (size - 1);
    while (table[at] && table[at]->text != text) at = (at + 1) & (size - 1);
    return at;
}

static void table_grow(Sql *sql)
{
    size_t size = sql->table_size * 2;
    SqlStmt **table = mem_alloc(size * sizeof *table);
    for (size_t i = 0; i < sql->table_size; i++) {
        if (sql->table[i]) table[table_slot(table, size, sql->table[i]->text)] = sql->table[i];
    }
    mem_free(sql->table);
    sql->table = table;
    sql->table_size = size;
}

SqlStmt *sql_prepare(Sql *sql, const char *text)
{
    size_t at = table_slot(sql->table, sql->table_size, text);
    SqlStmt *stmt = sql->table[at];
    if (stmt) {
        ASSERT(!stmt->stepping); /* one text serves one loop at a time */
        ASSERT(strcmp(sqlite3_sql(stmt->stmt), text) ==
               0); /* the text did not outlive its address */
        sqlite3_clear_bindings(stmt->stmt);
        return stmt;
    }
    sqlite3_stmt *prepared = NULL;
    Err err = prepare(sql, str_of(text), SQLITE_PREPARE_PERSISTENT, &prepared);
    if (err == ERR_STORAGE) return &sql->broken;
    if (err != ERR_OK) {
        fprintf(stderr, "%s\nin: %s\n", sqlite3_errmsg(sql->db), text);
        ASSERT(!"a statement is misspelt");
    }
    stmt = mem_alloc(sizeof *stmt);
    *stmt = (SqlStmt){.sql = sql, .stmt = prepared, .text = text};
    sql->table[at] = stmt;
    if (++sql->table_count * 2 > sql->table_size) table_grow(sql);
    return stmt;
}

static void stmt_hold(SqlStmt *stmt)
{
    if (!stmt->held) stmt->sql->pending++;
    stmt->held = true;
    stmt->used = ++stmt->sql->tick;
}

/* The longest unused statement, taken out; or a place at the end. */
static int text_slot(Sql *sql)
{
    if (sql->text_count < TEXTS_MAX) return sql->text_count++;
    int oldest = -1;
    for (int i = 0; i < TEXTS_MAX; i++) {
        const SqlStmt *stmt = sql->texts[i];
        if (stmt->held || stmt->stepping) continue;
        if (oldest < 0 || stmt->used < sql->texts[oldest]->used) oldest = i;
    }
    ASSERT(oldest >= 0); /* somebody does not reset */
    stmt_free(sql->texts[oldest]);
    return oldest;
}

Err sql_prepare_text(Sql *sql, Str text, SqlStmt **out)
{
    *out = NULL;
    uint64_t hash = str_hash(text);
    for (int i = 0; i < sql->text_count; i++) {
        SqlStmt *stmt = sql->texts[i];
        if (stmt->hash != hash || !str_eq(stmt->copy, text)) continue;
        ASSERT(!stmt->stepping);
        sqlite3_clear_bindings(stmt->stmt);
        stmt_hold(stmt);
        *out = stmt;
        return ERR_OK;
    }
    sqlite3_stmt *prepared = NULL;
    TRY(prepare(sql, text, 0, &prepared));
    SqlStmt *stmt = mem_alloc(sizeof *stmt);
    char *copy = mem_alloc(text.n + 1);
    memcpy(copy, text.p, text.n);
    *stmt = (SqlStmt){.sql = sql, .stmt = prepared, .copy = {copy, text.n}, .hash = hash};
    sql->texts[text_slot(sql)] = stmt;
    stmt_hold(stmt);
    *out = stmt;
    return ERR_OK;
}

/* ---- binding ---- */

int sql_param(SqlStmt *stmt, const char *name)
{
    if (stmt->stmt == NULL) return 0;
    char text[PARAM_NAME_MAX];
    int n = snprintf(text, sizeof text, "$%s", name);
    ASSERT(n > 0 && n < (int)sizeof text);
    int param = sqlite3_bind_parameter_index(stmt->stmt, text);
    if (param == 0) {
        fprintf(stderr, "no parameter %s in: %s\n", text, sqlite3_sql(stmt->stmt));
        ASSERT(!"a parameter is misspelt");
    }
    return param;
}

void sql_bind_int(SqlStmt *stmt, int param, int64_t value)
{
    if (stmt->stmt) ASSERT(sqlite3_bind_int64(stmt->stmt, param, value) == SQLITE_OK);
}

void sql_bind_text(SqlStmt *stmt, int param, Str value)
{
    if (stmt->stmt == NULL) return;
    ASSERT(sqlite3_bind_text64(stmt->stmt, param, value.p, value.n, SQLITE_STATIC, SQLITE_UTF8) ==
           SQLITE_OK);
}

void sql_bind_blob(SqlStmt *stmt, int param, Str value)
{
    if (stmt->stmt == NULL) return;
    ASSERT(sqlite3_bind_blob64(stmt->stmt, param, value.p, value.n, SQLITE_STATIC) == SQLITE_OK);
}

void sql_bind_null(SqlStmt *stmt, int param)
{
    if (stmt->stmt) ASSERT(sqlite3_bind_null(stmt->stmt, param) == SQLITE_OK);
}

/* ---- running ---- */

static void stmt_stepping(SqlStmt *stmt, bool stepping)
{
    if (stmt->stepping != stepping) stmt->sql->pending += stepping ? 1 : -1;
    stmt->stepping = stepping;
}

Err sql_step(SqlStmt *stmt)
{
    Sql *sql = stmt->sql;
    if (stmt->stmt == NULL || sql->failed) return ERR_STORAGE;
    int code = sqlite3_step(stmt->stmt);
    if (code == SQLITE_ROW) {
        stmt_stepping(stmt, true);
        return ERR_OK;
    }
    stmt_stepping(stmt, false);
    if (code == SQLITE_DONE) return ERR_NOT_FOUND;
    Err err = sql_fault(sql, "step", code);
    sqlite3_reset(stmt->stmt);
    return err;
}

Err sql_run(SqlStmt *stmt)
{
    Err err;
    do err = sql_step(stmt);
    while (err == ERR_OK);
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

void sql_reset(SqlStmt *stmt)
{
    if (stmt->stmt == NULL) return;
    sqlite3_reset(stmt->stmt); /* tells the last step's error again */
    sqlite3_clear_bindings(stmt->stmt);
    stmt_stepping(stmt, false);
    if (stmt->held) stmt->sql->pending--;
    stmt->held = false;
}

void sql_reset_all(Sql *sql)
{
    if (sql->pending == 0) return;
    for (size_t i = 0; i < sql->table_size; i++) {
        if (sql->table[i] && sql->table[i]->stepping) sql_reset(sql->table[i]);
    }
    for (int i = 0; i < sql->text_count; i++) {
        if (sql->texts[i]->held || sql->texts[i]->stepping) sql_reset(sql->texts[i]);
    }
    ASSERT(sql->pending == 0);
}

bool sql_is_null(SqlStmt *stmt, int column)
{
    return sqlite3_column_type(stmt->stmt, column) == SQLITE_NULL;
}

int64_t sql_int(SqlStmt *stmt, int column)
{
    return sqlite3_column_int64(stmt->stmt, column);
}

Str sql_text(SqlStmt *stmt, int column)
{
    const char *p = (const char *)sqlite3_column_text(stmt->stmt, column);
    return (Str){p, p ? (size_t)sqlite3_column_bytes(stmt->stmt, column) : 0};
}

Str sql_blob(SqlStmt *stmt, int column)
{
    const char *p = sqlite3_column_blob(stmt->stmt, column);
    size_t n = (size_t)sqlite3_column_bytes(stmt->stmt, column);
    if (p == NULL && !sql_is_null(stmt, column))
        p = ""; /* SQLite has no address for an empty one */
    return (Str){p, p ? n : 0};
}

/* ---- transactions ---- */

bool sql_in_transaction(const Sql *sql)
{
    return !sqlite3_get_autocommit(sql->db);
}

static Err run_text(Sql *sql, const char *text)
{
    return sql_run(sql_prepare(sql, text));
}

Err sql_begin(Sql *sql)
{
    sql->disk_full = false;
    if (sql->mode == SQL_WRITE) return run_text(sql, "BEGIN IMMEDIATE");
    TRY(run_text(sql, "BEGIN"));
    /* A snapshot is taken by the first read. */
    Err err = run_text(sql, "SELECT 1 FROM sqlite_schema LIMIT 1");
    if (err != ERR_OK) sql_rollback(sql);
    return err;
}

Err sql_commit(Sql *sql)
{
    ASSERT(sql->failed || sql->pending == 0); /* a statement that still steps is a defect */
    Err err = run_text(sql, "COMMIT");
    if (err == ERR_OK) return ERR_OK;
    if (err != ERR_STORAGE || !sql->disk_full) sql->failed = true;
    sql_rollback(sql);
    return ERR_STORAGE;
}

void sql_rollback(Sql *sql)
{
    sql_reset_all(sql);
    if (!sql_in_transaction(sql)) return;
    /* Not by sql_run: it must work on a failed connection too. */
    int code = sqlite3_exec(sql->db, "ROLLBACK", NULL, NULL, NULL);
    if (code != SQLITE_OK) {
        log_fault(sql, "rollback", code);
        sql->failed = true;
    }
}

Err sql_savepoint(Sql *sql)
{
    ASSERT(sql_in_transaction(sql));
    return run_text(sql, "SAVEPOINT job");
}

Err sql_release(Sql *sql)
{
    if (!sql_in_transaction(sql)) return ERR_STORAGE;
    int open = 0, high = 0;
    ASSERT(sqlite3_db_status(sql->db, SQLITE_DBSTATUS_DEFERRED_FKS, &open, &high, 0) == SQLITE_OK);
    if (open) return ERR_CONFLICT;
    return run_text(sql, "RELEASE job");
}

void sql_rollback_savepoint(Sql *sql)
{
    sql_reset_all(sql);
    if (!sql_in_transaction(sql)) return;
    if (run_text(sql, "ROLLBACK TO job") != ERR_OK || run_text(sql, "RELEASE job") != ERR_OK)
        sql_rollback(sql);
}

Err sql_script(Sql *sql, Str script)
{
    const char *p = script.p, *end = script.p + script.n;
    while (p < end) {
        sqlite3_stmt *stmt = NULL;
        int code = sqlite3_prepare_v2(sql->db, p, (int)MIN(end - p, INT32_MAX), &stmt, &p);
        if (code != SQLITE_OK) return sql_fault(sql, "script", code);
        if (stmt == NULL) continue; /* white space or a comment */
        do code = sqlite3_step(stmt);
        while (code == SQLITE_ROW);
        sqlite3_finalize(stmt);
        if (code != SQLITE_DONE) return sql_fault(sql, "script", code);
    }
    return ERR_OK;
}

Err sql_checkpoint(Sql *sql, bool truncate)
{
    ASSERT(sql->mode == SQL_WRITE && !sql_in_transaction(sql));
    if (sql->failed) return ERR_STORAGE;
    int logged = 0, copied = 0;
    if (truncate) sqlite3_busy_timeout(sql->db, TRUNCATE_BUSY_MS);
    int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    int code = sqlite3_wal_checkpoint_v2(sql->db, NULL, mode, &logged, &copied);
    if (truncate) sqlite3_busy_timeout(sql->db, BUSY_MS);
    if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED) return ERR_BUSY;
    if (code != SQLITE_OK) return sql_fault(sql, "checkpoint", code);
    if (truncate) sql->wal_pages = 0;
    return copied < logged ? ERR_BUSY : ERR_OK;
}
