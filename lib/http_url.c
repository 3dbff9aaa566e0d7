#include "lib/http.h"

/* RFC 3986 §2.3. */
static const bool UNRESERVED[256] = {
    ['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['0' ... '9'] = true, ['-'] = true,
    ['.'] = true,         ['_'] = true,         ['~'] = true,
};

void url_encode(Buf *out, Str text)
{
    static const char DIGITS[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (UNRESERVED[c]) {
            buf_byte(out, (char)c);
            continue;
        }
        char escape[3] = {'%', DIGITS[c >> 4], DIGITS[c & 15]};
        buf_add(out, (Str){escape, sizeof escape});
    }
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool url_decode(Buf *out, Str text, bool plus_is_space)
{
    char *to = buf_room(out, text.n);
    if (to == NULL) return false;
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '+' && plus_is_space) c = ' ';
        if (c == '%') {
            int high = i + 2 < text.n ? hex_digit(text.p[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(text.p[i + 2]) : -1;
            if (low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        to[n++] = c;
    }
    out->n += n;
    return true;
}
