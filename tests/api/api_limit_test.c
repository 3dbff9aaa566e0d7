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

/* Each client behind the trusted proxy has an allowance of its own; what the client wrote into the
 * header itself stands before the proxy's word and counts for nothing. */
static void behind_a_trusted_proxy_clients_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *proxy, *forwarded;
        int status;
    } CASES[] = {
        {"", "198.51.100.1", 429}, /* no proxy is trusted: this machine's allowance is used up */
        {"198.51.100.9", "198.51.100.1", 429}, /* another address is */
        {"127.0.0.1", "198.51.100.1", 200},
        {"127.0.0.1", "198.51.100.1, 2001:db8::7", 200},
        {"127.0.0.1", "nonsense", 429},
        {"127.0.0.1", "198.51.100.3, <b>", 429},
    };
    App *app = &api.kit->app;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char header[200];
        snprintf(header, sizeof header, "X-Forwarded-For: %s\r\n", CASES[i].forwarded);
        app->trusted_proxy = str_of(CASES[i].proxy);
        Answer answer = ask("GET", "/api/collections/organ/items/tax", header, NULL);
        app->trusted_proxy = STR("");
        if (answer.status != CASES[i].status) fail_msg("%s", CASES[i].forwarded);
        answer_free(&answer);
    }
    app->trusted_proxy = STR("127.0.0.1");
    const char *spoofed = "X-Forwarded-For: 198.51.100.4, 198.51.100.5\r\n";
    for (int i = 0; i < 6; i++) {
        Answer answer = ask("GET", "/api/collections/organ/items/tax", spoofed, NULL);
        assert_int_equal(answer.status, i < 5 ? 200 : 429);
        answer_free(&answer);
    }
    app->trusted_proxy = STR("");
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
        cmocka_unit_test(behind_a_trusted_proxy_clients_are_told_apart),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
