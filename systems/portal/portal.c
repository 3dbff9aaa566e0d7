/* The city portal (门户): home and help, and their places in the menus. */
#include <pthread.h>

#include "kernel/web/page_web.h"
#include "systems/portal/data.page.h"
#include "systems/portal/help.page.h"
#include "systems/portal/home.page.h"

/* ---- the figures of the home page ---- */

static const char FIGURES[] =
    "SELECT (SELECT count(*) FROM entity), (SELECT count(*) FROM division),"
    " (SELECT count(*) FROM organ), (SELECT count(*) FROM journal),"
    " coalesce((SELECT time_us FROM journal ORDER BY idx DESC LIMIT 1), 0)";

static Err figures_read(Store *store, HomePage *out)
{
    StoreReader *reader = store_read(store);
    SqlStmt *stmt = sql_prepare(store_reader_sql(reader), FIGURES);
    Err err = sql_step(stmt);
    if (err == ERR_OK) {
        *out = (HomePage){.entities = sql_int(stmt, 0),
                          .divisions = sql_int(stmt, 1),
                          .organs = sql_int(stmt, 2),
                          .entries = sql_int(stmt, 3),
                          .updated_us = sql_int(stmt, 4)};
    }
    sql_reset(stmt);
    store_read_end(reader);
    return err;
}

/* Counting a large library takes milliseconds, so it is done after a change, once a second at most.
 */
static Err figures_of(Store *store, int64_t now_us, HomePage *out)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static HomePage kept;
    static const Store *kept_store;
    static int64_t kept_commits, kept_us;
    int64_t commits = store_commits(store);
    pthread_mutex_lock(&lock);
    bool fresh = kept_store == store && (kept_commits == commits || now_us - kept_us < 1000000);
    if (fresh) *out = kept;
    pthread_mutex_unlock(&lock);
    if (fresh) return ERR_OK;
    TRY(figures_read(store, out));
    pthread_mutex_lock(&lock);
    kept = *out;
    kept_store = store;
    kept_commits = commits;
    kept_us = now_us;
    pthread_mutex_unlock(&lock);
    return ERR_OK;
}

/* ---- the open datasets ---- */

static Err records_count(Sql *sql, Arena *arena, const Dataset *dataset, int64_t *count)
{
    SqlStmt *stmt;
    TRY(sql_prepare_text(
        sql, arena_printf(arena, "SELECT count(*) FROM \"" STR_FMT "\"", STR_ARG(dataset->id)),
        &stmt));
    Err err = sql_step(stmt);
    *count = err == ERR_OK ? sql_int(stmt, 0) : 0;
    sql_reset(stmt);
    return err;
}

/* What somebody whom nobody knows may read: the page promises nothing else, whoever asks. */
static Err datasets_read(WebRequest *web, DataPage *out)
{
    const Model *model = store_model(web->app->store);
    const Subject anybody = {.kind = SUBJECT_ANONYMOUS};
    DataRow *rows = arena_array(web->arena, DataRow, model->dataset_count);
    StoreReader *reader = store_read(web->app->store);
    Err err = ERR_OK;
    for (int i = 0; err == ERR_OK && i < model->dataset_count; i++) {
        const Dataset *dataset = &model->datasets[i];
        AccessDecision decision;
        access_decide(&anybody, ACTION_READ, dataset, STR_NONE, &decision);
        if (decision.err != ERR_OK) continue;
        DataRow *row = &rows[out->count++];
        *row = (DataRow){.id = dataset->id, .label = dataset->label};
        for (int f = 0; f < dataset->field_count; f++) row->fields += decision.visible[f];
        err = records_count(store_reader_sql(reader), web->arena, dataset, &row->records);
    }
    store_read_end(reader);
    out->rows = rows;
    return err;
}

/* ---- handlers ---- */

static void home_handler(WebRequest *web)
{
    HomePage view = {0};
    Err err = figures_of(web->app->store, env_now_us(web->app->env), &view);
    if (err != ERR_OK) {
        web_error_plain(web, err);
        return;
    }
    Page page;
    page_open(web, 200, &page);
    home_page(&page, &view);
}

static void data_handler(WebRequest *web)
{
    DataPage view = {0};
    Err err = datasets_read(web, &view);
    if (err != ERR_OK) {
        web_error_plain(web, err);
        return;
    }
    Page page;
    page_open(web, 200, &page);
    data_page(&page, &view);
}

static void help_handler(WebRequest *web)
{
    Page page;
    page_open(web, 200, &page);
    help_page(&page);
}

REGISTER(Route,
         home_route) = {.method = HTTP_GET, .path = "/", .handler = home_handler, .page = true};
REGISTER(Route,
         data_route) = {.method = HTTP_GET, .path = "/data", .handler = data_handler, .page = true};
REGISTER(Route,
         help_route) = {.method = HTTP_GET, .path = "/help", .handler = help_handler, .page = true};

REGISTER(NavItem, home_nav) = {NAV_PUBLIC, 0, "/", T_nav_home};
REGISTER(NavItem, data_nav) = {NAV_PUBLIC, 80, "/data", T_nav_data};
REGISTER(NavItem, help_nav) = {NAV_PUBLIC, 90, "/help", T_nav_help};
REGISTER(NavItem, how_foot) = {NAV_FOOT_HELP, 10, "/help", T_foot_how};
REGISTER(NavItem, correct_foot) = {NAV_FOOT_HELP, 20, "/help#correct", T_foot_correct};
REGISTER(NavItem, sources_foot) = {NAV_FOOT_DATA, 10, "/help#sources", T_foot_sources};
REGISTER(NavItem, data_foot) = {NAV_FOOT_DATA, 90, "/data", T_foot_api};
REGISTER(NavItem, access_foot) = {NAV_FOOT_ABOUT, 10, "/help#access", T_foot_access};
REGISTER(NavItem, privacy_foot) = {NAV_FOOT_ABOUT, 20, "/help#privacy", T_foot_privacy};
