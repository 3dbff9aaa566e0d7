/* Checks of the records that hang on an entity: branches, investors, reports, licences, penalties,
 * lists. */
#include "annual_report.gen.h"
#include "base/entities/checks.h"
#include "branch.gen.h"
#include "entity_change.gen.h"
#include "entity_insurance.gen.h"
#include "entity_licence.gen.h"
#include "entity_list.gen.h"
#include "entity_penalty.gen.h"
#include "investor.gen.h"
#include "lib/text.h"

static const Text TEXT_SELF = {"与所属单位的代码相同，请填它自己的代码",
                               "is the code of the entity itself; give its own"};
static const Text TEXT_PERSON = {
    "自然人股东没有统一社会信用代码，请改股东类型或删去代码",
    "a natural person has no unified social credit code; change the type or delete it"};
static const Text TEXT_PAID = {"实缴出资额大于认缴出资额，请核对",
                               "paid is above subscribed; check it"};
static const Text TEXT_YEAR = {"年度 {0} 晚于报送日期 {1}，请核对",
                               "the year {0} is after the day of filing {1}; check it"};
static const Text TEXT_YEAR_FUTURE = {"年度 {0} 尚未到来，请核对",
                                      "the year {0} has not come yet; check it"};
static const Text TEXT_FINE = {"处罚类别为罚款，但没有罚款金额，请补填",
                               "the penalty is a fine, but the amount is missing; add it"};
static const Text TEXT_REMOVAL = {"已移出名录，但没有移出原因，请补填",
                                  "was removed, but the reason is missing; add it"};

void check_branch(const RuleContext *context, const Record *record)
{
    const Value *uscc = &record->values[BRANCH_USCC], *own = &record->values[BRANCH_BRANCH_USCC];
    entity_uscc_known(context, BRANCH_USCC, uscc);
    entity_uscc_known(context, BRANCH_BRANCH_USCC, own);
    entity_date_order(context, record, BRANCH_ESTABLISHED_ON, BRANCH_CANCELLED_ON);
    if (own->present && str_eq(own->text, uscc->text)) {
        issue_error(context->issues, BRANCH_BRANCH_USCC, ISSUE_MISMATCH, &TEXT_SELF, STR_NONE,
                    STR_NONE);
    }
}

void check_investor(const RuleContext *context, const Record *record)
{
    const Value *values = record->values, *own = &values[INVESTOR_INVESTOR_USCC];
    const Value *paid = &values[INVESTOR_PAID], *subscribed = &values[INVESTOR_SUBSCRIBED];
    entity_uscc_known(context, INVESTOR_USCC, &values[INVESTOR_USCC]);
    entity_uscc_known(context, INVESTOR_INVESTOR_USCC, own);
    if (own->present && str_eq(own->text, values[INVESTOR_USCC].text)) {
        issue_error(context->issues, INVESTOR_INVESTOR_USCC, ISSUE_MISMATCH, &TEXT_SELF, STR_NONE,
                    STR_NONE);
    }
    if (own->present && str_is(values[INVESTOR_INVESTOR_TYPE].text, "natural_person")) {
        issue_error(context->issues, INVESTOR_INVESTOR_USCC, ISSUE_MISMATCH, &TEXT_PERSON, STR_NONE,
                    STR_NONE);
    }
    if (paid->present && subscribed->present && paid->number > subscribed->number) {
        issue_warning(context->issues, INVESTOR_PAID, ISSUE_MISMATCH, &TEXT_PAID, STR_NONE,
                      STR_NONE);
    }
}

static int year_of(int64_t day)
{
    int year, month, date;
    day_parts((int32_t)day, &year, &month, &date);
    return year;
}

void check_annual_report(const RuleContext *context, const Record *record)
{
    const Value *year = &record->values[ANNUAL_REPORT_YEAR],
                *filed = &record->values[ANNUAL_REPORT_FILED_ON];
    entity_uscc_known(context, ANNUAL_REPORT_USCC, &record->values[ANNUAL_REPORT_USCC]);
    if (!year->present) return;
    Str text = arena_printf(context->arena, "%d", (int)year->number);
    if (year->number > year_of(context->today)) {
        issue_error(context->issues, ANNUAL_REPORT_YEAR, ISSUE_RANGE, &TEXT_YEAR_FUTURE, text,
                    STR_NONE);
    } else if (filed->present && year->number > year_of(filed->number)) {
        issue_error(context->issues, ANNUAL_REPORT_YEAR, ISSUE_MISMATCH, &TEXT_YEAR, text,
                    filed->text);
    }
}

void check_entity_change(const RuleContext *context, const Record *record)
{
    entity_uscc_known(context, ENTITY_CHANGE_USCC, &record->values[ENTITY_CHANGE_USCC]);
}

void check_entity_insurance(const RuleContext *context, const Record *record)
{
    entity_uscc_known(context, ENTITY_INSURANCE_USCC, &record->values[ENTITY_INSURANCE_USCC]);
    entity_date_order(context, record, ENTITY_INSURANCE_SINCE, ENTITY_INSURANCE_ENDED_ON);
}

void check_entity_licence(const RuleContext *context, const Record *record)
{
    entity_uscc_known(context, ENTITY_LICENCE_USCC, &record->values[ENTITY_LICENCE_USCC]);
    entity_date_order(context, record, ENTITY_LICENCE_VALID_FROM, ENTITY_LICENCE_VALID_TO);
    entity_date_order(context, record, ENTITY_LICENCE_DECIDED_ON, ENTITY_LICENCE_VALID_TO);
}

void check_entity_penalty(const RuleContext *context, const Record *record)
{
    const Value *values = record->values, *fine = &values[ENTITY_PENALTY_FINE];
    entity_uscc_known(context, ENTITY_PENALTY_USCC, &values[ENTITY_PENALTY_USCC]);
    entity_date_order(context, record, ENTITY_PENALTY_DECIDED_ON, ENTITY_PENALTY_VALID_TO);
    entity_date_order(context, record, ENTITY_PENALTY_DECIDED_ON, ENTITY_PENALTY_DISCLOSED_TO);
    if (str_is(values[ENTITY_PENALTY_PENALTY_CLASS].text, "fine") &&
        (!fine->present || fine->number == 0)) {
        issue_warning(context->issues, ENTITY_PENALTY_FINE, ISSUE_REQUIRED, &TEXT_FINE, STR_NONE,
                      STR_NONE);
    }
}

void check_entity_list(const RuleContext *context, const Record *record)
{
    const Value *values = record->values;
    entity_uscc_known(context, ENTITY_LIST_USCC, &values[ENTITY_LIST_USCC]);
    entity_date_order(context, record, ENTITY_LIST_LISTED_ON, ENTITY_LIST_REMOVED_ON);
    if (values[ENTITY_LIST_REMOVED_ON].present && !values[ENTITY_LIST_REMOVAL_REASON].present) {
        issue_warning(context->issues, ENTITY_LIST_REMOVAL_REASON, ISSUE_REQUIRED, &TEXT_REMOVAL,
                      STR_NONE, STR_NONE);
    }
}
