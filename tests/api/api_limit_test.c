/* More requests than the allowance: 429, and when to come again. */
#include "tests/api/api_testkit.h"

static void over_the_allowance_one_waits(void **state)
{
    (void)state;
    Answer answer = {0};
    for (int i = 0; i < 5; i++) {
        answer = get("/api/collections/organ/items/tax");
        assert_int_equal(answer.status, 200);
        answer_free(&answer);
    }
    answer = get("/api/collections/organ/items/tax");
    assert_int_equal(answer.status, 429);
    assert_string_equal(member(answer.json, "code"), "rate");
    assert_true(str_find(answer.head, STR("Retry-After: ")) >= 0);
    answer_free(&answer);
    answer = get("/healthz"); /* operations are not limited */
    assert_int_equal(answer.status, 200);
    answer_free(&answer);
    KitAnswer local =
        kit_call(api.kit, HTTP_GET, "/api/collections/organ/items/tax", NULL, 0, STR(""));
    assert_int_equal(local.status, 200); /* nor are commands */
    json_decref(local.json);
}

/* Counted by class of status. */
static void answers_are_counted(void **state)
{
    (void)state;
    Answer answer = get("/metrics");
    assert_int_equal(answer.status, 200);
    assert_true(str_find(answer.text, STR("heluo_http_answers_total{class=\"4xx\"} 1\n")) >= 0);
    assert_true(str_find(answer.text, STR("heluo_http_duration_seconds_bucket{le=\"+Inf\"}")) >= 0);
}

static int set_up(void **state)
{
    (void)state;
    LimiterRates rates = {.per_second = {0.001, 0.001}, .burst = {5, 5}};
    api_open(&rates);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    api_close();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_the_allowance_one_waits),
        cmocka_unit_test(answers_are_counted),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
