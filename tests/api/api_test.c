/* The API over HTTP: what it answers to good and bad requests, and to whom. */
#include "tests/api/api_testkit.h"

static const char ITEMS[] = "/api/collections/entity/items";

/* ---- errors ---- */

enum { NOBODY, MARKET, TAX, UNKNOWN_KEY, MALFORMED_KEY };

static const struct {
    const char *method, *target;
    int who;
    const char *headers, *body;
    int status;
    const char *code;
} ERRORS[] = {
    {"GET", "/api/collections/nothing", NOBODY, "", NULL, 404, "dataset_unknown"},
    {"GET", "/api/collections/nothing/items", NOBODY, "", NULL, 404, "dataset_unknown"},
    {"GET", "/api/nowhere", NOBODY, "", NULL, 404, "not_found"},
    {"GET", "/api/collections/entity/items/91410300MA9A00010P", NOBODY, "", NULL, 404, NULL},
    {"GET", "/api/collections/entity/items/91410300MA9A00010P/sources", NOBODY, "", NULL, 404,
     NULL},
    {"GET", "/api/collections/entity/items/91410300MA9A00010P/history", NOBODY, "", NULL, 404,
     NULL},
    {"GET", "/api/collections?x=1", NOBODY, "", NULL, 400, "parameter_unknown"},
    {"GET", "/api/collections/entity?limit=1", NOBODY, "", NULL, 400, "parameter_unknown"},
    {"GET", "/api/collections/entity/schema?a=", NOBODY, "", NULL, 400, "parameter_unknown"},
    {"GET", "/api/collections/entity/items?nmae=x", NOBODY, "", NULL, 400, "parameter_unknown"},
    {"GET", "/api/collections/entity/items?limit=5&limit=6", NOBODY, "", NULL, 400,
     "parameter_twice"},
    {"GET", "/api/collections/entity/items?name=a&name=b", NOBODY, "", NULL, 400,
     "parameter_twice"},
    {"GET", "/api/collections/entity/items?limit=0", NOBODY, "", NULL, 400, "range"},
    {"GET", "/api/collections/entity/items?limit=1001", NOBODY, "", NULL, 400, "range"},
    {"GET", "/api/collections/entity/items?limit=-1", NOBODY, "", NULL, 400, "range"},
    {"GET", "/api/collections/entity/items?limit=1e1", NOBODY, "", NULL, 400, "range"},
    {"GET", "/api/collections/entity/items?limit=", NOBODY, "", NULL, 400, "range"},
    {"GET", "/api/collections/entity/items?limit=99999999999999999999", NOBODY, "", NULL, 400,
     "range"},
    {"GET", "/api/collections/entity/items?cursor=xyz", NOBODY, "", NULL, 400, "cursor"},
    {"GET", "/api/collections/entity/items?cursor=", NOBODY, "", NULL, 400, "cursor"},
    {"GET", "/api/collections/entity/items?cursor=ff", NOBODY, "", NULL, 400, "cursor"},
    {"GET", "/api/collections/entity/items?cursor=414", NOBODY, "", NULL, 400, "cursor"},
    {"GET", "/api/collections/entity/items?asOf=yesterday", NOBODY, "", NULL, 400, "date_invalid"},
    {"GET", "/api/collections/entity/items?asOf=2026-02-30T00:00:00Z", NOBODY, "", NULL, 400,
     "date_invalid"},
    {"GET", "/api/collections/organ/items/tax?asOf=2026-03-01", NOBODY, "", NULL, 400,
     "date_invalid"},
    {"GET", "/api/collections/entity/items?filter=name%20=", NOBODY, "", NULL, 400, "filter"},
    {"GET", "/api/collections/entity/items?filter=", NOBODY, "", NULL, 400, "filter"},
    {"GET", "/api/collections/entity/items?filter=nmae='x'", NOBODY, "", NULL, 400, "filter"},
    {"GET", "/api/collections/entity/items?filter=employees='x'", NOBODY, "", NULL, 400, "filter"},
    {"GET", "/api/collections/entity/items?filter=contact_phone='1'", NOBODY, "", NULL, 400,
     "filter"},
    {"GET", "/api/collections/entity/items?filter=tax_status='1'", NOBODY, "", NULL, 400, "filter"},
    {"GET", "/api/collections/entity/items?contact_phone=1", NOBODY, "", NULL, 400, "filter"},
    {"GET", "/api/collections/entity/items?employees=many", NOBODY, "", NULL, 400, "type"},
    {"GET", "/api/collections/entity/items?established_on=soon", NOBODY, "", NULL, 400, "filter"},
    {"GET", "/api/collections/entity/items?filter-lang=cql-json", NOBODY, "", NULL, 400,
     "filter_lang"},
    {"GET", "/api/collections/entity/export?format=xls", NOBODY, "", NULL, 400, "format"},
    {"GET", "/api/collections/entity/export?limit=1", NOBODY, "", NULL, 400, "parameter_unknown"},
    /* who */
    {"POST", ITEMS, NOBODY, "Heluo-Request-Id: abcdefgh\r\n", "{}", 401, "key_required"},
    {"POST", ITEMS, UNKNOWN_KEY, "Heluo-Request-Id: abcdefgh\r\n", "{}", 401, "key_unknown"},
    {"GET", ITEMS, UNKNOWN_KEY, "", NULL, 401, "key_unknown"},
    {"GET", ITEMS, MALFORMED_KEY, "", NULL, 401, "key_unknown"},
    {"GET", ITEMS, NOBODY, "Authorization: Basic dDp0\r\n", NULL, 401, "authorization_form"},
    {"POST", "/api/collections/organ/items", TAX, "Heluo-Request-Id: abcdefgh\r\n", "{}", 403,
     "organ_not_source"},
    {"POST", "/api/collections/organ/batches?batch=b", TAX, "Content-Type: text/csv\r\n", "x", 403,
     "organ_not_source"},
    {"POST", "/api/collections/entity/batches?batch=b", NOBODY, "Content-Type: text/csv\r\n", "x",
     401, "unauthenticated"},
    {"GET", "/api/jobs", NOBODY, "", NULL, 401, NULL},
    {"GET", "/api/jobs/0123456789abcdef", MARKET, "", NULL, 404, "job_unknown"},
    {"POST", "/api/jobs/0123456789abcdef/cancel", MARKET, "", "", 404, "job_unknown"},
    {"POST", "/api/keys?name=x", MARKET, "", "", 404, NULL}, /* does not exist for the network */
    {"GET", "/api/collections/entity/batches/none", MARKET, "", NULL, 404, "batch_unknown"},
    {"GET", "/api/collections/entity/batches/none/rejects", MARKET, "", NULL, 404, "batch_unknown"},
    {"GET", "/api/collections/entity/batches/none", NOBODY, "", NULL, 401, "key_required"},
    /* headers */
    {"GET", ITEMS, NOBODY, "Heluo-Purpose: %zz\r\n", NULL, 400, "purpose_form"},
    {"GET", ITEMS, NOBODY, "Heluo-Purpose: %ff%fe\r\n", NULL, 400, "purpose_form"},
    {"GET", ITEMS, NOBODY, "Heluo-Purpose: a%0ab\r\n", NULL, 400, "purpose_form"},
    {"GET", ITEMS, NOBODY, "Heluo-Request-Id: a b c d e f\r\n", NULL, 400, "request_id_form"},
    {"POST", ITEMS, MARKET, "Heluo-Request-Id: short\r\n", "{}", 400, "request_id_form"},
    {"POST", ITEMS, MARKET, "", "{}", 400, "request_id_missing"},
    {"POST", ITEMS, MARKET, "Heluo-Request-Id: abcdefgh\r\nContent-Type: text/plain\r\n", "{}", 415,
     "content_type"},
    {"POST", ITEMS, MARKET, "Heluo-Request-Id: abcdefgh\r\n", "[]", 400, "json"},
    {"POST", ITEMS, MARKET, "Heluo-Request-Id: abcdefgh\r\n", "{\"uscc\":", 400, "json"},
    {"POST", ITEMS, MARKET, "Heluo-Request-Id: abcdefgh\r\n", "{\"a\":1,\"a\":2}", 400, "json"},
    {"POST", ITEMS, MARKET, "Heluo-Request-Id: abcdefgh\r\n", "", 400, "json"},
    {"POST", "/api/collections/entity/batches?batch=b", MARKET, "Content-Type: text/xml\r\n", "x",
     415, "content_type"},
    {"POST", "/api/collections/entity/batches", MARKET, "Content-Type: text/csv\r\n", "x", 400,
     "batch_number"},
    {"POST", "/api/collections/entity/batches?batch=a%20b", MARKET, "Content-Type: text/csv\r\n",
     "x", 400, "batch_number"},
    {"POST", "/api/collections/entity/batches?batch=b", MARKET, "Content-Type: text/csv\r\n",
     "colour\nred\n", 400, "unknown_column"},
};

static const char *who_headers(int who, const char *more)
{
    switch (who) {
    case MARKET: return bearer(api.key_market, more);
    case TAX: return bearer(api.key_tax, more);
    case UNKNOWN_KEY:
        return bearer("hl_00000000000000000000000000000000000000000000000000000000000000aa", more);
    case MALFORMED_KEY: return bearer("hl_", more);
    default: return more;
    }
}

static void every_error_has_its_status_and_code(void **state)
{
    (void)state;
    int failed = 0;
    for (size_t i = 0; i < COUNT_OF(ERRORS); i++) {
        const char *headers = who_headers(ERRORS[i].who, ERRORS[i].headers);
        Answer answer = ask(ERRORS[i].method, ERRORS[i].target, headers, ERRORS[i].body);
        bool good = answer.status == ERRORS[i].status && answer.json &&
                    json_integer_value(json_object_get(answer.json, "status")) == answer.status &&
                    *member(answer.json, "title") && *member(answer.json, "detail");
        if (good) good = str_find(answer.head, STR("application/problem+json")) >= 0;
        if (good && answer.status == 401)
            good = str_find(answer.head, STR("WWW-Authenticate: Bearer")) >= 0;
        if (good && ERRORS[i].code) good = strcmp(member(answer.json, "code"), ERRORS[i].code) == 0;
        if (!good) {
            print_error("%s %s: %d " STR_FMT "\n", ERRORS[i].method, ERRORS[i].target,
                        answer.status, STR_ARG(answer.text));
            failed++;
        }
        answer_free(&answer);
    }
    assert_int_equal(failed, 0);
}

static void other_methods_are_refused_with_those_that_are_taken(void **state)
{
    (void)state;
    static const struct {
        const char *method, *target, *allow;
    } CASES[] = {
        {"PUT", "/api/collections/entity/items", "GET, POST, HEAD"},
        {"DELETE", "/api/collections/entity/items/91410300MA9A00010P", "GET, HEAD"},
        {"POST", "/api/collections", "GET, HEAD"},
        {"GET", "/api/collections/entity/batches", "POST"},
        {"DELETE", "/healthz", "GET, HEAD"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char allow[80];
        bool post = strcmp(CASES[i].method, "POST") == 0;
        Answer answer = ask(CASES[i].method, CASES[i].target, "", post ? "" : NULL);
        snprintf(allow, sizeof allow, "Allow: %s\r\n", CASES[i].allow);
        if (answer.status != 405 ||
            (answer.json && json_integer_value(json_object_get(answer.json, "status")) != 405) ||
            str_find(answer.head, str_of(allow)) < 0)
            fail_msg("%s %s: " STR_FMT, CASES[i].method, CASES[i].target, STR_ARG(answer.head));
        answer_free(&answer);
    }
}

static void bodies_have_their_limit(void **state)
{
    (void)state;
    Answer answer = ask("POST", ITEMS,
                        bearer(api.key_market, "Heluo-Request-Id: abcdefgh\r\n"
                                               "Content-Length: 1048577\r\n"),
                        NULL);
    assert_int_equal(answer.status, 413);
    answer_free(&answer);
    answer = ask("GET", "/api/collections", "Content-Length: 1\r\n", NULL);
    assert_int_equal(answer.status, 400);
    answer_free(&answer);
}

/* ---- one item in ---- */

static void an_item_is_created_updated_and_left(void **state)
{
    (void)state;
    char json[300];
    snprintf(json, sizeof json,
             "{\"uscc\":\"%s\",\"name\":\"甲公司\",\"registered_capital\":1000.5}", uscc_of(1));
    Answer answer = post_item(api.key_market, "entity", "create-0001", json);
    assert_int_equal(answer.status, 201);
    assert_string_equal(member(answer.json, "result"), "created");
    Str first = answer.text;
    answer_free(&answer);
    answer = post_item(api.key_market, "entity", "create-0001", json); /* a retry */
    assert_int_equal(answer.status, 201);
    assert_true(str_eq(answer.text, first));
    answer_free(&answer);
    answer = post_item(api.key_market, "entity", "create-0002", json);
    assert_int_equal(answer.status, 200);
    assert_string_equal(member(answer.json, "result"), "unchanged");
    answer_free(&answer);
    answer = post_item(api.key_market, "entity", "create-0001", "{\"uscc\":\"1\",\"name\":\"x\"}");
    assert_int_equal(answer.status, 400); /* before anything is looked up */
    answer_free(&answer);
    snprintf(json, sizeof json,
             "{\"type\":\"Feature\",\"properties\":{\"uscc\":\"%s\",\"name\":\"乙\"}}", uscc_of(1));
    answer = post_item(api.key_market, "entity", "create-0001", json);
    assert_int_equal(answer.status, 422);
    assert_string_equal(member(answer.json, "code"), "request_id_misused");
    answer_free(&answer);
    answer = post_item(api.key_market, "entity", "create-0003", json);
    assert_int_equal(answer.status, 200);
    assert_string_equal(member(answer.json, "result"), "updated");
    answer_free(&answer);
    answer = post_item(api.key_tax, "entity", "create-0001", json); /* an id is the organ's own */
    assert_int_equal(answer.status, 200);
    answer_free(&answer);
}

static void all_errors_of_an_item_are_told(void **state)
{
    (void)state;
    Answer answer = post_item(api.key_market, "entity", "errors-0001",
                              "{\"uscc\":\"91410300MA9A00011P\",\"currency\":\"XXX\",\"colour\":1,"
                              "\"established_on\":\"2021-02-30\",\"employees\":-1,\"address\":[]}");
    static const struct {
        const char *field, *code;
    } TOLD[] = {{"", "unknown_column"},
                {"address", "type"},
                {"uscc", "check_digit"},
                {"currency", "code_unknown"},
                {"established_on", "date_invalid"},
                {"employees", "range"},
                {"name", "required"}};
    assert_int_equal(answer.status, 400);
    const json_t *errors = json_object_get(answer.json, "errors");
    for (size_t i = 0; i < COUNT_OF(TOLD); i++) {
        bool told = false;
        for (size_t k = 0; k < json_array_size(errors); k++) {
            const json_t *error = json_array_get(errors, k);
            told |= strcmp(member(error, "field"), TOLD[i].field) == 0 &&
                    strcmp(member(error, "code"), TOLD[i].code) == 0 && *member(error, "message");
        }
        if (!told) fail_msg("%s %s: " STR_FMT, TOLD[i].field, TOLD[i].code, STR_ARG(answer.text));
    }
    answer_free(&answer);
}

/* ---- lists ---- */

static const json_t *features_of(const Answer *answer)
{
    const json_t *features = json_object_get(answer->json, "features");
    if (answer->status != 200 || !json_is_array(features))
        fail_msg("%d " STR_FMT, answer->status, STR_ARG(answer->text));
    return features;
}

/* The path of the link rel=next, or false. */
static bool next_of(const Answer *answer, char *target, size_t size)
{
    const json_t *links = json_object_get(answer->json, "links");
    for (size_t i = 0; i < json_array_size(links); i++) {
        const json_t *link = json_array_get(links, i);
        if (strcmp(member(link, "rel"), "next") != 0) continue;
        const char *href = member(link, "href");
        assert_true(str_starts(str_of(href), STR("http://localhost/")));
        snprintf(target, size, "%s", href + strlen("http://localhost"));
        return true;
    }
    return false;
}

static int64_t pages_walk(const char *first)
{
    char target[4096], last[64] = "";
    snprintf(target, sizeof target, "%s", first);
    int64_t count = 0;
    for (bool more = true; more;) {
        Answer answer = get(target);
        const json_t *features = features_of(&answer);
        assert_int_equal(json_integer_value(json_object_get(answer.json, "numberReturned")),
                         json_array_size(features));
        for (size_t i = 0; i < json_array_size(features); i++, count++) {
            const char *id = member(json_array_get(features, i), "id");
            assert_true(strcmp(id, last) > 0); /* in order: none twice */
            snprintf(last, sizeof last, "%s", id);
        }
        more = next_of(&answer, target, sizeof target);
        answer_free(&answer);
    }
    return count;
}

static void paging_visits_each_item_once(void **state)
{
    (void)state;
    int64_t all = kit_count(api.kit, "SELECT count(*) FROM organ");
    assert_true(all > 20);
    assert_int_equal(pages_walk("/api/collections/organ/items"), all);
    assert_int_equal(pages_walk("/api/collections/organ/items?limit=1"), all);
    assert_int_equal(pages_walk("/api/collections/organ/items?limit=1000"), all);
    char target[100];
    snprintf(target, sizeof target, "/api/collections/organ/items?limit=%d", (int)all);
    assert_int_equal(pages_walk(target), all); /* no empty page behind */
    int64_t counties = kit_count(api.kit, "SELECT count(*) FROM division WHERE level = 'county'");
    assert_int_equal(pages_walk("/api/collections/division/items?limit=7&level=county"), counties);
    assert_int_equal(
        pages_walk("/api/collections/division/items?limit=7&filter=level%3D'county'%20AND"
                   "%20code%20LIKE%20'4103%25'"),
        kit_count(api.kit, "SELECT count(*) FROM division WHERE level = 'county' AND code"
                           " GLOB '4103*'"));
}

static void a_field_as_parameter_is_the_filter_of_equality(void **state)
{
    (void)state;
    static const struct {
        const char *parameters, *filter;
    } CASES[] = {
        {"level=city", "level%3D'city'"},
        {"level=city&parent=410000", "level%3D'city'%20AND%20parent%3D'410000'"},
        {"valid_from=1948-04-09", "valid_from%3DDATE('1948-04-09')"},
        {"name=%E6%B4%9B%E9%98%B3%E5%B8%82", "name%3D'%E6%B4%9B%E9%98%B3%E5%B8%82'"},
        {"name=O'Brien", "name%3D'O''Brien'"},
        {"name=%25", "name%3D'%25'"},
        {"code=", "code%3D''"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char one[300], other[300];
        snprintf(one, sizeof one, "/api/collections/division/items?limit=1000&%s",
                 CASES[i].parameters);
        snprintf(other, sizeof other, "/api/collections/division/items?limit=1000&filter=%s",
                 CASES[i].filter);
        Answer a = get(one), b = get(other);
        if (!json_equal(features_of(&a), features_of(&b))) fail_msg("%s", CASES[i].parameters);
        answer_free(&a);
        answer_free(&b);
    }
}

/* ---- the past ---- */

static void as_of_gives_the_same_bytes_after_later_edits(void **state)
{
    (void)state;
    static const char AS_OF[] = "asOf=2026-02-01T00:00:00%2B08:00";
    char json[200], item[200], list[200];
    snprintf(item, sizeof item, "%s/%s?%s", ITEMS, uscc_of(20), AS_OF);
    snprintf(list, sizeof list, "%s?limit=1000&filter=name%%20LIKE%%20'%%E5%%BE%%80%%25'&%s", ITEMS,
             AS_OF);
    api.kit->now_us = 1769700000000000; /* 2026-01-29 */
    for (int i = 20; i < 25; i++) {
        snprintf(json, sizeof json, "{\"uscc\":\"%s\",\"name\":\"往年%d\"}", uscc_of(i), i);
        char id[20];
        snprintf(id, sizeof id, "past-000%d", i);
        Answer made = post_item(api.key_market, "entity", id, json);
        assert_int_equal(made.status, 201);
        answer_free(&made);
    }
    api.kit->now_us = 1769961600000000; /* the asOf's own instant, and behind it */
    Answer item_before = get(item), list_before = get(list);
    assert_int_equal(json_array_size(features_of(&list_before)), 5);
    api.kit->now_us += 1;
    snprintf(json, sizeof json, "{\"uscc\":\"%s\",\"name\":\"新名\",\"address\":\"x\"}",
             uscc_of(20));
    Answer edited = post_item(api.key_market, "entity", "past-edit-1", json);
    assert_int_equal(edited.status, 200);
    snprintf(json, sizeof json, "{\"uscc\":\"%s\",\"name\":\"往年新\"}", uscc_of(26));
    Answer added = post_item(api.key_market, "entity", "past-edit-2", json);
    assert_int_equal(added.status, 201);
    Answer item_after = get(item), list_after = get(list);
    assert_true(str_eq(item_before.text, item_after.text));
    assert_true(str_eq(list_before.text, list_after.text));
    snprintf(item, sizeof item, "%s/%s?asOf=2026-02-01T00:00:00+08:00", ITEMS, uscc_of(20));
    Answer blank = get(item); /* + is a blank in a query: accepted */
    assert_true(str_eq(blank.text, item_before.text));
    snprintf(item, sizeof item, "%s/%s?asOf=2020-01-01T00:00:00Z", ITEMS, uscc_of(20));
    Answer never = get(item),
           nothing = get("/api/collections/organ/items?asOf=2020-01-01T00:00:00Z");
    assert_int_equal(never.status, 404);
    assert_int_equal(json_array_size(features_of(&nothing)), 0);
    Answer *all[] = {&item_before, &list_before, &edited, &added,  &item_after,
                     &list_after,  &blank,       &never,  &nothing};
    for (size_t i = 0; i < COUNT_OF(all); i++) answer_free(all[i]);
}

static void why_a_value_stands_is_told(void **state)
{
    (void)state;
    char json[200], target[200];
    snprintf(json, sizeof json, "{\"uscc\":\"%s\",\"name\":\"来源公司\",\"address\":\"甲路\"}",
             uscc_of(40));
    Answer answer = post_item(api.key_market, "entity", "why-00001", json);
    answer_free(&answer);
    snprintf(json, sizeof json, "{\"uscc\":\"%s\",\"name\":\"来源公司\",\"address\":\"乙路\"}",
             uscc_of(40));
    answer = post_item(api.key_tax, "entity", "why-00002", json);
    assert_int_equal(json_integer_value(json_object_get(answer.json, "differences")), 1);
    answer_free(&answer);
    snprintf(target, sizeof target, "%s/%s/sources", ITEMS, uscc_of(40));
    answer = get(target);
    const json_t *fields = json_object_get(answer.json, "fields"), *address = NULL;
    for (size_t i = 0; i < json_array_size(fields); i++) {
        if (strcmp(member(json_array_get(fields, i), "field"), "address") == 0)
            address = json_array_get(fields, i);
    }
    assert_string_equal(member(address, "value"), "甲路");
    assert_string_equal(member(address, "organ"), "market_regulation");
    assert_true(*member(address, "said"));
    const json_t *other = json_array_get(json_object_get(address, "others"), 0);
    assert_string_equal(member(other, "organ"), "tax");
    assert_string_equal(member(other, "value"), "乙路");
    assert_true(json_is_false(json_object_get(other, "agrees")));
    assert_true(json_integer_value(json_object_get(other, "ticket")) > 0);
    answer_free(&answer);
}

/* ---- personal data ---- */

static int64_t reads_journalled(void)
{
    return kit_count(api.kit, "SELECT count(*) FROM journal WHERE action = 'read'");
}

static void personal_data_needs_a_purpose_and_is_journalled(void **state)
{
    (void)state;
    static const char PURPOSE[] = "Heluo-Purpose: %E6%A0%B8%E5%AF%B9\r\n"; /* 核对 */
    static const char *const MORE[] = {"", "/sources", "/history"};
    char json[200], target[200];
    snprintf(json, sizeof json,
             "{\"uscc\":\"%s\",\"name\":\"电话公司\",\"contact_phone\":\"63930001\"}", uscc_of(30));
    Answer answer = post_item(api.key_market, "entity", "phone-0001", json);
    assert_int_equal(answer.status, 201);
    answer_free(&answer);
    for (size_t i = 0; i < COUNT_OF(MORE); i++) {
        snprintf(target, sizeof target, "%s/%s%s", ITEMS, uscc_of(30), MORE[i]);
        int64_t reads = reads_journalled();
        Answer anonymous = ask("GET", target, PURPOSE, NULL);
        Answer without = ask("GET", target, bearer(api.key_tax, ""), NULL);
        assert_int_equal(anonymous.status + without.status, 400);
        assert_true(str_find(anonymous.text, STR("63930001")) < 0);
        assert_true(str_find(without.text, STR("63930001")) < 0);
        assert_int_equal(reads_journalled(), reads);
        Answer with = ask("GET", target, bearer(api.key_tax, PURPOSE), NULL);
        assert_int_equal(with.status, 200);
        assert_true(str_find(with.text, STR("63930001")) >= 0);
        assert_int_equal(reads_journalled(), reads + 1);
        Answer *all[] = {&anonymous, &without, &with};
        for (size_t k = 0; k < COUNT_OF(all); k++) answer_free(all[k]);
    }
    assert_int_equal(kit_count(api.kit, "SELECT count(*) FROM read_line JOIN journal ON idx ="
                                        " journal_index WHERE action = 'read' AND organ = 'tax'"),
                     3);
    assert_int_equal(kit_count(api.kit,
                               "SELECT count(*) FROM journal WHERE action = 'read' AND entry"
                               " LIKE '%核对%' AND entry NOT LIKE '%63930001%'"),
                     3);
    snprintf(target, sizeof target, "%s?limit=1000", ITEMS);
    answer = ask("GET", target, bearer(api.key_tax, PURPOSE), NULL);
    assert_true(str_find(answer.text, STR("63930001")) >= 0);
    assert_int_equal(kit_count(api.kit, "SELECT count(*) FROM read_line"),
                     4); /* the one with a phone */
    answer_free(&answer);
}

static void what_the_administrator_reads_is_journalled_too(void **state)
{
    (void)state;
    char json[200], target[200];
    snprintf(json, sizeof json,
             "{\"uscc\":\"%s\",\"name\":\"本机公司\",\"contact_phone\":\"63930002\"}", uscc_of(31));
    Answer posted = post_item(api.key_market, "entity", "phone-0002", json);
    assert_int_equal(posted.status, 201);
    answer_free(&posted);
    int64_t reads = reads_journalled();
    snprintf(target, sizeof target, "%s/%s", ITEMS, uscc_of(31));
    KitAnswer answer = kit_call(api.kit, HTTP_GET, target, NULL, 0, STR(""));
    assert_int_equal(answer.status, 200);
    assert_true(str_find(answer.text, STR("63930002")) >= 0);
    assert_int_equal(reads_journalled(), reads + 1);
    json_decref(answer.json);
    answer = kit_call(api.kit, HTTP_GET, "/api/collections/entity/export?format=ndjson", NULL, 0,
                      STR(""));
    assert_int_equal(answer.status, 200);
    assert_int_equal(reads_journalled(), reads + 2);
    json_decref(answer.json);
}

static void public_data_needs_no_journal(void **state)
{
    (void)state;
    int64_t reads = reads_journalled();
    Answer answer = get("/api/collections/organ/items?limit=3");
    assert_int_equal(answer.status, 200);
    assert_int_equal(reads_journalled(), reads);
    answer_free(&answer);
}

/* ---- batches over HTTP ---- */

static void a_batch_comes_back_as_its_receipt(void **state)
{
    (void)state;
    char csv[400];
    snprintf(csv, sizeof csv, "uscc,name\n%s,批一\n%s,批二\n1,批三\n", uscc_of(50), uscc_of(51));
    const char *target = "/api/collections/entity/batches?batch=http-1";
    Answer answer = ask("POST", target, bearer(api.key_market, "Content-Type: text/csv\r\n"), csv);
    assert_int_equal(answer.status, 200);
    assert_int_equal(json_integer_value(json_object_get(answer.json, "accepted")), 2);
    assert_int_equal(json_integer_value(json_object_get(answer.json, "rejected")), 1);
    Answer again = ask("POST", target, bearer(api.key_market, "Content-Type: text/csv\r\n"), csv);
    assert_true(str_eq(answer.text, again.text));
    Answer receipt =
        ask("GET", "/api/collections/entity/batches/http-1", bearer(api.key_market, ""), NULL);
    assert_true(str_eq(answer.text, receipt.text));
    Answer others =
        ask("GET", "/api/collections/entity/batches/http-1", bearer(api.key_tax, ""), NULL);
    assert_int_equal(others.status, 404); /* another organ's */
    Answer rejects = ask("GET", "/api/collections/entity/batches/http-1/rejects",
                         bearer(api.key_market, ""), NULL);
    assert_true(str_is(rejects.text, "uscc,name\n1,批三\n"));
    assert_true(str_find(rejects.head, STR("Content-Type: text/csv")) >= 0);
    Answer conflict =
        ask("POST", target, bearer(api.key_market, "Content-Type: text/csv\r\n"), "uscc,name\n");
    assert_int_equal(conflict.status, 409);
    assert_string_equal(member(conflict.json, "code"), "batch_conflict");
    Answer *all[] = {&answer, &again, &receipt, &others, &rejects, &conflict};
    for (size_t i = 0; i < COUNT_OF(all); i++) answer_free(all[i]);
}

static void refused_lines_come_back_in_the_format_they_came_in(void **state)
{
    (void)state;
    Answer answer = ask("POST", "/api/collections/entity/batches?batch=http-2",
                        bearer(api.key_market, "Content-Type: application/x-ndjson\r\n"),
                        "{\"uscc\":\"1\"}\n");
    assert_int_equal(json_integer_value(json_object_get(answer.json, "rejected")), 1);
    Answer rejects = ask("GET", "/api/collections/entity/batches/http-2/rejects",
                         bearer(api.key_market, ""), NULL);
    assert_true(str_is(rejects.text, "{\"uscc\":\"1\"}\n"));
    assert_true(str_find(rejects.head, STR("Content-Type: application/x-ndjson")) >= 0);
    answer_free(&answer);
    answer_free(&rejects);
}

/* ---- heads and headers ---- */

static void head_is_get_without_the_body(void **state)
{
    (void)state;
    static const char *const TARGETS[] = {"/api/collections", "/api/collections/organ/items/tax",
                                          "/healthz", "/api/collections/nothing"};
    for (size_t i = 0; i < COUNT_OF(TARGETS); i++) {
        Answer a = get(TARGETS[i]), b = ask("HEAD", TARGETS[i], "", NULL);
        assert_int_equal(a.status, b.status);
        char length[60];
        snprintf(length, sizeof length, "Content-Length: %zu\r\n", a.text.n);
        assert_true(str_find(b.head, str_of(length)) >= 0);
        assert_int_equal(b.text.n, 0);
        answer_free(&a);
        answer_free(&b);
    }
}

static void answers_carry_their_guards(void **state)
{
    (void)state;
    Answer answer = get("/api/collections");
    assert_true(str_find(answer.head, STR("X-Content-Type-Options: nosniff")) >= 0);
    answer_free(&answer);
    answer = get("/");
    assert_int_equal(answer.status, 200);
    assert_true(str_find(answer.head, STR("Content-Security-Policy: default-src 'none'")) >= 0);
    assert_true(str_find(answer.head, STR("X-Content-Type-Options: nosniff")) >= 0);
    assert_true(str_find(answer.head, STR("unsafe-inline")) < 0);
    answer_free(&answer);
    answer = get("/no/such/page");
    assert_int_equal(answer.status, 404);
    assert_true(str_find(answer.head, STR("Content-Security-Policy: default-src 'none'")) >= 0);
    answer_free(&answer);
}

/* ---- what describes the data ---- */

static void descriptions_show_only_what_may_be_seen(void **state)
{
    (void)state;
    Answer answer = get("/api/collections/entity/schema");
    const json_t *properties = json_object_get(answer.json, "properties");
    assert_non_null(json_object_get(properties, "name"));
    assert_null(json_object_get(properties, "contact_phone"));
    assert_null(json_object_get(properties, "tax_status"));
    answer_free(&answer);
    answer = ask("GET", "/api/collections/entity/queryables",
                 bearer(api.key_tax, "Heluo-Purpose: x\r\n"), NULL);
    properties = json_object_get(answer.json, "properties");
    assert_non_null(json_object_get(properties, "contact_phone"));
    assert_non_null(json_object_get(properties, "tax_status"));
    answer_free(&answer);
    answer = get("/api/collections");
    assert_true(json_array_size(json_object_get(answer.json, "collections")) > 0);
    answer_free(&answer);
}

static int set_up(void **state)
{
    (void)state;
    api_open(NULL);
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
        cmocka_unit_test(every_error_has_its_status_and_code),
        cmocka_unit_test(other_methods_are_refused_with_those_that_are_taken),
        cmocka_unit_test(bodies_have_their_limit),
        cmocka_unit_test(an_item_is_created_updated_and_left),
        cmocka_unit_test(all_errors_of_an_item_are_told),
        cmocka_unit_test(paging_visits_each_item_once),
        cmocka_unit_test(a_field_as_parameter_is_the_filter_of_equality),
        cmocka_unit_test(as_of_gives_the_same_bytes_after_later_edits),
        cmocka_unit_test(why_a_value_stands_is_told),
        cmocka_unit_test(personal_data_needs_a_purpose_and_is_journalled),
        cmocka_unit_test(what_the_administrator_reads_is_journalled_too),
        cmocka_unit_test(public_data_needs_no_journal),
        cmocka_unit_test(a_batch_comes_back_as_its_receipt),
        cmocka_unit_test(refused_lines_come_back_in_the_format_they_came_in),
        cmocka_unit_test(head_is_get_without_the_body),
        cmocka_unit_test(answers_carry_their_guards),
        cmocka_unit_test(descriptions_show_only_what_may_be_seen),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
