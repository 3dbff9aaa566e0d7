/*
 * The page of the figures. They are made once and kept for as long as nothing is written; after a
 * write, at most one part in twenty of the time is spent on making them again, beside the requests
 * where the library is large.
 */
#include <pthread.h>

#include "base/entities/pages/reports.page.h"
#include "base/entities/pages/reports_wait.page.h"
#include "base/entities/reports.h"
#include "kernel/job/job.h"
#include "kernel/web/page_web.h"
#include "lib/text.h"

enum {
    INLINE_MAX = 50000, /* entities that are counted while the request waits: about 0.2 s */
    REST = 20,
    REST_MIN_US = 1000000,
    WAIT_S = 3,
};

static struct {
    pthread_mutex_t lock;
    Reports *kept;
    const Store *store;
    int64_t started_us; /* of the process part that kept belongs to */
    bool making;
} cache = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void use_end(Reports *reports)
{
    pthread_mutex_lock(&cache.lock);
    bool last = reports && --reports->uses == 0;
    pthread_mutex_unlock(&cache.lock);
    if (last) reports_free(reports);
}

/* The kept figures belong to one store; its next owner starts anew. */
static void cache_own(const App *app)
{
    if (cache.store == app->store && cache.started_us == app->started_us) return;
    Reports *old = cache.kept;
    cache.kept = NULL;
    cache.store = app->store;
    cache.started_us = app->started_us;
    cache.making = false;
    if (old && --old->uses == 0) reports_free(old);
}

static Err make_and_keep(App *app)
{
    Reports *made = NULL, *old = NULL;
    const Codes *codes = codes_take(app->store);
    int64_t start_us = env_now_us(app->env);
    Err err = reports_make(app->store, codes, start_us, &made);
    codes_give(codes);
    pthread_mutex_lock(&cache.lock);
    cache_own(app);
    cache.making = false;
    if (made) {
        made->took_us = env_now_us(app->env) - start_us;
        made->uses = 1; /* the cache's */
        old = cache.kept;
        cache.kept = made;
    }
    pthread_mutex_unlock(&cache.lock);
    use_end(old);
    return err;
}

static void make_job(JobProgress *progress, void *arg)
{
    (void)progress;
    if (make_and_keep(arg) != ERR_OK) return; /* the next who looks starts it again */
}

static void make_give_up(void)
{
    pthread_mutex_lock(&cache.lock);
    cache.making = false;
    pthread_mutex_unlock(&cache.lock);
}

/* Begin making them beside the requests; false: not now. */
static bool make_begin(WebRequest *web)
{
    App *app = web->app;
    JobTitle title = {STR("report"), STR_NONE, STR("entity")};
    return app->jobs &&
           jobs_start(app->jobs, &title, web->http->started_us, make_job, app, NULL) == ERR_OK;
}

static Reports *cache_use(WebRequest *web, bool *make)
{
    App *app = web->app;
    pthread_mutex_lock(&cache.lock);
    cache_own(app);
    Reports *kept = cache.kept;
    int64_t rest_us = kept ? MAX(REST_MIN_US, REST * kept->took_us) : 0;
    bool old = kept == NULL || (kept->commits != store_commits(app->store) &&
                                env_now_us(app->env) - kept->made_us >= rest_us);
    *make = old && !cache.making;
    if (*make) cache.making = true;
    if (kept) kept->uses++;
    pthread_mutex_unlock(&cache.lock);
    return kept;
}

static const char LIBRARY[] = "SELECT count(*) FROM entity";

static Err library_count(Store *store, int64_t *count)
{
    StoreReader *reader = store_read(store);
    SqlStmt *stmt = sql_prepare(store_reader_sql(reader), LIBRARY);
    Err err = sql_step(stmt);
    *count = err == ERR_OK ? sql_int(stmt, 0) : 0;
    sql_reset(stmt);
    store_read_end(reader);
    return err;
}

/* ---- as JSON ---- */

static void label_put(Json *json, Label label)
{
    json_put_key(json, STR("label"));
    json_put_object(json);
    json_put_key_str(json, STR("zh"), label.zh);
    json_put_key_str(json, STR("en"), label.en);
    json_put_object_end(json);
}

static void table_put(Json *json, const char *key, const ReportTable *table, const char *other)
{
    json_put_key(json, str_of(key));
    json_put_array(json);
    for (int i = 0; i < table->count; i++) {
        const ReportLine *line = &table->lines[i];
        json_put_object(json);
        json_put_key_str(json, STR("code"), line->code);
        label_put(json, line->label);
        json_put_key_int(json, STR("count"), line->count);
        if (other) json_put_key_int(json, str_of(other), line->other);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void flow_put(Json *json, const char *key, const FlowTable *table)
{
    json_put_key(json, str_of(key));
    json_put_array(json);
    for (int i = 0; i < table->count; i++) {
        json_put_object(json);
        json_put_key_str(json, STR("period"), table->lines[i].period);
        json_put_key_int(json, STR("established"), table->lines[i].born);
        json_put_key_int(json, STR("ended"), table->lines[i].gone);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void rate_put(Json *json, const char *key, int rate)
{
    json_put_key(json, str_of(key));
    if (rate == SURVIVAL_UNKNOWN) {
        json_put_null(json);
        return;
    }
    Buf text = buf_new(32);
    decimal_write(&text, rate, 3);
    json_put_raw(json, buf_str(&text));
    buf_free(&text);
}

static void cohorts_put(Json *json, const Reports *r)
{
    json_put_key(json, STR("survival"));
    json_put_array(json);
    for (int i = 0; i < r->cohort_count; i++) {
        const CohortLine *line = &r->cohorts[i];
        json_put_object(json);
        json_put_key_str(json, STR("established_in"), line->year);
        json_put_key_int(json, STR("count"), line->size);
        json_put_key_int(json, STR("end_undated"), line->undated);
        rate_put(json, "after_1_year", line->rate[0]);
        rate_put(json, "after_3_years", line->rate[1]);
        rate_put(json, "after_5_years", line->rate[2]);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void sources_put(Json *json, const Reports *r)
{
    json_put_key(json, STR("sources"));
    json_put_array(json);
    for (int i = 0; i < r->source_count; i++) {
        const SourceLine *line = &r->sources[i];
        json_put_object(json);
        json_put_key_str(json, STR("organ"), line->organ);
        label_put(json, line->label);
        json_put_key_int(json, STR("records"), line->records);
        json_put_key_int(json, STR("held"), line->held);
        json_put_key_int(json, STR("values"), line->values);
        json_put_key_int(json, STR("open_tickets"), line->tickets);
        rate_put(json, "completeness", line->complete);
        rate_put(json, "consistency", line->consistent);
        json_put_object_end(json);
    }
    json_put_array_end(json);
}

static void reports_json(WebRequest *web, const Reports *r)
{
    web_json(web, 200);
    Json json = json_to(&web->reply->body);
    Buf time = buf_new(64);
    instant_write(&time, r->made_us);
    json_put_object(&json);
    json_put_key_str(&json, STR("as_of"), buf_str(&time));
    json_put_key_int(&json, STR("total"), r->total);
    json_put_key_int(&json, STR("in_being"), r->in_being);
    json_put_key_bool(&json, STR("ends_known"), r->ends_known);
    table_put(&json, "status", &r->status, NULL);
    table_put(&json, "entity_type", &r->type, NULL);
    table_put(&json, "industry_section", &r->section, NULL);
    table_put(&json, "division", &r->division, "from_code");
    table_put(&json, "age", &r->age, NULL);
    flow_put(&json, "months", &r->months);
    flow_put(&json, "years", &r->years);
    cohorts_put(&json, r);
    sources_put(&json, r);
    json_put_object_end(&json);
    buf_free(&time);
}

/* ---- handler ---- */

static void wait_show(WebRequest *web, int64_t library)
{
    Page page;
    page_open(web, 202, &page);
    http_reply_header(web->reply, STR("Refresh"), arena_printf(web->arena, "%d", WAIT_S));
    reports_wait(&page, &(ReportsPage){.entities = library});
}

static const Text TEXT_FORMAT = {"f 只能是 json，现为“{0}”", "f can only be json, is “{0}”"};
static const Text TEXT_WAIT = {"正在汇总，请过几秒再取",
                               "the figures are being added up; try again in some seconds"};

static void figures_show(WebRequest *web, const Reports *reports, bool json)
{
    if (json) {
        reports_json(web, reports);
        return;
    }
    Page page;
    page_open(web, 200, &page);
    reports_page(&page, &(ReportsPage){.r = reports});
}

static void not_yet(WebRequest *web, int64_t library, bool json)
{
    if (!json) {
        wait_show(web, library);
        return;
    }
    web_error(web, ERR_STORAGE, "not_ready", &TEXT_WAIT, STR_NONE, STR_NONE);
    http_reply_header(web->reply, STR("Retry-After"), arena_printf(web->arena, "%d", WAIT_S));
}

static void reports_handler(WebRequest *web)
{
    Str format;
    bool json = web_query(web, "f", &format), make;
    if (json && !str_is(format, "json")) {
        web_error(web, ERR_BAD, "f", &TEXT_FORMAT, format, STR_NONE);
        return;
    }
    if (!web_allow(web, ALLOW_API)) return;
    Reports *reports = cache_use(web, &make);
    int64_t library = 0;
    Err err = make || !reports ? library_count(web->app->store, &library) : ERR_OK;
    if (err == ERR_OK && make && library <= INLINE_MAX) {
        use_end(reports);
        err = make_and_keep(web->app);
        reports = cache_use(web, &make);
        if (make) make_give_up(); /* written meanwhile: the next who looks */
    } else if (make && (err != ERR_OK || !make_begin(web))) {
        make_give_up();
    }
    if (err != ERR_OK)
        web_error_plain(web, err == ERR_STORAGE ? ERR_STORAGE : ERR_INTERNAL);
    else if (reports)
        figures_show(web, reports, json);
    else
        not_yet(web, library, json);
    use_end(reports);
}

REGISTER(Route, reports_route) = {.method = HTTP_GET,
                                  .path = "/entities/reports",
                                  .handler = reports_handler,
                                  .query = "f",
                                  .page = true};
REGISTER(NavItem, reports_nav) = {NAV_PUBLIC, 20, "/entities/reports", T_report_title};
