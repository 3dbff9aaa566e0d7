/*
 * For tests of the API: a city with its lists and a few companies, served on a free port, with a
 * key for two organs.
 */
#pragma once

#include "kernel/codes/codes.h"
#include "kernel/numbers/checkdigit.h"
#include "kernel/testkit.h"
#include "kernel/web/limiter.h"
#include "kernel/web/metrics.h"
#include "lib/http_testkit.h"
#include "server/city.h"

typedef struct Api {
    Kit *kit;
    HttpServer *server;
    uint16_t port;
    Metrics metrics;
    char key_market[ACCESS_KEY_CHARS + 1], key_tax[ACCESS_KEY_CHARS + 1];
} Api;

static Api api;

typedef struct Answer {
    int status;
    Str head, text; /* live as long as the kit */
    json_t *json;   /* NULL: no JSON object; answer_free */
} Answer;

static inline void answer_free(Answer *answer)
{
    json_decref(answer->json);
    answer->json = NULL;
}

/* headers: whole lines, each ended by CRLF. body NULL: none. */
static inline Answer ask(const char *method, const char *target, const char *headers,
                         const char *body)
{
    Buf request = buf_new(4 << 20), reply = buf_new(64 << 20), why = buf_new(1000);
    buf_printf(&request, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s", method, target, headers);
    if (body) buf_printf(&request, "Content-Length: %zu\r\n", strlen(body));
    buf_lit(&request, "\r\n");
    if (body) buf_add(&request, str_of(body));
    assert_false(request.overflow);
    int fd = kit_connect(api.port);
    kit_send(fd, buf_str(&request));
    KitReply got = {0};
    bool is_head = strcmp(method, "HEAD") == 0;
    for (;;) {
        Str stream = buf_str(&reply);
        if (kit_reply(&stream, is_head, &got)) break;
        if (!kit_receive(fd, &reply)) break;
    }
    close(fd);
    Answer answer = {.status = got.status,
                     .head = arena_str(api.kit->arena, got.head),
                     .text = arena_str(api.kit->arena, got.body)};
    if (answer.text.n && answer.text.p[0] == '{') answer.json = json_read(answer.text, &why);
    buf_free(&request);
    buf_free(&reply);
    buf_free(&why);
    return answer;
}

static inline Answer get(const char *target)
{
    return ask("GET", target, "", NULL);
}

/* A header line with the key, and more. Static room: for one call. */
static inline const char *bearer(const char *key, const char *more)
{
    static char room[4096];
    int n = snprintf(room, sizeof room, "Authorization: Bearer %s\r\n%s", key, more);
    assert_true(n > 0 && n < (int)sizeof room);
    return room;
}

static inline const char *member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/* POST an item as an organ, under this request id. */
static inline Answer post_item(const char *key, const char *dataset, const char *id,
                               const char *json)
{
    char target[100], more[200];
    snprintf(target, sizeof target, "/api/collections/%s/items", dataset);
    snprintf(more, sizeof more, "Heluo-Request-Id: %s\r\nContent-Type: application/json\r\n", id);
    return ask("POST", target, bearer(key, more), json);
}

/* The n-th valid code of a company (GB 32100-2015, with the inner code of GB 11714). */
static inline const char *uscc_of(int n)
{
    static char rooms[4][19];
    static int turn;
    char *room = rooms[turn++ % 4];
    snprintf(room, 19, "91410300%08d", n % 100000000);
    room[16] = org9_check_char((Str){room + 8, 8});
    room[17] = uscc_check_char((Str){room, 17});
    room[18] = '\0';
    return room;
}

typedef struct KeyMade {
    Str organ;
    char *key;
} KeyMade;

static inline Err key_make(WriteTx *tx, void *arg)
{
    KeyMade *made = arg;
    return access_key_add(tx, made->organ, STR("test"), made->key);
}

static inline void api_open(const LimiterRates *rates)
{
    Buf why = buf_new(4096);
    api.kit = kit_open(&MODEL_SHIPPED);
    Err err = seed_store(api.kit->store, &why);
    if (err != ERR_OK) fail_msg("seed: " STR_FMT, STR_ARG(buf_str(&why)));
    App *app = &api.kit->app;
    app->jobs = jobs_new(2);
    app->limiter = rates ? limiter_new(rates) : NULL;
    app->metrics = &api.metrics;
    KeyMade market = {STR("market_regulation"), api.key_market}, tax = {STR("tax"), api.key_tax};
    assert_int_equal(store_write(api.kit->store, key_make, &market), ERR_OK);
    assert_int_equal(store_write(api.kit->store, key_make, &tax), ERR_OK);
    HttpServerOptions options = {.host = "127.0.0.1",
                                 .spool_dir = api.kit->dir,
                                 .threads = 2,
                                 .app = app,
                                 .route = router_route,
                                 .refused = router_refused,
                                 .served = router_served};
    err = http_server_start(&options, &api.server, &why);
    if (err != ERR_OK) fail_msg("server: " STR_FMT, STR_ARG(buf_str(&why)));
    api.port = http_server_port(api.server);
    buf_free(&why);
}

static inline void api_close(void)
{
    http_server_stop(api.server);
    jobs_free(api.kit->app.jobs);
    limiter_free(api.kit->app.limiter);
    codes_forget(api.kit->store);
    kit_close(api.kit);
}
