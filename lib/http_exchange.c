/*
 * The life of a request: target -> head -> gate -> route -> body -> handler -> reply.
 *
 * What libmicrohttpd 0.9.75 decides before or without the gate (lib/http_test.c shows each answer):
 *  - A request line without any space, with an empty method, or a NUL at the start of a line: the
 *    connection is closed, without an answer or after a 400.
 *  - A header line without a colon, a version that is not HTTP/d.d, versions 0.x and 2.x and later,
 *    a Content-Length that is not a number or too large: its own short page (400, 505, 413) and
 * close. After a wrong Content-Length the body of that page is cut, since the head is written
 * twice.
 *  - Heads that do not fit into the connection's memory: its own 414 or 431.
 *  - Chunk framing: a wrong size is its 400, too large a number its 413; a bare LF for CR LF
 * between chunks, chunk extensions and trailer fields pass unseen (trailers are read and ignored).
 *    A chunk-size line longer than the connection's memory is its 500: the one case that no
 * callback lets us see.
 *  - Empty lines before a request line are skipped, as RFC 9112 §2.2 wants.
 * A folded line, a NUL, a bare LF and odd white space in the head change the distances between the
 * parts it hands over, and are seen by gate_layout.
 */
#include "lib/http_exchange.h"

#include <sys/socket.h>
#include <unistd.h>

enum {
    ARENA_MAX = 64 * 1024 * 1024,
    CACHE_MAX = 64,          /* exchanges a thread keeps */
    DRAIN_MAX = 1024 * 1024, /* bytes read off before a refused connection is closed */
};

typedef enum Stage { STAGE_HEAD, STAGE_BODY, STAGE_HANDLED, STAGE_REPLIED } Stage;

typedef struct Exchange {
    HttpRequest request;
    HttpReply reply;
    HttpRoute route;
    HttpServer *server;
    Peer *peer;
    struct MHD_Connection *connection;
    struct Exchange *next; /* in the cache */
    Arena *arena;
    Stage stage;
    bool suspended, refused;
    Str target_place; /* in libmicrohttpd's memory: for its address only */
    Str target;
    GateBody frame;
    int64_t body_max, body_started_ms;
    Buf body;
    int status; /* of the reply; 0: none was sent */
    int64_t bytes, started_us;
} Exchange;

int64_t http_monotonic_us(void)
{
    struct timespec now;
    ASSERT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- a thread keeps exchanges with their arenas: a connection stays on its thread ---- */

typedef struct Cache {
    Exchange *first;
    int count;
} Cache;

static pthread_key_t cache_key;
static pthread_once_t cache_once = PTHREAD_ONCE_INIT;
static _Thread_local Cache cache;

static void exchange_free(Exchange *exchange)
{
    arena_free(exchange->arena);
    mem_free(exchange);
}

static void cache_free(void *thread_cache)
{
    Cache *mine = thread_cache;
    while (mine->first) {
        Exchange *exchange = mine->first;
        mine->first = exchange->next;
        exchange_free(exchange);
    }
}

static void cache_key_make(void)
{
    ASSERT(pthread_key_create(&cache_key, cache_free) == 0);
}

static Exchange *exchange_take(void)
{
    Exchange *exchange = cache.first;
    Arena *arena;
    if (exchange) {
        cache.first = exchange->next;
        cache.count--;
        arena = exchange->arena;
    } else {
        pthread_once(&cache_once, cache_key_make);
        ASSERT(pthread_setspecific(cache_key, &cache) == 0);
        exchange = mem_alloc(sizeof *exchange);
        arena = arena_new(ARENA_MAX);
    }
    *exchange = (Exchange){.arena = arena};
    return exchange;
}

static void exchange_give(Exchange *exchange)
{
    if (cache.count >= CACHE_MAX) {
        exchange_free(exchange);
        return;
    }
    arena_reset(exchange->arena);
    exchange->next = cache.first;
    cache.first = exchange;
    cache.count++;
}

/* ---- the reply ---- */

static enum MHD_Result exchange_send(Exchange *x)
{
    if (atomic_load(&x->server->stopping)) x->reply.close = true;
    struct MHD_Response *response = reply_response(x->arena, &x->reply, &x->status, &x->bytes);
    x->stage = STAGE_REPLIED;
    enum MHD_Result result = MHD_queue_response(x->connection, (unsigned)x->status, response);
    MHD_destroy_response(response);
    return result;
}

static void refusal_fill(Exchange *x, GateRefusal refusal)
{
    x->refused = true;
    reply_free(&x->reply);
    x->reply = (HttpReply){.body = buf_new(HTTP_REPLY_MAX), .file_fd = -1};
    if (x->server->options.refused)
        x->server->options.refused(refusal.status, refusal.why, &x->reply);
    x->reply.status = refusal.status;
    x->reply.close = true;
}

static enum MHD_Result exchange_refuse(Exchange *x, int status, const char *why)
{
    refusal_fill(x, (GateRefusal){status, why});
    return exchange_send(x);
}

/* In the middle of a body libmicrohttpd takes no reply: send it past it and close. */
static enum MHD_Result exchange_abort(Exchange *x, int status, const char *why)
{
    refusal_fill(x, (GateRefusal){status, why});
    reply_send_raw(x->peer->fd, &x->reply);
    x->status = x->reply.status;
    x->bytes = (int64_t)x->reply.body.n;
    x->stage = STAGE_REPLIED;
    return MHD_NO;
}

/* ---- head ---- */

void *exchange_on_target(void *cls, const char *uri, struct MHD_Connection *connection)
{
    HttpServer *server = cls;
    Exchange *x = exchange_take();
    x->server = server;
    x->connection = connection;
    x->peer =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    x->started_us = http_monotonic_us();
    x->reply = (HttpReply){.status = 200, .body = buf_new(HTTP_REPLY_MAX), .file_fd = -1};
    x->request = (HttpRequest){
        .spool_fd = -1,
        .client = str_of(x->peer->client),
        .local = x->peer->local,
        .arena = x->arena,
        .started_us = env_now_us(&ENV_REAL),
        .app = server->options.app,
        .connection = x,
    };
    atomic_fetch_add_explicit(&server->open, 1, memory_order_relaxed);

    x->target_place = str_of(uri);
    x->target = x->target_place;
    x->target.n = MIN(x->target.n, (size_t)HTTP_URL_MAX + 1);
    x->target = arena_str(x->arena, x->target);
    /* Our copy is the one that is decoded. libmicrohttpd would parse the query in place, too, with
     * a record of 64 bytes a parameter, and hang when its memory runs out on a line of them. The
     * text lies in its own read buffer: end the query there. */
    char *query = memchr((char *)(uintptr_t)uri, '?', x->target_place.n);
    if (query) query[1] = '\0';
    return x;
}

size_t exchange_on_unescape(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls, (void)connection;
    return strlen(text);
}

typedef struct RawHeaders {
    HttpPair *pairs;
    int count, max;
} RawHeaders;

static enum MHD_Result on_raw_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                     size_t name_size, const char *value, size_t value_size)
{
    (void)kind;
    RawHeaders *raw = cls;
    if (raw->count == raw->max) return MHD_NO;
    raw->pairs[raw->count++] = (HttpPair){{name, name_size}, {value ? value : "", value_size}};
    return MHD_YES;
}

static GateRefusal exchange_gate(Exchange *x, const char *method, const char *version)
{
    struct MHD_Connection *connection = x->connection;
    HttpPair pairs[GATE_HEADERS_MAX + 1];
    RawHeaders raw = {pairs, 0, GATE_HEADERS_MAX + 1};
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_raw_header, &raw);
    size_t size =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
    GateLayout layout = {str_of(method), x->target_place, str_of(version), pairs, raw.count, size};
    bool http_1_1;

    GateRefusal refusal = gate_method(layout.method, &x->request.method);
    if (refusal.status == 0) refusal = gate_version(layout.version, &http_1_1);
    if (refusal.status == 0)
        refusal = gate_target(x->arena, x->request.method, x->target, &x->request);
    if (refusal.status == 0 && size > HTTP_HEAD_MAX)
        refusal = (GateRefusal){431, "the head is too long"};
    if (refusal.status == 0 && raw.count <= GATE_HEADERS_MAX && !gate_layout(&layout)) {
        refusal =
            (GateRefusal){400, "the head is malformed: NUL, bare LF, folded line or white space"};
    }
    if (refusal.status == 0) {
        refusal = gate_headers(x->arena, x->request.method, http_1_1, pairs, raw.count, &x->request,
                               &x->frame);
    }
    return refusal;
}

/* The route is known: may this body come, and where does it go? */
static enum MHD_Result body_begin(Exchange *x)
{
    x->body_max = x->route.body_max;
    if (!x->route.spool) x->body_max = MIN(x->body_max, HTTP_BODY_MAX);
    if (x->frame.length > x->body_max || (x->frame.chunked && x->body_max == 0)) {
        return exchange_refuse(x, 413,
                               x->body_max ? "the body is too long" : "no body is taken here");
    }
    x->body_started_ms = http_monotonic_us() / 1000;
    atomic_store_explicit(&x->peer->deadline_ms, x->body_started_ms + x->server->idle_ms,
                          memory_order_relaxed);
    x->body = buf_new((size_t)x->body_max);
    if (!x->route.spool) {
        if (x->frame.length) ASSERT(buf_room(&x->body, (size_t)x->frame.length) != NULL);
        return MHD_YES;
    }
    ASSERT(x->server->options.spool_dir != NULL);
    x->request.spool_fd = spool_open(x->server->options.spool_dir);
    if (x->request.spool_fd < 0) return exchange_refuse(x, 503, "no room for the body");
    return MHD_YES;
}

static enum MHD_Result exchange_head(Exchange *x, const char *method, const char *version)
{
    atomic_store_explicit(&x->peer->deadline_ms, 0, memory_order_relaxed);
    GateRefusal refusal = exchange_gate(x, method, version);
    if (refusal.status) return exchange_refuse(x, refusal.status, refusal.why);
    x->stage = STAGE_BODY;
    x->route = x->server->options.route(&x->request, &x->reply);
    if (!x->frame.chunked && x->frame.length == 0) return MHD_YES;
    if (x->route.handler) return body_begin(x);
    x->refused = true; /* its body stays unread, so the connection closes */
    return exchange_send(x);
}

/* ---- body ---- */

static enum MHD_Result exchange_body(Exchange *x, Str part)
{
    x->request.body_size += (int64_t)part.n;
    if (x->request.body_size > x->body_max) return exchange_abort(x, 413, "the body is too long");
    /* At least a byte a millisecond, behind the idle time that everybody has. */
    int64_t deadline = x->body_started_ms + x->server->idle_ms + x->request.body_size;
    atomic_store_explicit(&x->peer->deadline_ms, deadline, memory_order_relaxed);
    if (x->request.spool_fd < 0) {
        buf_add(&x->body, part);
        return MHD_YES;
    }
    if (spool_write(x->request.spool_fd, part) != ERR_OK)
        return exchange_abort(x, 503, "no room for the body");
    return MHD_YES;
}

/* ---- handler ---- */

static enum MHD_Result exchange_handle(Exchange *x)
{
    atomic_store_explicit(&x->peer->deadline_ms, 0, memory_order_relaxed);
    if (x->route.handler == NULL) return exchange_send(x);
    atomic_fetch_add(&x->server->handling, 1);
    if (atomic_load(&x->server->stopping)) {
        atomic_fetch_sub(&x->server->handling, 1);
        return exchange_refuse(x, 503, "the server is stopping");
    }
    x->request.body = buf_str(&x->body);
    if (x->request.spool_fd >= 0) lseek(x->request.spool_fd, 0, SEEK_SET);
    x->stage = STAGE_HANDLED;
    x->route.handler(&x->request, &x->reply);
    if (x->suspended) return MHD_YES;
    enum MHD_Result result = exchange_send(x);
    atomic_fetch_sub(&x->server->handling, 1);
    return result;
}

void http_suspend(HttpRequest *request)
{
    Exchange *x = request->connection;
    ASSERT(x->stage == STAGE_HANDLED && !x->suspended);
    x->suspended = true;
    MHD_suspend_connection(x->connection);
}

void http_resume(HttpRequest *request)
{
    Exchange *x = request->connection;
    MHD_resume_connection(x->connection);
}

/* Called for the head, for each part of the body, at the body's end, and after http_resume. */
enum MHD_Result exchange_on_access(void *cls, struct MHD_Connection *connection, const char *url,
                                   const char *method, const char *version, const char *data,
                                   size_t *size, void **context)
{
    (void)cls, (void)connection, (void)url;
    Exchange *x = *context;
    ASSERT(x != NULL);
    switch (x->stage) {
    case STAGE_HEAD: return exchange_head(x, method, version);
    case STAGE_BODY: {
        if (*size == 0) return exchange_handle(x);
        Str part = {data, *size};
        *size = 0;
        return exchange_body(x, part);
    }
    case STAGE_HANDLED: {
        enum MHD_Result result = exchange_send(x);
        atomic_fetch_sub(&x->server->handling, 1);
        return result;
    }
    case STAGE_REPLIED: *size = 0; return MHD_YES;
    }
    return MHD_NO;
}

/* ---- end ---- */

/* Closing a socket with unread bytes resets it, and the reset may overtake the reply. */
static void drain(int fd)
{
    char bytes[16 * 1024];
    for (int64_t read = 0; read < DRAIN_MAX;) {
        ssize_t n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n <= 0) return;
        read += n;
    }
}

void exchange_on_completed(void *cls, struct MHD_Connection *connection, void **context,
                           enum MHD_RequestTerminationCode code)
{
    (void)cls, (void)connection, (void)code;
    Exchange *x = *context;
    if (x == NULL) return;
    HttpServer *server = x->server;
    int64_t now_us = http_monotonic_us();
    if (x->stage == STAGE_HANDLED)
        atomic_fetch_sub(&server->handling, 1); /* closed before its reply */
    if (x->refused) drain(x->peer->fd);
    if (x->status && server->options.served) {
        server->options.served(&x->request, x->status, now_us - x->started_us, x->bytes);
    }
    reply_free(&x->reply);
    buf_free(&x->body);
    if (x->request.spool_fd >= 0) close(x->request.spool_fd);
    atomic_store_explicit(&x->peer->deadline_ms, now_us / 1000 + server->idle_ms,
                          memory_order_relaxed);
    atomic_fetch_sub_explicit(&server->open, 1, memory_order_relaxed);
    *context = NULL;
    exchange_give(x);
}
