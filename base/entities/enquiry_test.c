/* Public enquiry: what is found, what is refused and in which words. */
#include "base/entities/pages_kit.h"

#include "kernel/numbers/checkdigit.h"
#include "kernel/web/limiter.h"

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

static char *asked(const char *text)
{
    Buf target = buf_new(8192);
    buf_lit(&target, "/entities?q=");
    url_encode(&target, str_of(text));
    char *copy = arena_cstr(kit->arena, buf_str(&target));
    buf_free(&target);
    return copy;
}

static void expect(const char *q, int status, const char *word)
{
    KitAnswer answer = look(kit, asked(q));
    if (answer.status != status || !says(&answer, word))
        fail_msg("“%s” gives %d, not %d with “%s”", q, answer.status, status, word);
}

static void a_code_is_found_however_it_is_pasted(void **state)
{
    (void)state;
    static const char *const PASTED[] = {USCC_PEONY,
                                         "91410300ma9a00010p",
                                         " 9141 0300 MA9A 0001 0P ",
                                         "９１４１０３００ＭＡ９Ａ０００１０Ｐ",
                                         "91410300-MA9A00010-P",
                                         "\xe3\x80\x80" USCC_PEONY "\xe3\x80\x80"};
    for (size_t i = 0; i < COUNT_OF(PASTED); i++) {
        expect(PASTED[i], 200, NAME_PEONY);
        expect(PASTED[i], 200, "href=\"/entities/" USCC_PEONY "\"");
    }
}

static void a_wrong_code_says_what_is_wrong(void **state)
{
    (void)state;
    expect("91410300MA9A00010Q", 400, "校验位对不上");
    expect("91410300MA9A0001OP", 400, "不用 I、O、S、V、Z");
    expect("91410300MA9A0001P", 400, "应有 18 位，您输入了 17 位");
    expect("91410300MA9A00010PP", 400, "您输入了 19 位");
    expect("B1410300MA9A00010P", 400, "没有以“B”开头的代码");
    expect("914103000000000", 400, "您输入了 15 位");
    expect(USCC_NOBODY, 200, "没有代码为");
}

static void a_name_is_found_by_any_two_characters(void **state)
{
    (void)state;
    expect("洛阳", 200, "<mark>洛阳</mark>示例牡丹食品有限公司");
    expect("牡丹", 200, "洛阳示例<mark>牡丹</mark>食品有限公司");
    expect("公司", 200, "共 2 家");
    expect("　牡丹 ", 200, "共 1 家");
}

static void a_name_must_have_two_characters_and_at_most_100(void **state)
{
    (void)state;
    char hundred[301] = "", longer[304] = "";
    for (int i = 0; i < 100; i++) memcpy(hundred + 3 * (size_t)i, "洛", 3);
    for (int i = 0; i < 101; i++) memcpy(longer + 3 * (size_t)i, "洛", 3);
    expect("洛", 400, "至少输入名称中的 2 个字");
    expect("A", 400, "至少输入名称中的 2 个字");
    expect(hundred, 200, "没有名称含");
    expect(longer, 400, "最多 100 个字");
    expect("洛\x01阳", 400, "看不见的字符");
    char *very_long = arena_alloc(kit->arena, 2001);
    memset(very_long, 'a', 2000);
    expect(very_long, 400, "太长");
}

/* Signs that mean something to LIKE, SQL or HTML are letters like others. */
static void signs_have_no_power(void **state)
{
    (void)state;
    static const char *const SIGNS[] = {"%%",   "__",  "洛%", "'; DROP TABLE entity; --",
                                        "\\\\", "\"\""};
    for (size_t i = 0; i < COUNT_OF(SIGNS); i++) expect(SIGNS[i], 200, "没有名称含");
    KitAnswer answer = look(kit, asked("<script>alert(1)</script>"));
    assert_int_equal(answer.status, 200);
    assert_false(says(&answer, "<script>"));
    assert_true(says(&answer, "&lt;script&gt;"));
}

static void nothing_asked_is_a_form_and_costs_nothing(void **state)
{
    (void)state;
    KitAnswer answer = look(kit, "/entities"), blank = look(kit, "/entities?q=%20");
    assert_int_equal(answer.status, 200);
    assert_true(says(&answer, "name=\"q\""));
    assert_false(says(&answer, "hl-empty"));
    assert_int_equal(blank.status, 200);
    assert_false(says(&blank, "govuk-error-summary"));
}

static void an_empty_result_says_where_was_looked_and_until_when(void **state)
{
    (void)state;
    KitAnswer answer = look(kit, asked("并不存在"));
    assert_true(says(&answer, "没有名称含“并不存在”的单位"));
    assert_true(says(&answer, "查了法人库的 2 家单位，数据截至"));
}

/* ---- pages ---- */

static char *uscc_of(int number)
{
    char body8[9], text[19];
    snprintf(body8, sizeof body8, "MA%06d", number);
    snprintf(text, sizeof text, "91410305%s%c", body8, org9_check_char(str_of(body8)));
    text[17] = uscc_check_char((Str){text, 17});
    text[18] = '\0';
    return arena_cstr(kit->arena, str_of(text));
}

/* Plain second way: names in order of bytes, those that start with it before the others. */
static int list_all(const char *q, char seen[64][100])
{
    int count = 0;
    char *target = asked(q);
    for (int page = 0; page < 10 && target; page++) {
        KitAnswer answer = look(kit, target);
        assert_int_equal(answer.status, 200);
        Str rest = answer.text;
        ptrdiff_t at;
        int rows = 0;
        while ((at = str_find(rest, STR("<li class=\"hl-code\">"))) >= 0) {
            rest = str_slice(rest, (size_t)at + 20, rest.n);
            snprintf(seen[count++], 100, "%.18s", rest.p);
            rows++;
        }
        assert_true(rows <= 20);
        at = str_find(answer.text, STR("\" rel=\"next\""));
        target = NULL;
        if (at < 0) break;
        size_t from = (size_t)at;
        while (answer.text.p[from - 1] != '=') from--;
        Str mark = str_slice(answer.text, from, (size_t)at);
        target = arena_cstr(kit->arena,
                            arena_printf(kit->arena, "%s&after=" STR_FMT, asked(q), STR_ARG(mark)));
    }
    return count;
}

static void pages_hold_each_name_once_those_that_start_with_it_first(void **state)
{
    (void)state;
    for (int i = 0; i < 45; i++) {
        char name[64];
        snprintf(name, sizeof name, i % 2 ? "华夏%02d厂" : "中原华夏%02d厂",
                 i / 3); /* some names twice */
        kit_say(kit, "entity", "market_regulation",
                (KitCell[]){{"uscc", uscc_of(i)}, {"name", name}, {0}});
    }
    static char seen[64][100];
    assert_int_equal(list_all("华夏", seen), 45);
    for (int i = 0; i < 45; i++)
        for (int k = 0; k < i; k++) assert_string_not_equal(seen[i], seen[k]);
    int odd_first = 0;
    for (int i = 0; i < 45; i++)
        for (int n = 0; n < 45; n++)
            if (strcmp(seen[i], uscc_of(n)) == 0) odd_first += (i < 22) == (n % 2 == 1);
    assert_int_equal(odd_first, 45);
    KitAnswer first = look(kit, asked("华夏"));
    assert_true(says(&first, "显示第 1 至 20 家"));
    assert_true(says(&first, "可以缩小范围"));
    assert_true(says(&first, "下 20 家"));
}

static void latin_letters_are_found_in_both_cases(void **state)
{
    (void)state;
    kit_say(kit, "entity", "market_regulation",
            (KitCell[]){{"uscc", uscc_of(900)}, {"name", "洛阳Abc科技有限公司"}, {0}});
    expect("aBC科技", 200, "洛阳<mark>Abc科技</mark>有限公司");
    expect("ＡＢＣ", 200, "<mark>Abc</mark>");
}

static void marks_that_were_not_given_are_refused(void **state)
{
    (void)state;
    static const char *const MARKS[] = {"",
                                        "zz",
                                        "abc",
                                        "7320302030",
                                        "78203020302061",
                                        "732d",
                                        "73202d3120302061",
                                        "ff20302030206162"};
    for (size_t i = 0; i < COUNT_OF(MARKS); i++) {
        Str target = arena_printf(kit->arena, "%s&after=%s", asked("洛阳"), MARKS[i]);
        assert_int_equal(look(kit, arena_cstr(kit->arena, target)).status, 400);
    }
    assert_int_equal(look(kit, "/entities?after=7320302030206162").status, 400);
    assert_int_equal(look(kit, "/entities?name=x").status, 400);
}

static void one_who_asks_too_often_waits(void **state)
{
    (void)state;
    LimiterRates rates = {.per_second = {0, 0.1}, .burst = {0, 2}};
    kit->app.limiter = limiter_new(&rates);
    assert_int_equal(look(kit, "/entities").status, 200); /* no query, no cost */
    assert_int_equal(look(kit, asked("洛阳")).status, 200);
    assert_int_equal(look(kit, asked("洛")).status, 400);
    KitAnswer answer = look(kit, asked("洛阳"));
    assert_int_equal(answer.status, 429);
    assert_true(header_of(&answer, "Retry-After").n > 0);
    limiter_free(kit->app.limiter);
    kit->app.limiter = NULL;
}

static void the_public_sees_no_personal_data(void **state)
{
    (void)state;
    KitAnswer answer = look(kit, asked(USCC_PEONY));
    assert_false(says(&answer, "13800000000"));
    assert_false(says(&answer, "11010519491231002X"));
    expect("13800000000", 400, "您输入了 11 位");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_is_found_however_it_is_pasted),
        cmocka_unit_test(a_wrong_code_says_what_is_wrong),
        cmocka_unit_test(a_name_is_found_by_any_two_characters),
        cmocka_unit_test(a_name_must_have_two_characters_and_at_most_100),
        cmocka_unit_test(signs_have_no_power),
        cmocka_unit_test(nothing_asked_is_a_form_and_costs_nothing),
        cmocka_unit_test(an_empty_result_says_where_was_looked_and_until_when),
        cmocka_unit_test(the_public_sees_no_personal_data),
        cmocka_unit_test(marks_that_were_not_given_are_refused),
        cmocka_unit_test(one_who_asks_too_often_waits),
        cmocka_unit_test(latin_letters_are_found_in_both_cases),
        cmocka_unit_test(pages_hold_each_name_once_those_that_start_with_it_first),
    };
    return cmocka_run_group_tests(tests, open_city, close_city);
}
