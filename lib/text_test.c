#include "lib/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <utf8proc.h>

#include <cmocka.h>

/* A small generator with a fixed seed, so that a failure can be repeated. */
static uint64_t seed = 20260301;

static uint32_t draw(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

static void assert_str(Str got, Str expected)
{
    if (!str_eq(got, expected)) {
        print_message("got      [" STR_FMT "]\nexpected [" STR_FMT "]\n", STR_ARG(got),
                      STR_ARG(expected));
    }
    assert_true(str_eq(got, expected));
}

/* ---- UTF-8 ---- */

/* Unicode, table 3-7, by decoding one sequence and writing it again: another way than the code's.
 */
static bool valid_plainly(Str s)
{
    for (size_t i = 0; i < s.n;) {
        unsigned char c = (unsigned char)s.p[i];
        size_t n = c < 0x80 ? 1 : c >> 5 == 6 ? 2 : c >> 4 == 14 ? 3 : c >> 3 == 30 ? 4 : 0;
        if (n == 0 || i + n > s.n) return false;
        uint32_t point = n == 1 ? c : c & (0x7Fu >> n);
        for (size_t k = 1; k < n; k++) {
            unsigned char tail = (unsigned char)s.p[i + k];
            if (tail >> 6 != 2) return false;
            point = point << 6 | (tail & 0x3F);
        }
        size_t shortest = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
        if (shortest != n || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
        i += n;
    }
    return true;
}

static void utf8_is_strict(void **state)
{
    (void)state;
    static const Str GOOD[] = {
        STR_INIT(""),
        STR_INIT("a"),
        STR_INIT("洛阳市"),
        STR_INIT("\xF0\xA0\x82\x87"),
        STR_INIT("\xF4\x8F\xBF\xBF"),
        STR_INIT("\xEF\xBF\xBF"),
        STR_INIT("\xC2\x80"),
    };
    static const Str BAD[] = {
        STR_INIT("\x80"),             /* a tail alone */
        STR_INIT("\xC0\xAF"),         /* overlong */
        STR_INIT("\xC1\xBF"),         /* overlong */
        STR_INIT("\xE0\x9F\xBF"),     /* overlong */
        STR_INIT("\xF0\x8F\xBF\xBF"), /* overlong */
        STR_INIT("\xED\xA0\x80"),     /* a surrogate */
        STR_INIT("\xF4\x90\x80\x80"), /* beyond U+10FFFF */
        STR_INIT("\xF5\x80\x80\x80"),
        STR_INIT("\xFF"),
        STR_INIT("\xE6\xB4"),
        STR_INIT("洛阳\xE5\xB8"),
        STR_INIT("\xE6\xB4,"),
    };
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) assert_true(utf8_valid(GOOD[i]));
    for (size_t i = 0; i < COUNT_OF(BAD); i++) assert_false(utf8_valid(BAD[i]));
}

static void utf8_agrees_with_the_plain_way(void **state)
{
    (void)state;
    static const unsigned char LIKELY[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F,
                                           0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE6,
                                           0xEC, 0xED, 0xEF, 0xF0, 0xF3, 0xF4, 0xF5};
    for (int round = 0; round < 300000; round++) {
        char bytes[12];
        size_t n = draw(sizeof bytes + 1);
        for (size_t i = 0; i < n; i++) bytes[i] = (char)LIKELY[draw(COUNT_OF(LIKELY))];
        Str s = {bytes, n};
        size_t span = utf8_span(s);
        assert_int_equal(valid_plainly(s), span == n);
        assert_true(valid_plainly(str_slice(s, 0, span)));
        Str rest = str_slice(s, span, n);
        bool could_end = false; /* some two or three more bytes would make it valid */
        for (int fill = 0x80; rest.n > 0 && rest.n < 4 && fill < 0xC0; fill += 0x10) {
            char more[8] = {0, 0, 0, 0, (char)0x80, (char)0x80, (char)0x80};
            memcpy(more, rest.p, rest.n);
            more[rest.n] = (char)fill;
            for (size_t k = rest.n + 1; k < 4; k++) more[k] = (char)0x80;
            for (size_t k = rest.n + 1; k <= 4; k++) {
                could_end = could_end || valid_plainly((Str){more, k});
            }
        }
        assert_int_equal(could_end, utf8_cut(rest));
    }
}

static void points_are_counted_and_cut_whole(void **state)
{
    (void)state;
    Str s = STR("a洛\xF0\xA0\x82\x87z");
    assert_int_equal(utf8_length(s), 4);
    static const size_t ENDS[] = {0, 1, 4, 8, 9, 9};
    for (size_t i = 0; i < COUNT_OF(ENDS); i++) assert_int_equal(utf8_prefix(s, i), ENDS[i]);
    assert_int_equal(utf8_length(STR("")), 0);
    Buf out = buf_new(100);
    utf8_write(&out, 'a'), utf8_write(&out, 0x6D1B), utf8_write(&out, 0x20087);
    assert_str(buf_str(&out), str_slice(s, 0, 8));
    buf_free(&out);
}

/* ---- normal form ---- */

static void assert_normal(const char *from, bool fold_all, const char *expected)
{
    Arena *arena = arena_new(1 << 20);
    Str out;
    assert_true(text_normalise(arena, str_of(from), fold_all, &out));
    assert_str(out, str_of(expected));
    arena_free(arena);
}

static void text_is_folded_composed_and_trimmed(void **state)
{
    (void)state;
    assert_normal("", false, "");
    assert_normal(" \t洛阳 市\r\n", false, "洛阳 市");
    assert_normal("　洛阳市　", false, "洛阳市"); /* ideographic space */
    assert_normal("Ａ座１２号ｚ", false, "A座12号z");
    assert_normal("（洛阳）有限公司，第１期", false, "（洛阳）有限公司，第1期");
    assert_normal("（洛阳）有限公司，第１期", true, "(洛阳)有限公司,第1期");
    assert_normal("９１４１０３００－Ｘ　１", true, "91410300-X 1");
    assert_normal("e\xCC\x81", false, "\xC3\xA9");                  /* e + acute */
    assert_normal("\xEF\xBC\xA1\xCC\x8A", false, "\xC3\x85");       /* full-width A + ring */
    assert_normal("\xE2\x84\xAB", false, "\xC3\x85");               /* ångström sign */
    assert_normal("q\xCC\x87\xCC\xA3", false, "q\xCC\xA3\xCC\x87"); /* order of marks */
    assert_normal("か\xE3\x82\x99", false, "が");
    assert_normal("\xEF\xA4\x80", false, "豈"); /* compatibility ideograph, singleton */
    assert_normal("𠂇龴\xEE\x9F\x87㐀", false,
                  "𠂇龴\xEE\x9F\x87㐀"); /* rare and private use stay */
}

static void control_characters_and_bad_text_are_refused(void **state)
{
    (void)state;
    static const Str BAD[] = {
        STR_INIT("a\0b"),         STR_INIT("a\x1b[31m"), STR_INIT("\x7f"),
        STR_INIT("洛\xC2\x85阳"), STR_INIT("\xE6\xB4"),  STR_INIT("\xED\xA0\x80"),
        STR_INIT("a\x08"),        STR_INIT("\xFF\xFE"),  STR_INIT("\xE6\xB4 "),
        STR_INIT("\x0b"),
    };
    Arena *arena = arena_new(1 << 20);
    Str out;
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        assert_false(text_normalise(arena, BAD[i], false, &out));
        assert_false(text_normalise(arena, BAD[i], true, &out));
    }
    assert_true(text_normalise(arena, STR("a\tb\nc\r\nd"), false, &out));
    arena_free(arena);
}

static void long_runs_of_marks_are_refused(void **state)
{
    (void)state;
    Arena *arena = arena_new(1 << 20);
    Buf text = buf_new(1000);
    Str out;
    buf_byte(&text, 'a');
    for (int i = 0; i < 30; i++) utf8_write(&text, i % 2 ? 0x0301 : 0x0323);
    assert_true(text_normalise(arena, buf_str(&text), false, &out));
    utf8_write(&text, 0x0323);
    assert_false(text_normalise(arena, buf_str(&text), false, &out));
    buf_free(&text);
    arena_free(arena);
}

/* The whole way, of texts of few code points. */
static Str nfc_by_utf8proc(Str s, utf8proc_int32_t work[64])
{
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_ssize_t points =
        utf8proc_decompose((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, work, 63, options);
    assert_true(points >= 0 && points < 63);
    return (Str){(const char *)work, (size_t)utf8proc_reencode(work, points, options)};
}

/* The quick way must give what utf8proc gives: each code point alone, behind a base, before a mark.
 */
static void quick_way_agrees_with_utf8proc(void **state)
{
    (void)state;
    static const uint32_t BESIDE[] = {0,      'a',    0x0301, 0x3099, 0x1100,
                                      0x1161, 0x11A8, 0x0338, 0x09D7};
    Arena *arena = arena_new(1 << 20);
    Buf text = buf_new(100);
    for (uint32_t point = 0x20; point <= 0x3FFFF; point++) {
        if ((point >= 0xD800 && point <= 0xDFFF) || (point >= 0x7F && point <= 0x9F)) continue;
        if (point >= 0xFF00 && point <= 0xFF5E) continue; /* folded */
        bool all = point < 0x3400 || (point >= 0xA000 && point < 0xB000) || point % 16 == 0;
        for (size_t k = 0; k < (all ? COUNT_OF(BESIDE) : 1); k++) {
            buf_clear(&text);
            buf_lit(&text, "|");
            utf8_write(&text, point);
            if (BESIDE[k]) utf8_write(&text, BESIDE[k]);
            if (BESIDE[k]) utf8_write(&text, point);
            buf_lit(&text, "|");
            Str out;
            assert_true(text_normalise(arena, buf_str(&text), false, &out));
            utf8proc_int32_t work[64];
            assert_str(out, nfc_by_utf8proc(buf_str(&text), work));
            arena_reset(arena);
        }
    }
    buf_free(&text);
    arena_free(arena);
}

static void normalising_twice_changes_nothing(void **state)
{
    (void)state;
    static const uint32_t POINTS[] = {
        ' ',    0x3000, 'a',    'e',    0x0301, 0x0323, 0xFF21,  0xFF0C,  0x6D1B, 0x212B, 0x3099,
        0x304B, 0x1100, 0x1161, 0x11A8, '\n',   0xF900, 0x20087, 0x2F800, 0x0F73, 0xFF10, 0xE9};
    Arena *arena = arena_new(1 << 20);
    Buf text = buf_new(1000);
    for (int round = 0; round < 50000; round++) {
        buf_clear(&text);
        for (uint32_t n = draw(12); n > 0; n--) utf8_write(&text, POINTS[draw(COUNT_OF(POINTS))]);
        Str once, twice;
        bool all = round % 2;
        assert_true(text_normalise(arena, buf_str(&text), all, &once));
        assert_true(utf8_valid(once));
        assert_true(text_normalise(arena, once, all, &twice));
        assert_str(twice, once);
        arena_reset(arena);
    }
    buf_free(&text);
    arena_free(arena);
}

/* ---- encodings ---- */

static void encoding_is_found_by_content(void **state)
{
    (void)state;
    TextEncoding encoding;
    static const struct {
        Str head;
        TextEncoding expected;
    } HEADS[] = {
        {STR_INIT(""), ENCODING_UTF8},
        {STR_INIT("plain"), ENCODING_UTF8},
        {STR_INIT("\xEF\xBB\xBFname"), ENCODING_UTF8},
        {STR_INIT("企业名称,地区"), ENCODING_UTF8},
        {STR_INIT("企业名称,地区\xE6\xB4"), ENCODING_UTF8},       /* cut */
        {STR_INIT("\xC2\xE5\xD1\xF4\xCA\xD0"), ENCODING_GB18030}, /* 洛阳市 */
        {STR_INIT("\xC1\xAA\xCD\xA8"), ENCODING_GB18030},         /* 联通: nearly UTF-8 */
        {STR_INIT("name\n\x95\x32\x90\x31\n"), ENCODING_GB18030},
        {STR_INIT("企业名称,注册日期,法人代表,地区\n洛\xE9阳,2020-01-01,甲,洛阳\n"),
         ENCODING_UTF8},                                                   /* damaged */
        {STR_INIT("\xEF\xBB\xBF\xC2\xE5\xD1\xF4\xCA\xD0"), ENCODING_UTF8}, /* it says what it is */
    };
    for (size_t i = 0; i < COUNT_OF(HEADS); i++) {
        assert_true(encoding_guess(HEADS[i].head, &encoding));
        assert_int_equal(encoding, HEADS[i].expected);
    }
    assert_false(encoding_guess(STR("\xFF\xFEn\0"), &encoding));
    assert_false(encoding_guess(STR("\xFE\xFF\0n"), &encoding));
    assert_false(encoding_guess(STR("name\0"), &encoding));
}

/* Decodes in parts of the given size; returns where it was bad, or -1. */
static int64_t decode_in_parts(TextEncoding encoding, Str bytes, size_t part, Buf *out)
{
    TextDecoder *decoder = decoder_new(encoding);
    int64_t bad_at = -1;
    bool good = true;
    for (size_t i = 0; good && i < bytes.n; i += part) {
        Str piece = str_slice(bytes, i, MIN(i + part, bytes.n));
        good = decoder_add(decoder, piece, false, out, &bad_at);
    }
    if (good) good = decoder_add(decoder, STR_NONE, true, out, &bad_at);
    decoder_free(decoder);
    return good ? -1 : bad_at;
}

static void gb18030_survives_cuts_anywhere(void **state)
{
    (void)state;
    static const struct {
        Str bytes;
        const char *text;
    } CASES[] = {
        {STR_INIT("ab\xC2\xE5\xD1\xF4\xCA\xD0,1"), "ab洛阳市,1"},
        {STR_INIT("\x95\x32\x90\x31\x98\x35\xF3\x36"), "\U00020087\U0002A6D6"}, /* supplementary */
        {STR_INIT("\x81\x39\xEE\x39"), "\u3400"}, /* four bytes, basic plane */
        {STR_INIT("\xFE\x59\xFE\x51\xA8\xBF"), "\u9FB4\U00020087\u01F9"},
        {STR_INIT("\x82\x35\x90\x37\x82\x35\x91\x34"), "\u9FB4\u9FBB"}, /* as of 2005 */
        {STR_INIT("a\x84\x31\x82\x36\x84\x31\x83\x35z"), "a\uFE10\uFE19z"},
        {STR_INIT("\x84\x31\x95\x33\xC2\xE5"), "洛"}, /* byte-order mark */
        {STR_INIT("\xE3\x32\x9A\x35"), "\U0010FFFF"},
        {STR_INIT(""), ""},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        for (size_t part = 1; part <= CASES[i].bytes.n + 1; part++) {
            Buf out = buf_new(1000);
            assert_int_equal(decode_in_parts(ENCODING_GB18030, CASES[i].bytes, part, &out), -1);
            assert_str(buf_str(&out), str_of(CASES[i].text));
            buf_free(&out);
        }
    }
}

static void bad_bytes_are_told_by_offset(void **state)
{
    (void)state;
    static const struct {
        TextEncoding encoding;
        Str bytes;
        int64_t bad_at;
    } CASES[] = {
        {ENCODING_GB18030, STR_INIT("ab\xC2\xE5\xFF"), 4},
        {ENCODING_GB18030, STR_INIT("ab\xC2\xE5\x80\x41"), 4},
        {ENCODING_GB18030, STR_INIT("ab\xC2\xE5\xC2"), 4}, /* cut at the file's end */
        {ENCODING_GB18030, STR_INIT("\x95\x32\x90"), 0},   /* cut */
        {ENCODING_GB18030, STR_INIT("ab\xC2\x20z"), 2},
        {ENCODING_GB18030, STR_INIT("a\xE3\x32\x9A\x36z"), 1}, /* beyond U+10FFFF */
        {ENCODING_UTF8, STR_INIT("洛\xE9z"), 3},
        {ENCODING_UTF8, STR_INIT("洛阳\xED\xA0\x80"), 6},
        {ENCODING_UTF8, STR_INIT("洛\xE6\xB4"), 3},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        for (size_t part = 1; part <= CASES[i].bytes.n; part++) {
            Buf out = buf_new(1000);
            int64_t bad_at = decode_in_parts(CASES[i].encoding, CASES[i].bytes, part, &out);
            assert_int_equal(bad_at, CASES[i].bad_at);
            assert_true(utf8_valid(buf_str(&out)));
            buf_free(&out);
        }
    }
}

/* Random bytes: the same outcome in one part and in many, and only UTF-8 comes out. */
static void decoding_does_not_depend_on_parts(void **state)
{
    (void)state;
    static const unsigned char LIKELY[] = {'a',  ',',  '0',  '9',  0x80, 0x81, 0x82, 0x84, 0x90,
                                           0x95, 0xC2, 0xE3, 0xE6, 0xFE, 0xFF, '1',  '5',  0x41};
    Buf whole = buf_new(1000), parts = buf_new(1000);
    for (int round = 0; round < 20000; round++) {
        char bytes[24];
        size_t n = draw(sizeof bytes);
        for (size_t i = 0; i < n; i++) bytes[i] = (char)LIKELY[draw(COUNT_OF(LIKELY))];
        TextEncoding encoding = round % 2 ? ENCODING_UTF8 : ENCODING_GB18030;
        Str s = {bytes, n};
        buf_clear(&whole), buf_clear(&parts);
        int64_t bad_whole = decode_in_parts(encoding, s, 100, &whole);
        int64_t bad_parts = decode_in_parts(encoding, s, 1 + draw(5), &parts);
        assert_int_equal(bad_whole, bad_parts);
        assert_str(buf_str(&parts), buf_str(&whole));
        assert_true(utf8_valid(buf_str(&whole)));
    }
    buf_free(&whole), buf_free(&parts);
}

static void a_full_buffer_is_told(void **state)
{
    (void)state;
    Buf out = buf_new(4);
    (void)decode_in_parts(ENCODING_GB18030, STR("abcdefgh"), 100, &out);
    assert_true(out.overflow);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_strict),
        cmocka_unit_test(utf8_agrees_with_the_plain_way),
        cmocka_unit_test(points_are_counted_and_cut_whole),
        cmocka_unit_test(text_is_folded_composed_and_trimmed),
        cmocka_unit_test(control_characters_and_bad_text_are_refused),
        cmocka_unit_test(long_runs_of_marks_are_refused),
        cmocka_unit_test(quick_way_agrees_with_utf8proc),
        cmocka_unit_test(normalising_twice_changes_nothing),
        cmocka_unit_test(encoding_is_found_by_content),
        cmocka_unit_test(gb18030_survives_cuts_anywhere),
        cmocka_unit_test(bad_bytes_are_told_by_offset),
        cmocka_unit_test(decoding_does_not_depend_on_parts),
        cmocka_unit_test(a_full_buffer_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
