/* Exports of whole datasets, and what operations look at. */
#include <fcntl.h>
#include <unistd.h>

#include "kernel/api/api_read.h"
#include "kernel/codes/codes.h"
#include "kernel/cql2/cql2.h"
#include "kernel/dataset/record_json.h"
#include "kernel/job/job.h"
#include "kernel/web/metrics.h"
#include "lib/csv.h"

static void job_run(WebRequest *web, const char *kind, JobFn work)
{
    JobTitle title = {str_of(kind), web->subject.organ, web->http->path};
    web_wait(web);
    if (jobs_start(web->app->jobs, &title, web->http->started_us, work, web, NULL) == ERR_OK)
        return;
    api_busy(web);
    web_done(web);
}

/* ---- export ---- */

typedef struct Export {
    WebRequest *web;
    const Dataset *dataset;
    AccessDecision decision;
    bool csv;
    int fd;
    bool full;
    Buf block;
    int64_t count;
    ReadMarks marks;
} Export;

static bool block_flush(Export *export)
{
    Str rest = buf_str(&export->block);
    while (rest.n) {
        ssize_t n = write(export->fd, rest.p, rest.n);
        if (n <= 0) return false;
        rest = str_slice(rest, (size_t)n, rest.n);
    }
    buf_clear(&export->block);
    return true;
}

static void csv_row(Export *export, const Version *version)
{
    Buf text = buf_new(RECORD_BYTES_MAX);
    bool first = true;
    for (int i = 0; i < export->dataset->field_count; i++) {
        if (!export->decision.visible[i]) continue;
        if (!first) buf_byte(&export->block, ',');
        first = false;
        buf_clear(&text);
        value_write_text(&text, &export->dataset->fields[i], &version->record.values[i]);
        csv_write_cell(&export->block, buf_str(&text));
    }
    buf_byte(&export->block, '\n');
    buf_free(&text);
}

static void json_row(Export *export, const Version *version)
{
    Json json = json_to(&export->block);
    json_put_object(&json);
    for (int i = 0; i < export->dataset->field_count; i++) {
        if (!export->decision.visible[i] || !version->record.values[i].present) continue;
        json_put_key(&json, export->dataset->fields[i].id);
        record_write_value(&json, &export->dataset->fields[i], &version->record.values[i]);
    }
    json_put_object_end(&json);
    buf_byte(&export->block, '\n');
}

static bool export_each(void *self, const Version *version)
{
    Export *export = self;
    if (export->csv)
        csv_row(export, version);
    else
        json_row(export, version);
    read_mark(&export->marks, export->web->arena, &export->decision, version->record_id,
              &version->record);
    export->count++;
    if (export->block.n > 1 << 20 && !block_flush(export)) export->full = true;
    return !export->full;
}

static void export_heading(Export *export)
{
    bool first = true;
    for (int i = 0; i < export->dataset->field_count; i++) {
        if (!export->decision.visible[i]) continue;
        if (!first) buf_byte(&export->block, ',');
        first = false;
        buf_add(&export->block, export->dataset->fields[i].id);
    }
    buf_byte(&export->block, '\n');
}

static Err export_run(Export *export, const ListQuery *query)
{
    if (export->csv) export_heading(export);
    StoreReader *reader = store_read(export->web->app->store);
    Err err = dataset_list(store_reader_sql(reader), export->dataset, query, export_each, export);
    store_read_end(reader);
    if (err == ERR_OK && (export->full || !block_flush(export))) err = ERR_STORAGE;
    if (err == ERR_OK) err = read_journal(export->web, export->dataset, &export->marks);
    return err;
}

static bool export_query(Export *export, ListQuery *query)
{
    WebRequest *web = export->web;
    StoreReader *reader = store_read(web->app->store);
    bool ok = api_as_of(web, store_reader_sql(reader), &query->as_of);
    store_read_end(reader);
    query->limit = INT32_MAX;
    return ok && api_filter(web, export->dataset, export->decision.visible, "filter format asOf",
                            &query->filter);
}

static void export_work(JobProgress *progress, void *arg)
{
    (void)progress;
    WebRequest *web = arg;
    Export export = {.web = web, .block = buf_new(4 * 1024 * 1024), .fd = -1};
    ListQuery query = {0};
    Str format;
    export.csv = !web_query(web, "format", &format) || str_is(format, "csv");
    export.dataset = model_dataset(store_model(web->app->store), web->params[0]);
    access_decide(&web->subject, ACTION_READ, export.dataset, web->purpose, &export.decision);
    if (export_query(&export, &query)) {
        export.fd = open(web->app->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        Err err = export.fd >= 0 ? export_run(&export, &query) : ERR_STORAGE;
        if (err == ERR_OK) {
            lseek(export.fd, 0, SEEK_SET);
            web->reply->status = 200;
            web->reply->content_type = export.csv ? STR("text/csv; charset=utf-8")
                                                  : STR("application/x-ndjson");
            web->reply->file_fd = export.fd;
        } else {
            if (export.fd >= 0) close(export.fd);
            api_storage_error(web, err);
        }
    }
    buf_free(&export.block);
    web_done(web);
}

static const Text TEXT_FORMAT = {"format 应为 csv 或 ndjson", "format must be csv or ndjson"};

static void export_get(WebRequest *web)
{
    const Dataset *dataset;
    AccessDecision decision;
    Str format;
    if (!web_allow(web, ALLOW_ENQUIRY) || !api_dataset(web, ACTION_READ, &dataset, &decision))
        return;
    if (web_query(web, "format", &format) && !str_is(format, "csv") && !str_is(format, "ndjson")) {
        web_error(web, ERR_BAD, "format", &TEXT_FORMAT, STR_NONE, STR_NONE);
        return;
    }
    job_run(web, "export", export_work);
}

/* ---- operations ---- */

static void health_get(WebRequest *web)
{
    StoreState state = store_state(web->app->store);
    web_json(web, state.stopped ? 503 : 200);
    Json json = json_to(&web->reply->body);
    json_put_object(&json);
    json_put_key_str(&json, STR("status"),
                     state.stopped     ? STR("stopped")
                     : state.disk_full ? STR("read only: disk full")
                                       : STR("ok"));
    json_put_key_int(&json, STR("journal"), state.journal_size);
    json_put_key_int(&json, STR("uptime_s"),
                     (env_now_us(web->app->env) - web->app->started_us) / 1000000);
    json_put_object_end(&json);
}

static void metrics_get(WebRequest *web)
{
    StoreState state = store_state(web->app->store);
    web->reply->status = 200;
    web->reply->content_type = STR("text/plain; version=0.0.4; charset=utf-8");
    Buf *out = &web->reply->body;
    if (web->app->metrics) metrics_write(web->app->metrics, out);
    const struct {
        const char *name, *help;
        int64_t value;
        bool counter;
    } rows[] = {
        {"heluo_journal_entries", "Entries of the journal.", state.journal_size, false},
        {"heluo_writer_queue", "Writes that wait.", state.queued, false},
        {"heluo_writer_commits_total", "Groups committed.", state.commits, true},
        {"heluo_writer_jobs_total", "Writes committed.", state.jobs, true},
        {"heluo_writer_stopped", "1 after a failed commit.", state.stopped, false},
        {"heluo_disk_full", "1 when the last write found no room.", state.disk_full, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", rows[i].name, rows[i].help,
                   rows[i].name, rows[i].counter ? "counter" : "gauge", rows[i].name,
                   (long long)rows[i].value);
    }
}

REGISTER(Route, route_export) = {
    HTTP_GET, "/api/collections/{id}/export", export_get, "*", 0, false, false, false};
REGISTER(Route, route_health) = {HTTP_GET, "/healthz", health_get, NULL, 0, false, false, false};
REGISTER(Route, route_metrics) = {HTTP_GET, "/metrics", metrics_get, NULL, 0, false, false, false};
