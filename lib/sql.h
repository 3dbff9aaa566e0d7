/*
 * One interface to a relational engine, made for two drivers (SQLite here; PostgreSQL has the same
 * table of functions). Statements are prepared once per connection and looked up by their text's
 * address, so texts must be constants or live as long as the connection. Parameters are bound by
 * name ($name); values are typed; nothing is ever pasted into SQL.
 *
 * Not thread-safe: a connection belongs to one thread at a time.
 */
#pragma once

#include "lib/base.h"

typedef struct Sql Sql;         /* a connection */
typedef struct SqlStmt SqlStmt; /* a prepared statement, owned by its connection */

typedef enum SqlMode { SQL_READ, SQL_WRITE } SqlMode;

/* Open DIR/heluo.db. SQL_WRITE creates it where missing, sets WAL and synchronous=FULL and asserts
 * both; it is the one connection that writes and checkpoints. SQL_READ never checkpoints.
 * ":memory:" with SQL_WRITE is a database of its own that ends with the connection.
 * ERR_STORAGE with a logged reason otherwise. */
Err sql_open(const char *path, SqlMode mode, Sql **out) MUST_USE;
void sql_close(Sql *sql); /* NULL is fine */

/* Run a script of several statements (migrations). */
Err sql_script(Sql *sql, Str script) MUST_USE;

Err sql_begin(
    Sql *sql) MUST_USE; /* SQL_WRITE: takes the write lock at once; SQL_READ: a snapshot */
/* After an error the transaction is rolled back, and the connection is failed for good unless the
 * disk was full (sql_disk_full). */
Err sql_commit(Sql *sql) MUST_USE;
void sql_rollback(Sql *sql); /* resets what is still stepping; fine outside a transaction */
Err sql_savepoint(Sql *sql) MUST_USE; /* nests one level in a transaction: one request of a group */
Err sql_release(Sql *sql) MUST_USE; /* ERR_CONFLICT: a deferred foreign key is open; roll it back */
void sql_rollback_savepoint(Sql *sql);
bool sql_in_transaction(const Sql *sql); /* false after an error that undid the whole of it */

/* The text must outlive the connection (a literal, or generated and kept). A misspelt statement is
 * our defect and ends the process. */
SqlStmt *sql_prepare(Sql *sql, const char *text);

/* For statements composed at run time from a definition or a CQL2 filter: kept in a small LRU. The
 * statement is the caller's until sql_reset. ERR_INTERNAL: the text is not a statement. */
Err sql_prepare_text(Sql *sql, Str text, SqlStmt **out) MUST_USE;

/* Bind by name without the $; an unknown name ends the process. Texts and blobs must stay alive
 * until sql_reset; STR_NONE binds NULL. Names are looked up once: sql_param gives a number for hot
 * loops. */
int sql_param(SqlStmt *stmt, const char *name);
void sql_bind_int(SqlStmt *stmt, int param, int64_t value);
void sql_bind_text(SqlStmt *stmt, int param, Str value);
void sql_bind_blob(SqlStmt *stmt, int param, Str value);
void sql_bind_null(SqlStmt *stmt, int param);

/* ERR_OK: a row is there. ERR_NOT_FOUND: no (further) row. ERR_CONFLICT: a constraint refused.
 * ERR_STORAGE: disk full or I/O error. */
Err sql_step(SqlStmt *stmt) MUST_USE;
Err sql_run(SqlStmt *stmt) MUST_USE; /* step to the end and reset; rows are not expected */
void sql_reset(SqlStmt *stmt);       /* always, after sql_step; clears the bindings */
void sql_reset_all(Sql *sql);        /* what a caller left behind when it gave up early */

bool sql_is_null(SqlStmt *stmt, int column);
int64_t sql_int(SqlStmt *stmt, int column);
Str sql_text(SqlStmt *stmt, int column); /* valid until the next step or reset */
Str sql_blob(SqlStmt *stmt, int column);

int64_t sql_changes(Sql *sql); /* rows changed by the last statement */
int64_t sql_last_id(Sql *sql); /* rowid of the last INSERT */
/* SQL_WRITE only, outside a transaction. Passive: never waits for readers and copies what none of
 * them needs. With truncate it waits for readers a little and empties the log's file. ERR_BUSY: not
 * all could be copied. ERR_STORAGE: as for sql_commit, a failed fsync fails the connection. */
Err sql_checkpoint(Sql *sql, bool truncate) MUST_USE;
int64_t sql_wal_pages(const Sql *sql); /* pages in the write-ahead log after the last commit */
/* Room for pages in memory; less than before gives the rest back at once. */
void sql_cache_size(Sql *sql, int64_t bytes);
bool sql_failed(const Sql *sql); /* a commit or fsync failed: this connection must not be used on */
bool sql_disk_full(const Sql *sql);           /* the last ERR_STORAGE was for want of room */
const char *sql_last_message(const Sql *sql); /* for logs only */
