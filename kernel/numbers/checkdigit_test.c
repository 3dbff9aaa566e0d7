#include "kernel/numbers/checkdigit.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/csv.h"
#include "lib/text.h"

static const char CHARSET31[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
static const char CHARSET36[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

static uint64_t seed = 20260305;
static int32_t today;

static uint32_t draw(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

static NumberFault check_number(Str kind, Str value)
{
    if (str_is(kind, "ID18")) return id18_check(value, today);
    if (str_is(kind, "ID15")) return id15_check(value, today);
    if (str_is(kind, "ORG9")) return org9_check(value);
    if (str_is(kind, "USCC18")) return uscc_check(value);
    assert_true(str_is(kind, "REG15"));
    return reg15_check(value);
}

static NumberFault fault_named(Str name)
{
    static const char *const NAMES[] = {
        [NUMBER_VALID] = "",
        [NUMBER_LENGTH] = "length",
        [NUMBER_CHARACTER] = "character",
        [NUMBER_CHECK] = "check",
        [NUMBER_EMBEDDED_CHECK] = "embedded_check",
        [NUMBER_DATE] = "date",
        [NUMBER_DATE_FUTURE] = "date_future",
        [NUMBER_PROVINCE] = "province",
        [NUMBER_CENTENARIAN] = "centenarian",
        [NUMBER_DEPARTMENT] = "department",
    };
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        if (str_is(name, NAMES[i])) return (NumberFault)i;
    }
    fail_msg("unknown fault " STR_FMT, STR_ARG(name));
    return NUMBER_VALID;
}

/* kind, value, expect, fault, note. `policy`: refused as it stands, valid in upper case. */
static void assert_vector(const CsvRecord *record)
{
    char upper[32];
    Str kind = record->cells[0], value = record->cells[1], expect = record->cells[2];
    assert_int_equal(record->count, 5);
    NumberFault fault = check_number(kind, value);
    NumberFault expected = fault_named(record->cells[3]);
    if (str_is(expect, "policy")) {
        assert_int_equal(fault, NUMBER_CHARACTER);
        assert_true(value.n <= sizeof upper);
        for (size_t i = 0; i < value.n; i++) {
            char c = value.p[i];
            upper[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        }
        fault = check_number(kind, (Str){upper, value.n});
    }
    if (fault != expected) {
        print_message("%d: " STR_FMT " gives %d, not %d\n", (int)record->line, STR_ARG(value),
                      fault, expected);
    }
    assert_int_equal(fault, expected);
    assert_int_equal(str_is(expect, "invalid"), expected != NUMBER_VALID);
}

static void published_and_synthetic_numbers(void **state)
{
    (void)state;
    static CsvRecord record;
    int fd = open("kernel/numbers/testdata/checkdigit_vectors.csv", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0); /* run from the project's root */
    CsvReader *reader = csv_open(fd);
    assert_int_equal(csv_next(reader, &record), CSV_RECORD);
    int vectors = 0;
    CsvResult result;
    for (; (result = csv_next(reader, &record)) == CSV_RECORD; vectors++) assert_vector(&record);
    assert_int_equal(result, CSV_END);
    assert_true(vectors >= 75);
    csv_close(reader);
    close(fd);
}

/* requirements for legal entities: the facts that a city relies on */
static void acceptance_facts_of_legal_entities(void **state)
{
    (void)state;
    static const char *const VALID[] = {
        "11410300005412346H", "91410300MA9A00010P", "91410305MA9KXYW162", "92410311MA9B2CD34K",
        "12410300417000014F", "52410300MJF123453G", "93410327MA9N00071X", "N2410329MF1000015N",
        "13410300005413007G", "91350100M000100Y43", "11370800MB28559184", "11430000006122244L",
    };
    for (size_t i = 0; i < COUNT_OF(VALID); i++) {
        Str uscc = str_of(VALID[i]);
        assert_int_equal(uscc_check(uscc), NUMBER_VALID);
        assert_int_equal(org9_check(str_slice(uscc, 8, 17)), NUMBER_VALID);
    }
    assert_int_equal(uscc_check(STR("91410300MA9A00010Q")), NUMBER_CHECK);
    assert_int_equal(uscc_check(STR("91410300MA9A0001OP")), NUMBER_CHARACTER);
    assert_int_equal(uscc_check(STR("91410300MA9A00011T")), NUMBER_EMBEDDED_CHECK);
    assert_int_equal(uscc_check(STR("B14103000054123467")), NUMBER_DEPARTMENT);
    assert_int_equal(org9_check(STR("00541234-6")), NUMBER_VALID);
    assert_int_equal(org9_check(STR("30000001-0")), NUMBER_VALID);
    assert_int_equal(org9_check(STR("30000007-X")), NUMBER_VALID);
    assert_int_equal(org9_check(STR("00541234-5")), NUMBER_CHECK);
    assert_int_equal(org9_check_char(STR("00541234")), '6');
}

static void every_substitution_in_a_body_is_detected(void **state)
{
    (void)state;
    static const char *const CODES[] = {"11410300005412346H", "91410300MA9A00010P",
                                        "91350100M000100Y43", "N2410329MF1000015N"};
    for (size_t k = 0; k < COUNT_OF(CODES); k++) {
        int substitutions = 0;
        for (size_t at = 0; at < 17; at++) {
            for (size_t i = 0; CHARSET31[i]; i++) {
                char code[18];
                memcpy(code, CODES[k], sizeof code);
                if (code[at] == CHARSET31[i]) continue;
                code[at] = CHARSET31[i];
                substitutions++;
                assert_int_not_equal(uscc_check_char((Str){code, 17}), code[17]);
                assert_int_not_equal(uscc_check((Str){code, 18}), NUMBER_VALID);
            }
        }
        assert_int_equal(substitutions, 510);
    }
}

static void every_slip_in_a_citizens_number_is_detected(void **state)
{
    (void)state;
    const char *id = "410305199003072014";
    for (size_t at = 0; at < 17; at++) {
        char other[18];
        for (char c = '0'; c <= '9'; c++) {
            memcpy(other, id, sizeof other);
            if (other[at] == c) continue;
            other[at] = c;
            assert_int_not_equal(id18_check_char((Str){other, 17}), other[17]);
        }
        memcpy(other, id, sizeof other);
        char swapped = other[at];
        other[at] = other[at + 1], other[at + 1] = swapped;
        if (memcmp(other, id, sizeof other) == 0) continue;
        assert_int_not_equal(id18_check((Str){other, 18}, today), NUMBER_VALID);
    }
}

/* ---- the standards' formulas once more, with naive loops ---- */

/* sum of value × base^(places to the right) mod modulus, one multiplication at a time */
static int weighted(Str body, const char *charset, int base, int power, int step, int modulus)
{
    int sum = 0;
    for (size_t i = 0; i < body.n; i++, power += step) {
        int term = (int)(strchr(charset, body.p[i]) - charset);
        for (int k = 0; k < power; k++) term = term * base % modulus;
        sum = (sum + term) % modulus;
    }
    return sum;
}

/* ISO 7064 MOD 11-2: the whole number, X as 10, leaves 1. */
static char id18_plain(Str body)
{
    int sum = weighted(body, CHARSET36, 2, 17, -1, 11);
    for (int c = 0; c < 11; c++) {
        if ((sum + c) % 11 == 1) return "0123456789X"[c];
    }
    return '?';
}

/* GB 32100: the sum and the check character together leave nothing. */
static char uscc_plain(Str body)
{
    int sum = weighted(body, CHARSET31, 3, 0, 1, 31);
    for (int c = 0; c < 31; c++) {
        if ((sum + c) % 31 == 0) return CHARSET31[c];
    }
    return '?';
}

/* GB 11714: its eight weights stand in the standard as a table only. */
static char org9_plain(Str body)
{
    static const char WEIGHTS[] = "379A5842";
    int sum = 0;
    for (size_t i = 0; i < 8; i++) {
        int value = (int)(strchr(CHARSET36, body.p[i]) - CHARSET36);
        int weight = (int)(strchr(CHARSET36, WEIGHTS[i]) - CHARSET36);
        while (weight-- > 0) sum += value;
    }
    int check = 11;
    while (sum-- > 0) check = check == 1 ? 11 : check - 1;
    return check == 11 ? '0' : check == 10 ? 'X' : (char)('0' + check);
}

/* ISO 7064 MOD 11,10 as a check: with its last digit the number ends at 1. */
static bool reg15_plain(Str number)
{
    int p = 10;
    for (size_t i = 0; i < number.n; i++) {
        int s = (p + number.p[i] - '0') % 10;
        if (i + 1 == number.n) return s == 1;
        if (s == 0) s = 10;
        p = s + s;
        while (p >= 11) p -= 11;
    }
    return false;
}

static Str random_body(char *body, size_t n, const char *charset)
{
    uint32_t size = (uint32_t)strlen(charset);
    for (size_t i = 0; i < n; i++) body[i] = charset[draw(size)];
    return (Str){body, n};
}

static void plain_formulas_agree(void **state)
{
    (void)state;
    for (int round = 0; round < 200000; round++) {
        char body[18];
        Str id = random_body(body, 17, "0123456789");
        assert_int_equal(id18_check_char(id), id18_plain(id));
        Str uscc = random_body(body, 17, CHARSET31);
        assert_int_equal(uscc_check_char(uscc), uscc_plain(uscc));
        Str org = random_body(body, 8, CHARSET36);
        assert_int_equal(org9_check_char(org), org9_plain(org));
        Str number = random_body(body, 15, "0123456789");
        assert_int_equal(reg15_check(number) == NUMBER_VALID, reg15_plain(number));
    }
}

static void old_numbers_are_upgraded(void **state)
{
    (void)state;
    char id18[18];
    id15_upgrade(STR("410305900307201"), id18);
    assert_memory_equal(id18, "410305199003072014", 18);
    assert_int_equal(id18_check((Str){id18, 18}, today), NUMBER_VALID);
}

static void nobody_is_born_after_today(void **state)
{
    (void)state;
    Str id = STR("410305199003072014");
    assert_int_equal(id18_check(id, day_of(1990, 3, 7)), NUMBER_VALID);
    assert_int_equal(id18_check(id, day_of(1990, 3, 6)), NUMBER_DATE_FUTURE);
    assert_int_equal(id15_check(STR("410305900307201"), day_of(1990, 3, 6)), NUMBER_DATE_FUTURE);
}

/* GB 11643-1989: 996-999 are people born before 1900; 19 in front of their year would be wrong. */
static void order_of_centenarians_has_no_18_digits(void **state)
{
    (void)state;
    assert_int_equal(id15_check(STR("410305900307995"), today), NUMBER_VALID);
    static const char *const KEPT[] = {"410305900307996", "410305900307997", "410305900307998",
                                       "410305900307999"};
    for (size_t i = 0; i < COUNT_OF(KEPT); i++)
        assert_int_equal(id15_check(str_of(KEPT[i]), today), NUMBER_CENTENARIAN);
}

/* Made up: province, nationality and order as the rules of 2023 place them. */
static void foreign_residents_numbers_have_their_own_layout(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        NumberFault fault;
    } BODIES[] = {
        {"94184019850101001", NUMBER_VALID},     {"91182620000229002", NUMBER_VALID},
        {"93125019991231999", NUMBER_VALID},     {"96539219700615018", NUMBER_VALID},
        {"99984019850101001", NUMBER_PROVINCE},  {"90184019850101001", NUMBER_PROVINCE},
        {"94184019850230001", NUMBER_DATE},      {"94184020990101001", NUMBER_DATE_FUTURE},
        {"84184019850101001", NUMBER_CHARACTER},
    };
    for (size_t i = 0; i < COUNT_OF(BODIES); i++) {
        char id[18];
        memcpy(id, BODIES[i].body, 17);
        id[17] = id18_check_char((Str){id, 17});
        Str whole = {id, sizeof id};
        assert_int_equal(id_foreign_check(whole, today), BODIES[i].fault);
        if (BODIES[i].fault != NUMBER_VALID) continue;
        assert_int_equal(person_id_check(whole, today), NUMBER_VALID);
        id[17] = id[17] == '0' ? '1' : '0';
        assert_int_equal(id_foreign_check(whole, today), NUMBER_CHECK);
        assert_int_equal(id_foreign_check((Str){id, 17}, today), NUMBER_LENGTH);
    }
    assert_int_equal(id_foreign_check(STR("410305199003072014"), today), NUMBER_PROVINCE);
    assert_int_equal(person_id_check(STR("410305199003072014"), today), NUMBER_VALID);
}

/* Any bytes: an answer, and none of them is out of range. */
static void any_text_gets_an_answer(void **state)
{
    (void)state;
    static const Str KINDS[] = {STR_INIT("ID18"), STR_INIT("ID15"), STR_INIT("ORG9"),
                                STR_INIT("USCC18"), STR_INIT("REG15")};
    for (int round = 0; round < 100000; round++) {
        char text[20];
        size_t n = draw(sizeof text + 1);
        for (size_t i = 0; i < n; i++) text[i] = draw(4) ? CHARSET36[draw(36)] : (char)draw(256);
        char *exact = mem_alloc(n); /* so that a sanitizer sees a read beyond the end */
        memcpy(exact, text, n);
        NumberFault fault = check_number(KINDS[round % 5], (Str){exact, n});
        assert_true(fault <= NUMBER_DEPARTMENT);
        assert_non_null(number_fault_text(fault, round % 2));
        mem_free(exact);
    }
}

int main(void)
{
    today = day_of(2026, 3, 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_and_synthetic_numbers),
        cmocka_unit_test(acceptance_facts_of_legal_entities),
        cmocka_unit_test(every_substitution_in_a_body_is_detected),
        cmocka_unit_test(every_slip_in_a_citizens_number_is_detected),
        cmocka_unit_test(plain_formulas_agree),
        cmocka_unit_test(old_numbers_are_upgraded),
        cmocka_unit_test(nobody_is_born_after_today),
        cmocka_unit_test(order_of_centenarians_has_no_18_digits),
        cmocka_unit_test(foreign_residents_numbers_have_their_own_layout),
        cmocka_unit_test(any_text_gets_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
