#include "lib/csv.h"

#include <errno.h>
#include <unistd.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "lib/text.h"

/* ---- source: a file as valid UTF-8 in one buffer, from which records are cut ---- */

enum {
    SOURCE_HEAD = 64 * 1024,
    SOURCE_BLOCK = 256 * 1024,
    SOURCE_MAX = 2 * CSV_RECORD_MAX + SOURCE_BLOCK,
};

typedef struct Source {
    int fd;
    Buf text; /* from here on `at` is unread; all up to `valid` is valid UTF-8 without NUL */
    size_t at, valid;
    int64_t line;       /* physical line at `at`, from 1 */
    int64_t file_bytes; /* read from fd */
    bool stopped;       /* nothing is read any more; `stop` is what follows the valid text */
    CsvResult stop;
    TextDecoder *decoder; /* NULL for UTF-8 */
    Buf bytes;            /* what the decoder is fed with */
} Source;

static void source_stop(Source *source, CsvResult why)
{
    source->stopped = true;
    source->stop = why;
}

/* Nothing follows the valid text, and that is as it should be. */
static bool source_ended(const Source *source)
{
    return source->stopped && source->stop == CSV_END;
}

/* Fills `into` up to `size` bytes; a pipe is read on until that or its end. */
static void source_read(Source *source, Buf *into, size_t size)
{
    while (into->n < size && !source->stopped) {
        char *room = buf_room(into, size - into->n);
        ASSERT(room != NULL);
        ssize_t got = read(source->fd, room, size - into->n);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            source_stop(source, got == 0 ? CSV_END : CSV_READ);
        } else {
            into->n += (size_t)got;
            source->file_bytes += got;
        }
    }
}

/* Extends `valid`; the first fault in what is new cuts the text off there. */
static void source_validate(Source *source)
{
    Str fresh = str_slice(buf_str(&source->text), source->valid, source->text.n);
    if (fresh.n == 0) return;
    const char *nul = memchr(fresh.p, 0, fresh.n);
    size_t clean = nul ? (size_t)(nul - fresh.p) : fresh.n;
    size_t span = source->decoder ? clean : utf8_span(str_slice(fresh, 0, clean));
    source->valid += span;
    bool cut = !nul && utf8_cut(str_slice(fresh, span, fresh.n));
    bool waits = cut && !source_ended(source);
    if (span < clean && !waits)
        source_stop(source, CSV_ENCODING);
    else if (nul)
        source_stop(source, CSV_NUL);
}

static void source_decode(Source *source)
{
    int64_t bad_at;
    bool end = source_ended(source);
    if (!decoder_add(source->decoder, buf_str(&source->bytes), end, &source->text, &bad_at)) {
        source_stop(source, CSV_ENCODING);
    }
    ASSERT(!source->text.overflow);
    buf_clear(&source->bytes);
    source_validate(source);
}

/* Makes the unread text longer, or stops. What was read before `at` is forgotten. */
static void source_fill(Source *source)
{
    Buf *text = &source->text;
    size_t unread = text->n - source->at;
    ASSERT(unread <= CSV_RECORD_MAX + SOURCE_HEAD);
    if (source->at > 0) memmove(text->p, text->p + source->at, unread);
    text->n = unread;
    source->valid -= source->at;
    source->at = 0;
    if (source->decoder) {
        source_read(source, &source->bytes, SOURCE_HEAD);
        source_decode(source);
    } else {
        /* at least doubled, so that looking again at a long record stays cheap */
        source_read(source, text, unread + MAX(unread, (size_t)SOURCE_BLOCK - SOURCE_HEAD));
        source_validate(source);
    }
}

static bool source_open(Source *source, int fd)
{
    TextEncoding encoding;
    *source = (Source){.fd = fd, .line = 1, .text = buf_new(SOURCE_MAX)};
    source->bytes = buf_new(SOURCE_HEAD);
    source_read(source, &source->bytes, SOURCE_HEAD);
    if (!encoding_guess(buf_str(&source->bytes), &encoding)) return false;
    if (encoding == ENCODING_GB18030) {
        source->decoder = decoder_new(encoding);
        source_decode(source);
        return true;
    }
    Str head = buf_str(&source->bytes);
    if (str_starts(head, STR("\xEF\xBB\xBF"))) head = str_slice(head, 3, head.n);
    buf_add(&source->text, head);
    buf_free(&source->bytes);
    source_validate(source);
    return true;
}

static void source_close(Source *source)
{
    decoder_free(source->decoder);
    buf_free(&source->text);
    buf_free(&source->bytes);
}

static int64_t source_offset(const Source *source)
{
    if (source->decoder) return source->file_bytes;
    return source->file_bytes - (int64_t)(source->text.n - source->at);
}

static Str source_unread(const Source *source)
{
    return str_slice(buf_str(&source->text), source->at, source->valid);
}

static int64_t lines_in(Str s)
{
    int64_t lines = 0;
    const char *end = s.p + s.n;
    for (const char *p = s.p; p < end; p++, lines++) {
        p = memchr(p, '\n', (size_t)(end - p));
        if (p == NULL) break;
    }
    return lines;
}

static Str without_cr(Str s)
{
    return s.n > 0 && s.p[s.n - 1] == '\r' ? str_slice(s, 0, s.n - 1) : s;
}

/* ---- reader ---- */

struct CsvReader {
    Source source;
    char *unquoted; /* cells in which a doubled quote was undone; CSV_RECORD_MAX bytes when there
                       are any */
    size_t unquoted_n;
    CsvResult failed; /* CSV_RECORD until something did */
    int64_t failed_line;
};

CsvReader *csv_open(int fd)
{
    CsvReader *reader = mem_alloc(sizeof *reader);
    reader->failed = CSV_RECORD;
    if (source_open(&reader->source, fd)) return reader;
    csv_close(reader);
    return NULL;
}

void csv_close(CsvReader *reader)
{
    if (reader == NULL) return;
    source_close(&reader->source);
    mem_free(reader->unquoted);
    mem_free(reader);
}

int64_t csv_offset(const CsvReader *reader)
{
    return source_offset(&reader->source);
}

/* The first comma, quote or LF from p on, or end. */
static const char *find_special(const char *p, const char *end)
{
#ifdef __SSE2__
    const __m128i comma = _mm_set1_epi8(','), quote = _mm_set1_epi8('"'), lf = _mm_set1_epi8('\n');
    for (; end - p >= 16; p += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i hits = _mm_or_si128(_mm_cmpeq_epi8(bytes, comma), _mm_cmpeq_epi8(bytes, quote));
        int mask = _mm_movemask_epi8(_mm_or_si128(hits, _mm_cmpeq_epi8(bytes, lf)));
        if (mask) return p + __builtin_ctz((unsigned)mask);
    }
#endif
    while (p < end && *p != ',' && *p != '"' && *p != '\n') p++;
    return p;
}

/* How parsing a record from the text at hand ends. */
typedef enum Parse { PARSE_DONE, PARSE_MORE, PARSE_QUOTE, PARSE_TRUNCATED, PARSE_CELLS } Parse;

typedef struct Cursor {
    const char *start, *p, *end;
    bool last;   /* nothing follows end */
    bool quotes; /* the record has a quoted cell, so maybe line breaks */
} Cursor;

/* Copies a cell with each doubled quote made one. */
static Str cell_unquote(CsvReader *reader, Str cell)
{
    if (reader->unquoted == NULL) reader->unquoted = mem_alloc(CSV_RECORD_MAX);
    char *to = reader->unquoted + reader->unquoted_n;
    size_t n = 0;
    for (size_t i = 0; i < cell.n; i++) {
        to[n++] = cell.p[i];
        if (cell.p[i] == '"') i++;
    }
    reader->unquoted_n += n;
    return (Str){to, n};
}

/* The cursor stands on the opening quote; afterwards behind the cell. */
static Parse parse_quoted(CsvReader *reader, Cursor *cursor, Str *cell)
{
    const char *first = ++cursor->p, *end = cursor->end;
    bool doubled = false;
    cursor->quotes = true;
    for (const char *p = first;; p += 2, doubled = true) {
        p = p < end ? memchr(p, '"', (size_t)(end - p)) : NULL;
        if (p == NULL) return cursor->last ? PARSE_TRUNCATED : PARSE_MORE;
        if (p + 1 < end && p[1] == '"') continue;
        if (p + 1 == end && !cursor->last) return PARSE_MORE;
        *cell = (Str){first, (size_t)(p - first)};
        cursor->p = p + 1;
        break;
    }
    if (cursor->p - cursor->start > CSV_RECORD_MAX) return PARSE_MORE; /* found too long */
    if (doubled) *cell = cell_unquote(reader, *cell);
    const char *p = cursor->p;
    if (p < end && *p == '\r') p++;
    if (p == end) return cursor->p = p, cursor->last ? PARSE_DONE : PARSE_MORE;
    if (*p == '\n') return cursor->p = p, PARSE_DONE;
    return *cursor->p == ',' ? PARSE_DONE : PARSE_QUOTE;
}

static Parse parse_plain(Cursor *cursor, Str *cell)
{
    const char *first = cursor->p;
    const char *p = find_special(first, cursor->end);
    cursor->p = p;
    if (p == cursor->end && !cursor->last) return PARSE_MORE;
    if (p < cursor->end && *p == '"') return PARSE_QUOTE;
    *cell = (Str){first, (size_t)(p - first)};
    if (p == cursor->end || *p == '\n') *cell = without_cr(*cell);
    return PARSE_DONE;
}

/* Parses one record; afterwards the cursor stands on its LF or at the end. */
static Parse parse_record(CsvReader *reader, Cursor *cursor, CsvRecord *record)
{
    reader->unquoted_n = 0;
    for (record->count = 0;; cursor->p++) {
        if (record->count == CSV_CELLS_MAX) return PARSE_CELLS;
        Str *cell = &record->cells[record->count];
        bool quoted = cursor->p < cursor->end && *cursor->p == '"';
        Parse parse = quoted ? parse_quoted(reader, cursor, cell) : parse_plain(cursor, cell);
        if (parse != PARSE_DONE) return parse;
        record->count++;
        if (cursor->p == cursor->end || *cursor->p == '\n') return PARSE_DONE;
    }
}

static CsvResult csv_fail(CsvReader *reader, CsvRecord *record, CsvResult why, int64_t line)
{
    reader->failed = why;
    reader->failed_line = record->line = line;
    record->count = 0;
    record->raw = STR_NONE;
    return why;
}

/* What an unfinished or faulty record at the source's place means. CSV_RECORD: read more, try
 * again. */
static CsvResult csv_unfinished(CsvReader *reader, CsvRecord *record, Parse parse, const char *p)
{
    Source *source = &reader->source;
    Str unread = source_unread(source);
    int64_t line = source->line;
    Str before = {unread.p, (size_t)(p - unread.p)};
    if (before.n > CSV_RECORD_MAX) return csv_fail(reader, record, CSV_TOO_LONG, line);
    if (parse == PARSE_QUOTE) return csv_fail(reader, record, CSV_QUOTE, line + lines_in(before));
    if (parse == PARSE_CELLS) return csv_fail(reader, record, CSV_TOO_MANY_CELLS, line);
    if (unread.n > CSV_RECORD_MAX) return csv_fail(reader, record, CSV_TOO_LONG, line);
    if (parse == PARSE_TRUNCATED) return csv_fail(reader, record, CSV_TRUNCATED, line);
    if (source->stopped) return csv_fail(reader, record, source->stop, line + lines_in(unread));
    source_fill(source);
    return CSV_RECORD;
}

/* Passes over empty lines, as far as text is at hand. */
static void skip_empty_lines(Source *source)
{
    for (;;) {
        Str unread = source_unread(source);
        size_t n = str_starts(unread, STR("\n")) ? 1 : str_starts(unread, STR("\r\n")) ? 2 : 0;
        bool lone_cr = str_is(unread, "\r") && source_ended(source);
        source->at += lone_cr ? 1 : n;
        source->line += n > 0;
        if (n == 0) return;
    }
}

CsvResult csv_next(CsvReader *reader, CsvRecord *record)
{
    if (reader->failed != CSV_RECORD) {
        return csv_fail(reader, record, reader->failed, reader->failed_line);
    }
    Source *source = &reader->source;
    for (;;) {
        skip_empty_lines(source);
        Str text = source_unread(source);
        bool last = source_ended(source);
        if (text.n == 0 && last) return csv_fail(reader, record, CSV_END, source->line);
        Cursor cursor = {text.p, text.p, text.p + text.n, last, false};
        Parse parse = parse_record(reader, &cursor, record);
        size_t n = (size_t)(cursor.p - text.p);
        if (parse == PARSE_DONE && n <= CSV_RECORD_MAX) {
            record->line = source->line;
            record->raw = without_cr(str_slice(text, 0, n));
            if (cursor.quotes) source->line += lines_in(record->raw);
            bool ended = cursor.p < cursor.end;
            source->line += ended;
            source->at += n + ended;
            return CSV_RECORD;
        }
        CsvResult result = csv_unfinished(reader, record, parse, cursor.p);
        if (result != CSV_RECORD) return result;
    }
}

/* ---- writing ---- */

static void write_quoted(Buf *out, Str cell, bool guard)
{
    buf_byte(out, '"');
    if (guard) buf_byte(out, '\'');
    for (Str part; str_split(&cell, '"', &part);) {
        buf_add(out, part);
        if (cell.p != NULL) buf_lit(out, "\"\"");
    }
    buf_byte(out, '"');
}

static void write_cell(Buf *out, Str cell, bool guard)
{
    const char *end = cell.p + cell.n;
    bool plain = cell.n == 0 ||
                 (find_special(cell.p, end) == end && memchr(cell.p, '\r', cell.n) == NULL);
    if (!plain) {
        write_quoted(out, cell, guard);
        return;
    }
    if (guard) buf_byte(out, '\'');
    buf_add(out, cell);
}

void csv_write_cell(Buf *out, Str cell)
{
    write_cell(out, cell, false);
}

/* -12, +3.5, 1,234.50: a sign, digits and commas, at most one point. */
static bool is_plain_number(Str cell)
{
    bool digits = false, point = false;
    for (size_t i = 0; i < cell.n; i++) {
        char c = cell.p[i];
        if (c >= '0' && c <= '9')
            digits = true;
        else if (c == '.' && digits && !point)
            point = true;
        else if (c == ',' && digits && !point)
            continue;
        else if (i > 0 || (c != '-' && c != '+'))
            return false;
    }
    return digits;
}

void csv_write_cell_safe(Buf *out, Str cell)
{
    static const Str STARTS[] = {
        STR_INIT("="),
        STR_INIT("+"),
        STR_INIT("-"),
        STR_INIT("@"),
        STR_INIT("\t"),
        STR_INIT("\r"),
        STR_INIT("\n"),
        STR_INIT("\xEF\xBC\x9D"),
        STR_INIT("\xEF\xBC\x8B"),
        STR_INIT("\xEF\xBC\x8D"),
        STR_INIT("\xEF\xBC\xA0"), /* = + - @ in full width */
    };
    bool guard = false;
    for (size_t i = 0; i < COUNT_OF(STARTS); i++) guard = guard || str_starts(cell, STARTS[i]);
    write_cell(out, cell, guard && !is_plain_number(cell));
}

/* ---- lines ---- */

struct LineReader {
    Source source;
    CsvResult failed;
};

LineReader *line_open(int fd)
{
    LineReader *reader = mem_alloc(sizeof *reader);
    reader->failed = CSV_RECORD;
    if (source_open(&reader->source, fd)) return reader;
    line_close(reader);
    return NULL;
}

void line_close(LineReader *reader)
{
    if (reader == NULL) return;
    source_close(&reader->source);
    mem_free(reader);
}

int64_t line_offset(const LineReader *reader)
{
    return source_offset(&reader->source);
}

CsvResult line_next(LineReader *reader, Str *line, int64_t *number)
{
    Source *source = &reader->source;
    *line = STR_NONE;
    *number = source->line;
    while (reader->failed == CSV_RECORD) {
        Str unread = source_unread(source);
        const char *lf = unread.n > 0 ? memchr(unread.p, '\n', unread.n) : NULL;
        size_t n = lf ? (size_t)(lf - unread.p) : unread.n;
        bool last = source_ended(source);
        if (n > CSV_RECORD_MAX) {
            reader->failed = CSV_TOO_LONG;
        } else if (lf || (last && n > 0)) {
            *line = without_cr(str_slice(unread, 0, n));
            source->line += lf != NULL;
            source->at += n + (lf != NULL);
            return CSV_RECORD;
        } else if (source->stopped) {
            reader->failed = source->stop;
        } else {
            source_fill(source);
        }
    }
    return reader->failed;
}
