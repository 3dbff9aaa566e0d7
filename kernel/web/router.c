#include "kernel/web/router.h"

#include <pthread.h>

#include "kernel/web/limiter.h"
#include "kernel/web/metrics.h"
#include "kernel/web/routes.h"
#include "kernel/web/session.h"
#include "lib/log.h"
#include "lib/text.h"

enum { REPLY_MAX = 256 * 1024 * 1024, PROBLEM_MAX = 256 * 1024 };

/* ---- parameters ---- */

static bool name_listed(const char *list, Str name)
{
    Str rest = str_of(list ? list : ""), item;
    while (str_split(&rest, ' ', &item)) {
        if (item.n && str_eq(item, name)) return true;
    }
    return false;
}

/* ---- what the request says of its sender ---- */

Str web_cookie(const HttpRequest *request, Str name)
{
    Str rest = http_header(request, "cookie"), pair;
    while (rest.p && str_split(&rest, ';', &pair)) {
        pair = str_trim(pair);
        if (pair.n > name.n && str_starts(pair, name) && pair.p[name.n] == '=')
            return str_slice(pair, name.n + 1, pair.n);
    }
    return STR_NONE;
}

/* The address says, else the cookie, else the browser's languages, else Chinese. */
static Lang lang_of(const HttpRequest *request, bool page)
{
    Str lang;
    if (page && http_query(request, "lang", &lang)) return str_is(lang, "en") ? LANG_EN : LANG_ZH;
    Str kept = page ? web_cookie(request, STR("lang")) : STR_NONE;
    if (kept.n) return str_is(kept, "en") ? LANG_EN : LANG_ZH;
    Str wanted = http_header(request, "accept-language");
    ptrdiff_t en = str_find(wanted, STR("en")), zh = str_find(wanted, STR("zh"));
    return wanted.n && en >= 0 && (zh < 0 || en < zh) ? LANG_EN : LANG_ZH;
}

static ViewMode view_of(const HttpRequest *request)
{
    Str view;
    if (!http_query(request, "view", &view)) view = web_cookie(request, STR("view"));
    return str_is(view, "elder")      ? VIEW_ELDER
           : str_is(view, "contrast") ? VIEW_CONTRAST
                                      : VIEW_NORMAL;
}

/* A preference of how to read, kept for a year; says nothing of who reads. */
static void preferences_keep(WebRequest *web)
{
    static const char *const NAMES[] = {"lang", "view"};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        Str value;
        if (!http_query(web->http, NAMES[i], &value)) continue;
        const char *kept = i == 0                       ? (web->lang == LANG_EN ? "en" : "zh")
                           : web->view == VIEW_ELDER    ? "elder"
                           : web->view == VIEW_CONTRAST ? "contrast"
                                                        : "normal";
        http_reply_header(web->reply, STR("Set-Cookie"),
                          arena_printf(web->arena,
                                       "%s=%s; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
                                       NAMES[i], kept));
    }
}

static const Text TEXT_KEY = {
    "接口密钥无效或已停用；请向市数据管理部门核对",
    "the API key is not valid or was withdrawn; check with the data bureau"};
static const Text TEXT_AUTHORIZATION = {"Authorization 应写成 Bearer 加密钥",
                                        "Authorization must be Bearer and the key"};

static bool subject_find(WebRequest *web)
{
    Str authorization = http_header(web->http, "authorization");
    if (web->http->local) {
        web->subject = (Subject){SUBJECT_LOCAL, STR_NONE, STR("local")};
        Str organ;
        if (http_query(web->http, "organ", &organ)) web->subject.organ = organ;
        return true;
    }
    if (authorization.n == 0) return session_subject(web);
    if (!str_starts(authorization, STR("Bearer "))) {
        web_error(web, ERR_UNAUTHENTICATED, "authorization_form", &TEXT_AUTHORIZATION, STR_NONE,
                  STR_NONE);
        return false;
    }
    StoreReader *reader = store_read(web->app->store);
    Err err = access_key_find(store_reader_sql(reader), web->arena,
                              str_slice(authorization, 7, authorization.n), &web->subject);
    store_read_end(reader);
    if (err != ERR_OK) web_error(web, err, "key_unknown", &TEXT_KEY, STR_NONE, STR_NONE);
    return err == ERR_OK;
}

static const Text TEXT_PURPOSE = {
    "Heluo-Purpose 应为百分号编码的 UTF-8，最长 200 字节",
    "Heluo-Purpose must be percent-encoded UTF-8 of at most 200 bytes"};
static const Text TEXT_REQUEST_ID = {"Heluo-Request-Id 应为 8 至 64 个字母、数字或连字符",
                                     "Heluo-Request-Id must be 8 to 64 letters, digits or hyphens"};

static bool request_id_ok(Str id)
{
    if (id.n < 8 || id.n > 64) return false;
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        bool ok = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-';
        if (!ok) return false;
    }
    return true;
}

/* UTF-8 without control characters: it goes into the journal and onto pages. */
static bool text_plain(Str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7F) return false;
    }
    return utf8_valid(text);
}

static bool headers_read(WebRequest *web)
{
    Str purpose = http_header(web->http, "heluo-purpose");
    if (purpose.n) {
        Buf decoded = buf_new(200);
        bool ok = url_decode(&decoded, purpose, false) && !decoded.overflow &&
                  text_plain(buf_str(&decoded));
        web->purpose = arena_str(web->arena, buf_str(&decoded));
        buf_free(&decoded);
        if (!ok) {
            web_error(web, ERR_BAD, "purpose_form", &TEXT_PURPOSE, STR_NONE, STR_NONE);
            return false;
        }
    }
    web->request_id = http_header(web->http, "heluo-request-id");
    if (web->request_id.p && !request_id_ok(web->request_id)) {
        web_error(web, ERR_BAD, "request_id_form", &TEXT_REQUEST_ID, STR_NONE, STR_NONE);
        return false;
    }
    return true;
}

/* ---- the way in ---- */

static const Text TEXT_PARAMETER = {"没有“{0}”这个参数", "there is no parameter “{0}” here"};
static const Text TEXT_PARAMETER_TWICE = {"参数“{0}”出现了两次",
                                          "the parameter “{0}” stands twice"};

static bool query_check(WebRequest *web)
{
    const HttpRequest *http = web->http;
    for (int i = 0; i < http->query_count; i++) {
        Str name = http->query[i].name;
        for (int k = 0; k < i; k++) {
            if (!str_eq(http->query[k].name, name)) continue;
            web_error(web, ERR_BAD, "parameter_twice", &TEXT_PARAMETER_TWICE, name, STR_NONE);
            return false;
        }
        bool known = str_is(str_of(web->route->query), "*") ||
                     name_listed(web->route->query, name) ||
                     (web->route->page && name_listed("lang view", name)) ||
                     (http->local && str_is(name, "organ"));
        if (known) continue;
        web_error(web, ERR_BAD, "parameter_unknown", &TEXT_PARAMETER, name, STR_NONE);
        return false;
    }
    return true;
}

/* The workbench is for somebody known: others are answered before any body is read. */
static bool desk_check(WebRequest *web)
{
    Str path = web->http->path;
    bool open = !str_starts(path, STR("/desk/")) || str_is(path, "/desk/") ||
                str_is(path, "/desk/enter");
    if (open || web->subject.kind != SUBJECT_ANONYMOUS) return true;
    session_door(web);
    return false;
}

static bool address_plain(Str text)
{
    if (text.n == 0 || text.n > 45) return false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!hex && c != '.' && c != ':') return false;
    }
    return true;
}

/* The last address of X-Forwarded-For is the one that the proxy itself saw; what stands before it
 * anybody may have written. */
static Str client_of(const WebRequest *web)
{
    Str own = web->http->client, rest = http_header(web->http, "x-forwarded-for"), last = STR_NONE;
    Str proxy = web->app->trusted_proxy;
    if (proxy.n == 0 || !str_eq(own, proxy)) return own;
    while (rest.p && str_split(&rest, ',', &last)) continue;
    last = str_trim(last);
    return address_plain(last) ? last : own;
}

/* Nobody fills the disk with a file who may not hand it in anyway. */
static bool spool_check(WebRequest *web)
{
    if (!web->route->spool || web->subject.kind != SUBJECT_ANONYMOUS) return true;
    web_error_plain(web, ERR_UNAUTHENTICATED);
    return false;
}

static void id_make(WebRequest *web)
{
    static _Atomic uint64_t counter;
    static uint64_t start;
    uint64_t n = counter++;
    if (n == 0) env_random(web->app->env, &start, sizeof start);
    uint64_t id = start + n * 0x9E3779B97F4A7C15u;
    for (int i = 0; i < 16; i++, id >>= 4) web->id[i] = "0123456789abcdef"[id & 15];
    web->id[16] = '\0';
}

static const char *const METHOD_NAMES[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"};

static void methods_tell(WebRequest *web, unsigned methods)
{
    Buf allow = buf_new(128);
    for (unsigned i = 0; i < COUNT_OF(METHOD_NAMES); i++) {
        if (methods >> i & 1) buf_printf(&allow, "%s%s", allow.n ? ", " : "", METHOD_NAMES[i]);
    }
    if (methods & 1u << HTTP_GET) buf_lit(&allow, ", HEAD");
    http_reply_header(web->reply, STR("Allow"), arena_str(web->arena, buf_str(&allow)));
    buf_free(&allow);
}

static const Text TEXT_METHOD = {"这里不接受 {0}", "{0} is not taken here"};

static void route_missing(WebRequest *web, unsigned methods)
{
    if (methods == 0) {
        web_error_plain(web, ERR_NOT_FOUND);
        return;
    }
    web_error_status(web, 405, "method", &TEXT_METHOD, str_of(METHOD_NAMES[web->http->method]));
    methods_tell(web, methods);
}

static void handler_run(HttpRequest *request, HttpReply *reply)
{
    (void)reply;
    WebRequest *web = request->user;
    web->route->handler(web);
}

static void security_headers(WebRequest *web)
{
    if (!web->route || web->route->page) {
        http_reply_header(web->reply, STR("Content-Security-Policy"),
                          STR("default-src 'none'; style-src 'self'; script-src 'self'; img-src "
                              "'self' data:; font-src 'self';"
                              " connect-src 'self'; form-action 'self'; base-uri 'none'; "
                              "frame-ancestors 'none'"));
        http_reply_header(web->reply, STR("Referrer-Policy"), STR("same-origin"));
        http_reply_header(web->reply, STR("Cross-Origin-Opener-Policy"), STR("same-origin"));
    }
}

HttpRoute router_route(HttpRequest *request, HttpReply *reply)
{
    WebRequest *web = arena_alloc(request->arena, sizeof *web);
    web->http = request;
    web->reply = reply;
    web->app = request->app;
    web->arena = request->arena;
    web->waiter = request->user;
    request->user = web;
    if (reply->body.max == 0) reply->body = buf_new(REPLY_MAX);
    web->client = client_of(web);
    id_make(web);
    unsigned methods = 0;
    web->route = route_find(request, web->params, &methods);
    bool page = web->route ? web->route->page : !str_starts(request->path, STR("/api"));
    web->lang = lang_of(request, page);
    web->view = page ? view_of(request) : VIEW_NORMAL;
    security_headers(web);
    if (web->route == NULL) {
        route_missing(web, methods);
        return (HttpRoute){0};
    }
    if (page) preferences_keep(web);
    if (!query_check(web) || !headers_read(web) || !subject_find(web) || !desk_check(web) ||
        !spool_check(web))
        return (HttpRoute){0};
    return (HttpRoute){handler_run, web->route->body_max, web->route->spool};
}

/* ---- answers ---- */

void web_json(WebRequest *web, int status)
{
    web->reply->status = status;
    web->reply->content_type = STR("application/json; charset=utf-8");
}

bool web_query(const WebRequest *web, const char *name, Str *value)
{
    return http_query(web->http, name, value);
}

static void problem_begin(WebRequest *web, int status, Str code, Str sentence, Json *json)
{
    buf_clear(&web->reply->body);
    web->reply->status = status;
    web->reply->content_type = STR("application/problem+json; charset=utf-8");
    if (status == 401) http_reply_header(web->reply, STR("WWW-Authenticate"), STR("Bearer"));
    *json = json_to(&web->reply->body);
    json_put_object(json);
    json_put_key_str(json, STR("type"), STR("about:blank"));
    json_put_key_str(json, STR("title"), sentence);
    json_put_key_int(json, STR("status"), status);
    json_put_key_str(json, STR("detail"), sentence);
    json_put_key_str(json, STR("code"), code);
    json_put_key_str(json, STR("instance"), str_of(web->id));
}

static void error_write(WebRequest *web, int status, const char *code, const Issue *issue)
{
    Buf sentence = buf_new(PROBLEM_MAX);
    issue_write_text(&sentence, issue, web->lang);
    bool page = web->route ? web->route->page : !str_starts(web->http->path, STR("/api"));
    if (page) {
        web_error_page(web, status, str_of(code), buf_str(&sentence));
    } else {
        Json json;
        problem_begin(web, status, str_of(code), buf_str(&sentence), &json);
        json_put_object_end(&json);
    }
    buf_free(&sentence);
}

void web_error(WebRequest *web, Err err, const char *code, const Text *text, Str arg0, Str arg1)
{
    Issue issue = {.field = -1, .text = text, .arg = {arg0, arg1}};
    error_write(web, err_http_status(err), code, &issue);
}

void web_error_status(WebRequest *web, int status, const char *code, const Text *text, Str arg0)
{
    Issue issue = {.field = -1, .text = text, .arg = {arg0, STR_NONE}};
    error_write(web, status, code, &issue);
}

static const Text TEXTS_PLAIN[] = {
    [ERR_OK] = {"办好了", "done"},
    [ERR_BAD] = {"请求写法有误", "the request is not well formed"},
    [ERR_UNAUTHENTICATED] = {"需要接口密钥", "an API key is needed"},
    [ERR_DENIED] = {"这项数据不能这样使用", "this use of the data is not allowed"},
    [ERR_NOT_FOUND] = {"没有找到您要的内容", "there is nothing at this place"},
    [ERR_CONFLICT] = {"与已存的内容冲突", "clashes with what is stored"},
    [ERR_TOO_LARGE] = {"内容超过上限", "over the limit of size"},
    [ERR_MISUSED] = {"同一请求号已用于另一份内容",
                     "the same request id was used for other content"},
    [ERR_BUSY] = {"请求太密，请稍后再试", "too many at once; try again later"},
    [ERR_STORAGE] = {"暂时不能写入，什么都没有存；请稍后再试",
                     "nothing can be written now and nothing was stored; try again later"},
    [ERR_INTERNAL] = {"是我们出了问题", "something went wrong on our side"},
};

void web_error_plain(WebRequest *web, Err err)
{
    web_error(web, err, err_name(err), &TEXTS_PLAIN[err], STR_NONE, STR_NONE);
}

static const Text TEXT_ISSUES = {"有 {0} 处要改", "{0} things to change"};

void web_issues(WebRequest *web, const Dataset *dataset, const Issues *issues)
{
    Issue head = {.text = &TEXT_ISSUES,
                  .arg = {arena_printf(web->arena, "%d", issues->errors), STR_NONE}};
    Buf text = buf_new(PROBLEM_MAX);
    issue_write_text(&text, &head, web->lang);
    Json json;
    problem_begin(web, 400, STR("invalid"), buf_str(&text), &json);
    json_put_key(&json, STR("errors"));
    json_put_array(&json);
    for (int i = 0; i < issues->count; i++) {
        const Issue *issue = &issues->items[i];
        if (issue->warning) continue;
        buf_clear(&text);
        issue_write_text(&text, issue, web->lang);
        json_put_object(&json);
        json_put_key_str(&json, STR("field"),
                         issue->field >= 0 ? dataset->fields[issue->field].id : STR(""));
        json_put_key_str(&json, STR("code"), str_of(issue_code_name(issue->code)));
        json_put_key_str(&json, STR("message"), buf_str(&text));
        json_put_object_end(&json);
    }
    json_put_array_end(&json);
    json_put_object_end(&json);
    buf_free(&text);
}

void web_redirect(WebRequest *web, Str location)
{
    web->reply->status = 303;
    http_reply_header(web->reply, STR("Location"), location);
}

static const Text TEXT_SLOW = {"查得太密了，请等 {0} 秒再试",
                               "too many look-ups; try again in {0} seconds"};

bool web_allow(WebRequest *web, Allowance allowance)
{
    int wait_s = 0;
    if (web->http->local || web->app->limiter == NULL) return true;
    if (limiter_take(web->app->limiter, allowance, web->client, web->http->started_us, &wait_s))
        return true;
    Str seconds = arena_printf(web->arena, "%d", wait_s);
    web_error(web, ERR_BUSY, "rate", &TEXT_SLOW, seconds, STR_NONE);
    http_reply_header(web->reply, STR("Retry-After"), seconds);
    return false;
}

static const Text TEXT_ACCESS[] = {
    {"需要接口密钥：这一步不对公众开放", "an API key is needed: this is not open to the public"},
    {"本机关不是这个库的来源，不能交数据",
     "this organ is not a source of the dataset and cannot hand in records"},
    {"这个库按规定不予共享", "this dataset is not shared, by its legal basis"},
    {"不允许", "not allowed"},
};
static const char *const ACCESS_REASONS[] = {"key_required", "organ_not_source", "not_shared",
                                             "denied"};

bool web_access(WebRequest *web, Action action, const Dataset *dataset, AccessDecision *decision)
{
    access_decide(&web->subject, action, dataset, web->purpose, decision);
    if (decision->err == ERR_OK) return true;
    size_t i = 0;
    while (i + 1 < COUNT_OF(ACCESS_REASONS) && !str_is(str_of(decision->reason), ACCESS_REASONS[i]))
        i++;
    web_error(web, decision->err, decision->reason, &TEXT_ACCESS[i], STR_NONE, STR_NONE);
    return false;
}

Str web_url(WebRequest *web, Str path_and_query)
{
    Str base = web->app->base_url, host = http_header(web->http, "host");
    if (base.n)
        return arena_printf(web->arena, STR_FMT STR_FMT, STR_ARG(base), STR_ARG(path_and_query));
    if (host.n == 0) return path_and_query;
    return arena_printf(web->arena, "http://" STR_FMT STR_FMT, STR_ARG(host),
                        STR_ARG(path_and_query));
}

/* ---- waiting ---- */

typedef struct Waiter { /* of a command in this process */
    pthread_mutex_t lock;
    pthread_cond_t done_changed;
    bool waits, done;
} Waiter;

void web_wait(WebRequest *web)
{
    Waiter *waiter = web->waiter;
    if (waiter == NULL)
        http_suspend(web->http);
    else
        waiter->waits = true;
}

void web_done(WebRequest *web)
{
    Waiter *waiter = web->waiter;
    if (waiter == NULL) {
        http_resume(web->http);
        return;
    }
    pthread_mutex_lock(&waiter->lock);
    waiter->done = true;
    pthread_cond_signal(&waiter->done_changed);
    pthread_mutex_unlock(&waiter->lock);
}

/* ---- a command's call ---- */

static void target_split(HttpRequest *request, Str target, HttpPair *query)
{
    Str path, rest = target, pair;
    str_split(&rest, '?', &path);
    Buf decoded = buf_new(HTTP_URL_MAX);
    ASSERT(url_decode(&decoded, path, false));
    request->path = arena_str(request->arena, buf_str(&decoded));
    request->query_text = rest.p ? rest : STR("");
    request->query = query;
    while (rest.p && rest.n && str_split(&rest, '&', &pair)) {
        Str name, value = pair;
        str_split(&value, '=', &name);
        buf_clear(&decoded);
        ASSERT(request->query_count < HTTP_QUERY_MAX &&
               url_decode(&decoded, value.p ? value : STR(""), false));
        query[request->query_count++] = (HttpPair){arena_str(request->arena, name),
                                                   arena_str(request->arena, buf_str(&decoded))};
    }
    buf_free(&decoded);
}

void web_call(App *app, HttpMethod method, Str target, const HttpPair *headers, int header_count,
              Str body, int body_fd, Arena *arena, HttpReply *reply)
{
    Waiter waiter = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, false};
    HttpPair query[HTTP_QUERY_MAX];
    HttpRequest request = {.method = method,
                           .headers = (HttpPair *)headers,
                           .header_count = header_count,
                           .body = body,
                           .spool_fd = body_fd,
                           .client = STR("local"),
                           .local = true,
                           .arena = arena,
                           .started_us = env_now_us(app->env),
                           .app = app,
                           .user = &waiter};
    *reply = (HttpReply){.file_fd = -1};
    target_split(&request, target, query);
    HttpRoute route = router_route(&request, reply);
    if (route.handler) route.handler(&request, reply);
    if (!waiter.waits) return;
    pthread_mutex_lock(&waiter.lock);
    while (!waiter.done) pthread_cond_wait(&waiter.done_changed, &waiter.lock);
    pthread_mutex_unlock(&waiter.lock);
}

/* ---- what lib/http tells ---- */

void router_refused(int status, const char *why, HttpReply *reply)
{
    buf_printf(
        &reply->body,
        "{\"type\":\"about:blank\",\"title\":\"malformed request\",\"status\":%d,\"detail\":",
        status);
    json_put_text(&reply->body, str_of(why));
    buf_lit(&reply->body, ",\"code\":\"malformed\"}");
    reply->content_type = STR("application/problem+json; charset=utf-8");
    reply->status = status;
}

void router_served(const HttpRequest *request, int status, int64_t duration_us, int64_t bytes)
{
    App *app = request->app;
    if (app->metrics) metrics_note(app->metrics, status, duration_us, bytes);
    const WebRequest *web = request->user;
    if (status < 500 || web == NULL) return;
    log_event(LOG_LEVEL_ERROR, "answer", LOG_INT("status", status),
              LOG_STR("request", str_of(web->id)),
              LOG_STR("route", web->route ? str_of(web->route->path) : STR("")),
              LOG_INT("duration_us", duration_us));
}
