/* What a definition may change without touching what was stored. */
#include "kernel/dataset/dataset_fixture.h"

const CheckRule CHECK_RULES[] = {{{NULL, 0}, NULL}};
const ReaderRule READER_RULES[] = {{{NULL, 0}, NULL}};

/* The same fields with their lines in another order. */
static void a_leaf_does_not_depend_on_the_order_of_the_fields(void **state)
{
    (void)state;
    Field fields[THING_FIELDS];
    Value values[THING_FIELDS] = {0}, turned[THING_FIELDS] = {0};
    values[T_CODE] = (Value){.present = true, .text = STR("A1")};
    values[T_NAME] = (Value){.present = true, .text = STR("灯")};
    values[T_STAFF] = (Value){.present = true, .number = 12};
    for (int i = 0; i < THING_FIELDS; i++) {
        fields[i] = THING_FIELD_LIST[THING_FIELDS - 1 - i];
        turned[i] = values[THING_FIELDS - 1 - i];
    }
    Dataset other = *THING;
    other.fields = fields;
    other.key = THING_FIELDS - 1 - T_CODE;
    Record a = {THING, values}, b = {&other, turned};
    Digest one = contribution_leaf(THING, 1, STR("tax"), STR("salt"), &a);
    Digest two = contribution_leaf(&other, 1, STR("tax"), STR("salt"), &b);
    assert_memory_equal(&one, &two, sizeof one);
}

static void fields_are_ordered_by_their_ids(void **state)
{
    (void)state;
    const int *by_id = dataset_sql(THING)->by_id;
    for (int i = 1; i < THING_FIELDS; i++)
        assert_true(str_cmp(THING->fields[by_id[i - 1]].id, THING->fields[by_id[i]].id) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leaf_does_not_depend_on_the_order_of_the_fields),
        cmocka_unit_test(fields_are_ordered_by_their_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
