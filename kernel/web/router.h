/*
 * From a request to its handler: routes are declared where their pages live (REGISTER(Route, …)),
 * found by path, their parameters checked, the subject made known. One way in for the network, the
 * Unix socket and the commands (web_call), so that all obey the same rules.
 */
#pragma once

#include "kernel/access/access.h"
#include "kernel/dataset/record.h"
#include "kernel/store/store.h"
#include "kernel/web/view.h"
#include "lib/http.h"
#include "lib/json.h"
#include "lib/register.h"

/* What the process serves with; owned by main. */
typedef struct App {
    Store *store;
    const Env *env;
    Label city;        /* name of the city */
    Str trusted_proxy; /* its X-Forwarded-For names the client; none: nobody's does */
    Str base_url;      /* https://… in front of all paths, or none: as the client dialled */
    int64_t started_us;
    const char *dir;
    struct Jobs *jobs;
    struct Limiter *limiter;
    struct Metrics *metrics;
    struct Sessions *sessions; /* of the workbench; NULL: it is not served to browsers */
} App;

typedef struct WebRequest WebRequest;
typedef void (*WebHandler)(WebRequest *web);

enum { ROUTE_PARAMS_MAX = 4 };

typedef struct Route {
    HttpMethod method;
    const char *path; /* "/api/collections/{id}/items/{key}"; the last part may be {rest*} */
    WebHandler handler;
    const char
        *query; /* names of allowed parameters, separated by blanks; "*": the handler checks */
    int64_t body_max; /* 0: no body */
    bool spool;       /* body arrives as http->spool_fd */
    bool page;        /* for people: errors are pages, ?lang= and ?view= are allowed */
    bool local_only;  /* commands and the Unix socket only; for others it does not exist */
} Route;
REGISTRY(Route);

struct WebRequest {
    HttpRequest *http;
    HttpReply *reply;
    App *app;
    const Route *route;
    Str params[ROUTE_PARAMS_MAX]; /* values of {…} in order */
    Arena *arena;
    Subject subject;
    Str client;     /* who asks, for allowances: an address, or what a trusted proxy says */
    Str purpose;    /* decoded Heluo-Purpose, or none */
    Str request_id; /* Heluo-Request-Id, or none */
    Str form_token; /* of the session: its forms carry it; none without a session */
    Lang lang;
    ViewMode view;
    char id[17];  /* of this request, for logs and error pages */
    void *waiter; /* private to router.c: a command that waits */
};

/* An answer. text: one of both languages is used. */
void web_json(WebRequest *web, int status); /* sets the type; write into web->reply->body */
void web_error(WebRequest *web, Err err, const char *code, const Text *text, Str arg0, Str arg1);
/* With a status that no Err has (405, 415). */
void web_error_status(WebRequest *web, int status, const char *code, const Text *text, Str arg0);
void web_error_plain(WebRequest *web, Err err); /* what is always said of this kind of error */
/* ERR_BAD with all issues as errors[]; dataset names the fields. */
void web_issues(WebRequest *web, const Dataset *dataset, const Issues *issues);
void web_redirect(WebRequest *web, Str location); /* 303 */
bool web_query(const WebRequest *web, const char *name, Str *value);
Str web_cookie(const HttpRequest *request, Str name); /* STR_NONE: not there */

/* A handler that must wait (commit, batch) calls web_wait, returns, and from any thread web_done
 * once the reply is filled. */
void web_wait(WebRequest *web);
void web_done(WebRequest *web);

/* Take one from the client's allowance; false: over it, and the answer 429 is filled in. */
typedef enum Allowance { ALLOW_API, ALLOW_ENQUIRY } Allowance;
bool web_allow(WebRequest *web, Allowance allowance);

/* May the subject? false: the answer is filled in. dataset may be NULL for ACTION_ADMINISTER. */
bool web_access(WebRequest *web, Action action, const Dataset *dataset, AccessDecision *decision);

/* Provided by the pages' side: an error as a page for people. */
void web_error_page(WebRequest *web, int status, Str code, Str sentence);

/* Absolute address of a path, from the setting public_base_url or the Host that the client dialled.
 */
Str web_url(WebRequest *web, Str path_and_query);

/* For lib/http: HttpServerOptions.route, .refused, .served with options.app = App. */
HttpRoute router_route(HttpRequest *request, HttpReply *reply);
void router_refused(int status, const char *why, HttpReply *reply);
void router_served(const HttpRequest *request, int status, int64_t duration_us, int64_t bytes);

/* A command's call, in this process. body_fd -1: body from memory. Runs the handler and waits.
 * The reply's body stands in *reply (free its Buf; close file_fd). */
void web_call(App *app, HttpMethod method, Str target, const HttpPair *headers, int header_count,
              Str body, int body_fd, Arena *arena, HttpReply *reply);
