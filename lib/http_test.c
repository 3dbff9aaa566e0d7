/* The server's behaviour around requests, and the client over the Unix socket. */
#include "lib/http_testkit.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>

enum { ECHO_MAX = 64 * 1024, SPOOL_MAX = 64 * 1024 * 1024 };

static char folder[] = "/tmp/http_test_XXXXXX";
static char socket_path[64], upload_path[64];
static HttpServer *server; /* the one that most tests share */
static atomic_int served_count, served_status;
static _Atomic int64_t served_bytes;

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void sleep_ms(int ms)
{
    const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    nanosleep(&pause, NULL);
}

/* ---- handlers ---- */

static void on_hello(HttpRequest *request, HttpReply *reply)
{
    (void)request;
    reply->content_type = STR("text/plain");
    reply->fixed = STR("hello");
}

static void on_echo(HttpRequest *request, HttpReply *reply)
{
    buf_add(&reply->body, request->body);
}

/* Says how long the spooled body is and the sum of its bytes. */
static void on_spool(HttpRequest *request, HttpReply *reply)
{
    unsigned char bytes[4096];
    int64_t sum = 0;
    struct stat info;
    assert_int_equal(fstat(request->spool_fd, &info), 0);
    assert_int_equal(info.st_nlink, 0);
    for (ssize_t n; (n = read(request->spool_fd, bytes, sizeof bytes)) > 0;) {
        for (ssize_t i = 0; i < n; i++) sum += bytes[i];
    }
    assert_int_equal(info.st_size, request->body_size);
    buf_printf(&reply->body, "%lld %lld", (long long)info.st_size, (long long)sum);
}

static void on_who(HttpRequest *request, HttpReply *reply)
{
    buf_printf(&reply->body, STR_FMT " %d", STR_ARG(request->client), request->local);
}

static void on_file(HttpRequest *request, HttpReply *reply)
{
    (void)request;
    reply->content_type = STR("text/csv");
    reply->file_fd = open(upload_path, O_RDONLY | O_CLOEXEC);
}

static void on_headers(HttpRequest *request, HttpReply *reply)
{
    Str value = STR("a");
    http_query(request, "v", &value);
    http_reply_header(reply, STR("x-content-type-options"), STR("mine"));
    http_reply_header(reply, STR("X-Value"), value);
}

typedef struct Later {
    HttpRequest *request;
    HttpReply *reply;
    int ms;
} Later;

static void *later_run(void *self)
{
    Later *later = self;
    sleep_ms(later->ms);
    buf_lit(&later->reply->body, "later");
    http_resume(later->request);
    mem_free(later);
    return NULL;
}

static void on_later(HttpRequest *request, HttpReply *reply)
{
    Later *later = mem_alloc(sizeof *later);
    Str text = STR("0");
    int64_t ms = 0;
    pthread_t thread;
    http_query(request, "ms", &text);
    assert_true(str_int(text, &ms));
    *later = (Later){request, reply, (int)ms};
    http_suspend(request);
    assert_int_equal(pthread_create(&thread, NULL, later_run, later), 0);
    pthread_detach(thread);
}

static HttpRoute route(HttpRequest *request, HttpReply *reply)
{
    static const struct {
        const char *path;
        HttpRoute route;
    } routes[] = {
        {"/hello", {on_hello, 0, false}},        {"/echo", {on_echo, ECHO_MAX, false}},
        {"/spool", {on_spool, SPOOL_MAX, true}}, {"/who", {on_who, 0, false}},
        {"/file", {on_file, 0, false}},          {"/headers", {on_headers, 0, false}},
        {"/later", {on_later, ECHO_MAX, false}},
    };
    for (size_t i = 0; i < COUNT_OF(routes); i++) {
        if (str_is(request->path, routes[i].path)) return routes[i].route;
    }
    reply->status = 404;
    buf_lit(&reply->body, "nothing here");
    return (HttpRoute){.handler = NULL};
}

static void on_refused(int status, const char *why, HttpReply *reply)
{
    reply->content_type = STR("application/problem+json");
    buf_printf(&reply->body, "{\"status\":%d,\"detail\":\"%s\"}", status, why);
}

static void on_served(const HttpRequest *request, int status, int64_t duration_us, int64_t bytes)
{
    assert_true(duration_us >= 0 && request->started_us > 0);
    atomic_store(&served_status, status);
    atomic_store(&served_bytes, bytes);
    atomic_fetch_add(&served_count, 1);
}

static HttpServer *server_start(HttpServerOptions options)
{
    HttpServer *made = NULL;
    Buf why = buf_new(1024);
    options.route = route;
    options.refused = on_refused;
    options.spool_dir = folder;
    Err err = http_server_start(&options, &made, &why);
    if (err != ERR_OK) fail_msg("%s: " STR_FMT, err_name(err), STR_ARG(buf_str(&why)));
    return made;
}

static int start(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(socket_path, sizeof socket_path, "%s/socket", folder);
    snprintf(upload_path, sizeof upload_path, "%s/upload", folder);
    FILE *file = fopen(upload_path, "wb");
    for (int i = 0; i < 3000000; i++) putc('a' + i % 26, file);
    assert_int_equal(fclose(file), 0);
    server = server_start((HttpServerOptions){.socket_path = socket_path, .served = on_served});
    return 0;
}

static int stop(void **state)
{
    (void)state;
    http_server_stop(server);
    assert_int_equal(access(socket_path, F_OK), -1);
    unlink(upload_path);
    assert_int_equal(rmdir(folder), 0); /* nothing was left in it */
    return 0;
}

/* The status of the reply to `request`; its body must contain `part`. */
static void expect(uint16_t port, const char *request, int status, const char *part)
{
    Buf bytes = buf_new(8 * 1024 * 1024);
    KitReply reply = kit_ask(port, str_of(request), &bytes);
    if (reply.status != status) fail_msg("%s: %d, expected %d", request, reply.status, status);
    if (str_find(reply.body, str_of(part)) < 0)
        fail_msg("%s: " STR_FMT, request, STR_ARG(reply.body));
    buf_free(&bytes);
}

#define GET(target) "GET " target " HTTP/1.1\r\nHost: a\r\n\r\n"

/* ---- replies ---- */

static void replies_by_buffer_constant_and_file(void **state)
{
    (void)state;
    uint16_t port = http_server_port(server);
    expect(port, GET("/hello"), 200, "hello");
    expect(port, GET("/nowhere"), 404, "nothing here");
    expect(port, GET("/who"), 200, "127.0.0.1 0");
    Buf bytes = buf_new(8 * 1024 * 1024);
    KitReply reply = kit_ask(port, STR(GET("/file")), &bytes);
    assert_int_equal(reply.body.n, 3000000);
    assert_true(str_find(reply.head, STR("\r\nContent-Type: text/csv\r\n")) > 0);
    buf_free(&bytes);
}

static void a_reply_may_set_its_own_headers_but_not_break_lines(void **state)
{
    (void)state;
    Buf bytes = buf_new(64 * 1024 + 1024);
    KitReply reply = kit_ask(http_server_port(server), STR(GET("/headers?v=b")), &bytes);
    assert_true(str_find(reply.head, STR("\r\nx-content-type-options: mine\r\n")) > 0);
    assert_true(str_find(reply.head, STR("nosniff")) < 0);
    assert_true(str_find(reply.head, STR("\r\nX-Value: b\r\n")) > 0);
    buf_free(&bytes);
    expect(http_server_port(server), GET("/headers?v=a%0d%0aSet-Cookie:x"), 500, "");
}

static void refusals_carry_the_callers_body(void **state)
{
    (void)state;
    expect(http_server_port(server), GET("//"), 400,
           "{\"status\":400,\"detail\":\"an empty segment");
}

static void what_was_served_is_told(void **state)
{
    (void)state;
    int before = atomic_load(&served_count);
    expect(http_server_port(server), GET("/hello"), 200, "hello");
    for (int i = 0; i < 1000 && atomic_load(&served_count) == before; i++) sleep_ms(1);
    assert_int_equal(atomic_load(&served_count), before + 1);
    assert_int_equal(atomic_load(&served_status), 200);
    assert_int_equal(atomic_load(&served_bytes), 5);
}

/* ---- bodies ---- */

static void a_long_body_is_refused_before_it_is_sent(void **state)
{
    (void)state;
    uint16_t port = http_server_port(server);
    expect(
        port,
        "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 65537\r\n\r\n",
        413, "too long");
    expect(port, "POST /spool HTTP/1.1\r\nHost: a\r\nContent-Length: 67108865\r\n\r\n", 413,
           "too long");
    expect(port, "POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", 413, "no body");
}

static void a_long_chunked_body_is_refused_on_the_way(void **state)
{
    (void)state;
    Buf request = buf_new(1024 * 1024), bytes = buf_new(1024 * 1024);
    buf_lit(&request,
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n");
    for (int i = 0; i <= ECHO_MAX; i++)
        buf_byte(&request, 'x'); /* no end of the chunk, no last chunk */
    KitReply reply = kit_ask(http_server_port(server), buf_str(&request), &bytes);
    assert_int_equal(reply.status, 413);
    assert_true(str_find(reply.head, STR("\r\nConnection: close\r\n")) > 0);
    assert_true(str_find(reply.head, STR("\r\nDate: ")) > 0);
    assert_true(str_find(reply.body, STR("too long")) > 0);
    buf_free(&request);
    buf_free(&bytes);
}

static void expect_100_is_continued(void **state)
{
    (void)state;
    Buf bytes = buf_new(256 * 1024);
    int fd = kit_connect(http_server_port(server));
    kit_send(
        fd,
        STR("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
    assert_true(kit_receive(fd, &bytes));
    assert_true(str_is(buf_str(&bytes), "HTTP/1.1 100 Continue\r\n\r\n"));
    buf_clear(&bytes);
    kit_send(fd, STR("abc"));
    assert_true(kit_receive(fd, &bytes));
    assert_true(str_ends(buf_str(&bytes), STR("\r\n\r\nabc")));
    close(fd);
    buf_free(&bytes);
}

static void a_spooled_body_is_a_file_without_a_name(void **state)
{
    (void)state;
    Buf request = buf_new(4 * 1024 * 1024), bytes = buf_new(256 * 1024);
    buf_lit(&request, "POST /spool HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n");
    for (int i = 0; i < 2000000; i++) buf_byte(&request, 2);
    KitReply reply = kit_ask(http_server_port(server), buf_str(&request), &bytes);
    assert_true(str_is(reply.body, "2000000 4000000"));
    buf_free(&request);
    buf_free(&bytes);
}

/* A limit of file size stands for the full disk. */
static void a_full_disk_is_a_503(void **state)
{
    (void)state;
    struct rlimit before, small;
    Buf request = buf_new(4 * 1024 * 1024), bytes = buf_new(256 * 1024);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGXFSZ, &ignore, NULL);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){100000, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    buf_lit(&request, "POST /spool HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n");
    for (int i = 0; i < 200000; i++) buf_byte(&request, 2);
    KitReply reply = kit_ask(http_server_port(server), buf_str(&request), &bytes);
    assert_int_equal(reply.status, 503);
    assert_true(str_find(reply.body, STR("no room")) > 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    buf_free(&request);
    buf_free(&bytes);
    expect(http_server_port(server), GET("/hello"), 200, "hello");
}

/* ---- waiting ---- */

static void a_suspended_request_is_answered_from_another_thread(void **state)
{
    (void)state;
    uint16_t port = http_server_port(server);
    expect(port, GET("/later"), 200, "later"); /* resumed perhaps before the handler returns */
    expect(port, GET("/later?ms=50"), 200, "later");
    Buf bytes = buf_new(256 * 1024);
    int slow = kit_connect(port);
    kit_send(slow, STR(GET("/later?ms=200") GET("/hello")));
    int64_t began = now_ms();
    for (int i = 0; i < 20; i++) expect(port, GET("/hello"), 200, "hello"); /* nobody else waits */
    assert_true(now_ms() - began < 150);
    KitReply first, second;
    Str stream = STR_NONE;
    while (!kit_reply(&stream, false, &first) || !kit_reply(&stream, false, &second)) {
        assert_true(kit_receive(slow, &bytes));
        stream = buf_str(&bytes);
    }
    assert_true(str_is(first.body, "later") && str_is(second.body, "hello"));
    close(slow);
    buf_free(&bytes);
}

static void many_suspended_requests(void **state)
{
    (void)state;
    int fds[50];
    for (size_t i = 0; i < COUNT_OF(fds); i++) {
        fds[i] = kit_connect(http_server_port(server));
        kit_send(fds[i], STR(GET("/later?ms=20")));
    }
    for (size_t i = 0; i < COUNT_OF(fds); i++) {
        Buf bytes = buf_new(256 * 1024);
        if (i % 3) assert_true(kit_receive(fds[i], &bytes)); /* the others do not wait for theirs */
        close(fds[i]);
        buf_free(&bytes);
    }
}

static void stop_waits_for_a_suspended_request(void **state)
{
    (void)state;
    HttpServer *other = server_start((HttpServerOptions){.threads = 2});
    Buf bytes = buf_new(256 * 1024);
    int fd = kit_connect(http_server_port(other)), idle = kit_connect(http_server_port(other));
    kit_send(fd, STR(GET("/later?ms=200")));
    sleep_ms(50);
    int64_t began = now_ms();
    http_server_stop(other);
    assert_true(now_ms() - began >= 100);
    assert_true(now_ms() - began < 2000);
    assert_true(kit_receive(fd, &bytes));
    assert_true(str_ends(buf_str(&bytes), STR("later")));
    assert_true(str_find(buf_str(&bytes), STR("\r\nConnection: close\r\n")) > 0);
    close(fd);
    close(idle);
    buf_free(&bytes);
}

/* ---- slow clients ---- */

typedef struct SlowClient {
    uint16_t port;
    const char *head;
    char drip;  /* sent every 100 ms behind the head; 0: nothing */
    int64_t ms; /* until the server closed */
} SlowClient;

static void *slow_run(void *self)
{
    SlowClient *client = self;
    char byte;
    int fd = kit_connect(client->port);
    int64_t began = now_ms();
    const struct timeval wait = {.tv_usec = 100000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    kit_send(fd, str_of(client->head));
    while (now_ms() - began < 5000) {
        ssize_t n = recv(fd, &byte, 1, 0);
        if (n == 0 || (n < 0 && errno == ECONNRESET)) break;
        if (client->drip) kit_send(fd, (Str){&client->drip, 1});
    }
    close(fd);
    client->ms = now_ms() - began;
    return NULL;
}

static void slow_clients_are_closed(void **state)
{
    (void)state;
    HttpServer *other = server_start((HttpServerOptions){.threads = 2, .idle_timeout_s = 1});
    uint16_t port = http_server_port(other);
    SlowClient clients[] = {
        {port, "", 0, 0},                                        /* says nothing */
        {port, GET("/hello"), 0, 0},                             /* idle behind a reply */
        {port, "GET /hello HTTP/1.1\r\nHost: a\r\nX: ", 'x', 0}, /* a head that never ends */
        {port, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n", 'x', 0},
        {port, "POST /spool HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFFFF\r\n", 'x',
         0},
    };
    pthread_t threads[COUNT_OF(clients)];
    for (size_t i = 0; i < COUNT_OF(clients); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, slow_run, &clients[i]), 0);
    }
    expect(port, GET("/later?ms=1500"), 200, "later"); /* a handler that waits is not slow */
    for (size_t i = 0; i < COUNT_OF(clients); i++) {
        pthread_join(threads[i], NULL);
        int64_t ms = clients[i].ms;
        if (ms < 900 || ms > 2600) fail_msg("client %zu: %lld ms", i, (long long)ms);
    }
    http_server_stop(other);
}

static void over_the_limit_of_connections_new_ones_wait(void **state)
{
    (void)state;
    HttpServer *other = server_start((HttpServerOptions){.threads = 1, .connections_max = 2});
    uint16_t port = http_server_port(other);
    Buf bytes = buf_new(256 * 1024);
    int fds[3];
    for (int i = 0; i < 3; i++) {
        fds[i] = kit_connect(port);
        kit_send(fds[i], STR(GET("/hello")));
        if (i < 2) assert_true(kit_receive(fds[i], &bytes));
        buf_clear(&bytes);
    }
    char byte;
    sleep_ms(50);
    assert_int_equal(recv(fds[2], &byte, 1, MSG_DONTWAIT), -1);
    close(fds[0]);
    assert_true(kit_receive(fds[2], &bytes));
    close(fds[1]);
    close(fds[2]);
    buf_free(&bytes);
    http_server_stop(other);
}

/* ---- sockets ---- */

static void a_taken_port_and_a_taken_socket_are_conflicts(void **state)
{
    (void)state;
    HttpServer *other;
    Buf why = buf_new(1024);
    HttpServerOptions options = {.port = http_server_port(server), .route = route};
    assert_int_equal(http_server_start(&options, &other, &why), ERR_CONFLICT);
    options = (HttpServerOptions){.socket_path = socket_path, .route = route};
    assert_int_equal(http_server_start(&options, &other, &why), ERR_CONFLICT);
    options = (HttpServerOptions){.host = "localhost", .route = route};
    assert_int_equal(http_server_start(&options, &other, &why), ERR_BAD);
    assert_int_equal(access(socket_path, F_OK), 0);
    buf_free(&why);
}

static void a_socket_left_behind_is_replaced(void **state)
{
    (void)state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat info;
    snprintf(address.sun_path, sizeof address.sun_path, "%s/left", folder);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
    HttpServer *other =
        server_start((HttpServerOptions){.socket_path = address.sun_path, .threads = 1});
    assert_int_equal(stat(address.sun_path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    http_server_stop(other);
    assert_int_equal(access(address.sun_path, F_OK), -1);
}

/* ---- client ---- */

static void client_calls(void **state)
{
    (void)state;
    int status;
    Buf reply = buf_new(1024), why = buf_new(1024);
    HttpPair headers[] = {{STR("Host"), STR("a")}, {STR("X-Kit"), STR("1")}};
    HttpCall call = {.socket_path = socket_path, .method = "GET", .target = "/who"};
    call.headers = headers;
    call.header_count = 2;
    assert_int_equal(http_call(&call, &status, &reply, &why), ERR_OK);
    assert_int_equal(status, 200);
    assert_true(str_is(buf_str(&reply), "local 1"));

    buf_clear(&reply);
    call = (HttpCall){
        .socket_path = socket_path, .method = "POST", .target = "/echo", .body = STR("a\0b")};
    assert_int_equal(http_call(&call, &status, &reply, &why), ERR_OK);
    assert_true(str_eq(buf_str(&reply), STR("a\0b")));

    call = (HttpCall){.socket_path = socket_path, .method = "GET", .target = "/file"};
    assert_int_equal(http_call(&call, &status, &reply, &why), ERR_TOO_LARGE);
    call = (HttpCall){.socket_path = "/tmp/http_test_nobody", .method = "GET", .target = "/"};
    assert_int_equal(http_call(&call, &status, &reply, &why), ERR_NOT_FOUND);
    call = (HttpCall){
        .socket_path = socket_path, .method = "POST", .target = "/spool", .body_path = folder};
    assert_int_equal(http_call(&call, &status, &reply, &why), ERR_NOT_FOUND);
    buf_free(&reply);
    buf_free(&why);
}

static void on_progress(void *self, int64_t sent, int64_t total)
{
    int64_t *most = self;
    if (total > 0 && sent > *most) *most = sent;
}

static bool on_bytes(void *self, Str bytes)
{
    *(int64_t *)self += (int64_t)bytes.n;
    return true;
}

static void client_streams_files_both_ways(void **state)
{
    (void)state;
    int status;
    int64_t sent = 0, received = 0;
    Buf reply = buf_new(1024), why = buf_new(1024);
    HttpCall call = {
        .socket_path = socket_path, .method = "POST", .target = "/spool", .body_path = upload_path};
    call.progress = on_progress;
    call.progress_self = &sent;
    assert_int_equal(http_call(&call, &status, &reply, &why), ERR_OK);
    assert_int_equal(status, 200);
    assert_true(str_starts(buf_str(&reply), STR("3000000 ")));
    assert_int_equal(sent, 3000000);

    call = (HttpCall){.socket_path = socket_path, .method = "GET", .target = "/file"};
    call.sink = on_bytes;
    call.sink_self = &received;
    assert_int_equal(http_call(&call, &status, NULL, &why), ERR_OK);
    assert_int_equal(received, 3000000);

    buf_clear(&reply); /* refused early: the answer counts, not the broken upload */
    call = (HttpCall){
        .socket_path = socket_path, .method = "PUT", .target = "/echo", .body_path = upload_path};
    assert_int_equal(http_call(&call, &status, &reply, &why), ERR_OK);
    assert_int_equal(status, 413);
    assert_true(str_find(buf_str(&reply), STR("too long")) > 0);
    buf_free(&reply);
    buf_free(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_by_buffer_constant_and_file),
        cmocka_unit_test(a_reply_may_set_its_own_headers_but_not_break_lines),
        cmocka_unit_test(refusals_carry_the_callers_body),
        cmocka_unit_test(what_was_served_is_told),
        cmocka_unit_test(a_long_body_is_refused_before_it_is_sent),
        cmocka_unit_test(a_long_chunked_body_is_refused_on_the_way),
        cmocka_unit_test(expect_100_is_continued),
        cmocka_unit_test(a_spooled_body_is_a_file_without_a_name),
        cmocka_unit_test(a_full_disk_is_a_503),
        cmocka_unit_test(a_suspended_request_is_answered_from_another_thread),
        cmocka_unit_test(many_suspended_requests),
        cmocka_unit_test(stop_waits_for_a_suspended_request),
        cmocka_unit_test(slow_clients_are_closed),
        cmocka_unit_test(over_the_limit_of_connections_new_ones_wait),
        cmocka_unit_test(a_taken_port_and_a_taken_socket_are_conflicts),
        cmocka_unit_test(a_socket_left_behind_is_replaced),
        cmocka_unit_test(client_calls),
        cmocka_unit_test(client_streams_files_both_ways),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
