/*
 * pagec texts OUT.h OUT.c TEXTS.csv…            the catalogue
 * pagec page IN.page.html OUT.c OUT.h TEXTS.csv…  one template
 * pagec unused TEXTS.csv… -- SOURCES…             texts that no source names
 * Exit 0, or 1 with messages on standard error. Outputs are written only when they change.
 */
#include "tools/pagec/pagec.h"

#include <errno.h>

enum { FILE_MAX = 4 << 20 };

static bool file_read(Arena *arena, const char *path, Str *out)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "pagec: %s: %m\n", path);
        return false;
    }
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    bool good = size >= 0 && size < FILE_MAX && fseek(file, 0, SEEK_SET) == 0;
    char *bytes = good ? arena_alloc(arena, (size_t)size + 1) : NULL;
    size_t n = good ? fread(bytes, 1, (size_t)size, file) : 0;
    good = good && n == (size_t)size;
    fclose(file);
    *out = (Str){bytes, n};
    if (!good) fprintf(stderr, "pagec: %s: cannot be read or is too large\n", path);
    return good;
}

/* Leaves the file alone when it has this content already, so that make sees no change. */
static bool file_write(Arena *arena, const char *path, Str content)
{
    FILE *old = fopen(path, "rb");
    if (old) {
        char *bytes = arena_alloc(arena, content.n + 1);
        size_t n = fread(bytes, 1, content.n + 1, old);
        fclose(old);
        if (n == content.n && memcmp(bytes, content.p, n) == 0) return true;
    }
    FILE *file = fopen(path, "wb");
    bool good = file && fwrite(content.p, 1, content.n, file) == content.n;
    if (file && fclose(file) != 0) good = false;
    if (!good) fprintf(stderr, "pagec: %s: %m\n", path);
    return good;
}

static bool catalogue_read(Catalogue *catalogue, Arena *arena, char **paths, int count,
                           PagecLog *log)
{
    for (int i = 0; i < count; i++) {
        Str csv;
        if (!file_read(arena, paths[i], &csv)) return false;
        catalogue_add(catalogue, str_of(paths[i]), csv, arena, log);
    }
    return true;
}

static bool run_unused(Catalogue *catalogue, char **paths, int count, PagecLog *log)
{
    int texts = 0;
    while (texts < count && strcmp(paths[texts], "--") != 0) texts++;
    Arena *arena = arena_new((size_t)FILE_MAX * 64);
    bool good = catalogue_read(catalogue, arena, paths, texts, log);
    Arena *one = arena_new((size_t)FILE_MAX * 2);
    for (int i = texts + 1; good && i < count; i++) {
        Str source;
        arena_reset(one);
        good = file_read(one, paths[i], &source);
        if (good) catalogue_mark_used(catalogue, source);
    }
    if (good) catalogue_say_unused(catalogue, log);
    arena_free(one);
    if (log->out->n) fwrite(log->out->p, 1, log->out->n, stderr);
    arena_free(arena);
    return good && log->count == 0;
}

static bool run(const char *command, int argc, char **argv, PagecLog *log)
{
    static Catalogue catalogue;
    if (strcmp(command, "unused") == 0) return run_unused(&catalogue, argv, argc, log);
    bool page = strcmp(command, "page") == 0;
    if (argc < (page ? 4 : 3) || (!page && strcmp(command, "texts") != 0)) {
        fprintf(stderr, "pagec: expected texts, page or unused; see tools/pagec/main.c\n");
        return false;
    }
    Arena *arena = arena_new((size_t)FILE_MAX * 64);
    Buf first = buf_new(8 << 20), second = buf_new(8 << 20);
    int outputs = page ? 1 : 0;
    bool good = catalogue_read(&catalogue, arena, argv + outputs + 2, argc - outputs - 2, log);
    Str template;
    if (good && page && (good = file_read(arena, argv[0], &template)))
        pagec_compile(str_of(argv[0]), template, &catalogue, arena, &first, &second, log);
    if (good && !page) {
        catalogue_write_header(&catalogue, &first);
        catalogue_write_table(&catalogue, &second);
    }
    good = good && log->count == 0 && file_write(arena, argv[outputs], buf_str(&first)) &&
           file_write(arena, argv[outputs + 1], buf_str(&second));
    if (log->out->n) fwrite(log->out->p, 1, log->out->n, stderr);
    buf_free(&first);
    buf_free(&second);
    arena_free(arena);
    return good;
}

int main(int argc, char **argv)
{
    Buf messages = buf_new(1 << 20);
    PagecLog log = {.out = &messages};
    bool good = argc > 1 && run(argv[1], argc - 2, argv + 2, &log);
    buf_free(&messages);
    return good ? 0 : 1;
}
