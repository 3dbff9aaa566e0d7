/* SHA-256 (FIPS 180-4) over OpenSSL, and hexadecimal. */
#pragma once

#include "lib/base.h"

typedef struct Digest {
    unsigned char bytes[32];
} Digest;

typedef struct HashStream HashStream; /* for inputs that arrive in parts */

Digest sha256(Str data);
Digest sha256_parts(const Str *parts, size_t count); /* of the parts joined; no copy */
HashStream *hash_stream_new(void) MUST_USE;
void hash_stream_add(HashStream *stream, Str data);
Digest hash_stream_end(HashStream *stream);       /* frees the stream */
bool digest_eq(const Digest *a, const Digest *b); /* constant time */
void hex_write(Buf *out, Str bytes);              /* lower case */
bool hex_read(Str hex, void *out, size_t size);   /* exactly 2*size digits, either case */
