#include "lib/http_exchange.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 1000,
    IDLE_TIMEOUT_S = 30,
    LISTEN_BACKLOG = 1024,
    /* Of one connection: the head as it came, a record a header, and the reply's head.
     * libmicrohttpd clears all of it after each request, so its size is felt in the rate. */
    CONNECTION_MEMORY = HTTP_HEAD_MAX + 8 * 1024,
    STOP_WAIT_MS = 5000, /* for replies that clients read slowly */
};

/* ---- connections ---- */

static void peer_address(Peer *peer)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (getpeername(peer->fd, (struct sockaddr *)&address, &size) != 0) return;
    if (address.ss_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)&address;
        inet_ntop(AF_INET, &in->sin_addr, peer->client, sizeof peer->client);
    } else if (address.ss_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&address;
        inet_ntop(AF_INET6, &in6->sin6_addr, peer->client, sizeof peer->client);
    } else {
        struct ucred cred;
        size = sizeof cred;
        snprintf(peer->client, sizeof peer->client, "local");
        peer->local = getsockopt(peer->fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) == 0 &&
                      (cred.uid == 0 || cred.uid == geteuid());
    }
}

static void peer_start(HttpServer *server, struct MHD_Connection *connection, void **context)
{
    Peer *peer = mem_alloc(sizeof *peer);
    peer->server = server;
    peer->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    peer_address(peer);
    atomic_init(&peer->deadline_ms, http_monotonic_us() / 1000 + server->idle_ms);
    *context = peer;
    pthread_mutex_lock(&server->peers_lock);
    peer->next = server->peers;
    if (peer->next) peer->next->previous = peer;
    server->peers = peer;
    pthread_mutex_unlock(&server->peers_lock);
}

/* The socket is still open; once the peer is out of the list, the watch does not touch it. */
static void peer_end(HttpServer *server, void **context)
{
    Peer *peer = *context;
    *context = NULL;
    if (peer == NULL) return;
    pthread_mutex_lock(&server->peers_lock);
    if (peer->next) peer->next->previous = peer->previous;
    if (peer->previous)
        peer->previous->next = peer->next;
    else
        server->peers = peer->next;
    pthread_mutex_unlock(&server->peers_lock);
    mem_free(peer);
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        peer_start(cls, connection, context);
    else
        peer_end(cls, context);
}

/* Shuts the sockets of clients that trickle: libmicrohttpd's own timeout starts anew with each
 * byte. */
static void *watch_run(void *self)
{
    HttpServer *server = self;
    int64_t tick_ms = MAX(50, MIN(1000, server->idle_ms / 4));
    pthread_mutex_lock(&server->peers_lock);
    while (!server->watch_stop) {
        int64_t wake_us = http_monotonic_us() + tick_ms * 1000;
        struct timespec until = {.tv_sec = wake_us / 1000000, .tv_nsec = wake_us % 1000000 * 1000};
        pthread_cond_timedwait(&server->watch_wake, &server->peers_lock, &until);
        int64_t now_ms = http_monotonic_us() / 1000;
        for (Peer *peer = server->peers; peer; peer = peer->next) {
            int64_t deadline = atomic_load_explicit(&peer->deadline_ms, memory_order_relaxed);
            if (deadline && deadline < now_ms) shutdown(peer->fd, SHUT_RDWR);
        }
    }
    pthread_mutex_unlock(&server->peers_lock);
    return NULL;
}

static void watch_start(HttpServer *server)
{
    pthread_condattr_t attributes;
    ASSERT(pthread_condattr_init(&attributes) == 0);
    ASSERT(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
    ASSERT(pthread_cond_init(&server->watch_wake, &attributes) == 0);
    pthread_condattr_destroy(&attributes);
    ASSERT(pthread_mutex_init(&server->peers_lock, NULL) == 0);
    ASSERT(pthread_create(&server->watch, NULL, watch_run, server) == 0);
}

static void watch_end(HttpServer *server)
{
    pthread_mutex_lock(&server->peers_lock);
    server->watch_stop = true;
    pthread_cond_signal(&server->watch_wake);
    pthread_mutex_unlock(&server->peers_lock);
    pthread_join(server->watch, NULL);
    pthread_cond_destroy(&server->watch_wake);
    pthread_mutex_destroy(&server->peers_lock);
}

/* ---- listening sockets ---- */

static Err fail(Err err, Buf *why, const char *what, const char *name)
{
    buf_printf(why, "%s %s: %m", what, name);
    return err;
}

static Err listen_tcp(HttpServer *server, int *out, Buf *why)
{
    const char *host = server->options.host ? server->options.host : "127.0.0.1";
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(server->options.port)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = in.sin_port};
    bool v6 = inet_pton(AF_INET6, host, &in6.sin6_addr) == 1;
    if (!v6 && inet_pton(AF_INET, host, &in.sin_addr) != 1) {
        buf_printf(why, "%s is not an IP address", host);
        return ERR_BAD;
    }
    struct sockaddr *address = v6 ? (struct sockaddr *)&in6 : (struct sockaddr *)&in;
    socklen_t size = v6 ? sizeof in6 : sizeof in;
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return fail(ERR_INTERNAL, why, "cannot make a socket for", host);

    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, address, size) != 0 || listen(fd, LISTEN_BACKLOG) != 0 ||
        getsockname(fd, address, &size) != 0) {
        Err err = errno == EADDRINUSE ? ERR_CONFLICT : ERR_DENIED;
        buf_printf(why, "cannot listen on %s port %u: %m", host, server->options.port);
        close(fd);
        return err;
    }
    server->port = ntohs(v6 ? in6.sin6_port : in.sin_port);
    *out = fd;
    return ERR_OK;
}

/* A socket file that nobody listens on is left from a process that was killed. */
static bool socket_in_use(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool used = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) == 0;
    if (fd >= 0) close(fd);
    return used;
}

static Err listen_unix(HttpServer *server, int *out, Buf *why)
{
    const char *path = server->options.socket_path;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat info;
    if (strlen(path) >= sizeof address.sun_path) {
        buf_printf(why, "%s: the path of a socket has at most %zu bytes", path,
                   sizeof address.sun_path - 1);
        return ERR_BAD;
    }
    memcpy(address.sun_path, path, strlen(path));
    if (socket_in_use(&address)) {
        buf_printf(why, "another server listens on %s", path);
        return ERR_CONFLICT;
    }
    if (lstat(path, &info) == 0 && S_ISSOCK(info.st_mode)) unlink(path);

    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return fail(ERR_INTERNAL, why, "cannot make a socket for", path);
    /* Linux gives the file the mode that the socket has when it is bound: no moment of wider
     * access. */
    if (fchmod(fd, 0600) != 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, LISTEN_BACKLOG) != 0) {
        Err err = fail(ERR_DENIED, why, "cannot listen on", path);
        close(fd);
        return err;
    }
    server->owns_socket_path = true;
    *out = fd;
    return ERR_OK;
}

/* ---- start and stop ---- */

/* Takes fd over. */
static struct MHD_Daemon *daemon_start(HttpServer *server, int fd, unsigned threads,
                                       unsigned connections)
{
    unsigned idle_s = (unsigned)(server->idle_ms / 1000);
    struct MHD_OptionItem pool[] = {
        {threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, threads, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_Daemon *made = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, exchange_on_access,
        server, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, connections,
        MHD_OPTION_CONNECTION_TIMEOUT, idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_URI_LOG_CALLBACK, exchange_on_target, server,
        MHD_OPTION_UNESCAPE_CALLBACK, exchange_on_unescape, NULL, MHD_OPTION_NOTIFY_COMPLETED,
        exchange_on_completed, server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
        MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
    if (made == NULL) close(fd);
    return made;
}

static Err listeners_start(HttpServer *server, Buf *why)
{
    const HttpServerOptions *options = &server->options;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned threads = options->threads > 0 ? (unsigned)options->threads : (unsigned)MAX(cores, 1);
    unsigned connections = options->connections_max > 0 ? (unsigned)options->connections_max
                                                        : CONNECTIONS_MAX;
    int fd;
    TRY(listen_tcp(server, &fd, why));
    server->tcp = daemon_start(server, fd, MIN(threads, connections), connections);
    if (server->tcp == NULL) return fail(ERR_INTERNAL, why, "cannot start", "the HTTP server");
    if (options->socket_path == NULL) return ERR_OK;
    TRY(listen_unix(server, &fd, why));
    server->local = daemon_start(server, fd, 1, connections);
    return server->local
               ? ERR_OK
               : fail(ERR_INTERNAL, why, "cannot start a server on", options->socket_path);
}

Err http_server_start(const HttpServerOptions *options, HttpServer **out, Buf *why)
{
    ASSERT(options->route != NULL);
    HttpServer *server = mem_alloc(sizeof *server);
    server->options = *options;
    server->idle_ms = (options->idle_timeout_s > 0 ? options->idle_timeout_s : IDLE_TIMEOUT_S) *
                      INT64_C(1000);
    watch_start(server);
    Err err = listeners_start(server, why);
    if (err != ERR_OK) {
        http_server_stop(server);
        return err;
    }
    *out = server;
    return ERR_OK;
}

uint16_t http_server_port(const HttpServer *server)
{
    return server->port;
}

/* Every handler that was called gets to its reply, however long it waits; a client that does not
 * read its reply is not waited for beyond STOP_WAIT_MS. */
static void requests_wait(HttpServer *server)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    int64_t until_us = http_monotonic_us() + STOP_WAIT_MS * 1000;
    atomic_store(&server->stopping, true);
    while (atomic_load(&server->handling) > 0) nanosleep(&pause, NULL);
    while (atomic_load(&server->open) > 0 && http_monotonic_us() < until_us)
        nanosleep(&pause, NULL);
}

void http_server_stop(HttpServer *server)
{
    if (server == NULL) return;
    if (server->owns_socket_path) unlink(server->options.socket_path);
    requests_wait(server);
    if (server->tcp) MHD_stop_daemon(server->tcp);
    if (server->local) MHD_stop_daemon(server->local);
    watch_end(server);
    mem_free(server);
}
