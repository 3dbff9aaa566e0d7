#include "kernel/store/store_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static Err os_fault(Buf *why, const char *what, const char *path)
{
    char reason[128];
    buf_printf(why, "cannot %s %s: %s", what, path, strerror_r(errno, reason, sizeof reason));
    return ERR_STORAGE;
}

/* DIR/name; false where that is too long. */
static bool path_in(char path[STORE_PATH_MAX], const char *dir, const char *name)
{
    int n = snprintf(path, STORE_PATH_MAX, "%s/%s", dir, name);
    return n > 0 && n < STORE_PATH_MAX;
}

/* Make the folder and those above it. */
static Err dir_make(const char *dir, Buf *why)
{
    char path[STORE_PATH_MAX];
    size_t n = strlen(dir);
    if (n == 0 || n >= sizeof path) {
        errno = n ? ENAMETOOLONG : ENOENT;
        return os_fault(why, "use the folder", dir);
    }
    memcpy(path, dir, n + 1);
    for (char *at = path + 1;; at++) {
        if (*at != '/' && *at != 0) continue;
        bool last = *at == 0;
        *at = 0;
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return os_fault(why, "make the folder", path);
        if (last) return ERR_OK;
        *at = '/';
    }
}

/* DIR/lock is held by the open file, so it ends with the process however that ends. The number in
 * it is for people. */
static Err lock_take(const char *dir, int *lock, Buf *why)
{
    char path[STORE_PATH_MAX], text[32];
    if (!path_in(path, dir, "lock")) {
        errno = ENAMETOOLONG;
        return os_fault(why, "use", dir);
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return os_fault(why, "open", path);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        Err err = errno == EWOULDBLOCK ? ERR_BUSY : os_fault(why, "lock", path);
        ssize_t n = err == ERR_BUSY ? pread(fd, text, sizeof text, 0) : 0;
        if (err == ERR_BUSY) {
            Str pid = str_trim((Str){text, n > 0 ? (size_t)n : 0});
            buf_printf(why, "%s is in use by process " STR_FMT, dir, STR_ARG(pid));
        }
        close(fd);
        return err;
    }
    int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n) {
        Err err = os_fault(why, "write", path);
        close(fd);
        return err;
    }
    *lock = fd;
    return ERR_OK;
}

/* New files' names reach the disk with their folder. */
static Err dir_sync(const char *dir, Buf *why)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return os_fault(why, "open", dir);
    Err err = fsync(fd) == 0 ? ERR_OK : os_fault(why, "sync", dir);
    close(fd);
    return err;
}

static Err journal_ready(Store *store, Buf *why)
{
    Err err = journal_load(&store->writer.journal, store->writer.sql);
    if (err == ERR_CONFLICT) {
        buf_lit(why, "the journal does not give the root stored at its head; heluo verify tells "
                     "where it was changed");
    }
    return err;
}

static Err store_prepare(Store *store, MigrationSet set, bool *made, Buf *why)
{
    char path[STORE_PATH_MAX];
    if (!path_in(path, store->dir, "heluo.db")) {
        errno = ENAMETOOLONG;
        return os_fault(why, "use", store->dir);
    }
    TRY(dir_make(store->dir, why));
    TRY(lock_take(store->dir, &store->lock, why));
    Err err = sql_open(path, SQL_WRITE, &store->writer.sql);
    if (err == ERR_OK) err = dir_sync(store->dir, why);
    if (err == ERR_OK)
        err = migrate_apply(store->writer.sql, set, env_now_us(store->env), made, why);
    if (err == ERR_OK) err = journal_ready(store, why);
    if (err == ERR_OK) err = pool_open(&store->pool, store, path);
    if (err != ERR_OK && why->n == 0)
        buf_printf(why, "%s cannot be used: disk or file is faulty or full", path);
    return err;
}

/* The readers first: the last connection to close copies the log into the database, and only the
 * writer's may. */
static void store_free(Store *store)
{
    pool_close(&store->pool);
    sql_close(store->writer.sql);
    if (store->lock >= 0) close(store->lock);
    mem_free(store);
}

Err store_open_with(const StoreOptions *options, MigrationSet set, Store **out, bool *made,
                    Buf *why)
{
    *out = NULL;
    *made = false;
    Store *store = mem_alloc(sizeof *store);
    store->model = options->model;
    store->env = options->env;
    store->lock = -1;
    snprintf(store->dir, sizeof store->dir, "%s", options->dir);
    Err err = strlen(options->dir) < sizeof store->dir ? store_prepare(store, set, made, why)
                                                       : ERR_BAD;
    if (err != ERR_OK) {
        if (why->n == 0) buf_lit(why, "the folder's name is too long");
        store_free(store);
        return err;
    }
    writer_start(&store->writer, store);
    *out = store;
    return ERR_OK;
}

void store_close(Store *store)
{
    if (store == NULL) return;
    writer_end(&store->writer);
    store_free(store);
}

Err store_peek_with(const char *dir, MigrationSet set, Sql **out, Buf *why)
{
    *out = NULL;
    char path[STORE_PATH_MAX];
    if (!path_in(path, dir, "heluo.db") || access(path, F_OK) != 0) {
        buf_printf(why, "there is no store in %s", dir);
        return ERR_NOT_FOUND;
    }
    Sql *sql;
    Err err = sql_open(path, SQL_READ, &sql);
    if (err == ERR_OK) err = migrate_check(sql, set, why);
    if (err != ERR_OK) {
        if (why->n == 0) buf_printf(why, "%s cannot be read", path);
        sql_close(sql);
        return err;
    }
    *out = sql;
    return ERR_OK;
}

const Model *store_model(const Store *store)
{
    return store->model;
}

const Env *store_env(const Store *store)
{
    return store->env;
}

const char *store_dir(const Store *store)
{
    return store->dir;
}

int64_t store_commits(const Store *store)
{
    return atomic_load(&store->writer.commits);
}

StoreState store_state(const Store *store)
{
    Writer *writer = (Writer *)&store->writer; /* the lock is no part of what is seen */
    pthread_mutex_lock(&writer->mutex);
    int64_t queued = writer->waiting.count;
    pthread_mutex_unlock(&writer->mutex);
    return (StoreState){
        .stopped = atomic_load(&writer->stopped),
        .disk_full = atomic_load(&writer->disk_full),
        .queued = queued,
        .commits = atomic_load(&writer->commits),
        .jobs = atomic_load(&writer->jobs),
        .journal_size = atomic_load(&writer->journal_size),
    };
}
