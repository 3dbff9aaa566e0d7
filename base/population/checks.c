/* Checks of persons and of what organs know of them. Those that need no field of one dataset, so
 * that a topic extension is one file: citizen_numbers, after_birth, period. */
#include "adoption.gen.h"
#include "base/population/numbers.h"
#include "birth.gen.h"
#include "codes.gen.h"
#include "household.gen.h"
#include "kernel/dataset/rules.h"
#include "lib/text.h"
#include "marriage.gen.h"
#include "move.gen.h"
#include "person.gen.h"

enum { AGE_UNLIKELY = 120, WOMAN_MARRIES_FROM = 20, MAN_MARRIES_FROM = 22 };

static const Text TEXT_DIVISION = {
    "前 6 位“{0}”不是现行或曾用的行政区划代码，请核对号码",
    "the first six digits, “{0}”, are not a present or former division code; check the number"};
static const Text TEXT_BIRTH = {"与公民身份号码第 7—14 位的出生日期 {0} 不一致，请改正其中之一",
                                "differs from the day of birth in the identity number, {0}; "
                                "correct one of them"};
static const Text TEXT_SEX_MALE = {
    "与公民身份号码不一致：第 17 位是奇数，为男性，请改正其中之一",
    "does not agree with the identity number: its 17th digit is odd, which is male; correct one"};
static const Text TEXT_SEX_FEMALE = {
    "与公民身份号码不一致：第 17 位是偶数，为女性，请改正其中之一",
    "does not agree with the identity number: its 17th digit is even, which is female; correct "
    "one"};
static const Text TEXT_AGE = {"按号码已 {0} 岁，请核实是否健在",
                              "is {0} years old by the number; check that the person lives"};
static const Text TEXT_STATUS_DATE = {"人员状态不是正常，但没有状态日期，请补填",
                                      "the status is not normal, but its day is missing; add it"};
static const Text TEXT_BEFORE_BIRTH = {"{0} 早于本人出生日期 {1}，请核对",
                                       "{0} is before the person's day of birth {1}; check it"};
static const Text TEXT_ORDER = {"{1} 早于 {0}，两个日期的先后不对，请核对",
                                "{1} is before {0}; check the order of the two days"};
static const Text TEXT_HOUSEHOLD = {"填了与户主关系，但没有户号，请补填",
                                    "the relation to the head is given, but the household number "
                                    "is missing; add it"};
static const Text TEXT_SON = {"与户主关系为子，性别却为女，请核对",
                              "is a son of the head, yet female; check it"};
static const Text TEXT_DAUGHTER = {"与户主关系为女，性别却为男，请核对",
                                   "is a daughter of the head, yet male; check it"};
static const Text TEXT_SPOUSE = {"与户主关系为配偶，婚姻状况却为未婚，请核对",
                                 "is the head's spouse, yet never married; check it"};
static const Text TEXT_SELF = {"两个号码相同，请核对", "both numbers are the same; check them"};
static const Text TEXT_HUSBAND = {"男方号码第 17 位是偶数，为女性，请核对",
                                  "the husband's number has an even 17th digit, which is female; "
                                  "check it"};
static const Text TEXT_WIFE = {"女方号码第 17 位是奇数，为男性，请核对",
                               "the wife's number has an odd 17th digit, which is male; check it"};
static const Text TEXT_MARRIED_YOUNG = {
    "登记时 {0} 岁，未到法定婚龄，请核对",
    "was {0} years old at the registration, below the age of marriage; check it"};
static const Text TEXT_MOVE_TO = {"迁入没有填迁入地，请补填",
                                  "moved in, but where to is missing; add it"};
static const Text TEXT_MOVE_FROM = {"迁出没有填迁出地，请补填",
                                    "moved out, but where from is missing; add it"};

static Str number_text(const RuleContext *context, int number)
{
    return arena_printf(context->arena, "%d", number);
}

static Str day_written(const RuleContext *context, int32_t day)
{
    int year, month, date;
    day_parts(day, &year, &month, &date);
    return arena_printf(context->arena, "%04d-%02d-%02d", year, month, date);
}

/* ---- of any dataset ---- */

/* Residents of Hong Kong, Macao and Taiwan have a prefix that is no division of GB/T 2260. */
static bool prefix_known(const Codes *codes, Str division)
{
    return str_is(division, "830000") || codes_division(codes, division) != NULL;
}

void check_citizen_numbers(const RuleContext *context, const Record *record)
{
    for (int i = 0; i < record->dataset->field_count; i++) {
        const Value *value = &record->values[i];
        if (record->dataset->fields[i].type != FIELD_CITIZEN_ID || !value->present) continue;
        NumberFacts facts = number_facts(value->text);
        if (facts.foreign || prefix_known(context->codes, facts.division)) continue;
        issue_error(context->issues, i, ISSUE_CODE_UNKNOWN, &TEXT_DIVISION, facts.division,
                    STR_NONE);
    }
}

/* No day is before the birth of the person in id_number. */
void check_after_birth(const RuleContext *context, const Record *record)
{
    int number = model_field(record->dataset, STR("id_number"));
    if (number < 0 || !record->values[number].present) return;
    int32_t birth = number_facts(record->values[number].text).birth;
    for (int i = 0; i < record->dataset->field_count; i++) {
        const Value *value = &record->values[i];
        if (record->dataset->fields[i].type != FIELD_DATE || !value->present ||
            value->number >= birth)
            continue;
        issue_error(context->issues, i, ISSUE_MISMATCH, &TEXT_BEFORE_BIRTH, value->text,
                    day_written(context, birth));
    }
}

/* The two days of a period, by the names that such fields have. */
void check_period(const RuleContext *context, const Record *record)
{
    static const char *const PERIODS[][2] = {
        {"since", "ended_on"},      {"from_date", "to_date"},    {"entered_on", "left_on"},
        {"opened_on", "closed_on"}, {"appointed_on", "left_on"}, {"registered_on", "dissolved_on"},
    };
    for (size_t i = 0; i < COUNT_OF(PERIODS); i++) {
        int from = model_field(record->dataset, str_of(PERIODS[i][0]));
        int to = model_field(record->dataset, str_of(PERIODS[i][1]));
        if (from < 0 || to < 0) continue;
        const Value *first = &record->values[from], *last = &record->values[to];
        if (!first->present || !last->present || last->number >= first->number) continue;
        issue_error(context->issues, to, ISSUE_MISMATCH, &TEXT_ORDER, first->text, last->text);
    }
}

/* ---- persons ---- */

static bool person_number(const Record *record, NumberFacts *facts)
{
    const Value *value = &record->values[PERSON_ID_NUMBER];
    if (value->present) *facts = number_facts(value->text);
    return value->present;
}

static void birth_agrees(const RuleContext *context, const NumberFacts *facts, int field,
                         const Value *value)
{
    if (!value->present || value->number == facts->birth) return;
    issue_error(context->issues, field, ISSUE_MISMATCH, &TEXT_BIRTH,
                day_written(context, facts->birth), STR_NONE);
}

/* 0 (unknown) and 9 (not stated) contradict nothing. */
static void sex_agrees(const RuleContext *context, const NumberFacts *facts, int field,
                       const Value *value)
{
    if (!value->present || facts->foreign) return;
    if (facts->male && str_is(value->text, "2")) {
        issue_error(context->issues, field, ISSUE_MISMATCH, &TEXT_SEX_MALE, STR_NONE, STR_NONE);
    } else if (!facts->male && str_is(value->text, "1")) {
        issue_error(context->issues, field, ISSUE_MISMATCH, &TEXT_SEX_FEMALE, STR_NONE, STR_NONE);
    }
}

void check_person_birth(const RuleContext *context, const Record *record)
{
    NumberFacts facts;
    if (person_number(record, &facts))
        birth_agrees(context, &facts, PERSON_BIRTH_DATE, &record->values[PERSON_BIRTH_DATE]);
}

void check_person_sex(const RuleContext *context, const Record *record)
{
    NumberFacts facts;
    if (person_number(record, &facts))
        sex_agrees(context, &facts, PERSON_SEX, &record->values[PERSON_SEX]);
}

/* At death, where the day is known; else today. */
void check_person_age(const RuleContext *context, const Record *record)
{
    NumberFacts facts;
    const Value *status = &record->values[PERSON_STATUS], *on = &record->values[PERSON_STATUS_DATE];
    if (!person_number(record, &facts)) return;
    bool dead = status->present && str_is(status->text, "dead") && on->present;
    int age = age_on(facts.birth, dead ? (int32_t)on->number : context->today);
    if (age <= AGE_UNLIKELY) return;
    issue_warning(context->issues, PERSON_ID_NUMBER, ISSUE_RANGE, &TEXT_AGE,
                  number_text(context, age), STR_NONE);
}

/* A value that could not be read is absent here, and not missing. */
static bool told(const RuleContext *context, int field)
{
    for (int i = 0; i < context->issues->count; i++) {
        if (context->issues->items[i].field == field) return true;
    }
    return false;
}

void check_person_status(const RuleContext *context, const Record *record)
{
    NumberFacts facts;
    const Value *status = &record->values[PERSON_STATUS], *on = &record->values[PERSON_STATUS_DATE];
    if (status->present && !str_is(status->text, "normal") && !on->present &&
        !told(context, PERSON_STATUS_DATE)) {
        issue_error(context->issues, PERSON_STATUS_DATE, ISSUE_REQUIRED, &TEXT_STATUS_DATE,
                    STR_NONE, STR_NONE);
    }
    if (on->present && person_number(record, &facts) && on->number < facts.birth) {
        issue_error(context->issues, PERSON_STATUS_DATE, ISSUE_MISMATCH, &TEXT_BEFORE_BIRTH,
                    on->text, day_written(context, facts.birth));
    }
}

/* Warnings: an organ may know the one and not the other. */
void check_person_household(const RuleContext *context, const Record *record)
{
    const Value *values = record->values, *relation = &values[PERSON_RELATION];
    const Value *sex = &values[PERSON_SEX], *marital = &values[PERSON_MARITAL];
    Issues *issues = context->issues;
    if (!relation->present) return;
    if (!values[PERSON_HOUSEHOLD_NO].present) {
        issue_warning(issues, PERSON_HOUSEHOLD_NO, ISSUE_REQUIRED, &TEXT_HOUSEHOLD, STR_NONE,
                      STR_NONE);
    }
    if (str_is(relation->text, "2") && str_is(sex->text, "2")) {
        issue_warning(issues, PERSON_RELATION, ISSUE_MISMATCH, &TEXT_SON, STR_NONE, STR_NONE);
    } else if (str_is(relation->text, "3") && str_is(sex->text, "1")) {
        issue_warning(issues, PERSON_RELATION, ISSUE_MISMATCH, &TEXT_DAUGHTER, STR_NONE, STR_NONE);
    } else if (str_is(relation->text, "1") && str_is(marital->text, "10")) {
        issue_warning(issues, PERSON_MARITAL, ISSUE_MISMATCH, &TEXT_SPOUSE, STR_NONE, STR_NONE);
    }
}

/* ---- births, marriages, adoptions, moves ---- */

void check_birth(const RuleContext *context, const Record *record)
{
    const Value *values = record->values, *number = &values[BIRTH_ID_NUMBER];
    if (!number->present) return;
    NumberFacts facts = number_facts(number->text);
    birth_agrees(context, &facts, BIRTH_BORN_ON, &values[BIRTH_BORN_ON]);
    sex_agrees(context, &facts, BIRTH_SEX, &values[BIRTH_SEX]);
}

static bool same_number(const Record *record, int one, int other)
{
    const Value *a = &record->values[one], *b = &record->values[other];
    return a->present && b->present && str_eq(a->text, b->text);
}

static void spouse_check(const RuleContext *context, const Record *record, int field, bool husband)
{
    const Value *value = &record->values[field], *on = &record->values[MARRIAGE_REGISTERED_ON];
    if (!value->present) return;
    NumberFacts facts = number_facts(value->text);
    if (!facts.foreign && facts.male != husband) {
        issue_error(context->issues, field, ISSUE_MISMATCH, husband ? &TEXT_HUSBAND : &TEXT_WIFE,
                    STR_NONE, STR_NONE);
    }
    if (!on->present) return;
    int age = age_on(facts.birth, (int32_t)on->number);
    if (age >= (husband ? MAN_MARRIES_FROM : WOMAN_MARRIES_FROM)) return;
    issue_warning(context->issues, field, ISSUE_RANGE, &TEXT_MARRIED_YOUNG,
                  number_text(context, age), STR_NONE);
}

/* Civil Code, article 1047: from 22 (men) and 20 (women); older registrations knew other ages. */
void check_marriage(const RuleContext *context, const Record *record)
{
    spouse_check(context, record, MARRIAGE_HUSBAND_ID, true);
    spouse_check(context, record, MARRIAGE_WIFE_ID, false);
}

void check_adoption(const RuleContext *context, const Record *record)
{
    static const int ADOPTERS[] = {ADOPTION_ADOPTER_ID, ADOPTION_SECOND_ADOPTER_ID};
    for (size_t i = 0; i < COUNT_OF(ADOPTERS); i++) {
        if (!same_number(record, ADOPTION_ID_NUMBER, ADOPTERS[i])) continue;
        issue_error(context->issues, ADOPTERS[i], ISSUE_MISMATCH, &TEXT_SELF, STR_NONE, STR_NONE);
    }
}

void check_move(const RuleContext *context, const Record *record)
{
    const Value *values = record->values, *kind = &values[MOVE_KIND];
    if (!kind->present) return;
    int code = move_kind_code_of(kind->text);
    if (code == MOVE_KIND_CODE_IN && !values[MOVE_TO_DIVISION].present) {
        issue_error(context->issues, MOVE_TO_DIVISION, ISSUE_REQUIRED, &TEXT_MOVE_TO, STR_NONE,
                    STR_NONE);
    } else if (code == MOVE_KIND_CODE_OUT && !values[MOVE_FROM_DIVISION].present) {
        issue_error(context->issues, MOVE_FROM_DIVISION, ISSUE_REQUIRED, &TEXT_MOVE_FROM, STR_NONE,
                    STR_NONE);
    }
}
