/* Sessions on the web: whose request it is, the way in and out, what browsers must prove. */
#include "kernel/web/desk.h"
#include "kernel/web/desk_door.page.h"
#include "kernel/web/desk_enter.page.h"
#include "kernel/web/desk_leave.page.h"
#include "kernel/web/form.h"
#include "kernel/web/page_web.h"
#include "kernel/web/session.h"

#define COOKIE "desk"

static bool https(const WebRequest *web)
{
    return str_starts(web->app->base_url, STR("https://"));
}

/* ---- what browsers say of where a request comes from ---- */

static Str scheme_off(Str origin)
{
    if (str_starts(origin, STR("https://"))) return str_slice(origin, 8, origin.n);
    if (str_starts(origin, STR("http://"))) return str_slice(origin, 7, origin.n);
    return STR_NONE; /* "null", and what is no origin */
}

/* Fetch Metadata (W3C) and Origin (RFC 6454). A browser sends at least one of them with every POST;
 * a request with neither is refused. */
bool session_same_origin(const WebRequest *web)
{
    Str site = http_header(web->http, "sec-fetch-site"), origin = http_header(web->http, "origin");
    Str host = http_header(web->http, "host"), base = web->app->base_url;
    if (site.p && !str_is(site, "same-origin")) return false;
    if (origin.p == NULL) return site.p != NULL;
    Str origin_host = scheme_off(origin);
    return origin_host.n &&
           ((host.n && str_eq(origin_host, host)) || (base.n && str_eq(origin, base)));
}

static const Text TEXT_SITE = {"这次提交不是从本站的网页发出的，没有办理",
                               "this was not sent from a page of this site and was not done"};
static const Text TEXT_TOKEN = {
    "这张表单属于另一次登录，没有办理；请重新打开网页再填",
    "this form belongs to another session and was not done; open the page again"};

static bool same_origin_check(WebRequest *web)
{
    if (session_same_origin(web)) return true;
    web_error(web, ERR_DENIED, "cross_site", &TEXT_SITE, STR_NONE, STR_NONE);
    return false;
}

bool session_form_ok(WebRequest *web, Str form_token)
{
    if (web->form_token.n == 0) return true;
    Digest want = sha256(web->form_token), have = sha256(form_token);
    if (digest_eq(&want, &have)) return true;
    web_error(web, ERR_DENIED, "form_token", &TEXT_TOKEN, STR_NONE, STR_NONE);
    return false;
}

bool session_subject(WebRequest *web)
{
    HttpMethod method = web->http->method;
    bool desk = str_starts(web->http->path, STR("/desk/"));
    if (!desk || web->app->sessions == NULL) return true;
    Str cookie = web_cookie(web->http, STR(COOKIE));
    SessionToken form;
    if (!cookie.n || !sessions_find(web->app->sessions, cookie, &form)) return true;
    if (method != HTTP_GET && method != HTTP_HEAD && !same_origin_check(web)) return false;
    web->subject = (Subject){SUBJECT_LOCAL, STR_NONE, STR("local")};
    web->form_token = arena_str(web->arena, str_of(form.text));
    return true;
}

/* ---- the door ---- */

static void door_show(WebRequest *web, bool used)
{
    Page page;
    page_open(web, 401, &page);
    http_reply_header(web->reply, STR("WWW-Authenticate"), STR("Bearer"));
    desk_door(&page, &(DeskDoorPage){.used = used});
}

void session_door(WebRequest *web)
{
    door_show(web, false);
}

static void enter_get(WebRequest *web)
{
    Str token;
    if (!web_query(web, "token", &token)) {
        door_show(web, false);
        return;
    }
    Page page;
    page_open(web, 200, &page);
    desk_enter(&page, &(DeskEnterPage){.token = token});
}

static void cookie_set(WebRequest *web, Str value, int seconds)
{
    http_reply_header(web->reply, STR("Set-Cookie"),
                      arena_printf(web->arena,
                                   COOKIE "=" STR_FMT "; Path=/desk; Max-Age=%d; HttpOnly; "
                                          "SameSite=Strict%s",
                                   STR_ARG(value), seconds, https(web) ? "; Secure" : ""));
}

static bool loopback(Str client)
{
    return str_starts(client, STR("127.")) || str_is(client, "::1") ||
           str_starts(client, STR("::ffff:127."));
}

static const Text TEXT_PLAIN = {
    "不加密的网络上不能进入工作台；请在本机的浏览器里打开，或先设好 HTTPS（public_base_url）",
    "the workbench cannot be entered over a network without encryption; open the link on this "
    "machine, or set up HTTPS (public_base_url)"};

static void enter_post(WebRequest *web)
{
    Form form;
    SessionToken cookie;
    if (!same_origin_check(web)) return;
    if (!https(web) && !loopback(web->http->client)) {
        web_error(web, ERR_DENIED, "not_encrypted", &TEXT_PLAIN, STR_NONE, STR_NONE);
        return;
    }
    web->form_token = STR_NONE; /* of an earlier session; this form has the link's own token */
    if (!web_form(web, &form)) return;
    if (web->app->sessions == NULL ||
        sessions_enter(web->app->sessions, form_value(&form, "token"), &cookie) != ERR_OK) {
        door_show(web, true);
        return;
    }
    cookie_set(web, str_of(cookie.text), SESSION_LIFE_MINUTES * 60);
    explicit_bzero(&cookie, sizeof cookie);
    web_redirect(web, STR("/desk/"));
}

static void leave_get(WebRequest *web)
{
    Page page;
    page_open(web, 200, &page);
    desk_leave(&page, &(DeskLeavePage){.form_token = web->form_token});
}

static void leave_post(WebRequest *web)
{
    Form form;
    if (!web_form(web, &form)) return;
    if (web->app->sessions) sessions_leave(web->app->sessions, web_cookie(web->http, STR(COOKIE)));
    cookie_set(web, STR(""), 0);
    web_redirect(web, STR("/"));
}

/* A new link, for whoever may use the Unix socket. */
static void link_post(WebRequest *web)
{
    if (web->app->sessions == NULL) {
        web_error_plain(web, ERR_NOT_FOUND);
        return;
    }
    Buf link = buf_new(1024);
    sessions_link_write(web->app->sessions, &link);
    web_json(web, 201);
    Json json = json_to(&web->reply->body);
    json_put_object(&json);
    json_put_key_str(&json, STR("link"), buf_str(&link));
    json_put_key_int(&json, STR("minutes"), SESSION_LINK_MINUTES);
    json_put_object_end(&json);
    buf_free(&link);
}

REGISTER(Route, desk_enter_get) = {.method = HTTP_GET,
                                   .path = "/desk/enter",
                                   .handler = enter_get,
                                   .query = "token",
                                   .page = true};
REGISTER(Route, desk_enter_post) = {.method = HTTP_POST,
                                    .path = "/desk/enter",
                                    .handler = enter_post,
                                    .body_max = FORM_BYTES_MAX,
                                    .page = true};
REGISTER(Route, desk_leave_get) = {
    .method = HTTP_GET, .path = "/desk/leave", .handler = leave_get, .page = true};
REGISTER(Route, desk_leave_post) = {.method = HTTP_POST,
                                    .path = "/desk/leave",
                                    .handler = leave_post,
                                    .body_max = FORM_BYTES_MAX,
                                    .page = true};
REGISTER(Route, desk_link_post) = {.method = HTTP_POST,
                                   .path = "/api/desk-links",
                                   .handler = link_post,
                                   .body_max = 1024,
                                   .local_only = true};

REGISTER(NavItem, desk_leave_nav) = {NAV_DESK, 99, "/desk/leave", T_desk_leave_nav};
