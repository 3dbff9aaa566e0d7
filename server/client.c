#include "server/client.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { CALL_ARENA_MAX = 64 * 1024 * 1024, REPLY_BYTES_MAX = 512 * 1024 * 1024 };

static Lang lang_of_terminal(void)
{
    static const char *const NAMES[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        Str value = str_of(getenv(NAMES[i]));
        if (value.n) return str_starts(value, STR("zh")) ? LANG_ZH : LANG_EN;
    }
    return LANG_EN;
}

Err client_open(const char *dir, Client *client)
{
    *client = (Client){.lang = lang_of_terminal()};
    door_find(dir, &client->door);
    Buf why = buf_new(4096);
    City *city = mem_alloc(sizeof *city);
    Err err = door_city_open(&client->door, dir, city, &why);
    if (err == ERR_OK) {
        client->city = city;
    } else {
        mem_free(city);
        if (err == ERR_BUSY) {
            err = ERR_OK; /* over its socket */
        } else {
            fprintf(stderr, "heluo: " STR_FMT "\n", STR_ARG(buf_str(&why)));
            door_leave(&client->door);
        }
    }
    buf_free(&why);
    return err;
}

void client_close(Client *client)
{
    if (client->city) {
        city_close(client->city);
        mem_free(client->city);
    }
    door_leave(&client->door);
    *client = (Client){.door.dir_fd = -1};
}

/* ---- progress: another thread asks for the newest job ---- */

typedef struct Watch {
    Client *client;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stopped;
    bool stop, running;
} Watch;

static void bar_draw(const json_t *job)
{
    enum { WIDTH = 30 };
    const char *phase = json_string_value(json_object_get(job, "phase"));
    int64_t total = client_number(job, "bytes_total"), done = client_number(job, "bytes_done");
    if (phase == NULL || total == 0) return;
    int cells = (int)(done * WIDTH / total);
    char bar[WIDTH + 1];
    for (int i = 0; i < WIDTH; i++) bar[i] = i < cells ? '#' : '.';
    bar[WIDTH] = '\0';
    fprintf(stderr, "\r\033[K%-9s %s %3d%%  %lld", phase, bar, (int)(done * 100 / total),
            (long long)client_number(job, "records"));
    if (str_is(str_of(phase), "storing")) {
        fprintf(stderr, "  %lld/s  %lld s left",
                (long long)client_number(job, "records_per_second"),
                (long long)client_number(job, "seconds_left"));
    }
    fflush(stderr);
}

static void *watch_run(void *arg)
{
    Watch *watch = arg;
    pthread_mutex_lock(&watch->lock);
    while (!watch->stop) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 200 * 1000 * 1000;
        if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
        pthread_cond_timedwait(&watch->stopped, &watch->lock, &until);
        if (watch->stop) break;
        pthread_mutex_unlock(&watch->lock);
        ClientCall call = {.method = HTTP_GET, .target = STR("/api/jobs")};
        Buf reply = buf_new(1 << 20), why = buf_new(1024);
        int status;
        if (client_call(watch->client, &call, &status, &reply) == ERR_OK) {
            json_t *jobs = json_read(buf_str(&reply), &why);
            bar_draw(json_array_get(json_object_get(jobs, "jobs"), 0));
            json_decref(jobs);
        }
        buf_free(&reply);
        buf_free(&why);
        pthread_mutex_lock(&watch->lock);
    }
    pthread_mutex_unlock(&watch->lock);
    return NULL;
}

static void watch_start(Watch *watch, Client *client)
{
    *watch =
        (Watch){client, .lock = PTHREAD_MUTEX_INITIALIZER, .stopped = PTHREAD_COND_INITIALIZER};
    watch->running = pthread_create(&watch->thread, NULL, watch_run, watch) == 0;
}

static void watch_stop(Watch *watch)
{
    if (!watch->running) return;
    pthread_mutex_lock(&watch->lock);
    watch->stop = true;
    pthread_cond_signal(&watch->stopped);
    pthread_mutex_unlock(&watch->lock);
    pthread_join(watch->thread, NULL);
    fputs("\r\033[K", stderr);
}

/* ---- the call ---- */

static int headers_make(const Client *client, const ClientCall *call, Arena *arena,
                        HttpPair headers[4])
{
    int count = 0;
    headers[count++] =
        (HttpPair){STR("accept-language"), client->lang == LANG_ZH ? STR("zh-CN") : STR("en")};
    if (call->content_type)
        headers[count++] = (HttpPair){STR("content-type"), str_of(call->content_type)};
    if (call->purpose) {
        Buf encoded = buf_new(4096);
        url_encode(&encoded, str_of(call->purpose));
        headers[count++] = (HttpPair){STR("heluo-purpose"), arena_str(arena, buf_str(&encoded))};
        buf_free(&encoded);
    }
    return count;
}

static void body_copy(int fd, FILE *sink, Buf *reply)
{
    char block[65536];
    ssize_t n;
    while ((n = read(fd, block, sizeof block)) > 0) {
        Str bytes = {block, (size_t)n};
        if (sink)
            fwrite(bytes.p, 1, bytes.n, sink);
        else
            buf_add(reply, bytes);
    }
}

static Err call_here(Client *client, const ClientCall *call, const HttpPair *headers, int count,
                     Arena *arena, int *status, Buf *out)
{
    int fd = call->body_path ? open(call->body_path, O_RDONLY | O_CLOEXEC) : -1;
    HttpReply reply;
    web_call(&client->city->app, call->method, call->target, headers, count,
             call->body.p ? call->body : STR(""), fd, arena, &reply);
    *status = reply.status;
    FILE *sink = reply.status < 300 ? call->sink : NULL;
    if (reply.file_fd >= 0) {
        body_copy(reply.file_fd, sink, out);
        close(reply.file_fd);
    } else if (sink) {
        fwrite(reply.body.p, 1, reply.body.n, sink);
    } else {
        buf_add(out, buf_str(&reply.body));
    }
    buf_free(&reply.body);
    if (fd >= 0) close(fd);
    return ERR_OK;
}

static const char *const METHODS[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"};

static Err call_there(Client *client, const ClientCall *call, const HttpPair *headers, int count,
                      Arena *arena, int *status, Buf *out)
{
    Buf why = buf_new(1024);
    HttpCall http = {.socket_path = client->door.path,
                     .method = METHODS[call->method],
                     .target = arena_cstr(arena, call->target),
                     .headers = headers,
                     .header_count = count,
                     .body = call->body.p ? call->body : STR(""),
                     .body_path = call->body_path};
    Err err = http_call(&http, status, out, &why);
    if (err != ERR_OK) {
        fprintf(stderr, "heluo: the running server does not answer: " STR_FMT "\n",
                STR_ARG(buf_str(&why)));
    } else if (call->sink && *status < 300) {
        fwrite(out->p, 1, out->n, call->sink);
        buf_clear(out);
    }
    buf_free(&why);
    return err;
}

Err client_call(Client *client, const ClientCall *call, int *status, Buf *reply)
{
    Arena *arena = arena_new(CALL_ARENA_MAX);
    HttpPair headers[4];
    int count = headers_make(client, call, arena, headers);
    if (reply->max == 0) *reply = buf_new(REPLY_BYTES_MAX);
    Watch watch = {0};
    if (call->progress && isatty(STDERR_FILENO)) watch_start(&watch, client);
    Err err = client->city ? call_here(client, call, headers, count, arena, status, reply)
                           : call_there(client, call, headers, count, arena, status, reply);
    watch_stop(&watch);
    arena_free(arena);
    return err;
}

void client_problem(Str body)
{
    Buf why = buf_new(1024);
    json_t *problem = json_read(body, &why);
    const char *detail = json_string_value(json_object_get(problem, "detail"));
    fprintf(stderr, "heluo: %s\n", detail ? detail : "no answer");
    size_t i;
    json_t *error;
    json_array_foreach (json_object_get(problem, "errors"), i, error) {
        int64_t line = client_number(error, "line");
        const char *field = json_string_value(json_object_get(error, "field"));
        const char *code = json_string_value(json_object_get(error, "code"));
        const char *message = json_string_value(json_object_get(error, "message"));
        if (line)
            fprintf(stderr, "  line %lld: ", (long long)line);
        else
            fputs("  ", stderr);
        fprintf(stderr, "%s%s%s (%s)\n", field ? field : "", field && *field ? ": " : "",
                message ? message : "", code ? code : "");
    }
    json_decref(problem);
    buf_free(&why);
}

void client_target(Buf *out, const char *path, const char *const *pairs)
{
    buf_add(out, str_of(path));
    char mark = '?';
    for (; pairs[0]; pairs += 2) {
        if (pairs[1] == NULL) continue;
        buf_printf(out, "%c%s=", mark, pairs[0]);
        url_encode(out, str_of(pairs[1]));
        mark = '&';
    }
}

int64_t client_number(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

const char *client_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}
