/* modelc on a small tree of its own: migrations are written once and as the golden files say, they
 * enforce what they should, and what cannot be migrated by itself is refused with the way out. */
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "tools/modelc/modelc.h"

#define TESTDATA "tools/modelc/testdata"
#define MODULE "base/things"

enum { FILE_BYTES_MAX = 256 * 1024 };

typedef struct Rig {
    Arena *arena;
    char root[64];
    Str log; /* of the last run */
} Rig;

static const char *under(Rig *rig, const char *path)
{
    return arena_printf(rig->arena, "%s/%s", rig->root, path).p;
}

static void folder_make(Rig *rig, const char *path)
{
    assert_int_equal(mkdir(under(rig, path), 0777), 0);
}

static void setup(Rig *rig)
{
    *rig = (Rig){.arena = arena_new(64 * 1024 * 1024), .root = "/tmp/modelc-test-XXXXXX"};
    assert_non_null(mkdtemp(rig->root));
    static const char *const FOLDERS[] = {"base", MODULE, MODULE "/codes", "gen"};
    for (size_t i = 0; i < COUNT_OF(FOLDERS); i++) folder_make(rig, FOLDERS[i]);
}

static int entry_remove(const char *path, const struct stat *info, int type, struct FTW *at)
{
    (void)info, (void)type, (void)at;
    return remove(path);
}

static void teardown(Rig *rig)
{
    assert_int_equal(nftw(rig->root, entry_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
    arena_free(rig->arena);
}

static Str file_read(Rig *rig, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) print_error("%s is missing\n", path);
    assert_non_null(file);
    char *bytes = arena_alloc(rig->arena, FILE_BYTES_MAX);
    size_t n = fread(bytes, 1, FILE_BYTES_MAX, file);
    fclose(file);
    assert_true(n < FILE_BYTES_MAX);
    return (Str){bytes, n};
}

static void file_write(Rig *rig, const char *path, Str content)
{
    FILE *file = fopen(under(rig, path), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content.p, 1, content.n, file), content.n);
    assert_int_equal(fclose(file), 0);
}

/* Put a definition of the steps in place. */
static void step(Rig *rig, const char *name)
{
    Str source = arena_printf(rig->arena, TESTDATA "/steps/%s", name);
    file_write(rig, MODULE "/thing.dataset.yaml", file_read(rig, source.p));
}

static int run(Rig *rig, const char *command)
{
    bool gen = strcmp(command, "gen") == 0;
    char *argv[] = {arena_cstr(rig->arena, STR("modelc")), arena_cstr(rig->arena, str_of(command)),
                    rig->root, gen ? arena_cstr(rig->arena, str_of(under(rig, "gen"))) : NULL,
                    NULL};
    char *text = NULL;
    size_t size = 0;
    FILE *log = open_memstream(&text, &size);
    assert_non_null(log);
    int status = modelc_run(gen ? 4 : 3, argv, log);
    fclose(log);
    rig->log = arena_str(rig->arena, (Str){text, size});
    mem_free(text);
    return status;
}

static void runs(Rig *rig, const char *command)
{
    if (run(rig, command) == 0) return;
    print_error("%s: " STR_FMT "\n", command, STR_ARG(rig->log));
    fail();
}

static void refuses(Rig *rig, const char *command, const char *expected)
{
    assert_int_equal(run(rig, command), 1);
    if (str_find(rig->log, str_of(expected)) >= 0) return;
    print_error("expected: %s\nfound: " STR_FMT "\n", expected, STR_ARG(rig->log));
    fail();
}

static void same_as_golden(Rig *rig, const char *made, const char *golden)
{
    Str expected = file_read(rig, arena_printf(rig->arena, TESTDATA "/%s", golden).p);
    Str found = file_read(rig, under(rig, made));
    if (str_eq(expected, found)) return;
    print_error("%s differs from " TESTDATA "/%s:\n" STR_FMT "\n", made, golden, STR_ARG(found));
    fail();
}

static const char *const STEPS[][2] = {
    {"1-first.yaml", "0001-thing.sql"},
    {"2-field.yaml", "0002-thing-add-place.sql"},
    {"3-indexes.yaml", "0003-thing-indexes.sql"},
    {"4-fields-and-indexes.yaml", "0004-thing-add-2-fields.sql"},
};

static void all_steps(Rig *rig)
{
    file_write(rig, MODULE "/codes/colour.csv", file_read(rig, TESTDATA "/steps/colour.csv"));
    for (size_t i = 0; i < COUNT_OF(STEPS); i++) {
        step(rig, STEPS[i][0]);
        runs(rig, "migrate");
    }
}

/* ---- migrations ---- */

static void test_each_step_writes_its_migration(void **state)
{
    (void)state;
    Rig rig;
    setup(&rig);
    file_write(&rig, MODULE "/codes/colour.csv", file_read(&rig, TESTDATA "/steps/colour.csv"));
    for (size_t i = 0; i < COUNT_OF(STEPS); i++) {
        step(&rig, STEPS[i][0]);
        refuses(&rig, "check", "run `make migrations`");
        runs(&rig, "migrate");
        Str path = arena_printf(rig.arena, MODULE "/migrations/%s", STEPS[i][1]);
        same_as_golden(&rig, path.p, arena_printf(rig.arena, "steps/%s", STEPS[i][1]).p);
        runs(&rig, "check");
        runs(&rig, "migrate"); /* nothing more to do */
        assert_int_equal(rig.log.n, 0);
    }
    teardown(&rig);
}

static sqlite3 *database(Rig *rig)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    for (size_t i = 0; i < COUNT_OF(STEPS); i++) {
        Str path = arena_printf(rig->arena, TESTDATA "/steps/%s", STEPS[i][1]);
        char *sql = arena_cstr(rig->arena, file_read(rig, path.p));
        assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    }
    return db;
}

/* Insert with the columns named, a value each. */
static int insert(sqlite3 *db, const char *table, const char *columns, const char *values)
{
    char sql[1000];
    snprintf(sql, sizeof sql, "INSERT INTO \"%s\" (%s) VALUES (%s)", table, columns, values);
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static void test_the_tables_enforce_the_definition(void **state)
{
    (void)state;
    Rig rig;
    setup(&rig);
    sqlite3 *db = database(&rig);
    static const struct {
        const char *columns, *values;
        int result;
    } ROWS[] = {
        {"since_index, id, name", "1, 'a', 'x'", SQLITE_OK},
        {"since_index, id, name", "1, 'a', 'y'", SQLITE_CONSTRAINT}, /* the key is unique */
        {"since_index, name", "1, 'x'", SQLITE_CONSTRAINT},          /* and required */
        {"since_index, id", "1, 'b'", SQLITE_CONSTRAINT},
        {"since_index, id, name, made_on", "1, 'c', 'x', '2026-03-01'", SQLITE_OK},
        {"since_index, id, name, made_on", "1, 'd', 'x', '2026-03-1'", SQLITE_CONSTRAINT},
        {"since_index, id, name, made_on", "1, 'd', 'x', '2026-03-01'",
         SQLITE_OK}, /* no index any more */
        {"since_index, id, name, count", "1, 'e', 'x', 100", SQLITE_OK},
        {"since_index, id, name, count", "1, 'f', 'x', 101", SQLITE_CONSTRAINT},
        {"since_index, id, name, count", "1, 'f', 'x', 'many'", SQLITE_CONSTRAINT},
        {"since_index, id, name, weight", "1, 'g', 'x', 0", SQLITE_CONSTRAINT},
        {"since_index, id, name, depth", "1, 'g', 'x', 1", SQLITE_CONSTRAINT},
        {"since_index, id, name, broken", "1, 'g', 'x', 1", SQLITE_OK},
        {"since_index, id, name, broken", "1, 'h', 'x', 2", SQLITE_CONSTRAINT},
        {"since_index, id, name, open", "1, 'h', 'x', 2", SQLITE_CONSTRAINT}, /* added later */
        {"since_index, id, name, height", "1, 'h', 'x', 0", SQLITE_CONSTRAINT},
    };
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        assert_int_equal(insert(db, "thing", ROWS[i].columns, ROWS[i].values), ROWS[i].result);
    }
    /* what an organ said, and what was, is kept as it is */
    assert_int_equal(
        insert(db, "thing_history", "record_id, since_index, until_index, count", "1, 1, 2, 1000"),
        SQLITE_OK);
    assert_int_equal(insert(db, "thing_source",
                            "record_id, source_organ, since_index, salt, held, place",
                            "1, 'tax', 1, x'00', 0, '410300'"),
                     SQLITE_OK);
    assert_int_equal(insert(db, "thing_source", "record_id, source_organ, since_index, salt, held",
                            "1, 'tax', 2, x'00', 0"),
                     SQLITE_CONSTRAINT); /* one row an organ */
    assert_int_equal(insert(db, "thing_source_history",
                            "record_id, source_organ, since_index, until_index, salt, held, broken",
                            "1, 'tax', 1, 2, x'00', 0, 2"),
                     SQLITE_OK);
    sqlite3_close(db);
    teardown(&rig);
}

static void test_what_cannot_be_migrated_is_refused_with_the_way_out(void **state)
{
    (void)state;
    static const struct {
        const char *definition, *message;
    } CASES[] = {
        {"removed.yaml", MODULE "/thing.dataset.yaml:7:3: the field \"weight\" is gone"},
        {"removed.yaml", MODULE "/migrations/0005-thing-NAME.sql"},
        {"retyped.yaml",
         MODULE "/thing.dataset.yaml:14:13: the column \"count\" of the table \"thing\" is"},
        {"retyped.yaml", "the definition wants \"TEXT\""},
        {"range.yaml", "the definition wants \"INTEGER CHECK (\"count\" BETWEEN 0 AND 1000)\""},
        {"required.yaml", "the required field \"owner_name\" cannot be added"},
    };
    Rig rig;
    setup(&rig);
    all_steps(&rig);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        step(&rig, CASES[i].definition);
        refuses(&rig, "check", CASES[i].message);
        refuses(&rig, "migrate", CASES[i].message);
        assert_int_equal(access(under(&rig, MODULE "/migrations/0005-thing-indexes.sql"), F_OK),
                         -1);
    }
    teardown(&rig);
}

static void test_a_migration_by_hand_is_accepted_when_it_does_all(void **state)
{
    (void)state;
    Rig rig;
    setup(&rig);
    all_steps(&rig);
    step(&rig, "removed.yaml");
    file_write(&rig, MODULE "/migrations/0005-thing-drop-weight.sql",
               STR("ALTER TABLE thing DROP COLUMN weight;\n"));
    refuses(&rig, "check", "has a column \"weight\" that \"thing\" does not have");
    file_write(&rig, MODULE "/migrations/0006-thing-drop-weight.sql",
               STR("ALTER TABLE thing_history DROP COLUMN weight;\n"
                   "ALTER TABLE thing_source DROP COLUMN weight;\n"
                   "ALTER TABLE thing_source_history DROP COLUMN weight; -- all of them\n"));
    runs(&rig, "check");
    file_write(&rig, MODULE "/migrations/0007-thing-typo.sql", STR("CREATE TABEL x (a);\n"));
    refuses(&rig, "check",
            MODULE "/migrations/0007-thing-typo.sql: the migration fails: near \"TABEL\"");
    teardown(&rig);
}

static void test_tables_without_a_definition_are_told(void **state)
{
    (void)state;
    Rig rig;
    setup(&rig);
    all_steps(&rig);
    assert_int_equal(remove(under(&rig, MODULE "/thing.dataset.yaml")), 0);
    refuses(&rig, "check", "the dataset \"thing\" has tables but no definition");
    teardown(&rig);
}

/* ---- checks across definitions ---- */

#define HEAD(id)                                                                                   \
    "dataset: " id                                                                                 \
    "\nlabel: 事物\nkey: id\nowner: police\nfields:\n  id: {type: text, label: 编号}\n"

#define LIST                                                                                       \
    "code,label_zh,label_en,valid_from,valid_to,successor,parent,source,certainty\n"

static void test_definitions_are_checked_against_each_other(void **state)
{
    (void)state;
    static const struct {
        const char *name, *yaml, *message;
    } CASES[] = {
        {"other", HEAD("thing"), "other.dataset.yaml:1:10: the file is named after \"other\""},
        {"thing", HEAD("thing") "  tint: {type: code, codes: color, label: 色}\n",
         "thing.dataset.yaml:7:29: there is no code list \"color\"; did you mean \"colour\"?"},
        {"thing", HEAD("thing") "  sex: {type: code, codes: gender, label: 性别}\n",
         "there is no code list \"gender\"; add codes/NAME.csv to a module"},
        {"thing", HEAD("thing") "  default: {type: text, label: 默认}\n",
         "thing.dataset.yaml:7:12: \"default\" is a word of C"},
        {"thing",
         HEAD("thing") "  day: {type: date, label: 日}\n  has_day: {type: boolean, label: 有日}\n",
         "\"has_day\" clashes with what is made for the field \"day\""},
        {"thing", HEAD("thing") "  field_count: {type: integer, label: 数}\n",
         "\"field_count\" is taken"},
        {"thing", HEAD("thing") "  nmae: {tpye: text, label: 名}\n",
         "thing.dataset.yaml:7:10: unknown key of a field \"tpye\"; did you mean \"type\"?"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Rig rig;
        setup(&rig);
        file_write(&rig, MODULE "/codes/colour.csv", file_read(&rig, TESTDATA "/steps/colour.csv"));
        Str path = arena_printf(rig.arena, MODULE "/%s.dataset.yaml", CASES[i].name);
        file_write(&rig, path.p, str_of(CASES[i].yaml));
        refuses(&rig, "migrate", CASES[i].message);
        teardown(&rig);
    }
}

static void test_names_are_unique_in_the_city(void **state)
{
    (void)state;
    Rig rig;
    setup(&rig);
    folder_make(&rig, "base/more");
    folder_make(&rig, "base/more/codes");
    file_write(&rig, MODULE "/codes/colour.csv", file_read(&rig, TESTDATA "/steps/colour.csv"));
    file_write(&rig, MODULE "/thing.dataset.yaml", STR(HEAD("thing")));
    file_write(&rig, "base/more/thing.dataset.yaml", STR(HEAD("thing")));
    refuses(&rig, "check",
            "the dataset \"thing\" is defined in base/more/thing.dataset.yaml already");
    assert_int_equal(remove(under(&rig, "base/more/thing.dataset.yaml")), 0);
    file_write(&rig, "base/more/codes/colour.csv", STR(LIST "red,红,,,,,,,\n"));
    refuses(&rig, "check",
            MODULE "/codes/colour.csv:1:1: there is a code list of this name already");
    file_write(&rig, "base/more/codes/colour.csv", STR("name\nred\n"));
    refuses(&rig, "check", "codes/colour.csv:1:1: the heading of a code list is code,label_zh,");
    file_write(&rig, "base/more/codes/colour.csv", STR(LIST "red,红,red, as fire,,,,,,\n"));
    refuses(&rig, "check", "codes/colour.csv:2:1: 10 cells here, the heading has 9");
    file_write(&rig, "base/more/codes/colour.csv", STR(LIST "red,,red,,,,,,\n"));
    refuses(&rig, "check", "codes/colour.csv:2:1: a code and its label_zh are needed");
    teardown(&rig);
}

static void test_organs_must_be_known_once_there_is_a_list(void **state)
{
    (void)state;
    Rig rig;
    setup(&rig);
    folder_make(&rig, "kernel");
    folder_make(&rig, "kernel/organs");
    file_write(&rig, "kernel/organs/organs.csv",
               STR("\xEF\xBB\xBFname,key\n公安局,police\n税务局,tax\n"));
    file_write(&rig, "kernel/organs/organ.dataset.yaml", STR(HEAD("organ")));
    file_write(&rig, MODULE "/thing.dataset.yaml",
               STR(HEAD("thing") "sources: [police, taxx, harbour]\n"));
    refuses(&rig, "migrate",
            "thing.dataset.yaml:7:10: there is no organ \"taxx\"; did you mean \"tax\"?");
    refuses(&rig, "migrate", "there is no organ \"harbour\"; add it to kernel/organs/organs.csv");
    teardown(&rig);
}

static void test_a_wrong_call_says_how(void **state)
{
    (void)state;
    Rig rig;
    setup(&rig);
    refuses(&rig, "mgirate", "usage: modelc gen ROOT OUT");
    teardown(&rig);
}

/* ---- C ---- */

static void test_the_written_c_is_as_the_golden_files(void **state)
{
    (void)state;
    static const char *const FILES[] = {"model.c",     "rules.c",     "thing.gen.h",
                                        "thing.gen.c", "codes.gen.h", "codes.gen.c"};
    Rig rig;
    setup(&rig);
    all_steps(&rig);
    runs(&rig, "gen");
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        same_as_golden(&rig, arena_printf(rig.arena, "gen/%s", FILES[i]).p,
                       arena_printf(rig.arena, "gen/%s.txt", FILES[i]).p);
    }
    Str migrations = file_read(&rig, under(&rig, "gen/migrations.c"));
    assert_true(
        str_find(migrations, STR("STR_INIT(\"base/things\"), STR_INIT(\"0001-thing.sql\")")) > 0);
    assert_true(str_find(migrations, STR("MIGRATION_COUNT = 4;")) > 0);
    Str seeds = file_read(&rig, under(&rig, "gen/codes.c"));
    assert_true(
        str_find(seeds, STR("{STR_INIT(\"base/things\"), STR_INIT(\"codes/colour.csv\"), ")) > 0);
    teardown(&rig);
}

static void test_what_did_not_change_keeps_its_time(void **state)
{
    (void)state;
    Rig rig;
    setup(&rig);
    all_steps(&rig);
    runs(&rig, "gen");
    struct stat before, after;
    struct timespec old[2] = {{1000000000, 0}, {1000000000, 0}};
    assert_int_equal(utimensat(AT_FDCWD, under(&rig, "gen/thing.gen.h"), old, 0), 0);
    assert_int_equal(stat(under(&rig, "gen/thing.gen.h"), &before), 0);
    runs(&rig, "gen");
    assert_int_equal(stat(under(&rig, "gen/thing.gen.h"), &after), 0);
    assert_true(before.st_mtime == after.st_mtime);
    file_write(&rig, "gen/thing.gen.h", STR("damaged"));
    runs(&rig, "gen");
    same_as_golden(&rig, "gen/thing.gen.h", "gen/thing.gen.h.txt");
    teardown(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_step_writes_its_migration),
        cmocka_unit_test(test_the_tables_enforce_the_definition),
        cmocka_unit_test(test_what_cannot_be_migrated_is_refused_with_the_way_out),
        cmocka_unit_test(test_a_migration_by_hand_is_accepted_when_it_does_all),
        cmocka_unit_test(test_tables_without_a_definition_are_told),
        cmocka_unit_test(test_definitions_are_checked_against_each_other),
        cmocka_unit_test(test_names_are_unique_in_the_city),
        cmocka_unit_test(test_organs_must_be_known_once_there_is_a_list),
        cmocka_unit_test(test_a_wrong_call_says_how),
        cmocka_unit_test(test_the_written_c_is_as_the_golden_files),
        cmocka_unit_test(test_what_did_not_change_keeps_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
