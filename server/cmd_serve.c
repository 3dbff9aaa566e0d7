/* heluo serve */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "kernel/settings/settings.h"
#include "kernel/web/session.h"
#include "lib/log.h"
#include "server/command.h"
#include "server/door.h"

enum { OPTION_PORT, OPTION_HOST };

static bool port_read(const char *text, uint16_t *port)
{
    int64_t number = 8080;
    if (text && !str_int(str_of(text), &number)) return false;
    if (number < 0 || number > 65535) return false;
    *port = (uint16_t)number;
    return true;
}

/* Signals are taken by sigwait alone; threads that start later inherit the mask. */
static void signals_block(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, set, NULL);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
}

/* Where it serves, and a link into the workbench for whoever started it. */
static void greeting_print(City *city, const char *host, int port)
{
    char url[300];
    snprintf(url, sizeof url, "http://%s:%d", strcmp(host, "127.0.0.1") == 0 ? "localhost" : host,
             port);
    sessions_address_set(city->app.sessions,
                         city->app.base_url.n ? city->app.base_url : str_of(url));
    printf("Heluo serves " STR_FMT " on %s/\n", STR_ARG(city->app.city.en), url);
    puts("  companies     /entities\n  the API       /api/");
    if (isatty(STDOUT_FILENO)) { /* a link that lets in does not belong into log files */
        Buf link = buf_new(1024);
        sessions_link_write(city->app.sessions, &link);
        printf("  for officials " STR_FMT "\n", STR_ARG(buf_str(&link)));
        printf("                (works once, within %d minutes; heluo desk prints another)\n",
               SESSION_LINK_MINUTES);
        buf_free(&link);
    } else {
        puts("  for officials heluo desk prints a link");
    }
    puts("Ctrl-C stops.");
    fflush(stdout);
}

static int serve(City *city, const Door *door, const char *host, uint16_t port,
                 const sigset_t *signals)
{
    HttpServerOptions options = {.host = host,
                                 .port = port,
                                 .socket_path = door->path,
                                 .spool_dir = city->app.dir,
                                 .connections_max = city->connections_max,
                                 .app = &city->app,
                                 .route = router_route,
                                 .refused = router_refused,
                                 .served = router_served};
    Buf why = buf_new(1024);
    HttpServer *server;
    Err err = http_server_start(&options, &server, &why);
    if (err != ERR_OK) {
        fprintf(stderr, "heluo: " STR_FMT "\n", STR_ARG(buf_str(&why)));
    } else {
        greeting_print(city, host, http_server_port(server));
        log_event(LOG_LEVEL_INFO, "serving", LOG_INT("port", http_server_port(server)),
                  LOG_INT("start_ms", (env_now_us(&ENV_REAL) - city->app.started_us) / 1000));
        int signal;
        sigwait(signals, &signal);
        log_event(LOG_LEVEL_INFO, "stopping", LOG_INT("signal", signal));
        http_server_stop(server);
    }
    buf_free(&why);
    return err == ERR_OK ? EXIT_GOOD : EXIT_FAILED;
}

static int serve_run(const Args *args)
{
    uint16_t port;
    if (!port_read(arg_value(args, OPTION_PORT), &port)) {
        fputs("heluo: --port takes a number from 0 to 65535\n", stderr);
        return EXIT_MISUSED;
    }
    sigset_t signals;
    signals_block(&signals);
    City *city = mem_alloc(sizeof *city);
    Buf why = buf_new(4096);
    Door door;
    door_find(args->dir, &door);
    Err err = door_city_open(&door, args->dir, city, &why);
    int code = EXIT_FAILED;
    if (err == ERR_OK) {
        const char *host = arg_value(args, OPTION_HOST);
        code = serve(city, &door, host ? host : "127.0.0.1", port, &signals);
        city_close(city);
    } else if (err == ERR_BUSY) {
        fprintf(stderr, "heluo: another server has %s already\n", args->dir);
    } else {
        fprintf(stderr, "heluo: " STR_FMT "\n", STR_ARG(buf_str(&why)));
    }
    door_leave(&door);
    buf_free(&why);
    mem_free(city);
    return code;
}

/* ---- settings ---- */

static int settings_run(const Args *args)
{
    (void)args;
    Buf text = buf_new(64 * 1024);
    settings_write_default(&text);
    printf(STR_FMT, STR_ARG(buf_str(&text)));
    buf_free(&text);
    return EXIT_GOOD;
}

REGISTER(Command, command_settings) = {
    "settings", "settings",  "every setting with its default: save as DIR/heluo.yaml", "", 0,
    0,          settings_run};
REGISTER(Command, command_serve) = {
    "serve",  "serve [--data DIR] [--port P] [--host H]", "serves the city", "port= host=", 0, 0,
    serve_run};
