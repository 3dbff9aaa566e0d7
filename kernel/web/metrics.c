#include "kernel/web/metrics.h"

static const int64_t METRICS_BOUNDS_US[METRICS_BUCKETS] = {
    100, 500, 1000, 5000, 10000, 50000, 100000, 500000, 1000000, INT64_MAX};

void metrics_note(Metrics *metrics, int status, int64_t duration_us, int64_t bytes)
{
    int class = status / 100;
    if (class < 1 || class > 5) class = 5;
    atomic_fetch_add_explicit(&metrics->answers[class], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&metrics->bytes, bytes, memory_order_relaxed);
    atomic_fetch_add_explicit(&metrics->duration_us, duration_us, memory_order_relaxed);
    int i = 0;
    while (duration_us > METRICS_BOUNDS_US[i]) i++;
    atomic_fetch_add_explicit(&metrics->buckets[i], 1, memory_order_relaxed);
}

void metrics_write(const Metrics *metrics, Buf *out)
{
    buf_lit(out, "# HELP heluo_http_answers_total Answers by class of status.\n# TYPE "
                 "heluo_http_answers_total counter\n");
    for (int i = 1; i <= 5; i++) {
        buf_printf(out, "heluo_http_answers_total{class=\"%dxx\"} %lld\n", i,
                   (long long)metrics->answers[i]);
    }
    buf_printf(out,
               "# HELP heluo_http_refused_total Malformed requests stopped at the gate.\n"
               "# TYPE heluo_http_refused_total counter\nheluo_http_refused_total %lld\n",
               (long long)metrics->refused);
    buf_printf(out,
               "# HELP heluo_http_sent_bytes_total Bytes of bodies sent.\n"
               "# TYPE heluo_http_sent_bytes_total counter\nheluo_http_sent_bytes_total %lld\n",
               (long long)metrics->bytes);
    buf_lit(out, "# HELP heluo_http_duration_seconds Time from head to answer.\n# TYPE "
                 "heluo_http_duration_seconds histogram\n");
    int64_t sum = 0;
    for (int i = 0; i < METRICS_BUCKETS; i++) {
        sum += metrics->buckets[i];
        if (i < METRICS_BUCKETS - 1) {
            buf_printf(out, "heluo_http_duration_seconds_bucket{le=\"%g\"} %lld\n",
                       (double)METRICS_BOUNDS_US[i] / 1e6, (long long)sum);
        } else {
            buf_printf(out, "heluo_http_duration_seconds_bucket{le=\"+Inf\"} %lld\n",
                       (long long)sum);
        }
    }
    buf_printf(out, "heluo_http_duration_seconds_sum %g\nheluo_http_duration_seconds_count %lld\n",
               (double)metrics->duration_us / 1e6, (long long)sum);
}
