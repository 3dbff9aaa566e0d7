/*
 * What the checks of the entities and of the records that hang on them share.
 */
#pragma once

#include "kernel/dataset/rules.h"

/* The parts of a valid USCC that data decides: department and category (a warning: the list has
 * gaps), division (an error; former ones are known). An absent or wrong code is left to the typed
 * parse. */
void entity_uscc_known(const RuleContext *context, int field, const Value *value);

/* Both days given and the later field before the earlier one: mismatch at the later field. */
void entity_date_order(const RuleContext *context, const Record *record, int earlier, int later);
