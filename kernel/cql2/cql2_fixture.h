/* The dataset that the tests of this folder filter: a field of every kind, and awkward names. */
#pragma once

#include "kernel/cql2/cql2.h"

enum {
    F_CODE,
    F_NAME,
    F_ALIAS,
    F_STATUS,
    F_USCC,
    F_DIVISION,
    F_BORN,
    F_CLOSED,
    F_SEEN,
    F_SENT,
    F_COUNT,
    F_AMOUNT,
    F_PAID,
    F_RATIO,
    F_ACTIVE,
    F_CHECKED,
    F_IN,
    F_DATE,
    F_PHONE,
    FIXTURE_FIELDS,
};

#define FIXTURE_FIELD(name, chinese, kind)                                                         \
    .id = STR_INIT(name), .label = {STR_INIT(chinese), STR_INIT("label of " name)}, .type = (kind)

static const Field FIXTURE_FIELD_LIST[FIXTURE_FIELDS] = {
    [F_CODE] = {FIXTURE_FIELD("code", "代码", FIELD_TEXT)},
    [F_NAME] = {FIXTURE_FIELD("name", "名称", FIELD_TEXT)},
    [F_ALIAS] = {FIXTURE_FIELD("alias", "简称", FIELD_TEXT)},
    [F_STATUS] = {FIXTURE_FIELD("status", "状态", FIELD_CODE)},
    [F_USCC] = {FIXTURE_FIELD("uscc", "统一社会信用代码", FIELD_USCC)},
    [F_DIVISION] = {FIXTURE_FIELD("division", "行政区划", FIELD_DIVISION)},
    [F_BORN] = {FIXTURE_FIELD("born", "成立日期", FIELD_DATE)},
    [F_CLOSED] = {FIXTURE_FIELD("closed", "注销日期", FIELD_DATE)},
    [F_SEEN] = {FIXTURE_FIELD("seen", "采集时间", FIELD_INSTANT)},
    [F_SENT] = {FIXTURE_FIELD("sent", "发送时间", FIELD_INSTANT)},
    [F_COUNT] = {FIXTURE_FIELD("staff_count", "人数", FIELD_INTEGER)},
    [F_AMOUNT] = {FIXTURE_FIELD("amount", "金额", FIELD_DECIMAL), .scale = 2},
    [F_PAID] = {FIXTURE_FIELD("paid", "实缴", FIELD_DECIMAL), .scale = 2},
    [F_RATIO] = {FIXTURE_FIELD("ratio", "比例", FIELD_DECIMAL), .scale = 9},
    [F_ACTIVE] = {FIXTURE_FIELD("active", "在业", FIELD_BOOLEAN)},
    [F_CHECKED] = {FIXTURE_FIELD("checked", "已核", FIELD_BOOLEAN)},
    [F_IN] = {FIXTURE_FIELD("in", "流入", FIELD_TEXT)},
    [F_DATE] = {FIXTURE_FIELD("date", "日期", FIELD_DATE)},
    [F_PHONE] = {FIXTURE_FIELD("phone", "电话", FIELD_TEXT), .secrecy = SECRECY_PERSONAL},
};

static const Dataset FIXTURE = {
    .id = STR_INIT("thing"),
    .fields = FIXTURE_FIELD_LIST,
    .field_count = FIXTURE_FIELDS,
};
