/*
 * Requests changed at random: whatever comes, no answer is a 500, each is whole, and the store
 * still verifies. Through raw sockets, and as commands make them.
 *
 * HELUO_FUZZ_COUNT for more, HELUO_FUZZ_SEED to repeat a run.
 */
#include <poll.h>

#include "tests/api/api_testkit.h"

enum { COUNT = 2500, TARGET_MAX = 600 };

static uint64_t random_state;
static int64_t count = COUNT;

static int pick(int below) /* xorshift64 */
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (int)(random_state % (uint64_t)below);
}

#define PICK(list) list[pick((int)COUNT_OF(list))]

static const char *const METHODS[] = {"GET",  "GET",  "GET", "GET",    "GET",
                                      "POST", "POST", "PUT", "DELETE", "HEAD"};
static const char *const PATHS[] = {
    "/",
    "/api/",
    "/api/conformance",
    "/api/collections",
    "/api/collections/entity",
    "/api/collections/entity/schema",
    "/api/collections/organ/queryables",
    "/api/collections/entity/items",
    "/api/collections/organ/items",
    "/api/collections/division/items",
    "/api/collections/organ/items/tax",
    "/api/collections/organ/items/tax/sources",
    "/api/collections/organ/items/tax/history",
    "/api/collections/organ/export",
    "/api/collections/entity/batches",
    "/api/collections/entity/batches/b1",
    "/api/collections/entity/batches/b1/rejects",
    "/api/jobs",
    "/api/jobs/0/cancel",
    "/api/keys",
    "/healthz",
    "/metrics",
    "/entities",
    "/desk/",
    "/entities/91410300MA9A00010P",
};
static const char *const NAMES[] = {"limit", "filter", "cursor",     "asOf",        "name",  "code",
                                    "batch", "format", "level",      "filter-lang", "organ", "lang",
                                    "view",  "x",      "valid_from", "page",        "q",     ""};
static const char *const VALUES[] = {
    "1",
    "1000",
    "0",
    "-1",
    "9223372036854775808",
    "",
    "x",
    "en",
    "csv",
    "ndjson",
    "cql2-text",
    "2026-03-01T00:00:00%2B08:00",
    "2026-03-01T00:00:00+08:00",
    "0000-00-00",
    "343130333030",
    "name%20LIKE%20'%25'",
    "level%3D'city'",
    "((((((((((level%3D'city'",
    "NOT%20NOT%20code%3D'1'",
    "valid_from%20BETWEEN%20DATE('1900-01-01')%20AND%20DATE('2100-01-01')",
    "'",
    "%27%3B--",
    "%00",
    "%FF",
    "%",
    "%E6%B4%9B",
    "code%20IN%20('1','2')",
    "a%3D1e999",
    "name%20IS%20NULL%20OR%201%3D1",
    "tax",
    "b1",
    "%0D%0AX:%20y",
};
static const char *const FITTING[] = {
    "limit=3",
    "limit=1000",
    "filter=name%20LIKE%20'%25'",
    "asOf=2026-03-01T00:00:00%2B08:00",
    "cursor=343130333030",
    "filter-lang=cql2-text",
    "name=%E6%B4%9B",
    "batch=b1",
    "format=ndjson",
};
static const char *const HEADERS[] = {
    "",
    "Content-Type: application/json\r\n",
    "Content-Type: text/csv\r\n",
    "Content-Type: application/x-ndjson\r\n",
    "Heluo-Request-Id: fuzz-%d\r\n",
    "Heluo-Purpose: %%E6%%A0%%B8\r\n",
    "Heluo-Purpose: %%\r\n",
    "Accept-Language: en\r\n",
    "Cookie: lang=en; view=elder; s=x\r\n",
    "Authorization: Bearer hl_\r\n",
    "Authorization: Basic x\r\n",
    "Accept: */*\r\n",
    "X: \xff\xfe\r\n",
    "Origin: http://evil\r\n",
};
static const char *const BODIES[] = {
    "",
    "{}",
    "[]",
    "null",
    "{\"uscc\":1}",
    "{\"uscc\":\"91410300MA9A00010P\",\"name\":\"模糊公司\"}",
    "{\"uscc\":\"91410300MA9A00010P\",\"name\":null}",
    "{\"name\":\"\\u0000\"}",
    "{\"a\":1e400}",
    "{\"properties\":{\"uscc\":\"91410300MA9A00010P\",\"name\":\"x\",\"employees\":5.5}}",
    "{\"type\":\"Feature\",\"properties\":[]}",
    "uscc,name\n91410300MA9A00010P,模糊公司\n",
    "uscc\n",
    "uscc,name\n\"",
    "\xff\xfe\xfd",
    "{\"uscc\":\"\xed\xa0\x80\"}",
    "name=x&code=y",
};

static size_t target_make(char *out)
{
    size_t n = (size_t)snprintf(out, TARGET_MAX, "%s", PICK(PATHS));
    int parameters = pick(3);
    for (int i = 0; i < parameters; i++) {
        if (pick(3)) {
            n += (size_t)snprintf(out + n, TARGET_MAX - n, "%c%s", i ? '&' : '?', PICK(FITTING));
            continue;
        }
        n += (size_t)snprintf(out + n, TARGET_MAX - n, "%c%s=%s", i ? '&' : '?', PICK(NAMES),
                              PICK(VALUES));
    }
    return n;
}

/* Some bytes are changed, doubled or left out. */
static void bytes_change(Buf *request)
{
    for (int i = pick(4); i > 0 && request->n > 2; i--) {
        size_t at = (size_t)pick((int)request->n);
        switch (pick(3)) {
        case 0: request->p[at] = (char)pick(256); break;
        case 1: request->p[at] = "\r\n \t:?&=%/"[pick(10)]; break;
        default: memmove(request->p + at, request->p + at + 1, request->n - at - 1); request->n--;
        }
    }
}

static void request_make(Buf *request)
{
    char target[TARGET_MAX];
    const char *method = PICK(METHODS), *body = PICK(BODIES);
    target_make(target);
    buf_clear(request);
    buf_printf(request, "%s %s HTTP/1.1\r\nHost: localhost\r\n", method, target);
    if (pick(2))
        buf_printf(request, "Authorization: Bearer %s\r\n", pick(2) ? api.key_market : api.key_tax);
    for (int i = pick(3); i > 0; i--) {
        const char *header = PICK(HEADERS);
        if (str_find(str_of(header), STR("%d")) >= 0)
            buf_printf(request, "Heluo-Request-Id: fuzz-%06d\r\n", pick(50));
        else
            buf_add(request, str_of(header));
    }
    bool with_body = strcmp(method, "POST") == 0 || pick(8) == 0;
    if (with_body) buf_printf(request, "Content-Length: %zu\r\n", strlen(body));
    buf_lit(request, "Connection: close\r\n\r\n");
    if (with_body) buf_add(request, str_of(body));
    if (pick(3) == 0) bytes_change(request);
}

static void no_bytes_make_a_500(void **state)
{
    (void)state;
    Buf request = buf_new(64 * 1024), reply = buf_new(64 << 20);
    int64_t by_class[6] = {0}, silent = 0;
    for (int64_t i = 0; i < count; i++) {
        request_make(&request);
        buf_clear(&reply);
        int fd = kit_connect(api.port);
        kit_send(fd, buf_str(&request));
        struct pollfd answered = {.fd = fd, .events = POLLIN};
        if (poll(&answered, 1, 20) == 0) shutdown(fd, SHUT_WR); /* incomplete: there is no more */
        bool is_head = str_starts(buf_str(&request), STR("HEAD "));
        for (;;) { /* a connection that is kept open is not waited for either */
            KitReply whole;
            Str stream = buf_str(&reply);
            if (kit_reply(&stream, is_head, &whole) || !kit_receive(fd, &reply)) break;
        }
        close(fd);
        if (reply.n == 0) {
            silent++;
            continue;
        }
        assert_true(str_starts(buf_str(&reply), STR("HTTP/1.1 ")) && reply.n > 12);
        int class = reply.p[9] - '0';
        assert_in_range(class, 1, 5);
        by_class[class]++;
        if (class == 5 && !str_starts(buf_str(&reply), STR("HTTP/1.1 501")) &&
            !str_starts(buf_str(&reply), STR("HTTP/1.1 505")))
            fail_msg("to " STR_FMT "\n" STR_FMT, STR_ARG(buf_str(&request)),
                     STR_ARG(buf_str(&reply)));
    }
    print_message("2xx %lld, 3xx %lld, 4xx %lld, 5xx %lld, cut off %lld\n", (long long)by_class[2],
                  (long long)by_class[3], (long long)by_class[4], (long long)by_class[5],
                  (long long)silent);
    assert_true(by_class[2] > count / 50 && by_class[4] > count / 50);
    buf_free(&request);
    buf_free(&reply);
}

/* A command's target is well encoded; all else may be wrong. */
static bool well_encoded(const char *target)
{
    Buf decoded = buf_new(4096);
    bool good = url_decode(&decoded, str_of(target), false) && utf8_valid(buf_str(&decoded)) &&
                memchr(decoded.p, 0, decoded.n) == NULL;
    buf_free(&decoded);
    return good;
}

static void no_command_gets_a_500(void **state)
{
    (void)state;
    static const HttpMethod OF[] = {HTTP_GET, HTTP_GET, HTTP_POST, HTTP_HEAD};
    static const Str TYPES[] = {STR_INIT("application/json"), STR_INIT("text/csv"),
                                STR_INIT("application/x-ndjson"), STR_INIT("x")};
    for (int64_t i = 0; i < count; i++) {
        char target[TARGET_MAX], id[32];
        target_make(target);
        /* a batch's body comes as a file */
        if (!well_encoded(target) || str_find(str_of(target), STR("/batches")) >= 0) continue;
        snprintf(id, sizeof id, "command-%06d", pick(50));
        HttpPair headers[] = {{STR("heluo-request-id"), str_of(id)},
                              {STR("content-type"), PICK(TYPES)},
                              {STR("heluo-purpose"), pick(2) ? STR("%E6%A0%B8") : STR("%zz")}};
        KitAnswer answer =
            kit_call(api.kit, PICK(OF), target, headers, pick(4), str_of(PICK(BODIES)));
        if (answer.status < 200 || answer.status >= 500)
            fail_msg("%s: %d " STR_FMT, target, answer.status, STR_ARG(answer.text));
        json_decref(answer.json);
    }
}

static void the_store_is_whole_behind_it(void **state)
{
    (void)state;
    Buf why = buf_new(1000);
    int64_t bad;
    StoreReader *reader = store_read(api.kit->store);
    Sql *sql = store_reader_sql(reader);
    Err err = journal_verify(sql, &bad, &why);
    for (int i = 0; i < MODEL_SHIPPED.dataset_count && err == ERR_OK; i++)
        err = dataset_verify(sql, &MODEL_SHIPPED.datasets[i], &bad, &why);
    store_read_end(reader);
    if (err != ERR_OK) fail_msg(STR_FMT, STR_ARG(buf_str(&why)));
    buf_free(&why);
}

static int set_up(void **state)
{
    (void)state;
    api_open(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    api_close();
    return 0;
}

int main(void)
{
    int64_t seed = env_now_us(&ENV_REAL);
    const char *given = getenv("HELUO_FUZZ_SEED"), *times = getenv("HELUO_FUZZ_COUNT");
    if ((given && !str_int(str_of(given), &seed)) || (times && !str_int(str_of(times), &count)))
        return 1;
    random_state = (uint64_t)seed | 1;
    print_message("HELUO_FUZZ_SEED=%lld\n", (long long)seed);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_bytes_make_a_500),
        cmocka_unit_test(no_command_gets_a_500),
        cmocka_unit_test(the_store_is_whole_behind_it),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
