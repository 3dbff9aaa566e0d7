/* A city opened by this process: store, code lists, what routes work with. */
#pragma once

#include "kernel/job/job.h"
#include "kernel/web/limiter.h"
#include "kernel/web/metrics.h"
#include "kernel/web/router.h"

typedef struct City {
    App app;
    Arena *arena; /* settings' texts */
    Metrics metrics;
    int connections_max;
} City;

/* Open DIR, making and filling it where it is empty. ERR_BUSY: a server has it; use its socket.
 * Otherwise why says what is wrong. */
Err city_open(const char *dir, City *out, Buf *why) MUST_USE;
/* The same with another clock (the sample city's); env lives as long as the city. */
Err city_open_at(const char *dir, const Env *env, City *out, Buf *why) MUST_USE;
void city_close(City *city);

/* Code lists, divisions and organs that ship: contributed by their owners as batches whose number
 * names the content, so that a next version's lists come in as an update. */
Err seed_store(Store *store, Buf *why) MUST_USE;

/* A descriptor that reads these bytes; -1 when there is no memory for it. */
int bytes_open(Str bytes);
