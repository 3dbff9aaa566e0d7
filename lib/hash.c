#include "lib/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>

/*
 * SHA256() of OpenSSL 3 looks the algorithm up at every call, which costs more than hashing a tree
 * node does. The algorithm is fetched once a process; each thread keeps one context.
 */
static pthread_once_t hash_once = PTHREAD_ONCE_INIT;
static pthread_key_t hash_key;
static EVP_MD *hash_algorithm; /* lives as long as the process */
static _Thread_local EVP_MD_CTX *hash_context;

static void hash_context_free(void *context)
{
    EVP_MD_CTX_free(context);
}

static void hash_set_up(void)
{
    hash_algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    ASSERT(hash_algorithm != NULL);
    ASSERT(pthread_key_create(&hash_key, hash_context_free) == 0);
}

static EVP_MD_CTX *hash_context_new(void)
{
    pthread_once(&hash_once, hash_set_up);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    ASSERT(context != NULL && EVP_DigestInit_ex2(context, hash_algorithm, NULL) == 1);
    return context;
}

/* This thread's context, ready for a new input. */
static EVP_MD_CTX *hash_start(void)
{
    if (hash_context == NULL) {
        hash_context = hash_context_new();
        ASSERT(pthread_setspecific(hash_key, hash_context) == 0);
    } else {
        ASSERT(EVP_DigestInit_ex2(hash_context, NULL, NULL) == 1);
    }
    return hash_context;
}

static Digest hash_end(EVP_MD_CTX *context)
{
    Digest digest;
    ASSERT(EVP_DigestFinal_ex(context, digest.bytes, NULL) == 1);
    return digest;
}

Digest sha256(Str data)
{
    return sha256_parts(&data, 1);
}

Digest sha256_parts(const Str *parts, size_t count)
{
    EVP_MD_CTX *context = hash_start();
    for (size_t i = 0; i < count; i++) {
        if (parts[i].n) ASSERT(EVP_DigestUpdate(context, parts[i].p, parts[i].n) == 1);
    }
    return hash_end(context);
}

struct HashStream {
    EVP_MD_CTX *context;
};

HashStream *hash_stream_new(void)
{
    HashStream *stream = mem_alloc(sizeof *stream);
    stream->context = hash_context_new();
    return stream;
}

void hash_stream_add(HashStream *stream, Str data)
{
    if (data.n) ASSERT(EVP_DigestUpdate(stream->context, data.p, data.n) == 1);
}

Digest hash_stream_end(HashStream *stream)
{
    Digest digest = hash_end(stream->context);
    EVP_MD_CTX_free(stream->context);
    mem_free(stream);
    return digest;
}

bool digest_eq(const Digest *a, const Digest *b)
{
    return CRYPTO_memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

void hex_write(Buf *out, Str bytes)
{
    static const char DIGITS[] = "0123456789abcdef";
    char *room = bytes.n <= out->max / 2 ? buf_room(out, bytes.n * 2) : NULL;
    if (room == NULL) {
        out->overflow = true;
        return;
    }
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char byte = (unsigned char)bytes.p[i];
        room[2 * i] = DIGITS[byte >> 4];
        room[2 * i + 1] = DIGITS[byte & 15];
    }
    out->n += bytes.n * 2;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool hex_read(Str hex, void *out, size_t size)
{
    if (size > SIZE_MAX / 2 || hex.n != size * 2) return false;
    unsigned char *bytes = out;
    for (size_t i = 0; i < size; i++) {
        int high = hex_value(hex.p[2 * i]), low = hex_value(hex.p[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}
