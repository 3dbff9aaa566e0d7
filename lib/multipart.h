/*
 * multipart/form-data (RFC 7578) as browsers send it: one HTML form with small fields and files,
 * read from the file that holds the request's body. Strict: what a browser never writes (a
 * preamble, other headers, a name twice, padding behind a boundary) is refused, not guessed at.
 */
#pragma once

#include "lib/base.h"

enum {
    MULTIPART_PARTS_MAX = 16,
    MULTIPART_NAME_MAX = 64,       /* bytes of a field's name */
    MULTIPART_FILENAME_MAX = 1024, /* bytes */
    MULTIPART_VALUE_MAX = 4096,    /* bytes of a plain field */
};

typedef struct MultipartPart {
    Str name;
    Str filename;         /* p == NULL: a plain field; empty: no file was chosen */
    Str content_type;     /* as sent, or none */
    Str value;            /* of a plain field: valid UTF-8, no NUL */
    int64_t offset, size; /* bytes of the content within the body */
} MultipartPart;

typedef struct Multipart {
    MultipartPart parts[MULTIPART_PARTS_MAX];
    int count;
    const char *why; /* after ERR_BAD: what is malformed, in English, for logs */
} Multipart;

/* body_fd: a regular file, read from its start to its end; not owned, its position is not used.
 * content_type: of the request. Texts live in arena. ERR_BAD: malformed, or over a limit. */
Err multipart_read(int body_fd, Str content_type, Arena *arena, Multipart *out) MUST_USE;

/* NULL: there is no part of that name. */
const MultipartPart *multipart_part(const Multipart *form, const char *name);
/* The value of a plain field; STR_NONE: there is none. */
Str multipart_value(const Multipart *form, const char *name);
