/*
 * The strict-request corpus: raw bytes and the answer they get from the whole server. Each vector
 * that must be refused is followed by a good request on the same connection, which must never be
 * answered: after a refusal nothing of a stream can be believed.
 */
#include "lib/http_testkit.h"

#define GOOD "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define HOST "Host: localhost\r\n"
#define GET(target) "GET " target " HTTP/1.1\r\n" HOST "\r\n"
#define WITH(lines) "GET /hello HTTP/1.1\r\n" HOST lines "\r\n"
#define POST(lines, body) "POST /echo HTTP/1.1\r\n" HOST lines "\r\n" body
#define CHUNKED(body) POST("Transfer-Encoding: chunked\r\n", body)
#define VECTOR(literal) "" literal, sizeof(literal) - 1

typedef struct Refused {
    const char *rule;
    const char *bytes;
    size_t size;
    int status; /* 0: closed without an answer */
} Refused;

static const Refused REQUEST_LINES[] = {
    {"a method alone", VECTOR("GET\r\n\r\n"), 0},
    {"no method", VECTOR(" / HTTP/1.1\r\n" HOST "\r\n"), 0},
    {"a tab for the space", VECTOR("GET\t/hello HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"two spaces before the target", VECTOR("GET  /hello HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"two spaces behind the target", VECTOR("GET /hello  HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"a space behind the version", VECTOR("GET /hello HTTP/1.1 \r\n" HOST "\r\n"), 400},
    {"no version", VECTOR("GET /hello\r\n" HOST "\r\n"), 400},
    {"version 0.9", VECTOR("GET /hello HTTP/0.9\r\n" HOST "\r\n"), 505},
    {"version 1.2", VECTOR("GET /hello HTTP/1.2\r\n" HOST "\r\n"), 505},
    {"version 2.0", VECTOR("GET /hello HTTP/2.0\r\n" HOST "\r\n"), 505},
    {"HTTP/2's preface", VECTOR("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505},
    {"version in lower case", VECTOR("GET /hello http/1.1\r\n" HOST "\r\n"), 400},
    {"version 1.10", VECTOR("GET /hello HTTP/1.10\r\n" HOST "\r\n"), 400},
    {"version without a point", VECTOR("GET /hello HTTP/11\r\n" HOST "\r\n"), 400},
    {"a bare LF behind the line", VECTOR("GET /hello HTTP/1.1\n" HOST "\r\n"), 400},
    {"TLS on a plain port", VECTOR("\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"), 0},
    {"TRACE", VECTOR("TRACE /hello HTTP/1.1\r\n" HOST "\r\n"), 501},
    {"CONNECT", VECTOR("CONNECT localhost:80 HTTP/1.1\r\n" HOST "\r\n"), 501},
    {"PATCH", VECTOR("PATCH /hello HTTP/1.1\r\n" HOST "\r\n"), 501},
    {"a method in lower case", VECTOR("get /hello HTTP/1.1\r\n" HOST "\r\n"), 501},
    {"a method that is no token", VECTOR("G(T /hello HTTP/1.1\r\n" HOST "\r\n"), 400},
};

static const Refused TARGETS[] = {
    {"absolute form", VECTOR(GET("http://localhost/hello")), 400},
    {"another host's absolute form", VECTOR(GET("http://example.com/")), 400},
    {"* for GET", VECTOR(GET("*")), 400},
    {"no slash in front", VECTOR(GET("hello")), 400},
    {"a query alone", VECTOR(GET("?a=1")), 400},
    {"OPTIONS without a path", VECTOR("OPTIONS hello HTTP/1.1\r\n" HOST "\r\n"), 400},
    {"a space", VECTOR(GET("/hel lo")), 400},
    {"a fragment", VECTOR(GET("/hello#part")), 400},
    {"raw UTF-8", VECTOR(GET("/\xe6\xb4\x9b\xe9\x98\xb3")), 400},
    {"raw UTF-8 in the query", VECTOR(GET("/show?q=\xe6\xb4\x9b")), 400},
    {"quotation marks", VECTOR(GET("/show?q=\"a\"")), 400},
    {"angle brackets", VECTOR(GET("/show?q=<a>")), 400},
    {"a backslash", VECTOR(GET("/show\\..\\x")), 400},
    {"an escaped backslash", VECTOR(GET("/show%5c..%5cx")), 400},
    {"a control character", VECTOR(GET("/show\x01")), 400},
    {"DEL", VECTOR(GET("/show\x7f")), 400},
    {"NUL", VECTOR(GET("/hello\0/secret")), 400},
    {"NUL in the query", VECTOR(GET("/show?a=1\0&b=2")), 400},
    {"an escape of no hex digits", VECTOR(GET("/show%zz")), 400},
    {"an escape cut by the end", VECTOR(GET("/show%2")), 400},
    {"a percent sign alone", VECTOR(GET("/show?q=100%")), 400},
    {"an escape cut by the ampersand", VECTOR(GET("/show?q=%4&r=1")), 400},
    {"%00 in the path", VECTOR(GET("/hello%00.html")), 400},
    {"%00 in the query", VECTOR(GET("/show?q=a%00b")), 400},
    {"%00 in a parameter's name", VECTOR(GET("/show?q%00=a")), 400},
    {"bytes that are not UTF-8", VECTOR(GET("/show%ff")), 400},
    {"an overlong slash", VECTOR(GET("/show%c0%af..")), 400},
    {"a surrogate", VECTOR(GET("/show?q=%ed%a0%80")), 400},
    {"a cut sequence", VECTOR(GET("/show?q=%e6%b4&r=%9b")), 400},
    {"a line break out of an escape", VECTOR(GET("/show%0d%0aX")), 400},
    {"two slashes in front", VECTOR(GET("//hello")), 400},
    {"two slashes inside", VECTOR(GET("/a//b")), 400},
    {"two slashes at the end", VECTOR(GET("/a//")), 400},
    {"an escaped slash", VECTOR(GET("/a%2fb")), 400},
    {"dot segments", VECTOR(GET("/../hello")), 400},
    {"dot segments at the end", VECTOR(GET("/a/..")), 400},
    {"a single dot", VECTOR(GET("/a/./b")), 400},
    {"escaped dots", VECTOR(GET("/a/%2e%2e/b")), 400},
    {"dots escaped by half", VECTOR(GET("/a/.%2E/b")), 400},
    {"a parameter without a name", VECTOR(GET("/show?=1")), 400},
};

static const Refused HEADERS[] = {
    {"a space before the colon", VECTOR(WITH("X-A : 1\r\n")), 400},
    {"a tab before the colon", VECTOR(WITH("X-A\t: 1\r\n")), 400},
    {"Content-Length with a space before the colon",
     VECTOR(POST("Content-Length : 5\r\n", "hello")), 400},
    {"an empty name", VECTOR(WITH(": 1\r\n")), 400},
    {"no colon", VECTOR(WITH("X-A\r\n")), 400},
    {"a name in brackets", VECTOR(WITH("[X]: 1\r\n")), 400},
    {"a name with an at sign", VECTOR(WITH("X@A: 1\r\n")), 400},
    {"a name that is not ASCII", VECTOR(WITH("X-\xe6\xb4\x9b: 1\r\n")), 400},
    {"a control character in a name", VECTOR(WITH("X\x01: 1\r\n")), 400},
    {"NUL in a name", VECTOR(WITH("X\0A: 1\r\n")), 400},
    {"NUL at the start of a line", VECTOR(WITH("\0X-A: 1\r\n")), 400},
    {"NUL in a value", VECTOR(WITH("X-A: 1\0002\r\n")), 400},
    {"a control character in a value", VECTOR(WITH("X-A: 1\x01\r\n")), 400},
    {"DEL in a value", VECTOR(WITH("X-A: 1\x7f\r\n")), 400},
    {"a bare CR in a value", VECTOR(WITH("X-A: 1\rX-B: 2\r\n")), 400},
    {"a bare LF behind a line", VECTOR(WITH("X-A: 1\nX-B: 2\r\n")), 400},
    {"a bare LF that ends the head", VECTOR("GET /hello HTTP/1.1\r\n" HOST "\n"), 400},
    {"bare LFs only", VECTOR("GET /hello HTTP/1.1\nHost: localhost\n\n"), 400},
    {"a value that is not UTF-8", VECTOR(WITH("X-A: \xff\r\n")), 400},
    {"a folded line", VECTOR(WITH("X-A: 1\r\n 2\r\n")), 400},
    {"a line folded with a tab", VECTOR(WITH("X-A: 1\r\n\t2\r\n")), 400},
    {"a folded last line", VECTOR("GET /hello HTTP/1.1\r\nHost: localhost\r\n \r\n\r\n"), 400},
    {"white space before the first header",
     VECTOR("GET /hello HTTP/1.1\r\n Host: localhost\r\n\r\n"), 400},
    {"no Host", VECTOR("GET /hello HTTP/1.1\r\n\r\n"), 400},
    {"an empty Host", VECTOR("GET /hello HTTP/1.1\r\nHost: \r\n\r\n"), 400},
    {"two Hosts", VECTOR(WITH("Host: example.com\r\n")), 400},
    {"Host twice the same", VECTOR(WITH("Host: localhost\r\n")), 400},
    {"two Hosts in HTTP/1.0", VECTOR("GET /hello HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"), 400},
    {"a space in Host", VECTOR("GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n"), 400},
    {"a path in Host", VECTOR("GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400},
    {"a user in Host", VECTOR("GET /hello HTTP/1.1\r\nHost: user@a\r\n\r\n"), 400},
    {"two names in Host", VECTOR("GET /hello HTTP/1.1\r\nHost: a,b\r\n\r\n"), 400},
    {"a port over 65535", VECTOR("GET /hello HTTP/1.1\r\nHost: a:65536\r\n\r\n"), 400},
    {"a port that is no number", VECTOR("GET /hello HTTP/1.1\r\nHost: a:8o\r\n\r\n"), 400},
    {"a port alone", VECTOR("GET /hello HTTP/1.1\r\nHost: :80\r\n\r\n"), 400},
    {"an IPv6 address without its end", VECTOR("GET /hello HTTP/1.1\r\nHost: [::1\r\n\r\n"), 400},
    {"two Authorization", VECTOR(WITH("Authorization: Bearer a\r\nauthorization: Bearer b\r\n")),
     400},
    {"two Content-Type", VECTOR(WITH("Content-Type: a/b\r\nContent-Type: a/b\r\n")), 400},
    {"two Heluo-Request-Id", VECTOR(WITH("Heluo-Request-Id: a\r\nHELUO-REQUEST-ID: a\r\n")), 400},
    {"two Heluo-Purpose", VECTOR(WITH("Heluo-Purpose: a\r\nHeluo-Purpose: b\r\n")), 400},
    {"two Cookie", VECTOR(WITH("Cookie: a=1\r\nCookie: b=2\r\n")), 400},
    {"an expectation nobody knows", VECTOR(WITH("Expect: the-moon\r\n")), 417},
    {"two Expect", VECTOR(WITH("Expect: 100-continue\r\nExpect: 100-continue\r\n")), 400},
};

static const Refused BODIES[] = {
    {"two Content-Length", VECTOR(POST("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")),
     400},
    {"Content-Length twice", VECTOR(POST("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")),
     400},
    {"a list of lengths", VECTOR(POST("Content-Length: 5, 5\r\n", "hello")), 400},
    {"a plus sign", VECTOR(POST("Content-Length: +5\r\n", "hello")), 400},
    {"a minus sign", VECTOR(POST("Content-Length: -5\r\n", "hello")), 400},
    {"hex", VECTOR(POST("Content-Length: 0x5\r\n", "hello")), 400},
    {"a decimal point", VECTOR(POST("Content-Length: 5.0\r\n", "hello")), 400},
    {"an empty Content-Length", VECTOR(POST("Content-Length: \r\n", "hello")), 400},
    {"white space inside", VECTOR(POST("Content-Length: 5 5\r\n", "hello")), 400},
    {"more than 64 bits", VECTOR(POST("Content-Length: 99999999999999999999\r\n", "hello")), 413},
    {"more than 63 bits", VECTOR(POST("Content-Length: 9999999999999999999\r\n", "hello")), 413},
    {"a length over the route's limit", VECTOR(POST("Content-Length: 70000\r\n", "hello")), 413},
    {"a body where none is taken",
     VECTOR("DELETE /hello HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx"), 413},
    {"length and chunked",
     VECTOR(POST("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")), 400},
    {"chunked and length",
     VECTOR(POST("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")), 400},
    {"gzip", VECTOR(POST("Transfer-Encoding: gzip\r\n", "hello")), 400},
    {"gzip, chunked", VECTOR(POST("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")), 400},
    {"chunked twice", VECTOR(POST("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")), 400},
    {"identity", VECTOR(POST("Transfer-Encoding: identity\r\n", "hello")), 400},
    {"xchunked", VECTOR(POST("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")), 400},
    {"an empty Transfer-Encoding", VECTOR(POST("Transfer-Encoding:\r\n", "0\r\n\r\n")), 400},
    {"white space behind chunked", VECTOR(POST("Transfer-Encoding: chunked \r\n", "0\r\n\r\n")),
     400},
    {"Transfer-Encoding twice",
     VECTOR(POST("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
     400},
    {"chunked in HTTP/1.0",
     VECTOR("POST /echo HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400},
    {"GET with a body", VECTOR(WITH("Content-Length: 5\r\n") "hello"), 400},
    {"GET with chunks", VECTOR(WITH("Transfer-Encoding: chunked\r\n") "0\r\n\r\n"), 400},
    {"HEAD with a body", VECTOR("HEAD /hello HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx"), 400},
    {"a chunk size of no hex digits", VECTOR(CHUNKED("zz\r\nhello\r\n0\r\n\r\n")), 400},
    {"an empty chunk size", VECTOR(CHUNKED("\r\nhello\r\n0\r\n\r\n")), 400},
    {"a signed chunk size", VECTOR(CHUNKED("-5\r\nhello\r\n0\r\n\r\n")), 400},
    {"a chunk size with 0x", VECTOR(CHUNKED("0x5\r\nhello\r\n0\r\n\r\n")), 400},
    {"white space behind the chunk size", VECTOR(CHUNKED("5 \r\nhello\r\n0\r\n\r\n")), 400},
    {"a chunk longer than its size", VECTOR(CHUNKED("5\r\nhello!\r\n0\r\n\r\n")), 400},
    {"a chunk size of more than 64 bits", VECTOR(CHUNKED("11111111111111111\r\nhello\r\n")), 413},
    {"a body for a path that is not there",
     VECTOR("POST /nowhere HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"), 404},
};

/* head, unit so many times, tail */
static const struct {
    const char *rule, *head, *unit;
    int count;
    const char *tail;
    int status;
} LONG[] = {
    {"a URL over 8 kB", "GET /", "a", 8 * 1024, " HTTP/1.1\r\n" HOST "\r\n", 414},
    {"a query over 8 kB", "GET /show?a=", "a", 9 * 1024, " HTTP/1.1\r\n" HOST "\r\n", 414},
    {"a URL longer than the memory", "GET /", "a", 100 * 1024, " HTTP/1.1\r\n" HOST "\r\n", 414},
    {"a method longer than the memory", "", "G", 100 * 1024, " / HTTP/1.1\r\n" HOST "\r\n", 414},
    {"65 parameters", "GET /show?", "a=1&", 65, " HTTP/1.1\r\n" HOST "\r\n", 400},
    {"a URL of ampersands", "GET /show?", "a&", 4000, " HTTP/1.1\r\n" HOST "\r\n", 400},
    {"a head over 32 kB", "GET /hello HTTP/1.1\r\n" HOST "X: ", "x", 33 * 1024, "\r\n\r\n", 431},
    {"101 headers", "GET /hello HTTP/1.1\r\n" HOST, "X: 1\r\n", 100, "\r\n", 431},
    {"10,000 headers", "GET /hello HTTP/1.1\r\n" HOST, "X: 1\r\n", 10000, "\r\n", 431},
    {"a header longer than the memory", "GET /hello HTTP/1.1\r\n" HOST "X: ", "x", 100 * 1024,
     "\r\n\r\n", 431},
    {"a name longer than the memory", "GET /hello HTTP/1.1\r\n" HOST, "x", 100 * 1024,
     ": 1\r\n\r\n", 431},
    {"folds longer than the memory", "GET /hello HTTP/1.1\r\n" HOST "X: 1", "\r\n x", 20000,
     "\r\n\r\n", 431},
    {"chunks over the route's limit", CHUNKED(""), "10\r\n0123456789abcdef\r\n", 5000, "0\r\n\r\n",
     413},
    {"trailers longer than the memory", CHUNKED("0\r\n"), "X: 1\r\n", 20000, "\r\n", 431},
};

typedef struct Passes {
    const char *rule;
    const char *bytes;
    size_t size;
    const char *bodies; /* of the replies, all 200, each followed by | */
} Passes;

static const Passes PASSES[] = {
    {"GET", VECTOR(GOOD), "hello|"},
    {"HEAD answers like GET without body", VECTOR("HEAD /hello HTTP/1.1\r\n" HOST "\r\n"), "|"},
    {"OPTIONS for a path", VECTOR("OPTIONS /show HTTP/1.1\r\n" HOST "\r\n"), "/show|"},
    {"OPTIONS for the server", VECTOR("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"), "*|"},
    {"DELETE", VECTOR("DELETE /show HTTP/1.1\r\n" HOST "\r\n"), "/show|"},
    {"HTTP/1.0 without Host", VECTOR("GET /hello HTTP/1.0\r\n\r\n"), "hello|"},
    {"HTTP/1.0 kept alive",
     VECTOR("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /hello HTTP/1.0\r\n\r\n"),
     "hello|hello|"},
    {"three at once", VECTOR(GOOD GOOD GET("/show?a=1")), "hello|hello|/show a=1|"},
    {"HEAD, then GET", VECTOR("HEAD /hello HTTP/1.1\r\n" HOST "\r\n" GOOD), "|hello|"},
    {"POST, then GET", VECTOR(POST("Content-Length: 5\r\n", "first") GOOD), "first|hello|"},
    {"chunks, then GET", VECTOR(CHUNKED("5\r\nfirst\r\n0\r\n\r\n") GOOD), "first|hello|"},
    {"an empty line in front", VECTOR("\r\n" GOOD), "hello|"},
    {"an empty body", VECTOR(POST("Content-Length: 0\r\n", "")), "|"},
    {"POST without a length has no body", VECTOR(POST("", "") GOOD), "|hello|"},
    {"GET with a length of 0", VECTOR(WITH("Content-Length: 0\r\n")), "hello|"},
    {"a length with zeros in front", VECTOR(POST("Content-Length: 005\r\n", "hello")), "hello|"},
    {"PUT", VECTOR("PUT /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"), "abc|"},
    {"a body with NUL and line breaks", VECTOR(POST("Content-Length: 6\r\n", "a\r\n\r\nb")),
     "a\r\n\r\nb|"},
    {"two chunks", VECTOR(CHUNKED("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n")), "hello!|"},
    {"Chunked in other letters, hex in upper case",
     VECTOR(POST("transfer-encoding: Chunked\r\n", "A\r\n0123456789\r\n0\r\n\r\n")), "0123456789|"},
    {"a chunk extension is ignored", VECTOR(CHUNKED("5;a=b\r\nhello\r\n0\r\n\r\n")), "hello|"},
    {"trailer fields are ignored",
     VECTOR(CHUNKED("5\r\nhello\r\n0\r\nContent-Length: 9\r\nX: 1\r\n\r\n") GOOD), "hello|hello|"},
    {"bare LFs between chunks pass unseen", VECTOR(CHUNKED("5\nhello\n0\n\n") GOOD),
     "hello|hello|"},
    {"percent-encoded UTF-8", VECTOR(GET("/show/%E6%B4%9B%e9%98%b3")), "/show/\u6d1b\u9633|"},
    {"the query is decoded once", VECTOR(GET("/show?q=%2525&%71=%26")), "/show q=%25 q=&|"},
    {"a plus is a space in the query only", VECTOR(GET("/show/a+b?q=a+b%2B")), "/show/a+b q=a b+|"},
    {"an empty value, no value, nothing", VECTOR(GET("/show?a=&b&&c==")), "/show a= b= c==|"},
    {"a question mark alone", VECTOR(GET("/show?")), "/show|"},
    {"a question mark in the query", VECTOR(GET("/show?a=?/")), "/show a=?/|"},
    {"characters browsers leave", VECTOR(GET("/show?a=[1]{2}|3^'`")), "/show a=[1]{2}|3^'`|"},
    {"sub-delimiters in the path", VECTOR(GET("/show/a:b@c;d=e,f(g)!$&'*~")),
     "/show/a:b@c;d=e,f(g)!$&'*~|"},
    {"a slash at the end", VECTOR(GET("/show/")), "/show/|"},
    {"three dots are a name", VECTOR(GET("/show/...")), "/show/...|"},
    {"a name of a host with a port",
     VECTOR("GET /hello HTTP/1.1\r\nHost: www.luoyang.gov.cn:8080\r\n\r\n"), "hello|"},
    {"an IPv4 address", VECTOR("GET /hello HTTP/1.1\r\nHost: 127.0.0.1:65535\r\n\r\n"), "hello|"},
    {"an IPv6 address", VECTOR("GET /hello HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"), "hello|"},
    {"no white space behind the colon", VECTOR("GET /hello HTTP/1.1\r\nHost:localhost\r\n\r\n"),
     "hello|"},
    {"white space around a value",
     VECTOR("GET /header HTTP/1.1\r\nHost: \t localhost  \r\nX-Kit: \t a b \t\r\n\r\n"), "a b|"},
    {"a name in other letters", VECTOR("GET /header HTTP/1.1\r\nHOST: a\r\nX-KIT: a\r\n\r\n"),
     "a|"},
    {"a value in UTF-8", VECTOR("GET /header HTTP/1.1\r\nHost: a\r\nX-Kit: \xe6\xb4\x9b\r\n\r\n"),
     "\u6d1b|"},
    {"an empty value", VECTOR("GET /header HTTP/1.1\r\nHost: a\r\nX-Kit:\r\n\r\n"), "|"},
    {"every character of a name", VECTOR(WITH("!#$%&'*+-.^_`|~09azAZ: 1\r\n")), "hello|"},
    {"a header twice that may be a list", VECTOR(WITH("Accept: a/b\r\nAccept: c/d\r\n")), "hello|"},
};

/* ---- the server under test ---- */

static void on_hello(HttpRequest *request, HttpReply *reply)
{
    (void)request;
    reply->fixed = STR("hello");
}

static void on_echo(HttpRequest *request, HttpReply *reply)
{
    buf_add(&reply->body, request->body);
}

static void on_show(HttpRequest *request, HttpReply *reply)
{
    buf_add(&reply->body, request->path);
    for (int i = 0; i < request->query_count; i++) {
        HttpPair pair = request->query[i];
        buf_printf(&reply->body, " " STR_FMT "=" STR_FMT, STR_ARG(pair.name), STR_ARG(pair.value));
    }
}

static void on_header(HttpRequest *request, HttpReply *reply)
{
    buf_add(&reply->body, http_header(request, "x-kit"));
}

static HttpRoute route(HttpRequest *request, HttpReply *reply)
{
    if (str_is(request->path, "/hello")) return (HttpRoute){.handler = on_hello};
    if (str_is(request->path, "/header")) return (HttpRoute){.handler = on_header};
    if (str_is(request->path, "/echo")) return (HttpRoute){.handler = on_echo, .body_max = 65536};
    if (str_is(request->path, "*") || str_starts(request->path, STR("/show"))) {
        return (HttpRoute){.handler = on_show};
    }
    reply->status = 404;
    return (HttpRoute){.handler = NULL};
}

static HttpServer *server;

static int start(void **state)
{
    (void)state;
    HttpServerOptions options = {.threads = 2, .route = route};
    Buf why = buf_new(1024);
    assert_int_equal(http_server_start(&options, &server, &why), ERR_OK);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    http_server_stop(server);
    return 0;
}

/* ---- the rules ---- */

/* Everything the server says until it closes. */
static void send_and_drain(Str bytes, Buf *said)
{
    int fd = kit_connect(http_server_port(server));
    kit_send(fd, bytes);
    while (kit_receive(fd, said)) continue;
    close(fd);
}

static void expect_refusal(const char *rule, Str bytes, int status)
{
    Buf request = buf_new(1024 * 1024), said = buf_new(1024 * 1024);
    buf_add(&request, bytes);
    buf_lit(&request, GOOD);
    send_and_drain(buf_str(&request), &said);
    Str stream = buf_str(&said);
    KitReply reply = {0, STR_NONE, STR_NONE};
    bool answered = kit_reply(&stream, false, &reply);
    if (reply.status != status) fail_msg("%s: %d, expected %d", rule, reply.status, status);
    if (str_find(stream, STR("hello")) >= 0) fail_msg("%s: the next request was answered", rule);
    if (answered && str_find(reply.head, STR("\r\nConnection: close\r\n")) < 0) {
        fail_msg("%s: does not say that it closes", rule);
    }
    buf_free(&request);
    buf_free(&said);
}

static void expect_refusals(const Refused *vectors, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        expect_refusal(vectors[i].rule, (Str){vectors[i].bytes, vectors[i].size},
                       vectors[i].status);
    }
}

static void refuses_request_lines(void **state)
{
    (void)state;
    expect_refusals(REQUEST_LINES, COUNT_OF(REQUEST_LINES));
}

static void refuses_targets(void **state)
{
    (void)state;
    expect_refusals(TARGETS, COUNT_OF(TARGETS));
}

static void refuses_headers(void **state)
{
    (void)state;
    expect_refusals(HEADERS, COUNT_OF(HEADERS));
}

static void refuses_bodies(void **state)
{
    (void)state;
    expect_refusals(BODIES, COUNT_OF(BODIES));
}

static void refuses_what_is_too_long(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(LONG); i++) {
        Buf bytes = buf_new(1024 * 1024);
        buf_add(&bytes, str_of(LONG[i].head));
        for (int k = 0; k < LONG[i].count; k++) buf_add(&bytes, str_of(LONG[i].unit));
        buf_add(&bytes, str_of(LONG[i].tail));
        expect_refusal(LONG[i].rule, buf_str(&bytes), LONG[i].status);
        buf_free(&bytes);
    }
}

/* Reads as many replies as are expected and compares their bodies. `step` bytes a packet. */
static void expect_bodies(const Passes *vector, size_t step)
{
    Buf said = buf_new(1024 * 1024), bodies = buf_new(1024 * 1024);
    Str rest = {vector->bytes, vector->size};
    int fd = kit_connect(http_server_port(server));
    for (; rest.n; rest = str_slice(rest, MIN(step, rest.n), rest.n)) {
        kit_send(fd, str_slice(rest, 0, MIN(step, rest.n)));
    }
    bool is_head = vector->bytes[0] == 'H', open = true;
    Str stream = buf_str(&said);
    for (size_t read = 0; bodies.n < strlen(vector->bodies) && open;) {
        KitReply reply;
        stream = str_slice(buf_str(&said), read, said.n);
        size_t before = stream.n;
        if (!kit_reply(&stream, is_head, &reply)) {
            open = kit_receive(fd, &said);
            continue;
        }
        is_head = false;
        read += before - stream.n;
        if (reply.status != 200) fail_msg("%s: %d", vector->rule, reply.status);
        assert_true(str_find(reply.head, STR("\r\nX-Content-Type-Options: nosniff\r\n")) > 0);
        assert_true(str_find(reply.head, STR("\r\nServer:")) < 0);
        buf_add(&bodies, reply.body);
        buf_byte(&bodies, '|');
    }
    buf_byte(&bodies, '\0');
    if (strcmp(bodies.p, vector->bodies) != 0) fail_msg("%s: %s", vector->rule, bodies.p);
    close(fd);
    buf_free(&said);
    buf_free(&bodies);
}

static void passes_good_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(PASSES); i++) expect_bodies(&PASSES[i], SIZE_MAX);
}

static void passes_requests_in_single_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(PASSES); i++) expect_bodies(&PASSES[i], 1);
}

static void passes_what_is_just_short_enough(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *head, *unit;
        int count;
        const char *tail;
    } just[] = {
        {"a URL of 8 kB", "GET /show?a=", "a", 8 * 1024 - 8, " HTTP/1.1\r\n" HOST "\r\n"},
        {"64 parameters", "GET /show?", "a=1&", 64, " HTTP/1.1\r\n" HOST "\r\n"},
        {"100 headers", "GET /hello HTTP/1.1\r\n" HOST, "X: 1\r\n", 99, "\r\n"},
        {"a head of 31 kB", "GET /hello HTTP/1.1\r\n" HOST "X: ", "x", 31 * 1024, "\r\n\r\n"},
        {"a body of the route's limit", POST("Content-Length: 65536\r\n", ""), "x", 65536, ""},
        {"chunks of the route's limit", CHUNKED(""), "10\r\n0123456789abcdef\r\n", 4096,
         "0\r\n\r\n"},
    };
    for (size_t i = 0; i < COUNT_OF(just); i++) {
        Buf bytes = buf_new(1024 * 1024), said = buf_new(1024 * 1024);
        buf_add(&bytes, str_of(just[i].head));
        for (int k = 0; k < just[i].count; k++) buf_add(&bytes, str_of(just[i].unit));
        buf_add(&bytes, str_of(just[i].tail));
        KitReply reply = kit_ask(http_server_port(server), buf_str(&bytes), &said);
        if (reply.status != 200) fail_msg("%s: %d", just[i].rule, reply.status);
        buf_free(&bytes);
        buf_free(&said);
    }
}

/* The one malformed request that the library answers as a fault of its own; see http_exchange.c. */
static void a_chunk_size_line_longer_than_the_memory_is_a_500(void **state)
{
    (void)state;
    Buf bytes = buf_new(1024 * 1024);
    buf_lit(&bytes, CHUNKED("5;"));
    for (int i = 0; i < 100 * 1024; i++) buf_byte(&bytes, 'x');
    expect_refusal("a chunk-size line longer than the memory", buf_str(&bytes), 500);
    buf_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_request_lines),
        cmocka_unit_test(refuses_targets),
        cmocka_unit_test(refuses_headers),
        cmocka_unit_test(refuses_bodies),
        cmocka_unit_test(refuses_what_is_too_long),
        cmocka_unit_test(passes_good_requests),
        cmocka_unit_test(passes_requests_in_single_bytes),
        cmocka_unit_test(passes_what_is_just_short_enough),
        cmocka_unit_test(a_chunk_size_line_longer_than_the_memory_is_a_500),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
