/*
 * assets DIR FILE…: writes DIR/assets.c, which embeds the files (.incbin) and registers each as an
 * Asset with its type, hash, address and precompressed copy (DIR/NAME.gz).
 */
#include "lib/base.h"
#include "lib/hash.h"

#include <errno.h>
#include <zlib.h>

enum { ASSET_MAX = 8 << 20, HASH_DIGITS = 16 };

static const struct {
    const char *ending, *type;
} TYPES[] = {
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
};

static const char *type_of(Str name)
{
    for (size_t i = 0; i < COUNT_OF(TYPES); i++)
        if (str_ends(name, str_of(TYPES[i].ending))) return TYPES[i].type;
    return NULL;
}

static bool file_read(const char *path, Buf *out)
{
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    char *room = buf_room(out, ASSET_MAX);
    out->n = room ? fread(room, 1, ASSET_MAX, file) : 0;
    bool good = room && !ferror(file) && out->n < ASSET_MAX;
    fclose(file);
    return good;
}

static bool file_write(const char *path, Str content)
{
    FILE *file = fopen(path, "wb");
    bool good = file && fwrite(content.p, 1, content.n, file) == content.n;
    if (file && fclose(file) != 0) good = false;
    return good;
}

/* RFC 1952 without name and time, so that the same file gives the same bytes. */
static bool gzip(Str bytes, Buf *out)
{
    z_stream stream = {0};
    if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) return false;
    size_t room = deflateBound(&stream, bytes.n);
    stream.next_out = (unsigned char *)buf_room(out, room);
    stream.avail_out = (unsigned)room;
    stream.next_in = (unsigned char *)(uintptr_t)bytes.p;
    stream.avail_in = (unsigned)bytes.n;
    bool good = stream.next_out && deflate(&stream, Z_FINISH) == Z_STREAM_END;
    if (good) out->n = stream.total_out;
    deflateEnd(&stream);
    return good;
}

static void embed(Buf *c, int number, const char *suffix, const char *path)
{
    buf_printf(c,
               "__asm__(\".section .rodata\\n.balign 16\\n.local asset_%d%s\\nasset_%d%s:\\n\"\n"
               "        \".incbin \\\"%s\\\"\\n.byte 0\\n.previous\\n\");\n"
               "extern const char asset_%d%s[] __attribute__((visibility(\"hidden\")));\n",
               number, suffix, number, suffix, path, number, suffix);
}

static bool asset_write(Buf *c, const char *dir, int number, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path, *type = type_of(str_of(name));
    Buf bytes = buf_new(ASSET_MAX + 1), packed = buf_new(2 * ASSET_MAX), hex = buf_new(64);
    char packed_path[500];
    snprintf(packed_path, sizeof packed_path, "%s/%s.gz", dir, name);
    bool good = type && file_read(path, &bytes) && gzip(buf_str(&bytes), &packed) &&
                file_write(packed_path, buf_str(&packed));
    if (!type)
        fprintf(stderr, "assets: %s: no content type is known for this ending\n", name);
    else if (!good)
        fprintf(stderr, "assets: %s: %m\n", path);
    if (good) {
        Digest digest = sha256(buf_str(&bytes));
        hex_write(&hex, (Str){(char *)digest.bytes, HASH_DIGITS / 2});
        bool smaller = packed.n + packed.n / 16 < bytes.n;
        embed(c, number, "", path);
        if (smaller) embed(c, number, "z", packed_path);
        buf_printf(c,
                   "REGISTER(Asset, asset_record_%d) = {\n    .name = STR_INIT(\"%s\"), .type = "
                   "STR_INIT(\"%s\"),\n"
                   "    .bytes = {asset_%d, %zu},\n",
                   number, name, type, number, bytes.n);
        if (smaller) buf_printf(c, "    .gzip = {asset_%dz, %zu},\n", number, packed.n);
        buf_printf(c,
                   "    .hash = STR_INIT(\"" STR_FMT "\"), .etag = STR_INIT(\"\\\"" STR_FMT
                   "\\\"\"),\n"
                   "    .url = STR_INIT(\"/assets/" STR_FMT "/%s\")};\n\n",
                   STR_ARG(buf_str(&hex)), STR_ARG(buf_str(&hex)), STR_ARG(buf_str(&hex)), name);
    }
    buf_free(&bytes);
    buf_free(&packed);
    buf_free(&hex);
    return good;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "assets DIR FILE…\n");
        return 1;
    }
    Buf c = buf_new(1 << 20);
    buf_lit(&c, "/* Made by tools/assets. */\n#include \"kernel/web/asset.h\"\n\n");
    bool good = true;
    for (int i = 2; i < argc; i++) good &= asset_write(&c, argv[1], i - 2, argv[i]);
    char path[500];
    snprintf(path, sizeof path, "%s/assets.c", argv[1]);
    good = good && file_write(path, buf_str(&c));
    buf_free(&c);
    return good ? 0 : 1;
}
