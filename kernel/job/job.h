/*
 * Long work on threads of its own: bounded, with progress that anyone may read and a flag that asks
 * it to stop at its next safe place. What must survive the process (a batch's chunks) is in the
 * store.
 */
#pragma once

#include <stdatomic.h>

#include "lib/base.h"
#include "lib/json.h"

typedef enum JobPhase { JOB_WAITING, JOB_CHECKING, JOB_STORING, JOB_DONE } JobPhase;

/* Written by the work, read by whoever shows it. */
typedef struct JobProgress {
    _Atomic int phase;
    _Atomic int64_t bytes_total, bytes_done, records, rejected;
    _Atomic bool cancel;
    _Atomic int64_t started_us, ended_us;
} JobProgress;

typedef struct Jobs Jobs;
typedef void (*JobFn)(JobProgress *progress, void *arg);

typedef struct JobTitle {
    Str kind;    /* batch, export */
    Str subject; /* organ on whose behalf */
    Str text;    /* dataset and number; no personal data */
} JobTitle;

enum { JOBS_WAITING_MAX = 64, JOBS_KEPT_MAX = 200, JOB_ID_CHARS = 16 };

Jobs *jobs_new(int threads) MUST_USE;
void jobs_free(Jobs *jobs); /* asks all to stop, waits for those under way */

/* Queue fn(progress, arg) to run on a job thread. id gets the job's id when it is not NULL.
 * ERR_BUSY: too many wait already; fn will not be called. */
Err jobs_start(Jobs *jobs, const JobTitle *title, int64_t now_us, JobFn fn, void *arg,
               char id[JOB_ID_CHARS + 1]) MUST_USE;

/* A job as it stands; texts are copies. */
typedef struct JobView {
    char id[JOB_ID_CHARS + 1];
    char kind[32], organ[64], text[192];
    JobPhase phase;
    bool cancelling;
    int64_t bytes_total, bytes_done, records, rejected, started_us;
    int64_t records_per_second;
    int64_t seconds_left; /* -1: cannot be told yet */
} JobView;
/* Newest first, at most max; running: only those that are not done. organ none: of every organ. */
int jobs_views(Jobs *jobs, Str organ, bool running, int64_t now_us, JobView *out, int max);
Err jobs_view(Jobs *jobs, Str id, Str organ, int64_t now_us, JobView *out) MUST_USE;

/* One job, or all that are kept (newest first), as JSON with done, rate and seconds left.
 * organ none: those of every organ. ERR_NOT_FOUND. */
Err jobs_write(Jobs *jobs, Str id, Str organ, int64_t now_us, Json *json) MUST_USE;
void jobs_write_all(Jobs *jobs, Str organ, int64_t now_us, Json *json);
Err jobs_cancel(Jobs *jobs, Str id, Str organ) MUST_USE;
