/* The page of one entity: sources, differences, history, past days. */
#include "base/entities/pages_kit.h"

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

#define PAGE "/entities/" USCC_PEONY

static void values_are_shown_in_words_with_their_source(void **state)
{
    (void)state;
    KitAnswer answer = look(kit, PAGE);
    assert_int_equal(answer.status, 200);
    assert_true(says(&answer, "300 万元人民币"));
    assert_true(says(&answer, "市市场监管局"));
    assert_true(says(&answer, ">存续</strong>"));
    assert_true(says(&answer, "2020年7月9日"));
    assert_true(says(&answer, "首次入库"));
    assert_true(says(&answer, "/api/collections/entity/items/" USCC_PEONY));
    KitAnswer english = look(kit, PAGE "?lang=en");
    assert_true(says(&english, "3,000,000 CNY"));
    assert_true(says(&english, "Market Regulation"));
    assert_true(says(&english, "9 July 2020"));
}

static void personal_and_internal_fields_are_absent(void **state)
{
    (void)state;
    KitAnswer answer = look(kit, PAGE);
    assert_false(says(&answer, "13800000000"));
    assert_false(says(&answer, "11010519491231002X"));
    assert_false(says(&answer, "联系电话"));
    assert_false(says(&answer, "身份号码"));
}

static void a_division_that_nobody_gave_is_taken_from_the_code_and_the_page_says_so(void **state)
{
    (void)state;
    KitAnswer answer = look(kit, "/entities/" USCC_MACHINE);
    assert_true(says(&answer, "洛阳市涧西区"));
    assert_true(says(&answer, "信用代码第 3 至 8 位"));
    kit_say(
        kit, "entity", "market_regulation",
        (KitCell[]){{"uscc", USCC_MACHINE}, {"name", NAME_MACHINE}, {"division", "410305"}, {0}});
    answer = look(kit, "/entities/" USCC_MACHINE);
    assert_true(says(&answer, "洛阳市涧西区"));
    assert_false(says(&answer, "信用代码第 3 至 8 位"));
}

static void a_difference_shows_both_values_and_the_ticket(void **state)
{
    (void)state;
    days_pass(kit, 1);
    kit_say(kit, "entity", "statistics",
            (KitCell[]){{"uscc", USCC_PEONY},
                        {"name", NAME_PEONY},
                        {"employees", "23"},
                        {"status", "cancelled"},
                        {"cancelled_on", "2025-01-01"},
                        {0}});
    KitAnswer answer = look(kit, PAGE);
    assert_true(says(&answer, "有 1 处数据不一致"));
    assert_true(says(&answer, "登记状态：市市场监管局为“存续”"));
    assert_true(says(&answer, "市统计局为“注销”"));
    assert_true(says(&answer, "为什么是这个值"));
    assert_true(says(&answer, "23 人"));
    assert_true(says(&answer, "有差异"));
}

static void another_name_for_the_code_is_checked_first(void **state)
{
    (void)state;
    kit_say(kit, "entity", "statistics",
            (KitCell[]){{"uscc", USCC_MACHINE}, {"name", "洛阳样例厂"}, {"employees", "7"}, {0}});
    KitAnswer answer = look(kit, "/entities/" USCC_MACHINE);
    assert_true(says(&answer, "要先核实是不是同一家单位"));
    assert_false(says(&answer, "7 人"));
}

static void history_tells_what_changed_when_and_by_whom(void **state)
{
    (void)state;
    days_pass(kit, 1);
    kit_say(kit, "entity", "market_regulation",
            (KitCell[]){{"uscc", USCC_PEONY},
                        {"name", NAME_PEONY},
                        {"registered_capital", "600万元人民币"},
                        {0}});
    KitAnswer answer = look(kit, PAGE);
    assert_true(says(&answer, "<del>300 万元人民币</del> 改为 <ins>600 万元人民币</ins>"));
    assert_true(says(&answer, "2 版"));
    /* what the public may not see leaves no trace */
    KitAnswer before = look(kit, PAGE);
    kit_say(kit, "entity", "market_regulation",
            (KitCell[]){
                {"uscc", USCC_PEONY}, {"name", NAME_PEONY}, {"contact_phone", "13900000000"}, {0}});
    KitAnswer after = look(kit, PAGE);
    ptrdiff_t at = str_find(after.text, STR("id=\"history\""));
    assert_true(at > 0);
    assert_true(str_eq(str_slice(before.text, (size_t)str_find(before.text, STR("id=\"history\"")),
                                 before.text.n - 600),
                       str_slice(after.text, (size_t)at, after.text.n - 600)));
}

static void a_past_day_stays_as_it_was(void **state)
{
    (void)state;
    char target[100];
    Buf day = buf_new(32);
    day_write(&day, day_today(kit->now_us));
    snprintf(target, sizeof target, PAGE "?asOf=" STR_FMT, STR_ARG(buf_str(&day)));
    buf_free(&day);
    days_pass(kit, 1);
    KitAnswer then = look(kit, target);
    assert_int_equal(then.status, 200);
    assert_true(says(&then, "600 万元人民币"));
    assert_true(says(&then, "这是过去的样子"));
    kit_say(kit, "entity", "market_regulation",
            (KitCell[]){{"uscc", USCC_PEONY},
                        {"name", NAME_PEONY},
                        {"registered_capital", "900万元人民币"},
                        {0}});
    kit_say(kit, "entity", "statistics",
            (KitCell[]){{"uscc", USCC_PEONY}, {"name", NAME_PEONY}, {"status", "active"}, {0}});
    KitAnswer later = look(kit, target), now = look(kit, PAGE);
    assert_true(str_eq(main_of(&then), main_of(&later)));
    assert_true(says(&now, "900 万元人民币"));
    assert_false(says(&now, "数据不一致"));
    assert_true(says(&later, "数据不一致"));
}

static void a_day_before_it_was_known_says_since_when(void **state)
{
    (void)state;
    KitAnswer answer = look(kit, PAGE "?asOf=2020-01-01");
    assert_int_equal(answer.status, 404);
    assert_true(says(&answer, "还没有这家单位"));
    assert_true(says(&answer, "看现在的内容"));
}

static void days_and_codes_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        int status;
    } REFUSED[] = {
        {PAGE "?asOf=2026-02-30", 400},
        {PAGE "?asOf=yesterday", 400},
        {PAGE "?asOf=", 400},
        {PAGE "?asOf=2199-01-01", 400},
        {PAGE "?asOf=2199-01-01T00:00:00Z", 400},
        {PAGE "?day=1", 400},
        {"/entities/" USCC_NOBODY, 404},
        {"/entities/x", 404},
        {"/entities/%3Cb%3E", 404},
    };
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++)
        assert_int_equal(look(kit, REFUSED[i].target).status, REFUSED[i].status);
    assert_int_equal(look(kit, PAGE "?asOf=2026-01-01T08:00:01%2B08:00").status, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_shown_in_words_with_their_source),
        cmocka_unit_test(personal_and_internal_fields_are_absent),
        cmocka_unit_test(a_division_that_nobody_gave_is_taken_from_the_code_and_the_page_says_so),
        cmocka_unit_test(a_difference_shows_both_values_and_the_ticket),
        cmocka_unit_test(another_name_for_the_code_is_checked_first),
        cmocka_unit_test(history_tells_what_changed_when_and_by_whom),
        cmocka_unit_test(a_past_day_stays_as_it_was),
        cmocka_unit_test(a_day_before_it_was_known_says_since_when),
        cmocka_unit_test(days_and_codes_that_do_not_exist_are_refused),
    };
    return cmocka_run_group_tests(tests, open_city, close_city);
}
