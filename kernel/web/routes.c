#include "kernel/web/routes.h"

#include <pthread.h>
#include <stdlib.h>

enum { PARTS_MAX = 12, ROUTES_MAX = 2000 };

/* A pattern taken apart once: parts between slashes; a parameter has no text. */
typedef struct RouteParts {
    const Route *route;
    Str parts[PARTS_MAX];
    int count, params;
    bool rest; /* the last part takes the rest of the path */
} RouteParts;

static struct {
    RouteParts *items; /* fewest parameters first */
    int count;
} table;

static int parts_split(Str path, Str parts[PARTS_MAX], bool *more)
{
    int count = 0;
    Str rest = path;
    while (count < PARTS_MAX && str_split(&rest, '/', &parts[count])) count++;
    *more = rest.p != NULL;
    return count;
}

static void route_take_apart(const Route *route, RouteParts *out)
{
    bool more;
    out->route = route;
    out->count = parts_split(str_of(route->path), out->parts, &more);
    ASSERT(!more);
    for (int i = 0; i < out->count; i++) {
        Str part = out->parts[i];
        if (part.n < 3 || part.p[0] != '{') continue;
        out->rest = part.p[part.n - 2] == '*';
        out->parts[i] = STR_NONE;
        out->params++;
    }
    ASSERT(out->params <= ROUTE_PARAMS_MAX);
}

static int params_order(const void *a, const void *b)
{
    const RouteParts *x = a, *y = b;
    return x->params - y->params;
}

static void table_make(void)
{
    table.items = mem_grow(NULL, ROUTES_MAX, sizeof *table.items);
    FOR_EACH_REGISTERED (Route, route) {
        ASSERT(table.count < ROUTES_MAX);
        table.items[table.count] = (RouteParts){0};
        route_take_apart(route, &table.items[table.count++]);
    }
    table.items = mem_grow(table.items, (size_t)table.count + 1, sizeof *table.items);
    qsort(table.items, (size_t)table.count, sizeof *table.items, params_order);
}

static bool parts_fit(const RouteParts *want, const Str *have, int have_count)
{
    if (want->rest ? have_count < want->count : have_count != want->count) return false;
    for (int i = 0; i < want->count; i++) {
        bool fits = want->parts[i].p ? str_eq(want->parts[i], have[i]) : have[i].n > 0;
        if (!fits) return false;
    }
    return true;
}

static void params_take(const RouteParts *want, const Str *have, Str path, Str *params)
{
    int n = 0;
    for (int i = 0; i < want->count; i++) {
        if (want->parts[i].p == NULL) params[n++] = have[i];
    }
    if (want->rest) params[n - 1].n = (size_t)(path.p + path.n - params[n - 1].p);
}

const Route *route_find(const HttpRequest *request, Str params[ROUTE_PARAMS_MAX], unsigned *methods)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, table_make);
    HttpMethod method = request->method == HTTP_HEAD ? HTTP_GET : request->method;
    Str have[PARTS_MAX];
    bool more;
    int count = parts_split(request->path, have, &more);
    for (int i = 0; i < table.count; i++) {
        const RouteParts *want = &table.items[i];
        if (want->route->local_only && !request->local) continue;
        if ((more && !want->rest) || !parts_fit(want, have, count)) continue;
        *methods |= 1u << want->route->method;
        if (want->route->method != method) continue;
        params_take(want, have, request->path, params);
        return want->route;
    }
    return NULL;
}
