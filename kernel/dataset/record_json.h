/* Records as JSON: in (an object of the fields) and out (a GeoJSON Feature). */
#pragma once

#include "kernel/dataset/dataset.h"
#include "lib/json.h"

/* Fill cells from a JSON object; null gives an empty cell (no value). Unknown names and values that
 * are no scalar become issues. Texts point into the object or into arena. */
void record_from_json(Arena *arena, const Dataset *dataset, const json_t *object, RawRecord *cells,
                      Issues *issues);

/* {"type":"Feature","id":KEY,"geometry":…,"properties":{…}}; fields that are not visible are
 * left out, and so are those without a value. visible NULL: all. */
void record_write_feature(Json *json, const Version *version, const bool *visible);
/* The value as JSON: text, exact number, or boolean. */
void record_write_value(Json *json, const Field *field, const Value *value);
