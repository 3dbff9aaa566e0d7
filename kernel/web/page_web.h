/* From a request to a page: what a handler calls before its template. */
#pragma once

#include "kernel/web/page.h"
#include "kernel/web/router.h"

/* Starts the reply (status, type, caching) and fills *page from the request; then call the
 * template. Pages are not cached by others: they differ by cookie. */
void page_open(WebRequest *web, int status, Page *page);
