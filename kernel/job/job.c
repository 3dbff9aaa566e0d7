#include "kernel/job/job.h"

#include <pthread.h>

typedef struct Job {
    struct Job *next; /* in the list of all, newest first */
    char id[JOB_ID_CHARS + 1];
    char kind[32], organ[64], text[192];
    JobProgress progress;
    JobFn fn;
    void *arg;
    bool taken;
} Job;

struct Jobs {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t *threads;
    int thread_count;
    Job *first; /* newest */
    int count, waiting;
    bool stopping;
};

/* ---- threads ---- */

/* The oldest that waits. Called with the lock held. */
static Job *job_next(Jobs *jobs)
{
    Job *found = NULL;
    for (Job *job = jobs->first; job; job = job->next) {
        if (!job->taken) found = job;
    }
    return found;
}

static int64_t now_us(void)
{
    return env_now_us(&ENV_REAL);
}

static void *jobs_thread(void *arg)
{
    Jobs *jobs = arg;
    pthread_mutex_lock(&jobs->lock);
    for (;;) {
        Job *job = job_next(jobs);
        if (job == NULL) {
            if (jobs->stopping) break;
            pthread_cond_wait(&jobs->changed, &jobs->lock);
            continue;
        }
        job->taken = true;
        jobs->waiting--;
        pthread_mutex_unlock(&jobs->lock);
        job->progress.started_us = now_us();
        job->fn(&job->progress, job->arg);
        job->progress.ended_us = now_us();
        job->progress.phase = JOB_DONE;
        pthread_mutex_lock(&jobs->lock);
    }
    pthread_mutex_unlock(&jobs->lock);
    return NULL;
}

Jobs *jobs_new(int threads)
{
    Jobs *jobs = mem_alloc(sizeof *jobs);
    pthread_mutex_init(&jobs->lock, NULL);
    pthread_cond_init(&jobs->changed, NULL);
    jobs->threads = mem_alloc(sizeof *jobs->threads * (size_t)threads);
    jobs->thread_count = threads;
    for (int i = 0; i < threads; i++)
        ASSERT(pthread_create(&jobs->threads[i], NULL, jobs_thread, jobs) == 0);
    return jobs;
}

void jobs_free(Jobs *jobs)
{
    if (jobs == NULL) return;
    pthread_mutex_lock(&jobs->lock);
    jobs->stopping = true;
    for (Job *job = jobs->first; job; job = job->next) job->progress.cancel = true;
    pthread_cond_broadcast(&jobs->changed);
    pthread_mutex_unlock(&jobs->lock);
    for (int i = 0; i < jobs->thread_count; i++) pthread_join(jobs->threads[i], NULL);
    while (jobs->first) {
        Job *next = jobs->first->next;
        mem_free(jobs->first);
        jobs->first = next;
    }
    pthread_cond_destroy(&jobs->changed);
    pthread_mutex_destroy(&jobs->lock);
    mem_free(jobs->threads);
    mem_free(jobs);
}

/* ---- starting ---- */

static void text_copy(char *out, size_t size, Str text)
{
    size_t n = MIN(text.n, size - 1);
    if (n) memcpy(out, text.p, n);
    out[n] = '\0';
}

/* Forget the oldest that are done. Called with the lock held. */
static void jobs_forget(Jobs *jobs)
{
    while (jobs->count > JOBS_KEPT_MAX) {
        Job **last_done = NULL;
        for (Job **at = &jobs->first; *at; at = &(*at)->next) {
            if ((*at)->progress.phase == JOB_DONE) last_done = at;
        }
        if (last_done == NULL) return;
        Job *gone = *last_done;
        *last_done = gone->next;
        mem_free(gone);
        jobs->count--;
    }
}

Err jobs_start(Jobs *jobs, const JobTitle *title, int64_t started_us, JobFn fn, void *arg,
               char id[JOB_ID_CHARS + 1])
{
    Job *job = mem_alloc(sizeof *job);
    uint64_t random;
    env_random(&ENV_REAL, &random, sizeof random);
    snprintf(job->id, sizeof job->id, "%016llx", (unsigned long long)random);
    text_copy(job->kind, sizeof job->kind, title->kind);
    text_copy(job->organ, sizeof job->organ, title->subject);
    text_copy(job->text, sizeof job->text, title->text);
    job->fn = fn;
    job->arg = arg;
    job->progress.started_us = started_us;
    pthread_mutex_lock(&jobs->lock);
    bool room = jobs->waiting < JOBS_WAITING_MAX && !jobs->stopping;
    if (room) {
        if (id) memcpy(id, job->id, sizeof job->id);
        job->next = jobs->first;
        jobs->first = job;
        jobs->count++;
        jobs->waiting++;
        jobs_forget(jobs);
        pthread_cond_signal(&jobs->changed);
    }
    pthread_mutex_unlock(&jobs->lock);
    if (!room) mem_free(job);
    return room ? ERR_OK : ERR_BUSY;
}

/* ---- looking and stopping ---- */

static const char *const PHASES[] = {"waiting", "checking", "storing", "done"};

static void job_view(const Job *job, int64_t at_us, JobView *out)
{
    const JobProgress *p = &job->progress;
    int64_t end = p->ended_us ? p->ended_us : at_us;
    int64_t elapsed = MAX(end - p->started_us, 1), total = p->bytes_total, done = p->bytes_done;
    *out = (JobView){.phase = (JobPhase)p->phase,
                     .bytes_total = total,
                     .bytes_done = done,
                     .records = p->records,
                     .rejected = p->rejected,
                     .started_us = p->started_us,
                     .seconds_left = -1};
    memcpy(out->id, job->id, sizeof out->id);
    memcpy(out->kind, job->kind, sizeof out->kind);
    memcpy(out->organ, job->organ, sizeof out->organ);
    memcpy(out->text, job->text, sizeof out->text);
    out->cancelling = p->cancel && out->phase != JOB_DONE;
    out->records_per_second = out->records * 1000000 / elapsed;
    if (out->phase == JOB_STORING && done > 0) {
        double left = (double)elapsed / 1e6 * (double)(total - done) / (double)done;
        out->seconds_left = (int64_t)left;
    }
}

static void job_write(const Job *job, int64_t at_us, Json *json)
{
    JobView view;
    job_view(job, at_us, &view);
    json_put_object(json);
    json_put_key_str(json, STR("id"), str_of(view.id));
    json_put_key_str(json, STR("kind"), str_of(view.kind));
    json_put_key_str(json, STR("organ"), str_of(view.organ));
    json_put_key_str(json, STR("title"), str_of(view.text));
    json_put_key_str(json, STR("phase"), str_of(PHASES[view.phase]));
    json_put_key_int(json, STR("bytes_total"), view.bytes_total);
    json_put_key_int(json, STR("bytes_done"), view.bytes_done);
    json_put_key_int(json, STR("records"), view.records);
    json_put_key_int(json, STR("rejected"), view.rejected);
    json_put_key_int(json, STR("records_per_second"), view.records_per_second);
    if (view.seconds_left >= 0) json_put_key_int(json, STR("seconds_left"), view.seconds_left);
    json_put_key_bool(json, STR("cancelling"), view.cancelling);
    json_put_object_end(json);
}

/* Called with the lock held. NULL: no such job, or another organ's. */
static Job *job_find(Jobs *jobs, Str id, Str organ)
{
    for (Job *job = jobs->first; job; job = job->next) {
        if (str_is(id, job->id) && (organ.n == 0 || str_is(organ, job->organ))) return job;
    }
    return NULL;
}

Err jobs_write(Jobs *jobs, Str id, Str organ, int64_t at_us, Json *json)
{
    pthread_mutex_lock(&jobs->lock);
    const Job *job = job_find(jobs, id, organ);
    if (job) job_write(job, at_us, json);
    pthread_mutex_unlock(&jobs->lock);
    return job ? ERR_OK : ERR_NOT_FOUND;
}

void jobs_write_all(Jobs *jobs, Str organ, int64_t at_us, Json *json)
{
    pthread_mutex_lock(&jobs->lock);
    json_put_array(json);
    for (const Job *job = jobs->first; job; job = job->next) {
        if (organ.n == 0 || str_is(organ, job->organ)) job_write(job, at_us, json);
    }
    json_put_array_end(json);
    pthread_mutex_unlock(&jobs->lock);
}

int jobs_views(Jobs *jobs, Str organ, bool running, int64_t at_us, JobView *out, int max)
{
    int count = 0;
    pthread_mutex_lock(&jobs->lock);
    for (const Job *job = jobs->first; job && count < max; job = job->next) {
        bool wanted = organ.n == 0 || str_is(organ, job->organ);
        if (wanted && !(running && job->progress.phase == JOB_DONE))
            job_view(job, at_us, &out[count++]);
    }
    pthread_mutex_unlock(&jobs->lock);
    return count;
}

Err jobs_view(Jobs *jobs, Str id, Str organ, int64_t at_us, JobView *out)
{
    pthread_mutex_lock(&jobs->lock);
    const Job *job = job_find(jobs, id, organ);
    if (job) job_view(job, at_us, out);
    pthread_mutex_unlock(&jobs->lock);
    return job ? ERR_OK : ERR_NOT_FOUND;
}

Err jobs_cancel(Jobs *jobs, Str id, Str organ)
{
    pthread_mutex_lock(&jobs->lock);
    Job *job = job_find(jobs, id, organ);
    if (job) job->progress.cancel = true;
    pthread_mutex_unlock(&jobs->lock);
    return job ? ERR_OK : ERR_NOT_FOUND;
}
