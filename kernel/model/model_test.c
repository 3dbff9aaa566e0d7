/* Definitions: golden pairs under testdata (good ones pass, each bad one gives exactly its
 * .expect), what is read means what it says, and no damaged file does harm. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kernel/model/model_yaml.h"

#define GOOD "kernel/model/testdata/good"
#define BAD "kernel/model/testdata/bad"

enum { FILES_MAX = 400, FILE_BYTES_MAX = 64 * 1024 };

typedef struct Files {
    char names[FILES_MAX][128];
    int count;
} Files;

static int name_order(const void *a, const void *b)
{
    return strcmp(a, b);
}

static Files *files_of(Arena *arena, const char *folder)
{
    Files *files = arena_array(arena, Files, 1);
    DIR *dir = opendir(folder);
    assert_non_null(dir); /* tests run in the root of the tree */
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        if (!str_ends(str_of(entry->d_name), STR(".yaml"))) continue;
        assert_true(files->count < FILES_MAX && strlen(entry->d_name) < sizeof files->names[0]);
        memcpy(files->names[files->count++], entry->d_name, strlen(entry->d_name) + 1);
    }
    closedir(dir);
    qsort(files->names, (size_t)files->count, sizeof files->names[0], name_order);
    return files;
}

static Str file_read(Arena *arena, const char *folder, Str name)
{
    Str path = arena_printf(arena, "%s/" STR_FMT, folder, STR_ARG(name));
    FILE *file = fopen(path.p, "rb");
    if (file == NULL) print_error("%s is missing\n", path.p);
    assert_non_null(file);
    char *bytes = arena_alloc(arena, FILE_BYTES_MAX);
    size_t n = fread(bytes, 1, FILE_BYTES_MAX, file);
    fclose(file);
    assert_true(n < FILE_BYTES_MAX);
    return (Str){bytes, n};
}

static Str errors_text(Arena *arena, const ModelErrors *errors)
{
    Buf out = buf_new(1024 * 1024);
    for (int i = 0; i < errors->count; i++) {
        const ModelError *error = &errors->items[i];
        buf_printf(&out, STR_FMT ":%d:%d: " STR_FMT "\n", STR_ARG(error->file), error->line,
                   error->column, STR_ARG(error->message));
    }
    Str text = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static Err parse(Arena *arena, const char *name, Str yaml, Dataset *out, ModelErrors *errors)
{
    return model_parse(arena, str_of(name), STR("kernel/model"), yaml, out, errors);
}

static Dataset good(Arena *arena, const char *name)
{
    Dataset dataset;
    ModelErrors errors;
    assert_int_equal(parse(arena, name, file_read(arena, GOOD, str_of(name)), &dataset, &errors),
                     ERR_OK);
    return dataset;
}

/* ---- golden pairs ---- */

static void test_good_definitions_pass(void **state)
{
    (void)state;
    Arena *arena = arena_new(64 * 1024 * 1024);
    Files *files = files_of(arena, GOOD);
    assert_true(files->count >= 12);
    for (int i = 0; i < files->count; i++) {
        Dataset dataset;
        ModelErrors errors;
        Err err = parse(arena, files->names[i], file_read(arena, GOOD, str_of(files->names[i])),
                        &dataset, &errors);
        if (err != ERR_OK) print_error(STR_FMT, STR_ARG(errors_text(arena, &errors)));
        assert_int_equal(err, ERR_OK);
        assert_int_equal(errors.count, 0);
    }
    arena_free(arena);
}

static void test_bad_definitions_are_refused_as_expected(void **state)
{
    (void)state;
    Arena *arena = arena_new(64 * 1024 * 1024);
    Files *files = files_of(arena, BAD);
    assert_true(files->count >= 40);
    int differ = 0;
    for (int i = 0; i < files->count; i++) {
        Str name = str_of(files->names[i]);
        Str stem = str_slice(name, 0, name.n - STR(".yaml").n);
        Dataset dataset;
        ModelErrors errors;
        assert_int_equal(
            parse(arena, files->names[i], file_read(arena, BAD, name), &dataset, &errors), ERR_BAD);
        Str expected = file_read(arena, BAD, arena_printf(arena, STR_FMT ".expect", STR_ARG(stem)));
        Str found = errors_text(arena, &errors);
        if (str_eq(expected, found)) continue;
        print_error("%s: expected\n" STR_FMT "found\n" STR_FMT "\n", files->names[i],
                    STR_ARG(expected), STR_ARG(found));
        differ++;
    }
    assert_int_equal(differ, 0);
    arena_free(arena);
}

/* ---- meaning ---- */

static void test_person_means_what_it_says(void **state)
{
    (void)state;
    Arena *arena = arena_new(YAML_ARENA_MAX);
    Dataset person = good(arena, "person.yaml");
    assert_true(str_is(person.id, "person") && str_is(person.label.zh, "自然人") &&
                str_is(person.label.en, "Person"));
    assert_true(str_is(person.clause, "P4.1") && str_is(person.owner, "police"));
    assert_int_equal(person.key, 0);
    assert_int_equal(person.identity, -1);
    assert_int_equal(person.field_count, 6);
    const Field *id = &person.fields[0], *name = &person.fields[1], *marital = &person.fields[4];
    assert_int_equal(id->type, FIELD_CITIZEN_ID);
    assert_true(id->required); /* a key always is */
    assert_int_equal(id->secrecy, SECRECY_PERSONAL);
    assert_true(name->required);
    assert_int_equal(name->length_max, 50);
    assert_true(str_is(name->label.en, "name")); /* falls back to the id */
    assert_true(str_is(marital->codes, "gbt2261_2"));
    assert_int_equal(marital->from.count, 2);
    assert_true(str_is(marital->from.items[0], "civil_affairs")); /* the order is the trust */
    assert_int_equal(marital->secrecy, SECRECY_PUBLIC);
    assert_int_equal(person.index_count, 2);
    assert_int_equal(person.indexes[0].count, 2);
    assert_int_equal(person.indexes[0].fields[1], 3);
    assert_int_equal(person.query_count, 1);
    assert_int_equal(person.queries[0].limit, 50);
    assert_true(str_is(person.checks.items[0], "person_matches_id_number"));
    assert_int_equal(person.sharing.ways.count, 3);
    assert_true(str_is(person.module, "kernel/model"));
    arena_free(arena);
}

static void test_defaults_and_limits(void **state)
{
    (void)state;
    Arena *arena = arena_new(YAML_ARENA_MAX);
    Dataset small = good(arena, "smallest.yaml");
    assert_int_equal(small.fields[0].length_max, 200);
    assert_true(str_is(small.sharing.type, "conditional") && !small.sharing.open);
    Dataset lengths = good(arena, "lengths.yaml");
    assert_int_equal(lengths.fields[0].length_min, 12);
    assert_int_equal(lengths.fields[0].length_max, 12);
    Dataset ranges = good(arena, "ranges.yaml");
    assert_true(ranges.fields[1].has_min && ranges.fields[1].has_max &&
                ranges.fields[1].max == INT64_MAX);
    assert_true(ranges.fields[2].min == INT64_MIN && !ranges.fields[2].has_max);
    assert_true(ranges.fields[3].min == -180000000); /* scaled as the value */
    assert_true(ranges.fields[4].max == 999999);
    Dataset types = good(arena, "every_type.yaml");
    for (int i = 0; i < types.field_count; i++) assert_int_equal(types.fields[i].type, i);
    arena_free(arena);
}

static void test_headings(void **state)
{
    (void)state;
    Arena *arena = arena_new(YAML_ARENA_MAX);
    Dataset headings = good(arena, "headings.yaml");
    static const struct {
        const char *heading;
        int field;
    } CASES[] = {
        {"id", 0},   {"编号", 0},  {"序号", 0},      {"No.", 0}, {"name", 1}, {"名称", 1},
        {"Name", 1}, {"1号名", 1}, {"所在省份", -2}, {"Id", -1}, {"", -1},    {"企业名称 ", -1},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        assert_int_equal(model_heading(&headings, str_of(CASES[i].heading)), CASES[i].field);
    }
    assert_int_equal(model_field(&headings, STR("name")), 1);
    assert_int_equal(model_field(&headings, STR("名称")), -1);
    Model model = {&headings, 1};
    assert_ptr_equal(model_dataset(&model, STR("headings")), &headings);
    assert_null(model_dataset(&model, STR("heading")));
    arena_free(arena);
}

static void test_type_names_are_the_words_of_the_format(void **state)
{
    (void)state;
    assert_string_equal(model_type_name(FIELD_TEXT), "text");
    assert_string_equal(model_type_name(FIELD_ORG_CODE), "org_code");
    assert_string_equal(model_type_name(FIELD_ORGAN), "organ");
}

static void test_nearest_name(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"label", "length", "required", "type"};
    assert_string_equal(name_nearest(STR("lable"), NAMES, 4), "label");
    assert_string_equal(name_nearest(STR("tpye"), NAMES, 4), "type");
    assert_string_equal(name_nearest(STR("requird"), NAMES, 4), "required");
    assert_null(name_nearest(STR("colour"), NAMES, 4));
    assert_null(name_nearest(STR(""), NAMES, 4));
    assert_null(name_nearest(STR("label"), NAMES, 0));
}

/* ---- bad bytes ---- */

static void test_a_file_over_the_limit_is_refused(void **state)
{
    (void)state;
    Arena *arena = arena_new(YAML_ARENA_MAX);
    Buf yaml = buf_new(1024 * 1024);
    buf_add(&yaml, file_read(arena, GOOD, STR("smallest.yaml")));
    while (yaml.n < YAML_BYTES_MAX) buf_lit(&yaml, "#");
    Dataset dataset;
    ModelErrors errors;
    assert_int_equal(parse(arena, "x", buf_str(&yaml), &dataset, &errors), ERR_OK);
    buf_lit(&yaml, "#");
    assert_int_equal(parse(arena, "x", buf_str(&yaml), &dataset, &errors), ERR_BAD);
    assert_int_equal(errors.count, 1);
    buf_free(&yaml);
    arena_free(arena);
}

static void test_very_many_values_are_refused(void **state)
{
    (void)state;
    static const char *const PARTS[] = {"a,",    "{",    "[",           "a: b\n", "- ",
                                        "? a\n", "a:\n", "x: {a: 1}\n", "'',"};
    for (size_t i = 0; i < COUNT_OF(PARTS); i++) {
        Arena *arena = arena_new(YAML_ARENA_MAX);
        Buf yaml = buf_new(YAML_BYTES_MAX);
        buf_lit(&yaml, "dataset: [");
        if (strchr(PARTS[i], '\n')) buf_clear(&yaml);
        while (yaml.n + 16 < YAML_BYTES_MAX) buf_add(&yaml, str_of(PARTS[i]));
        Dataset dataset;
        ModelErrors errors;
        assert_int_equal(parse(arena, "x", buf_str(&yaml), &dataset, &errors), ERR_BAD);
        assert_true(errors.count > 0 && errors.count <= MODEL_ERRORS_MAX + 1);
        buf_free(&yaml);
        arena_free(arena);
    }
}

static uint64_t random_next(uint64_t *seed) /* xorshift: the same files in every run */
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static const char *const SPLINTERS[] = {
    "\n",       ": ", "- ",      "[",     "]",   "{",    "}",
    "&a ",      "*a", "!t ",     "? ",    "|\n", ">-\n", "\"",
    "'",        "#",  "---\n",   "...\n", "%",   "\t",   "\xff",
    "\xe5\x8c", "\0", "\\u0000", "\\xff", "0",   "-1",   "9223372036854775808",
    "null",     "~",  "<<",      "\r",    ",",
};

/* Cut, double, or put splinters into a text, a few times. */
static void mutate(uint64_t *seed, Buf *yaml)
{
    int times = 1 + (int)(random_next(seed) % 4);
    for (int i = 0; i < times && yaml->n > 1; i++) {
        size_t at = random_next(seed) % yaml->n,
               size = random_next(seed) % MIN(yaml->n - at, (size_t)40) + 1;
        size = MIN(size, yaml->n - at);
        const char *splinter = SPLINTERS[random_next(seed) % COUNT_OF(SPLINTERS)];
        Str put = *splinter ? str_of(splinter) : (Str){"\0", 1};
        switch (random_next(seed) % 4) {
        case 0:
            memmove(yaml->p + at, yaml->p + at + size, yaml->n - at - size);
            yaml->n -= size;
            break;
        case 1: yaml->p[at] = (char)random_next(seed); break;
        default:
            if (random_next(seed) % 4 == 0) put = (Str){yaml->p + at, size};
            char room[64];
            memcpy(room, put.p, put.n);
            if (buf_room(yaml, put.n) == NULL) return;
            memmove(yaml->p + at + put.n, yaml->p + at, yaml->n - at);
            memcpy(yaml->p + at, room, put.n);
            yaml->n += put.n;
        }
    }
}

static void mutated_parse(uint64_t *seed, Str yaml)
{
    Arena *arena = arena_new(YAML_ARENA_MAX);
    Buf text = buf_new(FILE_BYTES_MAX);
    buf_add(&text, yaml);
    mutate(seed, &text);
    Dataset dataset;
    ModelErrors errors;
    Err err = parse(arena, "x", buf_str(&text), &dataset, &errors);
    assert_true(err == ERR_OK || err == ERR_BAD);
    assert_true((err == ERR_OK) == (errors.count == 0));
    for (int i = 0; i < errors.count; i++) {
        assert_true(errors.items[i].line >= 1 && errors.items[i].column >= 1 &&
                    errors.items[i].message.n > 0);
    }
    buf_free(&text);
    arena_free(arena);
}

static void test_mutated_definitions_do_no_harm(void **state)
{
    (void)state;
    static const char *const FOLDERS[] = {GOOD, BAD};
    uint64_t seed = 20080501;
    for (size_t f = 0; f < COUNT_OF(FOLDERS); f++) {
        Arena *arena = arena_new(64 * 1024 * 1024);
        Files *files = files_of(arena, FOLDERS[f]);
        for (int i = 0; i < files->count; i++) {
            Str yaml = file_read(arena, FOLDERS[f], str_of(files->names[i]));
            if (yaml.n > 4000) continue;
            for (int round = 0; round < (f == 0 ? 120 : 15); round++) mutated_parse(&seed, yaml);
        }
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_definitions_pass),
        cmocka_unit_test(test_bad_definitions_are_refused_as_expected),
        cmocka_unit_test(test_person_means_what_it_says),
        cmocka_unit_test(test_defaults_and_limits),
        cmocka_unit_test(test_headings),
        cmocka_unit_test(test_type_names_are_the_words_of_the_format),
        cmocka_unit_test(test_nearest_name),
        cmocka_unit_test(test_a_file_over_the_limit_is_refused),
        cmocka_unit_test(test_very_many_values_are_refused),
        cmocka_unit_test(test_mutated_definitions_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
