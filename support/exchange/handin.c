#include "support/exchange/handin.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

enum { KEPT = 128, ARENA_MAX = 64 * 1024 * 1024, BLOCK = 1024 * 1024 };

typedef struct Work {
    App *app;
    BatchInput input;
    Handin *handin;
    int body_fd; /* a copy, closed by the work */
    int64_t offset, size;
} Work;

/* The latest files; a slot is free when its work is done, and the oldest of those is taken first.
 */
static struct {
    pthread_mutex_t lock;
    Handin *slots[KEPT]; /* oldest first */
    int count;
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void text_copy(char *out, size_t size, Str text)
{
    snprintf(out, size, STR_FMT, (int)MIN(text.n, size - 1), text.p ? text.p : "");
}

static Handin *slot_take(const BatchInput *input)
{
    Handin *slot = mem_alloc(sizeof *slot);
    text_copy(slot->dataset, sizeof slot->dataset, input->dataset->id);
    text_copy(slot->organ, sizeof slot->organ, input->organ);
    text_copy(slot->number, sizeof slot->number, input->number);
    text_copy(slot->who, sizeof slot->who, input->subject.name);
    pthread_mutex_lock(&kept.lock);
    int old = 0;
    while (kept.count == KEPT && old < KEPT && !(kept.slots[old]->done && kept.slots[old]->job[0]))
        old++;
    bool room = kept.count < KEPT || old < KEPT;
    if (room && kept.count == KEPT) {
        mem_free(kept.slots[old]);
        memmove(&kept.slots[old], &kept.slots[old + 1],
                sizeof kept.slots[0] * (size_t)(KEPT - old - 1));
        kept.count--;
    }
    if (room) kept.slots[kept.count++] = slot;
    pthread_mutex_unlock(&kept.lock);
    if (room) return slot;
    mem_free(slot);
    return NULL;
}

static void slot_drop(const Handin *slot)
{
    pthread_mutex_lock(&kept.lock);
    int at = 0;
    while (kept.slots[at] != slot) at++;
    mem_free(kept.slots[at]);
    memmove(&kept.slots[at], &kept.slots[at + 1],
            sizeof kept.slots[0] * (size_t)(kept.count - at - 1));
    kept.count--;
    pthread_mutex_unlock(&kept.lock);
}

bool handin_find(Str job, Handin *out)
{
    bool found = false;
    pthread_mutex_lock(&kept.lock);
    for (int i = 0; i < kept.count && !found; i++) {
        found = str_is(job, kept.slots[i]->job);
        if (found) *out = *kept.slots[i];
    }
    pthread_mutex_unlock(&kept.lock);
    return found;
}

/* ---- the work ---- */

static Err part_copy(const Work *work, int out)
{
    char *block = mem_alloc(BLOCK);
    Err err = ERR_OK;
    int64_t done = 0;
    while (err == ERR_OK && done < work->size) {
        size_t want = (size_t)MIN((int64_t)BLOCK, work->size - done);
        ssize_t n = pread(work->body_fd, block, want, work->offset + done);
        if (n <= 0 || write(out, block, (size_t)n) != n) err = ERR_STORAGE;
        done += n;
    }
    mem_free(block);
    return err;
}

static const Text TEXT_ROOM = {"服务器上没有地方放这个文件，什么都没有存；请稍后再试",
                               "the server has no room for the file and nothing was stored; try "
                               "again later"};

/* batch_run reads a file of its own from the start: the part is copied out of the form's body. */
static Err work_run(Work *work, JobProgress *progress, Arena *arena, BatchOutcome *outcome)
{
    int fd = open(work->app->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    Err err = fd >= 0 ? part_copy(work, fd) : ERR_STORAGE;
    work->input.fd = fd;
    *outcome = (BatchOutcome){.fault = {.code = "storage", .text = &TEXT_ROOM}};
    if (err == ERR_OK) err = batch_run(work->app->store, &work->input, progress, arena, outcome);
    if (fd >= 0) close(fd);
    Str dataset = work->input.dataset->id;
    bool lists = str_is(dataset, "code") || str_is(dataset, "division") || str_is(dataset, "organ");
    if (err == ERR_OK && lists) err = codes_reload(work->app->store);
    return err;
}

static void fault_copy(char *out, const BatchFault *fault, Lang lang)
{
    Issue issue = {.field = -1, .text = fault->text, .arg = {fault->arg[0], fault->arg[1]}};
    Buf text = buf_new(64 * 1024);
    if (fault->text) issue_write_text(&text, &issue, lang);
    text_copy(out, HANDIN_FAULT_MAX, buf_str(&text));
    buf_free(&text);
}

static void result_note(Handin *handin, Err err, const BatchOutcome *outcome)
{
    const BatchFault *fault = &outcome->fault;
    pthread_mutex_lock(&kept.lock);
    handin->err = err;
    handin->batch_id = outcome->batch_id;
    handin->replayed = outcome->replayed;
    if (err != ERR_OK) {
        handin->line = fault->line;
        text_copy(handin->field, sizeof handin->field, fault->field);
        fault_copy(handin->zh, fault, LANG_ZH);
        fault_copy(handin->en, fault, LANG_EN);
    }
    handin->done = true;
    pthread_mutex_unlock(&kept.lock);
}

static void work_do(JobProgress *progress, void *arg)
{
    Work *work = arg;
    Arena *arena = arena_new(ARENA_MAX);
    BatchOutcome outcome;
    Err err = work_run(work, progress, arena, &outcome);
    result_note(work->handin, err, &outcome);
    close(work->body_fd);
    arena_free(arena);
    mem_free(work);
}

Err handin_start(App *app, const BatchInput *input, int body_fd, int64_t offset, int64_t size,
                 char id[JOB_ID_CHARS + 1])
{
    Handin *handin = slot_take(input);
    if (handin == NULL) return ERR_BUSY;
    Work *work = mem_alloc(sizeof *work);
    *work = (Work){.app = app,
                   .input = *input,
                   .handin = handin,
                   .body_fd = fcntl(body_fd, F_DUPFD_CLOEXEC, 3),
                   .offset = offset,
                   .size = size};
    work->input.organ = str_of(handin->organ);
    work->input.number = str_of(handin->number);
    work->input.subject =
        (Subject){input->subject.kind, str_of(handin->organ), str_of(handin->who)};
    char text[192];
    snprintf(text, sizeof text, "%s %s", handin->dataset, handin->number);
    JobTitle title = {STR("batch"), work->input.organ, str_of(text)};
    Err err = work->body_fd >= 0 ? ERR_OK : ERR_BUSY;
    if (err == ERR_OK) err = jobs_start(app->jobs, &title, env_now_us(app->env), work_do, work, id);
    if (err == ERR_OK) {
        pthread_mutex_lock(&kept.lock);
        memcpy(handin->job, id, sizeof handin->job);
        pthread_mutex_unlock(&kept.lock);
        return ERR_OK;
    }
    if (work->body_fd >= 0) close(work->body_fd);
    mem_free(work);
    slot_drop(handin);
    return err;
}
