/*
 * Randomly made filters on randomly made records: the SQL, the evaluation in memory, and a third
 * plain evaluation of the generator's own tree must agree on every record. The third knows nothing
 * of the parser's: it compares code points, years and 128-bit numbers, and its LIKE tries every
 * split.
 */
#include "kernel/cql2/cql2_fixture.h"
#include "lib/text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { FILTERS = 20000, FILTERS_PER_TABLE = 250, RECORDS = 40, FUZZ_ROUNDS = 100000 };

/* ---- random, the same in every run ---- */

static uint64_t seed = 0x9E3779B97F4A7C15u;

static uint32_t draw(uint32_t below)
{
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (uint32_t)((seed >> 32) % below);
}

static bool one_in(uint32_t n)
{
    return draw(n) == 0;
}

static Arena *table_arena, *arena; /* of a table of records; of one filter */

/* ---- values as the test sees them ---- */

static const uint32_t ALPHABET[] = {'a',    'b',    'A',    '%',    '_',     '\\',    '*',
                                    '?',    '[',    ']',    '^',    '-',     '\'',    '"',
                                    ' ',    0x7E,   0xE9,   0x4E2D, 0x6587,  0xD7FF,  0xE000,
                                    0xFFFC, 0xFFFD, 0xFFFE, 0xFFFF, 0x1D11E, 0x10FFFF};

enum { POINTS_MAX = 12, WILD_ANY = 0x110000, WILD_ONE };

typedef struct Points { /* a text, or a pattern with WILD_ANY and WILD_ONE in it */
    uint32_t p[POINTS_MAX];
    int n;
} Points;

typedef __int128 Wide;

typedef struct Plain { /* a value, a literal or a pattern */
    bool present;
    Points text;
    int year, month, day;
    int64_t number;
    int64_t digits; /* number literal: digits / 10^scale */
    int scale;
} Plain;

static Points random_text(void)
{
    Points text = {.n = (int)draw(one_in(4) ? 7 : 4)};
    uint32_t span = one_in(2) ? 6 : COUNT_OF(ALPHABET);
    for (int i = 0; i < text.n; i++) text.p[i] = ALPHABET[draw(span)];
    return text;
}

static int64_t random_number(void)
{
    static const int64_t EDGES[] = {
        0,    1,         -1,        1000,          1001,          999,        -1000,      -1001,
        1005, INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MIN + 1, 1000000000, -1000000000};
    return one_in(8) ? (int64_t)draw(2000) - 1000 : EDGES[draw(COUNT_OF(EDGES))];
}

/* Years 0001 to 9999 in UTC and in UTC+8. */
static int64_t random_instant(void)
{
    static const int64_t EDGES[] = {0,
                                    1,
                                    -1,
                                    1000000,
                                    250000,
                                    -250000,
                                    1709164800000000,
                                    253402271999999999,
                                    -62135596800000000};
    return one_in(4) ? (int64_t)draw(1000000) * 1000003 : EDGES[draw(COUNT_OF(EDGES))];
}

static void random_day(Plain *out)
{
    static const int LENGTHS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    static const int YEARS[] = {1, 1969, 1970, 2000, 2023, 2024, 9999};
    out->year = YEARS[draw(COUNT_OF(YEARS))];
    out->month = one_in(2) ? 2 : (int)draw(12) + 1;
    out->day = one_in(2) ? LENGTHS[out->month - 1] : (int)draw(3) + 1;
    if (out->month == 2 && out->year % 4 == 0 && one_in(2)) out->day = 29;
}

typedef enum Kind { KIND_TEXT, KIND_NUMBER, KIND_DAY, KIND_INSTANT, KIND_BOOLEAN } Kind;

static Kind kind_of(int field)
{
    switch (FIXTURE_FIELD_LIST[field].type) {
    case FIELD_DATE: return KIND_DAY;
    case FIELD_INSTANT: return KIND_INSTANT;
    case FIELD_BOOLEAN: return KIND_BOOLEAN;
    case FIELD_INTEGER:
    case FIELD_DECIMAL: return KIND_NUMBER;
    default: return KIND_TEXT;
    }
}

static Plain random_value(int field)
{
    Plain value = {.present = !one_in(5)};
    switch (kind_of(field)) {
    case KIND_TEXT: value.text = random_text(); break;
    case KIND_NUMBER: value.number = random_number(); break;
    case KIND_DAY: random_day(&value); break;
    case KIND_INSTANT: value.number = random_instant(); break;
    case KIND_BOOLEAN: value.number = one_in(2); break;
    }
    return value;
}

/* ---- records ---- */

static Plain plains[RECORDS][FIXTURE_FIELDS];
static Record records[RECORDS];

static Str encode(Arena *to, const Points *points)
{
    Buf out = buf_new(POINTS_MAX * 4);
    for (int i = 0; i < points->n; i++) utf8_write(&out, points->p[i]);
    Str text = arena_str(to, buf_str(&out));
    buf_free(&out);
    return text;
}

static Value typed_value(int field, const Plain *plain)
{
    Value value = {.present = plain->present, .number = plain->number};
    if (!plain->present) return (Value){.present = false};
    if (kind_of(field) == KIND_TEXT) value.text = encode(table_arena, &plain->text);
    if (kind_of(field) == KIND_DAY) {
        value.text =
            arena_printf(table_arena, "%04d-%02d-%02d", plain->year, plain->month, plain->day);
        value.number = day_of(plain->year, plain->month, plain->day);
    }
    return value;
}

static bool stored_as_text(int field)
{
    return kind_of(field) == KIND_TEXT || kind_of(field) == KIND_DAY;
}

static void store(Sql *sql, int id)
{
    Buf text = buf_new(2000);
    buf_lit(&text, "INSERT INTO thing VALUES ($id");
    for (int f = 0; f < FIXTURE_FIELDS; f++) buf_printf(&text, ", $f%d", f);
    buf_byte(&text, ')');
    SqlStmt *stmt;
    assert_int_equal(sql_prepare_text(sql, buf_str(&text), &stmt), ERR_OK);
    sql_bind_int(stmt, sql_param(stmt, "id"), id);
    for (int f = 0; f < FIXTURE_FIELDS; f++) {
        const Value *value = &records[id].values[f];
        char name[16];
        snprintf(name, sizeof name, "f%d", f);
        int param = sql_param(stmt, name);
        if (!value->present)
            sql_bind_null(stmt, param);
        else if (stored_as_text(f))
            sql_bind_text(stmt, param, value->text);
        else
            sql_bind_int(stmt, param, value->number);
    }
    assert_int_equal(sql_run(stmt), ERR_OK);
    buf_free(&text);
}

static void fill_table(Sql *sql)
{
    arena_reset(table_arena);
    assert_int_equal(sql_script(sql, STR("DELETE FROM thing")), ERR_OK);
    for (int r = 0; r < RECORDS; r++) {
        records[r] = (Record){&FIXTURE, arena_array(table_arena, Value, FIXTURE_FIELDS)};
        for (int f = 0; f < FIXTURE_FIELDS; f++) {
            plains[r][f] = random_value(f);
            records[r].values[f] = typed_value(f, &plains[r][f]);
        }
        store(sql, r);
    }
}

static Sql *make_table(void)
{
    Sql *sql;
    assert_int_equal(sql_open(":memory:", SQL_WRITE, &sql), ERR_OK);
    Buf text = buf_new(4000);
    buf_lit(&text, "CREATE TABLE thing (id INTEGER PRIMARY KEY");
    for (int f = 0; f < FIXTURE_FIELDS; f++) {
        buf_printf(&text, ", \"" STR_FMT "\" %s", STR_ARG(FIXTURE_FIELD_LIST[f].id),
                   stored_as_text(f) ? "TEXT" : "INTEGER");
    }
    buf_lit(&text, ") STRICT; CREATE INDEX thing_name ON thing (name); CREATE INDEX thing_amount "
                   "ON thing (amount);"
                   "CREATE INDEX thing_born ON thing (born)");
    assert_int_equal(sql_script(sql, buf_str(&text)), ERR_OK);
    buf_free(&text);
    return sql;
}

/* ---- the generator's tree ---- */

typedef enum Shape {
    SHAPE_CONSTANT,
    SHAPE_FIELD,
    SHAPE_COMPARE,
    SHAPE_FIELDS,
    SHAPE_LIKE,
    SHAPE_BETWEEN,
    SHAPE_IN,
    SHAPE_NULL,
    SHAPES_LEAF,
    SHAPE_NOT = SHAPES_LEAF,
    SHAPE_AND,
    SHAPE_OR,
    SHAPES
} Shape;

enum { LIST_MAX = 5 };

typedef struct Tree {
    Shape shape;
    bool negated, truth;
    const char *op;
    int field, other, count;
    Plain list[LIST_MAX];
    struct Tree *left, *right;
} Tree;

static int random_field(Kind kind)
{
    int field;
    do field = (int)draw(FIXTURE_FIELDS);
    while (kind_of(field) != kind);
    return field;
}

/* Something a record has, or near it. */
static Plain random_literal(int field)
{
    Plain literal = one_in(3) ? random_value(field) : plains[draw(RECORDS)][field];
    if (!literal.present) literal = random_value(field);
    literal.present = true;
    if (kind_of(field) != KIND_NUMBER) return literal;
    literal.scale = FIXTURE_FIELD_LIST[field].scale;
    literal.digits = literal.number;
    if (one_in(3) && literal.digits > -1000000000000 &&
        literal.digits < 1000000000000) { /* finer than the field */
        literal.digits = literal.digits * 100 + (int64_t)draw(3) * 5 - 5;
        literal.scale += 2;
    } else if (one_in(6)) { /* coarser: far greater than any value */
        literal.scale = (int)draw(3);
    }
    return literal;
}

/* A text of some record with wild cards put in; U+FFFD and above cannot be asked for. */
static Plain random_pattern(int field)
{
    Points from = random_literal(field).text, to = {.n = 0};
    for (int i = 0; i < from.n && to.n + 2 < POINTS_MAX; i++) {
        if (one_in(5)) to.p[to.n++] = WILD_ANY;
        bool unreadable = from.p[i] >= 0xFFFD && from.p[i] <= 0xFFFF;
        if (unreadable || one_in(5))
            to.p[to.n++] = WILD_ONE;
        else if (!one_in(8))
            to.p[to.n++] = from.p[i];
    }
    if (!one_in(3)) to.p[to.n++] = WILD_ANY;
    return (Plain){.present = true, .text = to};
}

static void random_leaf(Tree *tree)
{
    static const char *const OPS[] = {"=", "<>", "<", ">", "<=", ">="};
    Kind kind = (Kind)draw(5);
    if (tree->shape == SHAPE_LIKE) kind = KIND_TEXT;
    if (tree->shape == SHAPE_FIELD) kind = KIND_BOOLEAN;
    if (tree->shape == SHAPE_BETWEEN && kind == KIND_BOOLEAN) kind = KIND_NUMBER;
    tree->field = random_field(kind);
    do tree->other = random_field(kind);
    while (FIXTURE_FIELD_LIST[tree->other].scale != FIXTURE_FIELD_LIST[tree->field].scale);
    tree->op = OPS[draw(kind == KIND_BOOLEAN ? 2 : 6)];
    tree->negated = one_in(3);
    tree->truth = one_in(2);
    tree->count = tree->shape == SHAPE_BETWEEN ? 2
                  : tree->shape == SHAPE_IN    ? (int)draw(LIST_MAX) + 1
                                               : 1;
    for (int i = 0; i < tree->count; i++) {
        tree->list[i] = tree->shape == SHAPE_LIKE ? random_pattern(tree->field)
                                                  : random_literal(tree->field);
    }
}

static Tree *random_tree(int depth)
{
    Tree *tree = arena_array(arena, Tree, 1);
    tree->shape = (Shape)draw(depth > 0 && !one_in(3) ? SHAPES : SHAPES_LEAF);
    if (tree->shape < SHAPES_LEAF) {
        random_leaf(tree);
        return tree;
    }
    tree->left = random_tree(depth - 1);
    if (tree->shape != SHAPE_NOT) tree->right = random_tree(depth - 1);
    return tree;
}

/* ---- written as CQL2, each part in one of the ways people write it ---- */

static void write_word(Buf *out, const char *word)
{
    bool lower = one_in(4);
    for (; *word; word++)
        buf_byte(out, lower && *word >= 'A' && *word <= 'Z' ? (char)(*word + 32) : *word);
}

static void write_quoted(Buf *out, const Points *points)
{
    buf_byte(out, '\'');
    for (int i = 0; i < points->n; i++) {
        uint32_t c = points->p[i];
        if (c == '\'') buf_byte(out, '\'');
        utf8_write(out, c);
    }
    buf_byte(out, '\'');
}

static void write_pattern(Buf *out, const Points *pattern)
{
    buf_byte(out, '\'');
    for (int i = 0; i < pattern->n; i++) {
        uint32_t c = pattern->p[i];
        if (c == '%' || c == '_' || c == '\\') buf_byte(out, '\\');
        if (c == '\'') buf_byte(out, '\'');
        utf8_write(out, c == WILD_ANY ? '%' : c == WILD_ONE ? '_' : c);
    }
    buf_byte(out, '\'');
}

/* 12.50, +12.5, 0012.50 or 1250e-2 */
static void write_number(Buf *out, int64_t digits, int scale)
{
    if (digits >= 0 && one_in(6)) buf_byte(out, '+');
    if (one_in(6)) {
        buf_int(out, digits);
        buf_printf(out, "%c-%d", one_in(2) ? 'e' : 'E', scale);
        return;
    }
    char all[32];
    uint64_t size = digits < 0 ? 0 - (uint64_t)digits : (uint64_t)digits;
    int n = snprintf(all, sizeof all, "%020llu", (unsigned long long)size), whole = n - scale,
        from = 0;
    while (from + 1 < whole && all[from] == '0') from++;
    if (one_in(6) && from > 0) from--;
    if (digits < 0) buf_byte(out, '-');
    buf_add(out, (Str){all + from, (size_t)(whole - from)});
    if (scale > 0 || one_in(8)) buf_byte(out, '.');
    buf_add(out, (Str){all + whole, (size_t)scale});
    if (scale > 0 && one_in(6)) buf_byte(out, '0');
}

static void write_plain(Buf *out, int field, const Plain *plain)
{
    Kind kind = kind_of(field);
    bool call = !one_in(3);
    Buf time = buf_new(64);
    switch (kind) {
    case KIND_TEXT: write_quoted(out, &plain->text); break;
    case KIND_NUMBER: write_number(out, plain->digits, plain->scale); break;
    case KIND_BOOLEAN: write_word(out, plain->number ? "TRUE" : "FALSE"); break;
    case KIND_DAY:
        if (call) write_word(out, "DATE(");
        buf_printf(out, "'%04d-%02d-%02d'", plain->year, plain->month, plain->day);
        if (call) buf_byte(out, ')');
        break;
    case KIND_INSTANT:
        if (call) write_word(out, "TIMESTAMP(");
        instant_write(&time, plain->number);
        buf_printf(out, "'" STR_FMT "'", STR_ARG(buf_str(&time)));
        if (call) buf_byte(out, ')');
        break;
    }
    buf_free(&time);
}

static void write_field(Buf *out, int field)
{
    const char *quote = field == F_IN || one_in(4) ? "\"" : "";
    buf_printf(out, "%s" STR_FMT "%s", quote, STR_ARG(FIXTURE_FIELD_LIST[field].id), quote);
}

static void write_compare(Buf *out, const Tree *tree)
{
    static const char *const MIRRORED[][2] = {{"=", "="}, {"<>", "<>"}, {"<", ">"},
                                              {">", "<"}, {"<=", ">="}, {">=", "<="}};
    if (!one_in(4)) {
        write_field(out, tree->field);
        buf_printf(out, "%s%s ", one_in(2) ? " " : "", tree->op);
        write_plain(out, tree->field, &tree->list[0]);
        return;
    }
    write_plain(out, tree->field, &tree->list[0]);
    for (size_t i = 0; i < COUNT_OF(MIRRORED); i++) {
        if (strcmp(MIRRORED[i][0], tree->op) == 0) buf_printf(out, " %s ", MIRRORED[i][1]);
    }
    write_field(out, tree->field);
}

static void write_leaf(Buf *out, const Tree *tree)
{
    if (tree->shape == SHAPE_CONSTANT) {
        write_word(out, tree->truth ? "TRUE" : "FALSE");
        return;
    }
    if (tree->shape == SHAPE_COMPARE) {
        write_compare(out, tree);
        return;
    }
    write_field(out, tree->field);
    if (tree->shape == SHAPE_FIELDS) {
        buf_printf(out, " %s ", tree->op);
        write_field(out, tree->other);
    } else if (tree->shape == SHAPE_NULL) {
        write_word(out, tree->negated ? " IS NOT NULL" : " IS NULL");
    } else if (tree->shape != SHAPE_FIELD) {
        if (tree->negated) write_word(out, " NOT");
        write_word(out, tree->shape == SHAPE_LIKE ? " LIKE "
                        : tree->shape == SHAPE_IN ? " IN ("
                                                  : " BETWEEN ");
        for (int i = 0; i < tree->count; i++) {
            if (i > 0) write_word(out, tree->shape == SHAPE_IN ? "," : " AND ");
            if (tree->shape == SHAPE_LIKE)
                write_pattern(out, &tree->list[i].text);
            else
                write_plain(out, tree->field, &tree->list[i]);
        }
        if (tree->shape == SHAPE_IN) buf_byte(out, ')');
    }
}

/* within: how tightly the place binds; 0 OR, 1 AND, 2 NOT. */
static void write_tree(Buf *out, const Tree *tree, int within)
{
    int binds = tree->shape == SHAPE_OR    ? 0
                : tree->shape == SHAPE_AND ? 1
                : tree->shape == SHAPE_NOT ? 1
                                           : 3;
    bool parens = binds < within || one_in(5);
    if (parens) buf_byte(out, '(');
    if (tree->shape == SHAPE_NOT) {
        write_word(out, "NOT ");
        write_tree(out, tree->left, 2);
    } else if (tree->shape >= SHAPES_LEAF) {
        write_tree(out, tree->left, binds);
        write_word(out, tree->shape == SHAPE_AND ? " AND " : " OR ");
        write_tree(out, tree->right, binds);
    } else {
        write_leaf(out, tree);
    }
    if (parens) buf_byte(out, ')');
}

/* ---- the third evaluation: 1 true, 0 false, -1 unknown, by the truth tables ---- */

static int points_order(const Points *a, const Points *b)
{
    for (int i = 0; i < a->n && i < b->n; i++) {
        if (a->p[i] != b->p[i]) return a->p[i] < b->p[i] ? -1 : 1;
    }
    return a->n - b->n;
}

static bool points_like(const uint32_t *text, int n, const uint32_t *pattern, int pattern_n)
{
    if (pattern_n == 0) return n == 0;
    if (pattern[0] == WILD_ANY) {
        for (int skip = 0; skip <= n; skip++) {
            if (points_like(text + skip, n - skip, pattern + 1, pattern_n - 1)) return true;
        }
        return false;
    }
    if (n == 0 || (pattern[0] != WILD_ONE && pattern[0] != text[0])) return false;
    return points_like(text + 1, n - 1, pattern + 1, pattern_n - 1);
}

static Wide power(int exponent)
{
    Wide result = 1;
    while (exponent-- > 0) result *= 10;
    return result;
}

/* literal: b is a literal with a scale of its own. */
static int plain_order(int field, const Plain *a, const Plain *b, bool literal)
{
    enum { COMMON_SCALE = 12 };
    Wide left = a->number, right = b->number;
    switch (kind_of(field)) {
    case KIND_TEXT: return points_order(&a->text, &b->text);
    case KIND_DAY:
        left = a->year * 10000 + a->month * 100 + a->day;
        right = b->year * 10000 + b->month * 100 + b->day;
        break;
    case KIND_NUMBER:
        if (!literal) break;
        left *= power(COMMON_SCALE - FIXTURE_FIELD_LIST[field].scale);
        right = b->digits * power(COMMON_SCALE - b->scale);
        break;
    default: break;
    }
    return left < right ? -1 : left > right;
}

static int holds(const char *op, int order)
{
    bool less = op[0] == '<', greater = op[0] == '>' || (less && op[1] == '>');
    bool equal = op[0] == '=' || op[1] == '=';
    return order < 0 ? less : order > 0 ? greater : equal;
}

static int negate(int truth, bool negated)
{
    return truth < 0 || !negated ? truth : !truth;
}

static int leaf_truth(const Tree *tree, const Plain *record)
{
    const Plain *value = &record[tree->field];
    if (tree->shape == SHAPE_CONSTANT) return tree->truth;
    if (tree->shape == SHAPE_NULL) return negate(!value->present, tree->negated);
    if (!value->present) return -1;
    int result = 0;
    switch (tree->shape) {
    case SHAPE_FIELD: return (int)value->number;
    case SHAPE_COMPARE:
        return holds(tree->op, plain_order(tree->field, value, &tree->list[0], true));
    case SHAPE_FIELDS:
        if (!record[tree->other].present) return -1;
        return holds(tree->op, plain_order(tree->field, value, &record[tree->other], false));
    case SHAPE_LIKE:
        result =
            points_like(value->text.p, value->text.n, tree->list[0].text.p, tree->list[0].text.n);
        break;
    case SHAPE_BETWEEN:
        result = plain_order(tree->field, value, &tree->list[0], true) >= 0 &&
                 plain_order(tree->field, value, &tree->list[1], true) <= 0;
        break;
    default:
        for (int i = 0; i < tree->count; i++)
            result |= plain_order(tree->field, value, &tree->list[i], true) == 0;
    }
    return negate(result, tree->negated);
}

static int truth_of(const Tree *tree, const Plain *record)
{
    if (tree->shape < SHAPES_LEAF) return leaf_truth(tree, record);
    int left = truth_of(tree->left, record);
    if (tree->shape == SHAPE_NOT) return negate(left, true);
    int right = truth_of(tree->right, record), decides = tree->shape == SHAPE_OR;
    if (left == decides || right == decides) return decides;
    return left < 0 || right < 0 ? -1 : !decides;
}

/* ---- the three beside each other ---- */

static const Cql *parse(Str text)
{
    const Cql *cql = NULL;
    CqlError error;
    if (cql_parse(arena, &FIXTURE, NULL, text, &cql, &error) != ERR_OK) {
        fail_msg(STR_FMT ": %d: " STR_FMT, STR_ARG(text), error.column, STR_ARG(error.message));
    }
    return cql;
}

static Str canonical(const Cql *cql)
{
    Buf out = buf_new(CQL_TEXT_MAX);
    cql_write_text(&out, cql);
    assert_false(out.overflow);
    Str text = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static uint64_t selected(Sql *sql, const Cql *cql)
{
    Buf text = buf_new(64 * 1024);
    buf_lit(&text, "SELECT id FROM thing m WHERE ");
    cql_write_sql(&text, cql, STR("m."));
    SqlStmt *stmt;
    assert_int_equal(sql_prepare_text(sql, buf_str(&text), &stmt), ERR_OK);
    cql_bind(stmt, cql);
    uint64_t rows = 0;
    while (sql_step(stmt) == ERR_OK) rows |= (uint64_t)1 << sql_int(stmt, 0);
    sql_reset(stmt);
    buf_free(&text);
    return rows;
}

static Str random_filter(const Tree **tree)
{
    *tree = random_tree(4);
    Buf text = buf_new(CQL_TEXT_MAX);
    write_tree(&text, *tree, 0);
    assert_false(text.overflow);
    Str copy = arena_str(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static void check_filter(Sql *sql, int64_t counts[3])
{
    const Tree *tree;
    Str text = random_filter(&tree);
    const Cql *cql = parse(text);
    Str once = canonical(cql);
    const Cql *again = parse(once);
    if (!str_eq(canonical(again), once))
        fail_msg(STR_FMT " became " STR_FMT, STR_ARG(text), STR_ARG(once));
    uint64_t rows = selected(sql, cql);
    for (int r = 0; r < RECORDS; r++) {
        int truth = truth_of(tree, plains[r]);
        counts[truth + 1]++;
        bool by_sql = rows >> r & 1, in_memory = cql_matches(cql, &records[r]);
        if (by_sql != (truth == 1) || in_memory != (truth == 1) ||
            cql_matches(again, &records[r]) != in_memory) {
            fail_msg(STR_FMT ": record %d: SQL %d, in memory %d, expected %d", STR_ARG(text), r,
                     by_sql, in_memory, truth);
        }
    }
}

static void sql_memory_and_truth_tables_agree(void **state)
{
    (void)state;
    int64_t counts[3] = {0};
    table_arena = arena_new(1024 * 1024);
    arena = arena_new(1024 * 1024);
    Sql *sql = make_table();
    for (int i = 0; i < FILTERS; i++) {
        if (i % FILTERS_PER_TABLE == 0) fill_table(sql);
        arena_reset(arena);
        check_filter(sql, counts);
    }
    for (int truth = 0; truth < 3; truth++) assert_true(counts[truth] > FILTERS * RECORDS / 20);
    sql_close(sql);
    arena_free(arena);
    arena_free(table_arena);
}

/* ---- damaged filters: never a crash; what is accepted has a canonical form ---- */

static Str damage(Str text)
{
    static const char *const PARTS[] = {
        "(", ")", "'", "\"", "NOT ",  " AND ", " OR ", "''", "%", "\\", "name", " IN (",
        "9", "-", ".", "e",  "DATE(", "\xE4",  "\x80", "中", ",", "<",  "=",    "\x01"};
    Buf out = buf_new(CQL_TEXT_MAX * 2);
    size_t at = draw((uint32_t)text.n + 1), skip = one_in(2) ? draw(4) : 0;
    buf_add(&out, str_slice(text, 0, at));
    if (one_in(8)) at = draw((uint32_t)text.n + 1); /* cut out or doubled */
    if (!one_in(3))
        buf_add(&out, str_of(PARTS[draw(COUNT_OF(PARTS))]));
    else if (one_in(2))
        buf_byte(&out, (char)draw(256));
    buf_add(&out, str_slice(text, MIN(at + skip, text.n), text.n));
    Str copy = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return copy;
}

static bool check_damaged(Str text)
{
    const Cql *cql;
    CqlError error = {0};
    if (cql_parse(arena, &FIXTURE, NULL, text, &cql, &error) != ERR_OK) {
        bool placed = error.column >= 1 && error.column <= (int)text.n + 1;
        if (!placed || error.message.n == 0 || error.message_zh.n == 0 ||
            !utf8_valid(error.message) || !utf8_valid(error.message_zh)) {
            fail_msg(STR_FMT ": %d", STR_ARG(text), error.column);
        }
        return false;
    }
    Str once = canonical(cql);
    if (!str_eq(canonical(parse(once)), once))
        fail_msg(STR_FMT " became " STR_FMT, STR_ARG(text), STR_ARG(once));
    for (int r = 0; r < RECORDS; r++) {
        assert_int_equal(cql_matches(cql, &records[r]), cql_matches(parse(once), &records[r]));
    }
    return true;
}

static void damaged_filters_are_refused_or_sound(void **state)
{
    (void)state;
    int accepted = 0;
    table_arena = arena_new(1024 * 1024);
    arena = arena_new(16 * 1024 * 1024);
    Sql *sql = make_table();
    fill_table(sql);
    for (int i = 0; i < FUZZ_ROUNDS;) {
        arena_reset(arena);
        const Tree *tree;
        Str text = random_filter(&tree);
        for (int rounds = (int)draw(8) + 1; rounds > 0 && text.n < CQL_TEXT_MAX; rounds--, i++) {
            text = damage(text);
            accepted += check_damaged(text);
        }
    }
    assert_true(accepted > FUZZ_ROUNDS / 50 && accepted < FUZZ_ROUNDS / 2);
    sql_close(sql);
    arena_free(arena);
    arena_free(table_arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sql_memory_and_truth_tables_agree),
        cmocka_unit_test(damaged_filters_are_refused_or_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
