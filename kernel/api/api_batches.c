/* Batches in, receipts out, and the jobs that work on them. */
#include <fcntl.h>
#include <unistd.h>

#include "kernel/api/api.h"
#include "kernel/batch/batch_look.h"
#include "kernel/codes/codes.h"

enum { BATCH_ARENA_MAX = 64 * 1024 * 1024 };

typedef struct BatchJob {
    WebRequest *web;
    BatchInput input;
} BatchJob;

static const Text TEXT_FORMAT = {"正文应为 text/csv 或 application/x-ndjson",
                                 "the body must be text/csv or application/x-ndjson"};
static const Text TEXT_NUMBER = {
    "批次号 batch 应为 1 至 64 个字母、数字、点、横线或下划线",
    "batch must be 1 to 64 letters, digits, dots, hyphens or underscores"};
static const Text TEXT_BATCH_NONE = {"没有批次 {0}", "there is no batch {0}"};
static const Text TEXT_JOB_NONE = {"没有这项任务，或已过期",
                                   "there is no such job, or it is over long ago"};

static void fault_answer(WebRequest *web, Err err, const BatchFault *fault)
{
    Issue issue = {.field = -1, .text = fault->text, .arg = {fault->arg[0], fault->arg[1]}};
    Buf sentence = buf_new(64 * 1024);
    issue_write_text(&sentence, &issue, web->lang);
    Buf *body = &web->reply->body;
    buf_clear(body);
    web->reply->status = err_http_status(err);
    web->reply->content_type = STR("application/problem+json; charset=utf-8");
    Json json = json_to(body);
    json_put_object(&json);
    json_put_key_str(&json, STR("type"), STR("about:blank"));
    json_put_key_str(&json, STR("title"), buf_str(&sentence));
    json_put_key_int(&json, STR("status"), web->reply->status);
    json_put_key_str(&json, STR("detail"), buf_str(&sentence));
    json_put_key_str(&json, STR("code"), str_of(fault->code));
    json_put_key_str(&json, STR("instance"), str_of(web->id));
    json_put_key(&json, STR("errors"));
    json_put_array(&json);
    json_put_object(&json);
    json_put_key_int(&json, STR("line"), fault->line);
    json_put_key_str(&json, STR("field"), fault->field.p ? fault->field : STR(""));
    json_put_key_str(&json, STR("code"), str_of(fault->code));
    json_put_key_str(&json, STR("message"), buf_str(&sentence));
    json_put_object_end(&json);
    json_put_array_end(&json);
    json_put_object_end(&json);
    buf_free(&sentence);
}

static void receipt_answer(WebRequest *web, int64_t batch_id)
{
    StoreReader *reader = store_read(web->app->store);
    web_json(web, 200);
    Json json = json_to(&web->reply->body);
    Err err = batch_receipt_write(store_reader_sql(reader), batch_id, web->lang, &json);
    store_read_end(reader);
    if (err != ERR_OK) api_storage_error(web, err);
}

static void batch_work(JobProgress *progress, void *arg)
{
    BatchJob *job = arg;
    WebRequest *web = job->web;
    Arena *arena = arena_new(BATCH_ARENA_MAX);
    BatchOutcome outcome;
    Err err = batch_run(web->app->store, &job->input, progress, arena, &outcome);
    bool lists = api_is_list(job->input.dataset);
    Err reload = err == ERR_OK && lists ? codes_reload(web->app->store) : ERR_OK;
    if (err != ERR_OK)
        fault_answer(web, err, &outcome.fault);
    else if (reload != ERR_OK)
        api_storage_error(web, reload); /* sent again, it gets its receipt and the lists follow */
    else
        receipt_answer(web, outcome.batch_id);
    arena_free(arena);
    web_done(web);
}

static bool batch_format(WebRequest *web, BatchFormat *format)
{
    Str type = http_header(web->http, "content-type");
    if (str_starts(type, STR("text/csv")))
        *format = BATCH_CSV;
    else if (str_starts(type, STR("application/x-ndjson")) ||
             str_starts(type, STR("application/ndjson")))
        *format = BATCH_NDJSON;
    else
        return false;
    return true;
}

static void batch_post(WebRequest *web)
{
    const Dataset *dataset;
    AccessDecision decision;
    Str number;
    BatchFormat format;
    if (!api_dataset(web, ACTION_CONTRIBUTE, &dataset, &decision)) return;
    if (!web_query(web, "batch", &number) || !batch_number_ok(number)) {
        web_error(web, ERR_BAD, "batch_number", &TEXT_NUMBER, STR_NONE, STR_NONE);
        return;
    }
    if (!batch_format(web, &format)) {
        web_error_status(web, 415, "content_type", &TEXT_FORMAT, STR_NONE);
        return;
    }
    BatchJob *job = arena_alloc(web->arena, sizeof *job);
    job->web = web;
    job->input = (BatchInput){.dataset = dataset,
                              .organ = web->subject.organ,
                              .number = number,
                              .format = format,
                              .fd = web->http->spool_fd,
                              .subject = web->subject,
                              .purpose = web->purpose};
    JobTitle title = {
        STR("batch"), web->subject.organ,
        arena_printf(web->arena, STR_FMT " " STR_FMT, STR_ARG(dataset->id), STR_ARG(number))};
    web_wait(web);
    if (jobs_start(web->app->jobs, &title, web->http->started_us, batch_work, job, NULL) !=
        ERR_OK) {
        api_busy(web);
        web_done(web);
    }
}

/* ---- receipts ---- */

static bool batch_of(WebRequest *web, int64_t *batch_id)
{
    const Dataset *dataset;
    AccessDecision decision;
    if (!api_dataset(web, ACTION_CONTRIBUTE, &dataset, &decision)) return false;
    StoreReader *reader = store_read(web->app->store);
    Err err =
        batch_find(store_reader_sql(reader), dataset, web->subject.organ, web->params[1], batch_id);
    store_read_end(reader);
    if (err == ERR_NOT_FOUND)
        web_error(web, err, "batch_unknown", &TEXT_BATCH_NONE, web->params[1], STR_NONE);
    else if (err != ERR_OK)
        api_storage_error(web, err);
    return err == ERR_OK;
}

static void batch_get(WebRequest *web)
{
    int64_t batch_id;
    if (batch_of(web, &batch_id)) receipt_answer(web, batch_id);
}

static bool rejects_sink(void *self, Str bytes)
{
    Buf *out = self;
    buf_add(out, bytes);
    return !out->overflow;
}

static void batch_rejects_get(WebRequest *web)
{
    int64_t batch_id;
    if (!batch_of(web, &batch_id)) return;
    StoreReader *reader = store_read(web->app->store);
    Sql *sql = store_reader_sql(reader);
    BatchSummary batch = {0};
    Err err = batch_summary(sql, web->arena, batch_id, &batch);
    if (err == ERR_OK) err = batch_rejects_write(sql, batch_id, rejects_sink, &web->reply->body);
    store_read_end(reader);
    web->reply->status = 200;
    web->reply->content_type = batch.csv ? STR("text/csv; charset=utf-8")
                                         : STR("application/x-ndjson");
    http_reply_header(web->reply, STR("Content-Disposition"),
                      batch.csv ? STR("attachment; filename=\"rejects.csv\"")
                                : STR("attachment; filename=\"rejects.ndjson\""));
    if (err == ERR_OK && web->reply->body.overflow) err = ERR_TOO_LARGE;
    if (err != ERR_OK) api_storage_error(web, err);
}

/* ---- jobs ---- */

/* Whose jobs a subject may see: a system its organ's, the administrator all. */
static bool jobs_organ(WebRequest *web, Str *organ)
{
    if (web->subject.kind == SUBJECT_ANONYMOUS) {
        web_error_plain(web, ERR_UNAUTHENTICATED);
        return false;
    }
    *organ = web->subject.organ;
    return true;
}

static void jobs_get(WebRequest *web)
{
    Str organ;
    if (!jobs_organ(web, &organ)) return;
    web_json(web, 200);
    Json json = json_to(&web->reply->body);
    json_put_object(&json);
    json_put_key(&json, STR("jobs"));
    jobs_write_all(web->app->jobs, organ, env_now_us(web->app->env), &json);
    json_put_object_end(&json);
}

static void job_get(WebRequest *web)
{
    Str organ;
    if (!jobs_organ(web, &organ)) return;
    web_json(web, 200);
    Json json = json_to(&web->reply->body);
    Err err = jobs_write(web->app->jobs, web->params[0], organ, env_now_us(web->app->env), &json);
    if (err != ERR_OK) web_error(web, err, "job_unknown", &TEXT_JOB_NONE, STR_NONE, STR_NONE);
}

static void job_cancel(WebRequest *web)
{
    Str organ;
    if (!jobs_organ(web, &organ)) return;
    Err err = jobs_cancel(web->app->jobs, web->params[0], organ);
    if (err == ERR_OK)
        job_get(web);
    else
        web_error(web, err, "job_unknown", &TEXT_JOB_NONE, STR_NONE, STR_NONE);
}

enum { BATCH_FILE_GB = 4 };

REGISTER(Route, route_batch_post) = {.method = HTTP_POST,
                                     .path = "/api/collections/{id}/batches",
                                     .handler = batch_post,
                                     .query = "batch",
                                     .body_max = (int64_t)BATCH_FILE_GB << 30,
                                     .spool = true};
REGISTER(Route, route_batch) = {
    HTTP_GET, "/api/collections/{id}/batches/{batch}", batch_get, NULL, 0, false, false, false};
REGISTER(Route, route_batch_rejects) = {HTTP_GET,
                                        "/api/collections/{id}/batches/{batch}/rejects",
                                        batch_rejects_get,
                                        NULL,
                                        0,
                                        false,
                                        false,
                                        false};
REGISTER(Route, route_jobs) = {HTTP_GET, "/api/jobs", jobs_get, NULL, 0, false, false, false};
REGISTER(Route, route_job) = {HTTP_GET, "/api/jobs/{id}", job_get, NULL, 0, false, false, false};
REGISTER(Route, route_job_cancel) = {
    HTTP_POST, "/api/jobs/{id}/cancel", job_cancel, NULL, 1024, false, false, false};
