/* The body of a plain HTML form (application/x-www-form-urlencoded, WHATWG URL). */
#pragma once

#include "kernel/web/router.h"

enum { FORM_FIELDS_MAX = 32, FORM_BYTES_MAX = 64 * 1024 };

typedef struct Form {
    HttpPair fields[FORM_FIELDS_MAX];
    int count;
} Form;

/* Texts live in arena. ERR_BAD: another type, a bad escape, no UTF-8, NUL, a name twice, too many.
 */
Err form_read(Str content_type, Str body, Arena *arena, Form *out) MUST_USE;
Str form_value(const Form *form, const char *name); /* STR_NONE: not there */

/* The form of this request, from our own page: without the session's token it is refused. false:
 * the answer is filled in. */
bool web_form(WebRequest *web, Form *out);
