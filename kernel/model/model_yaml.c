#include "kernel/model/model_yaml.h"

#include <libfyaml.h>
#include <stdarg.h>
#include <stdlib.h>

#include "lib/text.h"

/* ---- mistakes ---- */

void report_at(ModelReport *report, int line, int column, const char *format, ...)
{
    ModelErrors *errors = report->errors;
    if (errors->items == NULL)
        errors->items = arena_array(report->arena, ModelError, MODEL_ERRORS_MAX + 1);
    if (errors->count == MODEL_ERRORS_MAX) {
        report->further++;
        return;
    }
    char text[1024];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ASSERT(n >= 0);
    Str message = arena_str(report->arena, (Str){text, MIN((size_t)n, sizeof text - 1)});
    errors->items[errors->count++] = (ModelError){report->file, line, column, message};
}

static int error_order(const void *a, const void *b)
{
    const ModelError *x = a, *y = b;
    if (x->line != y->line) return x->line < y->line ? -1 : 1;
    if (x->column != y->column) return x->column < y->column ? -1 : 1;
    return str_cmp(x->message, y->message);
}

void report_finish(ModelReport *report)
{
    ModelErrors *errors = report->errors;
    if (errors->count == 0) return;
    qsort(errors->items, (size_t)errors->count, sizeof *errors->items, error_order);
    if (report->further == 0) return;
    ModelError last = errors->items[errors->count - 1];
    last.message = arena_printf(
        report->arena, "%d further mistakes are not shown; mend these first", report->further);
    errors->items[errors->count++] = last;
}

/* ---- near names ---- */

enum { NAME_BYTES_MAX = 60 };

/* Insertions, deletions, replacements and swaps of neighbours that turn a into b. */
static int edit_distance(Str a, Str b)
{
    int rows[3][NAME_BYTES_MAX + 1];
    int *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.n; j++) above[j] = (int)j;
    for (size_t i = 1; i <= a.n; i++) {
        row[0] = (int)i;
        for (size_t j = 1; j <= b.n; j++) {
            int cost = a.p[i - 1] == b.p[j - 1] ? 0 : 1;
            row[j] = MIN(MIN(row[j - 1], above[j]) + 1, above[j - 1] + cost);
            bool swapped = i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1];
            if (swapped) row[j] = MIN(row[j], before[j - 2] + 1);
        }
        int *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b.n];
}

const char *name_nearest(Str text, const char *const *names, int count)
{
    const char *nearest = NULL;
    int best = text.n <= 4 ? 2 : text.n <= 8 ? 3 : 4; /* a slip must be nearer than this */
    if (text.n == 0 || text.n > NAME_BYTES_MAX) return NULL;
    for (int i = 0; i < count; i++) {
        Str name = str_of(names[i]);
        if (name.n > NAME_BYTES_MAX) continue;
        int distance = edit_distance(text, name);
        if (distance < best) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}

/* ---- the tree ---- */

const YamlNode *yaml_get(const YamlNode *map, const char *key)
{
    if (map->kind != YAML_MAP) return NULL;
    for (const YamlNode *child = map->first; child; child = child->next) {
        if (str_is(child->key->text, key)) return child;
    }
    return NULL;
}

/* What is being built: the open lists and maps, and the key that waits for its value. */
typedef struct YamlBuild {
    ModelReport *report;
    struct {
        YamlNode *node, *last, *key;
    } stack[YAML_DEPTH_MAX];
    int depth;
    YamlNode *root;
    int documents, nodes;
    bool failed;
} YamlBuild;

static void build_refuse(YamlBuild *build, int line, int column, const char *why)
{
    report_at(build->report, line, column, "%s", why);
    build->failed = true;
}

static YamlNode *build_node(YamlBuild *build, YamlKind kind, struct fy_event *event)
{
    YamlNode *node = arena_array(build->report->arena, YamlNode, 1);
    node->kind = kind;
    const struct fy_mark *mark = fy_event_start_mark(event);
    if (mark) {
        node->line = mark->line + 1;
        node->column = mark->column + 1;
    } else if (build->depth > 0) { /* an empty value has no place of its own: its key's */
        YamlNode *near = build->stack[build->depth - 1].key;
        if (near == NULL) near = build->stack[build->depth - 1].node;
        node->line = near->line;
        node->column = near->column;
    } else {
        node->line = node->column = 1;
    }
    if (++build->nodes > YAML_NODES_MAX) {
        build_refuse(build, node->line, node->column, "too many values; split the dataset");
    }
    return node;
}

/* Hang a node under the innermost open list or map. */
static void build_add(YamlBuild *build, YamlNode *node)
{
    if (build->depth == 0) {
        build->root = node;
        return;
    }
    YamlNode *parent = build->stack[build->depth - 1].node;
    YamlNode **key = &build->stack[build->depth - 1].key;
    if (parent->kind == YAML_MAP && *key == NULL) {
        if (node->kind != YAML_SCALAR) {
            build_refuse(build, node->line, node->column,
                         "a key must be a plain name, not a list or a map");
        }
        *key = node;
        return;
    }
    node->key = *key;
    *key = NULL;
    YamlNode *last = build->stack[build->depth - 1].last;
    if (last)
        last->next = node;
    else
        parent->first = node;
    build->stack[build->depth - 1].last = node;
    parent->count++;
}

static void build_open(YamlBuild *build, YamlKind kind, struct fy_event *event)
{
    YamlNode *node = build_node(build, kind, event);
    build_add(build, node);
    if (build->depth == YAML_DEPTH_MAX) {
        build_refuse(build, node->line, node->column,
                     "nested too deeply; a definition needs at most five levels");
        return;
    }
    build->stack[build->depth].node = node;
    build->stack[build->depth].last = build->stack[build->depth].key = NULL;
    build->depth++;
}

static void build_scalar(YamlBuild *build, struct fy_event *event)
{
    YamlNode *node = build_node(build, YAML_SCALAR, event);
    size_t n = 0;
    const char *p = event->scalar.value ? fy_token_get_text(event->scalar.value, &n) : NULL;
    node->text = arena_str(build->report->arena, p ? (Str){p, n} : STR(""));
    if (!utf8_valid(node->text) || memchr(node->text.p, '\0', node->text.n)) {
        build_refuse(build, node->line, node->column,
                     "an escape in this text gives no character; write the character");
    }
    node->quoted = event->scalar.value && fy_token_scalar_style(event->scalar.value) != FYSS_PLAIN;
    build_add(build, node);
}

static void build_property(YamlBuild *build, struct fy_token *token, const char *why)
{
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
    if (token) build_refuse(build, mark ? mark->line + 1 : 1, mark ? mark->column + 1 : 1, why);
}

static const char ANCHOR[] =
    "anchors (&name) are not used in definitions; write the text out where it is needed";
static const char ALIAS[] =
    "aliases (*name) are not used in definitions; write the text out where it is needed";
static const char TAG[] = "tags (!name) are not used in definitions; delete it";

static void build_properties(YamlBuild *build, struct fy_event *event)
{
    switch (event->type) {
    case FYET_MAPPING_START:
        build_property(build, event->mapping_start.anchor, ANCHOR);
        build_property(build, event->mapping_start.tag, TAG);
        break;
    case FYET_SEQUENCE_START:
        build_property(build, event->sequence_start.anchor, ANCHOR);
        build_property(build, event->sequence_start.tag, TAG);
        break;
    case FYET_SCALAR:
        build_property(build, event->scalar.anchor, ANCHOR);
        build_property(build, event->scalar.tag, TAG);
        break;
    case FYET_ALIAS: build_property(build, event->alias.anchor, ALIAS); break;
    default: break;
    }
}

static void build_event(YamlBuild *build, struct fy_event *event)
{
    build_properties(build, event);
    if (build->failed) return;
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (++build->documents == 1) break;
        const struct fy_mark *mark = fy_event_start_mark(event);
        build_refuse(build, mark ? mark->line + 1 : 1, mark ? mark->column + 1 : 1,
                     "a second document (---) starts here; one file defines one dataset");
        break;
    case FYET_MAPPING_START: build_open(build, YAML_MAP, event); break;
    case FYET_SEQUENCE_START: build_open(build, YAML_LIST, event); break;
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END: build->depth--; break;
    case FYET_SCALAR: build_scalar(build, event); break;
    default: break;
    }
}

/* ---- text ---- */

static void place_of(Str yaml, size_t offset, int *line, int *column)
{
    size_t start = 0;
    *line = 1;
    for (size_t i = 0; i < offset; i++) {
        if (yaml.p[i] == '\n') {
            (*line)++;
            start = i + 1;
        }
    }
    Str head = str_slice(yaml, start, offset);
    *column = utf8_valid(head) ? (int)utf8_length(head) + 1 : (int)head.n + 1;
}

static Err refuse_offset(ModelReport *report, Str yaml, size_t offset, const char *why)
{
    int line, column;
    place_of(yaml, offset, &line, &column);
    report_at(report, line, column, "%s", why);
    return ERR_BAD;
}

static Err characters_check(ModelReport *report, Str yaml)
{
    Err err = ERR_OK;
    for (size_t i = 0; i < yaml.n && report->further == 0; i++) {
        unsigned char c = (unsigned char)yaml.p[i];
        if (c == '\t') {
            err = refuse_offset(report, yaml, i, "a tab; indent and separate with blanks");
            while (i + 1 < yaml.n && yaml.p[i + 1] == '\t') i++;
        } else if ((c < 0x20 && c != '\n' && c != '\r') || c == 0x7f) {
            err = refuse_offset(report, yaml, i, "a control character; delete it");
        }
    }
    return err;
}

/* The place is the end of the longest head that is UTF-8, found by halving. */
static Err encoding_refuse(ModelReport *report, Str yaml)
{
    size_t good = 0, bad = yaml.n;
    while (bad - good > 1) {
        size_t cut = good + (bad - good) / 2;
        while (cut > good && ((unsigned char)yaml.p[cut] & 0xc0) == 0x80) cut--;
        if (cut == good) break;
        if (utf8_valid(str_slice(yaml, 0, cut)))
            good = cut;
        else
            bad = cut;
    }
    return refuse_offset(report, yaml, good,
                         "near here the text is not UTF-8; save the file as UTF-8");
}

/* What no YAML parser should have to see: other encodings, control characters, tabs. */
static Err text_check(ModelReport *report, Str yaml)
{
    if (yaml.n > YAML_BYTES_MAX) {
        report_at(report, 1, 1,
                  "the file has %zu bytes, more than the %d allowed; split the dataset", yaml.n,
                  YAML_BYTES_MAX);
        return ERR_BAD;
    }
    return utf8_valid(yaml) ? characters_check(report, yaml) : encoding_refuse(report, yaml);
}

/* ---- libfyaml ---- */

static void report_diagnostics(ModelReport *report, struct fy_diag *diag)
{
    void *at = NULL;
    struct fy_diag_error *error;
    int before = report->errors->count;
    while ((error = fy_diag_errors_iterate(diag, &at)) != NULL) {
        report_at(report, MAX(error->line, 1), MAX(error->column, 1), "not well-formed YAML: %s",
                  error->msg);
    }
    if (report->errors->count == before) report_at(report, 1, 1, "not well-formed YAML");
}

static void parse_events(YamlBuild *build, struct fy_parser *parser)
{
    struct fy_event *event;
    while (!build->failed && (event = fy_parser_parse(parser)) != NULL) {
        build_event(build, event);
        bool end = event->type == FYET_STREAM_END;
        fy_parser_event_free(parser, event);
        if (end) break;
    }
}

Err yaml_read(ModelReport *report, Str yaml, YamlNode **root)
{
    Str mark = STR("\xEF\xBB\xBF");
    if (str_starts(yaml, mark)) yaml = str_slice(yaml, mark.n, yaml.n);
    TRY(text_check(report, yaml));
    struct fy_diag_cfg diag_config;
    fy_diag_cfg_default(&diag_config);
    diag_config.fp = NULL;
    struct fy_diag *diag = fy_diag_create(&diag_config);
    ASSERT(diag != NULL);
    fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg config = {
        .flags = FYPCF_QUIET | FYPCF_JSON_NONE | FYPCF_DEFAULT_VERSION_1_2, .diag = diag};
    struct fy_parser *parser = fy_parser_create(&config);
    ASSERT(parser != NULL);

    YamlBuild build = {.report = report};
    if (yaml.n > 0) {
        ASSERT(fy_parser_set_string(parser, yaml.p, yaml.n) == 0);
        parse_events(&build, parser);
        if (!build.failed && fy_parser_get_stream_error(parser)) {
            report_diagnostics(report, diag);
            build.failed = true;
        }
    }
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    if (!build.failed && build.root == NULL) {
        build_refuse(&build, 1, 1, "the file is empty; start with `dataset: name`");
    }
    *root = build.root;
    return build.failed ? ERR_BAD : ERR_OK;
}
