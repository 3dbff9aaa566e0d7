#include "kernel/cql2/cql2_parser.h"
#include "lib/text.h"

/* ---- errors ---- */

static int column_of(Str text, size_t at)
{
    int column = 1;
    for (size_t i = 0; i < at && i < text.n; i++) column += (text.p[i] & 0xC0) != 0x80;
    return column;
}

Err cql_fail(Parser *p, size_t at, Str message, Str message_zh)
{
    *p->error = (CqlError){column_of(p->text, at), message, message_zh};
    return ERR_BAD;
}

Str cql_quote_short(Arena *arena, Str s)
{
    enum { SHOWN_MAX = 40 };
    size_t points = 0, i = 0;
    for (; i < s.n; i++) {
        if ((s.p[i] & 0xC0) != 0x80 && points++ == SHOWN_MAX) break;
    }
    return i == s.n ? s : arena_printf(arena, STR_FMT "…", STR_ARG(str_slice(s, 0, i)));
}

Err cql_fail_expected(Parser *p, const char *expected, const char *expected_zh)
{
    const char *hint = "", *hint_zh = "";
    if (p->backslash) {
        hint = "; a quote inside a text is written ''";
        hint_zh = "；文本中的单引号写作 ''";
    }
    if (p->token.kind == TOKEN_END) {
        return cql_fail(p, p->token.at,
                        arena_printf(p->arena, "expected %s, found the end%s", expected, hint),
                        arena_printf(p->arena, "此处应为%s，但已到末尾%s", expected_zh, hint_zh));
    }
    Str found = cql_quote_short(p->arena, p->token.raw);
    return cql_fail(
        p, p->token.at,
        arena_printf(p->arena, "expected %s, found " STR_FMT "%s", expected, STR_ARG(found), hint),
        arena_printf(p->arena, "此处应为%s，而不是 " STR_FMT "%s", expected_zh, STR_ARG(found),
                     hint_zh));
}

/* ---- characters ---- */

static size_t point_size(char lead)
{
    unsigned char c = (unsigned char)lead;
    return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

Err cql_check_text(Parser *p)
{
    Str text = p->text;
    if (text.n > CQL_TEXT_MAX) {
        return cql_fail(p, CQL_TEXT_MAX,
                        arena_printf(p->arena, "a filter has at most %d bytes", CQL_TEXT_MAX),
                        arena_printf(p->arena, "筛选条件最长 %d 字节", CQL_TEXT_MAX));
    }
    for (size_t i = 0, n; i < text.n; i += n) {
        unsigned char c = (unsigned char)text.p[i];
        n = MIN(point_size(text.p[i]), text.n - i);
        if (!utf8_valid(str_slice(text, i, i + n))) {
            return cql_fail(p, i, STR("not valid UTF-8"), STR("不是有效的 UTF-8 编码"));
        }
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) {
            return cql_fail(p, i, STR("a control character; remove it"),
                            STR("含有控制字符，请删去"));
        }
    }
    return ERR_OK;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Letters, _ and :; beyond ASCII all but the punctuation that Chinese input methods write. */
static bool is_name_start(Str text, size_t at)
{
    unsigned char c = (unsigned char)text.p[at];
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
    if (c < 0xE2 || c > 0xEF) return c > 0xC3; /* U+0080-U+00FF are signs for the most part */
    unsigned char d = (unsigned char)text.p[at + 1];
    bool sign = (c == 0xE2 && d <= 0x81) || (c == 0xE3 && d == 0x80) || (c == 0xEF && d >= 0xBC);
    return !sign;
}

static size_t name_end(Str text, size_t at)
{
    while (at < text.n && (is_name_start(text, at) || is_digit(text.p[at]) || text.p[at] == '.')) {
        at += point_size(text.p[at]);
    }
    return at;
}

/* ---- numbers ---- */

enum { NUMBER_DIGITS_MAX = 40 }; /* before the point, and behind it */

typedef struct Decimal { /* 0.d1d2d3… times 10^point, no zeros at either end */
    char digits[2 * NUMBER_DIGITS_MAX];
    int count, point;
    bool negative, too_long;
} Decimal;

static void decimal_digit(Decimal *d, char digit, bool fraction)
{
    if (d->count == 0 && digit == '0') {
        if (fraction) d->point--;
        return;
    }
    if (d->count == (int)sizeof d->digits) {
        d->too_long = true;
        return;
    }
    d->digits[d->count++] = digit;
    if (!fraction) d->point++;
}

static Str decimal_text(Arena *arena, const Decimal *d)
{
    if (d->count == 0) return STR("0");
    char *out = arena_alloc(arena, 2 * NUMBER_DIGITS_MAX + 4);
    size_t n = 0;
    if (d->negative) out[n++] = '-';
    if (d->point <= 0) out[n++] = '0';
    for (int i = MIN(d->point, 0); i < MAX(d->count, d->point); i++) {
        if (i == d->point) out[n++] = '.';
        out[n++] = i >= 0 && i < d->count ? d->digits[i] : '0';
    }
    return (Str){out, n};
}

/* [sign] digits [. digits] [E [sign] digits]; false: not a number. */
static bool number_scan(Str text, size_t *at, Decimal *d)
{
    size_t i = *at, digits = 0;
    if (text.p[i] == '+' || text.p[i] == '-') d->negative = text.p[i++] == '-';
    for (; i < text.n && is_digit(text.p[i]); i++, digits++) decimal_digit(d, text.p[i], false);
    if (i < text.n && text.p[i] == '.') {
        for (i++; i < text.n && is_digit(text.p[i]); i++, digits++)
            decimal_digit(d, text.p[i], true);
    }
    if (digits == 0) return false;
    if (i < text.n && (text.p[i] == 'e' || text.p[i] == 'E')) {
        i++;
        bool negative = i < text.n && text.p[i] == '-';
        if (i < text.n && (text.p[i] == '+' || text.p[i] == '-')) i++;
        int exponent = 0;
        size_t from = i;
        for (; i < text.n && is_digit(text.p[i]); i++)
            exponent = MIN(exponent * 10 + (text.p[i] - '0'), 100000);
        if (i == from) return false;
        d->point += negative ? -exponent : exponent;
    }
    *at = i;
    return i == text.n || !(is_name_start(text, i) || text.p[i] == '.');
}

static Err lex_number(Parser *p)
{
    Decimal d = {.count = 0};
    size_t end = p->token.at;
    if (!number_scan(p->text, &end, &d)) {
        return cql_fail(p, p->token.at, STR("not a number; write it like 12.5"),
                        STR("不是数，应写成 12.5 这样"));
    }
    while (d.count > 0 && d.digits[d.count - 1] == '0') d.count--;
    bool too_long = d.count > 0 &&
                    (d.point > NUMBER_DIGITS_MAX || d.count - d.point > NUMBER_DIGITS_MAX);
    if (d.too_long || too_long) {
        return cql_fail(p, p->token.at,
                        arena_printf(p->arena,
                                     "a number has at most %d digits before and behind the point",
                                     NUMBER_DIGITS_MAX),
                        arena_printf(p->arena, "小数点前后最多各 %d 位", NUMBER_DIGITS_MAX));
    }
    p->token.kind = TOKEN_NUMBER;
    p->token.value = decimal_text(p->arena, &d);
    p->at = end;
    return ERR_OK;
}

/* ---- other tokens ---- */

/* A text; '' inside stands for one quote. */
static Err lex_string(Parser *p)
{
    size_t i = p->token.at + 1, doubled = 0;
    for (;; i++) {
        if (i == p->text.n) {
            return cql_fail(p, p->token.at, STR("this text has no closing quote '"),
                            STR("此处的文本缺少右单引号 '"));
        }
        if (p->text.p[i] != '\'') continue;
        if (i + 1 == p->text.n || p->text.p[i + 1] != '\'') break;
        i++, doubled++;
    }
    Str raw = str_slice(p->text, p->token.at + 1, i);
    p->at = i + 1;
    p->token.kind = TOKEN_STRING;
    p->token.value = raw;
    if (doubled == 0) return ERR_OK;
    char *out = arena_alloc(p->arena, raw.n);
    size_t n = 0;
    for (size_t k = 0; k < raw.n; k++) {
        out[n++] = raw.p[k];
        k += raw.p[k] == '\'';
    }
    p->token.value = (Str){out, n};
    return ERR_OK;
}

static Err lex_quoted(Parser *p)
{
    size_t from = p->token.at + 1;
    Str rest = str_slice(p->text, from, p->text.n);
    ptrdiff_t end = str_find(rest, STR("\""));
    if (end < 0) {
        return cql_fail(p, p->token.at, STR("this name has no closing quote \""),
                        STR("此处的名称缺少右双引号 \""));
    }
    p->token.kind = TOKEN_QUOTED;
    p->token.value = str_slice(rest, 0, (size_t)end);
    p->at = from + (size_t)end + 1;
    return ERR_OK;
}

static const struct {
    const char *text;
    TokenKind kind;
    CqlOp op;
} SIGNS[] = {
    /* longer ones first */
    {"<>", TOKEN_OP, CQL_NE}, {"<=", TOKEN_OP, CQL_LE}, {">=", TOKEN_OP, CQL_GE},
    {"=", TOKEN_OP, CQL_EQ},  {"<", TOKEN_OP, CQL_LT},  {">", TOKEN_OP, CQL_GT},
    {"(", TOKEN_OPEN, 0},     {")", TOKEN_CLOSE, 0},    {",", TOKEN_COMMA, 0},
};

static Err lex_stray(Parser *p)
{
    size_t at = p->token.at;
    Str rest = str_slice(p->text, at, p->text.n);
    if (str_starts(rest, STR("!=")))
        return cql_fail(p, at, STR("write <> for \"not equal\""), STR("“不等于”写作 <>"));
    Str c = str_slice(rest, 0, MIN(point_size(rest.p[0]), rest.n));
    bool wide = c.n > 1;
    return cql_fail(
        p, at,
        arena_printf(p->arena, "unexpected %s" STR_FMT "%s", wide ? "“" : "", STR_ARG(c),
                     wide ? "”; signs and quotes are written half-width: ( ) , ' = < >" : ""),
        arena_printf(p->arena, "不应出现“" STR_FMT "”%s", STR_ARG(c),
                     wide ? "，括号、引号等符号请用半角：( ) , ' = < >" : ""));
}

Err cql_next(Parser *p)
{
    p->backslash = p->token.kind == TOKEN_STRING && str_ends(p->token.value, STR("\\"));
    Str text = p->text;
    while (p->at < text.n && memchr(" \t\r\n", text.p[p->at], 4)) p->at++;
    size_t at = p->at;
    p->token = (Token){.kind = TOKEN_END, .at = at};
    if (at == text.n) return ERR_OK;
    char c = text.p[at];
    Err err = ERR_OK;
    if (c == '\'')
        err = lex_string(p);
    else if (c == '"')
        err = lex_quoted(p);
    else if (is_digit(c) || c == '.' || c == '+' || c == '-')
        err = lex_number(p);
    else if (is_name_start(text, at)) {
        p->at = name_end(text, at);
        p->token.kind = TOKEN_NAME;
        p->token.value = str_slice(text, at, p->at);
    } else {
        Str rest = str_slice(text, at, text.n);
        size_t i = 0;
        while (i < COUNT_OF(SIGNS) && !str_starts(rest, str_of(SIGNS[i].text))) i++;
        if (i == COUNT_OF(SIGNS)) return lex_stray(p);
        p->token.kind = SIGNS[i].kind;
        p->token.op = SIGNS[i].op;
        p->at = at + strlen(SIGNS[i].text);
    }
    TRY(err);
    p->token.raw = str_slice(text, at, p->at);
    return ERR_OK;
}

static bool word_eq(Str a, const char *word)
{
    size_t i = 0;
    for (; i < a.n && word[i]; i++) {
        char c = a.p[i] >= 'a' && a.p[i] <= 'z' ? (char)(a.p[i] - 'a' + 'A') : a.p[i];
        if (c != word[i]) return false;
    }
    return i == a.n && word[i] == '\0';
}

bool cql_at_word(const Parser *p, const char *word)
{
    return p->token.kind == TOKEN_NAME && word_eq(p->token.value, word);
}

bool cql_followed_by(const Parser *p, char c)
{
    size_t at = p->at;
    while (at < p->text.n && memchr(" \t\r\n", p->text.p[at], 4)) at++;
    return at < p->text.n && p->text.p[at] == c;
}

bool cql_word_reserved(Str word)
{
    static const char *const WORDS[] = {"AND", "OR", "NOT",  "LIKE", "BETWEEN",
                                        "IN",  "IS", "NULL", "TRUE", "FALSE"};
    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        if (word_eq(word, WORDS[i])) return true;
    }
    return false;
}
