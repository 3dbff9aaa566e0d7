#include "kernel/model/model_yaml.h"

#include <stdlib.h>

#include "lib/text.h"

enum {
    LABEL_LENGTH_MAX = 60,
    NOTE_LENGTH_MAX = 300,
    TEXT_LENGTH_DEFAULT = 200,
    TEXT_LENGTH_MAX = 100000,
    SCALE_DEFAULT = 2,
    SCALE_MAX = 9,
    LIST_MAX = 50,
    WHERE_MAX = 8, /* fields of an index or of a named query */
    INDEXES_MAX = 30,
    QUERY_LIMIT_DEFAULT = 100,
    QUERY_LIMIT_MAX = 10000,
};

typedef struct Parse {
    ModelReport *report;
    Arena *arena;
    const YamlNode *root;
    Dataset *out;
    Field *fields;
    const YamlNode *nodes[MODEL_FIELDS_MAX]; /* of each field */
} Parse;

/* ---- fields ---- */

static const char *const FIELD_KEYS[] = {
    "type",   "label", "max",     "min",  "length",  "scale",  "required",
    "future", "codes", "secrecy", "from", "aliases", "reader", "note",
};
static const char *const SECRECIES[] = {
    [SECRECY_PUBLIC] = "public", [SECRECY_INTERNAL] = "internal", [SECRECY_PERSONAL] = "personal"};
static const char *const RESERVED_COLUMNS[] = {"record_id",    "since_index", "until_index",
                                               "source_organ", "salt",        "held"};

/* Bits of FieldType: which types a key makes sense for. */
#define TYPE_BIT(type) (1u << (type))
static const struct {
    const char *key, *types;
    unsigned mask;
} KEYS_BY_TYPE[] = {
    {"max", "text, integer or decimal",
     TYPE_BIT(FIELD_TEXT) | TYPE_BIT(FIELD_INTEGER) | TYPE_BIT(FIELD_DECIMAL)},
    {"min", "text, integer or decimal",
     TYPE_BIT(FIELD_TEXT) | TYPE_BIT(FIELD_INTEGER) | TYPE_BIT(FIELD_DECIMAL)},
    {"length", "text", TYPE_BIT(FIELD_TEXT)},
    {"scale", "decimal", TYPE_BIT(FIELD_DECIMAL)},
    {"future", "date", TYPE_BIT(FIELD_DATE)},
    {"codes", "code", TYPE_BIT(FIELD_CODE)},
};

static bool read_type(Parse *parse, const YamlNode *node, Field *field)
{
    const char *names[FIELD_ORGAN + 1];
    for (int i = 0; i <= FIELD_ORGAN; i++) names[i] = model_type_name((FieldType)i);
    const YamlNode *type = yaml_get(node, "type");
    if (type == NULL) {
        report_node(parse->report, node,
                    "the field \"" STR_FMT "\" has no type; add `type: text` or the like",
                    STR_ARG(field->id));
        return false;
    }
    int choice = read_choice(parse->report, type, "type", names, COUNT_OF(names));
    if (choice >= 0) field->type = (FieldType)choice;
    return choice >= 0;
}

static void refuse_keys_of_other_types(Parse *parse, const YamlNode *node, const Field *field)
{
    for (size_t i = 0; i < COUNT_OF(KEYS_BY_TYPE); i++) {
        const YamlNode *value = yaml_get(node, KEYS_BY_TYPE[i].key);
        if (value == NULL || (KEYS_BY_TYPE[i].mask & TYPE_BIT(field->type))) continue;
        report_node(parse->report, value->key,
                    "\"%s\" is for fields of type %s, and this one is of type %s; delete it",
                    KEYS_BY_TYPE[i].key, KEYS_BY_TYPE[i].types, model_type_name(field->type));
    }
}

static void read_text_length(Parse *parse, const YamlNode *node, Field *field)
{
    const YamlNode *max = yaml_get(node, "max"), *min = yaml_get(node, "min"),
                   *length = yaml_get(node, "length");
    int64_t number = TEXT_LENGTH_DEFAULT;
    if (length && (max || min)) {
        report_node(parse->report, length->key,
                    "\"length\" says both min and max; delete those or this");
        return;
    }
    if (max && !read_int(parse->report, max, "max", 1, TEXT_LENGTH_MAX, &number)) return;
    field->length_max = (int32_t)number;
    if (min && read_int(parse->report, min, "min", 0, TEXT_LENGTH_MAX, &number))
        field->length_min = (int32_t)number;
    if (length && read_int(parse->report, length, "length", 1, TEXT_LENGTH_MAX, &number)) {
        field->length_min = field->length_max = (int32_t)number;
    }
    if (field->length_min > field->length_max) {
        report_node(parse->report, min, "min %d is more than max %d; no text could pass",
                    field->length_min, field->length_max);
    }
}

static bool read_limit(Parse *parse, const YamlNode *node, const char *what, const Field *field,
                       int64_t *out)
{
    bool plain = node->kind == YAML_SCALAR && !node->quoted && str_find(node->text, STR(",")) < 0;
    if (plain && decimal_parse(node->text, field->scale, out)) return true;
    if (field->type == FIELD_INTEGER)
        report_node(parse->report, node, "%s must be a whole number", what);
    else
        report_node(parse->report, node, "%s must be a number with at most %d decimals", what,
                    field->scale);
    return false;
}

static void read_number_range(Parse *parse, const YamlNode *node, Field *field)
{
    const YamlNode *max = yaml_get(node, "max"), *min = yaml_get(node, "min");
    field->has_max = max && read_limit(parse, max, "max", field, &field->max);
    field->has_min = min && read_limit(parse, min, "min", field, &field->min);
    if (field->has_min && field->has_max && field->min > field->max) {
        report_node(parse->report, min,
                    "min " STR_FMT " is more than max " STR_FMT "; no value could pass",
                    STR_ARG(min->text), STR_ARG(max->text));
    }
}

static void read_decimal(Parse *parse, const YamlNode *node, Field *field)
{
    const YamlNode *scale = yaml_get(node, "scale");
    int64_t number = SCALE_DEFAULT;
    if (scale && !read_int(parse->report, scale, "scale", 0, SCALE_MAX, &number)) return;
    field->scale = (int)number;
    read_number_range(parse, node, field);
}

static void read_code(Parse *parse, const YamlNode *node, Field *field)
{
    const YamlNode *codes = yaml_get(node, "codes");
    if (codes)
        (void)read_id(parse->report, codes, "codes", &field->codes);
    else {
        report_node(parse->report, node,
                    "the code field \"" STR_FMT "\" does not name its list; add `codes: list`",
                    STR_ARG(field->id));
    }
}

static void read_date(Parse *parse, const YamlNode *node, Field *field)
{
    const YamlNode *future = yaml_get(node, "future");
    if (future) (void)read_bool(parse->report, future, "future", &field->future);
}

static void read_citizen_id(Parse *parse, const YamlNode *node, Field *field)
{
    if (field->secrecy == SECRECY_PERSONAL) return;
    report_node(parse->report, node,
                "the citizen's identity number \"" STR_FMT "\" must be personal;"
                " add `secrecy: personal`",
                STR_ARG(field->id));
}

static void (*const READ_BY_TYPE[FIELD_ORGAN + 1])(Parse *parse, const YamlNode *node,
                                                   Field *field) = {
    [FIELD_TEXT] = read_text_length,      [FIELD_INTEGER] = read_number_range,
    [FIELD_DECIMAL] = read_decimal,       [FIELD_CODE] = read_code,
    [FIELD_CITIZEN_ID] = read_citizen_id, [FIELD_DATE] = read_date,
};

static void read_field(Parse *parse, const YamlNode *node, Field *field)
{
    ModelReport *report = parse->report;
    if (!read_keys(report, node, "a field", FIELD_KEYS, COUNT_OF(FIELD_KEYS))) return;
    const YamlNode *value;
    if ((value = yaml_get(node, "label"))) {
        (void)read_label(report, value, "label", LABEL_LENGTH_MAX, field->id, &field->label);
    } else {
        report_node(report, node, "the field \"" STR_FMT "\" has no label; add `label: 中文`",
                    STR_ARG(field->id));
    }
    if ((value = yaml_get(node, "required")))
        (void)read_bool(report, value, "required", &field->required);
    if ((value = yaml_get(node, "secrecy"))) {
        int choice = read_choice(report, value, "secrecy", SECRECIES, COUNT_OF(SECRECIES));
        field->secrecy = choice < 0 ? SECRECY_PERSONAL : (Secrecy)choice;
    }
    if ((value = yaml_get(node, "from")))
        read_list(report, value, "from", LIST_MAX, read_id, &field->from);
    if ((value = yaml_get(node, "aliases"))) {
        read_list(report, value, "aliases", LIST_MAX, read_heading, &field->aliases);
    }
    if ((value = yaml_get(node, "reader"))) (void)read_id(report, value, "reader", &field->reader);
    if ((value = yaml_get(node, "note"))) {
        Label note = {STR_NONE, STR_NONE};
        if (read_label(report, value, "note", NOTE_LENGTH_MAX, STR_NONE, &note)) {
            field->note_zh = note.zh;
            field->note_en = note.en;
        }
    }
    if (!read_type(parse, node, field)) return;
    refuse_keys_of_other_types(parse, node, field);
    if (READ_BY_TYPE[field->type]) READ_BY_TYPE[field->type](parse, node, field);
}

static void read_field_id(Parse *parse, const YamlNode *key)
{
    if (!id_check(parse->report, key, "the field")) return;
    for (size_t i = 0; i < COUNT_OF(RESERVED_COLUMNS); i++) {
        if (!str_is(key->text, RESERVED_COLUMNS[i])) continue;
        report_node(parse->report, key,
                    "\"%s\" is a column that every dataset has of its own; choose another name",
                    RESERVED_COLUMNS[i]);
    }
}

static void read_fields(Parse *parse)
{
    const YamlNode *map = yaml_get(parse->root, "fields");
    if (map == NULL || !read_keys(parse->report, map, "fields", NULL, 0)) return;
    if (map->count == 0 || map->count > MODEL_FIELDS_MAX) {
        report_node(parse->report, map,
                    "%d fields; a dataset has 1 to %d (split it, or make a second dataset)",
                    map->count, MODEL_FIELDS_MAX);
        return;
    }
    parse->fields = arena_array(parse->arena, Field, map->count);
    parse->out->fields = parse->fields;
    for (const YamlNode *node = map->first; node; node = node->next) {
        if (model_field(parse->out, node->key->text) >= 0) continue; /* stands twice */
        int i = parse->out->field_count++;
        parse->nodes[i] = node;
        parse->fields[i].id = node->key->text;
        read_field_id(parse, node->key);
        read_field(parse, node, &parse->fields[i]);
    }
}

/* Position of the field that a node names, or -1 with the nearest one named. */
static int field_named(Parse *parse, const YamlNode *node, const char *what)
{
    static const char *const NONE[] = {"(none)"};
    const char **names = arena_array(parse->arena, const char *, MAX(parse->out->field_count, 1));
    for (int i = 0; i < parse->out->field_count; i++)
        names[i] = arena_cstr(parse->arena, parse->fields[i].id);
    return read_choice(parse->report, node, what, parse->out->field_count ? names : NONE,
                       parse->out->field_count);
}

/* ---- key, identity ---- */

static bool type_is_text(FieldType type)
{
    return type != FIELD_DATE && type != FIELD_INSTANT && type != FIELD_INTEGER &&
           type != FIELD_DECIMAL && type != FIELD_BOOLEAN;
}

static void read_key(Parse *parse)
{
    const YamlNode *node = yaml_get(parse->root, "key");
    if (node == NULL || parse->out->field_count == 0) return;
    int key = field_named(parse, node, "field as key");
    if (key < 0) return;
    parse->out->key = key;
    Field *field = &parse->fields[key];
    if (!type_is_text(field->type)) {
        report_node(parse->report, node,
                    "the key \"" STR_FMT
                    "\" is of type %s; a key is a text, a code or a number with"
                    " check digit",
                    STR_ARG(field->id), model_type_name(field->type));
    }
    const YamlNode *required = yaml_get(parse->nodes[key], "required");
    if (required && !field->required) {
        report_node(parse->report, required,
                    "the key \"" STR_FMT "\" cannot be optional; delete `required: false`",
                    STR_ARG(field->id));
    }
    field->required = true;
}

static void read_identity(Parse *parse)
{
    const YamlNode *node = yaml_get(parse->root, "identity");
    if (node == NULL || parse->out->field_count == 0) return;
    int identity = field_named(parse, node, "field as identity");
    if (identity >= 0 && identity == parse->out->key) {
        report_node(parse->report, node,
                    "identity is the key itself; name the field that shows whether two organs"
                    " mean the same, such as the name");
    }
    parse->out->identity = identity;
}

/* ---- organs ---- */

static bool list_has(StrList list, Str text)
{
    for (int i = 0; i < list.count; i++) {
        if (str_eq(list.items[i], text)) return true;
    }
    return false;
}

/* Every organ in `from` must be one that may contribute at all. */
static void check_from(Parse *parse, const YamlNode *from)
{
    const Dataset *out = parse->out;
    if (from == NULL || from->kind != YAML_LIST) return;
    for (const YamlNode *organ = from->first; organ; organ = organ->next) {
        if (organ->kind != YAML_SCALAR || list_has(out->sources, organ->text)) continue;
        if (out->sources.count == 0 && str_eq(organ->text, out->owner)) continue;
        report_node(parse->report, organ,
                    "\"" STR_FMT "\" is not among the dataset's sources%s; add it there or delete"
                    " it here",
                    STR_ARG(organ->text),
                    out->sources.count ? "" : " (none given: the owner alone)");
    }
}

static void read_organs(Parse *parse)
{
    ModelReport *report = parse->report;
    Dataset *out = parse->out;
    const YamlNode *owner = yaml_get(parse->root, "owner"),
                   *sources = yaml_get(parse->root, "sources");
    if (owner) (void)read_id(report, owner, "owner", &out->owner);
    if (sources) read_list(report, sources, "sources", LIST_MAX, read_id, &out->sources);
    if (owner && out->owner.n && out->sources.count && !list_has(out->sources, out->owner)) {
        report_node(report, owner,
                    "the owner \"" STR_FMT "\" is not among the sources; add it there",
                    STR_ARG(out->owner));
    }
    for (int i = 0; i < out->field_count; i++) check_from(parse, yaml_get(parse->nodes[i], "from"));
}

/* ---- indexes and queries ---- */

/* A list of fields, each once. */
static bool read_where(Parse *parse, const YamlNode *node, const char *what, const int **out,
                       int *count)
{
    if (node->kind != YAML_LIST || node->count == 0 || node->count > WHERE_MAX) {
        report_node(parse->report, node, "%s must be a list of 1 to %d fields: [a, b]", what,
                    WHERE_MAX);
        return false;
    }
    int *fields = arena_array(parse->arena, int, node->count);
    int n = 0;
    bool good = true;
    for (const YamlNode *child = node->first; child; child = child->next) {
        int field = field_named(parse, child, "field");
        good = good && field >= 0;
        if (field < 0) continue;
        for (int i = 0; i < n; i++) {
            if (fields[i] != field) continue;
            report_node(parse->report, child, "%s has \"" STR_FMT "\" twice; delete one", what,
                        STR_ARG(parse->fields[field].id));
            good = false;
        }
        fields[n++] = field;
    }
    *out = fields;
    *count = n;
    return good;
}

/* [longitude, latitude]: two fields that hold degrees. */
static void read_point(Parse *parse)
{
    const YamlNode *node = yaml_get(parse->root, "point");
    const int *fields;
    int count;
    if (node == NULL || parse->out->field_count == 0) return;
    if (!read_where(parse, node, "the point", &fields, &count)) return;
    bool decimal = count == 2;
    for (int i = 0; i < count; i++) decimal &= parse->fields[fields[i]].type == FIELD_DECIMAL;
    if (!decimal) {
        report_node(parse->report, node,
                    "a point is two decimal fields: `point: [longitude, latitude]`");
        return;
    }
    parse->out->has_point = true;
    parse->out->point[0] = fields[0];
    parse->out->point[1] = fields[1];
}

/* What names the index in the database: the fields joined by _. */
static Str index_name(Parse *parse, const Index *index)
{
    Str name = STR_NONE;
    for (int i = 0; i < index->count; i++) {
        name = arena_printf(parse->arena, STR_FMT "%s" STR_FMT, STR_ARG(name), i ? "_" : "",
                            STR_ARG(parse->fields[index->fields[i]].id));
    }
    return name;
}

static void read_index(Parse *parse, const YamlNode *node, Index *indexes)
{
    static const char *const KEYS[] = {"fields", "unique"};
    Index index = {0};
    const YamlNode *fields = node;
    if (node->kind == YAML_MAP) {
        (void)read_keys(parse->report, node, "an index", KEYS, COUNT_OF(KEYS));
        const YamlNode *unique = yaml_get(node, "unique");
        if (unique) (void)read_bool(parse->report, unique, "unique", &index.unique);
        fields = yaml_get(node, "fields");
        if (fields == NULL) {
            report_node(parse->report, node,
                        "the index does not say its fields: {fields: [a, b], unique: true}");
            return;
        }
    }
    if (!read_where(parse, fields, "an index", &index.fields, &index.count)) return;
    if (index.count == 1 && index.fields[0] == parse->out->key) {
        report_node(parse->report, node, "the key has its index already; delete this one");
        return;
    }
    Str name = index_name(parse, &index);
    for (int i = 0; i < parse->out->index_count; i++) {
        if (!str_eq(index_name(parse, &indexes[i]), name)) continue;
        report_node(parse->report, node,
                    "there is an index named by_" STR_FMT " already; delete one", STR_ARG(name));
        return;
    }
    indexes[parse->out->index_count++] = index;
}

static void read_indexes(Parse *parse)
{
    const YamlNode *list = yaml_get(parse->root, "indexes");
    if (list == NULL || parse->out->field_count == 0) return;
    if (list->kind != YAML_LIST || list->count > INDEXES_MAX) {
        report_node(parse->report, list,
                    "indexes must be a list of at most %d lists of fields: [[a, b], [c]]",
                    INDEXES_MAX);
        return;
    }
    Index *indexes = arena_array(parse->arena, Index, list->count);
    parse->out->indexes = indexes;
    for (const YamlNode *node = list->first; node; node = node->next)
        read_index(parse, node, indexes);
}

static void read_query(Parse *parse, const YamlNode *node, Query *query)
{
    static const char *const KEYS[] = {"where", "limit"};
    int64_t limit = QUERY_LIMIT_DEFAULT;
    query->id = node->key->text;
    (void)id_check(parse->report, node->key, "the query");
    if (!read_keys(parse->report, node, "a query", KEYS, COUNT_OF(KEYS))) return;
    const YamlNode *where = yaml_get(node, "where"), *limit_node = yaml_get(node, "limit");
    if (limit_node) (void)read_int(parse->report, limit_node, "limit", 1, QUERY_LIMIT_MAX, &limit);
    query->limit = (int)limit;
    if (where)
        (void)read_where(parse, where, "where", &query->where, &query->where_count);
    else
        report_node(parse->report, node, "the query does not say its fields; add `where: [a, b]`");
}

static void read_queries(Parse *parse)
{
    const YamlNode *map = yaml_get(parse->root, "queries");
    if (map == NULL || parse->out->field_count == 0) return;
    if (!read_keys(parse->report, map, "queries", NULL, 0)) return;
    Query *queries = arena_array(parse->arena, Query, map->count);
    parse->out->queries = queries;
    for (const YamlNode *node = map->first; node; node = node->next) {
        read_query(parse, node, &queries[parse->out->query_count++]);
    }
}

/* ---- sharing ---- */

static const char *const SHARING_TYPES[] = {"unconditional", "conditional", "none"};
static const char *const SHARING_WAYS[] = {"verify", "query", "batch"};

static bool read_way(ModelReport *report, const YamlNode *node, const char *what, Str *out)
{
    (void)what;
    int way = read_choice(report, node, "way of sharing", SHARING_WAYS, COUNT_OF(SHARING_WAYS));
    if (way >= 0) *out = str_of(SHARING_WAYS[way]);
    return way >= 0;
}

static void check_sharing(Parse *parse, const YamlNode *node)
{
    const Sharing *sharing = &parse->out->sharing;
    const YamlNode *open = yaml_get(node, "open"), *ways = yaml_get(node, "ways");
    bool none = str_is(sharing->type, "none");
    if (none && sharing->basis.n == 0) {
        report_node(parse->report, node,
                    "sharing of type none needs its legal basis: add `basis: law and article`");
    }
    if (none && sharing->open) {
        report_node(parse->report, open,
                    "open to the public, yet not shared; delete `open` or change the type");
    }
    if (none && ways && sharing->ways.count) {
        report_node(parse->report, ways,
                    "ways of sharing, yet not shared; delete `ways` or change the type");
    }
    bool hidden = parse->out->field_count &&
                  parse->fields[parse->out->key].secrecy != SECRECY_PUBLIC;
    if (sharing->open && hidden) {
        report_node(parse->report, open,
                    "open to the public, yet the key \"" STR_FMT "\" is not public; delete `open`",
                    STR_ARG(parse->fields[parse->out->key].id));
    }
}

static void read_sharing(Parse *parse)
{
    static const char *const KEYS[] = {"type", "ways", "open", "basis"};
    static const Str WAYS_DEFAULT[] = {
        STR_INIT("verify")}; /* yes or no is what other organs get by default */
    ModelReport *report = parse->report;
    Sharing *sharing = &parse->out->sharing;
    *sharing = (Sharing){.type = STR("conditional"), .ways = {WAYS_DEFAULT, 1}};
    const YamlNode *node = yaml_get(parse->root, "sharing"), *value;
    if (node == NULL || !read_keys(report, node, "sharing", KEYS, COUNT_OF(KEYS))) return;
    if ((value = yaml_get(node, "type"))) {
        int type =
            read_choice(report, value, "type of sharing", SHARING_TYPES, COUNT_OF(SHARING_TYPES));
        if (type >= 0) sharing->type = str_of(SHARING_TYPES[type]);
    }
    if (str_is(sharing->type, "none")) sharing->ways = (StrList){NULL, 0};
    if ((value = yaml_get(node, "ways"))) {
        read_list(report, value, "ways", (int)COUNT_OF(SHARING_WAYS), read_way, &sharing->ways);
    }
    if ((value = yaml_get(node, "open"))) (void)read_bool(report, value, "open", &sharing->open);
    if ((value = yaml_get(node, "basis"))) {
        (void)read_text(report, value, "basis", NOTE_LENGTH_MAX, &sharing->basis);
    }
    check_sharing(parse, node);
}

/* ---- headings ---- */

typedef struct Heading {
    Str text;
    int field, order; /* field -1: ignored */
    const YamlNode *node;
} Heading;

static int heading_order(const void *a, const void *b)
{
    const Heading *x = a, *y = b;
    int order = str_cmp(x->text, y->text);
    return order ? order : (x->order > y->order) - (x->order < y->order);
}

static void heading_add(Heading *headings, int *count, Str text, int field, const YamlNode *node)
{
    if (text.n == 0) return;
    headings[*count] = (Heading){text, field, *count, node};
    (*count)++;
}

/* The entry of a list that a text was read from. */
static const YamlNode *entry_of(const YamlNode *list, Str text)
{
    for (const YamlNode *child = list->first; child; child = child->next) {
        if (child->kind == YAML_SCALAR && str_eq(str_trim(child->text), text)) return child;
    }
    return list;
}

static int headings_of_field(Parse *parse, int i, Heading *headings, int count)
{
    const Field *field = &parse->fields[i];
    const YamlNode *node = parse->nodes[i], *label = yaml_get(node, "label"),
                   *aliases = yaml_get(node, "aliases");
    heading_add(headings, &count, field->id, i, node->key);
    if (label && !str_eq(field->label.zh, field->id))
        heading_add(headings, &count, field->label.zh, i, label);
    bool english = label && !str_eq(field->label.en, field->id) &&
                   !str_eq(field->label.en, field->label.zh);
    if (english) heading_add(headings, &count, field->label.en, i, label);
    for (int a = 0; a < field->aliases.count; a++) {
        heading_add(headings, &count, field->aliases.items[a], i,
                    entry_of(aliases, field->aliases.items[a]));
    }
    return count;
}

/* A CSV heading must say one field only. */
static void check_headings(Parse *parse)
{
    const Dataset *out = parse->out;
    int max = out->ignored.count, count = 0;
    for (int i = 0; i < out->field_count; i++) max += 3 + out->fields[i].aliases.count;
    Heading *headings = arena_array(parse->arena, Heading, max);
    for (int i = 0; i < out->field_count; i++) count = headings_of_field(parse, i, headings, count);
    for (int i = 0; i < out->ignored.count; i++) {
        Str text = out->ignored.items[i];
        heading_add(headings, &count, text, -1, entry_of(yaml_get(parse->root, "ignored"), text));
    }
    qsort(headings, (size_t)count, sizeof *headings, heading_order);
    for (int i = 1; i < count; i++) {
        const Heading *first = &headings[i - 1], *second = &headings[i];
        if (!str_eq(first->text, second->text) || first->field < 0) continue;
        Str of = out->fields[first->field].id;
        if (second->field == first->field) {
            report_node(parse->report, second->node,
                        "the heading \"" STR_FMT "\" stands twice in the field; delete one",
                        STR_ARG(second->text));
        } else {
            report_node(parse->report, second->node,
                        "the heading \"" STR_FMT "\" already means the field \"" STR_FMT
                        "\"; change or delete one",
                        STR_ARG(second->text), STR_ARG(of));
        }
    }
}

/* ---- dataset ---- */

static const char *const DATASET_KEYS[] = {
    "dataset", "label",  "key",     "identity", "clause",  "owner",   "sources",
    "fields",  "checks", "indexes", "queries",  "sharing", "ignored", "nulls",   "point",
};
static const struct {
    const char *key, *way_out;
} DATASET_REQUIRED[] = {
    {"dataset", "add `dataset: name`"},
    {"label", "add `label: {zh: 中文, en: English}`"},
    {"key", "add `key: field`"},
    {"owner", "add `owner: organ`, the organ that answers for the data"},
    {"fields", "add `fields:` with one line for each field"},
};

static void read_dataset_id(Parse *parse, const YamlNode *node)
{
    static const char *const ENDINGS[] = {"_history", "_source"};
    if (!read_id(parse->report, node, "dataset", &parse->out->id)) return;
    for (size_t i = 0; i < COUNT_OF(ENDINGS); i++) {
        if (!str_ends(node->text, str_of(ENDINGS[i]))) continue;
        report_node(parse->report, node,
                    "a dataset's name must not end in %s, as the tables beside a dataset do;"
                    " choose another",
                    ENDINGS[i]);
    }
    if (str_starts(node->text, STR("sqlite_"))) {
        report_node(parse->report, node,
                    "names that start with sqlite_ belong to the database; choose another");
    }
}

static void read_dataset(Parse *parse)
{
    ModelReport *report = parse->report;
    const YamlNode *root = parse->root, *value;
    Dataset *out = parse->out;
    for (size_t i = 0; i < COUNT_OF(DATASET_REQUIRED); i++) {
        if (yaml_get(root, DATASET_REQUIRED[i].key)) continue;
        report_node(report, root, "\"%s\" is missing; %s", DATASET_REQUIRED[i].key,
                    DATASET_REQUIRED[i].way_out);
    }
    if ((value = yaml_get(root, "dataset"))) read_dataset_id(parse, value);
    if ((value = yaml_get(root, "label"))) {
        (void)read_label(report, value, "label", LABEL_LENGTH_MAX, out->id, &out->label);
    }
    if ((value = yaml_get(root, "clause")))
        (void)read_text(report, value, "clause", LABEL_LENGTH_MAX, &out->clause);
    if ((value = yaml_get(root, "checks")))
        read_list(report, value, "checks", LIST_MAX, read_id, &out->checks);
    if ((value = yaml_get(root, "ignored"))) {
        read_list(report, value, "ignored", LIST_MAX, read_heading, &out->ignored);
    }
    if ((value = yaml_get(root, "nulls")))
        read_list(report, value, "nulls", LIST_MAX, read_heading, &out->nulls);
    read_fields(parse);
    read_key(parse);
    read_identity(parse);
    read_organs(parse);
    read_point(parse);
    read_indexes(parse);
    read_queries(parse);
    read_sharing(parse);
    check_headings(parse);
}

/* The tree and everything in *out lie in arena, which must allow YAML_ARENA_MAX. */
Err model_parse(Arena *arena, Str file, Str module, Str yaml, Dataset *out, ModelErrors *errors)
{
    *errors = (ModelErrors){NULL, 0};
    *out = (Dataset){
        .file = arena_str(arena, file), .module = arena_str(arena, module), .identity = -1};
    ModelReport report = {.arena = arena, .file = out->file, .errors = errors};
    YamlNode *root;
    if (yaml_read(&report, yaml, &root) == ERR_OK) {
        Parse parse = {.report = &report, .arena = arena, .root = root, .out = out};
        if (read_keys(&report, root, "a dataset", DATASET_KEYS, COUNT_OF(DATASET_KEYS)))
            read_dataset(&parse);
    }
    report_finish(&report);
    return errors->count ? ERR_BAD : ERR_OK;
}
