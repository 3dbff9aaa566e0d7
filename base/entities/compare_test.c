/* Batch compare and verify: the four answers, and what is refused. */
#include "base/entities/pages_kit.h"

#include <sys/mman.h>

static Kit *kit;

static int open_city(void **state)
{
    (void)state;
    kit = city_open();
    kit_say(kit, "entity", "market_regulation",
            (KitCell[]){{"uscc", "91410300MA9A00010P"}, {"name", NAME_PEONY}, {0}});
    return 0;
}

static int close_city(void **state)
{
    (void)state;
    city_close(kit);
    return 0;
}

static KitAnswer compared(Str csv)
{
    KitAnswer answer = {0};
    Buf why = buf_new(1024);
    int fd = memfd_create("compare", MFD_CLOEXEC);
    assert_int_equal(write(fd, csv.p, csv.n), (ssize_t)csv.n);
    web_call(&kit->app, HTTP_POST, STR("/api/collections/entity/compare"), NULL, 0, STR_NONE, fd,
             kit->arena, &answer.reply);
    answer.status = answer.reply.status;
    answer.text = arena_str(kit->arena, buf_str(&answer.reply.body));
    answer.json = json_read(answer.text, &why);
    buf_free(&answer.reply.body);
    buf_free(&why);
    close(fd);
    return answer;
}

static void each_line_has_one_of_four_answers(void **state)
{
    (void)state;
    static const struct {
        const char *line, *result;
    } LINES[] = {
        {USCC_PEONY "," NAME_PEONY, "same"},
        {"91410300ma9a00010p,　" NAME_PEONY " ", "same"},
        {USCC_PEONY ",洛阳别的公司", "other_name"},
        {USCC_NOBODY ",洛阳别的公司", "unknown"},
        {"91410300MA9A00010Q," NAME_PEONY, "invalid"},
        {",", "invalid"},
        {USCC_PEONY ",", "invalid"},
        {USCC_PEONY, "invalid"},
    };
    Buf csv = buf_new(4096);
    buf_lit(&csv, "uscc,name\r\n");
    for (size_t i = 0; i < COUNT_OF(LINES); i++) buf_printf(&csv, "%s\r\n", LINES[i].line);
    KitAnswer answer = compared(buf_str(&csv));
    assert_int_equal(answer.status, 200);
    json_t *lines = json_object_get(answer.json, "lines");
    assert_int_equal(json_array_size(lines), COUNT_OF(LINES));
    for (size_t i = 0; i < COUNT_OF(LINES); i++) {
        json_t *line = json_array_get(lines, i);
        assert_string_equal(json_string_value(json_object_get(line, "result")), LINES[i].result);
        assert_int_equal(json_integer_value(json_object_get(line, "line")), i + 2);
    }
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(lines, 2), "registered_name")),
        NAME_PEONY);
    assert_null(json_object_get(json_array_get(lines, 0), "registered_name"));
    assert_int_equal(json_integer_value(json_object_get(answer.json, "read")), COUNT_OF(LINES));
    assert_int_equal(json_integer_value(json_object_get(answer.json, "invalid")), 4);
    json_decref(answer.json);
    buf_free(&csv);
}

static void chinese_headings_and_both_kinds_of_brackets_are_fine(void **state)
{
    (void)state;
    kit_say(kit, "entity", "market_regulation",
            (KitCell[]){{"uscc", USCC_NOBODY}, {"name", "洛阳（示例）商行"}, {0}});
    KitAnswer answer =
        compared(STR("企业名称,备注,统一社会信用代码\n洛阳(示例)商行,x," USCC_NOBODY "\n"));
    assert_int_equal(answer.status, 200);
    assert_int_equal(json_integer_value(json_object_get(answer.json, "same")), 1);
    json_decref(answer.json);
}

static void lists_that_cannot_be_read_are_refused_whole(void **state)
{
    (void)state;
    static const char *const LISTS[] = {"",
                                        "\n",
                                        "uscc\n" USCC_PEONY "\n",
                                        "name,address\na,b\n",
                                        "uscc,name,uscc\na,b,c\n",
                                        "uscc,name\n\"a,b\n",
                                        "uscc,name\na\"b,c\n"};
    for (size_t i = 0; i < COUNT_OF(LISTS); i++) {
        KitAnswer answer = compared(str_of(LISTS[i]));
        if (answer.status != 400) fail_msg("list %zu gives %d", i, answer.status);
        json_decref(answer.json);
    }
    KitAnswer nul = compared((Str){"uscc,name\na\0b,c\n", 16});
    assert_int_equal(nul.status, 400);
    json_decref(nul.json);
}

static void more_than_10000_lines_are_refused(void **state)
{
    (void)state;
    Buf csv = buf_new(1024 * 1024);
    buf_lit(&csv, "uscc,name\n");
    for (int i = 0; i < 10000; i++) buf_lit(&csv, "a,b\n");
    KitAnswer full = compared(buf_str(&csv));
    assert_int_equal(full.status, 200);
    assert_int_equal(json_integer_value(json_object_get(full.json, "invalid")), 10000);
    json_decref(full.json);
    buf_lit(&csv, "a,b\n");
    KitAnswer over = compared(buf_str(&csv));
    assert_int_equal(over.status, 413);
    json_decref(over.json);
    buf_free(&csv);
}

static KitAnswer verified(const char *body)
{
    return kit_call(kit, HTTP_POST, "/api/collections/entity/verify", NULL, 0, str_of(body));
}

static void one_pair_is_true_or_false(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        bool match;
    } PAIRS[] = {
        {"{\"uscc\":\"" USCC_PEONY "\",\"name\":\"" NAME_PEONY "\"}", true},
        {"{\"name\":\" " NAME_PEONY " \",\"uscc\":\"91410300ma9a00010p\"}", true},
        {"{\"uscc\":\"" USCC_PEONY "\",\"name\":\"洛阳示例牡丹食品\"}", false},
        {"{\"uscc\":\"" USCC_MACHINE "\",\"name\":\"" NAME_PEONY "\"}", false},
        {"{\"uscc\":\"12410300417000014F\",\"name\":\"" NAME_PEONY "\"}", false},
    };
    for (size_t i = 0; i < COUNT_OF(PAIRS); i++) {
        KitAnswer answer = verified(PAIRS[i].body);
        assert_int_equal(answer.status, 200);
        assert_int_equal(json_is_true(json_object_get(answer.json, "match")), PAIRS[i].match);
        json_decref(answer.json);
    }
}

static void pairs_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const BODIES[] = {"",
                                         "[]",
                                         "{}",
                                         "{\"uscc\":\"" USCC_PEONY "\"}",
                                         "{\"uscc\":1,\"name\":\"a\"}",
                                         "{\"uscc\":\"91410300MA9A00010Q\",\"name\":\"a\"}",
                                         "{\"uscc\":\"" USCC_PEONY "\",\"name\":\"\"}",
                                         "{\"uscc\":\"" USCC_PEONY "\",\"name\":\"a\",\"more\":1}",
                                         "{\"uscc\":\"" USCC_PEONY "\",\"name\":\"a\""};
    for (size_t i = 0; i < COUNT_OF(BODIES); i++) {
        KitAnswer answer = verified(BODIES[i]);
        assert_int_equal(answer.status, 400);
        json_decref(answer.json);
    }
}

static void a_key_is_needed(void **state)
{
    (void)state;
    Str pair = STR("{\"uscc\":\"" USCC_PEONY "\",\"name\":\"" NAME_PEONY "\"}");
    assert_int_equal(
        outside(kit, HTTP_POST, "/api/collections/entity/verify", NULL, 0, pair).status, 401);
    assert_int_equal(
        outside(kit, HTTP_POST, "/api/collections/entity/compare", NULL, 0, STR_NONE).status, 401);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_has_one_of_four_answers),
        cmocka_unit_test(lists_that_cannot_be_read_are_refused_whole),
        cmocka_unit_test(more_than_10000_lines_are_refused),
        cmocka_unit_test(one_pair_is_true_or_false),
        cmocka_unit_test(pairs_that_are_none_are_refused),
        cmocka_unit_test(a_key_is_needed),
        cmocka_unit_test(chinese_headings_and_both_kinds_of_brackets_are_fine),
    };
    return cmocka_run_group_tests(tests, open_city, close_city);
}
