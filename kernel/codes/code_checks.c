/* Checks of the datasets code, division and organ. */
#include "code.gen.h"
#include "division.gen.h"
#include "organ.gen.h"

static const Text TEXT_IDENTIFIER = {"标识应为“{0}”，即代码表、冒号、代码值",
                                     "the identifier must be “{0}”: list, colon, code"};
static const Text TEXT_PERIOD = {"停用日期 {1} 应晚于启用日期 {0}",
                                 "valid to {1} must be after valid from {0}"};
static const Text TEXT_ORGAN = {
    "机关标识“{0}”只能用英文小写字母、数字和下划线，并以字母开头",
    "the organ “{0}” must be lower-case letters, digits and _, starting with a letter"};
static const Text TEXT_DIVISION = {
    "区划代码“{0}”应为 {1} 位数字（与级别相符）",
    "the division code “{0}” must have {1} digits, as its level has"};
static const Text TEXT_DIVISION_TAIL = {"{1}级的区划代码“{0}”末尾应为零",
                                        "the code “{0}” of level {1} must end in zeros"};

void check_code_identifier(const RuleContext *context, const Record *record)
{
    const Value *values = record->values;
    if (!values[CODE_LIST].present || !values[CODE_CODE].present) return;
    Str wanted = arena_printf(context->arena, STR_FMT ":" STR_FMT, STR_ARG(values[CODE_LIST].text),
                              STR_ARG(values[CODE_CODE].text));
    if (values[CODE_ID].present && !str_eq(values[CODE_ID].text, wanted)) {
        issue_error(context->issues, CODE_ID, ISSUE_MISMATCH, &TEXT_IDENTIFIER, wanted, STR_NONE);
    }
}

/* Of all three datasets: fields by name. */
void check_validity(const RuleContext *context, const Record *record)
{
    int field = model_field(record->dataset, STR("valid_to"));
    const Value *to = &record->values[field];
    const Value *from = &record->values[model_field(record->dataset, STR("valid_from"))];
    if (to->present && from->present && to->number <= from->number) {
        issue_error(context->issues, field, ISSUE_MISMATCH, &TEXT_PERIOD, from->text, to->text);
    }
}

void check_organ_identifier(const RuleContext *context, const Record *record)
{
    if (!record->values[ORGAN_ORGAN].present) return;
    Str organ = record->values[ORGAN_ORGAN].text;
    bool good = organ.n > 0 && organ.p[0] >= 'a' && organ.p[0] <= 'z';
    for (size_t i = 0; i < organ.n && good; i++) {
        char c = organ.p[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
    if (!good) issue_error(context->issues, ORGAN_ORGAN, ISSUE_TYPE, &TEXT_ORGAN, organ, STR_NONE);
}

void check_division_code(const RuleContext *context, const Record *record)
{
    static const struct {
        const char *level, *digits;
        size_t length;
        const char *tail;
    } LEVELS[] = {
        {"state", "6", 6, "0000"}, {"province", "6", 6, "0000"}, {"city", "6", 6, "00"},
        {"county", "6", 6, ""},    {"town", "9", 9, ""},         {"village", "12", 12, ""},
    };
    if (!record->values[DIVISION_CODE].present) return;
    Str code = record->values[DIVISION_CODE].text, level = record->values[DIVISION_LEVEL].text;
    for (size_t i = 0; i < COUNT_OF(LEVELS); i++) {
        if (!str_is(level, LEVELS[i].level)) continue;
        bool digits = code.n == LEVELS[i].length;
        for (size_t k = 0; k < code.n && digits; k++) digits = code.p[k] >= '0' && code.p[k] <= '9';
        if (!digits) {
            issue_error(context->issues, DIVISION_CODE, ISSUE_LENGTH, &TEXT_DIVISION, code,
                        str_of(LEVELS[i].digits));
        } else if (!str_ends(code, str_of(LEVELS[i].tail))) {
            issue_error(context->issues, DIVISION_CODE, ISSUE_MISMATCH, &TEXT_DIVISION_TAIL, code,
                        level);
        }
    }
}
