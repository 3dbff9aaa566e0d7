#include "lib/http_exchange.h"

#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/log.h"

Str http_header(const HttpRequest *request, const char *lower_name)
{
    for (int i = 0; i < request->header_count; i++) {
        if (str_is(request->headers[i].name, lower_name)) return request->headers[i].value;
    }
    return STR_NONE;
}

bool http_query(const HttpRequest *request, const char *name, Str *value)
{
    for (int i = 0; i < request->query_count; i++) {
        if (!str_is(request->query[i].name, name)) continue;
        *value = request->query[i].value;
        return true;
    }
    return false;
}

void http_reply_header(HttpReply *reply, Str name, Str value)
{
    ASSERT(reply->header_count < (int)COUNT_OF(reply->headers));
    reply->headers[reply->header_count++] = (HttpPair){name, value};
}

static bool reply_has(const HttpReply *reply, const char *name)
{
    for (int i = 0; i < reply->header_count; i++) {
        Str have = reply->headers[i].name;
        if (have.n == strlen(name) && strncasecmp(have.p, name, have.n) == 0) return true;
    }
    return false;
}

static struct MHD_Response *response_of_file(int fd, int64_t *bytes)
{
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return NULL;
    *bytes = info.st_size;
    return MHD_create_response_from_fd64((uint64_t)info.st_size, fd);
}

/* The body alone. Takes it out of *reply, so that reply_free leaves it be. NULL: it cannot be sent.
 */
static struct MHD_Response *response_of(HttpReply *reply, int64_t *bytes)
{
    struct MHD_Response *response;
    if (reply->body.overflow) return NULL;
    if (reply->file_fd >= 0) {
        response = response_of_file(reply->file_fd, bytes);
        if (response) reply->file_fd = -1;
        return response;
    }
    if (reply->fixed.p) {
        *bytes = (int64_t)reply->fixed.n;
        return MHD_create_response_from_buffer(reply->fixed.n, (void *)(uintptr_t)reply->fixed.p,
                                               MHD_RESPMEM_PERSISTENT);
    }
    *bytes = (int64_t)reply->body.n;
    if (reply->body.n == 0) return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    response =
        MHD_create_response_from_buffer_with_free_callback(reply->body.n, reply->body.p, mem_free);
    if (response) reply->body = buf_new(0);
    return response;
}

/* false: not a header, e.g. a line break in a value that came from a user. */
static bool response_header(Arena *arena, struct MHD_Response *response, Str name, Str value)
{
    if (value.n == 0 || memchr(value.p, 0, value.n)) return false;
    return MHD_add_response_header(response, arena_cstr(arena, name), arena_cstr(arena, value)) ==
           MHD_YES;
}

static bool response_headers(Arena *arena, struct MHD_Response *response, const HttpReply *reply)
{
    if (reply->content_type.n) {
        if (!response_header(arena, response, STR("Content-Type"), reply->content_type))
            return false;
    }
    for (int i = 0; i < reply->header_count; i++) {
        HttpPair header = reply->headers[i];
        if (!response_header(arena, response, header.name, header.value)) return false;
    }
    if (!reply_has(reply, "X-Content-Type-Options")) {
        MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    }
    if (reply->close) MHD_add_response_header(response, "Connection", "close");
    return true;
}

struct MHD_Response *reply_response(Arena *arena, HttpReply *reply, int *status, int64_t *bytes)
{
    *bytes = 0;
    *status = reply->status;
    ASSERT(reply->status >= 200 && reply->status <= 599);
    struct MHD_Response *response = response_of(reply, bytes);
    if (response && response_headers(arena, response, reply)) return response;
    if (response) MHD_destroy_response(response);

    /* its body is over its ceiling, or a header is malformed */
    log_event(LOG_LEVEL_ERROR, "reply_unsendable", LOG_INT("status", reply->status));
    *bytes = 0;
    *status = 500;
    response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    ASSERT(response != NULL);
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    return response;
}

static Str reply_bytes(const HttpReply *reply)
{
    return reply->fixed.p ? reply->fixed : buf_str(&reply->body);
}

void reply_send_raw(int fd, const HttpReply *reply)
{
    char date[40] = "";
    struct tm parts;
    time_t now = time(NULL);
    if (gmtime_r(&now, &parts)) strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    Str body = reply_bytes(reply);
    Buf head = buf_new(4096);
    buf_printf(
        &head,
        "HTTP/1.1 %d %s\r\nDate: %s\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\n",
        reply->status, MHD_get_reason_phrase_for((unsigned)reply->status), date);
    if (reply->content_type.n)
        buf_printf(&head, "Content-Type: " STR_FMT "\r\n", STR_ARG(reply->content_type));
    buf_printf(&head, "Content-Length: %zu\r\n\r\n", body.n);

    /* What does not fit into the socket's buffer at once is lost: these replies are short. */
    struct iovec parts_sent[] = {{head.p, head.n}, {(void *)(uintptr_t)body.p, body.n}};
    struct msghdr message = {.msg_iov = parts_sent, .msg_iovlen = 2};
    ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)sent; /* a client that is gone needs no reply */
    shutdown(fd, SHUT_WR);
    buf_free(&head);
}

void reply_free(HttpReply *reply)
{
    buf_free(&reply->body);
    if (reply->file_fd >= 0) close(reply->file_fd);
    reply->file_fd = -1;
}
