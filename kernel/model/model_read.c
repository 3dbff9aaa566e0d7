#include "kernel/model/model_yaml.h"
#include "lib/text.h"

enum { ID_LENGTH_MAX = 40, NAMES_SHOWN_MAX = 600, HEADING_LENGTH_MAX = 100, KEYS_MAX = 500 };

static const char *kind_name(YamlKind kind)
{
    static const char *const NAMES[] = {
        [YAML_SCALAR] = "a text", [YAML_LIST] = "a list", [YAML_MAP] = "a map"};
    return NAMES[kind];
}

/* What was written, short enough for a message. */
static Str shown(Str text)
{
    size_t n = utf8_prefix(text, 40);
    return str_slice(text, 0, MIN(n, text.n));
}

static void names_list(char *out, size_t size, const char *const *names, int count)
{
    size_t n = 0;
    out[0] = '\0';
    for (int i = 0; i < count && n + 80 < size; i++) {
        n += (size_t)snprintf(out + n, size - n, "%s%s", i ? ", " : "", names[i]);
    }
}

static void unknown_name(ModelReport *report, const YamlNode *node, const char *what,
                         const char *const *names, int count)
{
    const char *nearest = name_nearest(node->text, names, count);
    if (node->text.n == 0) {
        report_node(report, node, "%s is empty; write it or delete the key", what);
        return;
    }
    if (nearest) {
        report_node(report, node, "unknown %s \"" STR_FMT "\"; did you mean \"%s\"?", what,
                    STR_ARG(shown(node->text)), nearest);
        return;
    }
    char all[NAMES_SHOWN_MAX];
    names_list(all, sizeof all, names, count);
    report_node(report, node, "unknown %s \"" STR_FMT "\"; there are: %s", what,
                STR_ARG(shown(node->text)), all);
}

/* Keys that stand before in the same map. */
static void read_keys_twice(ModelReport *report, const YamlNode *map, const YamlNode *child)
{
    for (const YamlNode *other = map->first; other != child; other = other->next) {
        if (!str_eq(other->key->text, child->key->text)) continue;
        report_node(report, child->key,
                    "\"" STR_FMT "\" stands twice (first in line %d); delete one",
                    STR_ARG(shown(child->key->text)), other->key->line);
        return;
    }
}

bool read_keys(ModelReport *report, const YamlNode *node, const char *what,
               const char *const *names, int count)
{
    if (node->kind != YAML_MAP) {
        report_node(report, node, "%s must be a map (key: value), not %s", what,
                    kind_name(node->kind));
        return false;
    }
    if (node->count > KEYS_MAX) {
        report_node(report, node, "%s has %d keys; at most %d are allowed", what, node->count,
                    KEYS_MAX);
        return false;
    }
    char key_of[80];
    snprintf(key_of, sizeof key_of, "key of %s", what);
    for (const YamlNode *child = node->first; child; child = child->next) {
        bool known = names == NULL;
        for (int i = 0; i < count && !known; i++) known = str_is(child->key->text, names[i]);
        if (!known) unknown_name(report, child->key, key_of, names, count);
        read_keys_twice(report, node, child);
        if (report->further > 0) break;
    }
    return true;
}

bool read_text(ModelReport *report, const YamlNode *node, const char *what, int length_max,
               Str *out)
{
    if (node->kind != YAML_SCALAR) {
        report_node(report, node, "%s must be a text, not %s", what, kind_name(node->kind));
        return false;
    }
    Str text = str_trim(node->text);
    if (text.n == 0) {
        report_node(report, node, "%s is empty; write it or delete the key", what);
        return false;
    }
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c >= 0x20 && c != 0x7f) continue;
        report_node(report, node, "%s must be one line without control characters", what);
        return false;
    }
    size_t length = utf8_length(text);
    if (length > (size_t)length_max) {
        report_node(report, node, "%s has %zu characters; at most %d are allowed", what, length,
                    length_max);
        return false;
    }
    *out = text;
    return true;
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool id_valid(Str id)
{
    if (id.n == 0 || id.n > ID_LENGTH_MAX || !is_lower(id.p[0]) || id.p[id.n - 1] == '_')
        return false;
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        if (!is_lower(c) && !is_digit(c) && c != '_') return false;
        if (c == '_' && id.p[i - 1] == '_') return false;
    }
    return true;
}

/* "Birth-Date" to birth_date; none where nothing sensible comes out. */
static Str id_suggest(Str text, char *room, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n && n + 2 < size; i++) {
        char c = text.p[i];
        bool upper = c >= 'A' && c <= 'Z';
        if (upper) c = (char)(c - 'A' + 'a');
        if (upper && i > 0 && is_lower(text.p[i - 1])) room[n++] = '_';
        if (is_lower(c) || is_digit(c))
            room[n++] = c;
        else if (c != '_' && c != '-' && c != ' ' && c != '.')
            return STR_NONE;
        else if (n > 0 && room[n - 1] != '_')
            room[n++] = '_';
    }
    while (n > 0 && room[n - 1] == '_') n--;
    Str id = {room, n};
    return id_valid(id) ? id : STR_NONE;
}

bool id_check(ModelReport *report, const YamlNode *node, const char *what)
{
    Str id = node->text, shorter = shown(id);
    if (id_valid(id)) return true;
    if (id.n == 0) {
        report_node(report, node, "%s is empty; write it or delete the key", what);
        return false;
    }
    char room[ID_LENGTH_MAX + 2];
    Str suggestion = id.n > ID_LENGTH_MAX ? STR_NONE : id_suggest(id, room, sizeof room);
    if (id.n > ID_LENGTH_MAX) {
        report_node(report, node, "%s \"" STR_FMT "…\" is longer than %d characters; shorten it",
                    what, STR_ARG(shorter), ID_LENGTH_MAX);
    } else if (is_digit(id.p[0])) {
        report_node(report, node, "%s \"" STR_FMT "\" starts with a digit; start with a letter",
                    what, STR_ARG(shorter));
    } else if (suggestion.n) {
        report_node(report, node,
                    "%s \"" STR_FMT "\" is not lower snake case; write \"" STR_FMT "\"", what,
                    STR_ARG(shorter), STR_ARG(suggestion));
    } else {
        report_node(report, node,
                    "%s \"" STR_FMT "\" is not lower snake case: a-z, 0-9 and _ between words,"
                    " in English (Chinese stands in the label)",
                    what, STR_ARG(shorter));
    }
    return false;
}

bool read_id(ModelReport *report, const YamlNode *node, const char *what, Str *out)
{
    if (node->kind != YAML_SCALAR) {
        report_node(report, node, "%s must be a name, not %s", what, kind_name(node->kind));
        return false;
    }
    if (!id_check(report, node, what)) return false;
    *out = node->text;
    return true;
}

bool read_heading(ModelReport *report, const YamlNode *node, const char *what, Str *out)
{
    return read_text(report, node, what, HEADING_LENGTH_MAX, out);
}

bool read_bool(ModelReport *report, const YamlNode *node, const char *what, bool *out)
{
    bool yes = node->kind == YAML_SCALAR && !node->quoted && str_is(node->text, "true");
    bool no = node->kind == YAML_SCALAR && !node->quoted && str_is(node->text, "false");
    if (!yes && !no) {
        report_node(report, node, "%s must be true or false", what);
        return false;
    }
    *out = yes;
    return true;
}

bool read_int(ModelReport *report, const YamlNode *node, const char *what, int64_t min, int64_t max,
              int64_t *out)
{
    int64_t value;
    bool whole = node->kind == YAML_SCALAR && !node->quoted && str_int(node->text, &value);
    if (!whole || value < min || value > max) {
        report_node(report, node, "%s must be a whole number from %lld to %lld", what,
                    (long long)min, (long long)max);
        return false;
    }
    *out = value;
    return true;
}

bool read_label(ModelReport *report, const YamlNode *node, const char *what, int length_max,
                Str fallback, Label *out)
{
    static const char *const KEYS[] = {"zh", "en"};
    if (node->kind == YAML_SCALAR) {
        if (!read_text(report, node, what, length_max, &out->zh)) return false;
        out->en = fallback;
        return true;
    }
    if (!read_keys(report, node, what, KEYS, COUNT_OF(KEYS))) return false;
    const YamlNode *zh = yaml_get(node, "zh"), *en = yaml_get(node, "en");
    if (zh == NULL) {
        report_node(report, node, "%s lacks its Chinese: {zh: …, en: …}", what);
        return false;
    }
    out->en = fallback;
    bool read = read_text(report, zh, what, length_max, &out->zh);
    return (en == NULL || read_text(report, en, what, length_max, &out->en)) && read;
}

void read_list(ModelReport *report, const YamlNode *node, const char *what, int count_max,
               ReadEntry *entry, StrList *out)
{
    if (node->kind != YAML_LIST) {
        report_node(report, node, "%s must be a list: [a, b]", what);
        return;
    }
    if (node->count > count_max) {
        report_node(report, node, "%s has %d entries; at most %d are allowed", what, node->count,
                    count_max);
        return;
    }
    Str *items = arena_array(report->arena, Str, node->count);
    int count = 0;
    for (const YamlNode *child = node->first; child; child = child->next) {
        Str text;
        if (!entry(report, child, what, &text)) continue;
        bool twice = false;
        for (int i = 0; i < count && !twice; i++) twice = str_eq(items[i], text);
        if (twice) {
            report_node(report, child, "%s has \"" STR_FMT "\" twice; delete one", what,
                        STR_ARG(shown(text)));
            continue;
        }
        items[count++] = text;
    }
    *out = (StrList){items, count};
}

int read_choice(ModelReport *report, const YamlNode *node, const char *what,
                const char *const *names, int count)
{
    if (node->kind != YAML_SCALAR) {
        report_node(report, node, "%s must be a name, not %s", what, kind_name(node->kind));
        return -1;
    }
    for (int i = 0; i < count; i++) {
        if (str_is(node->text, names[i])) return i;
    }
    unknown_name(report, node, what, names, count);
    return -1;
}
