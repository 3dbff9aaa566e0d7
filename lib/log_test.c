#include "lib/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/json.h"
#include "lib/text.h"

static int64_t fixed_now(void *self)
{
    (void)self;
    return 1772294400123456; /* 2026-03-01T00:00:00.123456+08:00 */
}

static const Env FIXED = {.now_us = fixed_now};
static Buf lines;
static int fd;

static int setup(void **state)
{
    (void)state;
    lines = buf_new(8 << 20);
    fd = memfd_create("log_test", MFD_CLOEXEC);
    assert_true(fd >= 0);
    log_start(LOG_LEVEL_INFO, fd, &FIXED);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    log_start(LOG_LEVEL_INFO, STDERR_FILENO, &ENV_REAL);
    close(fd);
    buf_free(&lines);
    return 0;
}

/* What was logged since the last call; the log is empty afterwards. */
static Str take(void)
{
    off_t size = lseek(fd, 0, SEEK_END);
    buf_clear(&lines);
    char *room = buf_room(&lines, (size_t)size + 1);
    assert_non_null(room);
    assert_int_equal(pread(fd, room, (size_t)size, 0), size);
    lines.n = (size_t)size;
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return buf_str(&lines);
}

/* One line, of printable characters only, that is a JSON object. Free with json_decref. */
static json_t *assert_one_object(Str line)
{
    Buf why = buf_new(1000);
    assert_true(str_ends(line, STR("}\n")));
    assert_true(line.n <= LOG_LINE_MAX);
    assert_true(utf8_valid(line));
    Str rest = str_slice(line, 0, line.n - 1);
    for (size_t i = 0; i < rest.n; i++) {
        unsigned char c = (unsigned char)rest.p[i];
        assert_true(c >= 0x20 && c != 0x7F);
        assert_false(c == 0xC2 && (unsigned char)rest.p[i + 1] < 0xA0); /* C1 */
    }
    json_t *json = json_read(rest, &why);
    assert_non_null(json);
    assert_true(json_is_object(json));
    buf_free(&why);
    return json;
}

static void an_event_is_a_line_of_json(void **state)
{
    (void)state;
    log_event(LOG_LEVEL_INFO, "batch_done", LOG_STR("dataset", STR("entity")),
              LOG_INT("records", -5), LOG_BOOL("resumed", true), LOG_STR("none", STR_NONE),
              LOG_STR("empty", STR("")));
    assert_true(str_is(take(), "{\"time\":\"2026-03-01T00:00:00.123456+08:00\",\"level\":\"info\","
                               "\"event\":\"batch_done\",\"dataset\":\"entity\",\"records\":-5,"
                               "\"resumed\":true,\"none\":null,\"empty\":\"\"}\n"));
    log_event(LOG_LEVEL_ERROR, "stopped");
    assert_true(str_ends(take(), STR("\"level\":\"error\",\"event\":\"stopped\"}\n")));
}

static void levels_below_the_least_are_left_out(void **state)
{
    (void)state;
    log_event(LOG_LEVEL_DEBUG, "no");
    assert_int_equal(take().n, 0);
    log_start(LOG_LEVEL_WARN, fd, &FIXED);
    log_event(LOG_LEVEL_INFO, "no");
    log_event(LOG_LEVEL_WARN, "yes");
    assert_true(str_ends(take(), STR("\"level\":\"warn\",\"event\":\"yes\"}\n")));
    log_start(LOG_LEVEL_DEBUG, fd, &FIXED);
    log_event(LOG_LEVEL_DEBUG, "yes");
    assert_true(take().n > 0);
    log_start(LOG_LEVEL_INFO, fd, &FIXED);
}

static void no_text_breaks_the_line(void **state)
{
    (void)state;
    static const struct {
        Str text;
        const char *written;
    } CASES[] = {
        {STR_INIT("a\r\n{\"level\":\"forged\"}"), "\"a\\r\\n{\\\"level\\\":\\\"forged\\\"}\""},
        {STR_INIT("\x1b[31mred\x1b]0;t\x07"), "\"\\u001b[31mred\\u001b]0;t\\u0007\""},
        {STR_INIT("\xC2\x9B"
                  "31m"),
         "\"\\u009b31m\""}, /* C1 CSI */
        {STR_INIT("\x7f\0z"), "\"\\u007f\uFFFDz\""},
        {STR_INIT("a\u202Eb\u2028c\uFEFF"), "\"a\\u202eb\\u2028c\\ufeff\""},
        {STR_INIT("洛\xE9阳\xFF"), "\"洛\uFFFD阳\uFFFD\""}, /* no UTF-8 */
        {STR_INIT("\xE6\xB4"), "\"\uFFFD\uFFFD\""},
        {STR_INIT("𠂇 q\"b\\"), "\"𠂇 q\\\"b\\\\\""},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        log_event(LOG_LEVEL_INFO, "e", LOG_STR("t", CASES[i].text));
        Str line = take();
        Str expected = str_of(CASES[i].written);
        ptrdiff_t at = str_find(line, STR("\"t\":"));
        assert_true(at > 0);
        Str got = str_slice(line, (size_t)at + 4, line.n - 2);
        if (!str_eq(got, expected)) print_message("[" STR_FMT "]\n", STR_ARG(got));
        assert_true(str_eq(got, expected));
    }
}

static void lines_are_bounded(void **state)
{
    (void)state;
    char text[3 * LOG_TEXT_MAX];
    for (size_t i = 0; i + 3 <= sizeof text; i += 3) memcpy(text + i, "洛", 3);
    Str longest = {text, sizeof text};
    for (size_t shift = 0; shift < 3; shift++) {
        memset(text, 'x', shift);
        for (size_t i = shift; i + 3 <= sizeof text; i += 3) memcpy(text + i, "洛", 3);
        longest.n = shift + (sizeof text - shift) / 3 * 3;
        log_event(LOG_LEVEL_INFO, "e", LOG_STR("t", longest), LOG_INT("behind", 1));
        json_t *json = assert_one_object(take());
        const char *got = json_string_value(json_object_get(json, "t"));
        assert_true(strlen(got) <= LOG_TEXT_MAX + 3 && strlen(got) > LOG_TEXT_MAX - 3);
        assert_true(str_ends(str_of(got), STR("洛…")));
        assert_int_equal(json_integer_value(json_object_get(json, "behind")), 1);
        assert_null(json_object_get(json, "cut"));
        json_decref(json);
    }
    memset(text, 1, sizeof text); /* each becomes six bytes */
    longest.n = 600;
    log_event(LOG_LEVEL_INFO, "e", LOG_STR("a", longest), LOG_STR("b", longest), LOG_INT("c", 3));
    json_t *json = assert_one_object(take());
    assert_non_null(json_object_get(json, "a"));
    assert_null(json_object_get(json, "b"));
    assert_int_equal(json_integer_value(json_object_get(json, "c")), 3);
    assert_true(json_is_true(json_object_get(json, "cut")));
    json_decref(json);
}

static void random_bytes_give_one_object(void **state)
{
    (void)state;
    uint64_t seed = 20260306;
    for (int round = 0; round < 5000; round++) {
        char text[200];
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t n = (seed >> 33) % sizeof text;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text[i] = (char)(seed >> 40);
        }
        log_event(LOG_LEVEL_INFO, "e", LOG_STR("t", ((Str){text, n})));
        json_decref(assert_one_object(take()));
    }
}

enum { THREADS = 4, EVENTS = 2000 };

static void *log_many(void *self)
{
    for (int i = 0; i < EVENTS; i++) {
        log_event(LOG_LEVEL_INFO, "e", LOG_INT("thread", *(int *)self), LOG_INT("i", i));
    }
    return NULL;
}

static void threads_do_not_mix_their_lines(void **state)
{
    (void)state;
    char path[] = "/tmp/heluo-log-XXXXXX";
    close(mkstemp(path));
    int file = log_file_open(path);
    assert_true(file >= 0);
    log_start(LOG_LEVEL_INFO, file, &FIXED);
    pthread_t threads[THREADS];
    int numbers[THREADS], next[THREADS] = {0};
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, log_many, &numbers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    log_start(LOG_LEVEL_INFO, fd, &FIXED);
    close(file);

    int in = open(path, O_RDONLY | O_CLOEXEC);
    buf_clear(&lines);
    char *room = buf_room(&lines, lines.max);
    ssize_t n = read(in, room, lines.max);
    assert_true(n > 0);
    lines.n = (size_t)n;
    close(in);
    unlink(path);
    int count = 0;
    Buf why = buf_new(1000);
    for (Str rest = buf_str(&lines), line; str_split(&rest, '\n', &line) && line.n > 0; count++) {
        json_t *json = json_read(line, &why);
        assert_non_null(json);
        int thread = (int)json_integer_value(json_object_get(json, "thread"));
        assert_int_equal(json_integer_value(json_object_get(json, "i")), next[thread]++);
        json_decref(json);
    }
    buf_free(&why);
    assert_int_equal(count, THREADS * EVENTS);
}

static void what_cannot_be_written_is_counted(void **state)
{
    (void)state;
    int64_t before = log_lost();
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    log_start(LOG_LEVEL_INFO, full, &FIXED);
    errno = EDOM;
    log_event(LOG_LEVEL_INFO, "e");
    assert_int_equal(errno, EDOM);
    assert_int_equal(log_lost(), before + 1);
    log_start(LOG_LEVEL_INFO, fd, &FIXED);
    close(full);
    assert_int_equal(log_file_open("/nowhere/at/all"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_a_line_of_json),
        cmocka_unit_test(levels_below_the_least_are_left_out),
        cmocka_unit_test(no_text_breaks_the_line),
        cmocka_unit_test(lines_are_bounded),
        cmocka_unit_test(random_bytes_give_one_object),
        cmocka_unit_test(threads_do_not_mix_their_lines),
        cmocka_unit_test(what_cannot_be_written_is_counted),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
