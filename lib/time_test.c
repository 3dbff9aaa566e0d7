#include "lib/text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static uint64_t seed = 20260302;

static uint64_t draw(void)
{
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed;
}

static void assert_text(Buf *buf, const char *expected)
{
    if (!str_is(buf_str(buf), expected)) {
        print_message("[" STR_FMT "], expected [%s]\n", STR_ARG(buf_str(buf)), expected);
    }
    assert_true(str_is(buf_str(buf), expected));
    buf_clear(buf);
}

/* Walks the calendar day by day, with month lengths counted plainly. */
static void every_day_from_1500_to_2500(void **state)
{
    (void)state;
    int year = 1500, month = 1, date = 1;
    for (int32_t day = day_of(1500, 1, 1); year <= 2500; day++) {
        int y, m, d;
        assert_int_equal(day_of(year, month, date), day);
        day_parts(day, &y, &m, &d);
        assert_true(y == year && m == month && d == date);
        bool leap = (year % 4 == 0) != (year % 100 == 0) || year % 400 == 0;
        int length = month == 2 ? 28 + leap : 30 + ((month + (month > 7)) & 1);
        if (++date > length) date = 1, month++;
        if (month > 12) month = 1, year++;
    }
    assert_int_equal(day_of(1970, 1, 1), 0);
    assert_int_equal(day_of(2000, 3, 1), 11017);
    assert_int_equal(day_of(1969, 12, 31), -1);
    assert_int_equal(day_of(1, 1, 1), -719162);
}

static void only_days_that_exist_are_read(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "2021-02-30", "2021-02-29", "1900-02-29", "2021-13-01",  "2021-00-10",  "2021-01-00",
        "2021-04-31", "2021-1-1",   "20210101",   "2021/01/01",  "2021-01-01 ", " 2021-01-01",
        "0000-01-01", "21-01-01",   "",           "2021-01",     "2021-01-0a",  "-021-01-01",
        "+021-01-01", "2021-01-1 ", "２０21-01",  "12021-01-01",
    };
    static const char *const GOOD[] = {"2021-02-28", "2000-02-29", "2024-02-29", "0001-01-01",
                                       "9999-12-31", "1880-01-01", "2026-12-31"};
    Buf out = buf_new(100);
    int32_t day;
    for (size_t i = 0; i < COUNT_OF(BAD); i++) assert_false(day_parse(str_of(BAD[i]), &day));
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        assert_true(day_parse(str_of(GOOD[i]), &day));
        day_write(&out, day);
        assert_text(&out, GOOD[i]);
    }
    buf_free(&out);
}

static void the_legal_day_begins_at_16_utc(void **state)
{
    (void)state;
    int64_t us;
    assert_true(instant_parse(STR("2026-03-01T15:59:59.999999Z"), &us));
    assert_int_equal(day_today(us), day_of(2026, 3, 1));
    assert_int_equal(day_today(us + 1), day_of(2026, 3, 2));
    assert_int_equal(day_today(-1), 0);
    assert_int_equal(day_today(-8 * 3600 * INT64_C(1000000) - 1), -1);
}

static void instants_are_read_with_their_offset(void **state)
{
    (void)state;
    static const struct {
        const char *text, *written;
    } GOOD[] = {
        {"2026-03-01T00:00:00+08:00", "2026-03-01T00:00:00+08:00"},
        {"2026-03-01T00:00:00 08:00", "2026-03-01T00:00:00+08:00"},
        {"2026-02-28T16:00:00Z", "2026-03-01T00:00:00+08:00"},
        {"2026-02-28t16:00:00z", "2026-03-01T00:00:00+08:00"},
        {"2026-02-28T11:00:00.5-05:00", "2026-03-01T00:00:00.500000+08:00"},
        {"2026-03-01T00:00:00.123456+08:00", "2026-03-01T00:00:00.123456+08:00"},
        {"2026-03-01T00:00:00.123456789+08:00", "2026-03-01T00:00:00.123456+08:00"},
        {"1969-12-31T23:59:59.999999Z", "1970-01-01T07:59:59.999999+08:00"},
        {"0001-01-01T08:00:00+08:00", "0001-01-01T08:00:00+08:00"},
        {"9999-12-31T23:59:59+08:00", "9999-12-31T23:59:59+08:00"},
    };
    static const char *const BAD[] = {
        "",
        "2026-03-01",
        "2026-03-01T00:00:00",
        "2026-03-01 00:00:00+08:00",
        "2026-02-30T00:00:00Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T00:60:00Z",
        "2026-03-01T00:00:60Z",
        "2026-03-01T00:00Z",
        "2026-03-01T00:00:00.Z",
        "2026-03-01T00:00:00.1234567890Z",
        "2026-03-01T00:00:00+0800",
        "2026-03-01T00:00:00+08",
        "2026-03-01T00:00:00+24:00",
        "2026-03-01T00:00:00+08:60",
        "2026-03-01T00:00:00+08:00x",
        "2026-03-01T00:00:00Z ",
        "2026-03-01T00:00:00*08:00",
        "2026-03-01T0a:00:00Z",
        "2026-03-01T00-00-00Z",
    };
    Buf out = buf_new(100);
    int64_t us, again;
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        assert_true(instant_parse(str_of(GOOD[i].text), &us));
        instant_write(&out, us);
        assert_true(instant_parse(buf_str(&out), &again));
        assert_int_equal(again, us);
        assert_text(&out, GOOD[i].written);
    }
    for (size_t i = 0; i < COUNT_OF(BAD); i++) assert_false(instant_parse(str_of(BAD[i]), &us));
    buf_free(&out);
}

static void decimals_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int scale;
        int64_t scaled;
        const char *written;
    } GOOD[] = {
        {"0", 2, 0, "0"},
        {"-0", 2, 0, "0"},
        {"-12.5", 2, -1250, "-12.5"},
        {"0.01", 2, 1, "0.01"},
        {"-0.01", 2, -1, "-0.01"},
        {"3,676.50", 2, 367650, "3676.5"},
        {"3,676.5000", 2, 367650, "3676.5"}, /* zeros at the end say nothing */
        {"1,234,567", 0, 1234567, "1234567"},
        {"123,456", 0, 123456, "123456"},
        {"1,000.000001", 6, 1000000001, "1000.000001"},
        {"007", 0, 7, "7"},
        {"100", 0, 100, "100"},
        {"9223372036854775807", 0, INT64_MAX, "9223372036854775807"},
        {"-9223372036854775808", 0, INT64_MIN, "-9223372036854775808"},
        {"92,233,720,368,547,758.07", 2, INT64_MAX, "92233720368547758.07"},
        {"-9.223372036854775808", 18, INT64_MIN, "-9.223372036854775808"},
    };
    Buf out = buf_new(100);
    int64_t scaled;
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        assert_true(decimal_parse(str_of(GOOD[i].text), GOOD[i].scale, &scaled));
        assert_true(scaled == GOOD[i].scaled);
        decimal_write(&out, scaled, GOOD[i].scale);
        assert_text(&out, GOOD[i].written);
    }
    buf_free(&out);
}

static void other_texts_are_no_decimals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int scale;
    } BAD[] = {
        {"", 2},
        {"-", 2},
        {".5", 2},
        {"5.", 2},
        {"1.234", 2},
        {"+5", 2},
        {"1 000", 2},
        {"1,00", 2},
        {"1,0000", 2},
        {"1234,567", 2},
        {",123", 2},
        {"1,,234", 2},
        {"0,123", 2},
        {"1.5,000", 2},
        {"1.000,5", 2},
        {"1,234,56", 2},
        {"12,34,567", 2},
        {"1e5", 2},
        {"0x10", 2},
        {"１", 2},
        {"1.2.3", 2},
        {"--1", 2},
        {"-,123", 2},
        {"N/A", 2},
        {"1,234,", 2},
        {"1.5", 0},
        {"nan", 2},
        {"1,2345", 2},
        {"12a", 0},
        {",", 0},
        {"9223372036854775808", 0},
        {"-9223372036854775809", 0},
        {"92233720368547758.08", 2},
        {"9223372036854775807", 1},
        {"99999999999999999999999999", 0},
        {"1234567,890", 0},
    };
    int64_t scaled;
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        assert_false(decimal_parse(str_of(BAD[i].text), BAD[i].scale, &scaled));
    }
}

static void decimals_and_instants_come_back(void **state)
{
    (void)state;
    Buf out = buf_new(100);
    for (int round = 0; round < 200000; round++) {
        int64_t number = (int64_t)(draw() >> draw() % 64), again;
        if (round % 2) number = -number;
        int scale = (int)(draw() % 19);
        decimal_write(&out, number, scale);
        assert_true(decimal_parse(buf_str(&out), scale, &again));
        assert_true(again == number);
        buf_clear(&out);
        int64_t us = number % (INT64_C(60000000000) * 1000000); /* some 1,900 years both ways */
        instant_write(&out, us);
        assert_true(instant_parse(buf_str(&out), &again));
        assert_true(again == us);
        buf_clear(&out);
    }
    buf_free(&out);
}

/* One byte of a good text changed: what is read, if anything, is written as the same meaning. */
static void changed_texts_never_read_as_another(void **state)
{
    (void)state;
    static const Str BASE = STR_INIT("2026-03-01T10:20:30.250000+08:00");
    Buf out = buf_new(100);
    for (size_t at = 0; at < BASE.n; at++) {
        for (int c = 0; c < 256; c++) {
            char text[64];
            int64_t us;
            memcpy(text, BASE.p, BASE.n);
            text[at] = (char)c;
            if (!instant_parse((Str){text, BASE.n}, &us)) continue;
            bool known = (c >= '0' && c <= '9') || c == BASE.p[at] ||
                         (at == 26 && (c == ' ' || c == '-')) || (at == 10 && c == 't');
            assert_true(known);
            int64_t again;
            instant_write(&out, us);
            assert_true(instant_parse(buf_str(&out), &again) && again == us);
            buf_clear(&out);
        }
    }
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_from_1500_to_2500),
        cmocka_unit_test(only_days_that_exist_are_read),
        cmocka_unit_test(the_legal_day_begins_at_16_utc),
        cmocka_unit_test(instants_are_read_with_their_offset),
        cmocka_unit_test(decimals_are_exact),
        cmocka_unit_test(other_texts_are_no_decimals),
        cmocka_unit_test(decimals_and_instants_come_back),
        cmocka_unit_test(changed_texts_never_read_as_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
