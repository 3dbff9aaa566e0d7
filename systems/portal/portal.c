/* The city portal (门户): home and help, and their places in the menus. */
#include <pthread.h>

#include "kernel/web/page_web.h"
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
        *out = (HomePage){.entities = sql_int(stmt, 0), .divisions = sql_int(stmt, 1), .organs = sql_int(stmt, 2),
                          .entries = sql_int(stmt, 3), .updated_us = sql_int(stmt, 4)};
    }
    sql_reset(stmt);
    store_read_end(reader);
    return err;
}

/* Counting a large library takes milliseconds, so it is done after a change, once a second at most. */
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

static void help_handler(WebRequest *web)
{
    Page page;
    page_open(web, 200, &page);
    help_page(&page);
}

REGISTER(Route, home_route) = {.method = HTTP_GET, .path = "/", .handler = home_handler, .page = true};
REGISTER(Route, help_route) = {.method = HTTP_GET, .path = "/help", .handler = help_handler, .page = true};

REGISTER(NavItem, home_nav) = {NAV_PUBLIC, 0, "/", T_nav_home};
REGISTER(NavItem, api_nav) = {NAV_PUBLIC, 80, "/api/", T_nav_api};
REGISTER(NavItem, help_nav) = {NAV_PUBLIC, 90, "/help", T_nav_help};
REGISTER(NavItem, how_foot) = {NAV_FOOT_HELP, 10, "/help", T_foot_how};
REGISTER(NavItem, correct_foot) = {NAV_FOOT_HELP, 20, "/help#correct", T_foot_correct};
REGISTER(NavItem, sources_foot) = {NAV_FOOT_DATA, 10, "/help#sources", T_foot_sources};
REGISTER(NavItem, api_foot) = {NAV_FOOT_DATA, 90, "/api/", T_foot_api};
REGISTER(NavItem, access_foot) = {NAV_FOOT_ABOUT, 10, "/help#access", T_foot_access};
REGISTER(NavItem, privacy_foot) = {NAV_FOOT_ABOUT, 20, "/help#privacy", T_foot_privacy};
