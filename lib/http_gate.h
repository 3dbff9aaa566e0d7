/*
 * The strict gate: what a request's head must look like before anything of it is believed.
 * Pure functions over texts, so that each rule can be tested alone. Sources: RFC 9110 (semantics),
 * RFC 9112 (HTTP/1.1 messages), RFC 3986 (targets). Where those let a server choose, it refuses.
 */
#pragma once

#include "lib/http.h"

typedef struct GateRefusal {
    int status;      /* 0: passes */
    const char *why; /* constant text, English, for the body of the reply and the log */
} GateRefusal;

#define GATE_PASSES ((GateRefusal){0, NULL})

enum { GATE_HEADERS_MAX = 100 };

typedef struct GateBody {
    bool chunked;   /* length is not known beforehand */
    int64_t length; /* 0: no body */
} GateBody;

/* 501 a token that is no method of ours, 400 anything else. */
GateRefusal gate_method(Str text, HttpMethod *method);
/* 505 for versions other than 1.0 and 1.1. */
GateRefusal gate_version(Str text, bool *http_1_1);

/* The raw target, in origin form (or * for OPTIONS): fills path, query_text, query and query_count
 * of *request with texts in the arena. 400 or 414. */
GateRefusal gate_target(Arena *arena, HttpMethod method, Str target, HttpRequest *request);

/* The headers as they came: fills headers and header_count of *request (names in the arena, values
 * where they were, without white space behind) and what is known of the body. 400, 417 or 431. */
GateRefusal gate_headers(Arena *arena, HttpMethod method, bool http_1_1, const HttpPair *raw,
                         int count, HttpRequest *request, GateBody *body);

/* Where the parser says the parts of the head lie in memory. Only addresses are looked at. */
typedef struct GateLayout {
    Str method, target, version;
    const HttpPair *headers;
    int header_count;
    size_t size; /* of the whole head, from the method to behind the empty line */
} GateLayout;

/* Do the parts follow each other with exactly the separators of RFC 9112 between them (one space,
 * one CR LF, white space only between colon and value)? If not, the parser has dropped or moved
 * bytes: a NUL, a bare LF, a folded line, white space in the request line. */
bool gate_layout(const GateLayout *layout);
