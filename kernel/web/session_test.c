/* Who gets into the workbench: links, sessions, and what a browser must prove with every POST. */
#include "kernel/dataset/rules.h"
#include "kernel/testkit.h"
#include "kernel/web/form.h"
#include "kernel/web/session.h"

const CheckRule CHECK_RULES[] = {{{NULL, 0}, NULL}};
const ReaderRule READER_RULES[] = {{{NULL, 0}, NULL}};

static const int64_t MINUTE = 60 * (int64_t)1000000;
static _Atomic int64_t now_us;

static int64_t clock_now(void *self)
{
    (void)self;
    return now_us;
}

static void random_of(void *self, void *out, size_t size)
{
    (void)self;
    env_random(&ENV_REAL, out, size);
}

static const Env ENV = {clock_now, random_of, NULL};

static Arena *arena;

static Str link_token(Sessions *sessions)
{
    Buf link = buf_new(1024);
    sessions_link_write(sessions, &link);
    Str text = arena_str(arena, buf_str(&link));
    buf_free(&link);
    ptrdiff_t at = str_find(text, STR("token="));
    assert_true(at > 0);
    return str_slice(text, (size_t)at + 6, text.n);
}

static Sessions *sessions_of(void)
{
    now_us = KIT_START_US;
    return sessions_new(&ENV);
}

/* ---- links ---- */

static void a_link_leads_to_the_address_that_is_served(void **state)
{
    (void)state;
    Sessions *sessions = sessions_of();
    sessions_address_set(sessions, STR("http://localhost:8080"));
    Buf link = buf_new(1024);
    sessions_link_write(sessions, &link);
    assert_true(str_starts(buf_str(&link), STR("http://localhost:8080/desk/enter?token=")));
    buf_free(&link);
    sessions_free(sessions);
}

static void a_link_works_once(void **state)
{
    (void)state;
    Sessions *sessions = sessions_of();
    SessionToken cookie, form;
    Str token = link_token(sessions);
    assert_int_equal(token.n, SESSION_TOKEN_CHARS);
    assert_int_equal(sessions_enter(sessions, token, &cookie), ERR_OK);
    assert_true(sessions_find(sessions, str_of(cookie.text), &form));
    assert_int_equal(sessions_enter(sessions, token, &cookie), ERR_UNAUTHENTICATED);
    sessions_free(sessions);
}

static void a_link_is_not_a_cookie_and_a_cookie_no_link(void **state)
{
    (void)state;
    Sessions *sessions = sessions_of();
    SessionToken cookie, other, form;
    Str token = link_token(sessions);
    assert_false(sessions_find(sessions, token, &form));
    assert_int_equal(sessions_enter(sessions, token, &cookie), ERR_OK);
    assert_int_equal(sessions_enter(sessions, str_of(cookie.text), &other), ERR_UNAUTHENTICATED);
    assert_true(sessions_find(sessions, str_of(cookie.text), &form));
    assert_false(sessions_find(sessions, str_of(form.text), &other));
    sessions_free(sessions);
}

static void what_is_no_link_is_refused(void **state)
{
    (void)state;
    static const char *const TOKENS[] = {
        "", "0", "0000000000000000000000000000000000000000000000000000000000000000", "' OR 1=1 --"};
    Sessions *sessions = sessions_of();
    SessionToken cookie;
    Str good = link_token(sessions);
    for (size_t i = 0; i < COUNT_OF(TOKENS); i++)
        assert_int_equal(sessions_enter(sessions, str_of(TOKENS[i]), &cookie), ERR_UNAUTHENTICATED);
    assert_int_equal(sessions_enter(sessions, str_slice(good, 0, 63), &cookie),
                     ERR_UNAUTHENTICATED);
    assert_int_equal(sessions_enter(sessions, good, &cookie), ERR_OK);
    sessions_free(sessions);
}

static void a_link_ends_after_its_minutes(void **state)
{
    (void)state;
    Sessions *sessions = sessions_of();
    SessionToken cookie;
    Str last = link_token(sessions), late = link_token(sessions);
    now_us += SESSION_LINK_MINUTES * MINUTE - 1;
    assert_int_equal(sessions_enter(sessions, last, &cookie), ERR_OK);
    now_us += 1;
    assert_int_equal(sessions_enter(sessions, late, &cookie), ERR_UNAUTHENTICATED);
    sessions_free(sessions);
}

static void the_oldest_link_gives_way(void **state)
{
    (void)state;
    Sessions *sessions = sessions_of();
    SessionToken cookie;
    Str tokens[SESSION_LINKS_MAX + 1];
    for (int i = 0; i <= SESSION_LINKS_MAX; i++, now_us++) tokens[i] = link_token(sessions);
    assert_int_equal(sessions_enter(sessions, tokens[0], &cookie), ERR_UNAUTHENTICATED);
    for (int i = 1; i <= SESSION_LINKS_MAX; i++)
        assert_int_equal(sessions_enter(sessions, tokens[i], &cookie), ERR_OK);
    sessions_free(sessions);
}

/* ---- sessions ---- */

static void a_session_lives_while_it_is_used(void **state)
{
    (void)state;
    Sessions *sessions = sessions_of();
    SessionToken cookie, form;
    assert_int_equal(sessions_enter(sessions, link_token(sessions), &cookie), ERR_OK);
    now_us += SESSION_IDLE_MINUTES * MINUTE - 1;
    assert_true(sessions_find(sessions, str_of(cookie.text), &form));
    now_us += SESSION_IDLE_MINUTES * MINUTE - 1;
    assert_true(sessions_find(sessions, str_of(cookie.text), &form));
    now_us += SESSION_IDLE_MINUTES * MINUTE;
    assert_false(sessions_find(sessions, str_of(cookie.text), &form));
    sessions_free(sessions);
}

static void no_session_lives_longer_than_its_hours(void **state)
{
    (void)state;
    Sessions *sessions = sessions_of();
    SessionToken cookie, form;
    assert_int_equal(sessions_enter(sessions, link_token(sessions), &cookie), ERR_OK);
    for (int minutes = 0; minutes < SESSION_LIFE_MINUTES - 10; minutes += 10) {
        now_us += 10 * MINUTE;
        assert_true(sessions_find(sessions, str_of(cookie.text), &form));
    }
    now_us += 10 * MINUTE;
    assert_false(sessions_find(sessions, str_of(cookie.text), &form));
    sessions_free(sessions);
}

static void whoever_leaves_is_out(void **state)
{
    (void)state;
    Sessions *sessions = sessions_of();
    SessionToken mine, other, form;
    assert_int_equal(sessions_enter(sessions, link_token(sessions), &mine), ERR_OK);
    assert_int_equal(sessions_enter(sessions, link_token(sessions), &other), ERR_OK);
    sessions_leave(sessions, str_of(mine.text));
    assert_false(sessions_find(sessions, str_of(mine.text), &form));
    assert_true(sessions_find(sessions, str_of(other.text), &form));
    sessions_free(sessions);
}

static void the_idlest_session_gives_way(void **state)
{
    (void)state;
    Sessions *sessions = sessions_of();
    SessionToken cookies[SESSIONS_MAX + 1], form;
    for (int i = 0; i < SESSIONS_MAX; i++, now_us++)
        assert_int_equal(sessions_enter(sessions, link_token(sessions), &cookies[i]), ERR_OK);
    assert_true(sessions_find(sessions, str_of(cookies[0].text), &form));
    assert_int_equal(sessions_enter(sessions, link_token(sessions), &cookies[SESSIONS_MAX]),
                     ERR_OK);
    assert_true(sessions_find(sessions, str_of(cookies[0].text), &form));
    assert_false(sessions_find(sessions, str_of(cookies[1].text), &form));
    assert_true(sessions_find(sessions, str_of(cookies[SESSIONS_MAX].text), &form));
    sessions_free(sessions);
}

/* ---- on the web: as a browser sends it, over the network ---- */

static Kit *kit;

typedef struct Sent {
    HttpMethod method;
    const char *path, *client;
    HttpPair headers[8];
    int header_count;
    Str body;
} Sent;

typedef struct Got {
    int status;
    Str text, cookie; /* cookie: name=value */
    SubjectKind who;
} Got;

static Str reply_header(const HttpReply *reply, const char *name)
{
    for (int i = 0; i < reply->header_count; i++) {
        if (str_is(reply->headers[i].name, name)) return reply->headers[i].value;
    }
    return STR_NONE;
}

static void header(Sent *sent, const char *name, Str value)
{
    sent->headers[sent->header_count++] = (HttpPair){str_of(name), value};
}

static Got send_it(Sent *sent)
{
    HttpRequest request = {.method = sent->method,
                           .path = str_of(sent->path),
                           .query_text = STR(""),
                           .headers = sent->headers,
                           .header_count = sent->header_count,
                           .body = sent->body,
                           .spool_fd = -1,
                           .client = str_of(sent->client ? sent->client : "127.0.0.1"),
                           .arena = kit->arena,
                           .app = &kit->app};
    HttpReply reply = {.file_fd = -1};
    HttpRoute route = router_route(&request, &reply);
    if (route.handler) route.handler(&request, &reply);
    Str set = reply_header(&reply, "Set-Cookie"), cookie;
    str_split(&set, ';', &cookie);
    Got got = {.status = reply.status,
               .text = arena_str(kit->arena, buf_str(&reply.body)),
               .cookie = cookie,
               .who = ((WebRequest *)request.user)->subject.kind};
    buf_free(&reply.body);
    return got;
}

static Sent from_page(HttpMethod method, const char *path, Str cookie)
{
    Sent sent = {.method = method, .path = path};
    header(&sent, "host", STR("localhost:8080"));
    if (cookie.n) header(&sent, "cookie", cookie);
    if (method != HTTP_POST) return sent;
    header(&sent, "content-type", STR("application/x-www-form-urlencoded"));
    return sent;
}

static Sent enter_with(Str token)
{
    Sent sent = from_page(HTTP_POST, "/desk/enter", STR_NONE);
    sent.body = arena_printf(kit->arena, "token=" STR_FMT, STR_ARG(token));
    return sent;
}

static Str enter(void)
{
    Sent sent = enter_with(link_token(kit->app.sessions));
    header(&sent, "origin", STR("http://localhost:8080"));
    Got got = send_it(&sent);
    assert_int_equal(got.status, 303);
    assert_true(str_starts(got.cookie, STR("desk=")));
    return got.cookie;
}

static void whoever_is_not_known_is_told_how_to_get_in(void **state)
{
    (void)state;
    static const char *const COOKIES[] = {
        "", "desk=", "desk=0", "lang=zh",
        "desk=0000000000000000000000000000000000000000000000000000000000000000"};
    for (size_t i = 0; i < COUNT_OF(COOKIES); i++) {
        Sent sent = from_page(HTTP_GET, "/desk/leave", str_of(COOKIES[i]));
        Got got = send_it(&sent);
        assert_int_equal(got.status, 401);
        assert_true(str_find(got.text, STR("heluo desk")) > 0);
    }
}

static void a_cookie_counts_for_the_workbench_alone(void **state)
{
    (void)state;
    Str cookie = enter();
    Sent desk = from_page(HTTP_GET, "/desk/leave", cookie), api = desk, other = desk, near = desk;
    api.path = "/api/jobs";
    other.path = "/healthz";
    near.path = "/deskless";
    assert_int_equal(send_it(&desk).who, SUBJECT_LOCAL);
    assert_int_equal(send_it(&api).who, SUBJECT_ANONYMOUS);
    assert_int_equal(send_it(&other).who, SUBJECT_ANONYMOUS);
    assert_int_equal(send_it(&near).who, SUBJECT_ANONYMOUS);
}

static void to_look_at_a_link_does_not_use_it(void **state)
{
    (void)state;
    Str token = link_token(kit->app.sessions);
    Sent look = from_page(HTTP_GET, "/desk/enter", STR_NONE);
    assert_int_equal(send_it(&look).status, 401);
    Sent sent = enter_with(token);
    header(&sent, "origin", STR("http://localhost:8080"));
    assert_int_equal(send_it(&sent).status, 303);
}

/* ---- what comes from elsewhere ---- */

typedef struct Origin {
    const char *about, *site, *origin; /* NULL: the header is not there */
    bool good;
} Origin;

static const Origin ORIGINS[] = {
    {"both say: our page", "same-origin", "http://localhost:8080", true},
    {"an older browser", NULL, "http://localhost:8080", true},
    {"the city's public address", "same-origin", "https://city.example", true},
    {"behind a proxy that ends TLS", NULL, "https://localhost:8080", true},
    {"only Fetch Metadata", "same-origin", NULL, true},
    {"neither", NULL, NULL, false},
    {"another site", "cross-site", "https://evil.example", false},
    {"another site in an older browser", NULL, "https://evil.example", false},
    {"another port of this machine", "same-site", "http://localhost:3000", false},
    {"another port in an older browser", NULL, "http://localhost:3000", false},
    {"typed or from a bookmark", "none", NULL, false},
    {"a sandboxed frame", "cross-site", "null", false},
    {"null in an older browser", NULL, "null", false},
    {"a name that begins like ours", NULL, "http://localhost:8080.evil.example", false},
    {"another scheme", NULL, "ftp://localhost:8080", false},
    {"the two contradict", "same-origin", "https://evil.example", false},
    {"an empty origin", NULL, "", false},
};

static void a_post_comes_from_our_pages(void **state)
{
    (void)state;
    kit->app.base_url = STR("https://city.example");
    for (size_t i = 0; i < COUNT_OF(ORIGINS); i++) {
        const Origin *one = &ORIGINS[i];
        Sent sent = enter_with(link_token(kit->app.sessions));
        if (one->site) header(&sent, "sec-fetch-site", str_of(one->site));
        if (one->origin) header(&sent, "origin", str_of(one->origin));
        int status = send_it(&sent).status;
        if (status != (one->good ? 303 : 403)) fail_msg("%s: %d", one->about, status);
    }
    kit->app.base_url = STR_NONE;
}

static Str form_token_of(Str cookie)
{
    Sent page = from_page(HTTP_GET, "/desk/leave", cookie);
    Str text = send_it(&page).text;
    ptrdiff_t at = str_find(text, STR("name=\"form_token\" value=\""));
    assert_true(at > 0);
    return str_slice(text, (size_t)at + 25, (size_t)at + 25 + SESSION_TOKEN_CHARS);
}

static int leave_with(Str cookie, Str body, const char *origin)
{
    Sent sent = from_page(HTTP_POST, "/desk/leave", cookie);
    header(&sent, "origin", str_of(origin));
    sent.body = body;
    return send_it(&sent).status;
}

static void a_form_carries_its_sessions_token(void **state)
{
    (void)state;
    Str mine = enter(), other = enter();
    Str token = form_token_of(mine), foreign = form_token_of(other);
    const char *here = "http://localhost:8080";
    Str good = arena_printf(kit->arena, "form_token=" STR_FMT, STR_ARG(token));
    assert_int_equal(leave_with(mine, STR(""), here), 403);
    assert_int_equal(leave_with(mine, STR("form_token="), here), 403);
    assert_int_equal(
        leave_with(mine, arena_printf(kit->arena, "form_token=" STR_FMT, STR_ARG(foreign)), here),
        403);
    assert_int_equal(leave_with(mine, arena_printf(kit->arena, STR_FMT "0", STR_ARG(good)), here),
                     403);
    assert_int_equal(
        leave_with(mine,
                   arena_printf(kit->arena, STR_FMT "&" STR_FMT, STR_ARG(good), STR_ARG(good)),
                   here),
        400);
    assert_int_equal(leave_with(mine, good, "https://evil.example"), 403);
    assert_int_equal(leave_with(STR_NONE, good, here), 401);
    assert_int_equal(leave_with(mine, good, here), 303);
    assert_int_equal(leave_with(mine, good, here), 401); /* it is over */
}

static void without_encryption_only_this_machine_enters(void **state)
{
    (void)state;
    static const struct {
        const char *client;
        bool https, good;
    } CASES[] = {{"127.0.0.1", false, true},        {"::1", false, true},
                 {"::ffff:127.0.0.1", false, true}, {"10.0.0.8", true, true},
                 {"10.0.0.8", false, false},        {"::ffff:10.0.0.8", false, false},
                 {"1.127.0.1", false, false},       {"2001:db8::1", false, false}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Sent sent = enter_with(link_token(kit->app.sessions));
        kit->app.base_url = CASES[i].https ? STR("https://city.example") : STR_NONE;
        sent.client = CASES[i].client;
        header(&sent, "origin", STR("http://localhost:8080"));
        Got got = send_it(&sent);
        if (got.status != (CASES[i].good ? 303 : 403)) fail_msg("%s", CASES[i].client);
    }
    kit->app.base_url = STR_NONE;
}

static void links_are_made_for_the_socket_alone(void **state)
{
    (void)state;
    Sent sent = {.method = HTTP_POST, .path = "/api/desk-links"};
    assert_int_equal(send_it(&sent).status, 404);
    KitAnswer answer = kit_call(kit, HTTP_POST, "/api/desk-links", NULL, 0, STR(""));
    assert_int_equal(answer.status, 201);
    assert_non_null(json_string_value(json_object_get(answer.json, "link")));
    json_decref(answer.json);
}

/* ---- forms ---- */

static void forms_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *type, *body;
        int count; /* -1: refused */
    } CASES[] = {
        {"application/x-www-form-urlencoded", "a=1&b=%E6%B4%9B+%E9%98%B3", 2},
        {"application/x-www-form-urlencoded; charset=UTF-8", "a=", 1},
        {"application/x-www-form-urlencoded", "", 0},
        {"application/x-www-form-urlencoded", "a=b=c", 1},
        {"text/plain", "a=1", -1},
        {"multipart/form-data; boundary=x", "a=1", -1},
        {"", "a=1", -1},
        {"application/x-www-form-urlencoded", "a", -1},
        {"application/x-www-form-urlencoded", "a=1&a=2", -1},
        {"application/x-www-form-urlencoded", "a=1&%61=2", -1},
        {"application/x-www-form-urlencoded", "a=%2", -1},
        {"application/x-www-form-urlencoded", "a=%zz", -1},
        {"application/x-www-form-urlencoded", "a=%00", -1},
        {"application/x-www-form-urlencoded", "a=%ff", -1},
        {"application/x-www-form-urlencoded", "a=1&", -1},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Form form;
        Err err = form_read(str_of(CASES[i].type), str_of(CASES[i].body), arena, &form);
        int count = err == ERR_OK ? form.count : -1;
        if (count != CASES[i].count) fail_msg("%s: %d", CASES[i].body, count);
    }
    Form form;
    assert_int_equal(form_read(STR("application/x-www-form-urlencoded"),
                               STR("b=%E6%B4%9B+%E9%98%B3"), arena, &form),
                     ERR_OK);
    assert_true(str_is(form_value(&form, "b"), "洛 阳"));
    assert_null(form_value(&form, "c").p);
}

static int setup(void **state)
{
    (void)state;
    arena = arena_new(64 * 1024 * 1024);
    kit = kit_open(&MODEL_SHIPPED);
    kit->app.sessions = sessions_new(&kit->env);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    sessions_free(kit->app.sessions);
    kit_close(kit);
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_leads_to_the_address_that_is_served),
        cmocka_unit_test(a_link_works_once),
        cmocka_unit_test(a_link_is_not_a_cookie_and_a_cookie_no_link),
        cmocka_unit_test(what_is_no_link_is_refused),
        cmocka_unit_test(a_link_ends_after_its_minutes),
        cmocka_unit_test(the_oldest_link_gives_way),
        cmocka_unit_test(a_session_lives_while_it_is_used),
        cmocka_unit_test(no_session_lives_longer_than_its_hours),
        cmocka_unit_test(whoever_leaves_is_out),
        cmocka_unit_test(the_idlest_session_gives_way),
        cmocka_unit_test(whoever_is_not_known_is_told_how_to_get_in),
        cmocka_unit_test(a_cookie_counts_for_the_workbench_alone),
        cmocka_unit_test(to_look_at_a_link_does_not_use_it),
        cmocka_unit_test(a_post_comes_from_our_pages),
        cmocka_unit_test(a_form_carries_its_sessions_token),
        cmocka_unit_test(without_encryption_only_this_machine_enters),
        cmocka_unit_test(links_are_made_for_the_socket_alone),
        cmocka_unit_test(forms_are_read_strictly),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
