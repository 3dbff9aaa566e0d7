/* The figures: each against what a few entities must give, counted by hand. */
#include "base/entities/pages_kit.h"

#include "kernel/numbers/checkdigit.h"
#include "reports.gen.h"

static Kit *kit;

static char *uscc_of(int number)
{
    char body8[9], text[19];
    snprintf(body8, sizeof body8, "MA%06d", number);
    snprintf(text, sizeof text, "91410305%s%c", body8, org9_check_char(str_of(body8)));
    text[17] = uscc_check_char((Str){text, 17});
    text[18] = '\0';
    return arena_cstr(kit->arena, str_of(text));
}

static void entity(int number, const char *status, const char *established, const char *cancelled,
                   const char *revoked, const char *industry)
{
    kit_say(kit, "entity", "market_regulation",
            (KitCell[]){{"uscc", uscc_of(number)},
                        {"name", "洛阳样例厂"},
                        {"status", status},
                        {"established_on", established},
                        {"cancelled_on", cancelled},
                        {"revoked_on", revoked},
                        {"industry", industry},
                        {0}});
}

static int open_city(void **state)
{
    (void)state;
    kit = city_open();                     /* 2026-01-01 08:00 in Luoyang; two entities */
    kit->now_us += 60LL * 86400 * 1000000; /* 2026-03-02 */
    entity(1, "active", "2026-02-10", "", "", "13");
    entity(2, "cancelled", "2018-05-01", "2019-05-01", "", "C"); /* lived exactly one year */
    entity(3, "revoked", "2018-05-01", "", "2021-04-30", "A");   /* a day short of three */
    entity(4, "cancelled", "2018-06-01", "2023-06-01", "2022-01-01",
           "");                                       /* revoked, then cancelled */
    entity(5, "cancelled", "2018-07-01", "", "", ""); /* on a day nobody gave */
    entity(6, "active", "2018-12-31", "", "", "");    /* another organ has its end, so it ended */
    kit_say(kit, "entity", "statistics",
            (KitCell[]){{"uscc", uscc_of(6)},
                        {"name", "洛阳样例厂"},
                        {"status", "cancelled"},
                        {"cancelled_on", "2025-01-01"},
                        {0}});
    return 0;
}

static int close_city(void **state)
{
    (void)state;
    city_close(kit);
    return 0;
}

static json_t *figures(void)
{
    days_pass(kit, 1); /* so that they are made again */
    KitAnswer answer = kit_call(kit, HTTP_GET, "/entities/reports?f=json", NULL, 0, STR_NONE);
    assert_int_equal(answer.status, 200);
    assert_non_null(answer.json);
    return answer.json;
}

static const json_t *figure(const json_t *json, const char *table, const char *name,
                            const char *value, const char *member)
{
    size_t i;
    json_t *line;
    json_array_foreach (json_object_get(json, table), i, line) {
        if (strcmp(json_string_value(json_object_get(line, name)), value) == 0)
            return json_object_get(line, member);
    }
    fail_msg("%s has no %s", table, value);
    return NULL;
}

static int64_t number(const json_t *json, const char *table, const char *name, const char *value,
                      const char *member)
{
    return json_integer_value(figure(json, table, name, value, member));
}

/* In thousandths; -1: null. */
static int rate(const json_t *json, const char *table, const char *name, const char *value,
                const char *member)
{
    const json_t *found = figure(json, table, name, value, member);
    return json_is_null(found) ? -1 : (int)(json_number_value(found) * 1000 + 0.5);
}

static void groups_hold_every_entity_once(void **state)
{
    (void)state;
    json_t *json = figures();
    assert_int_equal(json_integer_value(json_object_get(json, "total")), 8);
    assert_int_equal(json_integer_value(json_object_get(json, "in_being")), 2);
    assert_int_equal(number(json, "status", "code", "active", "count"), 3);
    assert_int_equal(number(json, "status", "code", "cancelled", "count"), 4);
    assert_int_equal(number(json, "status", "code", "revoked", "count"), 1);
    static const char *const TABLES[] = {"status", "entity_type", "industry_section", "division"};
    for (size_t t = 0; t < COUNT_OF(TABLES); t++) {
        int64_t sum = 0;
        size_t i;
        json_t *line;
        json_array_foreach (json_object_get(json, TABLES[t]), i, line)
            sum += json_integer_value(json_object_get(line, "count"));
        assert_int_equal(sum, 8);
    }
    json_decref(json);
}

static void an_industry_counts_within_its_section(void **state)
{
    (void)state;
    city_code(kit, "gbt4754_2017", "A", "农、林、牧、渔业", "Farming");
    kit_say(kit, "code", "data_bureau",
            (KitCell[]){{"id", "gbt4754_2017:13"},
                        {"list", "gbt4754_2017"},
                        {"code", "13"},
                        {"label_zh", "农副食品加工业"},
                        {"parent", "C"},
                        {0}});
    assert_int_equal(codes_reload(kit->store), ERR_OK);
    json_t *json = figures();
    assert_int_equal(number(json, "industry_section", "code", "C", "count"), 2);
    assert_int_equal(number(json, "industry_section", "code", "A", "count"), 1);
    assert_int_equal(number(json, "industry_section", "code", "", "count"), 5);
    json_decref(json);
}

static void a_division_that_nobody_gave_comes_from_the_code(void **state)
{
    (void)state;
    json_t *json = figures();
    assert_int_equal(number(json, "division", "code", "410305", "count"), 7);
    assert_int_equal(number(json, "division", "code", "410305", "from_code"), 7);
    assert_int_equal(number(json, "division", "code", "410300", "count"), 1);
    json_decref(json);
}

static void ages_are_whole_years_of_those_in_being(void **state)
{
    (void)state;
    json_t *json = figures();
    assert_int_equal(number(json, "age", "code", "0", "count"), 1);
    assert_int_equal(number(json, "age", "code", "5-9", "count"), 1);
    assert_int_equal(number(json, "age", "code", "unknown", "count"), 0);
    json_decref(json);
}

static void births_and_deaths_count_on_their_day_and_deaths_once(void **state)
{
    (void)state;
    json_t *json = figures();
    assert_int_equal(number(json, "months", "period", "2026-02", "established"), 1);
    assert_int_equal(number(json, "months", "period", "2026-01", "established"), 0);
    assert_int_equal(number(json, "years", "period", "2018", "established"), 5);
    assert_int_equal(number(json, "years", "period", "2019", "ended"), 1);
    assert_int_equal(number(json, "years", "period", "2021", "ended"), 1);
    assert_int_equal(number(json, "years", "period", "2022", "ended"),
                     0); /* revoked, counted when cancelled */
    assert_int_equal(number(json, "years", "period", "2023", "ended"), 1);
    assert_int_equal(number(json, "years", "period", "2025", "ended"), 1);
    assert_int_equal((int64_t)json_array_size(json_object_get(json, "months")), 24);
    assert_int_equal((int64_t)json_array_size(json_object_get(json, "years")), 20);
    json_decref(json);
}

/* 2018: five, one of which ended on an unknown day and is left out. Of four all lived a year (one
 * to the day), two three years, and the one that ended after six years five. */
static void survival_is_reckoned_from_each_ones_own_day(void **state)
{
    (void)state;
    json_t *json = figures();
    assert_int_equal(number(json, "survival", "established_in", "2018", "count"), 5);
    assert_int_equal(number(json, "survival", "established_in", "2018", "end_undated"), 1);
    assert_int_equal(rate(json, "survival", "established_in", "2018", "after_1_year"), 1000);
    assert_int_equal(rate(json, "survival", "established_in", "2018", "after_3_years"), 500);
    assert_int_equal(rate(json, "survival", "established_in", "2018", "after_5_years"), 250);
    assert_int_equal(rate(json, "survival", "established_in", "2026", "after_1_year"), -1);
    assert_int_equal(rate(json, "survival", "established_in", "2020", "after_5_years"), 1000);
    json_decref(json);
}

static void sources_tell_completeness_and_consistency(void **state)
{
    (void)state;
    json_t *json = figures();
    assert_int_equal(number(json, "sources", "organ", "market_regulation", "records"), 8);
    assert_int_equal(number(json, "sources", "organ", "market_regulation", "open_tickets"), 0);
    assert_int_equal(rate(json, "sources", "organ", "market_regulation", "consistency"), 1000);
    assert_int_equal(number(json, "sources", "organ", "statistics", "values"), 3);
    assert_int_equal(rate(json, "sources", "organ", "statistics", "completeness"), 200);
    assert_int_equal(number(json, "sources", "organ", "statistics", "open_tickets"), 1);
    assert_int_equal(rate(json, "sources", "organ", "statistics", "consistency"), 667);
    json_decref(json);
}

/* A field that becomes public must be counted: the report names its columns itself. */
static void every_public_field_but_the_key_is_counted_as_a_value(void **state)
{
    (void)state;
    const Dataset *dataset = model_dataset(kit->model, STR("entity"));
    for (int i = 0; i < dataset->field_count; i++) {
        const Field *field = &dataset->fields[i];
        Str column = arena_printf(kit->arena, "CASE WHEN " STR_FMT " IS NULL", STR_ARG(field->id));
        bool counted = str_find(str_of(REPORT_ENTITIES_SOURCE), column) >= 0;
        bool should = field->secrecy == SECRECY_PUBLIC && i != dataset->key;
        if (counted != should)
            fail_msg(STR_FMT " should%s be counted", STR_ARG(field->id), should ? "" : " not");
    }
}

static void the_page_shows_the_same_and_follows_what_is_written(void **state)
{
    (void)state;
    days_pass(kit, 1);
    KitAnswer page = look(kit, "/entities/reports");
    assert_int_equal(page.status, 200);
    assert_true(says(&page, "制造业"));
    assert_true(says(&page, "<rect width=\"1000\""));
    assert_true(says(&page, "其中 8 家库里没有住所区划"));
    entity(7, "active", "2026-02-11", "", "", "");
    days_pass(kit, 1);
    json_t *json = figures();
    assert_int_equal(json_integer_value(json_object_get(json, "total")), 9);
    json_decref(json);
}

static void an_unknown_format_is_refused(void **state)
{
    (void)state;
    assert_int_equal(look(kit, "/entities/reports?f=xml").status, 400);
    assert_int_equal(look(kit, "/entities/reports?f=").status, 400);
    assert_int_equal(look(kit, "/entities/reports?year=2020").status, 400);
}

static void an_empty_city_has_a_page_too(void **state)
{
    (void)state;
    Kit *full = kit;
    kit = kit_open(&MODEL_SHIPPED);
    kit->app.started_us = 7; /* another process part */
    KitAnswer page = look(kit, "/entities/reports");
    assert_int_equal(page.status, 200);
    assert_true(says(&page, "还没有可以汇总的单位"));
    KitAnswer none = look(kit, "/entities?q=%E6%B4%9B%E9%98%B3");
    assert_true(says(&none, "法人库里还没有单位"));
    city_close(kit);
    kit = full;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_hold_every_entity_once),
        cmocka_unit_test(an_industry_counts_within_its_section),
        cmocka_unit_test(a_division_that_nobody_gave_comes_from_the_code),
        cmocka_unit_test(ages_are_whole_years_of_those_in_being),
        cmocka_unit_test(births_and_deaths_count_on_their_day_and_deaths_once),
        cmocka_unit_test(survival_is_reckoned_from_each_ones_own_day),
        cmocka_unit_test(sources_tell_completeness_and_consistency),
        cmocka_unit_test(every_public_field_but_the_key_is_counted_as_a_value),
        cmocka_unit_test(the_page_shows_the_same_and_follows_what_is_written),
        cmocka_unit_test(an_unknown_format_is_refused),
        cmocka_unit_test(an_empty_city_has_a_page_too),
    };
    return cmocka_run_group_tests(tests, open_city, close_city);
}
