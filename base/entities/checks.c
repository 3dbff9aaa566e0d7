/* Checks of a legal entity; requirements: GB 32100-2015, GB 11714, GS 15-2006. */
#include "base/entities/checks.h"

#include "entity.gen.h"
#include "kernel/numbers/checkdigit.h"

static const Text TEXT_PAIR = {
    "第1—2位“{0}”这一登记部门和机构类别不在代码表 uscc_dept_category 中，请向登记机关核实",
    "the registering department and category “{0}” (positions 1-2) are not in the list "
    "uscc_dept_category;"
    " ask the registering authority"};
static const Text TEXT_DIVISION = {
    "第3—8位“{0}”不是现行或曾用的行政区划代码，请核对代码",
    "positions 3-8, “{0}”, are not a present or former division code; check the code"};
static const Text TEXT_ORGANISATION = {
    "与统一社会信用代码第9—17位“{0}”不一致，请改正其中之一",
    "differs from positions 9-17 of the unified social credit code, “{0}”; correct one of them"};
static const Text TEXT_REGISTRATION_LENGTH = {
    "注册号“{0}”应为 15 位或 13 位数字", "the registration number “{0}” must have 15 or 13 digits"};
static const Text TEXT_REGISTRATION_CHECK = {
    "注册号“{0}”的校验位不对，请核对",
    "the check digit of the registration number “{0}” is wrong; check it"};
static const Text TEXT_REGISTRATION_FORM = {
    "注册号“{0}”应为数字，或“企合豫洛总字第000001号”这样的旧号",
    "the registration number “{0}” must be digits, or an old number with “字第”"};
static const Text TEXT_CANCELLED_WITHOUT_DAY = {"状态为注销，但没有注销日期，请补填",
                                                "is cancelled, but the day is missing; add it"};
static const Text TEXT_REVOKED_WITHOUT_DAY = {
    "状态为吊销，但没有吊销日期，请补填", "the licence is revoked, but the day is missing; add it"};
static const Text TEXT_DAY_OF_OTHER_STATUS = {
    "填了注销日期 {0}，但状态不是注销，请核对",
    "has the cancellation day {0}, but is not cancelled; check which is right"};
static const Text TEXT_TERM_OVER = {
    "营业期限已于 {0} 届满，状态仍为存续，请核对",
    "the operating term ended on {0}, yet the entity is active; check it"};
static const Text TEXT_PAID_ABOVE = {
    "实收资本大于注册资本，请核对",
    "the paid-in capital is above the registered capital; check it"};

static const Text TEXT_DATE_ORDER = {"{1} 早于 {0}，两个日期的先后不对，请核对",
                                     "{1} is before {0}; check the order of the two days"};

void entity_uscc_known(const RuleContext *context, int field, const Value *value)
{
    if (!value->present || uscc_check(value->text) != NUMBER_VALID) return;
    Str pair = str_slice(value->text, 0, 2), division = str_slice(value->text, 2, 8);
    if (codes_find(context->codes, STR("uscc_dept_category"), pair) == NULL) {
        issue_warning(context->issues, field, ISSUE_CODE_UNKNOWN, &TEXT_PAIR, pair, STR_NONE);
    }
    if (codes_division(context->codes, division) == NULL) {
        issue_error(context->issues, field, ISSUE_CODE_UNKNOWN, &TEXT_DIVISION, division, STR_NONE);
    }
}

void check_entity_uscc(const RuleContext *context, const Record *record)
{
    entity_uscc_known(context, ENTITY_USCC, &record->values[ENTITY_USCC]);
}

void check_entity_organisation_code(const RuleContext *context, const Record *record)
{
    const Value *uscc = &record->values[ENTITY_USCC],
                *code = &record->values[ENTITY_ORGANISATION_CODE];
    if (!code->present || !uscc->present || uscc_check(uscc->text) != NUMBER_VALID) return;
    Str embedded = str_slice(uscc->text, 8, 17);
    if (str_eq(code->text, embedded)) return;
    issue_error(context->issues, ENTITY_ORGANISATION_CODE, ISSUE_MISMATCH, &TEXT_ORGANISATION,
                embedded, STR_NONE);
}

static bool all_digits(Str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9') return false;
    }
    return text.n > 0;
}

/* 15 digits with a check digit (GS 15-2006); 13 digits before; foreign-funded ones had a name. */
void check_entity_registration_number(const RuleContext *context, const Record *record)
{
    const Value *value = &record->values[ENTITY_REGISTRATION_NUMBER];
    if (!value->present) return;
    const Text *text = NULL;
    IssueCode code = ISSUE_TYPE;
    if (!all_digits(value->text)) {
        if (str_find(value->text, STR("字第")) < 0) text = &TEXT_REGISTRATION_FORM;
    } else if (value->text.n != 15 && value->text.n != 13) {
        text = &TEXT_REGISTRATION_LENGTH;
        code = ISSUE_LENGTH;
    } else if (value->text.n == 15 && reg15_check(value->text) != NUMBER_VALID) {
        text = &TEXT_REGISTRATION_CHECK;
        code = ISSUE_CHECK_DIGIT;
    }
    if (text)
        issue_error(context->issues, ENTITY_REGISTRATION_NUMBER, code, text, value->text, STR_NONE);
}

void entity_date_order(const RuleContext *context, const Record *record, int earlier, int later)
{
    const Value *first = &record->values[earlier], *second = &record->values[later];
    if (!first->present || !second->present || second->number >= first->number) return;
    issue_error(context->issues, later, ISSUE_MISMATCH, &TEXT_DATE_ORDER, first->text,
                second->text);
}

void check_entity_dates(const RuleContext *context, const Record *record)
{
    static const int ORDER[][2] = {
        {ENTITY_ESTABLISHED_ON, ENTITY_APPROVED_ON},  {ENTITY_ESTABLISHED_ON, ENTITY_CANCELLED_ON},
        {ENTITY_ESTABLISHED_ON, ENTITY_REVOKED_ON},   {ENTITY_ESTABLISHED_ON, ENTITY_OPERATING_TO},
        {ENTITY_OPERATING_FROM, ENTITY_OPERATING_TO},
    };
    for (size_t i = 0; i < COUNT_OF(ORDER); i++)
        entity_date_order(context, record, ORDER[i][0], ORDER[i][1]);
}

/* Warnings only: an organ may know the one and not the other. */
void check_entity_status(const RuleContext *context, const Record *record)
{
    const Value *status = &record->values[ENTITY_STATUS],
                *cancelled = &record->values[ENTITY_CANCELLED_ON];
    const Value *to = &record->values[ENTITY_OPERATING_TO];
    if (!status->present) return;
    bool is_cancelled = str_is(status->text, "cancelled");
    Issues *issues = context->issues;
    if (is_cancelled && !cancelled->present) {
        issue_warning(issues, ENTITY_CANCELLED_ON, ISSUE_REQUIRED, &TEXT_CANCELLED_WITHOUT_DAY,
                      STR_NONE, STR_NONE);
    }
    if (str_is(status->text, "revoked") && !record->values[ENTITY_REVOKED_ON].present) {
        issue_warning(issues, ENTITY_REVOKED_ON, ISSUE_REQUIRED, &TEXT_REVOKED_WITHOUT_DAY,
                      STR_NONE, STR_NONE);
    }
    if (cancelled->present && !is_cancelled) {
        issue_warning(issues, ENTITY_STATUS, ISSUE_MISMATCH, &TEXT_DAY_OF_OTHER_STATUS,
                      cancelled->text, STR_NONE);
    }
    if (str_is(status->text, "active") && to->present && to->number < context->today) {
        issue_warning(issues, ENTITY_OPERATING_TO, ISSUE_RANGE, &TEXT_TERM_OVER, to->text,
                      STR_NONE);
    }
}

void check_entity_capital(const RuleContext *context, const Record *record)
{
    const Value *registered = &record->values[ENTITY_REGISTERED_CAPITAL];
    const Value *paid = &record->values[ENTITY_PAID_IN_CAPITAL];
    if (!registered->present || !paid->present || paid->number <= registered->number) return;
    issue_warning(context->issues, ENTITY_PAID_IN_CAPITAL, ISSUE_MISMATCH, &TEXT_PAID_ABOVE,
                  STR_NONE, STR_NONE);
}
