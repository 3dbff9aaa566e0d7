/* Amounts as registers write them. */
#include "base/entities/entities_testkit.h"

static void amounts_are_read_as_registers_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t cents;
        const char *currency; /* NULL: none */
    } READ[] = {
        {"3,676.5000(万元)", 3676500000, "CNY"},
        {"138万人民币", 138000000, "CNY"},
        {"600(万)", 600000000, "CNY"},
        {"20(万美元)", 20000000, "USD"},
        {"20万美元", 20000000, "USD"},
        {"50(万香港元)", 50000000, "HKD"},
        {"50(万人民币元)", 50000000, "CNY"},
        {"50万人民币元", 50000000, "CNY"},
        {"50(万元人民币)", 50000000, "CNY"},
        {"50万元人民币", 50000000, "CNY"},
        {"50万元", 50000000, "CNY"},
        {"50 万元", 50000000, "CNY"},
        {"５０（万元）", 50000000, "CNY"},
        {"人民币50万元", 50000000, "CNY"},
        {"1.5亿元", 15000000000, "CNY"},
        {"0(万元)", 0, "CNY"},
        {"0.0001万元", 100, "CNY"},
        {"3.141592万元", 3141592, "CNY"},
        {"100000元", 10000000, "CNY"},
        {"1000万日元", 1000000000, "JPY"},
        {"USD 200000", 20000000, "USD"},
        {"100,000", 10000000, NULL},
        {"500000", 50000000, NULL},
        {"500000.25", 50000025, NULL},
        {"0", 0, NULL},
        {"10.00", 1000, NULL},
        {"90000000000000", 9000000000000000, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(READ); i++) {
        parse("entity", (Given[FIELDS_GIVEN_MAX]){{"uscc", "91410300MA9A00010P"},
                                                  {"name", "某公司"},
                                                  {"registered_capital", READ[i].text}});
        expect(READ[i].text, "registered_capital", NO_ISSUE, false);
        assert_int_equal(record.values[ENTITY_REGISTERED_CAPITAL].number, READ[i].cents);
        const Value *currency = &record.values[ENTITY_CURRENCY];
        assert_int_equal(currency->present, READ[i].currency != NULL);
        if (READ[i].currency) assert_true(str_is(currency->text, READ[i].currency));
    }
}

static void amounts_that_cannot_be_read_exactly_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        IssueCode code;
    } REFUSED[] = {
        {"-5万元", ISSUE_RANGE},
        {"-0.01", ISSUE_RANGE},
        {"100000000000000000", ISSUE_RANGE},
        {"9223372036854775807", ISSUE_RANGE},
        {"99999999亿元", ISSUE_RANGE},
        {"1.234", ISSUE_TYPE},
        {"0.0000001万元", ISSUE_TYPE},
        {"若干", ISSUE_TYPE},
        {"五十万元", ISSUE_TYPE},
        {"50万吨", ISSUE_TYPE},
        {"万元", ISSUE_TYPE},
        {"50万 60万", ISSUE_TYPE},
        {"1,00万元", ISSUE_TYPE},
        {"1.2.3", ISSUE_TYPE},
        {"5-6万元", ISSUE_TYPE},
        {"50万万元", ISSUE_TYPE},
        {"50万人民币美元", ISSUE_TYPE},
        {"1e6", ISSUE_TYPE},
        {".", ISSUE_TYPE},
        {"5.", ISSUE_TYPE},
    };
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++) {
        parse("entity", (Given[FIELDS_GIVEN_MAX]){{"uscc", "91410300MA9A00010P"},
                                                  {"name", "某公司"},
                                                  {"registered_capital", REFUSED[i].text}});
        expect(REFUSED[i].text, "registered_capital", (int)REFUSED[i].code, false);
    }
}

static void text_without_value_leaves_the_amount_out(void **state)
{
    (void)state;
    static const char *const NONE[] = {"N/A", "-", "", "  "};
    for (size_t i = 0; i < COUNT_OF(NONE); i++) {
        parse("entity", (Given[FIELDS_GIVEN_MAX]){{"uscc", "91410300MA9A00010P"},
                                                  {"name", "某公司"},
                                                  {"registered_capital", NONE[i]}});
        expect(NONE[i], "registered_capital", NO_ISSUE, false);
        assert_false(record.values[ENTITY_REGISTERED_CAPITAL].present);
        assert_false(record.values[ENTITY_CURRENCY].present);
    }
}

static void currency_in_words_must_be_the_currency_given(void **state)
{
    (void)state;
    static const Case CASES[] = {
        {"same",
         {{"currency", "USD"}, {"registered_capital", "20万美元"}},
         "registered_capital",
         NO_ISSUE,
         false},
        {"words say none",
         {{"currency", "USD"}, {"registered_capital", "20万"}},
         "registered_capital",
         NO_ISSUE,
         false},
        {"another",
         {{"currency", "CNY"}, {"registered_capital", "20万美元"}},
         "registered_capital",
         ISSUE_MISMATCH,
         false},
        {"no currency",
         {{"currency", "XXX"}, {"registered_capital", "20"}},
         "currency",
         ISSUE_CODE_UNKNOWN,
         false},
        {"paid",
         {{"registered_capital", "20万美元"}, {"paid_in_capital", "10万美元"}},
         "paid_in_capital",
         NO_ISSUE,
         false},
        {"paid in another",
         {{"registered_capital", "20万美元"}, {"paid_in_capital", "10万港元"}},
         "paid_in_capital",
         ISSUE_MISMATCH,
         false},
        {"paid above",
         {{"registered_capital", "20万元"}, {"paid_in_capital", "30万元"}},
         "paid_in_capital",
         ISSUE_MISMATCH,
         true},
    };
    run_cases(CASES, COUNT_OF(CASES));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_read_as_registers_write_them),
        cmocka_unit_test(amounts_that_cannot_be_read_exactly_are_refused),
        cmocka_unit_test(text_without_value_leaves_the_amount_out),
        cmocka_unit_test(currency_in_words_must_be_the_currency_given),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
