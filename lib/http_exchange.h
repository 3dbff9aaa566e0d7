/*
 * Private to lib/http_*.c: one request and its reply between libmicrohttpd and the handler, and the
 * connection it came over.
 */
#pragma once

#include "lib/http_gate.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

/* A connection. The watch closes those that are past their deadline; a deadline is what a client
 * that sends a byte now and then cannot push ahead. */
typedef struct Peer {
    struct Peer *next, *previous; /* under HttpServer.peers_lock */
    struct HttpServer *server;
    int fd;                      /* libmicrohttpd's; open as long as the peer is in the list */
    _Atomic int64_t deadline_ms; /* monotonic; 0: none (the handler or the reply is at work) */
    bool local;                  /* Unix socket, same user or root */
    char client[48];             /* address in text */
} Peer;

struct HttpServer {
    HttpServerOptions options;
    struct MHD_Daemon *tcp, *local;
    uint16_t port;
    int64_t idle_ms;
    bool owns_socket_path;

    atomic_bool stopping; /* no handler is called any more */
    atomic_int handling;  /* handlers called whose reply is not yet queued */
    atomic_int open;      /* requests whose reply is not yet sent */

    pthread_mutex_t peers_lock;
    Peer *peers;
    pthread_cond_t watch_wake;
    bool watch_stop; /* under peers_lock */
    pthread_t watch;
};

int64_t http_monotonic_us(void);

/* Callbacks of libmicrohttpd; cls is the HttpServer. */
void *exchange_on_target(void *cls, const char *uri, struct MHD_Connection *connection);
size_t exchange_on_unescape(void *cls, struct MHD_Connection *connection, char *text);
enum MHD_Result exchange_on_access(void *cls, struct MHD_Connection *connection, const char *url,
                                   const char *method, const char *version, const char *data,
                                   size_t *size, void **context);
void exchange_on_completed(void *cls, struct MHD_Connection *connection, void **context,
                           enum MHD_RequestTerminationCode code);

/* ---- http_reply.c ---- */

/* What libmicrohttpd sends for *reply, whose body, file and texts it takes over or copies; *bytes
 * is the body's size. Never NULL: a reply that cannot be sent as it is becomes a 500 in *status. */
struct MHD_Response *reply_response(Arena *arena, HttpReply *reply, int *status, int64_t *bytes);
/* Sends *reply on a socket whose request is not yet read to its end, and shuts the sending side.
 * Used where libmicrohttpd cannot answer: in the middle of a body. */
void reply_send_raw(int fd, const HttpReply *reply);
void reply_free(HttpReply *reply); /* what was not sent */

/* ---- http_spool.c ---- */

int spool_open(const char *folder);          /* -1: errno says why */
Err spool_write(int fd, Str bytes) MUST_USE; /* ERR_STORAGE */
