/*
 * Checks of the datasets code, division and organ, named in their definitions.
 */
#pragma once

#include "kernel/dataset/rules.h"

void check_code_identifier(const RuleContext *context, const Record *record); /* id is LIST:CODE */
void check_division_code(const RuleContext *context, const Record *record);   /* digits and their number fit the level */
void check_organ_identifier(const RuleContext *context, const Record *record); /* a-z 0-9 _ */
void check_validity(const RuleContext *context, const Record *record);        /* valid_from before valid_to */
