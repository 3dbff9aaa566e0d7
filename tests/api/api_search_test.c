/* POST …/search: look-ups whose values do not stand in an address. */
#include "tests/api/api_testkit.h"

#define SEARCH "/api/collections/entity/search"
#define JSON_TYPE "Content-Type: application/json\r\n"

static Answer search(const char *body)
{
    return ask("POST", SEARCH, JSON_TYPE, body);
}

static int found(const Answer *answer)
{
    return (int)json_integer_value(json_object_get(answer->json, "numberReturned"));
}

static void the_key_or_a_declared_set_of_fields_finds(void **state)
{
    (void)state;
    static const struct {
        const char *code; /* in front: "uscc" is asked for too */
        const char *rest;
        int found;
    } CASES[] = {
        {"\"uscc\":", "", 1},
        {"\"uscc\":", ",\"name\":null", 1}, /* null asks for nothing */
        {"", "\"name\":\"查找公司\"", 2},
        {"", "\"name\":\" 查找公司 \"", 2}, /* normalised as on entry */
        {"", "\"name\":\"查找公司'\"", 1},
        {"", "\"name\":\"没有的公司\"", 0},
        {"", "\"organisation_code\":\"000000001\"", -1}, /* its check digit is wrong */
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char body[200];
        const char *quote = *CASES[i].code ? "\"" : "";
        snprintf(body, sizeof body, "{%s%s%s%s%s}", CASES[i].code, quote, *quote ? uscc_of(1) : "",
                 quote, CASES[i].rest);
        Answer answer = search(body);
        int count = answer.status == 200 ? found(&answer) : -1;
        if (count != CASES[i].found) fail_msg("%s: %d", body, count);
        answer_free(&answer);
    }
}

static void what_may_not_be_asked_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *headers, *body;
        int status;
        const char *code;
    } CASES[] = {
        {JSON_TYPE, "{\"address\":\"甲路\"}", 400, "fields"},
        {JSON_TYPE, "{\"name\":\"查找公司\",\"status\":\"active\"}", 400, "fields"},
        {JSON_TYPE, "{}", 400, "fields"},
        {JSON_TYPE, "{\"nane\":\"x\"}", 400, "invalid"},
        {JSON_TYPE, "{\"uscc\":\"91410300MA9A00010Q\"}", 400, "invalid"},
        {JSON_TYPE, "{\"uscc\":[\"91410300MA9A00010P\"]}", 400, "invalid"},
        {JSON_TYPE, "[]", 400, "json"},
        {JSON_TYPE, "{\"uscc\":", 400, "json"},
        {"Content-Type: text/plain\r\n", "{}", 415, "content_type"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Answer answer = ask("POST", SEARCH, CASES[i].headers, CASES[i].body);
        if (answer.status != CASES[i].status || strcmp(member(answer.json, "code"), CASES[i].code))
            fail_msg("%s: %d %s", CASES[i].body, answer.status, member(answer.json, "code"));
        answer_free(&answer);
    }
    Answer answer =
        ask("POST", "/api/collections/correction_request/search", JSON_TYPE, "{\"no\":\"x\"}");
    assert_int_equal(answer.status, 401);
    answer_free(&answer);
}

/* As an item's: masked without a purpose, with one journalled before it leaves. */
static void a_search_that_shows_personal_values_is_journalled(void **state)
{
    (void)state;
    static const char COUNT[] = "SELECT count(*) FROM journal WHERE action = 'read'";
    char body[100];
    snprintf(body, sizeof body, "{\"uscc\":\"%s\"}", uscc_of(2));
    Answer answer = ask("POST", SEARCH, bearer(api.key_tax, JSON_TYPE), body);
    assert_int_equal(found(&answer), 1);
    assert_true(str_find(answer.text, STR("63930002")) < 0);
    answer_free(&answer);
    assert_int_equal(kit_count(api.kit, COUNT), 0);
    answer =
        ask("POST", SEARCH, bearer(api.key_tax, JSON_TYPE "Heluo-Purpose: approval\r\n"), body);
    assert_true(str_find(answer.text, STR("63930002")) >= 0);
    answer_free(&answer);
    assert_int_equal(kit_count(api.kit, COUNT), 1);
}

static void add(int n, const char *name, const char *request)
{
    char json[300];
    snprintf(json, sizeof json, "{\"uscc\":\"%s\",\"name\":\"%s\",\"contact_phone\":\"6393%04d\"}",
             uscc_of(n), name, n);
    Answer answer = post_item(api.key_market, "entity", request, json);
    assert_int_equal(answer.status, 201);
    answer_free(&answer);
}

static int set_up(void **state)
{
    (void)state;
    api_open(NULL);
    add(1, "查找公司", "search-0001");
    add(2, "查找公司", "search-0002");
    add(3, "查找公司'", "search-0003");
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
        cmocka_unit_test(the_key_or_a_declared_set_of_fields_finds),
        cmocka_unit_test(what_may_not_be_asked_is_refused),
        cmocka_unit_test(a_search_that_shows_personal_values_is_journalled),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
