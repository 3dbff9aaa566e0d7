/* Files that were handed in through the workbench and are worked on. Internal to this folder. */
#pragma once

#include "support/exchange/exchange.h"

enum { HANDIN_FAULT_MAX = 1024 };

/* What became of one, for the page that waits for it. */
typedef struct Handin {
    char job[JOB_ID_CHARS + 1];
    char dataset[64], organ[64], number[BATCH_NUMBER_MAX + 1];
    char who[64];
    bool done;
    Err err;
    int64_t batch_id;
    bool replayed;
    int64_t line; /* of the fault; 0: none in particular */
    char field[200], zh[HANDIN_FAULT_MAX], en[HANDIN_FAULT_MAX];
} Handin;

/* The bytes offset to offset+size of body_fd, which stays the caller's. id gets the job's id.
 * ERR_BUSY: too many wait already. */
Err handin_start(App *app, const BatchInput *input, int body_fd, int64_t offset, int64_t size,
                 char id[JOB_ID_CHARS + 1]) MUST_USE;
/* false: this process knows no such file, or forgot it. */
bool handin_find(Str job, Handin *out);
