#include "lib/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/text.h"

static uint64_t seed = 20260303;

static uint32_t draw(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

static void assert_text(Buf *buf, const char *expected)
{
    if (!str_is(buf_str(buf), expected)) {
        print_message("[" STR_FMT "]\nexpected [%s]\n", STR_ARG(buf_str(buf)), expected);
    }
    assert_true(str_is(buf_str(buf), expected));
    buf_clear(buf);
}

static void the_writer_keeps_the_commas(void **state)
{
    (void)state;
    Buf out = buf_new(1000);
    Json json = json_to(&out);
    json_put_object(&json);
    json_put_key_str(&json, STR("name"), STR("洛阳"));
    json_put_key_str(&json, STR("none"), STR_NONE);
    json_put_key_int(&json, STR("least"), INT64_MIN);
    json_put_key_bool(&json, STR("yes"), true);
    json_put_key(&json, STR("list"));
    json_put_array(&json);
    json_put_int(&json, 1);
    json_put_bool(&json, false);
    json_put_array(&json);
    json_put_array_end(&json);
    json_put_object(&json);
    json_put_object_end(&json);
    json_put_null(&json);
    json_put_raw(&json, STR("12.50"));
    json_put_str(&json, STR(""));
    json_put_array_end(&json);
    json_put_key_int(&json, STR("last"), 0);
    json_put_object_end(&json);
    assert_text(&out,
                "{\"name\":\"洛阳\",\"none\":null,\"least\":-9223372036854775808,\"yes\":true,"
                "\"list\":[1,false,[],{},null,12.50,\"\"],\"last\":0}");
    buf_free(&out);
}

static void texts_are_escaped(void **state)
{
    (void)state;
    Buf out = buf_new(1000);
    json_put_text(&out, STR("a\"b\\c\b\f\n\r\t\x01\x1f\x7f/洛\u2028"));
    assert_text(&out, "\"a\\\"b\\\\c\\b\\f\\n\\r\\t\\u0001\\u001f\x7f/洛\u2028\"");
    json_put_text(&out, STR("sixteen or more bytes in front \0 behind"));
    assert_text(&out, "\"sixteen or more bytes in front \\u0000 behind\"");
    json_put_text(&out, STR_NONE);
    assert_text(&out, "\"\"");
    buf_free(&out);
}

/* Whatever is written is read back by jansson as the same text. */
static void texts_come_back(void **state)
{
    (void)state;
    static const uint32_t POINTS[] = {1,    8,      9,      10,     13,     31,      ' ',
                                      '"',  '\\',   '/',    'a',    'b',    'c',     0x7F,
                                      0x80, 0x6D1B, 0x9633, 0x2028, 0xFFFD, 0x20087, 0x10FFFF};
    Buf text = buf_new(1000), out = buf_new(10000), why = buf_new(1000);
    for (int round = 0; round < 30000; round++) {
        buf_clear(&text), buf_clear(&out);
        for (uint32_t n = draw(60); n > 0; n--) {
            utf8_write(&text, draw(3) ? 'x' : POINTS[draw(COUNT_OF(POINTS))]);
        }
        json_put_text(&out, buf_str(&text));
        json_t *json = json_read(buf_str(&out), &why);
        assert_non_null(json);
        Str back = {json_string_value(json), json_string_length(json)};
        assert_true(str_eq(back, buf_str(&text)));
        json_decref(json);
    }
    buf_free(&text), buf_free(&out), buf_free(&why);
}

static void only_strict_json_is_read(void **state)
{
    (void)state;
    static const Str GOOD[] = {
        STR_INIT("{}"),
        STR_INIT(" [1, 2.5, \"a\"] "),
        STR_INIT("null"),
        STR_INIT("\"洛阳\""),
        STR_INIT("9223372036854775807"),
        STR_INIT("-9223372036854775808"),
        STR_INIT("[0.1,1e3,-0]"),
        STR_INIT("[0.30000000000000004]"),
        STR_INIT("[1.7976931348623157e308]"),
        STR_INIT("{\"a\\\"1.00000000000000000001\":\"1.00000000000000000001\\\\\"}"),
        STR_INIT("[100.00000000000000000000000]"),
        STR_INIT("[34.61812345678912]"),
    };
    static const Str BAD[] = {
        STR_INIT(""),
        STR_INIT(" "),
        STR_INIT("{"),
        STR_INIT("{\"a\":1,\"a\":2}"), /* the same key twice */
        STR_INIT("{\"a\":1}{}"),       /* two values */
        STR_INIT("[1,]"),
        STR_INIT("{a:1}"),
        STR_INIT("['a']"),
        STR_INIT("[01]"),
        STR_INIT("[+1]"),
        STR_INIT("[1.]"),
        STR_INIT("[.5]"),
        STR_INIT("[NaN]"),
        STR_INIT("[1e400]"),
        STR_INIT("9223372036854775808"), /* over 64 bits */
        STR_INIT("\"\xC0\xAF\""),        /* not UTF-8 */
        STR_INIT("\"\xED\xA0\x80\""),
        STR_INIT("\"\\ud800\""),   /* half a surrogate pair */
        STR_INIT("\"a\\u0000b\""), /* NUL */
        STR_INIT("{\"\\u0000\":1}"),
        STR_INIT("\"a\0b\""),
        STR_INIT("[1]\0"),
        STR_INIT("\"a\nb\""), /* a line break in a text */
        STR_INIT("// no\n1"),
        STR_INIT("\xEF\xBB\xBF{}"),       /* byte-order mark: RFC 8259, clause 8.1 */
        STR_INIT("[12345678901234.567]"), /* no double is this number */
        STR_INIT("[100000000000000.001]"),
        STR_INIT("[0.1000000000000000055]"),
        STR_INIT("[1e-400]"),
    };
    Buf why = buf_new(1000);
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        json_t *json = json_read(GOOD[i], &why);
        if (json == NULL)
            print_message(STR_FMT ": " STR_FMT "\n", STR_ARG(GOOD[i]), STR_ARG(buf_str(&why)));
        assert_non_null(json);
        json_decref(json);
    }
    assert_int_equal(why.n, 0);
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        buf_clear(&why);
        assert_null(json_read(BAD[i], &why));
        assert_true(str_starts(buf_str(&why), STR("line ")));
    }
    assert_null(json_read(STR_NONE, &why));
    buf_free(&why);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    Buf text = buf_new(200000), why = buf_new(1000);
    for (int i = 0; i < 100000; i++) buf_byte(&text, '[');
    assert_null(json_read(buf_str(&text), &why));
    buf_free(&text), buf_free(&why);
}

static void errors_say_where_and_do_not_repeat_the_text(void **state)
{
    (void)state;
    Buf why = buf_new(1000);
    assert_null(json_read(STR("{\n  \"name\": secret\n}"), &why));
    assert_true(str_starts(buf_str(&why), STR("line 2, column ")));
    assert_int_equal(str_find(buf_str(&why), STR("secret")), -1);
    buf_clear(&why);
    assert_null(json_read(STR("{\n \"洛阳\": [1.5,\n  1, 12345678901234.567]}"), &why));
    assert_text(&why,
                "line 3, column 6: a number with more digits than can be held; send it as text");
    assert_null(json_read(STR("[0.1234567890123456789]"), &why));
    assert_text(&why,
                "line 1, column 2: a number with more digits than can be held; send it as text");
    buf_free(&why);
}

static void numbers_keep_their_digits(void **state)
{
    (void)state;
    static const struct {
        const char *json, *text;
    } CASES[] = {
        {"0", "0"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"0.1", "0.1"},
        {"-12.50", "-12.5"},
        {"3676.5000", "3676.5"},
        {"1e3", "1000"},
        {"1.5E+2", "150"},
        {"1e-7", "0.0000001"},
        {"0.0", "0"},
        {"-0.0", "0"},
        {"123456789012.345", "123456789012.345"},
        {"9007199254740993", "9007199254740993"},
        {"0.30000000000000004", "0.30000000000000004"},
        {"1.5e29", "150000000000000000000000000000"},
        {"0.3", "0.3"},
    };
    Buf out = buf_new(100), why = buf_new(100);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        json_t *json = json_read(str_of(CASES[i].json), &why);
        assert_non_null(json);
        assert_true(json_number_text(json, &out));
        assert_text(&out, CASES[i].text);
        json_decref(json);
    }
    static const char *const NONE[] = {"\"1\"", "null", "true", "[1]", "1e31", "1e-40"};
    for (size_t i = 0; i < COUNT_OF(NONE); i++) {
        json_t *json = json_read(str_of(NONE[i]), &why);
        assert_non_null(json);
        assert_false(json_number_text(json, &out));
        assert_int_equal(out.n, 0);
        json_decref(json);
    }
    buf_free(&out), buf_free(&why);
}

/* Every decimal that json_read takes is given back exactly. */
static void random_decimals_are_exact_or_refused(void **state)
{
    (void)state;
    Buf text = buf_new(100), out = buf_new(100), why = buf_new(1000);
    int refused = 0, taken = 0;
    for (int round = 0; round < 50000; round++) {
        int64_t scaled = (int64_t)((uint64_t)draw(UINT32_MAX) << 31 | draw(UINT32_MAX));
        scaled >>= draw(62);
        if (round % 2) scaled = -scaled;
        int scale = (int)draw(10);
        buf_clear(&text), buf_clear(&out), buf_clear(&why);
        decimal_write(&text, scaled, scale);
        json_t *json = json_read(buf_str(&text), &why);
        if (json == NULL) {
            refused++;
            continue;
        }
        int64_t back;
        taken++;
        assert_true(json_number_text(json, &out));
        assert_true(decimal_parse(buf_str(&out), scale, &back));
        assert_true(back == scaled);
        json_decref(json);
    }
    assert_true(taken > 30000 && refused > 100);
    buf_free(&text), buf_free(&out), buf_free(&why);
}

static void mutations_are_read_or_refused(void **state)
{
    (void)state;
    static const Str BASE =
        STR_INIT("{\"id\":\"91410300MA9A00010P\",\"名\":[1.25e3,-7,true,null,\"\\u6d1b\\n\"],"
                 "\"o\":{\"deep\":[[0.1]]}}");
    static const char LIKELY[] = "{}[]\",:\\0123eE+-.ntu \n\x80\xE6\xFF";
    Buf why = buf_new(1000), out = buf_new(100);
    for (int round = 0; round < 100000; round++) {
        char text[256];
        size_t n = BASE.n;
        memcpy(text, BASE.p, n);
        for (uint32_t k = 1 + draw(3); k > 0; k--)
            text[draw((uint32_t)n)] = LIKELY[draw(sizeof LIKELY)];
        if (draw(4) == 0) n = draw((uint32_t)n);
        buf_clear(&why), buf_clear(&out);
        char *exact = mem_alloc(n); /* so that a sanitizer sees a read beyond the end */
        memcpy(exact, text, n);
        json_t *json = json_read((Str){exact, n}, &why);
        assert_int_equal(json == NULL, why.n > 0);
        assert_true(utf8_valid(buf_str(&why)));
        json_decref(json);
        mem_free(exact);
    }
    buf_free(&why), buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_writer_keeps_the_commas),
        cmocka_unit_test(texts_are_escaped),
        cmocka_unit_test(texts_come_back),
        cmocka_unit_test(only_strict_json_is_read),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(errors_say_where_and_do_not_repeat_the_text),
        cmocka_unit_test(numbers_keep_their_digits),
        cmocka_unit_test(random_decimals_are_exact_or_refused),
        cmocka_unit_test(mutations_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
