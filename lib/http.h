/*
 * HTTP/1.1 server (libmicrohttpd, epoll, a thread a core) behind a strict header gate, and a small
 * client over a Unix socket (libcurl) for commands that meet a running server.
 *
 * A handler runs on a worker thread and must not wait. What waits (a commit, a batch) calls
 * http_suspend and later, from any thread, http_resume, with the reply filled in.
 */
#pragma once

#include "lib/base.h"

typedef enum HttpMethod {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_DELETE,
    HTTP_OPTIONS
} HttpMethod;

typedef struct HttpPair {
    Str name, value; /* query: decoded once, valid UTF-8, no NUL; headers: name lower-cased */
} HttpPair;

enum {
    HTTP_URL_MAX = 8 * 1024,
    HTTP_HEAD_MAX = 32 * 1024,
    HTTP_QUERY_MAX = 64, /* parameters */
    /* bodies in memory; longer ones are spooled where the route says so */
    HTTP_BODY_MAX = 1024 * 1024,
    HTTP_REPLY_MAX = 64 * 1024 * 1024, /* ceiling of HttpReply.body as the handler gets it */
};

typedef struct HttpRequest {
    HttpMethod method;
    Str path; /* decoded once, starts with /, no NUL, no //, no dot segments; or * (OPTIONS only) */
    Str query_text; /* raw, without the ? */
    HttpPair *query;
    int query_count;
    HttpPair *headers;
    int header_count;
    Str body;     /* when not spooled */
    int spool_fd; /* file with the body when the route spools; else -1; closed with the request */
    int64_t body_size;
    Str client;   /* address in text, for rate limits; "local" on the Unix socket */
    bool local;   /* came over the Unix socket from the same user or root */
    Arena *arena; /* lives as long as the request */
    int64_t started_us;
    void *app;        /* HttpServerOptions.app */
    void *user;       /* free for the server's user (the router) */
    void *connection; /* private to http.c */
} HttpRequest;

typedef struct HttpReply {
    int status;
    Str content_type; /* constant text */
    Buf body;         /* taken over and freed by http.c */
    Str fixed;        /* instead of body: bytes that live as long as the process (assets) */
    int file_fd;      /* instead of body: a file to send (-1 none); closed by http.c */
    HttpPair headers[16];
    int header_count;
    bool close;
} HttpReply;

Str http_header(const HttpRequest *request, const char *lower_name);       /* STR_NONE if absent */
bool http_query(const HttpRequest *request, const char *name, Str *value); /* first of that name */
/* The texts live in the request's arena or are constant. A line break in one makes the reply a 500.
 */
void http_reply_header(HttpReply *reply, Str name, Str value);

/* Fill *reply. Returns; or has called http_suspend and fills it before http_resume. */
typedef void (*HttpHandler)(HttpRequest *request, HttpReply *reply);
void http_suspend(HttpRequest *request);
void http_resume(HttpRequest *request);

/* Asked once, when the head is complete and before any body byte is read. */
typedef struct HttpRoute {
    HttpHandler handler;
    int64_t body_max; /* 0: no body allowed */
    bool spool;       /* body goes to a temporary file, unlinked at once */
} HttpRoute;

typedef struct HttpServerOptions {
    const char *host;        /* 127.0.0.1 */
    uint16_t port;           /* 0: any free one */
    const char *socket_path; /* Unix socket too, mode 0600; NULL: none */
    const char *spool_dir;
    int threads;         /* 0: one a core */
    int connections_max; /* 0: 1000 */
    int idle_timeout_s;  /* 0: 30 */
    void *app;
    /* route.handler NULL: *reply is sent as it was filled (404, 405, 413 …) */
    HttpRoute (*route)(HttpRequest *request, HttpReply *reply);
    /* a request that is refused before its handler: fill the body for status 400, 413, 414, 417,
     * 431, 501, 503 (no room for the body, or stopping) or 505; the connection closes. NULL: no
     * body */
    void (*refused)(int status, const char *why, HttpReply *reply);
    /* behind each reply of ours, for log and metrics; of a refused request only what was read is
     * set */
    void (*served)(const HttpRequest *request, int status, int64_t duration_us, int64_t bytes);
} HttpServerOptions;

typedef struct HttpServer HttpServer;
Err http_server_start(const HttpServerOptions *options, HttpServer **out, Buf *why) MUST_USE;
uint16_t http_server_port(const HttpServer *server);
void http_server_stop(HttpServer *server); /* waits for requests under way */

/* Client over a Unix socket. progress may be NULL. ERR_OK: the server answered, with *status.
 * ERR_NOT_FOUND: nobody listens, or no file body_path; ERR_TOO_LARGE: reply over its ceiling, or
 * the sink wanted no more; ERR_BAD: target too long; ERR_INTERNAL: the connection broke. *why says
 * it. */
typedef struct HttpCall {
    const char *socket_path;
    const char *method, *target; /* target already encoded */
    const HttpPair *headers;
    int header_count;
    Str body;
    const char *body_path; /* instead of body: a file, streamed */
    void (*progress)(void *self, int64_t sent, int64_t total);
    void *progress_self;
    bool (*sink)(void *self, Str bytes); /* instead of reply body in memory */
    void *sink_self;
} HttpCall;
Err http_call(const HttpCall *call, int *status, Buf *reply, Buf *why) MUST_USE;

/* Percent-encoding: unreserved characters stay. */
void url_encode(Buf *out, Str text);
bool url_decode(Buf *out, Str text, bool plus_is_space); /* false: bad escape */
