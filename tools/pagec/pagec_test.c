/*
 * Golden tests: testdata/good has templates and the C they become, testdata/bad those that must be
 * refused and why. PAGEC_UPDATE=1 writes the expectations anew: read the difference before you
 * commit.
 */
#include "tools/pagec/pagec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <glob.h>

static const char DIR[] = "tools/pagec/testdata/";
static Arena *arena;
static Catalogue catalogue;

static Str file_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) return STR_NONE;
    char *bytes = arena_alloc(arena, 1 << 16);
    size_t n = fread(bytes, 1, 1 << 16, file);
    fclose(file);
    return (Str){bytes, n};
}

/* Compares with the file, or writes it. */
static void expect(const char *path, Str actual)
{
    if (getenv("PAGEC_UPDATE")) {
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(actual.p, 1, actual.n, file), actual.n);
        assert_int_equal(fclose(file), 0);
        return;
    }
    Str wanted = file_read(path);
    if (!str_eq(wanted, actual))
        fail_msg("%s differs; wanted:\n" STR_FMT "\ngot:\n" STR_FMT, path, STR_ARG(wanted),
                 STR_ARG(actual));
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 << 20);
    Buf messages = buf_new(1 << 16);
    PagecLog log = {.out = &messages};
    Str path = STR("tools/pagec/testdata/texts.csv");
    catalogue_add(&catalogue, path, file_read(path.p), arena, &log);
    assert_int_equal(log.count, 0);
    assert_int_equal(catalogue.count, 3);
    buf_free(&messages);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void compile_all(const char *folder, bool good)
{
    char pattern[200];
    snprintf(pattern, sizeof pattern, "%s%s/*.page.html", DIR, folder);
    glob_t found;
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= (good ? 5 : 40));
    for (size_t i = 0; i < found.gl_pathc; i++) {
        Str path = str_of(found.gl_pathv[i]);
        Buf source = buf_new(1 << 20), header = buf_new(1 << 20), messages = buf_new(1 << 16);
        PagecLog log = {.out = &messages};
        pagec_compile(path, file_read(path.p), &catalogue, arena, &source, &header, &log);
        char expected[300];
        snprintf(expected, sizeof expected, "%.*s.%s", (int)path.n - 10, path.p,
                 good ? "c.txt" : "txt");
        if (good && log.count) fail_msg("refused: " STR_FMT, STR_ARG(buf_str(&messages)));
        if (!good && !log.count) fail_msg(STR_FMT " was not refused", STR_ARG(path));
        Buf both = buf_new(1 << 21);
        if (good) {
            buf_add(&both, buf_str(&header));
            buf_lit(&both, "----\n");
            buf_add(&both, buf_str(&source));
        }
        expect(expected, good ? buf_str(&both) : buf_str(&messages));
        buf_free(&both);
        buf_free(&source);
        buf_free(&header);
        buf_free(&messages);
    }
    globfree(&found);
}

static void good_templates_become_c(void **state)
{
    (void)state;
    compile_all("good", true);
}

static void bad_templates_are_refused(void **state)
{
    (void)state;
    compile_all("bad", false);
}

static void bad_texts_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line, *message;
    } BAD[] = {
        {"a,甲", "t.csv:2:1: text 'a' lacks its English\n"},
        {"a,,A", "t.csv:2:1: text 'a' lacks its Chinese\n"},
        {"a,甲,A,x", "t.csv:2:1: expected key,zh,en; quote a cell that has a comma or \"\n"},
        {"a,\"甲,A", "t.csv:2:1: expected key,zh,en; quote a cell that has a comma or \"\n"},
        {"a,\"甲\"乙,A", "t.csv:2:1: expected key,zh,en; quote a cell that has a comma or \"\n"},
        {"A,甲,A", "t.csv:2:1: a key is small letters, digits and _: 'A'\n"},
        {"1a,甲,A", "t.csv:2:1: a key is small letters, digits and _: '1a'\n"},
        {"a,甲 {0},A",
         "t.csv:2:1: text 'a': both languages need the same placeholders, {0} first\n"},
        {"a,甲 {1},A {1}",
         "t.csv:2:1: text 'a': both languages need the same placeholders, {0} first\n"},
        {"a,甲 {x},A {x}",
         "t.csv:2:1: text 'a': both languages need the same placeholders, {0} first\n"},
        {"a,甲 },A", "t.csv:2:1: text 'a': both languages need the same placeholders, {0} first\n"},
        {"a,甲,A\na,乙,B", "t.csv:3:1: text 'a' stands already in t.csv:2\n"},
    };
    static Catalogue one;
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        one.count = 0;
        Buf messages = buf_new(1 << 16);
        PagecLog log = {.out = &messages};
        catalogue_add(&one, STR("t.csv"), arena_printf(arena, "key,zh,en\n%s\n", BAD[i].line),
                      arena, &log);
        buf_byte(&messages, '\0');
        assert_string_equal(messages.p, BAD[i].message);
        buf_free(&messages);
    }
}

static void unused_texts_are_named(void **state)
{
    (void)state;
    Buf messages = buf_new(1 << 16);
    PagecLog log = {.out = &messages};
    catalogue_mark_used(&catalogue, STR("page_text(page, T_greet); {{t swap a b}} T(helloo)"));
    catalogue_say_unused(&catalogue, &log);
    buf_byte(&messages, '\0');
    assert_string_equal(
        messages.p,
        "tools/pagec/testdata/texts.csv:2:1: text 'hello' is used nowhere: delete it\n");
    buf_free(&messages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_templates_become_c),
        cmocka_unit_test(bad_templates_are_refused),
        cmocka_unit_test(bad_texts_are_refused),
        cmocka_unit_test(unused_texts_are_named),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
