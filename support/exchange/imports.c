/* /desk/imports: what was handed in, newest first, and what is being worked on. */
#include "support/exchange/exchange.h"
#include "support/exchange/imports.page.h"

enum { ROWS = 50, RUNNING_MAX = 20, REFRESH_S = 5 };

static const struct {
    const char *state;
    bool refused; /* some lines were */
    TextKey text;
    const char *css;
} STATES[] = {
    {"done", false, T_import_done, "govuk-tag govuk-tag--green"},
    {"done", true, T_import_done_refused, "govuk-tag govuk-tag--yellow"},
    {"cancelled", false, T_import_cancelled, "govuk-tag govuk-tag--grey"},
    {"cancelled", true, T_import_cancelled, "govuk-tag govuk-tag--grey"},
};

void import_state(const WebRequest *web, const BatchSummary *batch, Str *text, const char **css)
{
    for (size_t i = 0; i < COUNT_OF(STATES); i++) {
        if (!str_is(batch->state, STATES[i].state) || STATES[i].refused != (batch->rejected > 0))
            continue;
        *text = exchange_text(web, STATES[i].text);
        *css = STATES[i].css;
        return;
    }
    bool runs = exchange_under_way(web, batch);
    *text = exchange_text(web, runs ? T_import_running : T_import_interrupted);
    *css = runs ? "govuk-tag govuk-tag--blue" : "govuk-tag govuk-tag--red";
}

static void running_find(WebRequest *web, ImportsPage *view)
{
    if (web->app->jobs == NULL) return;
    JobView *jobs = arena_array(web->arena, JobView, RUNNING_MAX);
    ImportRunning *rows = arena_array(web->arena, ImportRunning, RUNNING_MAX);
    int count = jobs_views(web->app->jobs, exchange_organ(web), true, env_now_us(web->app->env),
                           jobs, RUNNING_MAX);
    for (int i = 0; i < count; i++) {
        if (strcmp(jobs[i].kind, "batch") != 0) continue;
        rows[view->running_count++] = exchange_running(web, &jobs[i]);
    }
    view->running = rows;
}

static Err rows_find(WebRequest *web, BatchQuery query, ImportsPage *view)
{
    BatchSummary *batches = arena_array(web->arena, BatchSummary, ROWS + 1);
    int count;
    query.limit = ROWS + 1;
    StoreReader *reader = store_read(web->app->store);
    Err err = batch_list(store_reader_sql(reader), web->arena, &query, batches, &count);
    store_read_end(reader);
    TRY(err);
    view->count = MIN(count, ROWS);
    if (count > ROWS) view->before = batches[ROWS - 1].id;
    ImportRow *rows = arena_array(web->arena, ImportRow, MAX(view->count, 1));
    for (int i = 0; i < view->count; i++) {
        const BatchSummary *batch = &batches[i];
        rows[i] = (ImportRow){.id = batch->id,
                              .dataset = exchange_dataset_label(web, batch->dataset),
                              .organ = exchange_organ_label(web, batch->organ),
                              .number = batch->number,
                              .read = batch->read,
                              .accepted = batch->read - batch->rejected,
                              .rejected = batch->rejected,
                              .started_us = batch->started_us};
        import_state(web, batch, &rows[i].state, &rows[i].state_class);
    }
    view->rows = rows;
    return ERR_OK;
}

static const Text TEXT_MARK = {"页码标记 before 应为批次的序号",
                               "the page mark before must be the number of a batch"};

static void imports_get(WebRequest *web)
{
    ImportsPage view = {0};
    BatchQuery query = {.organ = exchange_organ(web)};
    Str mark, still;
    if (web_query(web, "before", &mark) && !exchange_number(mark, &query.before)) {
        web_error(web, ERR_BAD, "before", &TEXT_MARK, STR_NONE, STR_NONE);
        return;
    }
    view.first = query.before == 0;
    if (view.first) running_find(web, &view);
    Err err = rows_find(web, query, &view);
    if (err != ERR_OK) {
        web_error_plain(web, err);
        return;
    }
    view.refreshes = view.running_count > 0 && !web_query(web, "still", &still);
    Page page;
    page_open(web, 200, &page);
    if (view.refreshes)
        http_reply_header(web->reply, STR("Refresh"), arena_printf(web->arena, "%d", REFRESH_S));
    imports_page(&page, &view);
}

REGISTER(Route, imports_route) = {.method = HTTP_GET,
                                  .path = "/desk/imports",
                                  .handler = imports_get,
                                  .query = "before still",
                                  .page = true};
