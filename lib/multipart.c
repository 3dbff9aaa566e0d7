#include "lib/multipart.h"

#include <sys/stat.h>
#include <unistd.h>

#include "lib/text.h"

enum {
    BOUNDARY_MAX = 70, /* RFC 2046, 5.1.1 */
    HEAD_MAX = 4096,   /* headers of one part */
    BLOCK = 256 * 1024
};

typedef struct Reader {
    int fd;
    int64_t at, size; /* of the body */
    char *block;      /* BLOCK bytes */
    Arena *arena;
    Multipart *out;
    char delimiter[BOUNDARY_MAX + 5]; /* CRLF, --, boundary */
    size_t delimiter_n;
} Reader;

static Err bad(Multipart *out, const char *why)
{
    out->why = why;
    return ERR_BAD;
}

/* ---- the boundary ---- */

static bool boundary_char(char c)
{
    bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return word || (c && strchr("'()+_,-./:=? ", c) != NULL);
}

static bool boundary_ok(Str boundary)
{
    if (boundary.n == 0 || boundary.n > BOUNDARY_MAX || boundary.p[boundary.n - 1] == ' ')
        return false;
    for (size_t i = 0; i < boundary.n; i++) {
        if (!boundary_char(boundary.p[i])) return false;
    }
    return true;
}

/* "multipart/form-data; boundary=X", X plain or in quotes, and no other parameter. */
static bool boundary_of(Str content_type, Str *boundary)
{
    Str type, rest = content_type;
    str_split(&rest, ';', &type);
    if (!str_is(str_trim(type), "multipart/form-data") || rest.p == NULL) return false;
    rest = str_trim(rest);
    if (!str_starts(rest, STR("boundary="))) return false;
    rest = str_slice(rest, 9, rest.n);
    bool quoted = rest.n >= 2 && rest.p[0] == '"' && rest.p[rest.n - 1] == '"';
    if (!quoted && (str_find(rest, STR(";")) >= 0 || str_find(rest, STR(" ")) >= 0)) return false;
    *boundary = quoted ? str_slice(rest, 1, rest.n - 1) : rest;
    return boundary_ok(*boundary);
}

/* ---- reading ---- */

/* Up to max bytes at `from`; less at the end of the body. */
static Err block_read(Reader *r, int64_t from, size_t max, Str *out)
{
    size_t want = (size_t)MIN((int64_t)max, r->size - from), got = 0;
    while (got < want) {
        ssize_t n = pread(r->fd, r->block + got, want - got, from + (int64_t)got);
        if (n <= 0) return bad(r->out, "the body cannot be read");
        got += (size_t)n;
    }
    *out = (Str){r->block, got};
    return ERR_OK;
}

/* Where the next delimiter begins. */
static Err delimiter_find(Reader *r, int64_t *found)
{
    Str block, delimiter = {r->delimiter, r->delimiter_n};
    for (int64_t from = r->at;; from += (int64_t)(block.n - (delimiter.n - 1))) {
        TRY(block_read(r, from, BLOCK, &block));
        const char *hit = memmem(block.p, block.n, delimiter.p, delimiter.n);
        if (hit) {
            *found = from + (hit - block.p);
            return ERR_OK;
        }
        if (from + (int64_t)block.n >= r->size) return bad(r->out, "a part has no end");
    }
}

/* ---- the headers of a part ---- */

static bool text_ok(Str text)
{
    if (!utf8_valid(text)) return false;
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f) return false;
    }
    return true;
}

/* Browsers write %22 for a quotation mark in a name (WHATWG HTML, multipart/form-data encoding);
 * a backslash is itself. *rest starts behind the opening quotation mark and ends behind the closing
 * one. */
static bool quoted_take(Str *rest, size_t max, Str *out)
{
    ptrdiff_t end = str_find(*rest, STR("\""));
    if (end < 0 || (size_t)end > max) return false;
    *out = str_slice(*rest, 0, (size_t)end);
    *rest = str_slice(*rest, (size_t)end + 1, rest->n);
    return text_ok(*out);
}

/* form-data; name="…"[; filename="…"] */
static bool disposition_read(Str value, MultipartPart *part)
{
    static const Str NAME = STR_INIT("form-data; name=\""), FILENAME = STR_INIT("; filename=\"");
    if (!str_starts(value, NAME)) return false;
    Str rest = str_slice(value, NAME.n, value.n);
    if (!quoted_take(&rest, MULTIPART_NAME_MAX, &part->name) || part->name.n == 0) return false;
    if (rest.n == 0) return true;
    if (!str_starts(rest, FILENAME)) return false;
    rest = str_slice(rest, FILENAME.n, rest.n);
    return quoted_take(&rest, MULTIPART_FILENAME_MAX, &part->filename) && rest.n == 0;
}

static bool name_is(Str line, Str lower_name)
{
    if (line.n <= lower_name.n || line.p[lower_name.n] != ':') return false;
    for (size_t i = 0; i < lower_name.n; i++) {
        char c = line.p[i];
        if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lower_name.p[i]) return false;
    }
    return true;
}

static Err header_read(Reader *r, Str line, MultipartPart *part)
{
    static const Str DISPOSITION = STR_INIT("content-disposition"), TYPE = STR_INIT("content-type");
    if (name_is(line, DISPOSITION)) {
        Str value = str_trim(str_slice(line, DISPOSITION.n + 1, line.n));
        if (part->name.n) return bad(r->out, "Content-Disposition stands twice");
        return disposition_read(value, part) ? ERR_OK : bad(r->out, "Content-Disposition");
    }
    if (name_is(line, TYPE)) {
        if (part->content_type.p) return bad(r->out, "Content-Type stands twice");
        part->content_type = str_trim(str_slice(line, TYPE.n + 1, line.n));
        return text_ok(part->content_type) ? ERR_OK : bad(r->out, "Content-Type of a part");
    }
    return bad(r->out, "a header that forms do not have");
}

/* From r->at; moves it behind the empty line. */
static Err head_read(Reader *r, MultipartPart *part)
{
    Str block;
    TRY(block_read(r, r->at, HEAD_MAX, &block));
    ptrdiff_t end = str_find(block, STR("\r\n\r\n"));
    if (end < 0) return bad(r->out, "headers of a part without an end, or too long");
    r->at += end + 4;
    Str rest = arena_str(r->arena, str_slice(block, 0, (size_t)end));
    while (rest.p) {
        ptrdiff_t line_end = str_find(rest, STR("\r\n"));
        Str line = line_end < 0 ? rest : str_slice(rest, 0, (size_t)line_end);
        rest = line_end < 0 ? STR_NONE : str_slice(rest, (size_t)line_end + 2, rest.n);
        TRY(header_read(r, line, part));
    }
    return part->name.n ? ERR_OK : bad(r->out, "a part without a name");
}

/* ---- the parts ---- */

static Err value_read(Reader *r, MultipartPart *part)
{
    Str block;
    if (part->size > MULTIPART_VALUE_MAX) return bad(r->out, "a field is too long");
    TRY(block_read(r, part->offset, (size_t)part->size, &block));
    if (!utf8_valid(block) || memchr(block.p, 0, block.n)) return bad(r->out, "a field is no text");
    part->value = arena_str(r->arena, block);
    return ERR_OK;
}

static Err part_read(Reader *r)
{
    Multipart *out = r->out;
    MultipartPart part = {0};
    TRY(head_read(r, &part));
    for (int i = 0; i < out->count; i++) {
        if (str_eq(out->parts[i].name, part.name)) return bad(out, "a name stands twice");
    }
    int64_t content = r->at, end;
    TRY(delimiter_find(r, &end));
    part.offset = content;
    part.size = end - content;
    r->at = end + (int64_t)r->delimiter_n;
    if (part.filename.p == NULL) TRY(value_read(r, &part));
    if (out->count == MULTIPART_PARTS_MAX) return bad(out, "too many parts");
    out->parts[out->count++] = part;
    return ERR_OK;
}

/* Behind a boundary stands CRLF and a part, or -- and the end. */
static Err boundary_pass(Reader *r, bool *more)
{
    Str block;
    TRY(block_read(r, r->at, 5, &block));
    if (str_starts(block, STR("\r\n"))) {
        r->at += 2;
        *more = true;
        return ERR_OK;
    }
    *more = false;
    if (str_is(block, "--") || str_is(block, "--\r\n")) return ERR_OK;
    return bad(r->out, "a boundary is followed by something else");
}

static Err parts_read(Reader *r)
{
    Str first, boundary = str_slice((Str){r->delimiter, r->delimiter_n}, 2, r->delimiter_n);
    TRY(block_read(r, 0, boundary.n, &first));
    if (!str_eq(first, boundary)) return bad(r->out, "the body does not begin with its boundary");
    r->at = (int64_t)boundary.n;
    bool more;
    TRY(boundary_pass(r, &more));
    while (more) {
        TRY(part_read(r));
        TRY(boundary_pass(r, &more));
    }
    return ERR_OK;
}

Err multipart_read(int body_fd, Str content_type, Arena *arena, Multipart *out)
{
    Str boundary;
    struct stat st;
    *out = (Multipart){0};
    if (!boundary_of(content_type, &boundary)) return bad(out, "Content-Type");
    if (fstat(body_fd, &st) != 0 || !S_ISREG(st.st_mode)) return bad(out, "no body");
    Reader r = {.fd = body_fd, .size = st.st_size, .arena = arena, .out = out};
    memcpy(r.delimiter, "\r\n--", 4);
    memcpy(r.delimiter + 4, boundary.p, boundary.n);
    r.delimiter_n = boundary.n + 4;
    r.block = mem_alloc(BLOCK);
    Err err = parts_read(&r);
    mem_free(r.block);
    return err;
}

const MultipartPart *multipart_part(const Multipart *form, const char *name)
{
    for (int i = 0; i < form->count; i++) {
        if (str_is(form->parts[i].name, name)) return &form->parts[i];
    }
    return NULL;
}

Str multipart_value(const Multipart *form, const char *name)
{
    const MultipartPart *part = multipart_part(form, name);
    return part ? part->value : STR_NONE;
}
