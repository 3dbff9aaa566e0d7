#include "tools/modelc/modelc.h"

/* ---- names ---- */

static void check_dataset_name(Tree *tree, int dataset)
{
    const Dataset *self = &tree->datasets[dataset];
    const TreeFile *file = &tree->definitions.items[dataset];
    Str stem = str_slice(file->name, 0, file->name.n - STR(".dataset.yaml").n);
    if (!str_eq(stem, self->id)) {
        tree_mistake_at(tree, dataset, "dataset", STR_NONE, NULL,
                        "the file is named after \"" STR_FMT "\", the dataset \"" STR_FMT
                        "\"; name the file " STR_FMT ".dataset.yaml",
                        STR_ARG(stem), STR_ARG(self->id), STR_ARG(self->id));
    }
    for (int i = 0; i < dataset; i++) {
        if (!str_eq(tree->datasets[i].id, self->id)) continue;
        tree_mistake_at(tree, dataset, "dataset", STR_NONE, NULL,
                        "the dataset \"" STR_FMT "\" is defined in " STR_FMT " already; rename one",
                        STR_ARG(self->id), STR_ARG(tree->datasets[i].file));
    }
}

/* Field ids become members of a struct: no keywords, no clash with the has_ members. */
static void check_members(Tree *tree, int dataset)
{
    const Dataset *self = &tree->datasets[dataset];
    for (int i = 0; i < self->field_count; i++) {
        Str id = self->fields[i].id;
        if (name_is_keyword(id)) {
            tree_mistake_at(tree, dataset, "fields", id, NULL,
                            "\"" STR_FMT
                            "\" is a word of C and cannot be a field here; choose a longer name",
                            STR_ARG(id));
        }
        if (str_is(id, "field_count")) {
            tree_mistake_at(tree, dataset, "fields", id, NULL,
                            "\"field_count\" is taken; choose another name");
        }
        if (!str_starts(id, STR("has_"))) continue;
        int other = model_field(self, str_slice(id, 4, id.n));
        if (other < 0 || !type_has_number(self->fields[other].type)) continue;
        tree_mistake_at(tree, dataset, "fields", id, NULL,
                        "\"" STR_FMT "\" clashes with what is made for the field \"" STR_FMT
                        "\"; choose another name",
                        STR_ARG(id), STR_ARG(self->fields[other].id));
    }
}

/* TAX_STATUS can be field status of tax and field tax_status of nothing: two headers would clash.
 */
static void check_positions(Tree *tree, int dataset, int other)
{
    const Dataset *longer = &tree->datasets[dataset], *shorter = &tree->datasets[other];
    if (longer->id.n <= shorter->id.n || !str_starts(longer->id, shorter->id)) return;
    if (longer->id.p[shorter->id.n] != '_') return;
    Str rest = str_slice(longer->id, shorter->id.n + 1, longer->id.n);
    for (int i = 0; i < longer->field_count; i++) {
        Str id = longer->fields[i].id;
        Str joined = arena_printf(tree->arena, STR_FMT "_" STR_FMT, STR_ARG(rest), STR_ARG(id));
        if (model_field(shorter, joined) < 0) continue;
        tree_mistake_at(tree, dataset, "fields", id, NULL,
                        "makes the same name as the field \"" STR_FMT "\" of \"" STR_FMT
                        "\"; rename one",
                        STR_ARG(joined), STR_ARG(shorter->id));
    }
}

/* ---- code lists ---- */

static void check_lists(Tree *tree)
{
    for (int i = 0; i < tree->list_count; i++) {
        const CodeList *list = &tree->lists[i];
        for (int j = 0; j < i; j++) {
            if (!str_eq(tree->lists[j].name, list->name)) continue;
            tree_mistake(tree, list->path, 1, 1,
                         "there is a code list of this name already: " STR_FMT "; rename one",
                         STR_ARG(tree->lists[j].path));
        }
    }
}

/* Two codes that would become the same name in C: A-1 and A_1. */
static void check_list_names(Tree *tree, const CodeList *list)
{
    if (!list_has_enum(tree, list)) return;
    for (int i = 0; i < list->count; i++) {
        for (int j = 0; j < i; j++) {
            Str a = name_upper(tree->arena, list->codes[i]),
                b = name_upper(tree->arena, list->codes[j]);
            if (!str_eq(a, b)) continue;
            tree_mistake(tree, list->path, 1, 1,
                         "the codes \"" STR_FMT "\" and \"" STR_FMT "\" differ too little",
                         STR_ARG(list->codes[j]), STR_ARG(list->codes[i]));
        }
    }
}

static void check_codes(Tree *tree, int dataset)
{
    const Dataset *self = &tree->datasets[dataset];
    const char **names = arena_array(tree->arena, const char *, tree->list_count);
    for (int i = 0; i < tree->list_count; i++)
        names[i] = arena_cstr(tree->arena, tree->lists[i].name);
    for (int i = 0; i < self->field_count; i++) {
        const Field *field = &self->fields[i];
        if (field->codes.n == 0 || tree_list(tree, field->codes)) continue;
        const char *near = name_nearest(field->codes, names, tree->list_count);
        tree_mistake_at(tree, dataset, "fields", field->id, "codes",
                        "there is no code list \"" STR_FMT "\"; %s%s%s", STR_ARG(field->codes),
                        near ? "did you mean \"" : "add codes/NAME.csv to ",
                        near ? near : "a module", near ? "\"?" : "");
    }
}

/* ---- organs ---- */

typedef struct Organs {
    const char **keys;
    int count;
} Organs;

/* The first column named key, of a small file: split by hand, keys are plain words. */
static Organs organs_read(Tree *tree, Str bytes)
{
    Organs organs = {arena_array(tree->arena, const char *, bytes.n / 2 + 1), 0};
    Str rest = bytes, line, cell;
    if (str_starts(rest, STR("\xEF\xBB\xBF"))) rest = str_slice(rest, 3, rest.n);
    int column = -1;
    for (bool head = true; str_split(&rest, '\n', &line); head = false) {
        for (int i = 0; str_split(&line, ',', &cell); i++) {
            cell = str_trim(cell);
            if (head && column < 0 && str_is(cell, "key")) column = i;
            if (!head && i == column && cell.n)
                organs.keys[organs.count++] = arena_cstr(tree->arena, cell);
        }
        if (column < 0) column = 0;
    }
    return organs;
}

static void check_organ(Tree *tree, const Organs *organs, int dataset, const char *a, Str b,
                        const char *c, Str organ)
{
    for (int i = 0; i < organs->count; i++) {
        if (str_is(organ, organs->keys[i])) return;
    }
    const char *near = name_nearest(organ, organs->keys, organs->count);
    tree_mistake_at(tree, dataset, a, b, c, "there is no organ \"" STR_FMT "\"; %s%s%s",
                    STR_ARG(organ), near ? "did you mean \"" : "add it to kernel/organs/organs.csv",
                    near ? near : "", near ? "\"?" : "");
}

static void check_organs(Tree *tree)
{
    const TreeFile *file = NULL;
    for (int i = 0; i < tree->seeds.count && file == NULL; i++) {
        if (str_is(tree->seeds.items[i].path, "kernel/organs/organs.csv"))
            file = &tree->seeds.items[i];
    }
    if (file == NULL) return;
    Organs organs = organs_read(tree, file->bytes);
    for (int d = 0; d < tree->dataset_count; d++) {
        const Dataset *self = &tree->datasets[d];
        check_organ(tree, &organs, d, "owner", STR_NONE, NULL, self->owner);
        for (int i = 0; i < self->sources.count; i++) {
            check_organ(tree, &organs, d, "sources", STR_NONE, NULL, self->sources.items[i]);
        }
    }
}

void tree_check(Tree *tree)
{
    check_lists(tree);
    for (int i = 0; i < tree->list_count; i++) check_list_names(tree, &tree->lists[i]);
    for (int i = 0; i < tree->dataset_count; i++) {
        check_dataset_name(tree, i);
        check_members(tree, i);
        check_codes(tree, i);
        for (int j = 0; j < tree->dataset_count; j++) check_positions(tree, i, j);
    }
    check_organs(tree);
}
