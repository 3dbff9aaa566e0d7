/*
 * Look-ups whose values must not stand in an address: POST …/search with {"field": value, …}. What
 * may be asked for is the key, or all fields of one of the definition's queries; so a register of
 * persons cannot be combed through field by field.
 */
#include "kernel/api/api_read.h"
#include "kernel/codes/codes.h"
#include "kernel/cql2/cql2.h"
#include "kernel/dataset/record_json.h"
#include "lib/text.h"

enum { SEARCH_BODY_MAX = 64 * 1024, SEARCH_LIMIT = 50 };

static const Text TEXT_NO_JSON = {"正文应为一个 JSON 对象，例如 {\"字段\": \"值\"}：{0}",
                                  "the body must be a JSON object of fields and values: {0}"};
static const Text TEXT_TYPE = {"正文应为 application/json", "the body must be application/json"};
static const Text TEXT_ASKED = {"可以按下面的一组字段查：{0}",
                                "ask by one of these sets of fields: {0}"};
static const Text TEXT_PURPOSE = {
    "这个库是个人信息，查询要在 Heluo-Purpose 里写明用途",
    "this dataset is about persons; say in Heluo-Purpose what it is for"};

/* ---- what may be asked for ---- */

static bool query_asked(const Dataset *dataset, const Query *query, const RawRecord *cells)
{
    int given = 0, named = 0;
    for (int i = 0; i < dataset->field_count; i++) given += cells->cells[i].n > 0;
    for (int i = 0; i < query->where_count; i++) named += cells->cells[query->where[i]].n > 0;
    return named == query->where_count && given == named;
}

static bool asked_allowed(const Dataset *dataset, const RawRecord *cells)
{
    Query key = {.where = &dataset->key, .where_count = 1};
    if (query_asked(dataset, &key, cells)) return true;
    for (int i = 0; i < dataset->query_count; i++) {
        if (query_asked(dataset, &dataset->queries[i], cells)) return true;
    }
    return false;
}

static Str asked_names(Arena *arena, const Dataset *dataset)
{
    Buf names = buf_new(16 * 1024);
    buf_add(&names, dataset->fields[dataset->key].id);
    for (int i = 0; i < dataset->query_count; i++) {
        const Query *query = &dataset->queries[i];
        for (int k = 0; k < query->where_count; k++) {
            buf_add(&names, k ? STR(", ") : STR(" | "));
            buf_add(&names, dataset->fields[query->where[k]].id);
        }
    }
    Str copy = arena_str(arena, buf_str(&names));
    buf_free(&names);
    return copy;
}

/* ---- the filter ---- */

static void value_quoted(Buf *out, const Field *field, const Value *value)
{
    bool plain = field->type == FIELD_INTEGER || field->type == FIELD_DECIMAL ||
                 field->type == FIELD_BOOLEAN;
    Buf text = buf_new(RECORD_BYTES_MAX);
    value_write_text(&text, field, value);
    if (!plain) buf_byte(out, '\'');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\'') buf_byte(out, '\'');
        buf_byte(out, text.p[i]);
    }
    if (!plain) buf_byte(out, '\'');
    buf_free(&text);
}

/* Equality of all values that are there, as a filter like any other. false: answered. */
static bool filter_make(WebRequest *web, const Record *asked, const bool *readable,
                        const Cql **filter)
{
    const Dataset *dataset = asked->dataset;
    Buf text = buf_new(CQL_TEXT_MAX);
    for (int i = 0; i < dataset->field_count; i++) {
        if (!asked->values[i].present) continue;
        if (text.n) buf_lit(&text, " AND ");
        buf_printf(&text, "\"" STR_FMT "\" = ", STR_ARG(dataset->fields[i].id));
        value_quoted(&text, &dataset->fields[i], &asked->values[i]);
    }
    CqlError error = {0};
    Err err = text.overflow ? ERR_TOO_LARGE
                            : cql_parse(web->arena, dataset, readable,
                                        arena_str(web->arena, buf_str(&text)), filter, &error);
    buf_free(&text);
    if (err != ERR_OK) web_error_plain(web, err);
    return err == ERR_OK;
}

/* ---- the answer ---- */

typedef struct Found {
    WebRequest *web;
    const AccessDecision *decision;
    Json json;
    int count;
    ReadMarks marks;
} Found;

static bool found_each(void *self, const Version *version)
{
    Found *found = self;
    record_write_feature(&found->json, version, found->decision->visible);
    read_mark(&found->marks, found->web->arena, found->decision, version->record_id,
              &version->record);
    found->count++;
    return true;
}

static void search_answer(WebRequest *web, const Record *asked, const AccessDecision *decision)
{
    ListQuery query = {.limit = SEARCH_LIMIT};
    if (!filter_make(web, asked, decision->visible, &query.filter)) return;
    Found found = {.web = web, .decision = decision, .json = json_to(&web->reply->body)};
    StoreReader *reader = store_read(web->app->store);
    bool go = api_as_of(web, store_reader_sql(reader), &query.as_of);
    Err err = ERR_OK;
    if (go) {
        json_put_object(&found.json);
        json_put_key_str(&found.json, STR("type"), STR("FeatureCollection"));
        json_put_key(&found.json, STR("features"));
        json_put_array(&found.json);
        err = dataset_list(store_reader_sql(reader), asked->dataset, &query, found_each, &found);
        json_put_array_end(&found.json);
        json_put_key_int(&found.json, STR("numberReturned"), found.count);
        json_put_object_end(&found.json);
    }
    store_read_end(reader);
    if (go && err != ERR_OK) api_storage_error(web, err);
    if (!go || err != ERR_OK) return;
    web->reply->status = 200;
    web->reply->content_type = STR("application/geo+json; charset=utf-8");
    read_reply(web, asked->dataset, &found.marks);
}

/* ---- the request ---- */

/* The values asked for. false: answered. */
static bool asked_read(WebRequest *web, const Dataset *dataset, Record *asked)
{
    Buf why = buf_new(1024);
    json_t *body = json_read(web->http->body, &why);
    bool good = body && json_is_object(body);
    if (!good) web_error(web, ERR_BAD, "json", &TEXT_NO_JSON, buf_str(&why), STR_NONE);
    if (good) {
        Issues *issues = arena_alloc(web->arena, sizeof *issues);
        RawRecord *cells = arena_alloc(web->arena, sizeof *cells);
        issues_clear(issues, web->arena);
        record_from_json(web->arena, dataset, body, cells, issues);
        for (int i = 0; i < dataset->field_count; i++)
            cells->cells[i] = arena_str(web->arena, cells->cells[i]); /* the body goes first */
        const Codes *codes = codes_take(web->app->store);
        RuleContext context = {web->arena, codes, day_today(env_now_us(web->app->env)), issues};
        record_parse_values(&context, dataset, cells, asked);
        codes_give(codes);
        good = issues->errors == 0 && asked_allowed(dataset, cells);
        if (issues->errors)
            web_issues(web, dataset, issues);
        else if (!good)
            web_error(web, ERR_BAD, "fields", &TEXT_ASKED, asked_names(web->arena, dataset),
                      STR_NONE);
    }
    json_decref(body);
    buf_free(&why);
    return good;
}

static void search_post(WebRequest *web)
{
    const Dataset *dataset;
    AccessDecision decision;
    Record asked;
    Str type = http_header(web->http, "content-type");
    if (!web_allow(web, ALLOW_API) || !api_dataset(web, ACTION_READ, &dataset, &decision)) return;
    if (type.n && !str_starts(type, STR("application/json"))) {
        web_error_status(web, 415, "content_type", &TEXT_TYPE, STR_NONE);
        return;
    }
    if (!decision.visible[dataset->key]) {
        web_error(web, ERR_DENIED, "purpose_required", &TEXT_PURPOSE, STR_NONE, STR_NONE);
        return;
    }
    if (asked_read(web, dataset, &asked)) search_answer(web, &asked, &decision);
}

REGISTER(Route, route_search) = {.method = HTTP_POST,
                                 .path = "/api/collections/{id}/search",
                                 .handler = search_post,
                                 .query = "asOf",
                                 .body_max = SEARCH_BODY_MAX};
