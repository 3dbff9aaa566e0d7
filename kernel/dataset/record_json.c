#include "kernel/dataset/record_json.h"
#include "lib/text.h"

static const Text TEXT_UNKNOWN_NAME = {"没有“{0}”这一项", "there is no field “{0}”"};
static const Text TEXT_NO_SCALAR = {"应为一个值，不能是列表或对象",
                                    "must be one value, not a list or an object"};

static bool scalar_text(Arena *arena, const json_t *value, Str *out)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        *out = (Str){json_string_value(value), json_string_length(value)};
        return true;
    case JSON_NULL: *out = STR(""); return true;
    case JSON_TRUE: *out = STR("true"); return true;
    case JSON_FALSE: *out = STR("false"); return true;
    case JSON_INTEGER:
    case JSON_REAL: {
        Buf text = buf_new(400);
        bool exact = json_number_text(value, &text);
        *out = arena_str(arena, buf_str(&text));
        buf_free(&text);
        return exact;
    }
    default: return false;
    }
}

void record_from_json(Arena *arena, const Dataset *dataset, const json_t *object, RawRecord *cells,
                      Issues *issues)
{
    *cells = (RawRecord){0};
    const char *name;
    json_t *value;
    json_object_foreach ((json_t *)object, name, value) {
        int field = model_field(dataset, str_of(name));
        if (field < 0) {
            issue_error(issues, -1, ISSUE_UNKNOWN_COLUMN, &TEXT_UNKNOWN_NAME, str_of(name),
                        STR_NONE);
        } else if (!scalar_text(arena, value, &cells->cells[field])) {
            issue_error(issues, field, ISSUE_TYPE, &TEXT_NO_SCALAR, STR_NONE, STR_NONE);
        }
    }
}

void record_write_value(Json *json, const Field *field, const Value *value)
{
    if (!value->present) {
        json_put_null(json);
        return;
    }
    switch (field->type) {
    case FIELD_INTEGER: json_put_int(json, value->number); break;
    case FIELD_BOOLEAN: json_put_bool(json, value->number != 0); break;
    case FIELD_DECIMAL:
    case FIELD_INSTANT: {
        Buf text = buf_new(64);
        value_write_text(&text, field, value);
        if (field->type == FIELD_DECIMAL)
            json_put_raw(json, buf_str(&text));
        else
            json_put_str(json, buf_str(&text));
        buf_free(&text);
        break;
    }
    default: json_put_str(json, value->text);
    }
}

/* Where it is, in degrees (CGCS2000, which GeoJSON's WGS 84 equals within a decimetre), when both
 * numbers are there and may be seen. */
static void geometry_write(Json *json, const Record *record, const bool *visible)
{
    const Dataset *dataset = record->dataset;
    bool known = dataset->has_point;
    for (int i = 0; i < 2 && known; i++) {
        int field = dataset->point[i];
        known = record->values[field].present && (visible == NULL || visible[field]);
    }
    if (!known) {
        json_put_null(json);
        return;
    }
    json_put_object(json);
    json_put_key_str(json, STR("type"), STR("Point"));
    json_put_key(json, STR("coordinates"));
    json_put_array(json);
    for (int i = 0; i < 2; i++) {
        int field = dataset->point[i];
        record_write_value(json, &dataset->fields[field], &record->values[field]);
    }
    json_put_array_end(json);
    json_put_object_end(json);
}

void record_write_feature(Json *json, const Version *version, const bool *visible)
{
    const Record *record = &version->record;
    const Dataset *dataset = record->dataset;
    json_put_object(json);
    json_put_key_str(json, STR("type"), STR("Feature"));
    json_put_key_str(json, STR("id"), record->values[dataset->key].text);
    json_put_key(json, STR("geometry"));
    geometry_write(json, record, visible);
    json_put_key(json, STR("properties"));
    json_put_object(json);
    for (int i = 0; i < dataset->field_count; i++) {
        if (!record->values[i].present || (visible && !visible[i])) continue;
        json_put_key(json, dataset->fields[i].id);
        record_write_value(json, &dataset->fields[i], &record->values[i]);
    }
    json_put_object_end(json);
    json_put_object_end(json);
}
