/* Days, instants and decimals as text; declared in lib/text.h. */
#include "lib/text.h"

static const int64_t US_SECOND = 1000000;
static const int64_t US_DAY = 86400 * (int64_t)1000000;
static const int64_t US_LEGAL_OFFSET = 8 * 3600 * (int64_t)1000000; /* legal time is UTC+8 */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* ---- days ---- */

/* Years are counted from 1 March, so that the day that comes and goes is the last one of a year. */
int32_t day_of(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1;
    int64_t month_from_march = month > 2 ? month - 3 : month + 9;
    int64_t era = floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int32_t)(era * 146097 + day_of_era - 719468);
}

void day_parts(int32_t day, int *year, int *month, int *date)
{
    int64_t from_march_0000 = (int64_t)day + 719468;
    int64_t era = floor_div(from_march_0000, 146097);
    int64_t day_of_era = from_march_0000 - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    *date = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    *month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    *year = (int)(era * 400 + year_of_era + (*month <= 2));
}

/* Exactly n digits at s[at]; false where one is missing. */
static bool digits_at(Str s, size_t at, size_t n, int *out)
{
    if (s.n < at + n) return false;
    int value = 0;
    for (size_t i = at; i < at + n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        value = value * 10 + (s.p[i] - '0');
    }
    *out = value;
    return true;
}

bool day_parse(Str iso, int32_t *day)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int y, m, d;
    if (iso.n != 10 || iso.p[4] != '-' || iso.p[7] != '-') return false;
    if (!digits_at(iso, 0, 4, &y) || !digits_at(iso, 5, 2, &m) || !digits_at(iso, 8, 2, &d)) {
        return false;
    }
    if (y < 1 || m < 1 || m > 12 || d < 1) return false;
    bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
    if (d > DAYS[m - 1] + (m == 2 && leap)) return false;
    *day = day_of(y, m, d);
    return true;
}

static void digits_write(Buf *out, int64_t value, int digits)
{
    char text[20];
    for (int i = digits - 1; i >= 0; i--, value /= 10) text[i] = (char)('0' + value % 10);
    buf_add(out, (Str){text, (size_t)digits});
}

void day_write(Buf *out, int32_t day)
{
    int year, month, date;
    day_parts(day, &year, &month, &date);
    if (year >= 0 && year <= 9999)
        digits_write(out, year, 4);
    else
        buf_int(out, year);
    buf_byte(out, '-');
    digits_write(out, month, 2);
    buf_byte(out, '-');
    digits_write(out, date, 2);
}

int32_t day_today(int64_t now_us)
{
    return (int32_t)floor_div(now_us + US_LEGAL_OFFSET, US_DAY);
}

/* ---- instants ---- */

/* ".123" at text[*at], if there is one, as microseconds. */
static bool fraction_parse(Str text, size_t *at, int64_t *us)
{
    *us = 0;
    if (*at >= text.n || text.p[*at] != '.') return true;
    size_t first = ++*at;
    int64_t unit = US_SECOND / 10;
    for (; *at < text.n && text.p[*at] >= '0' && text.p[*at] <= '9'; ++*at, unit /= 10) {
        *us += (text.p[*at] - '0') * unit;
    }
    return *at > first && *at - first <= 9;
}

/* What is left of text: "Z", "+08:00", "-05:30", or " 08:00" where + was read as a blank. */
static bool offset_parse(Str zone, int64_t *us)
{
    int hours, minutes;
    *us = 0;
    if (str_is(zone, "Z") || str_is(zone, "z")) return true;
    if (zone.n != 6 || zone.p[3] != ':') return false;
    if (!digits_at(zone, 1, 2, &hours) || !digits_at(zone, 4, 2, &minutes)) return false;
    if (hours > 23 || minutes > 59) return false;
    *us = (hours * 60 + minutes) * 60 * US_SECOND;
    if (zone.p[0] == '-') *us = -*us;
    return zone.p[0] == '-' || zone.p[0] == '+' || zone.p[0] == ' ';
}

bool instant_parse(Str text, int64_t *us)
{
    int32_t day;
    int hour, minute, second;
    int64_t fraction, offset;
    if (text.n < 20 || !day_parse(str_slice(text, 0, 10), &day)) return false;
    if (text.p[10] != 'T' && text.p[10] != 't') return false;
    if (!digits_at(text, 11, 2, &hour) || text.p[13] != ':' || !digits_at(text, 14, 2, &minute) ||
        text.p[16] != ':' || !digits_at(text, 17, 2, &second)) {
        return false;
    }
    if (hour > 23 || minute > 59 || second > 59) return false;
    size_t at = 19;
    if (!fraction_parse(text, &at, &fraction)) return false;
    if (!offset_parse(str_slice(text, at, text.n), &offset)) return false;
    int64_t seconds = (hour * 60 + minute) * 60 + second;
    *us = day * US_DAY + seconds * US_SECOND + fraction - offset;
    return true;
}

void instant_write(Buf *out, int64_t us)
{
    int64_t local = us + US_LEGAL_OFFSET;
    int64_t day = floor_div(local, US_DAY);
    int64_t rest = local - day * US_DAY;
    int64_t seconds = rest / US_SECOND, fraction = rest % US_SECOND;
    day_write(out, (int32_t)day);
    buf_byte(out, 'T');
    digits_write(out, seconds / 3600, 2);
    buf_byte(out, ':');
    digits_write(out, seconds / 60 % 60, 2);
    buf_byte(out, ':');
    digits_write(out, seconds % 60, 2);
    if (fraction != 0) {
        buf_byte(out, '.');
        digits_write(out, fraction, 6);
    }
    buf_lit(out, "+08:00");
}

/* ---- decimals ---- */

enum { DECIMAL_SCALE_MAX = 18 };

/* Appends digit c to a negative value (the negative range is the larger one). */
static bool digit_append(int64_t *negative, char c)
{
    if (c < '0' || c > '9') return false;
    return !__builtin_mul_overflow(*negative, 10, negative) &&
           !__builtin_sub_overflow(*negative, c - '0', negative);
}

/* "1,234,567": where there is a comma, groups of three all through. */
static bool whole_parse(Str whole, int64_t *negative)
{
    bool grouped = whole.n > 0 && memchr(whole.p, ',', whole.n) != NULL;
    if (whole.n == 0 || (grouped && whole.p[0] == '0')) return false;
    for (size_t i = 0; i < whole.n; i++) {
        size_t right = whole.n -
                       i; /* characters from here to the end: a multiple of 4 at a comma */
        if (grouped && right % 4 == 0) {
            if (whole.p[i] != ',' || i == 0) return false;
        } else if (!digit_append(negative, whole.p[i])) {
            return false;
        }
    }
    return true;
}

bool decimal_parse(Str text, int scale, int64_t *scaled)
{
    ASSERT(scale >= 0 && scale <= DECIMAL_SCALE_MAX);
    bool minus = text.n > 0 && text.p[0] == '-';
    if (minus) text = str_slice(text, 1, text.n);
    ptrdiff_t point = str_find(text, STR("."));
    size_t whole = point < 0 ? text.n : (size_t)point;
    int64_t negative = 0;
    if (!whole_parse(str_slice(text, 0, whole), &negative)) return false;
    Str fraction = point < 0 ? STR_NONE : str_slice(text, whole + 1, text.n);
    if (point >= 0 && fraction.n == 0) return false;
    for (size_t i = 0; i < MAX(fraction.n, (size_t)scale); i++) {
        char c = i < fraction.n ? fraction.p[i] : '0';
        if (i >= (size_t)scale && c != '0') return false;
        if (i < (size_t)scale && !digit_append(&negative, c)) return false;
    }
    if (!minus && __builtin_sub_overflow((int64_t)0, negative, &negative)) return false;
    *scaled = negative;
    return true;
}

void decimal_write(Buf *out, int64_t scaled, int scale)
{
    ASSERT(scale >= 0 && scale <= DECIMAL_SCALE_MAX);
    uint64_t rest = scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled;
    while (scale > 0 && rest % 10 == 0) rest /= 10, scale--;
    char digits[24];
    char *end = digits + sizeof digits, *p = end;
    for (int written = 0; rest > 0 || written <= scale; written++, rest /= 10) {
        if (scale > 0 && written == scale) *--p = '.';
        *--p = (char)('0' + rest % 10);
    }
    if (scaled < 0) *--p = '-';
    buf_add(out, (Str){p, (size_t)(end - p)});
}
