/* The gate's functions alone; lib/http_corpus_test.c sends the same kind of thing to a whole
 * server. */
#include "lib/http_gate.h"

#include "lib/http_testkit.h"

static Arena *arena;

static int start(void **state)
{
    (void)state;
    arena = arena_new(1024 * 1024);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void methods(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int status;
        HttpMethod method;
    } vectors[] = {
        {"GET", 0, HTTP_GET},       {"HEAD", 0, HTTP_HEAD},          {"POST", 0, HTTP_POST},
        {"PUT", 0, HTTP_PUT},       {"DELETE", 0, HTTP_DELETE},      {"OPTIONS", 0, HTTP_OPTIONS},
        {"get", 501, HTTP_GET},     {"TRACE", 501, HTTP_GET},        {"GETS", 501, HTTP_GET},
        {"", 400, HTTP_GET},        {"G ET", 400, HTTP_GET},         {"GET:", 400, HTTP_GET},
        {"GET\x7f", 400, HTTP_GET}, {"\xe8\x8e\xb7", 400, HTTP_GET},
    };
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        HttpMethod method = HTTP_GET;
        assert_int_equal(gate_method(str_of(vectors[i].text), &method).status, vectors[i].status);
        assert_int_equal(method, vectors[i].method);
    }
}

static void versions(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int status;
        bool http_1_1;
    } vectors[] = {
        {"HTTP/1.1", 0, true},     {"HTTP/1.0", 0, false},   {"HTTP/0.9", 505, false},
        {"HTTP/1.9", 505, false},  {"HTTP/3.0", 505, false}, {"", 400, false},
        {"HTTP/1.1 ", 400, false}, {"http/1.1", 400, false}, {"HTTP/x.1", 400, false},
    };
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        bool http_1_1;
        assert_int_equal(gate_version(str_of(vectors[i].text), &http_1_1).status,
                         vectors[i].status);
        assert_int_equal(http_1_1, vectors[i].http_1_1);
    }
}

/* A second, plain reading of the rules for short paths over a small alphabet: every text of up to
 * six pieces must be refused by both or accepted by both, with the same meaning. */
static const struct {
    const char *raw, *text; /* text NULL: refused wherever it stands */
} PIECES[] = {
    {"/", "/"},   {"a", "a"},    {".", "."},    {"%2e", "."},
    {"%41", "A"}, {"%2F", NULL}, {"%00", NULL}, {"%5C", NULL},
};

static bool plain_path(const int *pieces, int count, char *text)
{
    for (int i = 0; i < count; i++) {
        if (PIECES[pieces[i]].text == NULL) return false;
        text[i] = PIECES[pieces[i]].text[0];
    }
    text[count] = '\0';
    char framed[64];
    snprintf(framed, sizeof framed, "%.*s/", count, text);
    if (pieces[0] != 0 || strstr(text, "//")) return false;
    return !strstr(framed, "/./") && !strstr(framed, "/../");
}

static void paths_agree_with_a_plain_reading(void **state)
{
    (void)state;
    enum { KINDS = COUNT_OF(PIECES), LONGEST = 5 };
    int accepted = 0, refused = 0;
    for (int count = 1; count <= LONGEST; count++) {
        int total = 1;
        for (int i = 0; i < count; i++) total *= KINDS;
        for (int number = 0; number < total; number++) {
            int pieces[LONGEST], rest = number;
            char raw[32] = "", text[32];
            size_t length = 0;
            for (int i = 0; i < count; i++, rest /= KINDS) {
                pieces[i] = rest % KINDS;
                for (const char *p = PIECES[pieces[i]].raw; *p; p++) raw[length++] = *p;
            }
            HttpRequest request = {0};
            arena_reset(arena);
            GateRefusal refusal = gate_target(arena, HTTP_GET, str_of(raw), &request);
            bool expected = plain_path(pieces, count, text);
            if ((refusal.status == 0) != expected) fail_msg("%s: %d", raw, refusal.status);
            if (expected && !str_is(request.path, text)) fail_msg("%s: not %s", raw, text);
            expected ? accepted++ : refused++;
        }
    }
    assert_true(accepted > 300 && refused > 300);
}

static void query_is_kept_raw_and_decoded(void **state)
{
    (void)state;
    HttpRequest request = {0};
    Str target = STR("/p?a=%E6%B4%9B+b&a=2&c"), value;
    assert_int_equal(gate_target(arena, HTTP_GET, target, &request).status, 0);
    assert_true(str_is(request.query_text, "a=%E6%B4%9B+b&a=2&c"));
    assert_int_equal(request.query_count, 3);
    assert_true(http_query(&request, "a", &value) && str_is(value, "\u6d1b b"));
    assert_true(http_query(&request, "c", &value) && str_is(value, ""));
    assert_false(http_query(&request, "b", &value));
}

typedef struct HeadVector {
    HttpMethod method;
    HttpPair headers[3];
    int status;
    int64_t length;
    bool chunked;
} HeadVector;

#define H(name, value)                                                                             \
    {                                                                                              \
        STR_INIT(name), STR_INIT(value)                                                            \
    }

static void headers_say_what_body_comes(void **state)
{
    (void)state;
    static const HeadVector vectors[] = {
        {HTTP_POST, {H("Host", "a"), H("Content-Length", "12")}, 0, 12, false},
        {HTTP_POST, {H("Host", "a"), H("Transfer-Encoding", "CHUNKED")}, 0, 0, true},
        {HTTP_GET, {H("Host", "a"), H("Content-Length", "0")}, 0, 0, false},
        {HTTP_POST,
         {H("Host", "a"), H("Content-Length", "9223372036854775807")},
         0,
         INT64_MAX,
         false},
        {HTTP_POST, {H("Host", "a"), H("Content-Length", "9223372036854775808")}, 413, 0, false},
        {HTTP_POST, {H("Host", "a"), H("Content-Length", "1 ")}, 400, 0, false},
        {HTTP_POST,
         {H("Host", "a"), H("Content-Length", "1"), H("Content-Length", "1")},
         400,
         0,
         false},
        {HTTP_POST,
         {H("Host", "a"), H("Content-Length", "1"), H("Transfer-Encoding", "chunked")},
         400,
         0,
         false},
        {HTTP_GET, {H("Host", "a"), H("Content-Length", "1")}, 400, 0, false},
        {HTTP_HEAD, {H("Host", "a"), H("Transfer-Encoding", "chunked")}, 400, 0, false},
        {HTTP_POST, {H("Content-Length", "1")}, 400, 0, false},
        {HTTP_GET, {H("Host", "a"), H("Expect", "100-continue")}, 0, 0, false},
        {HTTP_GET, {H("Host", "a"), H("Expect", "200-ok")}, 417, 0, false},
    };
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        const HeadVector *v = &vectors[i];
        int count = 0;
        while (count < 3 && v->headers[count].name.p) count++;
        HttpRequest request = {0};
        GateBody body = {0};
        GateRefusal refusal =
            gate_headers(arena, v->method, true, v->headers, count, &request, &body);
        assert_int_equal(refusal.status, v->status);
        if (v->status) continue;
        assert_int_equal(body.length, v->length);
        assert_int_equal(body.chunked, v->chunked);
        assert_true(str_is(http_header(&request, "host"), "a"));
    }
}

static void hosts(void **state)
{
    (void)state;
    static const char *const good[] = {"a",     "a.b-c.d",       "a:1", "a:", "127.0.0.1:80",
                                       "[::1]", "[fe80::1]:443", "a_b"};
    static const char *const bad[] = {
        "",       ":",   ":80", "a:b", "a:1:2", "a:123456", "a:65536", "[::1", "[]",    "[::1]80",
        "[g::1]", "a b", "a/b", "a?b", "a#b",   "a@b",      "a%41",    "a,b",  "\u6d1b"};
    for (size_t i = 0; i < COUNT_OF(good) + COUNT_OF(bad); i++) {
        bool pass = i < COUNT_OF(good);
        HttpPair header = {STR("Host"), str_of(pass ? good[i] : bad[i - COUNT_OF(good)])};
        HttpRequest request = {0};
        GateBody body;
        int status = gate_headers(arena, HTTP_GET, true, &header, 1, &request, &body).status;
        if ((status == 0) != pass) fail_msg("Host " STR_FMT ": %d", STR_ARG(header.value), status);
    }
}

/* Every byte in a name and in a value, against RFC 9110's own list. */
static void every_byte_in_a_header(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        char byte = (char)c;
        bool token = c > ' ' && c < 0x7f && !strchr("\"(),/:;<=>?@[\\]{}", c);
        bool value = c == '\t' ||
                     (c >= ' ' && c < 0x7f); /* bytes from 0x80 on alone are no UTF-8 */
        HttpPair headers[] = {{STR("Host"), STR("a")}, {{&byte, 1}, STR("v")}};
        HttpRequest request = {0};
        GateBody body;
        assert_int_equal(gate_headers(arena, HTTP_GET, true, headers, 2, &request, &body).status,
                         token ? 0 : 400);
        headers[1] = (HttpPair){STR("n"), {&byte, 1}};
        assert_int_equal(gate_headers(arena, HTTP_GET, true, headers, 2, &request, &body).status,
                         value ? 0 : 400);
    }
}

/* "GET / HTTP/1.1" CR LF "A: 1" CR LF CR LF, as the parser cuts it. */
static void layout_sees_what_was_dropped(void **state)
{
    (void)state;
    static const char head[] = "GET / HTTP/1.1\r\nA: 1\r\n\r\n";
    HttpPair header = {{head + 16, 1}, {head + 19, 1}};
    GateLayout good = {{head, 3}, {head + 4, 1}, {head + 6, 8}, &header, 1, sizeof head - 1};
    assert_true(gate_layout(&good));
    GateLayout bad[6] = {good, good, good, good, good, good};
    HttpPair cut = {{head + 16, 1}, {head + 19, 0}}, moved = {{head + 17, 1}, {head + 19, 1}};
    HttpPair outside = {{head + 16, 1}, STR("1")};
    bad[0].size++;             /* a byte between the last header and the end */
    bad[1].size -= 1;          /* a bare LF at the end */
    bad[2].target.p++;         /* two spaces before the target */
    bad[3].headers = &cut;     /* the value ends early: a NUL */
    bad[4].headers = &moved;   /* the name begins late */
    bad[5].headers = &outside; /* the value was put elsewhere: a fold */
    for (size_t i = 0; i < COUNT_OF(bad); i++) assert_false(gate_layout(&bad[i]));
}

static void url_texts_come_back(void **state)
{
    (void)state;
    char bytes[256];
    for (int i = 0; i < 256; i++) bytes[i] = (char)i;
    Buf encoded = buf_new(1024), decoded = buf_new(1024);
    url_encode(&encoded, (Str){bytes, 256});
    assert_true(str_starts(buf_str(&encoded), STR("%00%01")));
    assert_true(str_find(buf_str(&encoded), STR("-.%2F0123456789%3A")) > 0);
    assert_true(url_decode(&decoded, buf_str(&encoded), true));
    assert_true(str_eq(buf_str(&decoded), (Str){bytes, 256}));
    static const char *const bad[] = {"%", "%1", "%g0", "%0g", "a%", "%%41", "% 41", "%-1"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(url_decode(&decoded, str_of(bad[i]), false));
    buf_clear(&decoded);
    assert_true(url_decode(&decoded, STR("a+b%2b"), false));
    assert_true(str_is(buf_str(&decoded), "a+b+"));
    buf_free(&encoded);
    buf_free(&decoded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods),
        cmocka_unit_test(versions),
        cmocka_unit_test(paths_agree_with_a_plain_reading),
        cmocka_unit_test(query_is_kept_raw_and_decoded),
        cmocka_unit_test(headers_say_what_body_comes),
        cmocka_unit_test(hosts),
        cmocka_unit_test(every_byte_in_a_header),
        cmocka_unit_test(layout_sees_what_was_dropped),
        cmocka_unit_test(url_texts_come_back),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
