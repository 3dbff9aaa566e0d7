/* Whoever changes a row with a plain SQLite is found out: every kind of change, in every table. */
#include "kernel/dataset/dataset_fixture.h"

const CheckRule CHECK_RULES[] = {{{NULL, 0}, NULL}};
const ReaderRule READER_RULES[] = {{{NULL, 0}, NULL}};

static Kit *kit;

/* Three records; A1 has three versions and three organs, one of them held. */
static int set_up(void **state)
{
    (void)state;
    kit = kit_open(&THING_MODEL);
    static const struct {
        const char *organ;
        KitCell cells[5];
    } SAID[] = {
        {"registry", {{"code", "A1"}, {"name", "牡丹"}, {"place", "老城"}, {"amount", "1"}}},
        {"registry", {{"code", "B2"}, {"name", "洛水"}, {"phone", "63930001"}}},
        {"tax", {{"code", "A1"}, {"name", "牡丹"}, {"place", "西工"}}},
        {"registry", {{"code", "A1"}, {"amount", "2"}, {"staff", "5"}}},
        {"police", {{"code", "A1"}, {"name", "他名"}, {"place", "涧西"}}},
        {"statistics", {{"code", "C3"}, {"name", "龙门"}, {"lit", "true"}}},
        {"tax", {{"code", "A1"}, {"place", "涧西"}}},
    };
    for (size_t i = 0; i < COUNT_OF(SAID); i++) kit_say(kit, "thing", SAID[i].organ, SAID[i].cells);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kit_close(kit);
    return 0;
}

static Err verify(Buf *why, int64_t *bad)
{
    StoreReader *reader = store_read(kit->store);
    *bad = -1;
    Err err = dataset_verify(store_reader_sql(reader), THING, bad, why);
    store_read_end(reader);
    return err;
}

static void an_untouched_store_passes(void **state)
{
    (void)state;
    Buf why = buf_new(1000);
    int64_t bad;
    Err err = verify(&why, &bad);
    if (err != ERR_OK) fail_msg(STR_FMT, STR_ARG(buf_str(&why)));
    kit_tamper(kit,
               "ANALYZE; DROP TABLE sqlite_stat1;"); /* and so it does when closed and opened */
    assert_int_equal(verify(&why, &bad), ERR_OK);
    buf_free(&why);
}

/* The entry that must be named where it is certain; -1 where several come in question. */
static const struct {
    const char *script;
    int64_t bad;
} TAMPERED[] = {
    {"UPDATE thing SET place = '孟津' WHERE code = 'A1'", 6},
    {"UPDATE thing SET amount = 201 WHERE code = 'A1'", 6},
    {"UPDATE thing SET phone = NULL WHERE code = 'B2'", 1},
    {"UPDATE thing SET code = 'B9' WHERE code = 'B2'", 1},
    {"UPDATE thing SET since_index = since_index - 1 WHERE code = 'A1'", -1},
    {"UPDATE thing SET since_index = 4 WHERE code = 'C3'", -1},
    {"DELETE FROM thing WHERE code = 'B2'", 1},
    {"INSERT INTO thing (record_id, since_index, code, name) VALUES (99, 1, 'Z9', '无中生有')", 1},
    {"UPDATE thing SET record_id = 50 WHERE code = 'B2'", -1},
    {"UPDATE thing_history SET place = '孟津' WHERE since_index = 2", 2},
    {"UPDATE thing_history SET until_index = until_index + 1 WHERE since_index = 0", 0},
    {"UPDATE thing_history SET since_index = since_index + 1 WHERE since_index = 0", -1},
    {"DELETE FROM thing_history WHERE since_index = 0", -1},
    {"DELETE FROM thing_history WHERE since_index = 2", -1},
    {"DELETE FROM thing_history", -1},
    {"INSERT INTO thing_history (record_id, since_index, until_index, code, name, phone)"
     " VALUES (2, 0, 1, 'B2', '洛水', '63930001')",
     -1},
    {"INSERT INTO thing_history SELECT record_id, since_index + 1, until_index, code, name, place,"
     " amount, opened, staff, lit, phone FROM thing_history WHERE since_index = 0",
     -1},
    {"UPDATE thing_source SET place = '孟津' WHERE source_organ = 'tax'", 6},
    {"UPDATE thing_source SET name = '他名' WHERE source_organ = 'tax'", 6},
    {"UPDATE thing_source SET place = NULL WHERE source_organ = 'police'", 4}, /* a held row too */
    {"UPDATE thing_source SET salt = x'00' WHERE source_organ = 'statistics'", 5},
    {"UPDATE thing_source SET source_organ = 'police' WHERE source_organ = 'statistics'", 5},
    {"UPDATE thing_source SET held = 1 WHERE source_organ = 'statistics'", 5},
    {"UPDATE thing_source SET held = 0 WHERE source_organ = 'police'", -1},
    {"UPDATE thing_source SET since_index = CASE since_index WHEN 1 THEN 5 WHEN 5 THEN 1 ELSE"
     " since_index END",
     1},
    {"DELETE FROM thing_source WHERE source_organ = 'statistics'", 5},
    {"DELETE FROM thing_source WHERE source_organ = 'police'", 4},
    {"DELETE FROM thing_source WHERE source_organ = 'statistics'; DELETE FROM thing WHERE code ="
     " 'C3'",
     5},
    {"INSERT INTO thing_source (record_id, source_organ, since_index, salt, held, code) VALUES"
     " (2, 'police', 1, x'01', 0, 'B2')",
     1},
    {"INSERT INTO thing_source (record_id, source_organ, since_index, salt, held, code) VALUES"
     " (2, 'police', 999, x'01', 1, 'B2')",
     999},
    {"UPDATE thing_source_history SET amount = 7", 0},
    {"UPDATE thing_source_history SET salt = x'00' WHERE since_index = 2", 2},
    {"UPDATE thing_source_history SET until_index = until_index + 1 WHERE since_index = 0", 0},
    {"DELETE FROM thing_source_history WHERE since_index = 0", 0},
    {"DELETE FROM thing_source_history", 0},
};

static void every_change_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(TAMPERED); i++) {
        Buf why = buf_new(1000);
        int64_t bad;
        kit_tamper(kit, TAMPERED[i].script);
        Err err = verify(&why, &bad);
        if (err != ERR_CONFLICT || why.n == 0)
            fail_msg("not found out: %s (%s)", TAMPERED[i].script, err_name(err));
        if (TAMPERED[i].bad >= 0 && bad != TAMPERED[i].bad)
            fail_msg("%s: names entry %lld: " STR_FMT, TAMPERED[i].script, (long long)bad,
                     STR_ARG(buf_str(&why)));
        assert_true(str_starts(buf_str(&why), STR("thing: ")));
        buf_free(&why);
        tear_down(NULL);
        set_up(NULL);
    }
}

/* An entry that speaks of this dataset but whose rows are not there, and the other way round. */
static void an_invented_entry_is_named(void **state)
{
    (void)state;
    Buf why = buf_new(1000);
    int64_t bad;
    kit_tamper(kit, "UPDATE thing_source SET since_index = since_index + 100");
    assert_int_equal(verify(&why, &bad), ERR_CONFLICT);
    buf_free(&why);
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(an_untouched_store_passes),
        RULE(every_change_is_named),
        RULE(an_invented_entry_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
