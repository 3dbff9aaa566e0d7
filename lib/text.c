#include "lib/text.h"

#include <utf8proc.h>

/* ---- UTF-8 ---- */

static bool is_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/* Bytes of the ASCII run at s[at]. */
static size_t ascii_run(Str s, size_t at)
{
    size_t i = at;
    for (; i + 8 <= s.n; i += 8) {
        uint64_t word;
        memcpy(&word, s.p + i, 8);
        if (word & 0x8080808080808080u) break;
    }
    while (i < s.n && (unsigned char)s.p[i] < 0x80) i++;
    return i - at;
}

/* Bytes of the well-formed sequence at s[at] (Unicode, table 3-7), 0 where there is none. */
static size_t sequence_at(Str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.p + at;
    size_t left = s.n - at;
    if (left == 0) return 0;
    unsigned char c = p[0];
    if (c < 0x80) return 1;
    if (c < 0xC2) return 0;
    if (c < 0xE0) return left >= 2 && is_tail(p[1]) ? 2 : 0;
    if (c < 0xF0) {
        if (left < 3 || !is_tail(p[1]) || !is_tail(p[2])) return 0;
        if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F)) return 0;
        return 3;
    }
    if (c > 0xF4 || left < 4 || !is_tail(p[1]) || !is_tail(p[2]) || !is_tail(p[3])) return 0;
    if ((c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F)) return 0;
    return 4;
}

/* The code point of the well-formed sequence of n bytes at p. */
static uint32_t point_at(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    switch (n) {
    case 1: return p[0];
    case 2: return (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    case 3: return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    default:
        return (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
    }
}

size_t utf8_span(Str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t i = 0;
    while (i < s.n) {
        /* U+1000 to U+CFFF: nearly all Chinese text, without the cases of the general path */
        while (s.n - i >= 3 && p[i] >= 0xE1 && p[i] <= 0xEC && is_tail(p[i + 1]) &&
               is_tail(p[i + 2])) {
            i += 3;
        }
        if (i == s.n) break;
        if (p[i] < 0x80) {
            i += ascii_run(s, i);
            continue;
        }
        size_t n = sequence_at(s, i);
        if (n == 0) break;
        i += n;
    }
    return i;
}

bool utf8_valid(Str s)
{
    return utf8_span(s) == s.n;
}

bool utf8_cut(Str s)
{
    if (s.n == 0 || s.n > 3) return false;
    unsigned char c = (unsigned char)s.p[0];
    size_t whole = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0xC2 || c > 0xF4 || s.n >= whole) return false;
    /* completed by one of these it is a sequence, or it never will be */
    static const char *const ENDS[] = {"\x80\x80\x80", "\x90\x80\x80", "\xA0\x80\x80"};
    for (size_t i = 0; i < COUNT_OF(ENDS); i++) {
        char trial[8] = {0};
        memcpy(trial, s.p, s.n);
        memcpy(trial + s.n, ENDS[i], 3);
        if (sequence_at((Str){trial, whole}, 0) == whole) return true;
    }
    return false;
}

size_t utf8_length(Str s)
{
    size_t points = 0;
    for (size_t i = 0; i < s.n; i++) points += !is_tail((unsigned char)s.p[i]);
    return points;
}

size_t utf8_prefix(Str s, size_t points)
{
    size_t i = 0;
    for (; i < s.n; i++) {
        if (is_tail((unsigned char)s.p[i])) continue;
        if (points == 0) break;
        points--;
    }
    return i;
}

void utf8_write(Buf *out, uint32_t point)
{
    char bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)point, (utf8proc_uint8_t *)bytes);
    ASSERT(n > 0);
    buf_add(out, (Str){bytes, (size_t)n});
}

/* ---- normal form ---- */

/*
 * Code points that are in NFC whatever stands beside them: canonical combining class 0 and
 * NFC_Quick_Check=Yes (UAX #15, clause 9). Only what is frequent in Chinese texts is listed;
 * anything else takes the way through utf8proc. Sorted; the test proves every one of them.
 */
static const struct {
    uint32_t first, last;
} INERT[] = {
    {0x00000, 0x002FF}, {0x02002, 0x02010}, {0x02011, 0x020CF}, {0x02100, 0x02125},
    {0x02127, 0x02129}, {0x0212C, 0x02328}, {0x0232B, 0x02ADB}, {0x02E80, 0x03029},
    {0x03030, 0x03098}, {0x0309B, 0x0A66E}, {0x0AC00, 0x0D7A3}, {0x0E000, 0x0F8FF},
    {0x0FF00, 0x0FFFD}, {0x1F000, 0x1FAFF}, {0x20000, 0x2F7FF}, {0x30000, 0x3FFFF},
};

static bool point_inert(uint32_t point)
{
    size_t low = 0, high = COUNT_OF(INERT);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (point > INERT[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < COUNT_OF(INERT) && point >= INERT[low].first;
}

static bool is_control(uint32_t point)
{
    if (point < 0x20) return point != '\t' && point != '\n' && point != '\r';
    return point >= 0x7F && point <= 0x9F;
}

/* The half-width form of a full-width code point, or itself. */
static uint32_t point_fold(uint32_t point, bool all)
{
    if (point == 0x3000) return all ? ' ' : point;
    if (point < 0xFF01 || point > 0xFF5E) return point;
    uint32_t half = point - 0xFEE0;
    bool letter = (half >= 'A' && half <= 'Z') || (half >= 'a' && half <= 'z');
    return all || letter || (half >= '0' && half <= '9') ? half : point;
}

typedef struct TextNeeds {
    bool fold, compose;
} TextNeeds;

enum { MARKS_MAX = 30 };

/* What has to be done with s; false if it cannot be accepted. */
static bool text_inspect(Str s, bool fold_all, TextNeeds *needs)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t marks = 0;
    for (size_t i = 0; i < s.n;) {
        if (p[i] >= 0x20 && p[i] < 0x7F) {
            i++, marks = 0;
            continue;
        }
        /* U+4000 to U+9FFF: ideographs, inert */
        if (p[i] >= 0xE4 && p[i] <= 0xE9 && s.n - i >= 3 && is_tail(p[i + 1]) &&
            is_tail(p[i + 2])) {
            i += 3, marks = 0;
            continue;
        }
        size_t n = sequence_at(s, i);
        if (n == 0) return false;
        uint32_t point = point_at(s.p + i, n);
        if (is_control(point)) return false;
        if (point_fold(point, fold_all) != point) needs->fold = true;
        if (point_inert(point)) {
            marks = 0;
        } else {
            needs->compose = true;
            const utf8proc_property_t *about = utf8proc_get_property((utf8proc_int32_t)point);
            marks = about->combining_class ? marks + 1 : 0;
            if (marks > MARKS_MAX) return false;
        }
        i += n;
    }
    return true;
}

static Str text_fold(Arena *arena, Str s, bool fold_all)
{
    char *to = arena_alloc(arena, s.n + 1);
    size_t used = 0;
    for (size_t i = 0; i < s.n;) {
        size_t n = sequence_at(s, i);
        uint32_t point = n == 3 ? point_at(s.p + i, n) : 0;
        uint32_t half = point_fold(point, fold_all);
        if (half != point) {
            to[used++] = (char)half;
        } else {
            memcpy(to + used, s.p + i, n);
            used += n;
        }
        i += n;
    }
    return (Str){to, used};
}

static Str text_compose(Arena *arena, Str s)
{
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    const utf8proc_uint8_t *from = (const utf8proc_uint8_t *)s.p;
    utf8proc_ssize_t size = (utf8proc_ssize_t)s.n;
    utf8proc_ssize_t points = utf8proc_decompose(from, size, NULL, 0, options);
    ASSERT(points >= 0); /* the text was found well formed */
    utf8proc_int32_t *work = arena_array(arena, utf8proc_int32_t, points + 1);
    ASSERT(utf8proc_decompose(from, size, work, points, options) == points);
    utf8proc_ssize_t n = utf8proc_reencode(work, points, options);
    ASSERT(n >= 0);
    return (Str){(const char *)work, (size_t)n};
}

bool text_normalise(Arena *arena, Str s, bool fold_all, Str *out)
{
    TextNeeds needs = {false, false};
    if (!text_inspect(s, fold_all, &needs)) return false;
    if (needs.fold) s = text_fold(arena, s, fold_all);
    if (needs.compose) s = text_compose(arena, s);
    *out = str_trim(s);
    return true;
}
