/* The code that modelc writes, on a dataset of the kernel: a record becomes a struct and comes back
 * the same, and a named query finds the rows it says, in order of the key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "division.gen.h"
#include "kernel/dataset/dataset.h"
#include "kernel/dataset/typed.h"
#include "kernel/model/seed.h"
#include "lib/text.h"

/* Undefined on purpose in the kernel's archive: the checks of this test are none. */
const CheckRule CHECK_RULES[] = {{{NULL, 0}, NULL}};
const ReaderRule READER_RULES[] = {{{NULL, 0}, NULL}};

static Division luoyang(void)
{
    return (Division){.code = STR("410300"),
                      .name = STR("洛阳市"),
                      .level = STR("city"),
                      .parent = STR("410000"),
                      .has_valid_from = true,
                      .valid_from = day_of(1948, 4, 9)};
}

static void test_a_struct_comes_back_the_same(void **state)
{
    (void)state;
    Arena *arena = arena_new(1024 * 1024);
    Division in = luoyang(), out;
    Record record;
    division_to(&in, arena, &record);
    assert_ptr_equal(record.dataset, model_dataset(&MODEL_SHIPPED, STR("division")));
    assert_true(str_is(record.values[DIVISION_VALID_FROM].text, "1948-04-09"));
    assert_false(record.values[DIVISION_VALID_TO].present);
    assert_false(record.values[DIVISION_SUCCESSOR].present);
    division_from(&record, &out);
    assert_true(str_eq(out.code, in.code) && str_eq(out.name, in.name) &&
                str_eq(out.parent, in.parent));
    assert_true(out.has_valid_from && out.valid_from == in.valid_from);
    assert_false(out.has_valid_to);
    assert_null(out.successor.p);
    arena_free(arena);
}

static void test_positions_are_those_of_the_definition(void **state)
{
    (void)state;
    const Dataset *division = division_dataset();
    assert_int_equal(division->field_count, DIVISION_FIELD_COUNT);
    assert_int_equal(model_field(division, STR("code")), DIVISION_CODE);
    assert_int_equal(model_field(division, STR("valid_to")), DIVISION_VALID_TO);
    assert_int_equal(model_heading(division, STR("名称")), DIVISION_NAME);
    for (int i = 0; i < MODEL_SHIPPED.dataset_count; i++) {
        const Dataset *self = &MODEL_SHIPPED.datasets[i];
        assert_ptr_equal(model_dataset(&MODEL_SHIPPED, self->id), self);
        assert_true(self->fields[self->key].required);
    }
}

static void test_days_are_written_as_they_are_read(void **state)
{
    (void)state;
    static const int32_t DAYS[] = {0, -1, 20513, -719162, 2932896};
    for (size_t i = 0; i < COUNT_OF(DAYS); i++) {
        char room[TYPED_DAY_SIZE];
        int32_t day = 0;
        assert_true(day_parse(typed_day(room, DAYS[i]), &day));
        assert_int_equal(day, DAYS[i]);
    }
}

static void test_short_code_lists_have_an_enum(void **state)
{
    (void)state;
    int city = division_level_code_of(STR("city"));
    assert_int_equal(city, DIVISION_LEVEL_CODE_CITY);
    assert_true(str_is(division_level_code_text(DIVISION_LEVEL_CODE_CITY), "city"));
    assert_int_equal(division_level_code_of(STR("planet")), -1);
}

static void test_seed_files_are_embedded_whole(void **state)
{
    (void)state;
    bool level = false, organs = false;
    for (int i = 0; i < SEED_FILE_COUNT; i++) {
        const SeedFile *file = &SEED_FILES[i];
        assert_true(file->bytes.n > 0 && utf8_valid(file->bytes));
        level = level || str_is(seed_list_name(file), "division_level");
        if (!str_is(file->name, "organs.csv")) continue;
        organs = str_is(file->module, "kernel/organs");
        assert_int_equal(seed_list_name(file).n, 0);
    }
    assert_true(level && organs);
}

/* ---- named queries ---- */

typedef struct Found {
    char keys[200];
    int count;
} Found;

static void found_add(void *self, int64_t record_id, const Record *record)
{
    Found *found = self;
    Division division;
    division_from(record, &division);
    assert_true(record_id > 0);
    size_t n = strlen(found->keys);
    snprintf(found->keys + n, sizeof found->keys - n, STR_FMT " ", STR_ARG(division.code));
    found->count++;
}

static Sql *database(char *folder)
{
    assert_non_null(mkdtemp(folder));
    char path[100];
    snprintf(path, sizeof path, "%s/heluo.db", folder);
    Sql *sql;
    assert_int_equal(sql_open(path, SQL_WRITE, &sql), ERR_OK);
    for (int i = 0; i < MIGRATION_COUNT; i++) {
        assert_int_equal(sql_script(sql, MIGRATIONS[i].sql), ERR_OK);
    }
    return sql;
}

static void remove_all(const char *folder)
{
    static const char *const FILES[] = {"heluo.db", "heluo.db-wal", "heluo.db-shm"};
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        char path[100];
        snprintf(path, sizeof path, "%s/%s", folder, FILES[i]);
        (void)remove(path);
    }
    assert_int_equal(rmdir(folder), 0);
}

static void test_a_named_query_finds_its_rows(void **state)
{
    (void)state;
    char folder[] = "/tmp/typed-test-XXXXXX";
    Sql *sql = database(folder);
    assert_int_equal(
        sql_script(sql, STR("INSERT INTO division (since_index, code, name, level, parent) VALUES"
                            " (1, '410311', '洛龙区', 'county', '410300'),"
                            " (1, '410302', '老城区', 'county', '410300'),"
                            " (1, '410300', '洛阳市', 'city', '410000'),"
                            " (1, '100000', '中华人民共和国', 'state', NULL);")),
        ERR_OK);
    static const struct {
        const char *parent, *keys;
    } CASES[] = {
        {"410300", "410302 410311 "}, {"410000", "410300 "}, {"4103", ""}, {"' OR 1 --", ""}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Found found = {.keys = ""};
        Str parent = str_of(CASES[i].parent);
        assert_int_equal(division_query_by_parent(sql, parent, found_add, &found), ERR_OK);
        assert_string_equal(found.keys, CASES[i].keys);
    }
    Found none = {.keys = ""};
    assert_int_equal(division_query_by_parent(sql, STR_NONE, found_add, &none), ERR_OK);
    assert_int_equal(none.count, 0); /* no value equals nothing */
    sql_close(sql);
    remove_all(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_struct_comes_back_the_same),
        cmocka_unit_test(test_positions_are_those_of_the_definition),
        cmocka_unit_test(test_days_are_written_as_they_are_read),
        cmocka_unit_test(test_short_code_lists_have_an_enum),
        cmocka_unit_test(test_seed_files_are_embedded_whole),
        cmocka_unit_test(test_a_named_query_finds_its_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
