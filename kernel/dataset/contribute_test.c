/* The rules of contributing, one by one. fusion_agree_test holds them together at random. */
#include "kernel/dataset/dataset_fixture.h"

const CheckRule CHECK_RULES[] = {{{NULL, 0}, NULL}};
const ReaderRule READER_RULES[] = {{{NULL, 0}, NULL}};

static Kit *kit;

static KitSaid say(const char *organ, const char *name, const char *place, const char *amount)
{
    KitCell cells[5] = {{"code", "A1"}};
    int n = 1;
    if (name) cells[n++] = (KitCell){"name", name};
    if (place) cells[n++] = (KitCell){"place", place};
    if (amount) cells[n++] = (KitCell){"amount", amount};
    return kit_say(kit, "thing", organ, cells);
}

static Version get_at(int64_t as_of)
{
    Version version;
    StoreReader *reader = store_read(kit->store);
    Err err = dataset_get(store_reader_sql(reader), kit->arena, THING, STR("A1"), as_of, &version);
    store_read_end(reader);
    assert_int_equal(err, ERR_OK);
    return version;
}

static const char *shown(int field)
{
    Version version = get_at(AS_OF_NOW);
    return thing_text(&version.record, field);
}

static Tickets tickets_open(void)
{
    Tickets tickets;
    StoreReader *reader = store_read(kit->store);
    assert_int_equal(
        dataset_tickets(store_reader_sql(reader), kit->arena, THING, 1, AS_OF_NOW, &tickets),
        ERR_OK);
    store_read_end(reader);
    return tickets;
}

static bool closed_as(const char *outcome, int64_t count)
{
    char query[120];
    snprintf(query, sizeof query, "SELECT count(*) FROM ticket WHERE outcome = '%s'", outcome);
    return kit_count(kit, query) == count;
}

static void first_creates_then_updates_or_nothing(void **state)
{
    (void)state;
    KitSaid said = say("registry", "牡丹", "老城", "1.00");
    assert_int_equal(said.c.result, CONTRIBUTE_CREATED);
    assert_true(said.c.leaf_made && !said.c.held && said.c.differences == 0);
    int64_t size = store_state(kit->store).journal_size;
    said = say("registry", "牡丹", "老城", "1");
    assert_int_equal(said.c.result, CONTRIBUTE_UNCHANGED);
    assert_false(said.c.leaf_made);
    assert_int_equal(store_state(kit->store).journal_size, size); /* nothing is written */
    said = say("registry", "牡丹", "西工", "1");
    assert_int_equal(said.c.result, CONTRIBUTE_UPDATED);
    assert_string_equal(shown(T_PLACE), "西工");
    assert_int_equal(said.c.record_id, 1);
}

static void what_is_not_given_stays(void **state)
{
    (void)state;
    say("registry", "牡丹", "老城", "1");
    say("registry", NULL, NULL, "2");
    assert_string_equal(shown(T_NAME), "牡丹");
    assert_string_equal(shown(T_PLACE), "老城");
    assert_string_equal(shown(T_AMOUNT), "2");
    assert_int_equal(say("registry", NULL, NULL, NULL).c.result, CONTRIBUTE_UNCHANGED);
    say("registry", NULL, "", NULL); /* given, and empty: no value any more */
    assert_string_equal(shown(T_PLACE), "");
}

/* place: police, tax, then the dataset's order; amount: statistics, then the dataset's order. */
static void each_field_comes_from_whom_it_is_trusted(void **state)
{
    (void)state;
    say("registry", "牡丹", "by registry", "1");
    say("statistics", NULL, "by statistics", "2");
    assert_string_equal(shown(T_PLACE), "by registry"); /* both unnamed: order of the sources */
    assert_string_equal(shown(T_AMOUNT), "2");
    say("tax", NULL, "by tax", "3");
    assert_string_equal(shown(T_PLACE), "by tax");
    assert_string_equal(shown(T_AMOUNT), "2");
    say("police", NULL, "by police", NULL);
    assert_string_equal(shown(T_PLACE), "by police");
    say("police", NULL, "", NULL);
    assert_string_equal(shown(T_PLACE), "by tax"); /* the next one has it */
    say("statistics", NULL, NULL, "");
    assert_string_equal(shown(T_AMOUNT), "1");
}

static void a_difference_opens_a_ticket_that_agreement_closes(void **state)
{
    (void)state;
    say("registry", "牡丹", "老城", "1");
    KitSaid said = say("tax", "牡丹", "西工", "1");
    assert_int_equal(said.c.differences, 1);
    Tickets open = tickets_open();
    assert_int_equal(open.count, 1);
    assert_false(open.items[0].identity);
    assert_true(str_is(open.items[0].field, "place") && str_is(open.items[0].organ, "registry") &&
                str_is(open.items[0].value, "老城") && str_is(open.items[0].shown_organ, "tax") &&
                str_is(open.items[0].shown_value, "西工"));
    say("registry", NULL, "涧西", NULL); /* another difference takes its place */
    assert_int_equal(tickets_open().count, 1);
    assert_true(closed_as("superseded", 1));
    say("registry", NULL, "西工", NULL);
    assert_int_equal(tickets_open().count, 0);
    assert_true(closed_as("agreed", 1));
    say("registry", NULL, "老城", NULL);
    say("registry", NULL, "", NULL); /* says nothing any more: that is no agreement */
    assert_true(closed_as("superseded", 2));
}

static void another_name_from_another_organ_holds_everything_back(void **state)
{
    (void)state;
    say("registry", "牡丹", "老城", NULL);
    KitSaid said = say("police", "洛水", "西工", "9");
    assert_true(said.c.held && said.c.leaf_made);
    assert_string_equal(shown(T_PLACE), "老城"); /* though police is trusted more for it */
    assert_string_equal(shown(T_AMOUNT), "");
    Tickets open = tickets_open();
    assert_int_equal(open.count, 1);
    assert_true(open.items[0].identity && str_is(open.items[0].value, "洛水"));
    assert_int_equal(say("police", "洛水", "西工", "9").c.result, CONTRIBUTE_UNCHANGED);
    assert_true(say("police", NULL, "涧西", NULL).c.held); /* more of the same is held too */
    said = say("police", "牡丹", NULL, NULL);              /* it corrects its name */
    assert_false(said.c.held);
    assert_string_equal(shown(T_PLACE), "涧西");
    assert_string_equal(shown(T_AMOUNT), "9");
    assert_true(closed_as("agreed", 1));
}

static void the_organ_that_is_shown_may_rename(void **state)
{
    (void)state;
    say("registry", "牡丹", NULL, NULL);
    assert_false(say("tax", "牡丹", NULL, "1").c.held);
    assert_false(say("registry", "新牡丹", NULL, NULL).c.held);
    assert_string_equal(shown(T_NAME), "新牡丹");
    /* a name once accepted stays accepted: a difference, no doubt of identity */
    assert_false(say("tax", "牡丹", NULL, "2").c.held);
    assert_string_equal(shown(T_AMOUNT), "2");
    Tickets open = tickets_open();
    assert_int_equal(open.count, 1);
    assert_false(open.items[0].identity);
    assert_true(say("tax", "第三个", NULL, NULL).c.held); /* a third name is in doubt */
    assert_string_equal(shown(T_AMOUNT), "");
}

static void a_hold_ends_when_the_shown_name_becomes_the_held_one(void **state)
{
    (void)state;
    say("registry", "旧名", NULL, NULL);
    int64_t before = say("tax", "新名", NULL, "5").index;
    assert_string_equal(shown(T_AMOUNT), "");
    say("registry", "新名", NULL, NULL);
    assert_string_equal(shown(T_AMOUNT), "5");
    assert_int_equal(tickets_open().count, 0);
    assert_true(closed_as("agreed", 1));
    Version then = get_at(before);
    assert_string_equal(thing_text(&then.record, T_AMOUNT), ""); /* the past stays */
    say("registry", "第三个", NULL, NULL);
    assert_string_equal(shown(T_AMOUNT), "5"); /* it was accepted */
}

static void versions_follow_one_another_and_the_past_stays(void **state)
{
    (void)state;
    static const char *const PLACES[] = {"老城", "西工", "西工", "涧西"};
    int64_t index[4], us[4];
    for (int i = 0; i < 4; i++) {
        kit->now_us += 60 * 1000000;
        us[i] = kit->now_us;
        index[i] = say("registry", i == 2 ? "改名" : "牡丹", PLACES[i], NULL).index;
    }
    History history;
    StoreReader *reader = store_read(kit->store);
    Sql *sql = store_reader_sql(reader);
    assert_int_equal(dataset_history(sql, kit->arena, THING, 1, &history), ERR_OK);
    assert_int_equal(history.count, 4);
    for (int i = 0; i < 4; i++) {
        int64_t at, written;
        assert_int_equal(history.versions[i].since_index, index[i]);
        assert_int_equal(history.until_index[i], i < 3 ? index[i + 1] : INT64_MAX);
        assert_string_equal(thing_text(&history.versions[i].record, T_PLACE), PLACES[i]);
        assert_int_equal(dataset_index_time(sql, index[i], &written), ERR_OK);
        assert_int_equal(written, us[i]);
        assert_int_equal(journal_index_at(sql, us[i] + 59999999, &at), ERR_OK);
        Version version;
        assert_int_equal(dataset_get(sql, kit->arena, THING, STR("A1"), at, &version), ERR_OK);
        assert_string_equal(thing_text(&version.record, T_PLACE), PLACES[i]);
    }
    Version none;
    assert_int_equal(dataset_get(sql, kit->arena, THING, STR("A1"), INT64_MIN, &none),
                     ERR_NOT_FOUND);
    store_read_end(reader);
}

static void a_key_that_nobody_gave_is_not_found(void **state)
{
    (void)state;
    say("registry", "牡丹", NULL, NULL);
    static const char *const KEYS[] = {"A2", "a1", "A1 ", "", "' OR 1=1 --"};
    StoreReader *reader = store_read(kit->store);
    for (size_t i = 0; i < COUNT_OF(KEYS); i++) {
        Version version;
        assert_int_equal(dataset_get(store_reader_sql(reader), kit->arena, THING, str_of(KEYS[i]),
                                     AS_OF_NOW, &version),
                         ERR_NOT_FOUND);
    }
    store_read_end(reader);
}

/* The digest takes every byte of what was said, and of nothing else. */
static void a_leaf_changes_with_everything_it_commits_to(void **state)
{
    (void)state;
    Value values[2][THING_FIELDS] = {{[T_CODE] = {.present = true, .text = STR("A1")},
                                      [T_NAME] = {.present = true, .text = STR("ab")}}};
    memcpy(values[1], values[0], sizeof values[0]);
    Record a = {THING, values[0]}, b = {THING, values[1]};
    Digest leaf = contribution_leaf(THING, 1, STR("tax"), STR("salt"), &a), other;
    other = contribution_leaf(THING, 1, STR("tax"), STR("salt"), &b);
    assert_memory_equal(&leaf, &other, sizeof leaf);
    other = contribution_leaf(THING, 2, STR("tax"), STR("salt"), &b);
    assert_memory_not_equal(&leaf, &other, sizeof leaf);
    other = contribution_leaf(THING, 1, STR("ta"), STR("salt"), &b);
    assert_memory_not_equal(&leaf, &other, sizeof leaf);
    other = contribution_leaf(THING, 1, STR("tax"), STR("salz"), &b);
    assert_memory_not_equal(&leaf, &other, sizeof leaf);
    b.values[T_NAME].text = STR("ac");
    other = contribution_leaf(THING, 1, STR("tax"), STR("salt"), &b);
    assert_memory_not_equal(&leaf, &other, sizeof leaf);
    b.values[T_NAME].text = STR("ab");
    b.values[T_PLACE] = (Value){.present = true, .text = STR("")};
    other = contribution_leaf(THING, 1, STR("tax"), STR("salt"), &b);
    assert_memory_not_equal(&leaf, &other, sizeof leaf);
}

static int set_up(void **state)
{
    (void)state;
    kit = kit_open(&THING_MODEL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kit_close(kit);
    return 0;
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(first_creates_then_updates_or_nothing),
        RULE(what_is_not_given_stays),
        RULE(each_field_comes_from_whom_it_is_trusted),
        RULE(a_difference_opens_a_ticket_that_agreement_closes),
        RULE(another_name_from_another_organ_holds_everything_back),
        RULE(the_organ_that_is_shown_may_rename),
        RULE(a_hold_ends_when_the_shown_name_becomes_the_held_one),
        RULE(versions_follow_one_another_and_the_past_stays),
        RULE(a_key_that_nobody_gave_is_not_found),
        cmocka_unit_test(a_leaf_changes_with_everything_it_commits_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
