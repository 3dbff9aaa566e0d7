/* The one thread that writes: group commit, fail-stop, checkpoints. */
#include "kernel/store/store_inside.h"

#include <signal.h>
#include <sys/statvfs.h>
#include <time.h>

/* ---- the queue ---- */

static void list_add(JobList *list, Job *job)
{
    job->next = NULL;
    if (list->last)
        list->last->next = job;
    else
        list->first = job;
    list->last = job;
    list->count++;
}

static Job *list_take(JobList *list)
{
    Job *job = list->first;
    if (job == NULL) return NULL;
    list->first = job->next;
    if (list->first == NULL) list->last = NULL;
    list->count--;
    return job;
}

/* The next job, if it is of this kind. */
static Job *queue_take(Writer *writer, bool bulk)
{
    pthread_mutex_lock(&writer->mutex);
    Job *next = writer->waiting.first;
    Job *job = next && (next->ran != NULL) == bulk ? list_take(&writer->waiting) : NULL;
    pthread_mutex_unlock(&writer->mutex);
    return job;
}

/* The next bulk job, waiting for it a little while nothing else waits. */
static Job *queue_take_bulk(Writer *writer)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += BULK_WAIT_MS * 1000000L;
    if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
    pthread_mutex_lock(&writer->mutex);
    int waited = 0;
    while (writer->waiting.first == NULL && !writer->closing && waited == 0) {
        waited = pthread_cond_timedwait(&writer->wake, &writer->mutex, &until);
    }
    pthread_mutex_unlock(&writer->mutex);
    return queue_take(writer, true);
}

static bool queue_is_empty(Writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    bool empty = writer->waiting.first == NULL;
    pthread_mutex_unlock(&writer->mutex);
    return empty;
}

/* false: the store closes and nothing waits any more. */
static bool queue_wait(Writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    while (writer->waiting.first == NULL && !writer->closing)
        pthread_cond_wait(&writer->wake, &writer->mutex);
    bool waiting = writer->waiting.first != NULL;
    pthread_mutex_unlock(&writer->mutex);
    return waiting;
}

/* Takes the job over; false: too many wait. */
static bool queue_add(Writer *writer, Job *job)
{
    pthread_mutex_lock(&writer->mutex);
    ASSERT(!writer->closing);
    bool room = writer->waiting.count < QUEUE_JOBS_MAX;
    if (room) list_add(&writer->waiting, job);
    if (room && writer->waiting.count == 1) pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->mutex);
    return room;
}

void store_submit(Store *store, WriteFn fn, WriteDone done, void *arg)
{
    Job *job = mem_alloc(sizeof *job);
    *job = (Job){.fn = fn, .done = done, .arg = arg};
    if (queue_add(&store->writer, job)) return;
    mem_free(job);
    done(arg, ERR_BUSY);
}

void store_submit_bulk(Store *store, const BulkWrite *bulk)
{
    Job *job = mem_alloc(sizeof *job);
    *job = (Job){.fn = bulk->fn,
                 .arg = bulk->arg,
                 .ran = bulk->ran,
                 .done = bulk->done,
                 .owner = bulk->owner};
    if (queue_add(&store->writer, job)) return;
    bulk->ran(bulk->arg, ERR_BUSY);
    bulk->done(bulk->owner, ERR_BUSY);
    mem_free(job);
}

typedef struct Wait {
    pthread_mutex_t mutex;
    pthread_cond_t over;
    bool done;
    WriteFn fn;
    void *arg;
    Err err;
} Wait;

static Err wait_run(WriteTx *tx, void *arg)
{
    Wait *wait = arg;
    return wait->fn(tx, wait->arg);
}

static void wait_done(void *arg, Err err)
{
    Wait *wait = arg;
    pthread_mutex_lock(&wait->mutex);
    wait->err = err;
    wait->done = true;
    pthread_cond_signal(&wait->over);
    pthread_mutex_unlock(&wait->mutex);
}

Err store_write(Store *store, WriteFn fn, void *arg)
{
    ASSERT(!pthread_equal(pthread_self(), store->writer.thread)); /* it would wait for itself */
    Wait wait = {
        .mutex = PTHREAD_MUTEX_INITIALIZER, .over = PTHREAD_COND_INITIALIZER, .fn = fn, .arg = arg};
    store_submit(store, wait_run, wait_done, &wait);
    pthread_mutex_lock(&wait.mutex);
    while (!wait.done) pthread_cond_wait(&wait.over, &wait.mutex);
    pthread_mutex_unlock(&wait.mutex);
    pthread_cond_destroy(&wait.over);
    pthread_mutex_destroy(&wait.mutex);
    return wait.err;
}

/* ---- one group ---- */

static int64_t monotonic_us(void)
{
    struct timespec now;
    ASSERT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* A full disk is met before SQLite meets it, with room left to start again and to tell of it. */
static bool disk_has_room(const Writer *writer)
{
    struct statvfs disk;
    if (statvfs(writer->store->dir, &disk) != 0) return true; /* the write itself will tell */
    return (uint64_t)disk.f_bavail * disk.f_frsize >= STORE_ROOM_MIN;
}

/* The journal's copy undoes what a refused job had appended. */
static void job_run(Writer *writer, WriteTx *tx, Job *job)
{
    Journal before = writer->journal;
    job->err = sql_savepoint(writer->sql);
    if (job->err == ERR_OK) job->err = job->fn(tx, job->arg);
    if (job->err == ERR_OK) job->err = sql_release(writer->sql);
    if (job->err == ERR_OK) return;
    sql_rollback_savepoint(writer->sql);
    writer->journal = before;
}

/* Run what waits, within the bounds of a group. Returns how many want to be kept. */
static int64_t group_jobs(Writer *writer, JobList *group)
{
    WriteTx tx = {
        .sql = writer->sql,
        .journal = &writer->journal,
        .now_us = env_now_us(writer->store->env),
        .store = writer->store,
    };
    int64_t kept = 0, end_us = monotonic_us() + GROUP_WORK_US;
    while (group->count < GROUP_JOBS_MAX && sql_in_transaction(writer->sql)) {
        Job *job = queue_take(writer, false);
        if (job == NULL) break;
        job_run(writer, &tx, job);
        list_add(group, job);
        if (job->err == ERR_OK) kept++;
        if (monotonic_us() >= end_us) break;
    }
    return kept;
}

/* For want of room the next write may do; anything else ends writing. */
static void storage_failed(Writer *writer)
{
    bool full = sql_disk_full(writer->sql) && !sql_failed(writer->sql);
    atomic_store(full ? &writer->disk_full : &writer->stopped, true);
}

static Err group_lost(Writer *writer, const Journal *before)
{
    sql_rollback(writer->sql);
    writer->journal = *before;
    storage_failed(writer);
    return ERR_STORAGE;
}

/* A lock that another program holds for long is no reason to stop. A log that was copied starts
 * over with this group unless a snapshot from before the copy is still held. */
static Err group_begin(Writer *writer)
{
    if (writer->checkpointed) pool_drop_snapshots(&writer->store->pool);
    Err err = sql_begin(writer->sql);
    if (err != ERR_OK && (sql_disk_full(writer->sql) || sql_failed(writer->sql)))
        storage_failed(writer);
    return err == ERR_OK ? ERR_OK : ERR_STORAGE;
}

/* Bulk jobs have no savepoints: SQLite would copy each page they touch. So one that fails undoes
 * the whole group, and its kept jobs are told the same. */
static Err bulk_jobs(Writer *writer, JobList *group, int64_t *kept)
{
    WriteTx tx = {
        .sql = writer->sql,
        .journal = &writer->journal,
        .now_us = env_now_us(writer->store->env),
        .store = writer->store,
    };
    int64_t end_us = monotonic_us() + STORE_BULK_US;
    Err err = ERR_OK;
    Job *job;
    while (err == ERR_OK && group->count < GROUP_JOBS_MAX && monotonic_us() < end_us &&
           disk_has_room(writer) && (job = queue_take_bulk(writer)) != NULL) {
        list_add(group, job);
        err = job->fn(&tx, job->arg);
        job->ran(job->arg, err);
        if (err == ERR_OK) (*kept)++;
    }
    return err;
}

static void cache_widen(Writer *writer, bool wide)
{
    if (writer->wide != wide) sql_cache_size(writer->sql, wide ? BULK_CACHE_BYTES : CACHE_BYTES);
    writer->wide = wide;
}

static Err group_work(Writer *writer, JobList *group, bool bulk)
{
    if (atomic_load(&writer->stopped)) return ERR_STORAGE;
    if (!disk_has_room(writer)) {
        atomic_store(&writer->disk_full, true);
        return ERR_STORAGE;
    }
    if (bulk) cache_widen(writer, true);
    TRY(group_begin(writer));
    Journal before = writer->journal;
    int64_t kept = 0;
    Err err = ERR_OK;
    if (bulk)
        err = bulk_jobs(writer, group, &kept);
    else
        kept = group_jobs(writer, group);
    if (!sql_in_transaction(writer->sql)) return group_lost(writer, &before);
    if (kept == 0 || err != ERR_OK) {
        sql_rollback(writer->sql);
        writer->journal = before;
        return err;
    }
    if (writer->journal.size != before.size &&
        journal_seal(&writer->journal, writer->sql) != ERR_OK) {
        return group_lost(writer, &before);
    }
    if (sql_commit(writer->sql) != ERR_OK) return group_lost(writer, &before);
    atomic_store(&writer->disk_full, false);
    atomic_store(&writer->journal_size, writer->journal.size);
    atomic_fetch_add(&writer->jobs, kept);
    atomic_fetch_add(&writer->commits, 1);
    pool_advance(&writer->store->pool);
    return ERR_OK;
}

/* Tell each owner; `err` stands for all where the group was lost. */
static void group_tell(JobList *group, Err err)
{
    Job *job;
    while ((job = list_take(group)) != NULL) {
        WriteDone done = job->done;
        void *arg = job->ran ? job->owner : job->arg;
        Err own = job->err;
        mem_free(job);
        done(arg, err == ERR_OK ? own : err);
    }
}

/* None was run: those that wait are refused. */
static void group_refuse(Writer *writer, JobList *group, bool bulk, Err err)
{
    Job *job;
    while (group->count < GROUP_JOBS_MAX && (job = queue_take(writer, bulk)) != NULL) {
        if (bulk) job->ran(job->arg, err);
        list_add(group, job);
    }
}

static void group_run(Writer *writer)
{
    JobList group = {0};
    pthread_mutex_lock(&writer->mutex);
    bool bulk = writer->waiting.first && writer->waiting.first->ran;
    pthread_mutex_unlock(&writer->mutex);
    Err err = group_work(writer, &group, bulk);
    if (err != ERR_OK && group.count == 0) group_refuse(writer, &group, bulk, err);
    group_tell(&group, err);
}

/* ---- checkpoints ---- */

/* A failed fsync of the database while the log is copied must not be tried again either: the second
 * would succeed, and the log, then the only good copy, would be written over. */
static void checkpoint(Writer *writer)
{
    int64_t pages = sql_wal_pages(writer->sql);
    if (pages < writer->checkpointed) writer->checkpointed = 0; /* the log started over */
    if (atomic_load(&writer->stopped) || pages - writer->checkpointed < CHECKPOINT_PAGES) return;
    pool_drop_snapshots(&writer->store->pool);
    Err err = sql_checkpoint(writer->sql, pages >= TRUNCATE_PAGES);
    writer->checkpointed = sql_wal_pages(writer->sql);
    if (err != ERR_OK && err != ERR_BUSY) storage_failed(writer);
    pool_advance(&writer->store->pool);
}

static void *writer_loop(void *arg)
{
    Writer *writer = arg;
    pthread_setname_np(pthread_self(), "writer");
    while (queue_wait(writer)) {
        group_run(writer);
        checkpoint(writer);
        if (writer->wide && queue_is_empty(writer)) cache_widen(writer, false);
    }
    return NULL;
}

void writer_start(Writer *writer, Store *store)
{
    writer->store = store;
    atomic_store(&writer->journal_size, writer->journal.size);
    pthread_mutex_init(&writer->mutex, NULL);
    pthread_cond_init(&writer->wake, NULL);
    sigset_t all, before; /* signals are for the main thread */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    ASSERT(pthread_create(&writer->thread, NULL, writer_loop, writer) == 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void writer_end(Writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    writer->closing = true;
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->mutex);
    pthread_join(writer->thread, NULL);
    pthread_cond_destroy(&writer->wake);
    pthread_mutex_destroy(&writer->mutex);
}
