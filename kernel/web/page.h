/*
 * A page while it is written, and the values a template may put into it. The type of a value
 * decides how it is written and where it may stand; the compiler of templates (tools/pagec) decides
 * by the place (text, attribute, address) which of the functions below is called. So nothing is
 * escaped by hand, and a value without a safe way to stand in its place is a compile error.
 */
#pragma once

#include "kernel/dataset/record.h"
#include "kernel/model/model.h"
#include "kernel/web/view.h"
#include "texts.h" /* made from the texts.csv files: TextKey, T_… */

typedef struct Page {
    Buf *out;
    Lang lang;
    ViewMode view;
    bool desk;      /* a page of the officials' workbench: dates are written 2026-03-16 */
    Str path;       /* of this request, decoded: the switches of language and view lead back here */
    Str query_text; /* of this request, raw */
    Str who;        /* name of the subject for the workbench bar, or none */
    Str request_id;
    Label city; /* whose government this is */
    int64_t now_us;
} Page;

/* ---- values with a type of their own ---- */

typedef struct Html {
    Str s;
} Html; /* markup, passes as it is; never made of what users sent */
typedef struct Url {
    Str s;
} Url; /* an address; another scheme than http, https, mailto, tel: "#" */
typedef struct Day {
    int32_t day;
} Day; /* days since 1970-01-01; DAY_NONE: a dash */
typedef struct Instant {
    int64_t us;
} Instant; /* microseconds UTC; 0: a dash */
typedef struct Count {
    int64_t n;
} Count; /* a number of things: 21,406 */
typedef struct Decimal {
    int64_t scaled;
    int scale;
} Decimal; /* 3,676.5 */

enum { DAY_NONE = INT32_MIN };

#define HTML(literal) ((Html){STR(literal)})
#define URL(str) ((Url){str})
#define DAY(number) ((Day){(int32_t)(number)})
#define INSTANT(number) ((Instant){(int64_t)(number)})
#define COUNT(number) ((Count){(int64_t)(number)})
#define DECIMAL(number, digits) ((Decimal){(int64_t)(number), (digits)})
/* A text of the catalogue as a Str, for arguments: T(home_title). `page` must be in scope. */
#define T(key) page_text_str(page, T_##key)

extern const Text PAGE_TEXTS[T_COUNT];

/* ---- what compiled templates call ---- */

/* In text. */
#define page_put(page, x)                                                                          \
    _Generic((x), Str: page_put_str, char *: page_put_cstr, const char *: page_put_cstr,           \
        Html: page_put_html, Url: page_put_url_text, int: page_put_int, long: page_put_int,        \
        long long: page_put_int, unsigned long: page_put_int, Count: page_put_count,               \
        Decimal: page_put_decimal, Day: page_put_day, Instant: page_put_instant,                   \
        Text: page_put_both, Label: page_put_label)(page, x)
/* In an attribute's value. Html has no way to stand there. */
#define page_put_value(page, x)                                                                    \
    _Generic((x), Str: page_put_str, char *: page_put_cstr, const char *: page_put_cstr,           \
        Url: page_put_url_text, int: page_put_int, long: page_put_int, long long: page_put_int,    \
        unsigned long: page_put_int, Count: page_put_count, Decimal: page_put_decimal,             \
        Day: page_put_day_plain, Instant: page_put_instant_plain, Text: page_put_both,             \
        Label: page_put_label)(page, x)
/* At the start of an address: an Url only. */
#define page_put_url(page, x)                                                                      \
    _Generic((x), Url : page_put_url_whole, HereWith : page_put_here_with)(page, x)
/* Further in an address: percent-encoded; an Url (such as "?q=a") goes in as it is. */
#define page_put_url_part(page, x)                                                                 \
    _Generic((x), Str: page_put_encoded, char *: page_put_encoded_cstr,                            \
        const char *: page_put_encoded_cstr, int: page_put_int, long: page_put_int,                \
        long long: page_put_int, unsigned long: page_put_int, Day: page_put_day_plain,             \
        Url: page_put_url_text)(page, x)

void page_raw(Page *page, Str markup);
void page_put_str(Page *page, Str text);
void page_put_cstr(Page *page, const char *text);
void page_put_html(Page *page, Html html);
void page_put_url_whole(Page *page, Url url);
void page_put_url_text(Page *page, Url url);
void page_put_encoded(Page *page, Str text);
void page_put_encoded_cstr(Page *page, const char *text);
void page_put_int(Page *page, int64_t number);
void page_put_count(Page *page, Count count);
void page_put_decimal(Page *page, Decimal decimal);
void page_put_day(Page *page, Day day); /* <time datetime="2026-03-16">2026年3月16日</time> */
void page_put_day_plain(Page *page, Day day); /* 2026-03-16 */
void page_put_instant(Page *page, Instant instant);
void page_put_instant_plain(Page *page, Instant instant); /* RFC 3339 */
void page_put_both(Page *page, Text text);
void page_put_label(Page *page, Label label);

void page_text(Page *page, TextKey key);
Str page_text_str(const Page *page, TextKey key);
/* Writes a text with placeholders: up to the next one, whose number is returned; at the end -1, and
 * *more becomes NULL. */
Str page_text_open(const Page *page, TextKey key);
int page_text_next(Page *page, Str **more);

/* ---- the parts of the layout that are computed ---- */

bool url_safe(Str url); /* starts with a path, query or fragment, or with an allowed scheme */

/* This page with one parameter set, for the switches ?lang= and ?view=; other parameters stay. */
typedef struct HereWith {
    const char *name, *value;
} HereWith;
static inline HereWith here_with(const char *name, const char *value)
{
    return (HereWith){name, value};
}
void page_put_here_with(Page *page, HereWith parameter);
