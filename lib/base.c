#include "lib/base.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

void assert_failed(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: broken assumption: %s\n", file, line, what);
    abort();
}

/* ---- errors ---- */

static const struct {
    int status;
    const char *name;
} ERRS[] = {
    [ERR_OK] = {200, "ok"},
    [ERR_BAD] = {400, "bad"},
    [ERR_UNAUTHENTICATED] = {401, "unauthenticated"},
    [ERR_DENIED] = {403, "denied"},
    [ERR_NOT_FOUND] = {404, "not_found"},
    [ERR_CONFLICT] = {409, "conflict"},
    [ERR_TOO_LARGE] = {413, "too_large"},
    [ERR_MISUSED] = {422, "misused"},
    [ERR_BUSY] = {429, "busy"},
    [ERR_STORAGE] = {503, "storage"},
    [ERR_INTERNAL] = {500, "internal"},
};

int err_http_status(Err err)
{
    ASSERT(err < COUNT_OF(ERRS));
    return ERRS[err].status;
}

const char *err_name(Err err)
{
    ASSERT(err < COUNT_OF(ERRS));
    return ERRS[err].name;
}

/* ---- memory ---- */

void *mem_alloc(size_t size)
{
    void *p = calloc(1, size ? size : 1);
    ASSERT(p != NULL);
    return p;
}

void *mem_grow(void *old, size_t count, size_t size)
{
    size_t bytes;
    ASSERT(!__builtin_mul_overflow(count, size, &bytes));
    void *p = realloc(old, bytes ? bytes : 1);
    ASSERT(p != NULL);
    return p;
}

void mem_free(void *p)
{
    free(p);
}

/* ---- Str ---- */

Str str_of(const char *terminated)
{
    return terminated ? (Str){terminated, strlen(terminated)} : STR_NONE;
}

bool str_eq(Str a, Str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_is(Str a, const char *terminated)
{
    return str_eq(a, str_of(terminated));
}

int str_cmp(Str a, Str b)
{
    size_t n = MIN(a.n, b.n);
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(Str s, Str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool str_ends(Str s, Str suffix)
{
    return s.n >= suffix.n &&
           (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

/* Bytes of white space at s[at], looking forward: ASCII or the ideographic space U+3000. */
static size_t space_at(Str s, size_t at)
{
    if (at >= s.n) return 0;
    char c = s.p[at];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') return 1;
    return s.n - at >= 3 && memcmp(s.p + at, "\xE3\x80\x80", 3) == 0 ? 3 : 0;
}

Str str_trim(Str s)
{
    for (size_t n; (n = space_at(s, 0)) > 0;) s = str_slice(s, n, s.n);
    for (;;) {
        if (s.n >= 1 && space_at(s, s.n - 1) == 1)
            s.n -= 1;
        else if (s.n >= 3 && space_at(s, s.n - 3) == 3)
            s.n -= 3;
        else
            return s;
    }
}

Str str_slice(Str s, size_t from, size_t to)
{
    ASSERT(from <= to && to <= s.n);
    return s.p ? (Str){s.p + from, to - from} : s;
}

ptrdiff_t str_find(Str s, Str needle)
{
    if (needle.n == 0) return 0;
    if (s.n < needle.n) return -1;
    const char *at = memmem(s.p, s.n, needle.p, needle.n);
    return at ? at - s.p : -1;
}

bool str_split(Str *rest, char by, Str *part)
{
    if (rest->p == NULL) return false;
    const char *at = rest->n ? memchr(rest->p, by, rest->n) : NULL;
    if (at == NULL) {
        *part = *rest;
        *rest = STR_NONE;
        return true;
    }
    size_t n = (size_t)(at - rest->p);
    *part = str_slice(*rest, 0, n);
    *rest = str_slice(*rest, n + 1, rest->n);
    return true;
}

bool str_int(Str s, int64_t *out)
{
    bool negative = s.n > 0 && s.p[0] == '-';
    size_t i = negative ? 1 : 0;
    if (i == s.n) return false;
    int64_t value = 0;
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        if (__builtin_mul_overflow(value, 10, &value)) return false;
        if (__builtin_sub_overflow(value, s.p[i] - '0', &value)) return false;
    }
    if (!negative && __builtin_sub_overflow((int64_t)0, value, &value)) return false;
    *out = value;
    return true;
}

/* SipHash-1-3 with a key drawn once a process. */
#define ROTL(x, b) (((x) << (b)) | ((x) >> (64 - (b))))

static void sip_round(uint64_t v[4])
{
    v[0] += v[1], v[1] = ROTL(v[1], 13) ^ v[0], v[0] = ROTL(v[0], 32);
    v[2] += v[3], v[3] = ROTL(v[3], 16) ^ v[2];
    v[0] += v[3], v[3] = ROTL(v[3], 21) ^ v[0];
    v[2] += v[1], v[1] = ROTL(v[1], 17) ^ v[2], v[2] = ROTL(v[2], 32);
}

static uint64_t sip_key[2];

__attribute__((constructor)) static void sip_key_draw(void)
{
    ENV_REAL.random(NULL, sip_key, sizeof sip_key);
}

uint64_t str_hash(Str s)
{
    uint64_t v[4] = {sip_key[0] ^ 0x736f6d6570736575u, sip_key[1] ^ 0x646f72616e646f6du,
                     sip_key[0] ^ 0x6c7967656e657261u, sip_key[1] ^ 0x7465646279746573u};
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        uint64_t m;
        memcpy(&m, s.p + i, 8);
        v[3] ^= m, sip_round(v), v[0] ^= m;
    }
    uint64_t last = (uint64_t)s.n << 56;
    for (size_t shift = 0; i < s.n; i++, shift += 8)
        last |= (uint64_t)(unsigned char)s.p[i] << shift;
    v[3] ^= last, sip_round(v), v[0] ^= last;
    v[2] ^= 0xff;
    for (int round = 0; round < 3; round++) sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- Arena ---- */

enum { ARENA_BLOCK = 8 * 1024 };

typedef struct ArenaBlock {
    struct ArenaBlock *next;
    size_t size, used;
    max_align_t data[];
} ArenaBlock;

struct Arena {
    ArenaBlock *first, *current;
    size_t used, size_max;
};

static ArenaBlock *arena_block_new(size_t size)
{
    ArenaBlock *block = mem_grow(NULL, 1, sizeof(ArenaBlock) + size);
    *block = (ArenaBlock){.size = size};
    return block;
}

Arena *arena_new(size_t size_max)
{
    Arena *arena = mem_alloc(sizeof *arena);
    arena->first = arena->current = arena_block_new(ARENA_BLOCK - sizeof(ArenaBlock));
    arena->size_max = size_max;
    return arena;
}

static void arena_free_blocks(ArenaBlock *block)
{
    while (block) {
        ArenaBlock *next = block->next;
        mem_free(block);
        block = next;
    }
}

void arena_free(Arena *arena)
{
    if (arena == NULL) return;
    arena_free_blocks(arena->first);
    mem_free(arena);
}

void arena_reset(Arena *arena)
{
    arena_free_blocks(arena->first->next);
    arena->first->next = NULL;
    arena->first->used = 0;
    arena->current = arena->first;
    arena->used = 0;
}

size_t arena_used(const Arena *arena)
{
    return arena->used;
}

void *arena_alloc(Arena *arena, size_t size)
{
    size_t rounded;
    ASSERT(!__builtin_add_overflow(size, 15, &rounded));
    rounded &= ~(size_t)15;
    ArenaBlock *block = arena->current;
    if (block->size - block->used < rounded) {
        size_t grown = MIN(block->size * 2, (size_t)1024 * 1024);
        block = arena_block_new(MAX(rounded, grown));
        arena->current->next = block;
        arena->current = block;
    }
    arena->used += rounded;
    ASSERT(arena->used <= arena->size_max);
    void *p = (char *)block->data + block->used;
    block->used += rounded;
    return memset(p, 0, rounded);
}

Str arena_str(Arena *arena, Str s)
{
    if (s.p == NULL) return s;
    char *p = arena_alloc(arena, s.n + 1);
    if (s.n) memcpy(p, s.p, s.n);
    return (Str){p, s.n};
}

char *arena_cstr(Arena *arena, Str s)
{
    char *p = arena_alloc(arena, s.n + 1);
    if (s.n) memcpy(p, s.p, s.n);
    return p;
}

Str arena_printf(Arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    ASSERT(n >= 0);
    char *p = arena_alloc(arena, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return (Str){p, (size_t)n};
}

/* ---- Buf ---- */

Buf buf_new(size_t max)
{
    return (Buf){.max = max};
}

void buf_free(Buf *buf)
{
    mem_free(buf->p);
    *buf = (Buf){.max = buf->max};
}

void buf_clear(Buf *buf)
{
    buf->n = 0;
    buf->overflow = false;
}

char *buf_room(Buf *buf, size_t count)
{
    if (count > buf->max - buf->n || buf->overflow) {
        buf->overflow = true;
        return NULL;
    }
    if (buf->size - buf->n < count) {
        size_t size = MAX(buf->size ? buf->size * 2 : 256, buf->n + count);
        buf->p = mem_grow(buf->p, MIN(size, buf->max), 1);
        buf->size = MIN(size, buf->max);
    }
    return buf->p + buf->n;
}

void buf_add(Buf *buf, Str s)
{
    if (s.n == 0) return;
    char *room = buf_room(buf, s.n);
    if (room == NULL) return;
    memcpy(room, s.p, s.n);
    buf->n += s.n;
}

void buf_byte(Buf *buf, char c)
{
    char *room = buf_room(buf, 1);
    if (room == NULL) return;
    *room = c;
    buf->n++;
}

void buf_int(Buf *buf, int64_t number)
{
    char digits[24];
    char *end = digits + sizeof digits, *p = end;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do *--p = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0) *--p = '-';
    buf_add(buf, (Str){p, (size_t)(end - p)});
}

void buf_printf(Buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    ASSERT(n >= 0);
    char *room = n < INT32_MAX ? buf_room(buf, (size_t)n + 1) : NULL;
    if (room) {
        vsnprintf(room, (size_t)n + 1, format, again);
        buf->n += (size_t)n;
    }
    va_end(again);
}

Str buf_str(const Buf *buf)
{
    return (Str){buf->p ? buf->p : "", buf->n};
}

/* ---- Env ---- */

static int64_t real_now_us(void *self)
{
    (void)self;
    struct timespec now;
    ASSERT(clock_gettime(CLOCK_REALTIME, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void kernel_random(void *out, size_t size)
{
    char *p = out;
    while (size > 0) {
        ssize_t got = getrandom(p, size, 0);
        if (got < 0 && errno == EINTR) continue;
        ASSERT(got > 0);
        p += got;
        size -= (size_t)got;
    }
}

/* The kernel is asked for some in advance, by each thread: a batch draws 16 bytes for each of its
 * records. What was given out is wiped. */
static void real_random(void *self, void *out, size_t size)
{
    static _Thread_local char bytes[1024];
    static _Thread_local size_t left;
    (void)self;
    if (size > sizeof bytes / 4) {
        kernel_random(out, size);
        return;
    }
    if (left < size) {
        kernel_random(bytes, sizeof bytes);
        left = sizeof bytes;
    }
    left -= size;
    memcpy(out, bytes + left, size);
    explicit_bzero(bytes + left, size);
}

const Env ENV_REAL = {real_now_us, real_random, NULL};
