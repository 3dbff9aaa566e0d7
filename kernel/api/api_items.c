/* Items out: one, a page of them, why a value stands, and how it was. */
#include "kernel/api/api_read.h"
#include "kernel/cql2/cql2.h"
#include "kernel/dataset/record_json.h"
#include "lib/text.h"

enum {
    ITEMS_LIMIT_DEFAULT = 10,
    ITEMS_LIMIT_MAX = 1000,
    PAGE_BYTES_MAX = 16 * 1024 * 1024, /* a page that is longer ends here, with a next one */
    CURSOR_MAX = 4096,                 /* hexadecimal of a key */
};

static const char ITEMS_OWN[] = "limit filter cursor asOf filter-lang";

static void geojson(WebRequest *web)
{
    web->reply->status = 200;
    web->reply->content_type = STR("application/geo+json; charset=utf-8");
}

/* ---- one ---- */

static const Text TEXT_PERSONAL_KEY = {
    "这个库的主键是个人信息，不能出现在地址里；请用 POST …/search",
    "the key of this dataset is personal and must not stand in an address; use POST …/search"};

static const Text TEXT_PURPOSE = {
    "这个库的主键是个人信息，查询要在 Heluo-Purpose 里写明用途",
    "the key of this dataset is personal; say in Heluo-Purpose what it is for"};

/* Every item shows its key. */
static bool key_visible(WebRequest *web, const Dataset *dataset, const AccessDecision *decision)
{
    if (decision->visible[dataset->key]) return true;
    web_error(web, ERR_DENIED, "purpose_required", &TEXT_PURPOSE, STR_NONE, STR_NONE);
    return false;
}

static bool key_may_stand_in_url(WebRequest *web, const Dataset *dataset)
{
    if (dataset->fields[dataset->key].secrecy != SECRECY_PERSONAL) return true;
    web_error(web, ERR_BAD, "key_personal", &TEXT_PERSONAL_KEY, STR_NONE, STR_NONE);
    return false;
}

static void item_get(WebRequest *web)
{
    const Dataset *dataset;
    AccessDecision decision;
    int64_t as_of;
    if (!web_allow(web, ALLOW_API) || !api_dataset(web, ACTION_READ, &dataset, &decision)) return;
    if (!key_may_stand_in_url(web, dataset)) return;
    StoreReader *reader = store_read(web->app->store);
    Version version;
    bool go = api_as_of(web, store_reader_sql(reader), &as_of);
    Err err = go ? dataset_get(store_reader_sql(reader), web->arena, dataset, web->params[1], as_of,
                               &version)
                 : ERR_OK;
    store_read_end(reader);
    if (!go) return;
    if (err != ERR_OK) {
        api_storage_error(web, err);
        return;
    }
    geojson(web);
    Json json = json_to(&web->reply->body);
    record_write_feature(&json, &version, decision.visible);
    ReadMarks marks = {0};
    read_mark(&marks, web->arena, &decision, version.record_id, &version.record);
    read_reply(web, dataset, &marks);
}

/* ---- a page of them ---- */

typedef struct ItemsPage {
    WebRequest *web;
    const AccessDecision *decision;
    Json json;
    int count, limit;
    Str last_key;
    bool more;
    ReadMarks marks;
} ItemsPage;

static bool items_each(void *self, const Version *version)
{
    ItemsPage *page = self;
    bool full = page->count > 0 && page->json.out->n > PAGE_BYTES_MAX;
    if (page->count == page->limit || full) {
        page->more = true;
        return false;
    }
    record_write_feature(&page->json, version, page->decision->visible);
    read_mark(&page->marks, page->web->arena, page->decision, version->record_id, &version->record);
    page->last_key =
        arena_str(page->web->arena, version->record.values[version->record.dataset->key].text);
    page->count++;
    return true;
}

static const Text TEXT_LIMIT = {"limit 应为 1 至 1000 的整数",
                                "limit must be a whole number from 1 to 1000"};
static const Text TEXT_CURSOR = {"cursor 不是这里给出的翻页标记",
                                 "cursor is not a mark that was given here"};
static const Text TEXT_LANGUAGE = {"只支持 filter-lang=cql2-text",
                                   "only filter-lang=cql2-text is supported"};

static bool page_query(WebRequest *web, ListQuery *query)
{
    Str text;
    int64_t limit = ITEMS_LIMIT_DEFAULT;
    if (web_query(web, "limit", &text) &&
        (!str_int(text, &limit) || limit < 1 || limit > ITEMS_LIMIT_MAX)) {
        web_error(web, ERR_BAD, "range", &TEXT_LIMIT, STR_NONE, STR_NONE);
        return false;
    }
    query->limit = (int)limit;
    if (web_query(web, "filter-lang", &text) && !str_is(text, "cql2-text")) {
        web_error(web, ERR_BAD, "filter_lang", &TEXT_LANGUAGE, STR_NONE, STR_NONE);
        return false;
    }
    query->after = STR_NONE;
    if (!web_query(web, "cursor", &text)) return true;
    char *key = arena_alloc(web->arena, text.n / 2 + 1);
    if (text.n == 0 || text.n % 2 || text.n > CURSOR_MAX || !hex_read(text, key, text.n / 2) ||
        !utf8_valid((Str){key, text.n / 2})) {
        web_error(web, ERR_BAD, "cursor", &TEXT_CURSOR, STR_NONE, STR_NONE);
        return false;
    }
    query->after = (Str){key, text.n / 2};
    return true;
}

/* This page's address with another cursor. */
static Str next_path(WebRequest *web, Str last_key)
{
    Buf path = buf_new(4 * HTTP_URL_MAX);
    buf_add(&path, web->http->path);
    buf_lit(&path, "?");
    for (int i = 0; i < web->http->query_count; i++) {
        if (str_is(web->http->query[i].name, "cursor")) continue;
        url_encode(&path, web->http->query[i].name);
        buf_lit(&path, "=");
        url_encode(&path, web->http->query[i].value);
        buf_lit(&path, "&");
    }
    buf_lit(&path, "cursor=");
    hex_write(&path, last_key);
    Str copy = arena_str(web->arena, buf_str(&path));
    buf_free(&path);
    return copy;
}

static void items_list(WebRequest *web)
{
    const Dataset *dataset;
    AccessDecision decision;
    ListQuery query = {0};
    if (!web_allow(web, ALLOW_API) || !api_dataset(web, ACTION_READ, &dataset, &decision)) return;
    if (!key_visible(web, dataset, &decision) || !page_query(web, &query) ||
        !api_filter(web, dataset, decision.visible, ITEMS_OWN, &query.filter))
        return;
    StoreReader *reader = store_read(web->app->store);
    Sql *sql = store_reader_sql(reader);
    bool go = api_as_of(web, sql, &query.as_of);
    ItemsPage page = {.web = web,
                      .decision = &decision,
                      .json = json_to(&web->reply->body),
                      .limit = query.limit};
    Err err = ERR_OK;
    if (go) {
        json_put_object(&page.json);
        json_put_key_str(&page.json, STR("type"), STR("FeatureCollection"));
        json_put_key(&page.json, STR("features"));
        json_put_array(&page.json);
        query.limit++; /* one more tells whether there is a next page */
        err = dataset_list(sql, dataset, &query, items_each, &page);
        json_put_array_end(&page.json);
    }
    store_read_end(reader);
    if (!go) return;
    if (err != ERR_OK) {
        api_storage_error(web, err);
        return;
    }
    json_put_key_int(&page.json, STR("numberReturned"), page.count);
    json_put_key(&page.json, STR("links"));
    json_put_array(&page.json);
    if (page.more)
        api_link(&page.json, web, "next", "application/geo+json", next_path(web, page.last_key));
    json_put_array_end(&page.json);
    json_put_object_end(&page.json);
    geojson(web);
    read_reply(web, dataset, &page.marks);
}

/* ---- why, and how it was ---- */

static void instant_put(Json *json, Str key, Sql *sql, int64_t index)
{
    int64_t us;
    if (dataset_index_time(sql, index, &us) != ERR_OK) return;
    Buf text = buf_new(64);
    instant_write(&text, us);
    json_put_key_str(json, key, buf_str(&text));
    buf_free(&text);
}

typedef struct Why {
    Sql *sql;
    const Dataset *dataset;
    const AccessDecision *decision;
    Version version;
    Sources sources;
    Tickets tickets;
} Why;

static Err why_load(WebRequest *web, const Dataset *dataset, int64_t as_of, Sql *sql, Why *why)
{
    why->sql = sql;
    why->dataset = dataset;
    TRY(dataset_get(sql, web->arena, dataset, web->params[1], as_of, &why->version));
    TRY(dataset_sources(sql, web->arena, dataset, why->version.record_id, as_of, &why->sources));
    return dataset_tickets(sql, web->arena, dataset, why->version.record_id, as_of, &why->tickets);
}

static void why_field(Json *json, const Why *why, int field)
{
    const Field *f = &why->dataset->fields[field];
    int shown = dataset_source_of(why->dataset, &why->sources, field);
    json_put_object(json);
    json_put_key_str(json, STR("field"), f->id);
    json_put_key(json, STR("value"));
    record_write_value(json, f, &why->version.record.values[field]);
    json_put_key_str(json, STR("organ"), shown >= 0 ? why->sources.rows[shown].organ : STR_NONE);
    if (shown >= 0) instant_put(json, STR("said"), why->sql, why->sources.rows[shown].since_index);
    json_put_key(json, STR("others"));
    json_put_array(json);
    for (int i = 0; i < why->sources.count; i++) {
        const SourceRow *row = &why->sources.rows[i];
        if (i == shown || !row->record.values[field].present) continue;
        json_put_object(json);
        json_put_key_str(json, STR("organ"), row->organ);
        json_put_key(json, STR("value"));
        record_write_value(json, f, &row->record.values[field]);
        json_put_key_bool(
            json, STR("agrees"),
            shown >= 0 && value_eq(&row->record.values[field], &why->version.record.values[field]));
        json_put_key_bool(json, STR("held"), row->held);
        instant_put(json, STR("said"), why->sql, row->since_index);
        for (int k = 0; k < why->tickets.count; k++) {
            const Ticket *ticket = &why->tickets.items[k];
            if (str_eq(ticket->organ, row->organ) && str_eq(ticket->field, f->id))
                json_put_key_int(json, STR("ticket"), ticket->no);
        }
        json_put_object_end(json);
    }
    json_put_array_end(json);
    json_put_object_end(json);
}

static void sources_write(Json *json, const Why *why)
{
    json_put_object(json);
    json_put_key_str(json, STR("id"), why->version.record.values[why->dataset->key].text);
    json_put_key_int(json, STR("record"), why->version.record_id);
    json_put_key(json, STR("fields"));
    json_put_array(json);
    for (int i = 0; i < why->dataset->field_count; i++) {
        bool said = false;
        for (int k = 0; k < why->sources.count; k++)
            said |= why->sources.rows[k].record.values[i].present;
        if (said && why->decision->visible[i]) why_field(json, why, i);
    }
    json_put_array_end(json);
    json_put_object_end(json);
}

static void item_sources(WebRequest *web)
{
    const Dataset *dataset;
    AccessDecision decision;
    if (!web_allow(web, ALLOW_API) || !api_dataset(web, ACTION_READ, &dataset, &decision)) return;
    if (!key_may_stand_in_url(web, dataset)) return;
    StoreReader *reader = store_read(web->app->store);
    Sql *sql = store_reader_sql(reader);
    int64_t as_of;
    Why why = {.decision = &decision};
    bool go = api_as_of(web, sql, &as_of);
    Err err = go ? why_load(web, dataset, as_of, sql, &why) : ERR_OK;
    if (go && err == ERR_OK) {
        web_json(web, 200);
        Json json = json_to(&web->reply->body);
        sources_write(&json, &why);
    }
    store_read_end(reader);
    if (go && err != ERR_OK) api_storage_error(web, err);
    if (!go || err != ERR_OK) return;
    ReadMarks marks = {0};
    for (int i = 0; i < why.sources.count; i++) {
        read_mark(&marks, web->arena, &decision, why.version.record_id,
                  &why.sources.rows[i].record);
    }
    read_reply(web, dataset, &marks);
}

static void history_write(WebRequest *web, const AccessDecision *decision, Sql *sql,
                          const History *history)
{
    web_json(web, 200);
    Json json = json_to(&web->reply->body);
    json_put_object(&json);
    json_put_key(&json, STR("versions"));
    json_put_array(&json);
    for (int i = 0; i < history->count; i++) {
        json_put_object(&json);
        instant_put(&json, STR("from"), sql, history->versions[i].since_index);
        if (history->until_index[i] != INT64_MAX)
            instant_put(&json, STR("until"), sql, history->until_index[i]);
        json_put_key_int(&json, STR("journal_index"), history->versions[i].since_index);
        json_put_key(&json, STR("item"));
        record_write_feature(&json, &history->versions[i], decision->visible);
        json_put_object_end(&json);
    }
    json_put_array_end(&json);
    json_put_object_end(&json);
}

static void item_history(WebRequest *web)
{
    const Dataset *dataset;
    AccessDecision decision;
    if (!web_allow(web, ALLOW_API) || !api_dataset(web, ACTION_READ, &dataset, &decision)) return;
    if (!key_may_stand_in_url(web, dataset)) return;
    StoreReader *reader = store_read(web->app->store);
    Sql *sql = store_reader_sql(reader);
    Version version;
    History history;
    Err err = dataset_get(sql, web->arena, dataset, web->params[1], AS_OF_NOW, &version);
    if (err == ERR_OK) err = dataset_history(sql, web->arena, dataset, version.record_id, &history);
    if (err == ERR_OK) history_write(web, &decision, sql, &history);
    store_read_end(reader);
    if (err != ERR_OK) {
        api_storage_error(web, err);
        return;
    }
    ReadMarks marks = {0};
    for (int i = 0; i < history.count; i++)
        read_mark(&marks, web->arena, &decision, version.record_id, &history.versions[i].record);
    read_reply(web, dataset, &marks);
}

REGISTER(Route, route_item) = {
    HTTP_GET, "/api/collections/{id}/items/{key}", item_get, "asOf", 0, false, false, false};
REGISTER(Route, route_items) = {
    HTTP_GET, "/api/collections/{id}/items", items_list, "*", 0, false, false, false};
REGISTER(Route, route_sources) = {
    HTTP_GET, "/api/collections/{id}/items/{key}/sources", item_sources, "asOf", 0, false, false,
    false};
REGISTER(Route, route_history) = {
    HTTP_GET, "/api/collections/{id}/items/{key}/history", item_history, NULL, 0, false, false,
    false};
