/*
 * Text as it comes in: strict UTF-8, Unicode NFC, full-width digits and Latin letters folded,
 * GB 18030 decoded while streaming; ISO dates and instants. No text is accepted by guessing.
 */
#pragma once

#include "lib/base.h"

bool utf8_valid(Str s);                   /* strict: no overlong, no surrogates, up to U+10FFFF */
size_t utf8_length(Str s);                /* code points of valid UTF-8 */
size_t utf8_prefix(Str s, size_t points); /* bytes of the first so many code points */
size_t utf8_span(Str s);                  /* bytes of the longest valid beginning of s */
bool utf8_cut(Str s); /* s is the beginning of one sequence whose end is missing */
void utf8_write(Buf *out, uint32_t point); /* point: a scalar value, at most U+10FFFF */

/* Fold and normalise one value: full-width ASCII (U+FF01-FF5E, U+3000) in runs of digits and Latin
 * letters to half-width, NFC, outer white space off. `fold_all` folds every full-width form (for
 * codes and numbers); else only digits and letters, so that Chinese punctuation stays.
 * Returns s itself where nothing changes. Control characters (C0, DEL, C1) other than tab and line
 * breaks make it false, and so does invalid UTF-8 and a run of over 30 combining marks (UAX #15,
 * Stream-Safe Text: ordering longer runs takes quadratic time). */
bool text_normalise(Arena *arena, Str s, bool fold_all, Str *out) MUST_USE;

/* ---- days and instants ---- */

int32_t day_of(int year, int month, int day); /* days since 1970-01-01, proleptic Gregorian */
void day_parts(int32_t day, int *year, int *month, int *date);
bool day_parse(Str iso, int32_t *day); /* exactly YYYY-MM-DD and a day that exists */
void day_write(Buf *out, int32_t day);
int32_t day_today(int64_t now_us); /* the legal day at UTC+8 */

/* RFC 3339 with an offset or Z; a blank where + was meant is accepted ("2026-03-01T00:00:00
 * 08:00"). At most 9 digits of fraction, cut to microseconds; no leap second; years 0001 to 9999.
 */
bool instant_parse(Str text, int64_t *us);
void instant_write(Buf *out, int64_t us); /* 2026-03-01T00:00:00.123456+08:00; no fraction when 0 */

/* "3,676.50" or "-12.5" into an int64 scaled by 10^scale (0 to 18); more digits than scale (zeros
 * at the end do not count), other characters, overflow: false. Thousands separators are accepted
 * only where they group all of the whole part by three; a grouped number does not begin with 0. */
bool decimal_parse(Str text, int scale, int64_t *scaled);
void decimal_write(Buf *out, int64_t scaled, int scale); /* no trailing zeros behind the point */

/* ---- encodings of files ---- */

typedef enum TextEncoding { ENCODING_UTF8, ENCODING_GB18030 } TextEncoding;

/* Decides by content: UTF-8 if all of head is valid UTF-8 (a sequence cut at its end is fine), or
 * if it has the byte-order mark, or if well-formed sequences outnumber bad ones four to one:
 * damaged UTF-8 must be reported, not read as GB 18030. Else GB 18030. UTF-16 byte-order marks and
 * NUL bytes: false. */
bool encoding_guess(Str head, TextEncoding *out);

typedef struct TextDecoder TextDecoder; /* to UTF-8, in parts; a byte-order mark is left out */
TextDecoder *decoder_new(TextEncoding encoding) MUST_USE;
void decoder_free(TextDecoder *decoder);
/* Appends UTF-8. false: a byte sequence that the encoding does not have; *bad_at is its offset from
 * the start of the stream, what stands before it is appended. `end`: nothing follows. Bytes give at
 * most twice their number (and 8 more); where out lacks that room, out->overflow is set. */
bool decoder_add(TextDecoder *decoder, Str bytes, bool end, Buf *out, int64_t *bad_at) MUST_USE;
