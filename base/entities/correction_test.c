/* Requests for correction: what is taken once, what is refused, and who sees it. */
#include "base/entities/pages_kit.h"

#define FORM "/entities/" USCC_PEONY "/correction"
#define GOOD                                                                                       \
    "no=GX0123456789&field=address&said=%E5%AD%9F%E6%B4%A5%E5%8C%BA8%E5%8F%B7&basis=licence+12&"   \
    "contact="

static Kit *kit;

static int open_city(void **state)
{
    (void)state;
    kit = city_open();
    return 0;
}

static int close_city(void **state)
{
    (void)state;
    city_close(kit);
    return 0;
}

static const HttpPair OURS[] = {
    {STR_INIT("host"), STR_INIT("city.example")},
    {STR_INIT("origin"), STR_INIT("http://city.example")},
    {STR_INIT("content-type"), STR_INIT("application/x-www-form-urlencoded")}};

static KitAnswer sent(const char *body)
{
    return kit_call(kit, HTTP_POST, FORM, OURS, 3, str_of(body));
}

static int64_t requests(void)
{
    return kit_count(kit, "SELECT count(*) FROM correction_request");
}

static void the_form_has_a_number_and_the_values(void **state)
{
    (void)state;
    KitAnswer answer = look(kit, FORM "?field=address");
    assert_int_equal(answer.status, 200);
    assert_true(says(&answer, "name=\"no\" value=\"GX"));
    assert_true(says(&answer, "value=\"address\" selected"));
    assert_false(says(&answer, "contact_phone"));
    assert_int_equal(look(kit, "/entities/" USCC_NOBODY "/correction").status, 404);
}

static void a_request_is_kept_once_and_gets_a_receipt(void **state)
{
    (void)state;
    KitAnswer answer = sent(GOOD);
    assert_int_equal(answer.status, 303);
    assert_true(
        str_is(header_of(&answer, "Location"), "/entities/corrections/GX0123456789?sent=1"));
    assert_int_equal(sent(GOOD).status, 303); /* the button pressed twice */
    assert_int_equal(requests(), 1);
    assert_int_equal(
        kit_count(kit, "SELECT count(*) FROM correction_request WHERE said = '孟津区8号'"
                       " AND shown = '孟津区麻屯镇示例路 6 号' AND handled_by = 'market_regulation'"
                       " AND state = 'received' AND contact IS NULL"),
        1);
    KitAnswer receipt = look(kit, "/entities/corrections/GX0123456789?sent=1");
    assert_int_equal(receipt.status, 200);
    assert_true(says(&receipt, "GX01 2345 6789"));
    assert_true(says(&receipt, "已收到"));
    assert_false(says(&receipt, "孟津区8号"));
    assert_false(says(&receipt, "licence"));
}

static void the_number_leads_back_from_the_search_box(void **state)
{
    (void)state;
    KitAnswer answer = look(kit, "/entities?q=gx01+2345+6789");
    assert_int_equal(answer.status, 303);
    assert_true(str_is(header_of(&answer, "Location"), "/entities/corrections/GX0123456789"));
    assert_int_equal(look(kit, "/entities/corrections/GXZZZZZZZZZZ").status, 404);
    assert_int_equal(look(kit, "/entities/corrections/1").status, 404);
}

static void the_same_number_with_other_content_is_refused(void **state)
{
    (void)state;
    assert_int_equal(sent("no=GX0123456789&field=address&said=x&basis=y&contact=").status, 409);
    assert_int_equal(requests(), 1);
}

static void the_journal_vouches_for_it_without_a_word_of_it(void **state)
{
    (void)state;
    assert_int_equal(
        kit_count(kit, "SELECT count(*) FROM journal WHERE dataset = 'correction_request'"), 1);
    assert_int_equal(
        kit_count(
            kit, "SELECT count(*) FROM journal WHERE entry LIKE '%licence%' OR entry LIKE '%8号%'"),
        0);
    StoreReader *reader = store_read(kit->store);
    int64_t bad;
    Buf why = buf_new(4096);
    const Dataset *dataset = model_dataset(kit->model, STR("correction_request"));
    assert_int_equal(dataset_verify(store_reader_sql(reader), dataset, &bad, &why), ERR_OK);
    buf_free(&why);
    store_read_end(reader);
}

static void nobody_reads_requests_without_a_key(void **state)
{
    (void)state;
    assert_int_equal(look(kit, "/api/collections/correction_request/items").status, 401);
    assert_int_equal(look(kit, "/api/collections/correction_request/items/GX0123456789").status,
                     401);
}

static void what_is_missing_or_too_long_is_said_at_its_field(void **state)
{
    (void)state;
    static const struct {
        const char *body, *words;
    } REFUSED[] = {
        {"no=&field=&said=a&basis=b&contact=", "请选择哪一项有错"},
        {"field=contact_phone&said=a&basis=b", "请选择哪一项有错"},
        {"field=nothing&said=a&basis=b", "请选择哪一项有错"},
        {"field=address&said=&basis=b", "请填写应当是什么"},
        {"field=address&said=++&basis=b", "请填写应当是什么"},
        {"field=address&said=a", "请填写依据"},
        {"field=address&said=a%01&basis=b", "看不见的字符"},
        {"", "有 3 处要改"},
    };
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++) {
        KitAnswer answer = sent(REFUSED[i].body);
        if (answer.status != 400 || !says(&answer, REFUSED[i].words))
            fail_msg("%s gives %d, not “%s”", REFUSED[i].body, answer.status, REFUSED[i].words);
    }
    char longer[1200] = "field=address&basis=b&said=";
    memset(longer + strlen(longer), 'a', 1001);
    KitAnswer answer = sent(longer);
    assert_int_equal(answer.status, 400);
    assert_true(says(&answer, "最多 1000 个字，您填了 1001 个"));
    assert_int_equal(requests(), 1);
}

static void bodies_that_are_no_form_of_ours_are_refused(void **state)
{
    (void)state;
    static const char *const BODIES[] = {
        "field=address&said=a&basis=b&state=corrected", "field=address&field=name&said=a&basis=b",
        "field=address&said=%ff&basis=b", "field=address&said=%4&basis=b",
        "{\"field\":\"address\"}"};
    for (size_t i = 0; i < COUNT_OF(BODIES); i++) assert_int_equal(sent(BODIES[i]).status, 400);
    const HttpPair text[] = {OURS[0], OURS[1], {STR("content-type"), STR("text/plain")}};
    assert_int_equal(kit_call(kit, HTTP_POST, FORM, text, 3, STR(GOOD)).status, 400);
    assert_int_equal(requests(), 1);
}

static void only_our_pages_may_send_it(void **state)
{
    (void)state;
    static const HttpPair FOREIGN[][3] = {
        {{STR_INIT("host"), STR_INIT("city.example")},
         {STR_INIT("origin"), STR_INIT("http://evil.example")},
         {{0}, {0}}},
        {{STR_INIT("host"), STR_INIT("city.example")},
         {STR_INIT("origin"), STR_INIT("null")},
         {{0}, {0}}},
        {{STR_INIT("host"), STR_INIT("city.example")},
         {STR_INIT("sec-fetch-site"), STR_INIT("cross-site")},
         {{0}, {0}}},
        {{STR_INIT("host"), STR_INIT("city.example")}, {STR_INIT("x"), STR_INIT("y")}, {{0}, {0}}},
    };
    for (size_t i = 0; i < COUNT_OF(FOREIGN); i++) {
        HttpPair headers[] = {FOREIGN[i][0], FOREIGN[i][1], OURS[2]};
        assert_int_equal(outside(kit, HTTP_POST, FORM, headers, 3, STR(GOOD)).status, 403);
    }
    assert_int_equal(requests(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_has_a_number_and_the_values),
        cmocka_unit_test(a_request_is_kept_once_and_gets_a_receipt),
        cmocka_unit_test(the_number_leads_back_from_the_search_box),
        cmocka_unit_test(the_same_number_with_other_content_is_refused),
        cmocka_unit_test(the_journal_vouches_for_it_without_a_word_of_it),
        cmocka_unit_test(nobody_reads_requests_without_a_key),
        cmocka_unit_test(what_is_missing_or_too_long_is_said_at_its_field),
        cmocka_unit_test(bodies_that_are_no_form_of_ours_are_refused),
        cmocka_unit_test(only_our_pages_may_send_it),
    };
    return cmocka_run_group_tests(tests, open_city, close_city);
}
