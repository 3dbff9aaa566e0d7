/* What the API's files share. Shape: OGC API Features; items are GeoJSON Features. */
#pragma once

#include "kernel/dataset/dataset.h"
#include "kernel/web/router.h"

/* The dataset of params[0], open for reading to the subject; false: the answer is filled in. */
bool api_dataset(WebRequest *web, Action action, const Dataset **dataset, AccessDecision *decision);

/* ?asOf= as a journal index; AS_OF_NOW without it. false: answered. A time before the first entry
 * gives an index at which nothing is known. */
bool api_as_of(WebRequest *web, Sql *sql, int64_t *as_of);

/* ?filter= and ?{field}= as one CQL2 tree; *filter stays NULL without them. false: answered.
 * `own` names the parameters that are not fields. */
bool api_filter(WebRequest *web, const Dataset *dataset, const bool *readable, const char *own,
                const struct Cql **filter);

/* An error of the store as the answer to a read. */
void api_storage_error(WebRequest *web, Err err);

/* Too much waits already: 429 with Retry-After. */
void api_busy(WebRequest *web);

/* Does the store read its code lists from this dataset? Then codes_reload follows a change. */
bool api_is_list(const Dataset *dataset);

/* One link object; path becomes absolute. */
void api_link(Json *json, WebRequest *web, const char *rel, const char *type, Str path);
