/*
 * Readers. A snapshot is held for as long as nothing was committed: then a look-up costs no
 * transaction. Idle snapshots would keep the log from starting over, so the writer drops them
 * before a checkpoint, and all are renewed after one.
 */
#include "kernel/store/store_inside.h"

#include <unistd.h>

Err pool_open(Pool *pool, Store *store, const char *path)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int count = (int)MAX(2 * cores, READERS_MIN);
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->freed, NULL);
    pool->readers = mem_alloc(sizeof *pool->readers * (size_t)count);
    for (; pool->count < count; pool->count++) {
        StoreReader *reader = &pool->readers[pool->count];
        TRY(sql_open(path, SQL_READ, &reader->sql));
        reader->store = store;
        reader->next = pool->free;
        pool->free = reader;
    }
    return ERR_OK;
}

static void snapshot_drop(StoreReader *reader)
{
    if (reader->snapshot) sql_rollback(reader->sql);
    reader->snapshot = false;
}

void pool_close(Pool *pool)
{
    if (pool->readers == NULL) return;
    int idle = 0;
    for (const StoreReader *reader = pool->free; reader; reader = reader->next) idle++;
    ASSERT(idle == pool->count); /* somebody did not give one back */
    for (int i = 0; i < pool->count; i++) {
        snapshot_drop(&pool->readers[i]);
        sql_close(pool->readers[i].sql);
    }
    mem_free(pool->readers);
    pthread_cond_destroy(&pool->freed);
    pthread_mutex_destroy(&pool->mutex);
}

void pool_advance(Pool *pool)
{
    atomic_fetch_add(&pool->epoch, 1);
}

void pool_drop_snapshots(Pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    for (StoreReader *reader = pool->free; reader; reader = reader->next) snapshot_drop(reader);
    pthread_mutex_unlock(&pool->mutex);
}

StoreReader *store_read(Store *store)
{
    Pool *pool = &store->pool;
    pthread_mutex_lock(&pool->mutex);
    while (pool->free == NULL) pthread_cond_wait(&pool->freed, &pool->mutex);
    StoreReader *reader = pool->free; /* the last one given back: its pages are warm */
    pool->free = reader->next;
    pthread_mutex_unlock(&pool->mutex);

    int64_t epoch = atomic_load(&pool->epoch);
    if (!reader->snapshot || reader->epoch != epoch) {
        snapshot_drop(reader);
        reader->epoch = epoch;
        /* Without a snapshot each statement takes its own, and tells what is wrong. */
        reader->snapshot = sql_begin(reader->sql) == ERR_OK;
    }
    return reader;
}

Sql *store_reader_sql(StoreReader *reader)
{
    return reader->sql;
}

void store_read_end(StoreReader *reader)
{
    if (reader == NULL) return;
    Pool *pool = &reader->store->pool;
    sql_reset_all(reader->sql);
    if (!sql_in_transaction(reader->sql)) reader->snapshot = false;
    pthread_mutex_lock(&pool->mutex);
    reader->next = pool->free;
    pool->free = reader;
    pthread_cond_signal(&pool->freed);
    pthread_mutex_unlock(&pool->mutex);
}
