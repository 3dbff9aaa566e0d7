/*
 * The ground everything stands on: strings with a length, request memory, bounded buffers,
 * error values, and the environment (clock, random) that a test can own.
 *
 * Inside Heluo a text is a Str (pointer, length; not terminated). `char *` is for the border only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* Programmers' errors end the process with place and reason; users' errors are values. Stays on. */
#define ASSERT(cond) ((cond) ? (void)0 : assert_failed(__FILE__, __LINE__, #cond))
_Noreturn void assert_failed(const char *file, int line, const char *what);

/* ---- errors: few values, each an expected outcome with one HTTP answer ---- */

typedef enum Err {
    ERR_OK = 0,
    ERR_BAD,             /* 400: what was sent is not well formed or not valid */
    ERR_UNAUTHENTICATED, /* 401: who asks is not known */
    ERR_DENIED,          /* 403: who asks may not */
    ERR_NOT_FOUND,       /* 404 */
    ERR_CONFLICT,        /* 409: clashes with what is stored */
    ERR_TOO_LARGE,       /* 413: over a limit of size */
    ERR_MISUSED,         /* 422: well formed, but the same id was used for other content */
    ERR_BUSY,            /* 429: too many at once; try again later */
    ERR_STORAGE,         /* 503: the disk is full or the store has stopped; nothing was done */
    ERR_INTERNAL,        /* 500: ours; logged where it happened */
} Err;

int err_http_status(Err err);
const char *err_name(Err err);

/* Return early with the error of `expr`. Where a handle is owned, use `goto done` instead. */
#define TRY(expr)                                                                                  \
    do {                                                                                           \
        Err try_err_ = (expr);                                                                     \
        if (try_err_ != ERR_OK) return try_err_;                                                   \
    } while (0)

/* ---- memory: every allocation goes through these; running out of memory ends the process ---- */

void *mem_alloc(size_t size) MUST_USE; /* zeroed */
void *mem_grow(void *old, size_t count, size_t size) MUST_USE;
void mem_free(void *p);

/* ---- Str ---- */

typedef struct Str {
    const char *p;
    size_t n;
} Str;

#define STR(literal) ((Str){"" literal, sizeof(literal) - 1})
#define STR_INIT(literal)                                                                          \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    } /* in constant tables */
#define STR_NONE ((Str){NULL, 0})
#define STR_FMT "%.*s" /* printf("…" STR_FMT, STR_ARG(s)) */
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

Str str_of(const char *terminated); /* NULL gives STR_NONE */
bool str_eq(Str a, Str b);
bool str_is(Str a, const char *terminated);
int str_cmp(Str a, Str b); /* bytewise, as both engines sort */
bool str_starts(Str s, Str prefix);
bool str_ends(Str s, Str suffix);
Str str_trim(Str s); /* ASCII white space and U+3000 at both ends */
Str str_slice(Str s, size_t from, size_t to);
ptrdiff_t str_find(Str s, Str needle);         /* byte offset, or -1 */
bool str_split(Str *rest, char by, Str *part); /* next part; false when rest is used up */
bool str_int(Str s, int64_t *out);             /* whole text must be a decimal int64 */
uint64_t str_hash(Str s); /* keyed once a process (SipHash-like): safe for tables of users' text */

/* ---- Arena: memory of one request (or one file, or one command); freed whole ---- */

typedef struct Arena Arena;

/* size_max bounds what one arena may hold. Inputs are bounded before, so passing it is our defect:
 * it ends the process. */
Arena *arena_new(size_t size_max) MUST_USE;
void arena_free(Arena *arena);  /* NULL is fine */
void arena_reset(Arena *arena); /* keeps the first block: for loops over records */
size_t arena_used(const Arena *arena);
void *arena_alloc(Arena *arena, size_t size) MUST_USE; /* zeroed, aligned to 16 */
Str arena_str(Arena *arena, Str s) MUST_USE;           /* a copy, terminated behind its end */
char *arena_cstr(Arena *arena, Str s) MUST_USE;
Str arena_printf(Arena *arena, const char *format, ...) PRINTF_LIKE(2, 3) MUST_USE;
#define arena_array(arena, Type, count)                                                            \
    ((Type *)arena_alloc((arena), sizeof(Type) * (size_t)(count)))

/* ---- Buf: bytes that grow up to a ceiling set at birth ---- */

typedef struct Buf {
    char *p;
    size_t n, size, max;
    bool overflow; /* sticky: something did not fit; the content is not to be used */
} Buf;

Buf buf_new(size_t max) MUST_USE;
void buf_free(Buf *buf);
void buf_clear(Buf *buf); /* empties, keeps the memory */
void buf_add(Buf *buf, Str s);
void buf_byte(Buf *buf, char c);
void buf_int(Buf *buf, int64_t number);
void buf_printf(Buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
char *buf_room(Buf *buf, size_t count); /* room for count bytes or NULL; then add to buf->n */
Str buf_str(const Buf *buf);
#define buf_lit(buf, literal) buf_add((buf), STR(literal))

/* ---- Env: what the outside world gives; a test passes its own ---- */

typedef struct Env {
    int64_t (*now_us)(void *self); /* microseconds UTC since 1970 */
    void (*random)(void *self, void *out, size_t size);
    void *self;
} Env;

extern const Env ENV_REAL;
static inline int64_t env_now_us(const Env *env)
{
    return env->now_us(env->self);
}
static inline void env_random(const Env *env, void *out, size_t size)
{
    env->random(env->self, out, size);
}
