/*
 * For tests of lib/http: raw bytes over a socket, and replies taken apart by Content-Length only.
 */
#pragma once

#include "lib/http.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { KIT_WAIT_S = 5 }; /* longer than any answer takes; a test that waits so long fails */

static inline int kit_connect(uint16_t port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct timeval wait = {.tv_sec = KIT_WAIT_S};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    return fd;
}

/* A server that has refused and closed makes the rest unsendable: that is no failure. */
static inline void kit_send(int fd, Str bytes)
{
    while (bytes.n) {
        ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n <= 0) return;
        bytes = str_slice(bytes, (size_t)n, bytes.n);
    }
}

/* Adds what comes; false at the end of the stream. */
static inline bool kit_receive(int fd, Buf *reply)
{
    char *room = buf_room(reply, 64 * 1024);
    assert_non_null(room);
    ssize_t n = recv(fd, room, 64 * 1024, 0);
    if (n < 0) assert_int_not_equal(errno, EAGAIN); /* neither answered nor closed */
    if (n <= 0) return false;
    reply->n += (size_t)n;
    return true;
}

typedef struct KitReply {
    int status;
    Str head, body;
} KitReply;

/* The first reply in *stream, which then starts behind it. false: not complete. */
static inline bool kit_reply(Str *stream, bool is_head, KitReply *out)
{
    ptrdiff_t end = str_find(*stream, STR("\r\n\r\n"));
    int64_t status, length = 0;
    if (end < 0) return false;
    Str head = str_slice(*stream, 0, (size_t)end + 4);
    assert_true(str_starts(head, STR("HTTP/1.1 ")) && head.n > 12);
    assert_true(str_int(str_slice(head, 9, 12), &status));
    ptrdiff_t at = str_find(head, STR("\r\nContent-Length: "));
    if (at >= 0) {
        Str rest = str_slice(head, (size_t)at + 18, head.n), number;
        str_split(&rest, '\r', &number);
        assert_true(str_int(number, &length));
    }
    if (is_head) length = 0;
    if (stream->n < head.n + (size_t)length) return false;
    Str body = str_slice(*stream, head.n, head.n + (size_t)length);
    *out = (KitReply){(int)status, head, body};
    *stream = str_slice(*stream, head.n + (size_t)length, stream->n);
    return true;
}

/* One request on its own connection; the reply's texts lie in *bytes. */
static inline KitReply kit_ask(uint16_t port, Str request, Buf *bytes)
{
    KitReply reply = {0, STR_NONE, STR_NONE};
    int fd = kit_connect(port);
    kit_send(fd, request);
    for (;;) {
        Str stream = buf_str(bytes);
        if (kit_reply(&stream, false, &reply)) break;
        if (!kit_receive(fd, bytes)) break;
    }
    close(fd);
    return reply;
}
