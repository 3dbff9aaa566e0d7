
#include "tools/modelc/modelc.h"

static const char USAGE[] =
    "usage: modelc gen ROOT OUT | modelc check ROOT | modelc migrate ROOT\n";

static bool same_content(const char *path, Str content)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    bool same = true;
    char part[8192];
    size_t at = 0, n;
    while (same && (n = fread(part, 1, sizeof part, file)) > 0) {
        same = at + n <= content.n && memcmp(part, content.p + at, n) == 0;
        at += n;
    }
    fclose(file);
    return same && at == content.n;
}

/* Only what changed is written, so that make builds only what depends on it. */
static void write_changed(Tree *tree, Str folder, Str name, const Buf *content)
{
    ASSERT(!content->overflow);
    Str joined = arena_printf(tree->arena, STR_FMT "/" STR_FMT, STR_ARG(folder), STR_ARG(name));
    const char *path = joined.p; /* arena_printf ends its text */
    if (same_content(path, buf_str(content))) return;
    FILE *file = fopen(path, "wb");
    bool good = file && fwrite(content->p, 1, content->n, file) == content->n;
    if (file && fclose(file) != 0) good = false;
    if (!good) tree_mistake(tree, str_of(path), 0, 0, "cannot be written: %m");
}

static void emit_one(Tree *tree, Str folder, Str name, void (*emit)(const Tree *tree, Buf *out))
{
    Buf out = buf_new(GEN_BYTES_MAX);
    emit(tree, &out);
    write_changed(tree, folder, name, &out);
    buf_free(&out);
}

static void emit_dataset(Tree *tree, Str folder, int dataset, const char *ending,
                         void (*emit)(const Tree *tree, int dataset, Buf *out))
{
    Buf out = buf_new(GEN_BYTES_MAX);
    emit(tree, dataset, &out);
    Str id = tree->datasets[dataset].id;
    write_changed(tree, folder, arena_printf(tree->arena, STR_FMT "%s", STR_ARG(id), ending), &out);
    buf_free(&out);
}

void tree_emit(Tree *tree, Str folder)
{
    static const struct {
        const char *name;
        void (*emit)(const Tree *tree, Buf *out);
    } FILES[] = {
        {"model.c", emit_model},
        {"rules.c", emit_rules},
        {"migrations.c", emit_migrations},
        {"codes.c", emit_seeds},
        {"codes.gen.h", emit_codes_header},
        {"codes.gen.c", emit_codes_source},
    };
    for (size_t i = 0; i < COUNT_OF(FILES); i++)
        emit_one(tree, folder, str_of(FILES[i].name), FILES[i].emit);
    for (int i = 0; i < tree->dataset_count; i++) {
        emit_dataset(tree, folder, i, ".gen.h", emit_dataset_header);
        emit_dataset(tree, folder, i, ".gen.c", emit_dataset_source);
    }
}

static Tree *load_checked(Arena *arena, const char *root, FILE *log)
{
    Tree *tree = tree_load(arena, str_of(root), log);
    if (tree->mistakes == 0) tree_check(tree);
    return tree;
}

int modelc_run(int argc, char **argv, FILE *log)
{
    const char *command = argc > 1 ? argv[1] : "";
    bool gen = strcmp(command, "gen") == 0, check = strcmp(command, "check") == 0;
    bool migrate = strcmp(command, "migrate") == 0;
    if (argc != (gen ? 4 : 3) || !(gen || check || migrate)) {
        fputs(USAGE, log);
        return 1;
    }
    Arena *arena = arena_new(TREE_BYTES_MAX);
    Tree *tree = load_checked(arena, argv[2], log);
    if (migrate && tree->mistakes == 0) {
        tree_migrate(tree, true);
        if (tree->mistakes == 0) tree = load_checked(arena, argv[2], log);
    }
    if (tree->mistakes == 0) tree_migrate(tree, false);
    if (gen && tree->mistakes == 0) tree_emit(tree, str_of(argv[3]));
    int mistakes = tree->mistakes;
    arena_free(arena);
    return mistakes ? 1 : 0;
}
