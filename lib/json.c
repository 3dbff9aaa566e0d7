#include "lib/json.h"

#include <stdlib.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "lib/text.h"

/* ---- out ---- */

static bool needs_escape(char c)
{
    return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

/* The first byte from p on that cannot stand in a JSON string as it is, or end. */
static const char *find_escape(const char *p, const char *end)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    const __m128i last_control = _mm_set1_epi8(0x1F);
    for (; end - p >= 16; p += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
        __m128i hits = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
        int mask = _mm_movemask_epi8(_mm_or_si128(hits, control));
        if (mask) return p + __builtin_ctz((unsigned)mask);
    }
#endif
    while (p < end && !needs_escape(*p)) p++;
    return p;
}

static void put_escape(Buf *out, char c)
{
    static const char SHORT[256] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r',
                                    ['\t'] = 't', ['"'] = '"',  ['\\'] = '\\'};
    static const char HEX[] = "0123456789abcdef";
    unsigned char u = (unsigned char)c;
    if (SHORT[u]) {
        buf_add(out, (Str){(char[]){'\\', SHORT[u]}, 2});
    } else {
        buf_add(out, (Str){(char[]){'\\', 'u', '0', '0', HEX[u >> 4], HEX[u & 15]}, 6});
    }
}

void json_put_text(Buf *out, Str s)
{
    const char *p = s.p, *end = s.p + s.n;
    buf_byte(out, '"');
    while (p < end) {
        const char *stop = find_escape(p, end);
        buf_add(out, (Str){p, (size_t)(stop - p)});
        if (stop < end) put_escape(out, *stop++);
        p = stop;
    }
    buf_byte(out, '"');
}

static void put_comma(Json *json)
{
    if (json->need_comma) buf_byte(json->out, ',');
    json->need_comma = true;
}

static void put_open(Json *json, char bracket)
{
    put_comma(json);
    buf_byte(json->out, bracket);
    json->need_comma = false;
}

static void put_close(Json *json, char bracket)
{
    buf_byte(json->out, bracket);
    json->need_comma = true;
}

void json_put_object(Json *json)
{
    put_open(json, '{');
}

void json_put_object_end(Json *json)
{
    put_close(json, '}');
}

void json_put_array(Json *json)
{
    put_open(json, '[');
}

void json_put_array_end(Json *json)
{
    put_close(json, ']');
}

void json_put_key(Json *json, Str key)
{
    put_comma(json);
    json_put_text(json->out, key);
    buf_byte(json->out, ':');
    json->need_comma = false;
}

void json_put_str(Json *json, Str value)
{
    put_comma(json);
    if (value.p == NULL)
        buf_lit(json->out, "null");
    else
        json_put_text(json->out, value);
}

void json_put_int(Json *json, int64_t value)
{
    put_comma(json);
    buf_int(json->out, value);
}

void json_put_bool(Json *json, bool value)
{
    put_comma(json);
    buf_add(json->out, value ? STR("true") : STR("false"));
}

void json_put_null(Json *json)
{
    put_comma(json);
    buf_lit(json->out, "null");
}

void json_put_raw(Json *json, Str value)
{
    put_comma(json);
    buf_add(json->out, value);
}

void json_put_key_str(Json *json, Str key, Str value)
{
    json_put_key(json, key);
    json_put_str(json, value);
}

void json_put_key_int(Json *json, Str key, int64_t value)
{
    json_put_key(json, key);
    json_put_int(json, value);
}

void json_put_key_bool(Json *json, Str key, bool value)
{
    json_put_key(json, key);
    json_put_bool(json, value);
}

/* ---- numbers ---- */

enum {
    DIGITS_SURE = 15,   /* so many significant digits always survive a double (DBL_DIG) */
    DIGITS_ALWAYS = 17, /* so many always give the same double again */
    DIGITS_MAX = 400,   /* of a number that can be compared */
    EXPONENT_MAX = 30,  /* beyond 10^±30 a number is not written out */
};

/* A decimal: 0.d1d2d3… times 10^exponent; no zeros at either end of the digits. */
typedef struct Decimal {
    char digits[DIGITS_MAX];
    int n;
    int64_t exponent;
} Decimal;

/* Reads a JSON number; false: more digits than can be looked at. */
static bool decimal_read(Str text, Decimal *decimal)
{
    *decimal = (Decimal){.n = 0};
    bool point = false;
    size_t i = text.n > 0 && text.p[0] == '-';
    for (; i < text.n && text.p[i] != 'e' && text.p[i] != 'E'; i++) {
        char c = text.p[i];
        if (c == '.') {
            point = true;
        } else if (c == '0' && decimal->n == 0) {
            decimal->exponent -= point;
        } else {
            if (decimal->n == DIGITS_MAX) return false;
            decimal->digits[decimal->n++] = c;
            decimal->exponent += !point;
        }
    }
    int64_t power = 0;
    if (i < text.n) {
        bool plus = i + 1 < text.n && text.p[i + 1] == '+';
        if (!str_int(str_slice(text, i + 1 + plus, text.n), &power)) return false;
        if (power > INT32_MAX || power < INT32_MIN) return false;
    }
    decimal->exponent += power;
    while (decimal->n > 0 && decimal->digits[decimal->n - 1] == '0') decimal->n--;
    if (decimal->n == 0) decimal->exponent = 0;
    return true;
}

/* The shortest decimal, of at least `digits` significant digits, that gives the same double. */
static void decimal_of_double(double value, int digits, Decimal *decimal)
{
    char text[64];
    for (;; digits++) {
        int n = snprintf(text, sizeof text, "%.*e", digits - 1, value);
        ASSERT(n > 0 && (size_t)n < sizeof text);
        if (digits == DIGITS_ALWAYS || strtod(text, NULL) == value) break;
    }
    ASSERT(decimal_read(str_of(text), decimal));
}

bool json_number_text(const json_t *number, Buf *out)
{
    if (json_is_integer(number)) {
        buf_int(out, json_integer_value(number));
        return true;
    }
    if (!json_is_real(number)) return false;
    Decimal decimal;
    double value = json_real_value(number);
    decimal_of_double(value, DIGITS_SURE, &decimal);
    if (decimal.exponent > EXPONENT_MAX || decimal.exponent < -EXPONENT_MAX) return false;
    if (value < 0) buf_byte(out, '-');
    int whole = (int)MAX(decimal.exponent, 0);
    if (whole == 0) buf_byte(out, '0');
    for (int i = 0; i < whole; i++) buf_byte(out, i < decimal.n ? decimal.digits[i] : '0');
    if (decimal.n <= whole) return true;
    buf_byte(out, '.');
    for (int64_t i = decimal.exponent; i < 0; i++) buf_byte(out, '0');
    buf_add(out, (Str){decimal.digits + whole, (size_t)(decimal.n - whole)});
    return true;
}

/* Whether jansson, which reads reals as double, keeps every digit of this number. */
static bool number_survives(Str text)
{
    Decimal written, held;
    char z[DIGITS_MAX + 32];
    if (text.n >= sizeof z || !decimal_read(text, &written)) return false;
    if (written.n <= DIGITS_SURE && written.exponent < 300 && written.exponent > -300) return true;
    memcpy(z, text.p, text.n);
    z[text.n] = '\0';
    decimal_of_double(strtod(z, NULL), 1, &held);
    return held.n == written.n && held.exponent == written.exponent &&
           memcmp(held.digits, written.digits, (size_t)held.n) == 0;
}

/* ---- in ---- */

static bool is_number_part(char c)
{
    return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
}

/* Bytes of the JSON string that starts at p[0], which is its quote; the text is well formed. */
static size_t string_size(const char *p)
{
    size_t n = 1;
    while (p[n] != '"') n += p[n] == '\\' ? 2 : 1;
    return n + 1;
}

/* The first real number in well-formed JSON that a double cannot hold, as offset; else -1. */
static ptrdiff_t find_inexact(Str text)
{
    for (size_t i = 0; i < text.n;) {
        char c = text.p[i];
        if (c == '"') {
            i += string_size(text.p + i);
            continue;
        }
        size_t from = i++;
        if ((c < '0' || c > '9') && c != '-') continue;
        bool real = false;
        for (; i < text.n && is_number_part(text.p[i]); i++) {
            real = real || text.p[i] == '.' || text.p[i] == 'e' || text.p[i] == 'E';
        }
        if (real && !number_survives(str_slice(text, from, i))) return (ptrdiff_t)from;
    }
    return -1;
}

static void write_place(Buf *why, Str before)
{
    int64_t line = 1;
    for (Str rest = before, part; str_split(&rest, '\n', &part); line += rest.p != NULL)
        before = part;
    buf_printf(why, "line %lld, column %zu: ", (long long)line, utf8_length(before) + 1);
}

json_t *json_read(Str text, Buf *why)
{
    json_error_t error;
    const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY;
    json_t *json = json_loadb(text.p ? text.p : "", text.n, flags, &error);
    if (json == NULL) {
        /* what stands behind "near" repeats the text, which may be personal and is cut anywhere */
        char *near = strstr(error.text, " near ");
        if (near) *near = '\0';
        buf_printf(why, "line %d, column %d: %s", MAX(error.line, 1), MAX(error.column, 0),
                   error.text);
        return NULL;
    }
    ptrdiff_t inexact = find_inexact(text);
    if (inexact < 0) return json;
    json_decref(json);
    write_place(why, str_slice(text, 0, (size_t)inexact));
    buf_lit(why, "a number with more digits than can be held; send it as text");
    return NULL;
}
