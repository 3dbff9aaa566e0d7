/*
 * Each rule has a folder in testdata: `good` must pass; `bad` must give exactly the messages of the
 * file `messages` beside it. The rules of length make their files here.
 */
#include "tools/tidy/tidy.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define TESTDATA "tools/tidy/testdata"

static Buf list; /* nftw hands no pointer of ours through */
static size_t list_root;

static int add_path(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)ftw;
    if (type == FTW_F) {
        buf_add(&list, str_of(path + list_root));
        buf_byte(&list, '\0');
    }
    return 0;
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const Str *)a, *(const Str *)b);
}

/* The lines of a text in order: files are found in no order of their own. */
static Str sorted_lines(Arena *arena, Str text)
{
    Str lines[200], line;
    size_t n = 0;
    while (str_split(&text, '\n', &line) && n < COUNT_OF(lines))
        if (line.n) lines[n++] = line;
    qsort(lines, n, sizeof *lines, by_text);
    Buf out = buf_new(1 << 20);
    for (size_t i = 0; i < n; i++) buf_printf(&out, STR_FMT "\n", STR_ARG(lines[i]));
    Str result = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return result;
}

static Str messages_of(Arena *arena, const char *root)
{
    list = buf_new(1 << 20);
    list_root = strlen(root) + 1;
    assert_int_equal(nftw(root, add_path, 8, FTW_PHYS), 0);
    Buf out = buf_new(1 << 20);
    int found = tidy_run(arena, root, buf_str(&list), &out);
    Str messages = sorted_lines(arena, buf_str(&out));
    int lines = 0;
    for (size_t i = 0; i < messages.n; i++) lines += messages.p[i] == '\n';
    assert_int_equal(found, lines);
    buf_free(&out);
    buf_free(&list);
    return messages;
}

static Str read_messages(Arena *arena, const char *path)
{
    char *text = arena_array(arena, char, 65536);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    ssize_t n = read(fd, text, 65535);
    close(fd);
    assert_true(n >= 0);
    return sorted_lines(arena, (Str){text, (size_t)n});
}

static void rule_refuses_bad_and_passes_good(void **state)
{
    Arena *arena = arena_new(64 << 20);
    Str good = arena_printf(arena, TESTDATA "/%s/good", (const char *)*state);
    Str bad = arena_printf(arena, TESTDATA "/%s/bad", (const char *)*state);
    Str expected = arena_printf(arena, TESTDATA "/%s/messages", (const char *)*state);
    assert_string_equal(messages_of(arena, good.p).p, "");
    Str found = messages_of(arena, bad.p);
    assert_string_equal(found.p, read_messages(arena, expected.p).p);
    assert_true(found.n > 0);
    arena_free(arena);
}

/* ---- lengths ---- */

static void check_text(const char *path, Buf *text, Buf *out)
{
    Arena *arena = arena_new(64 << 20);
    TidyFile file = tidy_file(arena, str_of(path), buf_str(text));
    Tidy tidy = {.arena = arena, .files = &file, .count = 1, .out = out};
    tidy_check_file(&tidy, &file);
    buf_byte(out, '\0');
    arena_free(arena);
}

static void add_function(Buf *text, const char *name, int lines)
{
    buf_printf(text, "static int %s(int a) {\n", name);
    for (int i = 2; i < lines; i++) buf_lit(text, "    a += '}'; // }\n");
    buf_lit(text, "}\n");
}

static void functions_fit_a_screen(void **state)
{
    (void)state;
    Buf text = buf_new(1 << 20), out = buf_new(1 << 20);
    buf_lit(&text, "#define OPEN {\nstatic const int T[] = {\n");
    for (int i = 0; i < 100; i++) buf_lit(&text, "    1,\n");
    buf_lit(&text, "};\n");
    add_function(&text, "fits", TIDY_FUNCTION_LINES_MAX);
    check_text("lib/a.c", &text, &out);
    assert_string_equal(out.p, "");
    buf_clear(&out);
    add_function(&text, "too_long", TIDY_FUNCTION_LINES_MAX + 1);
    check_text("lib/a.c", &text, &out);
    assert_string_equal(out.p, "lib/a.c:174: function-length: too_long has 71 lines of at most 70: "
                               "give a part of it a name\n");
    buf_free(&out);
    buf_free(&text);
}

static void files_have_a_length(void **state)
{
    (void)state;
    Buf text = buf_new(1 << 20), out = buf_new(1 << 20);
    for (int i = 0; i < TIDY_FILE_LINES_MAX; i++) buf_lit(&text, "int a;\n");
    check_text("lib/a.c", &text, &out);
    assert_string_equal(out.p, "");
    buf_clear(&out);
    buf_lit(&text, "int b;\n");
    check_text("lib/a.c", &text, &out);
    assert_string_equal(out.p, "lib/a.c:801: file-length: 801 lines of at most 800: split it by "
                               "what its parts are about\n");
    buf_clear(&out);
    check_text("lib/table.csv", &text, &out);
    assert_string_equal(out.p, "");
    buf_free(&out);
    buf_free(&text);
}

static void folders_of_one_machine_are_named_nowhere(void **state)
{
    (void)state;
    Buf text = buf_new(1 << 10), out = buf_new(1 << 10);
    buf_lit(&text, "See /wo"
                   "rk/main; not /work, network/a, \"/wo"
                   "rk/b\".\n");
    check_text("docs/a.md", &text, &out);
    assert_string_equal(out.p, "docs/a.md:1: place: no folder of one machine: a path from the root "
                               "of the tree\n");
    buf_free(&out);
    buf_free(&text);
}

int main(void)
{
#define RULE(name)                                                                                 \
    {                                                                                              \
        "rule: " name, rule_refuses_bad_and_passes_good, NULL, NULL, (void *)name                  \
    }
    const struct CMUnitTest tests[] = {
        RULE("blanks"),
        RULE("columns"),
        RULE("reminders"),
        RULE("calls"),
        RULE("pragma"),
        RULE("layers"),
        RULE("dead"),
        cmocka_unit_test(functions_fit_a_screen),
        cmocka_unit_test(files_have_a_length),
        cmocka_unit_test(folders_of_one_machine_are_named_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
