#include "kernel/codes/codes.h"

#include <ftw.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kernel/model/seed.h"
#include "lib/text.h"

static int entry_remove(const char *path, const struct stat *info, int type, struct FTW *at)
{
    (void)info, (void)type, (void)at;
    return remove(path);
}

static void folder_remove(const char *dir)
{
    assert_int_equal(nftw(dir, entry_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static const Codes *from_csv(Str list, const char *csv)
{
    Codes *codes = codes_new();
    Buf why = buf_new(1024);
    assert_int_equal(codes_add_csv(codes, list, str_of(csv), &why), ERR_OK);
    buf_free(&why);
    return codes_ready(codes);
}

static void entry_is_found_in_its_own_list_only(void **state)
{
    (void)state;
    Codes *made = codes_new();
    codes_add(made, STR("sex"), &(CodeEntry){.code = STR("1"), .label_zh = STR("男")});
    codes_add(made, STR("marital"), &(CodeEntry){.code = STR("1"), .label_zh = STR("未婚")});
    codes_add(made, STR("sex"), &(CodeEntry){.code = STR("2"), .label_zh = STR("女")});
    const Codes *codes = codes_ready(made);
    assert_true(str_is(codes_find(codes, STR("sex"), STR("1"))->label_zh, "男"));
    assert_true(str_is(codes_find(codes, STR("marital"), STR("1"))->label_zh, "未婚"));
    assert_null(codes_find(codes, STR("marital"), STR("2")));
    assert_null(codes_find(codes, STR("no_list"), STR("1")));
    assert_null(codes_find(codes, STR("sex"), STR("")));
    assert_null(codes_division(codes, STR("1")));
    codes_give(codes);
}

static void list_comes_in_order_and_an_entry_once(void **state)
{
    (void)state;
    const Codes *codes = from_csv(STR("l"), "code,label_zh\nb,二\na,一\nb,又二\n");
    int count;
    const CodeEntry *entries = codes_list(codes, STR("l"), &count);
    assert_int_equal(count, 2);
    assert_true(str_is(entries[0].code, "a"));
    assert_true(str_is(entries[1].label_zh, "又二")); /* the later one stays */
    assert_null(codes_list(codes, STR("m"), &count));
    assert_int_equal(count, 0);
    codes_give(codes);
}

static void label_stands_for_its_code_only_where_it_is_unique(void **state)
{
    (void)state;
    const Codes *codes = from_csv(STR("l"), "code,label_zh\n1,存续\n2,其他\n3,其他\n");
    Str code;
    assert_true(codes_by_label(codes, STR("l"), STR("存续"), &code));
    assert_true(str_is(code, "1"));
    assert_false(codes_by_label(codes, STR("l"), STR("其他"), &code));
    assert_false(codes_by_label(codes, STR("l"), STR("注销"), &code));
    assert_false(codes_by_label(codes, STR("m"), STR("存续"), &code));
    codes_give(codes);
}

static void valid_to_is_the_first_day_on_which_a_code_is_no_longer_valid(void **state)
{
    (void)state;
    const Codes *codes = from_csv(
        STR("l"), "code,label_zh,valid_from,valid_to\n1,一,2020-01-01,2021-03-01\n2,二,,\n");
    const CodeEntry *bounded = codes_find(codes, STR("l"), STR("1")),
                    *open = codes_find(codes, STR("l"), STR("2"));
    assert_false(code_valid_on(bounded, day_of(2019, 12, 31)));
    assert_true(code_valid_on(bounded, day_of(2020, 1, 1)));
    assert_true(code_valid_on(bounded, day_of(2021, 2, 28)));
    assert_false(code_valid_on(bounded, day_of(2021, 3, 1)));
    assert_true(code_valid_on(open, day_of(1700, 1, 1)));
    assert_true(code_valid_on(open, day_of(2999, 1, 1)));
    codes_give(codes);
}

static void file_that_is_not_well_formed_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *csv, *why;
    } REFUSED[] = {
        {"", "line 1"},
        {"name,level\n洛阳市,city\n", "line 1"},
        {"code,label_zh\n,无\n", "line 2"},
        {"code,label_zh\n1,一\n\"2,二\n", "line 3"},
        {"code,label_zh,valid_to\n1,一,2021-02-30\n", "line 2"},
        {"code,label_zh,valid_to\n1,一,2021-03\n", "line 2"},
    };
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++) {
        Codes *codes = codes_new();
        Buf why = buf_new(1024);
        assert_int_equal(codes_add_csv(codes, STR("l"), str_of(REFUSED[i].csv), &why), ERR_BAD);
        assert_true(str_starts(buf_str(&why), str_of(REFUSED[i].why)));
        buf_free(&why);
        codes_give(codes_ready(codes));
    }
}

static void nothing_is_known_before_the_first_load(void **state)
{
    (void)state;
    const Codes *codes = codes_take(NULL);
    assert_non_null(codes);
    int count;
    assert_null(codes_division(codes, STR("410300")));
    assert_null(codes_list(codes, STR("gbt2261_1"), &count));
    assert_true(str_is(codes_organ_label(codes, STR("tax"), true), "tax")); /* the key itself */
    codes_give(codes);
}

/* ---- a store's ---- */

static Err rows_put(WriteTx *tx, void *arg)
{
    return sql_script(tx->sql, str_of(arg));
}

static void reload_shows_what_the_store_has_and_leaves_older_snapshots_alone(void **state)
{
    (void)state;
    char dir[] = "/tmp/codes_test_XXXXXX";
    assert_non_null(mkdtemp(dir));
    Buf why = buf_new(4096);
    Store *store;
    bool made;
    StoreOptions options = {.dir = dir, .model = &MODEL_SHIPPED, .env = &ENV_REAL};
    assert_int_equal(store_open(&options, &store, &made, &why), ERR_OK);
    const Codes *before = codes_take(store);
    char rows[] = "INSERT INTO division (record_id, since_index, code, name, level, valid_to)"
                  " VALUES (1, 0, '410306', '吉利区', 'county', '2021-03-01');"
                  "INSERT INTO code (record_id, since_index, id, list, code, label_zh, label_en)"
                  " VALUES (1, 0, 'gbt2261_1:1', 'gbt2261_1', '1', '男', 'male');"
                  "INSERT INTO organ (record_id, since_index, organ, name, name_en) VALUES (1, 0, "
                  "'tax', '税务局', 'Tax');";
    assert_int_equal(store_write(store, rows_put, rows), ERR_OK);
    assert_int_equal(codes_reload(store), ERR_OK);
    const Codes *after = codes_take(store);
    assert_null(codes_division(before, STR("410306")));
    assert_int_equal(codes_division(after, STR("410306"))->valid_to, day_of(2021, 3, 1));
    assert_true(str_is(codes_division(after, STR("410306"))->level, "county"));
    assert_true(str_is(codes_find(after, STR("gbt2261_1"), STR("1"))->label_en, "male"));
    assert_true(str_is(codes_organ_label(after, STR("tax"), false), "Tax"));
    codes_give(before);
    assert_int_equal(codes_reload(store), ERR_OK); /* `after` is held and stays as it was */
    assert_non_null(codes_division(after, STR("410306")));
    codes_give(after);
    codes_forget(store);
    const Codes *forgotten = codes_take(store);
    assert_null(codes_division(forgotten, STR("410306")));
    codes_give(forgotten);
    store_close(store);
    buf_free(&why);
    folder_remove(dir);
}

/* ---- what ships ---- */

static void shipped_lists_have_what_the_standards_say(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        int count;
    } LISTS[] = {
        {"gbt2261_1", 4},  {"gbt2261_2", 8},           {"gbt3304", 58},
        {"gbt4762", 13},   {"gbt4754_2017", 117},      {"entity_status", 5},
        {"tax_rating", 5}, {"uscc_dept_category", 36}, {"currency", 15},
        {"purpose", 14},   {"division_level", 6},
    };
    for (size_t i = 0; i < COUNT_OF(LISTS); i++) {
        int count;
        (void)codes_list(codes_shipped(), str_of(LISTS[i].list), &count);
        assert_int_equal(count, LISTS[i].count);
    }
}

static void shipped_codes_have_labels_in_both_languages_and_parents_that_are_there(void **state)
{
    (void)state;
    for (int i = 0; i < SEED_FILE_COUNT; i++) {
        Str list = seed_list_name(&SEED_FILES[i]);
        int count;
        const CodeEntry *entries = codes_list(codes_shipped(), list, &count);
        if (list.n) assert_true(count > 1);
        for (int k = 0; k < count; k++) {
            assert_true(entries[k].label_zh.n > 0);
            assert_true(entries[k].label_en.n > 0);
            assert_true(entries[k].parent.n == 0 ||
                        codes_find(codes_shipped(), list, entries[k].parent));
        }
    }
}

static void luoyang_has_its_divisions_with_their_history(void **state)
{
    (void)state;
    static const struct {
        const char *code, *name, *level, *successor;
        bool today;
    } DIVISIONS[] = {
        {"100000", "中华人民共和国", "state", "", true},
        {"410000", "河南省", "province", "", true},
        {"410300", "洛阳市", "city", "", true},
        {"410302", "老城区", "county", "", true},
        {"410306", "吉利区", "county", "410308", false},
        {"410322", "孟津县", "county", "410308", false},
        {"410381", "偃师市", "county", "410307", false},
        {"410307", "偃师区", "county", "", true},
        {"410308", "孟津区", "county", "", true},
        {"110103", "崇文区", "county", "", false},
        {"810000", "香港特别行政区", "province", "", true},
    };
    int32_t today = day_of(2026, 1, 1), before = day_of(2021, 2, 28);
    for (size_t i = 0; i < COUNT_OF(DIVISIONS); i++) {
        const CodeEntry *entry = codes_division(codes_shipped(), str_of(DIVISIONS[i].code));
        assert_non_null(entry);
        assert_true(str_is(entry->label_zh, DIVISIONS[i].name));
        assert_true(str_is(entry->level, DIVISIONS[i].level));
        assert_true(str_is(entry->successor, DIVISIONS[i].successor));
        assert_int_equal(code_valid_on(entry, today), DIVISIONS[i].today);
    }
    assert_true(code_valid_on(codes_division(codes_shipped(), STR("410306")), before));
    assert_false(code_valid_on(codes_division(codes_shipped(), STR("410308")), before));
    static const char *const UNKNOWN[] = {"410399", "999999", "4103", "41030", "", "830000"};
    for (size_t i = 0; i < COUNT_OF(UNKNOWN); i++)
        assert_null(codes_division(codes_shipped(), str_of(UNKNOWN[i])));
}

static void every_division_lies_in_one_that_is_there(void **state)
{
    (void)state;
    int count, towns = 0, villages = 0;
    const CodeEntry *entries = codes_list(codes_shipped(), CODES_DIVISION, &count);
    for (int i = 0; i < count; i++) {
        towns += str_is(entries[i].level, "town");
        villages += str_is(entries[i].level, "village");
        if (str_is(entries[i].level, "state")) continue;
        assert_non_null(codes_division(codes_shipped(), entries[i].parent));
    }
    assert_int_equal(towns, 194);
    assert_int_equal(villages, 3244);
}

static void organs_of_2008_lead_to_their_successors(void **state)
{
    (void)state;
    static const char *const MERGED[] = {"quality_supervision", "industry_commerce", "food_drug"};
    for (size_t i = 0; i < COUNT_OF(MERGED); i++) {
        assert_true(str_is(codes_find(codes_shipped(), CODES_ORGAN, str_of(MERGED[i]))->successor,
                           "market_regulation"));
    }
    assert_true(codes_organ_known(codes_shipped(), STR("tax")));
    assert_false(codes_organ_known(codes_shipped(), STR("tax_office")));
    assert_true(str_is(codes_organ_label(codes_shipped(), STR("police"), true), "洛阳市公安局"));
    assert_true(str_is(codes_organ_label(codes_shipped(), STR("police"), false),
                       "Municipal Public Security Bureau"));
    assert_true(str_is(codes_organ_label(codes_shipped(), STR("nobody"), false), "nobody"));
    int count;
    const CodeEntry *organs = codes_list(codes_shipped(), CODES_ORGAN, &count);
    for (int i = 0; i < count; i++) {
        Str rest = organs[i].successor, successor;
        while (rest.n && str_split(&rest, ' ', &successor))
            assert_true(codes_organ_known(codes_shipped(), successor));
        assert_true(organs[i].parent.n == 0 ||
                    codes_organ_known(codes_shipped(), organs[i].parent));
    }
}

/* The plainest look-up there is must agree with the hash table, for what is there and what is not.
 */
static void look_up_agrees_with_a_plain_search(void **state)
{
    (void)state;
    int count;
    const CodeEntry *entries = codes_list(codes_shipped(), CODES_DIVISION, &count);
    for (int code = 410000; code < 420000; code += 1) {
        char text[16];
        snprintf(text, sizeof text, "%06d", code);
        const CodeEntry *plain = NULL;
        if (code % 100 < 12 || code % 7 == 0) {
            for (int i = 0; i < count && plain == NULL; i++)
                plain = str_is(entries[i].code, text) ? &entries[i] : NULL;
            assert_ptr_equal(codes_division(codes_shipped(), str_of(text)), plain);
        }
    }
}

static void *takes_and_gives(void *arg)
{
    (void)arg;
    for (int i = 0; i < 20000; i++) codes_give(codes_take(NULL));
    return NULL;
}

static void snapshots_are_held_from_many_threads(void **state)
{
    (void)state;
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, takes_and_gives, NULL), 0);
    for (size_t i = 0; i < COUNT_OF(threads); i++) pthread_join(threads[i], NULL);
    const Codes *codes = codes_take(NULL);
    assert_null(codes_division(codes, STR("410300")));
    codes_give(codes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entry_is_found_in_its_own_list_only),
        cmocka_unit_test(list_comes_in_order_and_an_entry_once),
        cmocka_unit_test(label_stands_for_its_code_only_where_it_is_unique),
        cmocka_unit_test(valid_to_is_the_first_day_on_which_a_code_is_no_longer_valid),
        cmocka_unit_test(file_that_is_not_well_formed_is_refused_with_its_line),
        cmocka_unit_test(nothing_is_known_before_the_first_load),
        cmocka_unit_test(reload_shows_what_the_store_has_and_leaves_older_snapshots_alone),
        cmocka_unit_test(shipped_lists_have_what_the_standards_say),
        cmocka_unit_test(shipped_codes_have_labels_in_both_languages_and_parents_that_are_there),
        cmocka_unit_test(luoyang_has_its_divisions_with_their_history),
        cmocka_unit_test(every_division_lies_in_one_that_is_there),
        cmocka_unit_test(organs_of_2008_lead_to_their_successors),
        cmocka_unit_test(look_up_agrees_with_a_plain_search),
        cmocka_unit_test(snapshots_are_held_from_many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
