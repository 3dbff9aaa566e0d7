#include "lib/http_gate.h"

#include "lib/text.h"

#include <strings.h>

static GateRefusal refuse(int status, const char *why)
{
    return (GateRefusal){status, why};
}

#define GATE(expr)                                      \
    do {                                                \
        GateRefusal gate_refusal_ = (expr);             \
        if (gate_refusal_.status) return gate_refusal_; \
    } while (0)

/* RFC 9110 §5.6.2 token. */
static const bool TOKEN[256] = {
    ['!'] = true,         ['#' ... '\''] = true, ['*'] = true,         ['+'] = true,
    ['-'] = true,         ['.'] = true,          ['0' ... '9'] = true, ['A' ... 'Z'] = true,
    ['^' ... 'z'] = true, ['|'] = true,          ['~'] = true,
};

/* RFC 3986 §3.3: pchar and the slash. */
static const bool PATH[256] = {
    ['!'] = true, ['$' ... ';'] = true, ['='] = true, ['@' ... 'Z'] = true,
    ['_'] = true, ['a' ... 'z'] = true, ['~'] = true,
};

/* RFC 3986 §3.4, and what browsers leave as it is in a query (WHATWG URL, query percent-encode
 * set). */
static const bool QUERY[256] = {
    ['!'] = true,
    ['$' ... ';'] = true,
    ['='] = true,
    ['?' ... '~'] = true,
};

/* RFC 9110 §5.5: visible characters, space, tab; bytes from 0x80 on are then checked as UTF-8. */
static const bool VALUE[256] = {
    ['\t'] = true,
    [' ' ... '~'] = true,
    [0x80 ... 0xff] = true,
};

/* RFC 3986 §3.2.2 reg-name without percent-escapes and sub-delims, which no name of a host has. */
static const bool HOST_NAME[256] = {
    ['-'] = true,         ['.'] = true, ['0' ... '9'] = true,
    ['A' ... 'Z'] = true, ['_'] = true, ['a' ... 'z'] = true,
};
static const bool HOST_ADDRESS[256] = {
    ['.'] = true,
    ['0' ... ':'] = true,
    ['A' ... 'F'] = true,
    ['a' ... 'f'] = true,
};
static const bool DIGIT[256] = {['0' ... '9'] = true};

static bool all_of(Str text, const bool class[256])
{
    for (size_t i = 0; i < text.n; i++) {
        if (!class[(unsigned char)text.p[i]]) return false;
    }
    return true;
}

static bool equal_caseless(Str a, Str b)
{
    return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

/* ---- request line ---- */

GateRefusal gate_method(Str text, HttpMethod *method)
{
    static const Str METHODS[] = {
        [HTTP_GET] = STR_INIT("GET"),       [HTTP_HEAD] = STR_INIT("HEAD"),
        [HTTP_POST] = STR_INIT("POST"),     [HTTP_PUT] = STR_INIT("PUT"),
        [HTTP_DELETE] = STR_INIT("DELETE"), [HTTP_OPTIONS] = STR_INIT("OPTIONS"),
    };
    for (size_t i = 0; i < COUNT_OF(METHODS); i++) {
        if (str_eq(text, METHODS[i])) {
            *method = (HttpMethod)i;
            return GATE_PASSES;
        }
    }
    if (text.n == 0 || !all_of(text, TOKEN)) return refuse(400, "the method is not a token");
    return refuse(501, "no such method");
}

GateRefusal gate_version(Str text, bool *http_1_1)
{
    *http_1_1 = str_eq(text, STR("HTTP/1.1"));
    if (*http_1_1 || str_eq(text, STR("HTTP/1.0"))) return GATE_PASSES;
    bool version = text.n == 8 && str_starts(text, STR("HTTP/")) && text.p[6] == '.' &&
                   DIGIT[(unsigned char)text.p[5]] && DIGIT[(unsigned char)text.p[7]];
    return version ? refuse(505, "only HTTP/1.0 and HTTP/1.1")
                   : refuse(400, "the version is malformed");
}

/* Decodes raw into room (of at least raw.n bytes) and holds the rules for every decoded text. */
static GateRefusal decode(char *room, Str raw, bool plus_is_space, Str *text)
{
    Buf out = {.p = room, .size = raw.n, .max = raw.n};
    if (!url_decode(&out, raw, plus_is_space)) return refuse(400, "a percent-escape is malformed");
    *text = (Str){room, out.n};
    if (out.n && memchr(room, 0, out.n)) return refuse(400, "%00 in the target");
    if (!utf8_valid(*text)) return refuse(400, "the target is not UTF-8 when decoded");
    return GATE_PASSES;
}

static GateRefusal path_check(Str path)
{
    Str rest = str_slice(path, 1, path.n), segment;
    while (str_split(&rest, '/', &segment)) {
        if (segment.n == 0 && rest.p != NULL) return refuse(400, "an empty segment in the path");
        if (str_is(segment, ".") || str_is(segment, ".."))
            return refuse(400, "a dot segment in the path");
    }
    for (size_t i = 0; i < path.n; i++) {
        unsigned char c = (unsigned char)path.p[i];
        if (c < 0x20 || c == 0x7f || c == '\\')
            return refuse(400, "a control character or backslash in the path");
    }
    return GATE_PASSES;
}

/* A slash must not come out of an escape: it would make another path than the one that was routed
 * by whoever stands in front. */
static bool has_escaped_slash(Str raw)
{
    for (size_t i = 0; i + 2 < raw.n; i++) {
        if (raw.p[i] == '%' && raw.p[i + 1] == '2' && (raw.p[i + 2] | 0x20) == 'f') return true;
    }
    return false;
}

static GateRefusal query_parse(Arena *arena, Str raw, HttpRequest *request)
{
    int count = 0;
    Str rest = raw, part;
    while (str_split(&rest, '&', &part)) count += part.n > 0;
    if (count > HTTP_QUERY_MAX) return refuse(400, "too many query parameters");
    if (count == 0) return GATE_PASSES;

    request->query = arena_array(arena, HttpPair, count);
    char *room = arena_alloc(arena, raw.n);
    rest = raw;
    while (str_split(&rest, '&', &part)) {
        if (part.n == 0) continue;
        HttpPair *pair = &request->query[request->query_count++];
        Str value = part, name;
        str_split(&value, '=', &name);
        if (name.n == 0) return refuse(400, "a query parameter without a name");
        GATE(decode(room, name, true, &pair->name));
        room += name.n;
        if (value.p == NULL) {
            pair->value = STR("");
            continue;
        }
        GATE(decode(room, value, true, &pair->value));
        room += value.n;
    }
    return GATE_PASSES;
}

GateRefusal gate_target(Arena *arena, HttpMethod method, Str target, HttpRequest *request)
{
    if (target.n > HTTP_URL_MAX) return refuse(414, "the URL is too long");
    if (method == HTTP_OPTIONS && str_is(target, "*")) {
        request->path = target;
        return GATE_PASSES;
    }
    if (target.n == 0 || target.p[0] != '/') return refuse(400, "the target does not start with /");
    Str query = target, path;
    str_split(&query, '?', &path);
    if (!all_of(path, PATH) || !all_of(query, QUERY)) {
        return refuse(400, "a character in the target that must be percent-encoded");
    }
    if (has_escaped_slash(path)) return refuse(400, "an escaped slash in the path");
    if (memchr(path.p, '%', path.n)) GATE(decode(arena_alloc(arena, path.n), path, false, &path));
    GATE(path_check(path));
    request->path = path;
    request->query_text = query;
    return query.n ? query_parse(arena, query, request) : GATE_PASSES;
}

/* ---- headers ---- */

enum Single {
    SINGLE_HOST,
    SINGLE_LENGTH,
    SINGLE_TRANSFER,
    SINGLE_EXPECT,
    SINGLE_OTHERS, /* these have no rule but that there is one */
};

static const Str SINGLES[] = {
    [SINGLE_HOST] = STR_INIT("host"),
    [SINGLE_LENGTH] = STR_INIT("content-length"),
    [SINGLE_TRANSFER] = STR_INIT("transfer-encoding"),
    [SINGLE_EXPECT] = STR_INIT("expect"),
    [SINGLE_OTHERS] = STR_INIT("authorization"),
    STR_INIT("content-type"),
    STR_INIT("content-encoding"),
    STR_INIT("cookie"),
    STR_INIT("origin"),
    STR_INIT("heluo-request-id"),
    STR_INIT("heluo-purpose"),
};

/* uri-host [":" port], RFC 9110 §7.2: a name, an IPv4 address, or an IPv6 address in brackets. */
static bool host_valid(Str host)
{
    Str port = STR_NONE, name = host;
    if (host.n && host.p[0] == '[') {
        ptrdiff_t end = str_find(host, STR("]"));
        if (end < 3) return false;
        name = str_slice(host, 1, (size_t)end);
        Str rest = str_slice(host, (size_t)end + 1, host.n);
        if (!all_of(name, HOST_ADDRESS) || (rest.n && rest.p[0] != ':')) return false;
        if (rest.n) port = str_slice(rest, 1, rest.n);
    } else {
        port = host;
        str_split(&port, ':', &name);
        if (!all_of(name, HOST_NAME)) return false;
    }
    int64_t number = 0;
    if (port.n && (port.n > 5 || !all_of(port, DIGIT) || !str_int(port, &number))) return false;
    return name.n > 0 && number <= 65535;
}

static GateRefusal body_check(HttpMethod method, bool http_1_1, const Str single[], GateBody *body)
{
    Str length = single[SINGLE_LENGTH], transfer = single[SINGLE_TRANSFER];
    if (length.p && transfer.p)
        return refuse(400, "Content-Length together with Transfer-Encoding");
    if (length.p) {
        if (length.n == 0 || !all_of(length, DIGIT))
            return refuse(400, "Content-Length is not a number");
        if (!str_int(length, &body->length)) return refuse(413, "Content-Length is too large");
    }
    if (transfer.p) {
        if (!http_1_1) return refuse(400, "Transfer-Encoding in HTTP/1.0");
        if (!equal_caseless(transfer, STR("chunked")))
            return refuse(400, "Transfer-Encoding is not chunked");
        body->chunked = true;
    }
    bool none = method == HTTP_GET || method == HTTP_HEAD;
    if (none && (body->chunked || body->length)) return refuse(400, "GET and HEAD take no body");
    return GATE_PASSES;
}

static GateRefusal header_check(HttpPair header, Str single[COUNT_OF(SINGLES)])
{
    if (header.name.n == 0 || !all_of(header.name, TOKEN))
        return refuse(400, "a header's name is not a token");
    bool high = false;
    for (size_t i = 0; i < header.value.n; i++) {
        unsigned char c = (unsigned char)header.value.p[i];
        if (!VALUE[c]) return refuse(400, "a control character in a header");
        high |= c >= 0x80;
    }
    if (high && !utf8_valid(header.value)) return refuse(400, "a header is not UTF-8");
    for (size_t i = 0; i < COUNT_OF(SINGLES); i++) {
        if (!equal_caseless(header.name, SINGLES[i])) continue;
        if (single[i].p) return refuse(400, "a header twice that may stand once");
        single[i] = header.value;
        break;
    }
    return GATE_PASSES;
}

static Str trim_end(Str value)
{
    while (value.n && (value.p[value.n - 1] == ' ' || value.p[value.n - 1] == '\t')) value.n--;
    return value;
}

/* One block for all names, lower-cased; the values stay where they are. */
static void headers_keep(Arena *arena, const HttpPair *raw, int count, HttpRequest *request)
{
    size_t size = 0;
    for (int i = 0; i < count; i++) size += raw[i].name.n;
    char *room = arena_alloc(arena, size);
    request->headers = arena_array(arena, HttpPair, count);
    request->header_count = count;
    for (int i = 0; i < count; i++) {
        Str name = raw[i].name;
        for (size_t k = 0; k < name.n; k++) {
            char c = name.p[k];
            room[k] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
        }
        request->headers[i] = (HttpPair){{room, name.n}, trim_end(raw[i].value)};
        room += name.n;
    }
}

GateRefusal gate_headers(Arena *arena, HttpMethod method, bool http_1_1, const HttpPair *raw,
                         int count, HttpRequest *request, GateBody *body)
{
    if (count > GATE_HEADERS_MAX) return refuse(431, "too many headers");
    Str single[COUNT_OF(SINGLES)] = {{NULL, 0}};
    for (int i = 0; i < count; i++) GATE(header_check(raw[i], single));

    if (single[SINGLE_HOST].p == NULL && http_1_1) return refuse(400, "no Host");
    if (single[SINGLE_HOST].p && !host_valid(trim_end(single[SINGLE_HOST])))
        return refuse(400, "Host is malformed");
    *body = (GateBody){0};
    GATE(body_check(method, http_1_1, single, body));
    Str expect = trim_end(single[SINGLE_EXPECT]);
    if (expect.p && !equal_caseless(expect, STR("100-continue")))
        return refuse(417, "Expect is not 100-continue");
    headers_keep(arena, raw, count, request);
    return GATE_PASSES;
}

/* ---- layout ---- */

bool gate_layout(const GateLayout *layout)
{
    uintptr_t start = (uintptr_t)layout->method.p;
    uintptr_t at = start + layout->method.n + 1;
    if ((uintptr_t)layout->target.p != at) return false;
    at += layout->target.n + 1;
    if ((uintptr_t)layout->version.p != at) return false;
    at += layout->version.n + 2;
    for (int i = 0; i < layout->header_count; i++) {
        const HttpPair *header = &layout->headers[i];
        uintptr_t value = (uintptr_t)header->value.p;
        if ((uintptr_t)header->name.p != at) return false;
        at += header->name.n + 1;
        if (value < at || value > start + layout->size) return false;
        at = value + header->value.n + 2;
    }
    return at + 2 == start + layout->size;
}
