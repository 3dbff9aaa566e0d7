/* Encodings of files: which one it is, and the way to UTF-8; declared in lib/text.h. */
#include "lib/text.h"

#include <errno.h>
#include <iconv.h>

static const Str BOM = STR_INIT("\xEF\xBB\xBF");

/* Whether text that is not all UTF-8 is damaged UTF-8 rather than GB 18030, where only about one
 * sequence in five looks well formed. */
static bool mostly_utf8(Str s)
{
    size_t good = 0, bad = 0;
    while (s.n > 0) {
        Str valid = str_slice(s, 0, utf8_span(s));
        for (size_t i = 0; i < valid.n; i++) good += (unsigned char)valid.p[i] >= 0xC2;
        s = str_slice(s, valid.n, s.n);
        if (s.n == 0 || utf8_cut(s)) break;
        bad++;
        s = str_slice(s, 1, s.n);
    }
    return good >= 4 * bad;
}

bool encoding_guess(Str head, TextEncoding *out)
{
    if (str_starts(head, STR("\xFF\xFE")) || str_starts(head, STR("\xFE\xFF"))) return false;
    if (head.n > 0 && memchr(head.p, 0, head.n) != NULL) return false;
    *out = str_starts(head, BOM) || mostly_utf8(head) ? ENCODING_UTF8 : ENCODING_GB18030;
    return true;
}

/* ---- decoder ---- */

enum { PENDING_MAX = 4 };

struct TextDecoder {
    TextEncoding encoding;
    iconv_t iconv;             /* GB 18030 only */
    bool started;              /* the byte-order mark was looked for */
    int64_t offset;            /* of pending[0] in the stream */
    char pending[PENDING_MAX]; /* the beginning of a sequence that the last part cut */
    size_t pending_n;
};

TextDecoder *decoder_new(TextEncoding encoding)
{
    TextDecoder *decoder = mem_alloc(sizeof *decoder);
    decoder->encoding = encoding;
    if (encoding == ENCODING_GB18030) {
        decoder->iconv = iconv_open("UTF-8", "GB18030");
        ASSERT(decoder->iconv != (iconv_t)-1);
    }
    return decoder;
}

void decoder_free(TextDecoder *decoder)
{
    if (decoder == NULL) return;
    if (decoder->encoding == ENCODING_GB18030) iconv_close(decoder->iconv);
    mem_free(decoder);
}

/*
 * 24 characters have two byte sequences: GB 18030-2005 writes them with four bytes, GB 18030-2022
 * with two, and glibc knows the latter only. A person's name must survive either way.
 */
static uint32_t gb18030_2005_point(const unsigned char b[4])
{
    static const struct {
        uint32_t first, last, point;
    } RANGES[] = {{19057, 19064, 0x9FB4}, {39076, 39085, 0xFE10}}; /* 0x82359037, 0x84318236 */
    if (b[0] < 0x81 || b[1] < '0' || b[2] < 0x81 || b[3] < '0' || b[1] > '9' || b[3] > '9')
        return 0;
    uint32_t linear = ((b[0] - 0x81u) * 10 + (b[1] - 0x30u)) * 126 + (b[2] - 0x81u);
    linear = linear * 10 + (b[3] - 0x30u);
    for (size_t i = 0; i < COUNT_OF(RANGES); i++) {
        if (linear >= RANGES[i].first && linear <= RANGES[i].last) {
            return RANGES[i].point + (linear - RANGES[i].first);
        }
    }
    return 0;
}

typedef enum DecodeResult { DECODE_ALL, DECODE_CUT, DECODE_BAD } DecodeResult;

/* Decodes what it can of *bytes and leaves the rest in it. */
static DecodeResult decode_gb18030(TextDecoder *decoder, Str *bytes, Buf *out)
{
    while (bytes->n > 0) {
        char *room = buf_room(out, bytes->n * 2 + 8);
        if (room == NULL) return DECODE_ALL;
        char *from = (char *)(uintptr_t)bytes->p; /* iconv does not write to it */
        size_t from_n = bytes->n, room_n = bytes->n * 2 + 8, room_all = room_n;
        size_t done = iconv(decoder->iconv, &from, &from_n, &room, &room_n);
        int why = errno;
        out->n += room_all - room_n;
        *bytes = (Str){from, from_n};
        if (done != (size_t)-1) return DECODE_ALL;
        if (why == EINVAL) return DECODE_CUT;
        uint32_t point = from_n >= 4 ? gb18030_2005_point((const unsigned char *)from) : 0;
        if (point == 0) return DECODE_BAD;
        utf8_write(out, point);
        *bytes = str_slice(*bytes, 4, bytes->n);
    }
    return DECODE_ALL;
}

static DecodeResult decode_utf8(Str *bytes, Buf *out)
{
    size_t n = utf8_span(*bytes);
    buf_add(out, str_slice(*bytes, 0, n));
    *bytes = str_slice(*bytes, n, bytes->n);
    if (bytes->n == 0) return DECODE_ALL;
    return utf8_cut(*bytes) ? DECODE_CUT : DECODE_BAD;
}

static DecodeResult decode(TextDecoder *decoder, Str *bytes, Buf *out)
{
    size_t before = bytes->n;
    DecodeResult result = decoder->encoding == ENCODING_UTF8 ? decode_utf8(bytes, out)
                                                             : decode_gb18030(decoder, bytes, out);
    decoder->offset += (int64_t)(before - bytes->n);
    return result;
}

/* Completes the sequence that was cut with the first bytes of the next part. */
static DecodeResult decode_pending(TextDecoder *decoder, Str *bytes, Buf *out)
{
    DecodeResult result = DECODE_CUT;
    while (decoder->pending_n > 0 && bytes->n > 0 && result == DECODE_CUT) {
        decoder->pending[decoder->pending_n++] = bytes->p[0];
        *bytes = str_slice(*bytes, 1, bytes->n);
        Str pending = {decoder->pending, decoder->pending_n};
        result = decode(decoder, &pending, out);
        memmove(decoder->pending, pending.p, pending.n);
        decoder->pending_n = pending.n;
        ASSERT(result != DECODE_CUT || pending.n < PENDING_MAX);
    }
    return decoder->pending_n == 0 ? DECODE_ALL : result;
}

bool decoder_add(TextDecoder *decoder, Str bytes, bool end, Buf *out, int64_t *bad_at)
{
    size_t before = out->n;
    DecodeResult result = DECODE_ALL;
    if (decoder->pending_n > 0) result = decode_pending(decoder, &bytes, out);
    if (decoder->pending_n == 0 && bytes.n > 0) {
        result = decode(decoder, &bytes, out);
        if (result == DECODE_CUT) {
            ASSERT(bytes.n < PENDING_MAX);
            memcpy(decoder->pending, bytes.p, bytes.n);
            decoder->pending_n = bytes.n;
        }
    }
    if (!decoder->started && out->n - before >= BOM.n) {
        decoder->started = true;
        Str added = str_slice(buf_str(out), before, out->n);
        if (str_starts(added, BOM)) {
            memmove(out->p + before, out->p + before + BOM.n, added.n - BOM.n);
            out->n -= BOM.n;
        }
    } else if (out->n > before) {
        decoder->started = true;
    }
    if (result == DECODE_BAD || (end && decoder->pending_n > 0)) {
        *bad_at = decoder->offset;
        return false;
    }
    return true;
}
