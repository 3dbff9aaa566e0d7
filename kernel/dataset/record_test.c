#include "kernel/dataset/record.h"
#include "lib/text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const Text TOO_LONG = {"最多 {0} 个字，现有 {1} 个", "at most {0} characters, has {1}"};
static const Text TWICE = {"{1}{0}{1}", "{{0}} {2} {0 {1}"};

static void assert_issue(const Issue *issue, Lang lang, const char *expected)
{
    Buf out = buf_new(4096);
    issue_write_text(&out, issue, lang);
    buf_byte(&out, '\0');
    assert_false(out.overflow);
    assert_string_equal(out.p, expected);
    buf_free(&out);
}

static void every_code_has_its_word(void **state)
{
    (void)state;
    for (int a = ISSUE_REQUIRED; a <= ISSUE_UNKNOWN_COLUMN; a++) {
        const char *name = issue_code_name((IssueCode)a);
        assert_true(name != NULL && *name != '\0');
        for (int b = ISSUE_REQUIRED; b < a; b++)
            assert_string_not_equal(name, issue_code_name((IssueCode)b));
    }
    assert_string_equal(issue_code_name(ISSUE_CHECK_DIGIT), "check_digit");
    assert_string_equal(issue_code_name(ISSUE_UNKNOWN_COLUMN), "unknown_column");
}

static void sentences_take_their_arguments(void **state)
{
    (void)state;
    Arena *arena = arena_new(1024 * 1024);
    Issues *issues = mem_alloc(sizeof *issues);
    issues_clear(issues, arena);
    issue_error(issues, 3, ISSUE_LENGTH, &TOO_LONG, STR("5"), STR("7"));
    issue_warning(issues, -1, ISSUE_MISMATCH, &TWICE, STR("{1}"), STR("洛"));
    assert_int_equal(issues->count, 2);
    assert_int_equal(issues->errors, 1);
    assert_int_equal(issues->warnings, 1);
    assert_int_equal(issues->items[0].field, 3);
    assert_false(issues->items[0].warning);
    assert_true(issues->items[1].warning);
    assert_issue(&issues->items[0], LANG_ZH, "最多 5 个字，现有 7 个");
    assert_issue(&issues->items[0], LANG_EN, "at most 5 characters, has 7");
    /* what an argument says is not read again; other braces are text */
    assert_issue(&issues->items[1], LANG_ZH, "洛{1}洛");
    assert_issue(&issues->items[1], LANG_EN, "{{1}} {2} {0 洛");
    issues_clear(issues, arena);
    assert_int_equal(issues->count + issues->errors + issues->warnings, 0);
    mem_free(issues);
    arena_free(arena);
}

/* The arguments are the list's own: a caller's buffer may change afterwards. Long ones are cut
 * between characters. */
static void arguments_are_copied_and_bounded(void **state)
{
    (void)state;
    Arena *arena = arena_new(1024 * 1024);
    Issues *issues = mem_alloc(sizeof *issues);
    issues_clear(issues, arena);
    char cell[3000];
    for (size_t i = 0; i < sizeof cell; i += 3) memcpy(cell + i, "洛", 3);
    issue_error(issues, 0, ISSUE_TYPE, &TWICE, (Str){cell, 3}, (Str){cell, sizeof cell});
    memset(cell, 'x', sizeof cell);
    assert_true(str_is(issues->items[0].arg[0], "洛"));
    Str cut = issues->items[0].arg[1];
    assert_true(utf8_valid(cut) && cut.n <= 203 && str_starts(cut, STR("洛洛洛")) &&
                str_ends(cut, STR("洛…")));
    mem_free(issues);
    arena_free(arena);
}

static void further_issues_are_counted_only(void **state)
{
    (void)state;
    Arena *arena = arena_new(1024 * 1024);
    Issues *issues = mem_alloc(sizeof *issues);
    issues_clear(issues, arena);
    for (int i = 0; i < ISSUES_MAX; i++)
        issue_warning(issues, i, ISSUE_TYPE, &TWICE, STR_NONE, STR_NONE);
    issue_error(issues, 7, ISSUE_REQUIRED, &TWICE, STR_NONE, STR_NONE);
    assert_int_equal(issues->count, ISSUES_MAX);
    assert_int_equal(issues->warnings, ISSUES_MAX);
    assert_int_equal(issues->errors, 1); /* the record is refused all the same */
    mem_free(issues);
    arena_free(arena);
}

static const struct {
    Field field;
    Value value;
    const char *text;
} WRITTEN[] = {
    {{.type = FIELD_TEXT}, {.present = true, .text = STR_INIT("洛阳")}, "洛阳"},
    {{.type = FIELD_USCC}, {.present = true, .text = STR_INIT("0")}, "0"},
    {{.type = FIELD_DATE},
     {.present = true, .number = 19782, .text = STR_INIT("2024-02-29")},
     "2024-02-29"},
    {{.type = FIELD_INSTANT}, {.present = true, .number = 0}, "1970-01-01T08:00:00+08:00"},
    {{.type = FIELD_INTEGER}, {.present = true, .number = -12}, "-12"},
    {{.type = FIELD_INTEGER}, {.present = true, .number = INT64_MIN}, "-9223372036854775808"},
    {{.type = FIELD_DECIMAL, .scale = 2}, {.present = true, .number = 1250}, "12.5"},
    {{.type = FIELD_DECIMAL, .scale = 2}, {.present = true, .number = -5}, "-0.05"},
    {{.type = FIELD_BOOLEAN}, {.present = true, .number = 1}, "true"},
    {{.type = FIELD_BOOLEAN}, {.present = true, .number = 0}, "false"},
    {{.type = FIELD_TEXT}, {.present = false, .text = STR_INIT("x")}, ""},
    {{.type = FIELD_INTEGER}, {.present = false, .number = 5}, ""},
};

static void values_have_one_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(WRITTEN); i++) {
        Buf out = buf_new(100);
        value_write_text(&out, &WRITTEN[i].field, &WRITTEN[i].value);
        if (!str_is(buf_str(&out), WRITTEN[i].text)) {
            fail_msg("%s: " STR_FMT, WRITTEN[i].text, STR_ARG(buf_str(&out)));
        }
        buf_free(&out);
    }
}

static void equal_is_what_is_stored_equal(void **state)
{
    (void)state;
    Value absent = {.present = false, .number = 5},
          absent_too = {.present = false, .text = STR("x")};
    Value five = {.present = true, .number = 5}, six = {.present = true, .number = 6};
    Value x = {.present = true, .text = STR("x")}, y = {.present = true, .text = STR("y")};
    Value day = {.present = true, .number = 19782, .text = STR("2024-02-29")};
    Value day_text = {.present = true, .text = STR("2024-02-29")};
    Value empty = {.present = true, .text = STR("")};
    assert_true(value_eq(&absent, &absent_too));
    assert_true(value_eq(&five, &five));
    assert_true(value_eq(&x, &x));
    assert_true(value_eq(&day, &day_text));
    assert_false(value_eq(&absent, &five));
    assert_false(value_eq(&five, &absent));
    assert_false(value_eq(&five, &six));
    assert_false(value_eq(&x, &y));
    assert_false(value_eq(&x, &empty));
    assert_false(value_eq(&empty, &absent));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_its_word),
        cmocka_unit_test(sentences_take_their_arguments),
        cmocka_unit_test(arguments_are_copied_and_bounded),
        cmocka_unit_test(further_issues_are_counted_only),
        cmocka_unit_test(values_have_one_text),
        cmocka_unit_test(equal_is_what_is_stored_equal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
