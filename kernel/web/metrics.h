/* Counters of the process, in Prometheus' text format at /metrics. */
#pragma once

#include <stdatomic.h>

#include "lib/base.h"

enum { METRICS_BUCKETS = 10 };

typedef struct Metrics {
    _Atomic int64_t answers[6]; /* by class of status: [2] is 2xx */
    _Atomic int64_t refused;    /* malformed requests stopped at the gate */
    _Atomic int64_t bytes;
    _Atomic int64_t buckets[METRICS_BUCKETS]; /* durations, by METRICS_BOUNDS_US */
    _Atomic int64_t duration_us;
} Metrics;

void metrics_note(Metrics *metrics, int status, int64_t duration_us, int64_t bytes);
void metrics_write(const Metrics *metrics, Buf *out);
