#include "kernel/web/limiter.h"

#include <pthread.h>

enum { BUCKETS = 8192, SHARDS = 16, WAYS = 8 };

typedef struct Bucket {
    uint64_t client; /* keyed hash; 0: free */
    int64_t at_us;
    double tokens;
} Bucket;

struct Limiter {
    LimiterRates rates;
    pthread_mutex_t locks[SHARDS];
    Bucket buckets[LIMITER_ALLOWANCES][BUCKETS];
};

Limiter *limiter_new(const LimiterRates *rates)
{
    Limiter *limiter = mem_alloc(sizeof *limiter);
    limiter->rates = *rates;
    for (int i = 0; i < SHARDS; i++) pthread_mutex_init(&limiter->locks[i], NULL);
    return limiter;
}

void limiter_free(Limiter *limiter)
{
    if (limiter == NULL) return;
    for (int i = 0; i < SHARDS; i++) pthread_mutex_destroy(&limiter->locks[i]);
    mem_free(limiter);
}

/* The client's bucket, or the one longest unused of its set. */
static Bucket *bucket_find(Bucket *set, uint64_t client)
{
    Bucket *oldest = &set[0];
    for (int i = 0; i < WAYS; i++) {
        if (set[i].client == client) return &set[i];
        if (set[i].at_us < oldest->at_us) oldest = &set[i];
    }
    return oldest;
}

bool limiter_take(Limiter *limiter, int allowance, Str client, int64_t now_us, int *wait_s)
{
    ASSERT(allowance >= 0 && allowance < LIMITER_ALLOWANCES);
    double rate = limiter->rates.per_second[allowance], burst = limiter->rates.burst[allowance];
    if (rate <= 0) return true;
    uint64_t hash = str_hash(client) | 1;
    size_t set = (hash >> 8) % (BUCKETS / WAYS);
    pthread_mutex_t *lock = &limiter->locks[set % SHARDS];
    pthread_mutex_lock(lock);
    Bucket *bucket = bucket_find(&limiter->buckets[allowance][set * WAYS], hash);
    if (bucket->client != hash) *bucket = (Bucket){hash, now_us, burst};
    double grown = (double)MAX(now_us - bucket->at_us, 0) / 1e6 * rate;
    bucket->tokens = MIN(bucket->tokens + grown, burst);
    bucket->at_us = now_us;
    bool may = bucket->tokens >= 1;
    if (may)
        bucket->tokens -= 1;
    else
        *wait_s = (int)((1 - bucket->tokens) / rate) + 1;
    pthread_mutex_unlock(lock);
    return may;
}
