/*
 * Check digits of the numbers the whole city uses. Each function takes text that is already
 * normalised (half-width, upper case) and says what is wrong, or NUMBER_VALID.
 * Sources: GB 11643-1999 (ISO 7064 MOD 11-2), GB 11714-1997, GB 32100-2015 (MOD 31), GS 15-2006;
 * foreigners' permanent residence: 新版外国人永久居留身份证机读信息规则 of the National Immigration
 * Administration, 2023.
 */
#pragma once

#include "lib/base.h"

typedef enum NumberFault {
    NUMBER_VALID,
    NUMBER_LENGTH,
    NUMBER_CHARACTER,
    NUMBER_CHECK,          /* the check digit */
    NUMBER_EMBEDDED_CHECK, /* USCC: the organisation code in positions 9-17 */
    NUMBER_DATE,           /* ID: no such day */
    NUMBER_DATE_FUTURE,
    NUMBER_PROVINCE,   /* ID: province prefix that never existed */
    NUMBER_CENTENARIAN, /* ID of 15 digits: kept for people born before 1900, has no 18 digits */
    NUMBER_DEPARTMENT, /* USCC: registering department that is not in the standard */
} NumberFault;

const char *number_fault_text(NumberFault fault, bool zh);

NumberFault id18_check(Str id, int32_t today);
NumberFault id15_check(Str id, int32_t today);
/* Inserts 19, appends the check digit; for numbers that id15_check() found valid. */
void id15_upgrade(Str id15, char id18[18]);
/* Foreigners' permanent residence (外国人永久居留身份证), since 2023-12: 9, province of issue (2),
 * nationality (3, ISO 3166-1 numeric, not looked up), day of birth (8), order (3), check digit. */
NumberFault id_foreign_check(Str id, int32_t today);
/* Either of the two, by the first digit. */
NumberFault person_id_check(Str id, int32_t today);
NumberFault uscc_check(Str uscc);           /* structure, department, both check digits */
NumberFault org9_check(Str code);           /* with or without the hyphen */
NumberFault reg15_check(Str number);
char uscc_check_char(Str body17);
char org9_check_char(Str body8);
char id18_check_char(Str body17);
