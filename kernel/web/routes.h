/* Finding the route of a path. Internal to kernel/web. */
#pragma once

#include "kernel/web/router.h"

/* NULL with *methods 0: no such place; else the place does not take this method (bits of those it
 * does). Where several fit, the one with the fewest {…} is meant: /entities/reports before
 * /entities/{uscc}. Values of {…} go to params. */
const Route *route_find(const HttpRequest *request, Str params[ROUTE_PARAMS_MAX],
                        unsigned *methods);
