/* A dataset that four organs know something of: for tests of fusion, batches and proofs. */
#pragma once

#include "kernel/codes/codes.h"
#include "kernel/testkit.h"
#include "lib/text.h"

enum { T_CODE, T_NAME, T_PLACE, T_AMOUNT, T_OPENED, T_STAFF, T_LIT, T_PHONE, THING_FIELDS };
enum { THING_ORGANS = 4 };

static const Str THING_ORGAN_LIST[THING_ORGANS] = {STR_INIT("registry"), STR_INIT("tax"),
                                                   STR_INIT("statistics"), STR_INIT("police")};
static const Str THING_PLACE_FROM[] = {STR_INIT("police"), STR_INIT("tax")};
static const Str THING_AMOUNT_FROM[] = {STR_INIT("statistics")};
static const Str THING_NULLS[] = {STR_INIT("N/A")};
static const Str THING_IGNORED[] = {STR_INIT("remark"), STR_INIT("备注")};
static const Str THING_NAME_ALIASES[] = {STR_INIT("title")};

#define THING_FIELD(name, chinese, kind)                                                           \
    .id = STR_INIT(name), .label = {STR_INIT(chinese), STR_INIT("label of " name)}, .type = (kind)

static const Field THING_FIELD_LIST[THING_FIELDS] = {
    [T_CODE] = {THING_FIELD("code", "代码", FIELD_TEXT), .length_max = 20, .required = true},
    [T_NAME] = {THING_FIELD("name", "名称", FIELD_TEXT), .length_max = 40,
                .aliases = {THING_NAME_ALIASES, COUNT_OF(THING_NAME_ALIASES)}},
    [T_PLACE] = {THING_FIELD("place", "地点", FIELD_TEXT), .length_max = 40,
                 .from = {THING_PLACE_FROM, COUNT_OF(THING_PLACE_FROM)}},
    [T_AMOUNT] = {THING_FIELD("amount", "金额", FIELD_DECIMAL), .scale = 2,
                  .from = {THING_AMOUNT_FROM, COUNT_OF(THING_AMOUNT_FROM)}},
    [T_OPENED] = {THING_FIELD("opened", "开业日期", FIELD_DATE)},
    [T_STAFF] = {THING_FIELD("staff", "人数", FIELD_INTEGER), .has_min = true, .has_max = true,
                 .max = 1000000},
    [T_LIT] = {THING_FIELD("lit", "亮灯", FIELD_BOOLEAN)},
    [T_PHONE] = {THING_FIELD("phone", "电话", FIELD_TEXT), .length_max = 40,
                 .secrecy = SECRECY_PERSONAL},
};

static const Dataset THING_DATASETS[] = {{
    .id = STR_INIT("thing"),
    .label = {STR_INIT("物"), STR_INIT("Thing")},
    .owner = STR_INIT("registry"),
    .key = T_CODE,
    .identity = T_NAME,
    .fields = THING_FIELD_LIST,
    .field_count = THING_FIELDS,
    .sources = {THING_ORGAN_LIST, THING_ORGANS},
    .nulls = {THING_NULLS, COUNT_OF(THING_NULLS)},
    .ignored = {THING_IGNORED, COUNT_OF(THING_IGNORED)},
    .sharing = {.type = STR_INIT("conditional"), .open = true},
}};
static const Dataset *const THING = &THING_DATASETS[0];
static const Model THING_MODEL = {THING_DATASETS, COUNT_OF(THING_DATASETS)};

/* A value of a record as text, in room that the next call but three uses again. */
static inline const char *thing_text(const Record *record, int field)
{
    static char rooms[4][80];
    static int turn;
    char *room = rooms[turn++ % 4];
    Buf text = buf_new(79);
    value_write_text(&text, &THING->fields[field], &record->values[field]);
    assert_false(text.overflow);
    snprintf(room, 80, STR_FMT, STR_ARG(buf_str(&text)));
    buf_free(&text);
    return room;
}
