#include "lib/multipart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <unistd.h>

static Arena *arena;

static int fd_of(Str bytes)
{
    int fd = memfd_create("form", MFD_CLOEXEC);
    assert_true(fd >= 0);
    for (Str rest = bytes; rest.n;) {
        ssize_t n = write(fd, rest.p, rest.n);
        assert_true(n > 0);
        rest = str_slice(rest, (size_t)n, rest.n);
    }
    return fd;
}

static Err read_form(const char *type, Str body, Multipart *out)
{
    int fd = fd_of(body);
    Err err = multipart_read(fd, str_of(type), arena, out);
    close(fd);
    return err;
}

#define TYPE "multipart/form-data; boundary=XX"
#define PART(headers, content) "--XX\r\n" headers "\r\n\r\n" content "\r\n"
#define FIELD(name, content) PART("Content-Disposition: form-data; name=\"" name "\"", content)
#define END "--XX--\r\n"

static void what_a_browser_sends(void **state)
{
    (void)state;
    Multipart form;
    Str body = STR(FIELD("organ", "tax") PART(
        "Content-Disposition: form-data; name=\"file\"; filename=\"法人 \\ %22a%22.csv\"\r\n"
        "Content-Type: text/csv",
        "uscc,name\r\n1,--XX\r\n2,\r\n--X\r\n") FIELD("empty", "") END);
    assert_int_equal(read_form(TYPE, body, &form), ERR_OK);
    assert_int_equal(form.count, 3);
    assert_true(str_is(multipart_value(&form, "organ"), "tax"));
    assert_true(multipart_value(&form, "empty").p && multipart_value(&form, "empty").n == 0);
    assert_null(multipart_value(&form, "nothing").p);
    const MultipartPart *file = multipart_part(&form, "file");
    assert_true(str_is(file->filename, "法人 \\ %22a%22.csv"));
    assert_true(str_is(file->content_type, "text/csv"));
    assert_null(multipart_value(&form, "file").p);
    Str content = str_slice(body, (size_t)file->offset, (size_t)(file->offset + file->size));
    assert_true(str_is(content, "uscc,name\r\n1,--XX\r\n2,\r\n--X\r\n"));
}

static void well_formed_is_taken(void **state)
{
    (void)state;
    static const struct {
        const char *about, *type, *body;
        int count;
    } CASES[] = {
        {"no field at all", TYPE, "--XX--\r\n", 0},
        {"no line break behind the end", TYPE, FIELD("a", "1") "--XX--", 1},
        {"boundary in quotes", "multipart/form-data; boundary=\"XX\"", FIELD("a", "1") END, 1},
        {"no blank before the parameter", "multipart/form-data;boundary=XX", FIELD("a", "1") END,
         1},
        {"header names in any case", TYPE,
         PART("content-disposition: form-data; name=\"a\"", "1") END, 1},
        {"no file chosen", TYPE,
         PART("Content-Disposition: form-data; name=\"f\"; filename=\"\"\r\nContent-Type: "
              "application/octet-stream",
              "") END,
         1},
        {"a binary file", TYPE,
         PART("Content-Disposition: form-data; name=\"f\"; filename=\"x\"", "\xff\xfe\x01") END, 1},
        {"a field with line breaks", TYPE, FIELD("a", "1\r\n2") END, 1},
        {"a field that looks like an end", TYPE, FIELD("a", "--XX--") END, 1},
        {"sixteen parts", TYPE,
         FIELD("1", "") FIELD("2", "") FIELD("3", "") FIELD("4", "") FIELD("5", "") FIELD("6", "")
             FIELD("7", "") FIELD("8", "") FIELD("9", "") FIELD("10", "") FIELD("11", "") FIELD(
                 "12", "") FIELD("13", "") FIELD("14", "") FIELD("15", "") FIELD("16", "") END,
         16},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Multipart form;
        Err err = read_form(CASES[i].type, str_of(CASES[i].body), &form);
        if (err != ERR_OK || form.count != CASES[i].count)
            fail_msg("%s: %s", CASES[i].about, form.why ? form.why : "another count");
    }
}

typedef struct Malformed {
    const char *about, *type, *body;
} Malformed;

static void refuse(const Malformed *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Multipart form;
        Err err = read_form(cases[i].type, str_of(cases[i].body), &form);
        if (err != ERR_BAD || form.why == NULL) fail_msg("taken: %s", cases[i].about);
    }
}

static void a_malformed_body_is_refused(void **state)
{
    (void)state;
    static const Malformed CASES[] = {
        {"no type", "", FIELD("a", "1") END},
        {"another type", "multipart/mixed; boundary=XX", FIELD("a", "1") END},
        {"no boundary", "multipart/form-data", FIELD("a", "1") END},
        {"an empty boundary", "multipart/form-data; boundary=", FIELD("a", "1") END},
        {"half a quotation", "multipart/form-data; boundary=\"XX", FIELD("a", "1") END},
        {"two parameters", "multipart/form-data; boundary=XX; charset=utf-8", FIELD("a", "1") END},
        {"a boundary too long",
         "multipart/form-data; "
         "boundary=12345678901234567890123456789012345678901234567890123456789012345678901",
         "--XX--"},
        {"a character no boundary has", "multipart/form-data; boundary=X*X", "--X*X--"},
        {"an empty body", TYPE, ""},
        {"a preamble", TYPE, "hello\r\n" FIELD("a", "1") END},
        {"a line break first", TYPE, "\r\n" FIELD("a", "1") END},
        {"another boundary", "multipart/form-data; boundary=YY", FIELD("a", "1") END},
        {"cut in the first boundary", TYPE, "--X"},
        {"cut behind the boundary", TYPE, "--XX"},
        {"cut in a header", TYPE, "--XX\r\nContent-Dispos"},
        {"cut in a value", TYPE, "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1"},
        {"no end", TYPE, FIELD("a", "1")},
        {"one hyphen at the end", TYPE, FIELD("a", "1") "--XX-"},
        {"something behind the end", TYPE, FIELD("a", "1") END "more"},
        {"padding behind a boundary", TYPE,
         "--XX \r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--XX--"},
        {"bare line feeds", TYPE,
         "--XX\nContent-Disposition: form-data; name=\"a\"\n\n1\n--XX--\n"},
    };
    refuse(CASES, COUNT_OF(CASES));
}

static void a_malformed_part_is_refused(void **state)
{
    (void)state;
    static const Malformed CASES[] = {
        {"no headers", TYPE, "--XX\r\n\r\n1\r\n--XX--"},
        {"no name", TYPE, PART("Content-Disposition: form-data", "1") END},
        {"an empty name", TYPE, FIELD("", "1") END},
        {"a name without quotes", TYPE, PART("Content-Disposition: form-data; name=a", "1") END},
        {"attachment", TYPE, PART("Content-Disposition: attachment; name=\"a\"", "1") END},
        {"filename first", TYPE,
         PART("Content-Disposition: form-data; filename=\"x\"; name=\"a\"", "1") END},
        {"filename*", TYPE,
         PART("Content-Disposition: form-data; name=\"a\"; filename*=utf-8''x", "1") END},
        {"two file names", TYPE,
         PART("Content-Disposition: form-data; name=\"a\"; filename=\"x\"; filename=\"y\"", "1")
             END},
        {"Content-Disposition twice", TYPE,
         PART("Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; "
              "name=\"b\"",
              "1") END},
        {"Content-Type twice", TYPE,
         PART("Content-Disposition: form-data; name=\"a\"\r\nContent-Type: a\r\nContent-Type: b",
              "1") END},
        {"a transfer encoding", TYPE,
         PART("Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64",
              "1") END},
        {"a folded header", TYPE, PART("Content-Disposition: form-data;\r\n name=\"a\"", "1") END},
        {"a name twice", TYPE, FIELD("a", "1") FIELD("a", "2") END},
        {"a control character in a name", TYPE, FIELD("a\tb", "1") END},
        {"a name that is no UTF-8", TYPE, FIELD("a\xff", "1") END},
        {"a value that is no UTF-8", TYPE, FIELD("a", "\xff") END},
        {"a boundary that goes on", TYPE, FIELD("a", "1\r\n--XXX") END},
        {"seventeen parts", TYPE,
         FIELD("1", "") FIELD("2", "") FIELD("3", "") FIELD("4", "") FIELD("5", "") FIELD("6", "")
             FIELD("7", "") FIELD("8", "") FIELD("9", "") FIELD("10", "") FIELD("11", "")
                 FIELD("12", "") FIELD("13", "") FIELD("14", "") FIELD("15", "") FIELD("16", "")
                     FIELD("17", "") END},
    };
    refuse(CASES, COUNT_OF(CASES));
}

static void nul_in_a_field_is_refused(void **state)
{
    (void)state;
    Multipart form;
    assert_int_equal(read_form(TYPE, STR(FIELD("a", "1\0002") END), &form), ERR_BAD);
}

static void fields_are_bounded(void **state)
{
    (void)state;
    for (int extra = 0; extra < 2; extra++) {
        Buf body = buf_new(1 << 20);
        buf_lit(&body, "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n");
        for (int i = 0; i < MULTIPART_VALUE_MAX + extra; i++) buf_byte(&body, 'x');
        buf_lit(&body, "\r\n--XX--\r\n");
        Multipart form;
        assert_int_equal(read_form(TYPE, buf_str(&body), &form), extra ? ERR_BAD : ERR_OK);
        buf_free(&body);
    }
}

/* The end of a file is found wherever it lies against the blocks that are read. */
static void a_file_ends_anywhere(void **state)
{
    (void)state;
    enum { NEAR = 256 * 1024 };
    for (int size = NEAR - 120; size < NEAR + 20; size++) {
        Buf body = buf_new(1 << 20);
        buf_lit(&body,
                "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n");
        int64_t offset = (int64_t)body.n;
        char *room = buf_room(&body, (size_t)size);
        memset(room, '\r', (size_t)size); /* as near to a delimiter as can be */
        body.n += (size_t)size;
        buf_lit(&body, "\r\n--XX--\r\n");
        Multipart form;
        assert_int_equal(read_form(TYPE, buf_str(&body), &form), ERR_OK);
        assert_int_equal(form.parts[0].offset, offset);
        assert_int_equal(form.parts[0].size, size);
        buf_free(&body);
    }
}

/* Every beginning of a good form is refused: a body that was cut off is never taken for whole. */
static void no_beginning_is_a_form(void **state)
{
    (void)state;
    Str whole = STR(FIELD("a", "1") PART(
        "Content-Disposition: form-data; name=\"f\"; filename=\"x\"", "content") "--XX--");
    for (size_t n = 0; n < whole.n; n++) {
        Multipart form;
        if (read_form(TYPE, str_slice(whole, 0, n), &form) != ERR_BAD)
            fail_msg("taken: the first %zu bytes", n);
    }
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(16 * 1024 * 1024);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_browser_sends),
        cmocka_unit_test(well_formed_is_taken),
        cmocka_unit_test(a_malformed_body_is_refused),
        cmocka_unit_test(a_malformed_part_is_refused),
        cmocka_unit_test(nul_in_a_field_is_refused),
        cmocka_unit_test(fields_are_bounded),
        cmocka_unit_test(a_file_ends_anywhere),
        cmocka_unit_test(no_beginning_is_a_form),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
