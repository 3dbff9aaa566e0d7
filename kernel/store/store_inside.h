/* The parts of the store: migrations, the writer, the pool of readers. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "kernel/store/store.h"

enum {
    STORE_PATH_MAX = 4096,
    STORE_ROOM_MIN = 16 << 20, /* bytes free on the disk below which no write is tried */
    GROUP_JOBS_MAX = 512,      /* of one commit */
    GROUP_WORK_US = 5000,      /* a group takes no further job after so long */
    QUEUE_JOBS_MAX = 65536,
    BULK_WAIT_MS = 100,        /* bulk work that does not come for so long is committed as it is */
    BULK_CACHE_BYTES = 128 << 20,
    CACHE_BYTES = 16 << 20,
    CHECKPOINT_PAGES = 4000, /* new pages in the log: copy them into the database */
    TRUNCATE_PAGES = 65536,  /* the log is this long: readers keep it from starting over */
    READERS_MIN = 4,
};

/* ---- migrations ---- */

typedef struct MigrationSet {
    const Migration *items;
    int count;
} MigrationSet;

/* Apply what is missing, each in a transaction of its own, then as migrate_check. *made: none had
 * been applied before. */
Err migrate_apply(Sql *sql, MigrationSet set, int64_t now_us, bool *made, Buf *why) MUST_USE;

/* ERR_CONFLICT: one was applied that is not in the set, or with other content, or one is missing,
 * or the tables are not those that the set makes. */
Err migrate_check(Sql *sql, MigrationSet set, Buf *why) MUST_USE;

/* store_open and store_peek with migrations of the caller's, which outlive the store. */
Err store_open_with(const StoreOptions *options, MigrationSet set, Store **out, bool *made,
                    Buf *why) MUST_USE;
Err store_peek_with(const char *dir, MigrationSet set, Sql **out, Buf *why) MUST_USE;

/* ---- the writer ---- */

typedef struct Job {
    struct Job *next;
    WriteFn fn;
    WriteDone done;
    void *arg;
    WriteDone ran; /* bulk work only: NULL otherwise */
    void *owner;
    Err err;
} Job;

typedef struct JobList {
    Job *first, *last;
    int64_t count;
} JobList;

typedef struct Writer {
    Store *store;
    Sql *sql;        /* of the thread, once it runs */
    Journal journal; /* of the thread, once it runs */
    pthread_t thread;
    pthread_mutex_t mutex; /* waiting, closing */
    pthread_cond_t wake;
    JobList waiting;
    bool closing;
    bool wide; /* the connection's cache is that of bulk work */
    int64_t checkpointed; /* pages of the log at the last checkpoint; 0: it started over since */
    atomic_bool stopped, disk_full;
    atomic_int_fast64_t commits, jobs, journal_size;
} Writer;

void writer_start(Writer *writer, Store *store); /* sql and journal are there */
void writer_end(Writer *writer);                 /* after what waits */

/* ---- readers ---- */

struct StoreReader {
    Store *store;
    Sql *sql;
    bool snapshot;     /* holds one */
    int64_t epoch;     /* of the snapshot */
    StoreReader *next; /* free ones */
};

typedef struct Pool {
    pthread_mutex_t mutex; /* free, and the free readers themselves */
    pthread_cond_t freed;
    StoreReader *free;
    StoreReader *readers;
    int count;
    atomic_int_fast64_t
        epoch; /* counts commits and checkpoints: an older snapshot is not used on */
} Pool;

Err pool_open(Pool *pool, Store *store, const char *path) MUST_USE;
void pool_close(Pool *pool);
void pool_advance(Pool *pool);        /* the next store_read takes a new snapshot */
void pool_drop_snapshots(Pool *pool); /* of readers that nobody has */

/* ---- the whole ---- */

struct Store {
    const Model *model;
    const Env *env;
    char dir[STORE_PATH_MAX];
    int lock; /* file descriptor */
    Pool pool;
    Writer writer;
};
