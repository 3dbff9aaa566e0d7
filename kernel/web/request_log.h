/* Answers to writes by the client-made request id: a retry gets the first answer. Kept 30 days. */
#pragma once

#include "kernel/store/store.h"

enum { REQUEST_KEPT_DAYS = 30 };

typedef struct RequestAnswer {
    int status;
    Str text; /* in the arena given */
} RequestAnswer;

/* ERR_NOT_FOUND: not seen. ERR_MISUSED: seen with other content. ERR_OK: *answer is the first one.
 */
Err request_find(Sql *sql, Arena *arena, Str organ, Str request_id, const Digest *digest,
                 RequestAnswer *answer) MUST_USE;
/* Forgets those older than REQUEST_KEPT_DAYS: by an index, so a write hardly feels it. */
Err request_keep(WriteTx *tx, Str organ, Str request_id, const Digest *digest,
                 const RequestAnswer *answer) MUST_USE;
