/*
 * JSON out (RFC 8259): written straight into a Buf, commas kept by the writer. JSON in is jansson,
 * bounded and strict: json_read.
 */
#pragma once

#include <jansson.h>

#include "lib/base.h"

typedef struct Json {
    Buf *out;
    bool need_comma;
} Json;

static inline Json json_to(Buf *out)
{
    return (Json){out, false};
}
void json_put_text(Buf *out, Str s); /* a quoted JSON string; s is valid UTF-8 */

void json_put_object(Json *json); /* { */
void json_put_object_end(Json *json);
void json_put_array(Json *json);
void json_put_array_end(Json *json);
void json_put_key(Json *json, Str key);   /* then exactly one value */
void json_put_str(Json *json, Str value); /* STR_NONE (p == NULL) writes null */
void json_put_int(Json *json, int64_t value);
void json_put_bool(Json *json, bool value);
void json_put_null(Json *json);
void json_put_raw(Json *json, Str value); /* already JSON (a decimal number, a nested text) */
void json_put_key_str(Json *json, Str key, Str value);
void json_put_key_int(Json *json, Str key, int64_t value);
void json_put_key_bool(Json *json, Str key, bool value);

/* Strict: valid UTF-8, no duplicate keys, one value, no NUL in texts, depth bounded by jansson
 * (2048), integers exact in 64 bits. A real number that a double cannot give back digit by digit is
 * an error, so no decimal is rounded on its way in. On an error *why says place (line, column) and
 * reason, without repeating the text. Free with json_decref. */
json_t *json_read(Str text, Buf *why) MUST_USE;
/* The number as it was written, without exponent and needless zeros: "-1234.5". false: no number,
 * or beyond 10^30. */
bool json_number_text(const json_t *number, Buf *out) MUST_USE;
