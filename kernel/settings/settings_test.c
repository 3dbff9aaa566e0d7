#include "kernel/settings/settings.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/text.h"

static Arena *arena;
static Buf why;

static int setup(void **state)
{
    (void)state;
    arena = arena_new((size_t)64 << 20);
    why = buf_new(100000);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    buf_free(&why);
    return 0;
}

static Err parse(Str yaml, Settings *settings)
{
    arena_reset(arena);
    buf_clear(&why);
    return settings_parse(arena, STR("heluo.yaml"), yaml, settings, &why);
}

static void assert_default(const Settings *settings)
{
    assert_true(str_is(settings->city_name_zh, "洛阳市"));
    assert_true(str_is(settings->city_name_en, "Luoyang"));
    assert_true(str_is(settings->public_base_url, ""));
    assert_int_equal(settings->enquiry_per_minute, 30);
    assert_int_equal(settings->api_per_second, 1000);
    assert_int_equal(settings->batch_jobs, 2);
    assert_int_equal(settings->connections_max, 1000);
    assert_int_equal(settings->trusted_proxy.n, 0);
    assert_int_equal(settings->log_level, LOG_LEVEL_INFO);
}

static void what_is_missing_has_its_default(void **state)
{
    (void)state;
    Settings settings;
    static const Str FILES[] = {STR_INIT(""), STR_INIT("\n"), STR_INIT("# nothing\n  # here\n"),
                                STR_INIT("city_name_zh: 洛阳市\n"),
                                STR_INIT("log: {level: info}\n")};
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        assert_int_equal(parse(FILES[i], &settings), ERR_OK);
        assert_default(&settings);
    }
}

static void the_default_file_says_the_defaults(void **state)
{
    (void)state;
    Settings settings;
    Buf file = buf_new(10000);
    settings_write_default(&file);
    assert_false(file.overflow);
    assert_true(utf8_valid(buf_str(&file)));
    assert_int_equal(parse(buf_str(&file), &settings), ERR_OK);
    assert_default(&settings);
    assert_true(str_find(buf_str(&file), STR("\nrate:\n  # 每个来源")) > 0);
    assert_true(str_find(buf_str(&file), STR("(1 - 64)\n  jobs: 2\n")) > 0);
    buf_free(&file);
}

static void every_setting_is_read(void **state)
{
    (void)state;
    Settings settings;
    Err err = parse(STR("city_name_zh: 平顶山市\ncity_name_en: Pingdingshan\n"
                        "public_base_url: https://www.example.gov.cn:8443/city\n"
                        "rate:\n  enquiry_per_minute: 1\n  api_per_second: 1000000\n"
                        "batch: {jobs: 64}\nhttp: {connections_max: 10, trusted_proxy: "
                        "127.0.0.1}\nlog: {level: error}\n"),
                    &settings);
    assert_int_equal(err, ERR_OK);
    assert_true(str_is(settings.city_name_zh, "平顶山市"));
    assert_true(str_is(settings.city_name_en, "Pingdingshan"));
    assert_true(str_is(settings.public_base_url, "https://www.example.gov.cn:8443/city"));
    assert_int_equal(settings.enquiry_per_minute, 1);
    assert_int_equal(settings.api_per_second, 1000000);
    assert_int_equal(settings.batch_jobs, 64);
    assert_int_equal(settings.connections_max, 10);
    assert_true(str_is(settings.trusted_proxy, "127.0.0.1"));
    assert_int_equal(settings.log_level, LOG_LEVEL_ERROR);
}

/* Each is refused, and the message begins with this place. */
static void mistakes_name_their_place(void **state)
{
    (void)state;
    static const struct {
        Str yaml;
        const char *starts;
    } CASES[] = {
        {STR_INIT("city: 洛阳市\n"), "heluo.yaml:1:1: unknown key"},
        {STR_INIT("log:\n  levle: info\n"), "heluo.yaml:2:3: unknown key of log"},
        {STR_INIT("enquiry_per_minute: 5\n"), "heluo.yaml:1:1: unknown key"},
        {STR_INIT("rate.enquiry_per_minute: 5\n"), "heluo.yaml:1:1: unknown key"},
        {STR_INIT("rate: {enquiry_per_minute: 0}\n"), "heluo.yaml:1:28: rate.enquiry_per_minute"},
        {STR_INIT("batch:\n  jobs: 65\n"), "heluo.yaml:2:9: batch.jobs must be a whole number"},
        {STR_INIT("batch:\n  jobs: -1\n"), "heluo.yaml:2:9: "},
        {STR_INIT("batch:\n  jobs: 2.5\n"), "heluo.yaml:2:9: "},
        {STR_INIT("batch:\n  jobs: \"2\"\n"), "heluo.yaml:2:10: "},
        {STR_INIT("batch:\n  jobs: 99999999999999999999\n"), "heluo.yaml:2:9: "},
        {STR_INIT("batch:\n  jobs:\n"), "heluo.yaml:2:3: "},
        {STR_INIT("batch: 2\n"), "heluo.yaml:1:8: batch must be a map"},
        {STR_INIT("batch: [2]\n"), "heluo.yaml:1:8: batch must be a map"},
        {STR_INIT("- batch\n"), "heluo.yaml:1:1: the settings must be a map"},
        {STR_INIT("log: {level: loud}\n"), "heluo.yaml:1:14: unknown log.level"},
        {STR_INIT("log: {level: 1}\n"), "heluo.yaml:1:14: "},
        {STR_INIT("city_name_zh: ''\n"), "heluo.yaml:1:16: city_name_zh is empty"},
        {STR_INIT("http:\n  trusted_proxy: example.cn\n"), "heluo.yaml:2:18: http.trusted_proxy"},
        {STR_INIT("city_name_zh: [洛阳]\n"), "heluo.yaml:1:15: "},
        {STR_INIT("city_name_en: a\ncity_name_en: b\n"),
         "heluo.yaml:2:1: \"city_name_en\" stands twice"},
        {STR_INIT("public_base_url: www.example.gov.cn\n"), "heluo.yaml:1:18: public_base_url"},
        {STR_INIT("public_base_url: https://\n"), "heluo.yaml:1:18: "},
        {STR_INIT("public_base_url: https://example.gov.cn/\n"), "heluo.yaml:1:18: "},
        {STR_INIT("public_base_url: 'javascript:alert(1)'\n"), "heluo.yaml:1:19: "},
        {STR_INIT("public_base_url: 'https://a\"onload='\n"), "heluo.yaml:1:19: "},
        {STR_INIT("public_base_url: https://洛阳.cn\n"), "heluo.yaml:1:18: "},
        {STR_INIT("city_name_en: &a Luoyang\n"), "heluo.yaml:1:"},
        {STR_INIT("city_name_en: \"a\\nb\"\n"), "heluo.yaml:1:16: "},
        {STR_INIT("log: {level: info\n"), "heluo.yaml:"},
        {STR_INIT("\tlog: 1\n"), "heluo.yaml:1:1: a tab"},
        {STR_INIT("city_name_zh: \xC2\xE5\n"), "heluo.yaml:1:"},
    };
    Settings settings;
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Err err = parse(CASES[i].yaml, &settings);
        bool good = err == ERR_BAD && str_starts(buf_str(&why), str_of(CASES[i].starts));
        if (!good) {
            print_message(STR_FMT "gave " STR_FMT "\n", STR_ARG(CASES[i].yaml),
                          STR_ARG(buf_str(&why)));
        }
        assert_true(good);
    }
}

static void all_mistakes_are_told_at_once(void **state)
{
    (void)state;
    Settings settings;
    assert_int_equal(parse(STR("colour: red\nbatch: {jobs: 0}\nlog: {level: loud}\n"), &settings),
                     ERR_BAD);
    int lines = 0;
    for (Str rest = buf_str(&why), line; str_split(&rest, '\n', &line);) lines++;
    assert_int_equal(lines, 3);
}

static void the_file_of_a_folder_is_read(void **state)
{
    (void)state;
    Settings settings;
    char dir[] = "/tmp/heluo-settings-XXXXXX", path[100];
    assert_non_null(mkdtemp(dir));
    assert_int_equal(settings_load(arena, dir, &settings, &why), ERR_OK); /* no file */
    assert_default(&settings);
    assert_int_equal(settings_load(arena, "/nowhere/at/all", &settings, &why), ERR_OK);

    snprintf(path, sizeof path, "%s/%s", dir, SETTINGS_FILE);
    static const Str YAML = STR_INIT("batch: {jobs: 7}\nlog: {level: loud}\n");
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, YAML.p, YAML.n), YAML.n);
    buf_clear(&why);
    assert_int_equal(settings_load(arena, dir, &settings, &why), ERR_BAD);
    assert_true(str_starts(buf_str(&why), str_of(path)));
    assert_int_equal(ftruncate(fd, 17), 0);
    assert_int_equal(settings_load(arena, dir, &settings, &why), ERR_OK);
    assert_int_equal(settings.batch_jobs, 7);
    assert_int_equal(ftruncate(fd, (off_t)1 << 30), 0); /* a gigabyte of NULs: read no further */
    assert_int_equal(settings_load(arena, dir, &settings, &why), ERR_BAD);
    close(fd);
    assert_int_equal(unlink(path), 0);

    assert_int_equal(mkdir(path, 0700), 0);
    buf_clear(&why);
    assert_int_equal(settings_load(arena, dir, &settings, &why), ERR_STORAGE);
    assert_true(str_starts(buf_str(&why), str_of(path)));
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_has_its_default),
        cmocka_unit_test(the_default_file_says_the_defaults),
        cmocka_unit_test(every_setting_is_read),
        cmocka_unit_test(mistakes_name_their_place),
        cmocka_unit_test(all_mistakes_are_told_at_once),
        cmocka_unit_test(the_file_of_a_folder_is_read),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
