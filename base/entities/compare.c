/*
 * Do these codes and names belong together? For systems that check a list of partners (批量比对) or
 * one pair (核验) without taking the register's content. A key is needed; public fields only.
 */
#include <unistd.h>

#include "entity.gen.h"
#include "kernel/dataset/dataset.h"
#include "kernel/numbers/checkdigit.h"
#include "kernel/web/router.h"
#include "lib/csv.h"
#include "lib/text.h"

enum {
    COMPARE_BODY_MAX = 1024 * 1024,
    COMPARE_LINES_MAX = 10000,
    VERIFY_BODY_MAX = 4096,
    NAME_BYTES_MAX = 1000,
};

typedef enum Match { MATCH_SAME, MATCH_OTHER_NAME, MATCH_UNKNOWN, MATCH_INVALID, MATCHES } Match;
static const char *const MATCH_NAMES[MATCHES] = {"same", "other_name", "unknown", "invalid"};

typedef struct Compare {
    WebRequest *web;
    const Dataset *dataset;
    Sql *sql;
    int uscc_column, name_column;
    int64_t counts[MATCHES], read;
    Arena *arena; /* of one line */
    Json json;
} Compare;

/* ---- one pair ---- */

/* Both kinds of brackets are in use for the same name. */
static Str brackets_folded(Arena *arena, Str name)
{
    Buf out = buf_new(2 * NAME_BYTES_MAX);
    for (size_t i = 0; i < name.n; i++) {
        Str rest = str_slice(name, i, name.n);
        bool left = str_starts(rest, STR("（")), right = str_starts(rest, STR("）"));
        buf_byte(&out, left ? '(' : right ? ')' : name.p[i]);
        if (left || right) i += 2;
    }
    Str copy = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return copy;
}

static const char NAME_OF[] = "SELECT name FROM entity WHERE uscc = $uscc";

/* *registered: the name in the library, where it is another. */
static Err pair_match(Sql *sql, Arena *arena, Str uscc, Str name, Match *match, Str *registered)
{
    *match = MATCH_INVALID;
    *registered = STR_NONE;
    Str code, given;
    if (name.n > NAME_BYTES_MAX || uscc.n > 100) return ERR_OK;
    if (!text_normalise(arena, uscc, true, &code) || !text_normalise(arena, name, false, &given))
        return ERR_OK;
    char *upper = arena_cstr(arena, code);
    for (size_t i = 0; i < code.n; i++)
        if (upper[i] >= 'a' && upper[i] <= 'z') upper[i] = (char)(upper[i] - 32);
    code.p = upper;
    if (uscc_check(code) != NUMBER_VALID || given.n == 0) return ERR_OK;
    SqlStmt *stmt = sql_prepare(sql, NAME_OF);
    sql_bind_text(stmt, sql_param(stmt, "uscc"), code);
    Err err = sql_step(stmt);
    Str stored = err == ERR_OK ? arena_str(arena, sql_text(stmt, 0)) : STR_NONE;
    sql_reset(stmt);
    if (err == ERR_NOT_FOUND) *match = MATCH_UNKNOWN;
    if (err != ERR_OK) return err == ERR_NOT_FOUND ? ERR_OK : err;
    bool same = str_eq(brackets_folded(arena, given), brackets_folded(arena, stored));
    *match = same ? MATCH_SAME : MATCH_OTHER_NAME;
    if (!same) *registered = stored;
    return ERR_OK;
}

/* ---- who may ---- */

static const Text TEXT_KEY = {"比对和核验要带接口密钥", "comparing needs an API key"};

static bool compare_open(WebRequest *web, const Dataset **dataset)
{
    AccessDecision decision;
    if (!web_allow(web, ALLOW_API)) return false;
    if (web->subject.kind == SUBJECT_ANONYMOUS) {
        web_error(web, ERR_UNAUTHENTICATED, "key_required", &TEXT_KEY, STR_NONE, STR_NONE);
        return false;
    }
    *dataset = model_dataset(store_model(web->app->store), STR("entity"));
    ASSERT(*dataset != NULL);
    return web_access(web, ACTION_READ, *dataset, &decision);
}

/* ---- a list: CSV in, JSON out ---- */

static const Text TEXT_HEADING = {"首行应有 uscc 和 name 两列（或中文标题），各一次",
                                  "the first line must have the columns uscc and name, each once"};
static const Text TEXT_CSV = {"第 {0} 行读不出来：引号不成对、过长，或不是 UTF-8、GB 18030 文本",
                              "line {0} cannot be read: unpaired quotes, too long, or not text in "
                              "UTF-8 or GB 18030"};
static const Text TEXT_LINES = {"最多 10000 行，请分成几份", "at most 10000 lines; split the list"};

static bool heading_read(Compare *c, const CsvRecord *record)
{
    c->uscc_column = c->name_column = -1;
    for (int i = 0; i < record->count; i++) {
        Str heading;
        if (!text_normalise(c->arena, record->cells[i], false, &heading)) return false;
        int field = model_heading(c->dataset, heading);
        int *column = field == ENTITY_USCC   ? &c->uscc_column
                      : field == ENTITY_NAME ? &c->name_column
                                             : NULL;
        if (column == NULL) continue;
        if (*column >= 0) return false;
        *column = i;
    }
    return c->uscc_column >= 0 && c->name_column >= 0;
}

static Str cell(const CsvRecord *record, int column)
{
    return column < record->count ? record->cells[column] : STR("");
}

static Err line_compare(Compare *c, const CsvRecord *record)
{
    Match match;
    Str registered, uscc = str_trim(cell(record, c->uscc_column));
    TRY(pair_match(c->sql, c->arena, uscc, str_trim(cell(record, c->name_column)), &match,
                   &registered));
    c->counts[match]++;
    json_put_object(&c->json);
    json_put_key_int(&c->json, STR("line"), record->line);
    json_put_key_str(&c->json, STR("uscc"), str_slice(uscc, 0, utf8_prefix(uscc, 40)));
    json_put_key_str(&c->json, STR("result"), str_of(MATCH_NAMES[match]));
    if (registered.n) json_put_key_str(&c->json, STR("registered_name"), registered);
    json_put_object_end(&c->json);
    return ERR_OK;
}

/* false: answered. */
static bool lines_compare(Compare *c, CsvReader *reader, CsvRecord *record)
{
    CsvResult result = csv_next(reader, record);
    if (result == CSV_RECORD && !heading_read(c, record)) result = CSV_END;
    if (result == CSV_END) {
        web_error(c->web, ERR_BAD, "heading", &TEXT_HEADING, STR_NONE, STR_NONE);
        return false;
    }
    while (result == CSV_RECORD && (result = csv_next(reader, record)) == CSV_RECORD) {
        if (++c->read > COMPARE_LINES_MAX) {
            web_error(c->web, ERR_TOO_LARGE, "lines", &TEXT_LINES, STR_NONE, STR_NONE);
            return false;
        }
        arena_reset(c->arena);
        if (line_compare(c, record) != ERR_OK) {
            web_error_plain(c->web, ERR_STORAGE);
            return false;
        }
    }
    if (result == CSV_END) return true;
    web_error(c->web, ERR_BAD, "csv", &TEXT_CSV,
              arena_printf(c->web->arena, "%lld", (long long)record->line), STR_NONE);
    return false;
}

static void compare_answer(Compare *c, CsvReader *reader, CsvRecord *record)
{
    web_json(c->web, 200);
    c->json = json_to(&c->web->reply->body);
    json_put_object(&c->json);
    json_put_key(&c->json, STR("lines"));
    json_put_array(&c->json);
    if (!lines_compare(c, reader, record)) return;
    json_put_array_end(&c->json);
    json_put_key_int(&c->json, STR("read"), c->read);
    for (int i = 0; i < MATCHES; i++)
        json_put_key_int(&c->json, str_of(MATCH_NAMES[i]), c->counts[i]);
    json_put_object_end(&c->json);
}

static void compare_post(WebRequest *web)
{
    Compare c = {.web = web};
    if (!compare_open(web, &c.dataset)) return;
    if (web->http->spool_fd < 0 || lseek(web->http->spool_fd, 0, SEEK_SET) != 0) {
        web_error(web, ERR_BAD, "heading", &TEXT_HEADING, STR_NONE, STR_NONE);
        return;
    }
    CsvReader *reader = csv_open(web->http->spool_fd);
    if (reader == NULL) {
        web_error(web, ERR_BAD, "csv", &TEXT_CSV, STR("1"), STR_NONE);
        return;
    }
    CsvRecord *record = mem_alloc(sizeof *record);
    c.arena = arena_new(16 * 1024 * 1024);
    StoreReader *store = store_read(web->app->store);
    c.sql = store_reader_sql(store);
    compare_answer(&c, reader, record);
    store_read_end(store);
    arena_free(c.arena);
    mem_free(record);
    csv_close(reader);
}

/* ---- one pair: JSON in and out ---- */

static const Text TEXT_PAIR = {"正文应为 {\"uscc\":\"…\",\"name\":\"…\"}",
                               "the body must be {\"uscc\":\"…\",\"name\":\"…\"}"};
static const Text TEXT_USCC = {"统一社会信用代码不成立",
                               "the unified social credit code is not valid"};

static Str member(Arena *arena, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value)) return STR_NONE;
    return arena_str(arena, (Str){json_string_value(value), json_string_length(value)});
}

static void verify_answer(WebRequest *web, Str uscc, Str name)
{
    Match match;
    Str registered;
    StoreReader *reader = store_read(web->app->store);
    Err err = pair_match(store_reader_sql(reader), web->arena, uscc, name, &match, &registered);
    store_read_end(reader);
    if (err != ERR_OK) {
        web_error_plain(web, ERR_STORAGE);
        return;
    }
    if (match == MATCH_INVALID) {
        web_error(web, ERR_BAD, "check_digit", &TEXT_USCC, STR_NONE, STR_NONE);
        return;
    }
    web_json(web, 200);
    Json json = json_to(&web->reply->body);
    json_put_object(&json);
    json_put_key_bool(&json, STR("match"), match == MATCH_SAME);
    json_put_object_end(&json);
}

static void verify_post(WebRequest *web)
{
    const Dataset *dataset;
    if (!compare_open(web, &dataset)) return;
    Buf why = buf_new(1024);
    json_t *body = json_read(web->http->body, &why);
    buf_free(&why);
    bool pair = json_is_object(body) && json_object_size(body) == 2;
    Str uscc = pair ? member(web->arena, body, "uscc") : STR_NONE;
    Str name = pair ? member(web->arena, body, "name") : STR_NONE;
    json_decref(body);
    if (uscc.n == 0 || name.n == 0)
        web_error(web, ERR_BAD, "json", &TEXT_PAIR, STR_NONE, STR_NONE);
    else
        verify_answer(web, uscc, name);
}

REGISTER(Route, compare_route) = {.method = HTTP_POST,
                                  .path = "/api/collections/entity/compare",
                                  .handler = compare_post,
                                  .body_max = COMPARE_BODY_MAX,
                                  .spool = true};
REGISTER(Route, verify_route) = {.method = HTTP_POST,
                                 .path = "/api/collections/entity/verify",
                                 .handler = verify_post,
                                 .body_max = VERIFY_BODY_MAX};
