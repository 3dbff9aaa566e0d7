#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/csv.h"
#include "tools/modelc/modelc.h"

/* In the order in which they depend on one another. */
static const char *const LAYERS[] = {"kernel",  "base",       "support",
                                     "systems", "governance", "network"};

enum { FOLDER_DEPTH_MAX = 8, FILE_BYTES_MAX = 128 * 1024 * 1024 };

PRINTF_LIKE(5, 0)
static void mistake_print(Tree *tree, Str path, int line, int column, const char *format,
                          va_list args)
{
    tree->mistakes++;
    if (line > 0)
        fprintf(tree->log, STR_FMT ":%d:%d: ", STR_ARG(path), line, column);
    else
        fprintf(tree->log, STR_FMT ": ", STR_ARG(path));
    vfprintf(tree->log, format, args);
    fputc('\n', tree->log);
}

void tree_mistake(Tree *tree, Str path, int line, int column, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    mistake_print(tree, path, line, column, format, args);
    va_end(args);
}

void tree_mistake_at(Tree *tree, int dataset, const char *a, Str b, const char *c,
                     const char *format, ...)
{
    const YamlNode *at = tree->places[dataset];
    const char *path[] = {a, b.n ? arena_cstr(tree->arena, b) : NULL, c};
    for (size_t i = 0; i < COUNT_OF(path) && path[i]; i++) {
        const YamlNode *inner = yaml_get(at, path[i]);
        if (inner == NULL) break;
        at = inner;
    }
    va_list args;
    va_start(args, format);
    mistake_print(tree, tree->datasets[dataset].file, at->line, at->column, format, args);
    va_end(args);
}

/* ---- files ---- */

static const char *path_under(Tree *tree, Str path)
{
    return arena_printf(tree->arena, STR_FMT "/" STR_FMT, STR_ARG(tree->root), STR_ARG(path)).p;
}

static Str file_read(Tree *tree, Str path)
{
    FILE *file = fopen(path_under(tree, path), "rb");
    struct stat info;
    if (file == NULL || fstat(fileno(file), &info) != 0 || info.st_size > FILE_BYTES_MAX) {
        tree_mistake(tree, path, 0, 0, "cannot be read, or is over 128 MB");
        if (file) fclose(file);
        return STR("");
    }
    char *bytes = arena_alloc(tree->arena, (size_t)info.st_size + 1);
    size_t n = fread(bytes, 1, (size_t)info.st_size, file);
    fclose(file);
    if (n != (size_t)info.st_size) tree_mistake(tree, path, 0, 0, "cannot be read whole");
    return (Str){bytes, n};
}

static void files_add(Tree *tree, TreeFiles *files, Str path, int layer, Str module, Str name)
{
    if (files->count == files->size) {
        ASSERT(files->size < TREE_FILES_MAX);
        TreeFile *old = files->items;
        files->size = files->size ? files->size * 2 : 64;
        files->items = arena_array(tree->arena, TreeFile, files->size);
        if (files->count) memcpy(files->items, old, sizeof *old * (size_t)files->count);
    }
    files->items[files->count++] = (TreeFile){path, layer, module, name, file_read(tree, path)};
}

static int files_order(const void *a, const void *b)
{
    const TreeFile *x = a, *y = b;
    if (x->layer != y->layer) return x->layer < y->layer ? -1 : 1;
    int order = str_cmp(x->module, y->module);
    return order ? order : str_cmp(x->name, y->name);
}

static void files_sort(TreeFiles *files)
{
    if (files->count) qsort(files->items, (size_t)files->count, sizeof *files->items, files_order);
}

/* "base/entities/codes" to "base/entities" if that is a folder below a layer: a module. */
static bool module_of(Str folder, const char *inner, Str *module)
{
    Str ending = str_of(inner);
    if (!str_ends(folder, ending)) return false;
    *module = str_slice(folder, 0, folder.n - ending.n);
    return memchr(module->p, '/', module->n) != NULL;
}

static void file_found(Tree *tree, int layer, Str folder, Str name)
{
    Str path = arena_printf(tree->arena, STR_FMT "/" STR_FMT, STR_ARG(folder), STR_ARG(name)),
        module;
    folder = arena_str(tree->arena, folder);
    name = arena_str(tree->arena, name);
    if (str_ends(name, STR(".dataset.yaml"))) {
        files_add(tree, &tree->definitions, path, layer, folder, name);
    } else if (str_ends(name, STR(".sql")) && module_of(folder, "/migrations", &module)) {
        files_add(tree, &tree->migrations, path, layer, module, name);
    } else if (str_ends(name, STR(".csv")) && module_of(folder, "/codes", &module)) {
        files_add(tree, &tree->seeds, path, layer, module, str_slice(path, module.n + 1, path.n));
    } else if (str_ends(name, STR(".csv"))) {
        files_add(tree, &tree->seeds, path, layer, folder, name);
    }
}

static void folder_walk(Tree *tree, int layer, Str folder, int depth)
{
    DIR *dir = opendir(path_under(tree, folder));
    if (dir == NULL) return;
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "testdata") == 0) continue;
        Str name = str_of(entry->d_name);
        Str path = arena_printf(tree->arena, STR_FMT "/" STR_FMT, STR_ARG(folder), STR_ARG(name));
        struct stat info;
        if (lstat(path_under(tree, path), &info) != 0) continue;
        if (S_ISDIR(info.st_mode) && depth < FOLDER_DEPTH_MAX)
            folder_walk(tree, layer, path, depth + 1);
        else if (S_ISREG(info.st_mode))
            file_found(tree, layer, folder, name);
    }
    closedir(dir);
}

/* ---- definitions ---- */

static void definitions_parse(Tree *tree)
{
    int count = tree->definitions.count;
    tree->datasets = arena_array(tree->arena, Dataset, count);
    tree->places = arena_array(tree->arena, const YamlNode *, count);
    tree->dataset_count = count;
    for (int i = 0; i < count; i++) {
        const TreeFile *file = &tree->definitions.items[i];
        ModelErrors errors;
        Err err = model_parse(tree->arena, file->path, file->module, file->bytes,
                              &tree->datasets[i], &errors);
        for (int e = 0; e < errors.count; e++) {
            tree_mistake(tree, file->path, errors.items[e].line, errors.items[e].column, STR_FMT,
                         STR_ARG(errors.items[e].message));
        }
        if (err != ERR_OK) continue;
        ModelReport report = {.arena = tree->arena, .file = file->path, .errors = &errors};
        YamlNode *root;
        ASSERT(yaml_read(&report, file->bytes, &root) == ERR_OK);
        tree->places[i] = root;
    }
}

/* ---- code lists ---- */

static bool list_has(const CodeList *list, Str code)
{
    for (int i = 0; i < list->count; i++) {
        if (str_eq(list->codes[i], code)) return true;
    }
    return false;
}

/* All lists become one batch of the dataset code, so all have the same columns. */
static const char LIST_HEADING[] =
    "code,label_zh,label_en,valid_from,valid_to,successor,parent,source,certainty";

static bool list_row_read(Tree *tree, CodeList *list, Str *codes, const CsvRecord *row,
                          int columns)
{
    if (row->count != columns) {
        tree_mistake(tree, list->path, (int)row->line, 1,
                     "%d cells here, the heading has %d; quote cells that hold a comma", row->count,
                     columns);
        return false;
    }
    if (row->cells[0].n == 0 || row->cells[1].n == 0) {
        tree_mistake(tree, list->path, (int)row->line, 1, "a code and its label_zh are needed");
        return false;
    }
    if (list->count <= ENUM_CODES_MAX && !list_has(list, row->cells[0]))
        codes[list->count++] = arena_str(tree->arena, row->cells[0]);
    return true;
}

/* Codes are kept only as far as an enum needs them. */
static void list_read(Tree *tree, const TreeFile *file, CodeList *list)
{
    int fd = open(path_under(tree, file->path), O_RDONLY | O_CLOEXEC);
    CsvReader *reader = fd < 0 ? NULL : csv_open(fd);
    CsvRecord *record = arena_array(tree->arena, CsvRecord, 1);
    CsvResult result = reader ? csv_next(reader, record) : CSV_READ;
    bool good = result == CSV_RECORD && str_is(record->raw, LIST_HEADING);
    int columns = record->count;
    if (!good)
        tree_mistake(tree, file->path, 1, 1, "the heading of a code list is %s", LIST_HEADING);
    Str *codes = arena_array(tree->arena, Str, ENUM_CODES_MAX + 1);
    list->codes = codes;
    while (good && (result = csv_next(reader, record)) == CSV_RECORD)
        good = list_row_read(tree, list, codes, record, columns);
    if (good && result != CSV_END) {
        tree_mistake(tree, file->path, (int)record->line, 1, "not well-formed CSV here");
    }
    if (reader) csv_close(reader);
    if (fd >= 0) close(fd);
}

static void lists_read(Tree *tree)
{
    tree->lists = arena_array(tree->arena, CodeList, tree->seeds.count);
    for (int i = 0; i < tree->seeds.count; i++) {
        const TreeFile *file = &tree->seeds.items[i];
        if (!str_starts(file->name, STR("codes/"))) continue;
        CodeList *list = &tree->lists[tree->list_count++];
        list->name = str_slice(file->name, 6, file->name.n - 4);
        list->path = file->path;
        list_read(tree, file, list);
    }
}

/* Rows are shipped when they are a code list or stand beside a definition; other CSV files of the
 * tree are somebody's test vectors. */
static void seeds_filter(Tree *tree)
{
    int kept = 0;
    for (int i = 0; i < tree->seeds.count; i++) {
        const TreeFile *seed = &tree->seeds.items[i];
        bool shipped = str_starts(seed->name, STR("codes/"));
        for (int d = 0; d < tree->definitions.count && !shipped; d++) {
            shipped = str_eq(tree->definitions.items[d].module, seed->module);
        }
        if (shipped) tree->seeds.items[kept++] = *seed;
    }
    tree->seeds.count = kept;
}

Tree *tree_load(Arena *arena, Str root, FILE *log)
{
    Tree *tree = arena_array(arena, Tree, 1);
    *tree = (Tree){.arena = arena, .root = root, .log = log};
    for (size_t i = 0; i < COUNT_OF(LAYERS); i++) folder_walk(tree, (int)i, str_of(LAYERS[i]), 0);
    files_sort(&tree->definitions);
    files_sort(&tree->migrations);
    files_sort(&tree->seeds);
    seeds_filter(tree);
    definitions_parse(tree);
    lists_read(tree);
    return tree;
}
