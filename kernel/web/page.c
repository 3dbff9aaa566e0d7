#include "kernel/web/page.h"

#include "lib/http.h"
#include "lib/text.h"

/* ---- escaping: & < > " ' become references, in text and in attributes alike ---- */

static const char *const ESCAPES[256] = {
    ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"};

/* Nonzero where a byte of word is c (Hacker's Delight, 6-1: may also mark a byte above a true hit).
 */
static uint64_t bytes_equal(uint64_t word, uint64_t c)
{
    uint64_t x = word ^ (c * 0x0101010101010101u);
    return (x - 0x0101010101010101u) & ~x & 0x8080808080808080u;
}

/* Bytes at the front that need no escape; eight at a time, as nearly all text needs none. */
static size_t plain_length(Str s)
{
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        uint64_t word;
        memcpy(&word, s.p + i, 8);
        /* ' and & differ in the lowest bit, < and > in the second: one comparison for each pair */
        if (bytes_equal(word | 0x0101010101010101u, '\'') |
            bytes_equal(word | 0x0202020202020202u, '>') | bytes_equal(word, '"'))
            break;
    }
    while (i < s.n && !ESCAPES[(unsigned char)s.p[i]]) i++;
    return i;
}

void page_raw(Page *page, Str markup)
{
    buf_add(page->out, markup);
}

void page_put_str(Page *page, Str text)
{
    while (text.n) {
        size_t n = plain_length(text);
        buf_add(page->out, str_slice(text, 0, n));
        if (n == text.n) return;
        buf_add(page->out, str_of(ESCAPES[(unsigned char)text.p[n]]));
        text = str_slice(text, n + 1, text.n);
    }
}

void page_put_cstr(Page *page, const char *text)
{
    page_put_str(page, str_of(text));
}
void page_put_html(Page *page, Html html)
{
    buf_add(page->out, html.s);
}

/* ---- addresses ---- */

static bool starts_ignoring_case(Str s, const char *lower)
{
    size_t n = strlen(lower);
    if (s.n < n) return false;
    for (size_t i = 0; i < n; i++) {
        char c = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
        if (c != lower[i]) return false;
    }
    return true;
}

bool url_safe(Str url)
{
    static const char *const SCHEMES[] = {"http://", "https://", "mailto:", "tel:"};
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 0x7f || url.p[i] == '\\') return false;
    for (size_t i = 0; i < COUNT_OF(SCHEMES); i++)
        if (starts_ignoring_case(url, SCHEMES[i])) return true;
    if (str_starts(url, STR("//"))) return false; /* leads to another host without saying so */
    for (size_t i = 0; i < url.n && !strchr("/?#", url.p[i]); i++)
        if (url.p[i] == ':') return false;
    return url.n > 0;
}

void page_put_url_text(Page *page, Url url)
{
    page_put_str(page, url.s);
}

void page_put_url_whole(Page *page, Url url)
{
    page_put_str(page, url_safe(url.s) ? url.s : STR("#"));
}

/* url_encode leaves unreserved characters only, so nothing is left to escape. */
void page_put_encoded(Page *page, Str text)
{
    url_encode(page->out, text);
}
void page_put_encoded_cstr(Page *page, const char *text)
{
    url_encode(page->out, str_of(text));
}

static bool parameter_is(Str parameter, const char *name)
{
    size_t n = strlen(name);
    return str_starts(parameter, str_of(name)) && (parameter.n == n || parameter.p[n] == '=');
}

void page_put_here_with(Page *page, HereWith parameter)
{
    Str rest = page->query_text, other;
    buf_byte(page->out, '?');
    while (str_split(&rest, '&', &other)) {
        if (other.n == 0 || parameter_is(other, "lang") || parameter_is(other, "view")) continue;
        page_put_str(page, other);
        buf_lit(page->out, "&amp;");
    }
    buf_printf(page->out, "%s=%s", parameter.name, parameter.value);
}

/* ---- numbers ---- */

void page_put_int(Page *page, int64_t number)
{
    buf_int(page->out, number);
}

static void put_grouped(Buf *out, uint64_t number)
{
    if (number >= 1000) {
        put_grouped(out, number / 1000);
        buf_printf(out, ",%03d", (int)(number % 1000));
    } else
        buf_int(out, (int64_t)number);
}

void page_put_count(Page *page, Count count)
{
    if (count.n < 0) buf_byte(page->out, '-');
    put_grouped(page->out, count.n < 0 ? 0 - (uint64_t)count.n : (uint64_t)count.n);
}

void page_put_decimal(Page *page, Decimal decimal)
{
    ASSERT(decimal.scale >= 0 && decimal.scale <= 18);
    uint64_t unit = 1,
             whole = decimal.scaled < 0 ? 0 - (uint64_t)decimal.scaled : (uint64_t)decimal.scaled;
    for (int i = 0; i < decimal.scale; i++) unit *= 10;
    if (decimal.scaled < 0) buf_byte(page->out, '-');
    put_grouped(page->out, whole / unit);
    uint64_t fraction = whole % unit;
    if (fraction == 0) return;
    buf_byte(page->out, '.');
    while (fraction) {
        unit /= 10;
        buf_byte(page->out, (char)('0' + fraction / unit));
        fraction %= unit;
    }
}

/* ---- days and instants, at UTC+8 ---- */

static const char *const MONTHS[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

static void put_day_words(Page *page, int32_t number)
{
    int year, month, date;
    day_parts(number, &year, &month, &date);
    if (page->desk)
        day_write(page->out, number);
    else if (page->lang == LANG_EN)
        buf_printf(page->out, "%d %s %d", date, MONTHS[month - 1], year);
    else
        buf_printf(page->out, "%d年%d月%d日", year, month, date);
}

void page_put_day_plain(Page *page, Day day)
{
    if (day.day != DAY_NONE) day_write(page->out, day.day);
}

void page_put_day(Page *page, Day day)
{
    if (day.day == DAY_NONE) {
        buf_lit(page->out, "—");
        return;
    }
    buf_lit(page->out, "<time datetime=\"");
    day_write(page->out, day.day);
    buf_lit(page->out, "\">");
    put_day_words(page, day.day);
    buf_lit(page->out, "</time>");
}

void page_put_instant_plain(Page *page, Instant instant)
{
    if (instant.us) instant_write(page->out, instant.us);
}

void page_put_instant(Page *page, Instant instant)
{
    if (instant.us == 0) {
        buf_lit(page->out, "—");
        return;
    }
    const int64_t MINUTE = 60 * 1000000LL, DAY_LENGTH = 24 * 60 * MINUTE;
    int32_t day = day_today(instant.us);
    int64_t minute = (instant.us + 8 * 60 * MINUTE - day * DAY_LENGTH) / MINUTE;
    buf_lit(page->out, "<time datetime=\"");
    instant_write(page->out, instant.us);
    buf_lit(page->out, "\">");
    put_day_words(page, day);
    buf_printf(page->out, " %d:%02d</time>", (int)(minute / 60), (int)(minute % 60));
}

/* ---- texts ---- */

void page_put_both(Page *page, Text text)
{
    page_put_cstr(page, page->lang == LANG_EN ? text.en : text.zh);
}

void page_put_label(Page *page, Label label)
{
    page_put_str(page, page->lang == LANG_EN && label.en.n ? label.en : label.zh);
}

Str page_text_str(const Page *page, TextKey key)
{
    ASSERT(key < T_COUNT);
    return str_of(page->lang == LANG_EN ? PAGE_TEXTS[key].en : PAGE_TEXTS[key].zh);
}

void page_text(Page *page, TextKey key)
{
    page_put_str(page, page_text_str(page, key));
}
Str page_text_open(const Page *page, TextKey key)
{
    return page_text_str(page, key);
}

int page_text_next(Page *page, Str **more)
{
    Str text = **more;
    const char *brace = text.n ? memchr(text.p, '{', text.n) : NULL;
    size_t n = brace ? (size_t)(brace - text.p) : text.n;
    page_put_str(page, str_slice(text, 0, n));
    if (!brace) {
        *more = NULL;
        return -1;
    }
    **more = str_slice(text, n + 3, text.n); /* {0}: pagec has checked the form */
    return brace[1] - '0';
}
