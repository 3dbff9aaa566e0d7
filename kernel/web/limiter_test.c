#include "kernel/web/limiter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static Limiter *limiter;
static int64_t now_us;
static int wait_s;

static int taken(const char *client, int times)
{
    int count = 0;
    for (int i = 0; i < times; i++)
        count += limiter_take(limiter, 0, str_of(client), now_us, &wait_s);
    return count;
}

static void a_burst_then_as_many_as_grow(void **state)
{
    (void)state;
    assert_int_equal(taken("a", 20), 10);
    assert_int_equal(wait_s, 1);
    now_us += 499000;
    assert_int_equal(taken("a", 5), 0); /* 2 a second: half a second for one */
    now_us += 2000;
    assert_int_equal(taken("a", 5), 1);
    now_us += 3600LL * 1000000;
    assert_int_equal(taken("a", 100), 10); /* never more than the burst */
}

static void one_client_does_not_use_up_another(void **state)
{
    (void)state;
    assert_int_equal(taken("a", 20), 10);
    assert_int_equal(taken("b", 20), 10);
    assert_int_equal(limiter_take(limiter, 1, STR("a"), now_us, &wait_s),
                     true); /* nor an allowance */
}

static void who_waits_as_long_as_told_gets_through(void **state)
{
    (void)state;
    taken("a", 20);
    for (int i = 0; i < 50; i++) {
        now_us += (int64_t)wait_s * 1000000;
        assert_true(taken("a", 1) == 1);
        while (taken("a", 1)) continue;
    }
}

static void a_clock_that_goes_back_gives_nothing(void **state)
{
    (void)state;
    taken("a", 20);
    now_us -= 3600LL * 1000000;
    assert_int_equal(taken("a", 5), 0);
    now_us += 1000000;
    assert_int_equal(taken("a", 5), 2); /* and the waiting goes on from there */
}

/* More clients than the table holds: the long unused ones go first, nothing grows. */
static void many_clients_fit(void **state)
{
    (void)state;
    char name[20];
    for (int i = 0; i < 100000; i++) {
        snprintf(name, sizeof name, "10.0.%d.%d", i / 256, i % 256);
        now_us++;
        assert_int_equal(taken(name, 1), 1);
    }
    assert_int_equal(taken(name, 20), 9);
}

static void no_rate_is_no_limit(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) assert_true(limiter_take(limiter, 1, STR("a"), now_us, &wait_s));
}

static int set_up(void **state)
{
    (void)state;
    LimiterRates rates = {.per_second = {2, 0}, .burst = {10, 0}};
    limiter = limiter_new(&rates);
    now_us = 1000000000;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    limiter_free(limiter);
    return 0;
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(a_burst_then_as_many_as_grow),
        RULE(one_client_does_not_use_up_another),
        RULE(who_waits_as_long_as_told_gets_through),
        RULE(a_clock_that_goes_back_gives_nothing),
        RULE(many_clients_fit),
        RULE(no_rate_is_no_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
