/* One record in: POST …/items, idempotent by Heluo-Request-Id. */
#include "kernel/api/api.h"
#include "kernel/codes/codes.h"
#include "kernel/dataset/record_json.h"
#include "kernel/job/job.h"
#include "kernel/web/request_log.h"
#include "lib/text.h"

typedef struct ContributeJob {
    WebRequest *web;
    const Dataset *dataset;
    Record record;
    const bool *given;
    Digest digest; /* of what was asked: a retry has the same */
    RequestAnswer answer;
} ContributeJob;

static const Text TEXT_NO_JSON = {"正文不是一个 JSON 对象：{0}",
                                  "the body is not a JSON object: {0}"};
static const Text TEXT_NO_ID = {
    "写入要带 Heluo-Request-Id：自己定的、每次请求不同的编号，重试时用同一个",
    "a write carries Heluo-Request-Id: made by the client, the same for a retry only"};
static const Text TEXT_TYPE = {"正文应为 application/json 或 application/geo+json",
                               "the body must be application/json or application/geo+json"};

static void answer_write(ContributeJob *job, const Contribution *c, int64_t index)
{
    static const char *const RESULTS[] = {"created", "updated", "unchanged"};
    Buf text = buf_new(4096);
    Json json = json_to(&text);
    json_put_object(&json);
    json_put_key_str(&json, STR("id"), job->record.values[job->dataset->key].text);
    json_put_key_str(&json, STR("result"), str_of(RESULTS[c->result]));
    json_put_key_int(&json, STR("differences"), c->differences);
    json_put_key_bool(&json, STR("held"), c->held);
    if (index >= 0) json_put_key_int(&json, STR("journal_index"), index);
    json_put_object_end(&json);
    job->answer.status = c->result == CONTRIBUTE_CREATED ? 201 : 200;
    job->answer.text = arena_str(job->web->arena, buf_str(&text));
    buf_free(&text);
}

static Err contribute_write(WriteTx *tx, void *arg)
{
    ContributeJob *job = arg;
    const Subject *subject = &job->web->subject;
    Err err = request_find(tx->sql, job->web->arena, subject->organ, job->web->request_id,
                           &job->digest, &job->answer);
    if (err != ERR_NOT_FOUND) return err;
    Contribution c = {.record = &job->record, .given = job->given, .organ = subject->organ};
    TRY(dataset_contribute(tx, job->web->arena, &c));
    int64_t index = -1;
    if (c.leaf_made) {
        ContributionLeaf leaf = {c.record_id, c.leaf};
        JournalEntry entry = {.action = STR("contribute"),
                              .actor = subject->name,
                              .organ = subject->organ,
                              .purpose = job->web->purpose,
                              .request_id = job->web->request_id,
                              .dataset = job->dataset->id,
                              .count = 1,
                              .has_root = true,
                              .root = contribution_root(&leaf, 1)};
        TRY(journal_append(tx->journal, tx->sql, tx->now_us, &entry, &index));
    }
    answer_write(job, &c, index);
    return request_keep(tx, subject->organ, job->web->request_id, &job->digest, &job->answer);
}

static void codes_reload_job(JobProgress *progress, void *arg)
{
    (void)progress;
    if (codes_reload(arg) != ERR_OK) return; /* the next change tries again */
}

static const Text TEXT_MISUSED = {
    "请求号 {0} 已用于另一份内容；新的内容请换一个号",
    "request id {0} was used for other content; use another for this"};

static void contribute_done(void *arg, Err err)
{
    ContributeJob *job = arg;
    WebRequest *web = job->web;
    if (err == ERR_OK) {
        web_json(web, job->answer.status);
        buf_add(&web->reply->body, job->answer.text);
        bool lists = api_is_list(job->dataset);
        JobTitle title = {STR("codes"), web->subject.organ, job->dataset->id};
        if (lists && web->app->jobs &&
            jobs_start(web->app->jobs, &title, web->http->started_us, codes_reload_job,
                       web->app->store, NULL) != ERR_OK) {
            web->reply->close = true; /* too many jobs: the lists follow with the next change */
        }
    } else if (err == ERR_MISUSED) {
        web_error(web, err, "request_id_misused", &TEXT_MISUSED, web->request_id, STR_NONE);
    } else if (err == ERR_BUSY) {
        api_busy(web);
    } else {
        web_error_plain(web, err);
    }
    web_done(web);
}

static bool content_is_json(Str type)
{
    return type.n == 0 || str_starts(type, STR("application/json")) ||
           str_starts(type, STR("application/geo+json"));
}

static void item_post(WebRequest *web)
{
    const Dataset *dataset;
    AccessDecision decision;
    if (!web_allow(web, ALLOW_API) || !api_dataset(web, ACTION_CONTRIBUTE, &dataset, &decision))
        return;
    if (web->request_id.n == 0) {
        web_error(web, ERR_BAD, "request_id_missing", &TEXT_NO_ID, STR_NONE, STR_NONE);
        return;
    }
    if (!content_is_json(http_header(web->http, "content-type"))) {
        web_error_status(web, 415, "content_type", &TEXT_TYPE, STR_NONE);
        return;
    }
    Buf why = buf_new(1024);
    json_t *body = json_read(web->http->body, &why);
    const json_t *object = body;
    json_t *properties = body ? json_object_get(body, "properties") : NULL;
    if (properties && json_is_object(properties)) object = properties; /* a GeoJSON Feature */
    if (object == NULL || !json_is_object(object)) {
        web_error(web, ERR_BAD, "json", &TEXT_NO_JSON, buf_str(&why), STR_NONE);
        goto done;
    }
    ContributeJob *job = arena_alloc(web->arena, sizeof *job);
    Issues *issues = arena_alloc(web->arena, sizeof *issues);
    RawRecord *cells = arena_alloc(web->arena, sizeof *cells);
    issues_clear(issues, web->arena);
    record_from_json(web->arena, dataset, object, cells, issues);
    bool *given = arena_array(web->arena, bool, dataset->field_count);
    for (int i = 0; i < dataset->field_count; i++) {
        given[i] = cells->cells[i].p != NULL;
        if (given[i])
            cells->cells[i] =
                arena_str(web->arena, cells->cells[i]); /* the body goes before the write */
    }
    const Codes *codes = codes_take(web->app->store);
    RuleContext context = {web->arena, codes, day_today(env_now_us(web->app->env)), issues};
    record_parse(&context, dataset, cells, &job->record);
    codes_give(codes);
    if (issues->errors) {
        web_issues(web, dataset, issues);
        goto done;
    }
    job->web = web;
    job->dataset = dataset;
    job->given = given;
    Str parts[] = {dataset->id, STR("\n"), web->http->body};
    job->digest = sha256_parts(parts, COUNT_OF(parts));
    web_wait(web);
    store_submit(web->app->store, contribute_write, contribute_done, job);
done:
    json_decref(body);
    buf_free(&why);
}

REGISTER(Route, route_item_post) = {
    HTTP_POST, "/api/collections/{id}/items", item_post, NULL, HTTP_BODY_MAX, false, false, false};
