#include "kernel/job/job.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

static Jobs *jobs;
static _Atomic int ran, let_go;

/* Runs until the test lets it go, or somebody cancels it. */
static void wait_work(JobProgress *progress, void *arg)
{
    (void)arg;
    progress->phase = JOB_STORING;
    while (!let_go && !progress->cancel) usleep(200);
    ran++;
}

static void quick_work(JobProgress *progress, void *arg)
{
    (void)progress;
    int *order = arg;
    *order = ran + 1; /* before the counter tells of it */
    ran++;
}

static void await(_Atomic int *counter, int value)
{
    for (int i = 0; i < 50000 && *counter < value; i++) usleep(100);
    assert_int_equal(*counter, value);
}

static const JobTitle TAX = {STR_INIT("batch"), STR_INIT("tax"), STR_INIT("entity b1")},
                      POLICE = {STR_INIT("batch"), STR_INIT("police"), STR_INIT("entity b2")};

static const char *phase_of(const char *id, Str organ)
{
    static char phase[20];
    Buf text = buf_new(4096), why = buf_new(1000);
    Json json = json_to(&text);
    snprintf(phase, sizeof phase, "none");
    if (jobs_write(jobs, str_of(id), organ, 2000000, &json) == ERR_OK) {
        json_t *job = json_read(buf_str(&text), &why);
        assert_non_null(job);
        snprintf(phase, sizeof phase, "%s", json_string_value(json_object_get(job, "phase")));
        json_decref(job);
    }
    buf_free(&text);
    buf_free(&why);
    return phase;
}

static void jobs_run_in_the_order_they_came(void **state)
{
    (void)state;
    int order[10] = {0};
    assert_int_equal(jobs_start(jobs, &TAX, 1000000, wait_work, NULL, NULL), ERR_OK);
    for (int i = 0; i < 10; i++)
        assert_int_equal(jobs_start(jobs, &TAX, 1000000, quick_work, &order[i], NULL), ERR_OK);
    assert_int_equal(ran, 0); /* one thread: the first is under way */
    let_go = 1;
    await(&ran, 11);
    for (int i = 0; i < 10; i++) assert_int_equal(order[i], i + 2);
}

static void one_looks_at_and_stops_one_s_own(void **state)
{
    (void)state;
    char id[JOB_ID_CHARS + 1], waits[JOB_ID_CHARS + 1];
    assert_int_equal(jobs_start(jobs, &TAX, 1000000, wait_work, NULL, id), ERR_OK);
    assert_int_equal(jobs_start(jobs, &POLICE, 1000000, wait_work, NULL, waits), ERR_OK);
    for (int i = 0; i < 50000 && strcmp(phase_of(id, STR("tax")), "storing") != 0; i++) usleep(100);
    assert_string_equal(phase_of(id, STR("tax")), "storing");
    assert_string_equal(phase_of(id, STR_NONE), "storing"); /* the administrator sees all */
    assert_string_equal(phase_of(id, STR("police")), "none");
    assert_string_equal(phase_of(waits, STR("police")), "waiting");
    assert_int_equal(jobs_cancel(jobs, str_of(id), STR("police")), ERR_NOT_FOUND);
    assert_int_equal(ran, 0);
    assert_int_equal(jobs_cancel(jobs, STR("0000000000000000"), STR_NONE), ERR_NOT_FOUND);
    assert_int_equal(jobs_cancel(jobs, str_of(id), STR("tax")), ERR_OK);
    await(&ran, 1);
    assert_int_equal(jobs_cancel(jobs, str_of(waits), STR_NONE), ERR_OK);
    await(&ran, 2);
}

static void too_many_waiting_are_refused(void **state)
{
    (void)state;
    char id[JOB_ID_CHARS + 1];
    assert_int_equal(jobs_start(jobs, &TAX, 1000000, wait_work, NULL, id), ERR_OK);
    for (int i = 0; i < 50000 && strcmp(phase_of(id, STR("tax")), "storing") != 0; i++) usleep(100);
    int order;
    for (int i = 0; i < JOBS_WAITING_MAX; i++)
        assert_int_equal(jobs_start(jobs, &TAX, 1000000, quick_work, &order, NULL), ERR_OK);
    assert_int_equal(jobs_start(jobs, &TAX, 1000000, quick_work, &order, NULL), ERR_BUSY);
    let_go = 1;
    await(&ran, JOBS_WAITING_MAX + 1);
    assert_int_equal(jobs_start(jobs, &TAX, 1000000, quick_work, &order, NULL), ERR_OK);
    await(&ran, JOBS_WAITING_MAX + 2);
}

static void old_ones_are_forgotten(void **state)
{
    (void)state;
    int order;
    char first[JOB_ID_CHARS + 1];
    assert_int_equal(jobs_start(jobs, &TAX, 1000000, quick_work, &order, first), ERR_OK);
    await(&ran, 1);
    for (int i = 1; i <= JOBS_KEPT_MAX + 50; i++) {
        assert_int_equal(jobs_start(jobs, &TAX, 1000000, quick_work, &order, NULL), ERR_OK);
        await(&ran, i + 1);
    }
    assert_string_equal(phase_of(first, STR_NONE), "none");
    Buf text = buf_new(1 << 20), why = buf_new(1000);
    Json json = json_to(&text);
    jobs_write_all(jobs, STR_NONE, 2000000, &json);
    json_t *all = json_read(buf_str(&text), &why);
    assert_in_range(json_array_size(all), JOBS_KEPT_MAX, JOBS_KEPT_MAX + 2);
    json_decref(all);
    buf_free(&text);
    buf_free(&why);
}

/* Those under way are asked to stop, those that wait run and see it: their owners are answered. */
static void stopping_leaves_nobody_without_an_answer(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++)
        assert_int_equal(jobs_start(jobs, &TAX, 1000000, wait_work, NULL, NULL), ERR_OK);
    jobs_free(jobs);
    assert_int_equal(ran, 20);
    jobs = jobs_new(1);
}

static int set_up(void **state)
{
    (void)state;
    ran = let_go = 0;
    jobs = jobs_new(1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    let_go = 1;
    jobs_free(jobs);
    return 0;
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(jobs_run_in_the_order_they_came),
        RULE(one_looks_at_and_stops_one_s_own),
        RULE(too_many_waiting_are_refused),
        RULE(old_ones_are_forgotten),
        RULE(stopping_leaves_nobody_without_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
