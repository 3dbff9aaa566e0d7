/* A read that shows personal data is journalled before the data leaves. Internal to kernel/api. */
#pragma once

#include "kernel/api/api.h"

typedef struct ReadMarks {
    int64_t *record_ids; /* records with a personal value among those shown */
    int count, room;
} ReadMarks;

/* Note values of a record that go into the answer: of its master, an organ's row, or a version.
 * All of one record come one behind the other. */
void read_mark(ReadMarks *marks, Arena *arena, const AccessDecision *decision, int64_t record_id,
               const Record *record);

/* The reply is filled in. Without marks it goes out; else first the journal entry is committed, and
 * when that fails the reply becomes an error. The handler returns right after. */
void read_reply(WebRequest *web, const Dataset *dataset, const ReadMarks *marks);

/* The same for work on a job thread: waits. */
Err read_journal(WebRequest *web, const Dataset *dataset, const ReadMarks *marks) MUST_USE;
