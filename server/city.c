#include "server/city.h"

#include <unistd.h>

#include "kernel/codes/codes.h"
#include "kernel/settings/settings.h"
#include "kernel/web/session.h"
#include "lib/log.h"

static void app_set(City *city, const Settings *settings)
{
    App *app = &city->app;
    app->city = (Label){settings->city_name_zh, settings->city_name_en};
    app->base_url = settings->public_base_url;
    app->trusted_proxy = settings->trusted_proxy;
    app->metrics = &city->metrics;
    LimiterRates rates = {
        .per_second = {(double)settings->api_per_second, (double)settings->enquiry_per_minute / 60},
        .burst = {(double)settings->api_per_second, (double)settings->enquiry_per_minute}};
    app->limiter = limiter_new(&rates);
    app->jobs = jobs_new((int)settings->batch_jobs);
    app->sessions = sessions_new(app->env);
    city->connections_max = (int)settings->connections_max;
}

Err city_open(const char *dir, City *city, Buf *why)
{
    return city_open_at(dir, &ENV_REAL, city, why);
}

Err city_open_at(const char *dir, const Env *env, City *city, Buf *why)
{
    *city = (City){.arena = arena_new(4 * 1024 * 1024)};
    App *app = &city->app;
    app->env = env;
    app->started_us = env_now_us(app->env);
    app->dir = arena_cstr(city->arena, str_of(dir));
    Settings settings;
    bool made;
    StoreOptions options = {.dir = app->dir, .model = &MODEL_SHIPPED, .env = app->env};
    Err err = settings_load(city->arena, dir, &settings, why);
    if (err == ERR_OK) log_start((LogLevel)settings.log_level, STDERR_FILENO, app->env);
    if (err == ERR_OK) err = store_open(&options, &app->store, &made, why);
    if (err == ERR_OK) err = seed_store(app->store, why);
    if (err == ERR_OK) app_set(city, &settings);
    if (err != ERR_OK) city_close(city);
    return err;
}

void city_close(City *city)
{
    jobs_free(city->app.jobs);
    if (city->app.store) {
        codes_forget(city->app.store);
        store_close(city->app.store);
    }
    limiter_free(city->app.limiter);
    sessions_free(city->app.sessions);
    arena_free(city->arena);
    *city = (City){0};
}
