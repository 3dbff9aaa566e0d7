/* How often one client may ask: token buckets by client address, a fixed table, no allocation. */
#pragma once

#include "lib/base.h"

typedef struct Limiter Limiter;

/* rates[i]: tokens a second of allowance i; burst[i]: how many may come at once. 0: no limit. */
enum { LIMITER_ALLOWANCES = 2 };
typedef struct LimiterRates {
    double per_second[LIMITER_ALLOWANCES];
    double burst[LIMITER_ALLOWANCES];
} LimiterRates;

Limiter *limiter_new(const LimiterRates *rates) MUST_USE;
void limiter_free(Limiter *limiter);
/* false: over it; *wait_s says after how many seconds to try again. */
bool limiter_take(Limiter *limiter, int allowance, Str client, int64_t now_us, int *wait_s);
