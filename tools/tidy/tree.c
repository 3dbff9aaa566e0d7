#include "tools/tidy/tidy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 8 << 20 };

/* ---- layers: who may include whom ---- */

/* A folder includes itself and folders of a lower rank. Folders of equal rank keep apart. */
static const struct {
    const char *name;
    int rank;
    bool apart; /* its folders are units that do not include each other */
} LAYERS[] = {
    {"lib", 0, false},     {"kernel", 1, false}, {"base", 2, false},
    {"support", 3, false}, {"systems", 4, true}, {"governance", 4, false},
    {"network", 4, false}, {"sample", 5, false}, {"server", 6, false},
};

static Str first_folder(Str path)
{
    ptrdiff_t slash = str_find(path, STR("/"));
    return slash < 0 ? STR_NONE : str_slice(path, 0, (size_t)slash);
}

static int layer_of(Str path)
{
    Str folder = first_folder(path);
    for (size_t i = 0; i < COUNT_OF(LAYERS); i++)
        if (str_is(folder, LAYERS[i].name)) return (int)i;
    return -1;
}

/* The first two folders of a path: the system "systems/hall" of "systems/hall/desk/desk.c". */
static Str unit_of(Str path)
{
    Str folder = first_folder(path), rest = str_slice(path, folder.n + 1, path.n);
    return str_slice(path, 0, folder.n + 1 + first_folder(rest).n);
}

static void check_layer(Tidy *tidy, const TidyFile *file, int line, Str included)
{
    int own = layer_of(file->path), other = layer_of(included);
    if (own < 0) { /* tools build the program and so stand beside the kernel; tests see all */
        if (str_starts(file->path, STR("tools/")) && other > 1)
            tidy_say(tidy, file, line, "layer", "a tool includes lib and kernel only");
        return;
    }
    if (str_starts(included, STR("tools/")) || str_starts(included, STR("tests/"))) {
        tidy_say(tidy, file, line, "layer", "the program includes no tools and no tests");
        return;
    }
    if (other < 0) return;
    if (own == other) {
        if (LAYERS[own].apart && !str_eq(unit_of(file->path), unit_of(included)))
            tidy_say(tidy, file, line, "layer",
                     "no system includes another: share through the kernel or a base");
        return;
    }
    if (LAYERS[other].rank >= LAYERS[own].rank)
        tidy_say(tidy, file, line, "layer",
                 "%s may not include %s: move what is shared down, or register it upward",
                 LAYERS[own].name, LAYERS[other].name);
}

/* ---- includes ---- */

/* "x/y.h" behind include and a blank, in C or in the head of a page; behind it goes *line. */
static Str include_of(Str *line)
{
    Str start = STR("include \"");
    ptrdiff_t at = str_find(*line, start);
    if (at < 0) return STR_NONE;
    Str rest = str_slice(*line, (size_t)at + start.n, line->n);
    *line = rest;
    ptrdiff_t end = str_find(rest, STR("\""));
    return end < 0 ? STR_NONE : str_slice(rest, 0, (size_t)end);
}

static const TidyFile *file_at(const Tidy *tidy, Str path)
{
    for (size_t i = 0; i < tidy->count; i++)
        if (str_eq(tidy->files[i].path, path)) return &tidy->files[i];
    return NULL;
}

static Str folder_of(Str path)
{
    size_t end = path.n;
    while (end > 0 && path.p[end - 1] != '/') end--;
    return str_slice(path, 0, end);
}

static void check_relative(Tidy *tidy, const TidyFile *file, int line, Str header)
{
    Str folder = folder_of(file->path);
    Str near = arena_printf(tidy->arena, STR_FMT STR_FMT, STR_ARG(folder), STR_ARG(header));
    if (folder.n > 0 && file_at(tidy, near))
        tidy_say(tidy, file, line, "include", "write the path from the root: \"" STR_FMT "\"",
                 STR_ARG(near));
}

static void check_includes(Tidy *tidy, const TidyFile *file, bool *included)
{
    Str rest = file->text, line;
    for (int number = 1; str_split(&rest, '\n', &line); number++) {
        for (Str header; (header = include_of(&line)).p;) {
            check_layer(tidy, file, number, header);
            const TidyFile *found = file_at(tidy, header);
            if (found && found != file) included[found - tidy->files] = true;
            if (!found) check_relative(tidy, file, number, header);
        }
    }
}

/* ---- dead files ---- */

static bool has_word(Str text, Str wanted)
{
    for (size_t from = 0; from + wanted.n <= text.n;) {
        ptrdiff_t found = str_find(str_slice(text, from, text.n), wanted);
        if (found < 0) return false;
        size_t at = from + (size_t)found, begin = at;
        while (begin > 0 && begin + 64 > at && text.p[begin - 1] != ' ' &&
               text.p[begin - 1] != '(' && text.p[begin - 1] != '\n')
            begin--;
        Str word;
        while (begin <= at && tidy_word(text, &begin, &word))
            if (word.p == text.p + at) break;
        if (word.p == text.p + at && word.n == wanted.n) return true;
        from = at + 1;
    }
    return false;
}

/* "kernel/cql2/cql2" of kernel/cql2/cql2.c, cql2.h and cql2_test.c */
static Str stem_of(Str path)
{
    Str stem = str_slice(path, 0, path.n - 2);
    Str test = STR("_test");
    return str_ends(stem, test) ? str_slice(stem, 0, stem.n - test.n) : stem;
}

/* A definition names the functions of its rules without these. */
static const Str RULE_PREFIXES[] = {STR_INIT("check_"), STR_INIT("reader_")};

static bool is_rule_of(const TidyFile *definition, Str name)
{
    if (!str_ends(definition->path, STR(".yaml"))) return false;
    for (size_t i = 0; i < COUNT_OF(RULE_PREFIXES); i++)
        if (str_starts(name, RULE_PREFIXES[i]) &&
            has_word(definition->text, str_slice(name, RULE_PREFIXES[i].n, name.n)))
            return true;
    return false;
}

/* Named in any file but its own, its test's and a header that declares it. */
static bool is_named_elsewhere(const Tidy *tidy, const TidyFile *file, Str name)
{
    for (size_t i = 0; i < tidy->count; i++) {
        const TidyFile *other = &tidy->files[i];
        if (tidy_is_header(other) || str_ends(other->path, STR(".md"))) continue;
        if (tidy_is_c(other) && str_eq(stem_of(other->path), stem_of(file->path))) continue;
        if (has_word(other->text, name) || is_rule_of(other, name)) return true;
    }
    return false;
}

static void check_dead(Tidy *tidy, const TidyFile *file)
{
    if (layer_of(file->path) < 0 || str_ends(file->path, STR("_test.c"))) return;
    if (has_word(file->code, STR("REGISTER")) || has_word(file->code, STR("main"))) return;
    TidyFunction f;
    bool any = false;
    for (size_t at = 0; tidy_function(file->code, &at, &f);) {
        if (f.is_static || f.name.n == 0) continue;
        any = true;
        if (is_named_elsewhere(tidy, file, f.name)) return;
    }
    if (any)
        tidy_say(tidy, file, 1, "dead-file", "nobody calls its public functions: delete or use it");
    else if (str_trim(file->code).n == 0)
        tidy_say(tidy, file, 1, "dead-file", "there is nothing in it: delete it");
}

static bool has_includes(const TidyFile *file)
{
    return tidy_is_c(file) || str_ends(file->path, STR(".page.html"));
}

void tidy_check_tree(Tidy *tidy)
{
    bool *included = arena_array(tidy->arena, bool, tidy->count + 1);
    for (size_t i = 0; i < tidy->count; i++)
        if (has_includes(&tidy->files[i])) check_includes(tidy, &tidy->files[i], included);
    for (size_t i = 0; i < tidy->count; i++) {
        const TidyFile *file = &tidy->files[i];
        if (tidy_is_header(file) && !included[i])
            tidy_say(tidy, file, 1, "unused-header", "nobody includes it: delete or use it");
        if (str_ends(file->path, STR(".c"))) check_dead(tidy, file);
    }
}

/* ---- reading the tree ---- */

/* false: not there (deleted, not committed yet), no ordinary file, or too large to be source */
static bool read_file(Arena *arena, const char *root, Str path, Str *text)
{
    Str full = arena_printf(arena, "%s/" STR_FMT, root, STR_ARG(path));
    struct stat st;
    bool fits = lstat(full.p, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_BYTES_MAX;
    if (!fits) return false;
    int fd = open(full.p, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    char *bytes = arena_array(arena, char, st.st_size + 1);
    size_t n = 0;
    ssize_t got = 1;
    while (n < (size_t)st.st_size && got > 0) {
        got = read(fd, bytes + n, (size_t)st.st_size - n);
        if (got > 0) n += (size_t)got;
    }
    close(fd);
    *text = (Str){bytes, n};
    return got >= 0;
}

int tidy_run(Arena *arena, const char *root, Str paths, Buf *out)
{
    size_t most = 1;
    for (size_t i = 0; i < paths.n; i++) most += paths.p[i] == '\0';
    Tidy tidy = {.arena = arena, .files = arena_array(arena, TidyFile, most), .out = out};
    Str path;
    while (str_split(&paths, '\0', &path)) {
        if (str_starts(path, STR("./"))) path = str_slice(path, 2, path.n);
        if (path.n == 0 || str_find(path, STR("testdata/")) >= 0) continue;
        Str text;
        if (!read_file(arena, root, path, &text)) continue;
        tidy.files[tidy.count++] = tidy_file(arena, path, text);
    }
    for (size_t i = 0; i < tidy.count; i++) tidy_check_file(&tidy, &tidy.files[i]);
    tidy_check_tree(&tidy);
    return tidy.found;
}
