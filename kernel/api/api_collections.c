/* What there is: collections, their schema and queryables (OGC API Features Part 1 and 5). */
#include "kernel/api/api.h"

static Str collection_path(WebRequest *web, const Dataset *dataset, const char *more)
{
    return arena_printf(web->arena, "/api/collections/" STR_FMT "%s", STR_ARG(dataset->id), more);
}

static Str label(const WebRequest *web, Label label)
{
    return web->lang == LANG_ZH ? label.zh : label.en;
}

static void collection_write(WebRequest *web, const Dataset *dataset, Json *json)
{
    json_put_object(json);
    json_put_key_str(json, STR("id"), dataset->id);
    json_put_key_str(json, STR("title"), label(web, dataset->label));
    json_put_key_str(json, STR("itemType"), STR("feature"));
    json_put_key_str(json, STR("owner"), dataset->owner);
    json_put_key_bool(json, STR("open"), dataset->sharing.open);
    json_put_key_str(json, STR("key"), dataset->fields[dataset->key].id);
    json_put_key(json, STR("links"));
    json_put_array(json);
    api_link(json, web, "self", "application/json", collection_path(web, dataset, ""));
    api_link(json, web, "items", "application/geo+json", collection_path(web, dataset, "/items"));
    api_link(json, web, "describedby", "application/schema+json",
             collection_path(web, dataset, "/schema"));
    api_link(json, web, "http://www.opengis.net/def/rel/ogc/1.0/queryables",
             "application/schema+json", collection_path(web, dataset, "/queryables"));
    json_put_array_end(json);
    json_put_object_end(json);
}

static void collections_get(WebRequest *web)
{
    const Model *model = store_model(web->app->store);
    web_json(web, 200);
    Json json = json_to(&web->reply->body);
    json_put_object(&json);
    json_put_key(&json, STR("collections"));
    json_put_array(&json);
    for (int i = 0; i < model->dataset_count; i++) {
        AccessDecision decision;
        access_decide(&web->subject, ACTION_READ, &model->datasets[i], web->purpose, &decision);
        if (decision.err == ERR_OK) collection_write(web, &model->datasets[i], &json);
    }
    json_put_array_end(&json);
    json_put_key(&json, STR("links"));
    json_put_array(&json);
    api_link(&json, web, "self", "application/json", STR("/api/collections"));
    json_put_array_end(&json);
    json_put_object_end(&json);
}

static void collection_get(WebRequest *web)
{
    const Dataset *dataset;
    AccessDecision decision;
    if (!api_dataset(web, ACTION_READ, &dataset, &decision)) return;
    web_json(web, 200);
    Json json = json_to(&web->reply->body);
    collection_write(web, dataset, &json);
}

/* ---- JSON Schema of a record ---- */

static const struct {
    const char *type, *format;
} SCHEMA_TYPES[] = {
    [FIELD_TEXT] = {"string", NULL},     [FIELD_CODE] = {"string", NULL},
    [FIELD_DATE] = {"string", "date"},   [FIELD_INSTANT] = {"string", "date-time"},
    [FIELD_INTEGER] = {"integer", NULL}, [FIELD_DECIMAL] = {"number", NULL},
    [FIELD_BOOLEAN] = {"boolean", NULL}, [FIELD_USCC] = {"string", NULL},
    [FIELD_ORG_CODE] = {"string", NULL}, [FIELD_CITIZEN_ID] = {"string", NULL},
    [FIELD_DIVISION] = {"string", NULL}, [FIELD_ORGAN] = {"string", NULL},
};

static void property_write(WebRequest *web, const Field *field, Json *json)
{
    json_put_key(json, field->id);
    json_put_object(json);
    json_put_key_str(json, STR("title"), label(web, field->label));
    json_put_key_str(json, STR("type"), str_of(SCHEMA_TYPES[field->type].type));
    if (SCHEMA_TYPES[field->type].format)
        json_put_key_str(json, STR("format"), str_of(SCHEMA_TYPES[field->type].format));
    if (field->type == FIELD_TEXT && field->length_max)
        json_put_key_int(json, STR("maxLength"), field->length_max);
    json_put_key_str(json, STR("x-heluo-type"), str_of(model_type_name(field->type)));
    if (field->codes.n) json_put_key_str(json, STR("x-heluo-codes"), field->codes);
    if (field->from.count) {
        json_put_key(json, STR("x-heluo-trust"));
        json_put_array(json);
        for (int i = 0; i < field->from.count; i++) json_put_str(json, field->from.items[i]);
        json_put_array_end(json);
    }
    Str note = web->lang == LANG_ZH ? field->note_zh : field->note_en;
    if (note.n) json_put_key_str(json, STR("description"), note);
    json_put_object_end(json);
}

static void schema_write(WebRequest *web, bool queryables)
{
    const Dataset *dataset;
    AccessDecision decision;
    if (!api_dataset(web, ACTION_READ, &dataset, &decision)) return;
    web->reply->status = 200;
    web->reply->content_type = STR("application/schema+json; charset=utf-8");
    Json json = json_to(&web->reply->body);
    json_put_object(&json);
    json_put_key_str(&json, STR("$schema"), STR("https://json-schema.org/draft/2020-12/schema"));
    json_put_key_str(&json, STR("$id"), web_url(web, web->http->path));
    json_put_key_str(&json, STR("title"), label(web, dataset->label));
    json_put_key_str(&json, STR("type"), STR("object"));
    if (!queryables) {
        json_put_key(&json, STR("required"));
        json_put_array(&json);
        for (int i = 0; i < dataset->field_count; i++) {
            if (dataset->fields[i].required && decision.visible[i])
                json_put_str(&json, dataset->fields[i].id);
        }
        json_put_array_end(&json);
    }
    json_put_key(&json, STR("properties"));
    json_put_object(&json);
    for (int i = 0; i < dataset->field_count; i++) {
        if (decision.visible[i]) property_write(web, &dataset->fields[i], &json);
    }
    json_put_object_end(&json);
    json_put_key_bool(&json, STR("additionalProperties"), false);
    json_put_object_end(&json);
}

static void schema_get(WebRequest *web)
{
    schema_write(web, false);
}

static void queryables_get(WebRequest *web)
{
    schema_write(web, true);
}

static void landing_get(WebRequest *web)
{
    web_json(web, 200);
    Json json = json_to(&web->reply->body);
    json_put_object(&json);
    json_put_key_str(&json, STR("title"), label(web, web->app->city));
    json_put_key_str(&json, STR("description"),
                     web->lang == LANG_ZH ? STR("河洛的数据接口") : STR("Heluo's data API"));
    json_put_key(&json, STR("links"));
    json_put_array(&json);
    api_link(&json, web, "self", "application/json", STR("/api/"));
    api_link(&json, web, "data", "application/json", STR("/api/collections"));
    api_link(&json, web, "conformance", "application/json", STR("/api/conformance"));
    json_put_array_end(&json);
    json_put_object_end(&json);
}

static void conformance_get(WebRequest *web)
{
    static const char *const CLASSES[] = {
        "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
        "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
        "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
        "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter"};
    web_json(web, 200);
    Json json = json_to(&web->reply->body);
    json_put_object(&json);
    json_put_key(&json, STR("conformsTo"));
    json_put_array(&json);
    for (size_t i = 0; i < COUNT_OF(CLASSES); i++) json_put_str(&json, str_of(CLASSES[i]));
    json_put_array_end(&json);
    json_put_object_end(&json);
}

REGISTER(Route, route_landing) = {HTTP_GET, "/api/", landing_get, NULL, 0, false, false, false};
REGISTER(Route, route_conformance) = {
    HTTP_GET, "/api/conformance", conformance_get, NULL, 0, false, false, false};
REGISTER(Route, route_collections) = {
    HTTP_GET, "/api/collections", collections_get, NULL, 0, false, false, false};
REGISTER(Route, route_collection) = {
    HTTP_GET, "/api/collections/{id}", collection_get, NULL, 0, false, false, false};
REGISTER(Route, route_schema) = {
    HTTP_GET, "/api/collections/{id}/schema", schema_get, NULL, 0, false, false, false};
REGISTER(Route, route_queryables) = {
    HTTP_GET, "/api/collections/{id}/queryables", queryables_get, NULL, 0, false, false, false};
