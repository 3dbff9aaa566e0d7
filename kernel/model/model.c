#include "kernel/model/model.h"

const Dataset *model_dataset(const Model *model, Str id)
{
    for (int i = 0; i < model->dataset_count; i++) {
        if (str_eq(model->datasets[i].id, id)) return &model->datasets[i];
    }
    return NULL;
}

int model_field(const Dataset *dataset, Str id)
{
    for (int i = 0; i < dataset->field_count; i++) {
        if (str_eq(dataset->fields[i].id, id)) return i;
    }
    return -1;
}

static bool list_has(StrList list, Str text)
{
    for (int i = 0; i < list.count; i++) {
        if (str_eq(list.items[i], text)) return true;
    }
    return false;
}

int model_heading(const Dataset *dataset, Str heading)
{
    for (int i = 0; i < dataset->field_count; i++) {
        const Field *field = &dataset->fields[i];
        if (str_eq(field->id, heading) || str_eq(field->label.zh, heading) ||
            str_eq(field->label.en, heading) || list_has(field->aliases, heading)) {
            return i;
        }
    }
    return list_has(dataset->ignored, heading) ? -2 : -1;
}

/* In order of FieldType. */
static const char *const TYPE_NAMES[] = {
    [FIELD_TEXT] = "text",         [FIELD_CODE] = "code",
    [FIELD_DATE] = "date",         [FIELD_INSTANT] = "instant",
    [FIELD_INTEGER] = "integer",   [FIELD_DECIMAL] = "decimal",
    [FIELD_BOOLEAN] = "boolean",   [FIELD_USCC] = "uscc",
    [FIELD_ORG_CODE] = "org_code", [FIELD_CITIZEN_ID] = "citizen_id",
    [FIELD_DIVISION] = "division", [FIELD_ORGAN] = "organ",
};

const char *model_type_name(FieldType type)
{
    ASSERT((size_t)type < COUNT_OF(TYPE_NAMES));
    return TYPE_NAMES[type];
}
