/*
 * The store of one city: DIR/heluo.db, its schema, its journal, and the one writer thread.
 *
 * Writes are jobs on a queue. The writer takes what waits, runs each job in its own savepoint of
 * one transaction, commits with synchronous=FULL, and only then tells each job's owner. A job that
 * fails is rolled back alone. A failed commit tells every job ERR_STORAGE and stops the writer for
 * good (fail-stop: a failed fsync is never retried); a full disk refuses writes until there is room
 * again.
 */
#pragma once

#include "kernel/journal/journal.h"
#include "kernel/model/model.h"
#include "lib/sql.h"

typedef struct Store Store;

/* What a job's function works with; valid during the call only. */
typedef struct WriteTx {
    Sql *sql;
    Journal *journal;
    int64_t now_us; /* one time for the whole group */
    Store *store;
} WriteTx;

typedef Err (*WriteFn)(WriteTx *tx, void *arg);
/* Called on the writer thread after the commit (or with the error). Must not wait. Where the queue
 * is full it is called by store_submit itself, with ERR_BUSY. */
typedef void (*WriteDone)(void *arg, Err err);

typedef struct StoreOptions {
    const char *dir; /* made where missing, mode 0700 */
    const Model *model;
    const Env *env;
} StoreOptions;

/* Take DIR/lock, open or make the database, apply the shipped migrations, refuse a schema that is
 * not known or a journal that does not give its head (ERR_CONFLICT, why says which), load the
 * journal, start the writer. *made: no migration had been applied before.
 * ERR_BUSY: another process holds the lock (then use its socket, DIR/heluo.sock). */
Err store_open(const StoreOptions *options, Store **out, bool *made, Buf *why) MUST_USE;
void store_close(Store *store); /* finishes what waits, checkpoints, frees the lock */

void store_submit(Store *store, WriteFn fn, WriteDone done, void *arg);
Err store_write(Store *store, WriteFn fn,
                void *arg) MUST_USE; /* submit and wait; not on a web thread */

/* Bulk work: many large jobs of one owner that need not be durable one by one. They share a commit
 * for as long as nobody else writes (STORE_BULK_US at most), and fail together: after an error the
 * owner must submit no further job of the same work. */
typedef struct BulkWrite {
    WriteFn fn;
    void *arg;
    WriteDone ran;  /* ran(arg, err) after fn, before the commit: arg is its owner's again */
    WriteDone done; /* done(owner, err) after the commit, or when the shared work was lost */
    void *owner;
} BulkWrite;
enum { STORE_BULK_US = 6000000 };
void store_submit_bulk(Store *store, const BulkWrite *bulk);

/* Readers: a bounded pool of read connections, each with its snapshot. store_read gives a
 * connection whose snapshot holds every commit acknowledged before the call; give it back soon. */
typedef struct StoreReader StoreReader;
StoreReader *store_read(Store *store);
Sql *store_reader_sql(StoreReader *reader);
void store_read_end(StoreReader *reader);

const Model *store_model(const Store *store);
const Env *store_env(const Store *store);
const char *store_dir(const Store *store);
int64_t store_commits(const Store *store); /* counts up with each commit: caches compare it */

typedef struct StoreState {
    bool stopped;   /* fail-stop after a failed commit */
    bool disk_full; /* the last group of writes found no room */
    int64_t queued, commits, jobs, journal_size;
} StoreState;
StoreState store_state(const Store *store);

/* Open read-only beside a running server (heluo verify): no lock, no writer. The connection is the
 * caller's, to close. ERR_NOT_FOUND: no store there. ERR_CONFLICT: its schema is not this one's. */
Err store_peek(const char *dir, const Model *model, Sql **out, Buf *why) MUST_USE;

/* Shipped migrations, embedded by the build (build/gen/migrations.c), in the order to apply. */
typedef struct Migration {
    Str module, name; /* base/entities, 0001-entity.sql */
    Str sql;
} Migration;
extern const Migration MIGRATIONS[];
extern const int MIGRATION_COUNT;
