#include "lib/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <unistd.h>
#include <utf8proc.h>

#include "lib/json.h"
#include "lib/text.h"

const char *const LOG_LEVEL_NAMES[LOG_LEVEL_COUNT] = {"debug", "info", "warn", "error"};

static struct {
    atomic_int least, fd;
    _Atomic(const Env *) env;
    _Atomic int64_t lost;
} logs = {LOG_LEVEL_INFO, STDERR_FILENO, &ENV_REAL, 0};

void log_start(LogLevel least, int fd, const Env *env)
{
    ASSERT(least < LOG_LEVEL_COUNT && fd >= 0);
    atomic_store(&logs.env, env);
    atomic_store(&logs.fd, fd);
    atomic_store(&logs.least, (int)least);
}

int log_file_open(const char *path)
{
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
}

int64_t log_lost(void)
{
    return atomic_load(&logs.lost);
}

/* Characters that terminals and log viewers obey: DEL, C1, line separators, marks of direction. */
static bool is_steering(int32_t point)
{
    static const struct {
        int32_t first, last;
    } RANGES[] = {{0x7F, 0x9F},     {0x061C, 0x061C}, {0x200B, 0x200F},
                  {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF}};
    for (size_t i = 0; i < COUNT_OF(RANGES); i++) {
        if (point >= RANGES[i].first && point <= RANGES[i].last) return true;
    }
    return false;
}

/* Writes `plain` as the inside of a JSON string. */
static void put_plain(Buf *line, Str plain)
{
    size_t at = line->n;
    json_put_text(line, plain);
    if (line->overflow) return;
    memmove(line->p + at, line->p + at + 1, line->n - at - 2); /* without its quotes */
    line->n -= 2;
}

/* A text that may hold anything: NUL and bytes that are no UTF-8 become U+FFFD, steering is
 * escaped. */
static void put_text(Buf *line, Str text)
{
    bool cut = text.n > LOG_TEXT_MAX;
    if (cut) text = str_slice(text, 0, LOG_TEXT_MAX);
    for (size_t tail = 1; cut && tail <= 3; tail++) { /* not within a character */
        if (!utf8_cut(str_slice(text, text.n - tail, text.n))) continue;
        text = str_slice(text, 0, text.n - tail);
        break;
    }
    buf_byte(line, '"');
    for (size_t i = 0, plain = 0; i < text.n;) {
        int32_t point;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text.p + i,
                                              (utf8proc_ssize_t)(text.n - i), &point);
        bool text_at = n > 0 && point != 0;
        bool good = text_at && !is_steering(point);
        size_t used = n > 0 ? (size_t)n : 1;
        if (!good || i + used == text.n) {
            put_plain(line, str_slice(text, plain, good ? text.n : i));
            plain = i + used;
        }
        if (!text_at)
            buf_lit(line, "\uFFFD");
        else if (!good)
            buf_printf(line, "\\u%04x", (unsigned)point);
        i += used;
    }
    if (cut) buf_lit(line, "…");
    buf_byte(line, '"');
}

static void put_pair(Buf *line, const LogPair *pair)
{
    buf_byte(line, ',');
    put_text(line, str_of(pair->key));
    buf_byte(line, ':');
    switch (pair->type) {
    case LOG_TYPE_STR:
        if (pair->text.p)
            put_text(line, pair->text);
        else
            buf_lit(line, "null");
        break;
    case LOG_TYPE_INT: buf_int(line, pair->number); break;
    case LOG_TYPE_BOOL: buf_add(line, pair->number ? STR("true") : STR("false")); break;
    }
}

static void line_send(Str line)
{
    ssize_t n;
    do n = write(atomic_load(&logs.fd), line.p, line.n);
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)line.n) atomic_fetch_add(&logs.lost, 1);
}

void log_write(LogLevel level, const char *event, const LogPair *pairs, int count)
{
    static const Str CUT = STR_INIT(",\"cut\":true"), END = STR_INIT("}\n");
    ASSERT(level < LOG_LEVEL_COUNT);
    if ((int)level < atomic_load(&logs.least)) return;
    int before = errno; /* whoever logs a failure may still need it */
    Buf line = buf_new(LOG_LINE_MAX - CUT.n - END.n);
    buf_lit(&line, "{\"time\":\"");
    instant_write(&line, env_now_us(atomic_load(&logs.env)));
    buf_printf(&line, "\",\"level\":\"%s\",\"event\":", LOG_LEVEL_NAMES[level]);
    put_text(&line, str_of(event));
    ASSERT(!line.overflow);
    bool cut = false;
    for (int i = 0; i < count; i++) {
        size_t at = line.n;
        put_pair(&line, &pairs[i]);
        if (!line.overflow) continue;
        line.n = at;
        line.overflow = false;
        cut = true;
    }
    line.max = LOG_LINE_MAX;
    if (cut) buf_add(&line, CUT);
    buf_add(&line, END);
    line_send(buf_str(&line));
    buf_free(&line);
    errno = before;
}
