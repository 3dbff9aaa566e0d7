#include "kernel/api/api.h"

#include "kernel/cql2/cql2.h"
#include "kernel/journal/journal.h"
#include "lib/text.h"

static const Text TEXT_NO_DATASET = {"没有“{0}”这个库", "there is no dataset “{0}”"};
static const Text TEXT_AS_OF = {"asOf 应写成 2026-03-01T00:00:00+08:00 这样，现为“{0}”",
                                "asOf must be written like 2026-03-01T00:00:00+08:00, is “{0}”"};
static const Text TEXT_FILTER = {"过滤条件第 {0} 个字：{1}", "filter, character {0}: {1}"};
static const Text TEXT_FIELD_FILTER = {"参数“{0}”不是这个库的字段",
                                       "the parameter “{0}” is not a field of this dataset"};

bool api_dataset(WebRequest *web, Action action, const Dataset **dataset, AccessDecision *decision)
{
    *dataset = model_dataset(store_model(web->app->store), web->params[0]);
    if (*dataset == NULL) {
        web_error(web, ERR_NOT_FOUND, "dataset_unknown", &TEXT_NO_DATASET, web->params[0],
                  STR_NONE);
        return false;
    }
    return web_access(web, action, *dataset, decision);
}

bool api_as_of(WebRequest *web, Sql *sql, int64_t *as_of)
{
    Str text;
    int64_t us;
    *as_of = AS_OF_NOW;
    if (!web_query(web, "asOf", &text)) return true;
    if (!instant_parse(text, &us)) {
        web_error(web, ERR_BAD, "date_invalid", &TEXT_AS_OF, text, STR_NONE);
        return false;
    }
    Err err = journal_index_at(sql, us, as_of);
    if (err == ERR_OK && *as_of < 0)
        *as_of = INT64_MIN; /* before the first entry: nothing was known */
    if (err != ERR_OK) api_storage_error(web, err);
    return err == ERR_OK;
}

void api_storage_error(WebRequest *web, Err err)
{
    web_error_plain(web, err == ERR_NOT_FOUND ? ERR_NOT_FOUND
                         : err == ERR_STORAGE ? ERR_STORAGE
                                              : ERR_INTERNAL);
}

void api_busy(WebRequest *web)
{
    web_error_plain(web, ERR_BUSY);
    http_reply_header(web->reply, STR("Retry-After"), STR("1"));
}

bool api_is_list(const Dataset *dataset)
{
    static const char *const LISTS[] = {"code", "division", "organ"};
    for (size_t i = 0; i < COUNT_OF(LISTS); i++) {
        if (str_is(dataset->id, LISTS[i])) return true;
    }
    return false;
}

/* A parameter named like a field asks for equality: written as CQL2, quoted, and parsed like any.
 */
static void field_condition(Buf *text, const Field *field, Str value)
{
    if (text->n) buf_lit(text, " AND ");
    bool number = field->type == FIELD_INTEGER || field->type == FIELD_DECIMAL;
    buf_printf(text, "\"" STR_FMT "\" = ", STR_ARG(field->id));
    if (field->type == FIELD_BOOLEAN) {
        buf_add(text, value);
        return;
    }
    if (number) {
        buf_add(text, value);
        return;
    }
    buf_lit(text, "'");
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '\'') buf_byte(text, '\'');
        buf_byte(text, value.p[i]);
    }
    buf_lit(text, "'");
}

static bool plain_number(Str s)
{
    int64_t number;
    return s.n > 0 && decimal_parse(s, 9, &number);
}

static bool name_in(const char *list, Str name)
{
    Str rest = str_of(list), item;
    while (str_split(&rest, ' ', &item)) {
        if (str_eq(item, name)) return true;
    }
    return false;
}

static const Text TEXT_VALUE = {"参数“{0}”的值不合它的类型",
                                "the value of “{0}” does not fit its type"};

static bool conditions_write(WebRequest *web, const Dataset *dataset, const char *own, Buf *text)
{
    for (int i = 0; i < web->http->query_count; i++) {
        Str name = web->http->query[i].name, value = web->http->query[i].value;
        if (name_in(own, name) ||
            (web->http->local && str_is(name, "organ") && model_field(dataset, name) < 0))
            continue;
        int field = model_field(dataset, name);
        if (field < 0) {
            web_error(web, ERR_BAD, "parameter_unknown", &TEXT_FIELD_FILTER, name, STR_NONE);
            return false;
        }
        const Field *f = &dataset->fields[field];
        bool number = f->type == FIELD_INTEGER || f->type == FIELD_DECIMAL;
        bool boolean = f->type == FIELD_BOOLEAN;
        if ((number && !plain_number(value)) ||
            (boolean && !str_is(value, "true") && !str_is(value, "false"))) {
            web_error(web, ERR_BAD, "type", &TEXT_VALUE, name, STR_NONE);
            return false;
        }
        field_condition(text, f, value);
    }
    return true;
}

bool api_filter(WebRequest *web, const Dataset *dataset, const bool *readable, const char *own,
                const Cql **filter)
{
    *filter = NULL;
    Buf text = buf_new(CQL_TEXT_MAX + 1);
    Str given;
    bool ok = conditions_write(web, dataset, own, &text);
    bool filtered = ok && web_query(web, "filter", &given);
    if (filtered) {
        if (text.n) buf_lit(&text, " AND ");
        buf_lit(&text, "(");
        size_t before = text.n;
        buf_add(&text, given);
        buf_lit(&text, ")");
        if (before == 1) { /* alone: columns of errors are those of what was sent */
            buf_clear(&text);
            buf_add(&text, given);
        }
    }
    if (ok && (filtered || text.n || text.overflow)) {
        CqlError error = {0};
        Err err = text.overflow ? ERR_BAD
                                : cql_parse(web->arena, dataset, readable,
                                            arena_str(web->arena, buf_str(&text)), filter, &error);
        if (text.overflow) error.message = error.message_zh = STR("8192");
        if (err != ERR_OK) {
            web_error(web, ERR_BAD, "filter", &TEXT_FILTER,
                      arena_printf(web->arena, "%d", error.column),
                      web->lang == LANG_ZH ? error.message_zh : error.message);
            ok = false;
        }
    }
    buf_free(&text);
    return ok;
}

void api_link(Json *json, WebRequest *web, const char *rel, const char *type, Str path)
{
    json_put_object(json);
    json_put_key_str(json, STR("rel"), str_of(rel));
    json_put_key_str(json, STR("type"), str_of(type));
    json_put_key_str(json, STR("href"), web_url(web, path));
    json_put_object_end(json);
}
