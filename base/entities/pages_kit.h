/* For tests of the entities' pages: a small city whose organs have said something, and somebody who
 * looks at it from outside. */
#pragma once

#include "kernel/testkit.h"

#define NAME_PEONY "洛阳示例牡丹食品有限公司"
#define NAME_MACHINE "洛阳示例重型机械有限公司"
#define USCC_PEONY "91410300MA9A00010P"
#define USCC_MACHINE "91410305MA9KXYW162"
#define USCC_NOBODY "92410311MA9B2CD34K" /* valid, not in the city */

static inline void city_code(Kit *kit, const char *list, const char *code, const char *zh,
                             const char *en)
{
    char id[100];
    snprintf(id, sizeof id, "%s:%s", list, code);
    KitCell cells[] = {{"id", id},       {"list", list},   {"code", code},
                       {"label_zh", zh}, {"label_en", en}, {0}};
    kit_say(kit, "code", "data_bureau", cells);
}

static inline void city_words(Kit *kit)
{
    city_code(kit, "entity_status", "active", "存续", "active");
    city_code(kit, "entity_status", "cancelled", "注销", "cancelled");
    city_code(kit, "correction_state", "received", "已收到", "received");
    city_code(kit, "gbt4754_2017", "C", "制造业", "Manufacturing");
    city_code(kit, "currency", "CNY", "人民币元", "Chinese yuan");
    kit_say(kit, "division", "civil_affairs",
            (KitCell[]){{"code", "410300"}, {"name", "洛阳市"}, {"level", "city"}, {0}});
    kit_say(kit, "division", "civil_affairs",
            (KitCell[]){{"code", "410305"},
                        {"name", "涧西区"},
                        {"level", "county"},
                        {"parent", "410300"},
                        {0}});
    kit_say(kit, "organ", "staffing_office",
            (KitCell[]){{"organ", "market_regulation"},
                        {"name", "市市场监管局"},
                        {"name_en", "Market Regulation"},
                        {0}});
    kit_say(
        kit, "organ", "staffing_office",
        (KitCell[]){{"organ", "statistics"}, {"name", "市统计局"}, {"name_en", "Statistics"}, {0}});
    assert_int_equal(codes_reload(kit->store), ERR_OK);
}

static inline Kit *city_open(void)
{
    Kit *kit = kit_open(&MODEL_SHIPPED);
    kit->codes = codes_shipped();
    city_words(kit);
    kit_say(kit, "entity", "market_regulation",
            (KitCell[]){{"uscc", USCC_PEONY},
                        {"name", NAME_PEONY},
                        {"status", "active"},
                        {"registered_capital", "300万元人民币"},
                        {"established_on", "2020-07-09"},
                        {"address", "孟津区麻屯镇示例路 6 号"},
                        {"legal_representative_id", "11010519491231002X"},
                        {"contact_phone", "13800000000"},
                        {0}});
    kit_say(kit, "entity", "market_regulation",
            (KitCell[]){{"uscc", USCC_MACHINE},
                        {"name", NAME_MACHINE},
                        {"status", "cancelled"},
                        {"established_on", "2019-02-28"},
                        {"cancelled_on", "2024-02-27"},
                        {0}});
    return kit;
}

static inline void city_close(Kit *kit)
{
    codes_forget(kit->store);
    kit_close(kit);
}

static inline void days_pass(Kit *kit, int days)
{
    kit->now_us += days * 86400LL * 1000000;
}

/* Somebody from outside, in the language of the header; body may be none. */
static inline KitAnswer outside(Kit *kit, HttpMethod method, const char *target,
                                const HttpPair *headers, int header_count, Str body)
{
    KitAnswer answer = {0};
    HttpPair query[HTTP_QUERY_MAX];
    Str path, rest = str_of(target), pair, name;
    HttpRequest request = {.method = method,
                           .headers = (HttpPair *)headers,
                           .header_count = header_count,
                           .body = body,
                           .body_size = (int64_t)body.n,
                           .spool_fd = -1,
                           .client = STR("192.0.2.7"),
                           .arena = kit->arena,
                           .query = query,
                           .started_us = kit->now_us,
                           .app = &kit->app};
    str_split(&rest, '?', &path);
    request.path = arena_str(kit->arena, path);
    request.query_text = rest.p ? rest : STR("");
    while (rest.n && str_split(&rest, '&', &pair)) {
        Buf decoded = buf_new(HTTP_URL_MAX);
        str_split(&pair, '=', &name);
        if (pair.n) assert_true(url_decode(&decoded, pair, true));
        query[request.query_count++] = (HttpPair){name, arena_str(kit->arena, buf_str(&decoded))};
        buf_free(&decoded);
    }
    answer.reply = (HttpReply){.file_fd = -1};
    HttpRoute route = router_route(&request, &answer.reply);
    if (route.handler) route.handler(&request, &answer.reply);
    answer.status = answer.reply.status;
    answer.text = arena_str(kit->arena, buf_str(&answer.reply.body));
    buf_free(&answer.reply.body);
    return answer;
}

static inline KitAnswer look(Kit *kit, const char *target)
{
    return outside(kit, HTTP_GET, target, NULL, 0, STR_NONE);
}

static inline bool says(const KitAnswer *answer, const char *text)
{
    return str_find(answer->text, str_of(text)) >= 0;
}

static inline Str header_of(const KitAnswer *answer, const char *name)
{
    for (int i = 0; i < answer->reply.header_count; i++)
        if (str_is(answer->reply.headers[i].name, name)) return answer->reply.headers[i].value;
    return STR_NONE;
}

/* What stands in <main>, without what differs from one request to the next. */
static inline Str main_of(const KitAnswer *answer)
{
    ptrdiff_t from = str_find(answer->text, STR("<main")),
              to = str_find(answer->text, STR("</main>"));
    assert_true(from >= 0 && to > from);
    return str_slice(answer->text, (size_t)from, (size_t)to);
}
