#include "kernel/numbers/checkdigit.h"

#include "lib/text.h"

const char *number_fault_text(NumberFault fault, bool zh)
{
    static const struct {
        const char *zh, *en;
    } TEXTS[] = {
        [NUMBER_VALID] = {"有效", "valid"},
        [NUMBER_LENGTH] = {"位数不对", "wrong number of characters"},
        [NUMBER_CHARACTER] = {"含有不允许的字符", "a character that is not allowed at its place"},
        [NUMBER_CHECK] = {"校验码不符", "the check digit does not match"},
        [NUMBER_EMBEDDED_CHECK] =
            {"主体标识码(组织机构代码)校验码不符",
             "the check digit of the embedded organisation code does not match"},
        [NUMBER_DATE] = {"出生日期不存在", "the date of birth does not exist"},
        [NUMBER_DATE_FUTURE] = {"出生日期晚于今天", "the date of birth is after today"},
        [NUMBER_PROVINCE] = {"省级代码不存在", "no such province"},
        [NUMBER_CENTENARIAN] = {"顺序码 996—999 为一八九九年及以前出生者所留，请提供 18 位号码",
                                "the order 996-999 is kept for people born before 1900; "
                                "give the number of 18 digits"},
        [NUMBER_DEPARTMENT] = {"登记管理部门代码不存在", "no such registering department"},
    };
    ASSERT(fault < COUNT_OF(TEXTS));
    return zh ? TEXTS[fault].zh : TEXTS[fault].en;
}

/* ---- characters ---- */

static int digit_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : -1;
}

static bool all_digits(Str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (digit_value(s.p[i]) < 0) return false;
    }
    return true;
}

/* ---- citizens' numbers ---- */

/* GB 11643-1999, clause 4.2: ISO 7064 MOD 11-2, weights 2^(18-i) mod 11. */
char id18_check_char(Str body17)
{
    static const int WEIGHTS[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    ASSERT(body17.n == COUNT_OF(WEIGHTS) && all_digits(body17));
    int sum = 0;
    for (size_t i = 0; i < body17.n; i++) sum += digit_value(body17.p[i]) * WEIGHTS[i];
    return "10X98765432"[sum % 11];
}

/*
 * The first two digits of GB/T 2260: provinces, Taiwan (71), Hong Kong (81), Macao (82), and
 * residents from Taiwan (83).
 */
static bool province_known(Str two)
{
    static const char KNOWN[] = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 "
                                "50 51 52 53 54 61 62 63 64 65 71 81 82 83";
    for (size_t i = 0; i < sizeof KNOWN; i += 3) {
        if (memcmp(KNOWN + i, two.p, 2) == 0) return true;
    }
    return false;
}

/* Province and day of birth; number has the 18-digit layout. */
static NumberFault citizen_check(Str number, Str province, int32_t today)
{
    const char *d = number.p + 6;
    char iso[10] = {d[0], d[1], d[2], d[3], '-', d[4], d[5], '-', d[6], d[7]};
    int32_t birth;
    if (!province_known(province)) return NUMBER_PROVINCE;
    if (!day_parse((Str){iso, sizeof iso}, &birth)) return NUMBER_DATE;
    return birth > today ? NUMBER_DATE_FUTURE : NUMBER_VALID;
}

/* The two digits at `province` name the province. */
static NumberFault id_layout_check(Str id, size_t province, int32_t today)
{
    if (id.n != 18) return NUMBER_LENGTH;
    Str body = str_slice(id, 0, 17);
    if (!all_digits(body) || (digit_value(id.p[17]) < 0 && id.p[17] != 'X'))
        return NUMBER_CHARACTER;
    NumberFault fault = citizen_check(id, str_slice(id, province, province + 2), today);
    if (fault != NUMBER_VALID) return fault;
    return id18_check_char(body) == id.p[17] ? NUMBER_VALID : NUMBER_CHECK;
}

NumberFault id18_check(Str id, int32_t today)
{
    return id_layout_check(id, 0, today);
}

NumberFault id_foreign_check(Str id, int32_t today)
{
    NumberFault fault = id_layout_check(id, 1, today);
    return fault == NUMBER_VALID && id.p[0] != '9' ? NUMBER_CHARACTER : fault;
}

NumberFault person_id_check(Str id, int32_t today)
{
    return id.n && id.p[0] == '9' ? id_foreign_check(id, today) : id18_check(id, today);
}

void id15_upgrade(Str id15, char id18[18])
{
    ASSERT(id15.n == 15 && all_digits(id15));
    memcpy(id18, id15.p, 6);
    memcpy(id18 + 6, "19", 2);
    memcpy(id18 + 8, id15.p + 6, 9);
    id18[17] = id18_check_char((Str){id18, 17});
}

NumberFault id15_check(Str id, int32_t today)
{
    if (id.n != 15) return NUMBER_LENGTH;
    if (!all_digits(id)) return NUMBER_CHARACTER;
    char id18[18];
    id15_upgrade(id, id18);
    /* GB 11643-1989: the orders 996-999 are kept for centenarians */
    if (memcmp(id.p + 12, "996", 3) >= 0) return NUMBER_CENTENARIAN;
    return citizen_check((Str){id18, sizeof id18}, str_slice(id, 0, 2), today);
}

/* ---- organisation codes ---- */

static int org9_value(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : digit_value(c);
}

/* GB 11714-1997, clause 4: weights 3 7 9 10 5 8 4 2, modulus 11; 10 is written X, 11 as 0. */
char org9_check_char(Str body8)
{
    static const int WEIGHTS[8] = {3, 7, 9, 10, 5, 8, 4, 2};
    ASSERT(body8.n == COUNT_OF(WEIGHTS));
    int sum = 0;
    for (size_t i = 0; i < body8.n; i++) {
        int value = org9_value(body8.p[i]);
        ASSERT(value >= 0);
        sum += value * WEIGHTS[i];
    }
    return "0X987654321"[sum % 11];
}

NumberFault org9_check(Str code)
{
    bool hyphen = code.n == 10;
    if (code.n != 9 && !hyphen) return NUMBER_LENGTH;
    if (hyphen && code.p[8] != '-') return NUMBER_CHARACTER;
    char check = code.p[code.n - 1];
    Str body = str_slice(code, 0, 8);
    for (size_t i = 0; i < body.n; i++) {
        if (org9_value(body.p[i]) < 0) return NUMBER_CHARACTER;
    }
    if (digit_value(check) < 0 && check != 'X') return NUMBER_CHARACTER;
    return org9_check_char(body) == check ? NUMBER_VALID : NUMBER_CHECK;
}

/* ---- unified social credit codes (统一社会信用代码) ---- */

/* GB 32100-2015, table 1: digits and letters without I O S V Z. */
static const char USCC_CHARSET[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/* GB 32100-2015, annex A, and its later additions A and N. */
static const char USCC_DEPARTMENTS[] = "123456789ANY";

static int uscc_value(char c)
{
    const char *at = c ? strchr(USCC_CHARSET, c) : NULL;
    return at ? (int)(at - USCC_CHARSET) : -1;
}

/* GB 32100-2015, clause 5.2: weights 3^(i-1) mod 31. */
char uscc_check_char(Str body17)
{
    static const int WEIGHTS[17] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
    ASSERT(body17.n == COUNT_OF(WEIGHTS));
    int sum = 0;
    for (size_t i = 0; i < body17.n; i++) {
        int value = uscc_value(body17.p[i]);
        ASSERT(value >= 0);
        sum += value * WEIGHTS[i];
    }
    return USCC_CHARSET[(31 - sum % 31) % 31];
}

NumberFault uscc_check(Str uscc)
{
    if (uscc.n != 18) return NUMBER_LENGTH;
    for (size_t i = 0; i < uscc.n; i++) {
        if (uscc_value(uscc.p[i]) < 0) return NUMBER_CHARACTER;
    }
    if (!all_digits(str_slice(uscc, 2, 8))) return NUMBER_CHARACTER; /* the division */
    if (strchr(USCC_DEPARTMENTS, uscc.p[0]) == NULL) return NUMBER_DEPARTMENT;
    if (uscc_check_char(str_slice(uscc, 0, 17)) != uscc.p[17]) return NUMBER_CHECK;
    bool embedded = org9_check_char(str_slice(uscc, 8, 16)) == uscc.p[16];
    return embedded ? NUMBER_VALID : NUMBER_EMBEDDED_CHECK;
}

/* ---- business registration numbers (工商注册号), until 2015 ---- */

/* GS 15-2006, clause 5: ISO 7064 MOD 11,10 over 14 digits. */
static int reg15_check_digit(Str body14)
{
    int p = 10;
    for (size_t i = 0; i < body14.n; i++) {
        int s = (p + digit_value(body14.p[i])) % 10;
        p = (s == 0 ? 10 : s) * 2 % 11;
    }
    return (11 - p) % 10;
}

NumberFault reg15_check(Str number)
{
    if (number.n != 15) return NUMBER_LENGTH;
    if (!all_digits(number)) return NUMBER_CHARACTER;
    bool valid = reg15_check_digit(str_slice(number, 0, 14)) == digit_value(number.p[14]);
    return valid ? NUMBER_VALID : NUMBER_CHECK;
}
