#include "kernel/codes/code_checks.h"

static const Text TEXT_IDENTIFIER = {"标识应为“{0}”，即代码表、冒号、代码值", "the identifier must be “{0}”: list, colon, code"};
static const Text TEXT_PERIOD = {"停用日期 {1} 应晚于启用日期 {0}", "valid to {1} must be after valid from {0}"};
static const Text TEXT_ORGAN = {"机关标识“{0}”只能用英文小写字母、数字和下划线，并以字母开头",
                                "the organ “{0}” must be lower-case letters, digits and _, starting with a letter"};
static const Text TEXT_DIVISION = {"区划代码“{0}”应为 {1} 位数字（与级别相符）",
                                   "the division code “{0}” must have {1} digits, as its level has"};
static const Text TEXT_DIVISION_TAIL = {"{1}级的区划代码“{0}”末尾应为零", "the code “{0}” of level {1} must end in zeros"};

/* Field by name: the kernel includes nothing that is made from the definitions. */
static const Value *value_of(const Record *record, const char *id, int *field)
{
    static const Value ABSENT;
    *field = model_field(record->dataset, str_of(id));
    return *field < 0 ? &ABSENT : &record->values[*field];
}

void check_code_identifier(const RuleContext *context, const Record *record)
{
    int field, other;
    const Value *id = value_of(record, "id", &field);
    Str list = value_of(record, "list", &other)->text, code = value_of(record, "code", &other)->text;
    Str wanted = arena_printf(context->arena, STR_FMT ":" STR_FMT, STR_ARG(list), STR_ARG(code));
    if (id->present && !str_eq(id->text, wanted)) {
        issue_error(context->issues, field, ISSUE_MISMATCH, &TEXT_IDENTIFIER, wanted, STR_NONE);
    }
}

void check_validity(const RuleContext *context, const Record *record)
{
    int field, other;
    const Value *to = value_of(record, "valid_to", &field), *from = value_of(record, "valid_from", &other);
    if (to->present && from->present && to->number <= from->number) {
        issue_error(context->issues, field, ISSUE_MISMATCH, &TEXT_PERIOD, from->text, to->text);
    }
}

void check_organ_identifier(const RuleContext *context, const Record *record)
{
    int field;
    Str organ = value_of(record, "organ", &field)->text;
    bool good = organ.n > 0 && organ.p[0] >= 'a' && organ.p[0] <= 'z';
    for (size_t i = 0; i < organ.n && good; i++) {
        char c = organ.p[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
    if (!good) issue_error(context->issues, field, ISSUE_TYPE, &TEXT_ORGAN, organ, STR_NONE);
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
    int field, other;
    Str code = value_of(record, "code", &field)->text, level = value_of(record, "level", &other)->text;
    for (size_t i = 0; i < COUNT_OF(LEVELS); i++) {
        if (!str_is(level, LEVELS[i].level)) continue;
        bool digits = code.n == LEVELS[i].length;
        for (size_t k = 0; k < code.n && digits; k++) digits = code.p[k] >= '0' && code.p[k] <= '9';
        if (!digits) {
            issue_error(context->issues, field, ISSUE_LENGTH, &TEXT_DIVISION, code, str_of(LEVELS[i].digits));
        } else if (!str_ends(code, str_of(LEVELS[i].tail))) {
            issue_error(context->issues, field, ISSUE_MISMATCH, &TEXT_DIVISION_TAIL, code, level);
        }
    }
}
