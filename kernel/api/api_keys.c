/* API keys of organs' systems: for the machine's administrator (commands, Unix socket) alone. */
#include "kernel/api/api.h"
#include "kernel/codes/codes.h"
#include "lib/text.h"

enum { KEY_NAME_MAX = 60 };

static const Text TEXT_ORGAN = {"机关名录中没有“{0}”", "there is no organ “{0}”"};
static const Text TEXT_NAME = {"请给密钥起名（1 至 60 字节），例如 系统的名称",
                               "name the key (1 to 60 bytes), such as the system's name"};
static const Text TEXT_TAKEN = {"{0} 已有名为 {1} 的密钥", "{0} has a key named {1} already"};
static const Text TEXT_NONE = {"{0} 没有名为 {1} 的有效密钥", "{0} has no key named {1} in force"};

typedef struct KeyJob {
    WebRequest *web;
    Str name;
    char key[ACCESS_KEY_CHARS + 1];
} KeyJob;

static void key_tell(WebRequest *web, int status, const KeyJob *job, bool with_key)
{
    web_json(web, status);
    Json json = json_to(&web->reply->body);
    json_put_object(&json);
    json_put_key_str(&json, STR("organ"), web->subject.organ);
    json_put_key_str(&json, STR("name"), job->name);
    if (with_key) json_put_key_str(&json, STR("key"), str_of(job->key));
    json_put_object_end(&json);
}

/* Both writes need a known organ and a name. NULL: the answer is filled in. */
static KeyJob *key_job(WebRequest *web)
{
    AccessDecision decision;
    Str name;
    if (!web_access(web, ACTION_ADMINISTER, NULL, &decision)) return NULL;
    const Codes *codes = codes_take(web->app->store);
    bool known = codes_organ_known(codes, web->subject.organ);
    codes_give(codes);
    if (!known) {
        web_error(web, ERR_BAD, "organ_unknown", &TEXT_ORGAN, web->subject.organ, STR_NONE);
        return NULL;
    }
    if (!web_query(web, "name", &name) || name.n == 0 || name.n > KEY_NAME_MAX) {
        web_error(web, ERR_BAD, "name", &TEXT_NAME, STR_NONE, STR_NONE);
        return NULL;
    }
    KeyJob *job = arena_alloc(web->arena, sizeof *job);
    job->web = web;
    job->name = name;
    return job;
}

/* ---- making one ---- */

static Err key_write(WriteTx *tx, void *arg)
{
    KeyJob *job = arg;
    return access_key_add(tx, job->web->subject.organ, job->name, job->key);
}

static void key_written(void *arg, Err err)
{
    KeyJob *job = arg;
    WebRequest *web = job->web;
    if (err == ERR_OK)
        key_tell(web, 201, job, true);
    else if (err == ERR_CONFLICT)
        web_error(web, err, "key_name_taken", &TEXT_TAKEN, web->subject.organ, job->name);
    else
        web_error_plain(web, ERR_STORAGE);
    explicit_bzero(job->key, sizeof job->key);
    web_done(web);
}

static void key_post(WebRequest *web)
{
    KeyJob *job = key_job(web);
    if (job == NULL) return;
    web_wait(web);
    store_submit(web->app->store, key_write, key_written, job);
}

/* ---- withdrawing one: it is refused from the next request on ---- */

static Err withdrawal_write(WriteTx *tx, void *arg)
{
    KeyJob *job = arg;
    return access_key_withdraw(tx, job->web->subject.organ, job->name);
}

static void withdrawal_written(void *arg, Err err)
{
    KeyJob *job = arg;
    WebRequest *web = job->web;
    if (err == ERR_OK)
        key_tell(web, 200, job, false);
    else if (err == ERR_NOT_FOUND)
        web_error(web, err, "key_unknown", &TEXT_NONE, web->subject.organ, job->name);
    else
        web_error_plain(web, ERR_STORAGE);
    web_done(web);
}

static void key_withdraw(WebRequest *web)
{
    KeyJob *job = key_job(web);
    if (job == NULL) return;
    web_wait(web);
    store_submit(web->app->store, withdrawal_write, withdrawal_written, job);
}

/* ---- all of them, without the keys themselves ---- */

static void instant_put(Json *json, Str key, int64_t us)
{
    Buf text = buf_new(64);
    if (us) instant_write(&text, us);
    json_put_key_str(json, key, us ? buf_str(&text) : STR_NONE);
    buf_free(&text);
}

static void key_write_row(void *self, const AccessKey *key)
{
    Json *json = self;
    json_put_object(json);
    json_put_key_str(json, STR("organ"), key->organ);
    json_put_key_str(json, STR("name"), key->name);
    instant_put(json, STR("made"), key->made_us);
    instant_put(json, STR("withdrawn"), key->withdrawn_us);
    json_put_object_end(json);
}

static void keys_get(WebRequest *web)
{
    AccessDecision decision;
    if (!web_access(web, ACTION_ADMINISTER, NULL, &decision)) return;
    web_json(web, 200);
    Json json = json_to(&web->reply->body);
    json_put_object(&json);
    json_put_key(&json, STR("keys"));
    json_put_array(&json);
    StoreReader *reader = store_read(web->app->store);
    Err err = access_key_list(store_reader_sql(reader), key_write_row, &json);
    store_read_end(reader);
    json_put_array_end(&json);
    json_put_object_end(&json);
    if (err != ERR_OK) api_storage_error(web, err);
}

REGISTER(Route, route_key_post) = {.method = HTTP_POST,
                                   .path = "/api/keys",
                                   .handler = key_post,
                                   .query = "name",
                                   .body_max = 1024,
                                   .local_only = true};
REGISTER(Route, route_key_withdraw) = {.method = HTTP_POST,
                                       .path = "/api/keys/withdraw",
                                       .handler = key_withdraw,
                                       .query = "name",
                                       .body_max = 1024,
                                       .local_only = true};
REGISTER(Route, route_keys) = {
    .method = HTTP_GET, .path = "/api/keys", .handler = keys_get, .local_only = true};
