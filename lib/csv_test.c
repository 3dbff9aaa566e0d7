#include "lib/csv.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/text.h"

static uint64_t seed = 20260304;
static CsvRecord record; /* large, so not on the stack */

static uint32_t draw(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

/* A file in memory with this content. */
static int file_of(Str text)
{
    int fd = memfd_create("csv_test", MFD_CLOEXEC);
    assert_true(fd >= 0);
    while (text.n > 0) {
        ssize_t n = write(fd, text.p, text.n);
        assert_true(n > 0);
        text = str_slice(text, (size_t)n, text.n);
    }
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

static void assert_str(Str got, Str expected)
{
    if (!str_eq(got, expected)) {
        print_message("got      [" STR_FMT "]\nexpected [" STR_FMT "]\n", STR_ARG(got),
                      STR_ARG(expected));
    }
    assert_true(str_eq(got, expected));
}

/* Reads all of text. Writes "line|cell|cell" for each record and at last "=result@line". */
static void assert_reads(Str text, const char *expected)
{
    int fd = file_of(text);
    CsvReader *reader = csv_open(fd);
    Buf out = buf_new(1 << 20);
    CsvResult result = CSV_RECORD;
    assert_non_null(reader);
    while ((result = csv_next(reader, &record)) == CSV_RECORD) {
        buf_int(&out, record.line);
        for (int i = 0; i < record.count; i++) {
            buf_byte(&out, '|');
            buf_add(&out, record.cells[i]);
        }
        buf_byte(&out, ';');
    }
    buf_printf(&out, "=%d@%d", (int)result, (int)record.line);
    assert_str(buf_str(&out), str_of(expected));
    assert_int_equal(csv_next(reader, &record), result); /* and it stays so */
    if (result == CSV_END) assert_int_equal(csv_offset(reader), text.n);
    buf_free(&out);
    csv_close(reader);
    close(fd);
}

static void records_are_read(void **state)
{
    (void)state;
    assert_int_equal(CSV_END, 1); /* as the expectations here say */
    assert_reads(STR(""), "=1@1");
    assert_reads(STR("a,b\n1,2\n"), "1|a|b;2|1|2;=1@3");
    assert_reads(STR("a,b\r\n1,2\r\n"), "1|a|b;2|1|2;=1@3");
    assert_reads(STR("a,b\n1,2"), "1|a|b;2|1|2;=1@2"); /* no end of the last line */
    assert_reads(STR("a,b\r"), "1|a|b;=1@1");
    assert_reads(STR("a,\"b\"\r"), "1|a|b;=1@1");
    assert_reads(STR("\xEF\xBB\xBF\"a\",b\n"), "1|a|b;=1@2");
    assert_reads(STR(",,\n"), "1|||;=1@2");
    assert_reads(STR(","), "1||;=1@1");
    assert_reads(STR("\"\"\n"), "1|;=1@2");
    assert_reads(STR("\"3,676.5000(万元)\",\"say \"\"yes\"\"\",\"\"\"\"\n"),
                 "1|3,676.5000(万元)|say \"yes\"|\";=1@2");
    assert_reads(STR(" a , b \n"), "1| a | b ;=1@2");
    assert_reads(STR("a\rb,c\n"), "1|a\rb|c;=1@2");
}

static void lines_are_physical_lines(void **state)
{
    (void)state;
    assert_reads(STR("h\n\"a\nb\n\"\nx\n"), "1|h;2|a\nb\n;5|x;=1@6");
    assert_reads(STR("h\r\n\"a\r\nb\"\r\nx\r\n"), "1|h;2|a\r\nb;4|x;=1@5");
    assert_reads(STR("h\n\n\r\nx\n\n\n"), "1|h;4|x;=1@7"); /* empty lines count, and say nothing */
    assert_reads(STR("\n\nh"), "3|h;=1@3");
}

static void faults_say_their_line(void **state)
{
    (void)state;
    char text[100];
    const struct {
        Str text;
        const char *before;
        CsvResult result;
        int line;
    } CASES[] = {
        {STR("h\na\"b\n"), "1|h;", CSV_QUOTE, 2},
        {STR("h\n\"a\nb\"c\n"), "1|h;", CSV_QUOTE, 3},
        {STR("\"a\" ,b\n"), "", CSV_QUOTE, 1},
        {STR("\"a\"\rb\n"), "", CSV_QUOTE, 1},
        {STR("h\nx,\"a\nb"), "1|h;", CSV_TRUNCATED, 2},
        {STR("h\n\""), "1|h;", CSV_TRUNCATED, 2},
        {STR("h\n\"\"\""), "1|h;", CSV_TRUNCATED, 2},
        {STR("洛阳市,中文,企业名称\n甲乙,丙丁\n一,\xE6\xB4,二\n"),
         "1|洛阳市|中文|企业名称;2|甲乙|丙丁;", CSV_ENCODING, 3},
        {STR("\xEF\xBB\xBFh\nx\n\xFF\n"), "1|h;2|x;", CSV_ENCODING, 3},
        {STR("\xC2\xE5\xD1\xF4,h\n\xCA\xD0\n\"\n\xFF\"\n"), "1|洛阳|h;2|市;", CSV_ENCODING, 4},
        {STR("\xC2\xE5\xD1\xF4,h\n\xCA\xD0\n\xC2"), "1|洛阳|h;2|市;", CSV_ENCODING, 3},
        {STR("洛阳市\n洛\xE6\xB4"), "1|洛阳市;", CSV_ENCODING, 2}, /* cut within a character */
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        snprintf(text, sizeof text, "%s=%d@%d", CASES[i].before, CASES[i].result, CASES[i].line);
        assert_reads(CASES[i].text, text);
    }
}

static void what_is_no_text_is_refused(void **state)
{
    (void)state;
    static const Str FILES[] = {
        STR_INIT("\xFF\xFE"
                 "a\0,\0"),
        STR_INIT("\xFE\xFF\0a\0,"),
        STR_INIT("a,b\n\0\n"),
        STR_INIT("PK\x03\x04\0\0"),
    };
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        int fd = file_of(FILES[i]);
        assert_null(csv_open(fd));
        assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
        assert_null(line_open(fd));
        close(fd);
    }
}

static void faults_behind_the_head_are_found(void **state)
{
    (void)state;
    static const struct {
        Str fault;
        CsvResult result;
    } FAULTS[] = {{STR_INIT("\0"), CSV_NUL},
                  {STR_INIT("\xC0"), CSV_ENCODING},
                  {STR_INIT("x\"y"), CSV_QUOTE},
                  {STR_INIT("\"y"), CSV_TRUNCATED}};
    for (size_t i = 0; i < COUNT_OF(FAULTS); i++) {
        Buf text = buf_new(1 << 21);
        for (int k = 0; k < 100000; k++) buf_lit(&text, "a,洛阳\n");
        buf_lit(&text, "b,");
        buf_add(&text, FAULTS[i].fault);
        buf_lit(&text, "\n");
        int fd = file_of(buf_str(&text));
        CsvReader *reader = csv_open(fd);
        int64_t records = 0;
        CsvResult result;
        while ((result = csv_next(reader, &record)) == CSV_RECORD) records++;
        assert_int_equal(result, FAULTS[i].result);
        assert_int_equal(records, 100000);
        assert_int_equal(record.line, 100001);
        csv_close(reader), close(fd), buf_free(&text);
    }
}

static void an_unreadable_file_is_told(void **state)
{
    (void)state;
    int fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CsvReader *reader = csv_open(fd);
    assert_non_null(reader);
    assert_int_equal(csv_next(reader, &record), CSV_READ);
    csv_close(reader), close(fd);
}

static void limits_hold(void **state)
{
    (void)state;
    static const struct {
        int cells, cell_bytes;
        bool quoted;
        CsvResult result;
    } CASES[] = {
        {CSV_CELLS_MAX, 1, false, CSV_RECORD},
        {CSV_CELLS_MAX + 1, 1, false, CSV_TOO_MANY_CELLS},
        {1, CSV_RECORD_MAX, false, CSV_RECORD},
        {1, CSV_RECORD_MAX + 1, false, CSV_TOO_LONG},
        {1, CSV_RECORD_MAX - 2, true, CSV_RECORD},
        {1, CSV_RECORD_MAX - 1, true, CSV_TOO_LONG},
        {8, CSV_RECORD_MAX / 4, true, CSV_TOO_LONG},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Buf text = buf_new(8 << 20);
        buf_lit(&text, "h\n");
        for (int k = 0; k < CASES[i].cells; k++) {
            if (k > 0) buf_byte(&text, ',');
            if (CASES[i].quoted) buf_byte(&text, '"');
            for (int n = 0; n < CASES[i].cell_bytes; n++)
                buf_byte(&text, CASES[i].quoted ? '"' : 'x');
            if (CASES[i].quoted && CASES[i].cell_bytes % 2) text.p[text.n - 1] = 'x';
            if (CASES[i].quoted) buf_byte(&text, '"');
        }
        buf_lit(&text, "\nlast\n");
        int fd = file_of(buf_str(&text));
        CsvReader *reader = csv_open(fd);
        assert_int_equal(csv_next(reader, &record), CSV_RECORD);
        assert_int_equal(csv_next(reader, &record), CASES[i].result);
        assert_int_equal(record.line, 2);
        if (CASES[i].result == CSV_RECORD) {
            assert_int_equal(record.count, CASES[i].cells);
            assert_int_equal(csv_next(reader, &record), CSV_RECORD);
            assert_str(record.raw, STR("last"));
            assert_int_equal(record.line, 3);
        }
        csv_close(reader), close(fd), buf_free(&text);
    }
}

typedef struct Endless {
    int fd;
    size_t written;
} Endless;

static void *write_endlessly(void *self)
{
    Endless *endless = self;
    char block[4096];
    memset(block, 'x', sizeof block);
    for (ssize_t n; (n = write(endless->fd, block, sizeof block)) > 0;)
        endless->written += (size_t)n;
    close(endless->fd);
    return NULL;
}

/* A line that never ends is given up after a bounded number of bytes. */
static void an_endless_line_is_given_up(void **state)
{
    (void)state;
    ASSERT(sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL) == 0);
    for (int quoted = 0; quoted < 2; quoted++) {
        int ends[2];
        pthread_t thread;
        assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
        Endless endless = {ends[1], 0};
        if (quoted) assert_int_equal(write(ends[1], "\"", 1), 1);
        assert_int_equal(pthread_create(&thread, NULL, write_endlessly, &endless), 0);
        CsvReader *reader = csv_open(ends[0]);
        assert_int_equal(csv_next(reader, &record), CSV_TOO_LONG);
        csv_close(reader), close(ends[0]);
        pthread_join(thread, NULL);
        assert_true(endless.written < 4 * CSV_RECORD_MAX);
    }
}

typedef struct Drip {
    int fd;
    Str text;
} Drip;

static void *write_in_drips(void *self)
{
    Drip *drip = self;
    for (size_t i = 0; i < drip->text.n; i++) ASSERT(write(drip->fd, drip->text.p + i, 1) == 1);
    close(drip->fd);
    return NULL;
}

static void a_pipe_is_read_to_its_end(void **state)
{
    (void)state;
    int ends[2];
    pthread_t thread;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    Drip drip = {ends[1], STR("名,b\r\n\"1\r\n\",洛\r\n")};
    assert_int_equal(pthread_create(&thread, NULL, write_in_drips, &drip), 0);
    CsvReader *reader = csv_open(ends[0]);
    assert_int_equal(csv_next(reader, &record), CSV_RECORD);
    assert_int_equal(csv_next(reader, &record), CSV_RECORD);
    assert_str(record.raw, STR("\"1\r\n\",洛"));
    assert_int_equal(csv_next(reader, &record), CSV_END);
    assert_int_equal(record.line, 4);
    csv_close(reader), close(ends[0]);
    pthread_join(thread, NULL);
}

/* ---- the plain second reader: one state machine, one character at a time ---- */

typedef struct Plain {
    Str rest;
    int64_t line;
    Buf cells; /* each ended by a NUL */
    Str raw;
    int64_t raw_line;
    int count;
} Plain;

static bool plain_next(Plain *plain)
{
    enum { START, BARE, QUOTED, BEHIND } at = START;
    buf_clear(&plain->cells);
    plain->count = 0;
    plain->raw_line = plain->line;
    Str all = plain->rest;
    if (all.n == 0) return false;
    for (size_t i = 0;; i++) {
        int c = i < all.n ? (unsigned char)all.p[i] : -1;
        int following = i + 1 < all.n ? (unsigned char)all.p[i + 1] : -1;
        if (at != QUOTED && c == '\r' && (following == '\n' || following == -1)) continue;
        if (c == '\n') plain->line++;
        if (at == QUOTED && c == '"' && following == '"') {
            buf_byte(&plain->cells, '"');
            i++;
        } else if (at == QUOTED && c == '"') {
            at = BEHIND;
        } else if (at == QUOTED) {
            ASSERT(c >= 0);
            buf_byte(&plain->cells, (char)c);
        } else if (at == START && c == '"') {
            at = QUOTED;
        } else if (c == ',' || c == '\n' || c == -1) {
            buf_byte(&plain->cells, '\0');
            plain->count++;
            at = START;
            if (c == ',') continue;
            size_t raw = i > 0 && all.p[i - 1] == '\r' ? i - 1 : i;
            plain->raw = str_slice(all, 0, raw);
            plain->rest = str_slice(all, c < 0 ? i : i + 1, all.n);
            return true;
        } else {
            buf_byte(&plain->cells, (char)c);
            at = BARE;
        }
    }
}

static void random_cell(Buf *cell)
{
    static const Str PARTS[] = {STR_INIT("洛阳"),    STR_INIT("a"),   STR_INIT("\""),
                                STR_INIT(","),       STR_INIT("\n"),  STR_INIT("\r\n"),
                                STR_INIT("\r"),      STR_INIT(" "),   STR_INIT("𠂇"),
                                STR_INIT("1,234.5"), STR_INIT("\"\"")};
    buf_clear(cell);
    uint32_t kind = draw(300);
    if (kind < 100) return;
    for (uint32_t n = kind == 299 ? 20000 : draw(8); n > 0; n--) {
        buf_add(cell, kind < 200 ? PARTS[draw(2)] : PARTS[draw(COUNT_OF(PARTS))]);
    }
}

static void random_file(Buf *text, size_t size)
{
    Buf cell = buf_new(1 << 20);
    buf_clear(text);
    const char *end = draw(2) ? "\r\n" : "\n";
    while (text->n < size) {
        int count = 1 + (int)draw(12);
        for (int i = 0; i < count; i++) {
            random_cell(&cell);
            if (count == 1) buf_byte(&cell, 'x'); /* one empty cell would be an empty line */
            if (i > 0) buf_byte(text, ',');
            csv_write_cell(text, buf_str(&cell));
        }
        buf_add(text, str_of(end));
    }
    if (draw(2)) text->n -= strlen(end);
    buf_free(&cell);
}

static void assert_same_as_plain(int fd, Str text)
{
    CsvReader *reader = csv_open(fd);
    Plain plain = {.rest = text, .line = 1, .cells = buf_new(1 << 20)};
    assert_non_null(reader);
    int64_t offset = 0;
    while (plain_next(&plain)) {
        assert_int_equal(csv_next(reader, &record), CSV_RECORD);
        assert_int_equal(record.count, plain.count);
        assert_int_equal(record.line, plain.raw_line);
        assert_str(record.raw, plain.raw);
        Str cells = buf_str(&plain.cells), cell;
        for (int i = 0; i < record.count; i++) {
            assert_true(str_split(&cells, '\0', &cell));
            assert_str(record.cells[i], cell);
        }
        assert_true(csv_offset(reader) >= offset);
        offset = csv_offset(reader);
    }
    assert_int_equal(csv_next(reader, &record), CSV_END);
    csv_close(reader);
    buf_free(&plain.cells);
}

static void random_files_read_as_by_the_plain_reader(void **state)
{
    (void)state;
    Buf text = buf_new(16 << 20);
    for (int round = 0; round < 60; round++) {
        random_file(&text, round % 10 == 0 ? 1200000 : round * 100);
        int fd = file_of(buf_str(&text));
        assert_same_as_plain(fd, buf_str(&text));
        close(fd);
    }
    buf_free(&text);
}

/* The same records from a GB 18030 file, whose blocks end at any byte of a character. */
static void gb18030_files_give_the_same_records(void **state)
{
    (void)state;
    Buf text = buf_new(4 << 20), gb = buf_new(4 << 20);
    static const struct {
        Str utf8, gb;
    } WORDS[] = {{STR_INIT("洛阳"), STR_INIT("\xC2\xE5\xD1\xF4")},
                 {STR_INIT("𠂇"), STR_INIT("\x95\x32\x90\x31")},
                 {STR_INIT(",\n"), STR_INIT(",\n")},
                 {STR_INIT("\"\"z"), STR_INIT("\"\"z")},
                 {STR_INIT("㐀"), STR_INIT("\x81\x39\xEE\x39")}};
    for (int k = 0; k < 40000; k++) {
        buf_byte(&text, '"'), buf_byte(&gb, '"');
        for (uint32_t n = draw(6); n > 0; n--) {
            size_t word = draw(COUNT_OF(WORDS));
            buf_add(&text, WORDS[word].utf8), buf_add(&gb, WORDS[word].gb);
        }
        const Str end = draw(5) ? STR("\",") : STR("\"\n");
        buf_add(&text, end), buf_add(&gb, end);
    }
    buf_lit(&text, "x"), buf_lit(&gb, "x");
    int fd = file_of(buf_str(&gb));
    assert_same_as_plain(fd, buf_str(&text));
    close(fd);
    buf_free(&text), buf_free(&gb);
}

/* Any bytes at all: an end or an error comes, all text given out is valid, lines never go back. */
static void mutated_files_end_in_some_result(void **state)
{
    (void)state;
    static const char LIKELY[] = "\",\n\r\0\xE6\x81\x30\xFFx";
    Buf text = buf_new(1 << 20);
    for (int round = 0; round < 3000; round++) {
        random_file(&text, 200);
        for (uint32_t k = draw(4); k > 0 && text.n > 0; k--) {
            text.p[draw((uint32_t)text.n)] = LIKELY[draw(sizeof LIKELY - 1)];
        }
        int fd = file_of(buf_str(&text));
        CsvReader *reader = csv_open(fd);
        int64_t line = 1;
        for (CsvResult result = CSV_RECORD; reader && result == CSV_RECORD;) {
            result = csv_next(reader, &record);
            assert_true(result >= CSV_RECORD && result <= CSV_READ);
            assert_true(record.line >= line);
            line = record.line;
            assert_true(utf8_valid(record.raw));
            for (int i = 0; i < record.count; i++) assert_true(utf8_valid(record.cells[i]));
        }
        csv_close(reader), close(fd);
    }
    buf_free(&text);
}

/* ---- writing ---- */

static void cells_are_quoted_where_needed(void **state)
{
    (void)state;
    static const struct {
        Str cell;
        const char *plain, *safe;
    } CASES[] = {
        {STR_INIT(""), "", ""},
        {STR_INIT("洛阳"), "洛阳", "洛阳"},
        {STR_INIT("a,b"), "\"a,b\"", "\"a,b\""},
        {STR_INIT("a\"b"), "\"a\"\"b\"", "\"a\"\"b\""},
        {STR_INIT("\"\""), "\"\"\"\"\"\"", "\"\"\"\"\"\""},
        {STR_INIT("a\nb"), "\"a\nb\"", "\"a\nb\""},
        {STR_INIT("a\r"), "\"a\r\"", "\"a\r\""},
        {STR_INIT("=1+1"), "=1+1", "'=1+1"},
        {STR_INIT("=HYPERLINK(\"x\",\"y\")"), "\"=HYPERLINK(\"\"x\"\",\"\"y\"\")\"",
         "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""},
        {STR_INIT("@SUM(A1)"), "@SUM(A1)", "'@SUM(A1)"},
        {STR_INIT("\t=1"), "\t=1", "'\t=1"},
        {STR_INIT("\r=1"), "\"\r=1\"", "\"'\r=1\""},
        {STR_INIT("＝1"), "＝1", "'＝1"},
        {STR_INIT("-12.5"), "-12.5", "-12.5"},
        {STR_INIT("+3"), "+3", "+3"},
        {STR_INIT("-1,234.50"), "\"-1,234.50\"", "\"-1,234.50\""},
        {STR_INIT("-"), "-", "'-"},
        {STR_INIT("-1-2"), "-1-2", "'-1-2"},
        {STR_INIT("-1.2.3"), "-1.2.3", "'-1.2.3"},
        {STR_INIT("+86 379"), "+86 379", "'+86 379"},
        {STR_INIT("-cmd|' /C calc'!A0"), "-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"},
        {STR_INIT("a=1"), "a=1", "a=1"},
    };
    Buf out = buf_new(1000);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        csv_write_cell(&out, CASES[i].cell);
        assert_str(buf_str(&out), str_of(CASES[i].plain));
        buf_clear(&out);
        csv_write_cell_safe(&out, CASES[i].cell);
        assert_str(buf_str(&out), str_of(CASES[i].safe));
        buf_clear(&out);
    }
    csv_write_cell(&out, STR_NONE);
    assert_int_equal(out.n, 0);
    buf_free(&out);
}

/* ---- lines ---- */

static void lines_are_read(void **state)
{
    (void)state;
    static const struct {
        Str text;
        const char *expected;
    } CASES[] = {
        {STR_INIT(""), "=1@1"},
        {STR_INIT("{}\n[]\n"), "1 {};2 [];=1@3"},
        {STR_INIT("{}\r\n\n[1]"), "1 {};2 ;3 [1];=1@3"},
        {STR_INIT("\xEF\xBB\xBF\"洛\n"), "1 \"洛;=1@2"},
        {STR_INIT("洛阳市区\n\xE6\xB4"), "1 洛阳市区;=7@2"},
        {STR_INIT("\xC2\xE5\xD1\xF4\n"), "1 洛阳;=1@2"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        int fd = file_of(CASES[i].text);
        LineReader *reader = line_open(fd);
        Buf out = buf_new(1000);
        Str line;
        int64_t number;
        CsvResult result;
        while ((result = line_next(reader, &line, &number)) == CSV_RECORD) {
            buf_printf(&out, "%d " STR_FMT ";", (int)number, STR_ARG(line));
        }
        buf_printf(&out, "=%d@%d", (int)result, (int)number);
        assert_str(buf_str(&out), str_of(CASES[i].expected));
        assert_int_equal(line_next(reader, &line, &number), result);
        if (result == CSV_END) assert_int_equal(line_offset(reader), CASES[i].text.n);
        buf_free(&out), line_close(reader), close(fd);
    }
}

static void long_lines_are_bounded(void **state)
{
    (void)state;
    Buf text = buf_new(4 << 20);
    buf_lit(&text, "first\n");
    for (int i = 0; i < CSV_RECORD_MAX; i++) buf_byte(&text, 'x');
    buf_lit(&text, "\n");
    for (int i = 0; i < CSV_RECORD_MAX + 1; i++) buf_byte(&text, 'x');
    int fd = file_of(buf_str(&text));
    LineReader *reader = line_open(fd);
    Str line;
    int64_t number;
    assert_int_equal(line_next(reader, &line, &number), CSV_RECORD);
    assert_int_equal(line_next(reader, &line, &number), CSV_RECORD);
    assert_int_equal(line.n, CSV_RECORD_MAX);
    assert_int_equal(line_next(reader, &line, &number), CSV_TOO_LONG);
    assert_int_equal(number, 3);
    line_close(reader), close(fd), buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_read),
        cmocka_unit_test(lines_are_physical_lines),
        cmocka_unit_test(faults_say_their_line),
        cmocka_unit_test(what_is_no_text_is_refused),
        cmocka_unit_test(faults_behind_the_head_are_found),
        cmocka_unit_test(an_unreadable_file_is_told),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(an_endless_line_is_given_up),
        cmocka_unit_test(a_pipe_is_read_to_its_end),
        cmocka_unit_test(random_files_read_as_by_the_plain_reader),
        cmocka_unit_test(gb18030_files_give_the_same_records),
        cmocka_unit_test(mutated_files_end_in_some_result),
        cmocka_unit_test(cells_are_quoted_where_needed),
        cmocka_unit_test(lines_are_read),
        cmocka_unit_test(long_lines_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
