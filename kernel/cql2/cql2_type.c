#include "kernel/cql2/cql2_parser.h"
#include "lib/text.h"

static const CqlType TYPES[] = {
    [FIELD_TEXT] = CQL_TYPE_TEXT,       [FIELD_CODE] = CQL_TYPE_TEXT,
    [FIELD_DATE] = CQL_TYPE_DATE,       [FIELD_INSTANT] = CQL_TYPE_INSTANT,
    [FIELD_INTEGER] = CQL_TYPE_NUMBER,  [FIELD_DECIMAL] = CQL_TYPE_NUMBER,
    [FIELD_BOOLEAN] = CQL_TYPE_BOOLEAN, [FIELD_USCC] = CQL_TYPE_TEXT,
    [FIELD_ORG_CODE] = CQL_TYPE_TEXT,   [FIELD_CITIZEN_ID] = CQL_TYPE_TEXT,
    [FIELD_DIVISION] = CQL_TYPE_TEXT,   [FIELD_ORGAN] = CQL_TYPE_TEXT,
};

CqlType cql_type_of(const Field *field)
{
    ASSERT(field->type < COUNT_OF(TYPES));
    return TYPES[field->type];
}

/* What a field of the type is compared with. */
static const struct {
    const char *en, *zh;
} VALUES[] = {
    [CQL_TYPE_TEXT] = {"a text in single quotes", "单引号括起的文本"},
    [CQL_TYPE_NUMBER] = {"a number", "数"},
    [CQL_TYPE_DATE] = {"DATE('2026-03-01')", "日期 DATE('2026-03-01') "},
    [CQL_TYPE_INSTANT] = {"TIMESTAMP('2026-03-01T00:00:00Z')",
                          "时间 TIMESTAMP('2026-03-01T00:00:00Z') "},
    [CQL_TYPE_BOOLEAN] = {"TRUE or FALSE", " TRUE 或 FALSE "},
};

/* ---- names ---- */

enum { NAME_MAX_COMPARED = 64, NEAR_MAX = 3, LISTED_MAX = 8 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Edit distance (Levenshtein) of two names in bytes, case ignored. */
static int distance(Str a, Str b)
{
    if (a.n > NAME_MAX_COMPARED || b.n > NAME_MAX_COMPARED) return NAME_MAX_COMPARED;
    int row[NAME_MAX_COMPARED + 1];
    for (size_t k = 0; k <= b.n; k++) row[k] = (int)k;
    for (size_t i = 0; i < a.n; i++) {
        int diagonal = row[0];
        row[0] = (int)i + 1;
        for (size_t k = 0; k < b.n; k++) {
            int change = diagonal + (lower(a.p[i]) != lower(b.p[k]));
            diagonal = row[k + 1];
            row[k + 1] = MIN(change, MIN(row[k], diagonal) + 1);
        }
    }
    return row[b.n];
}

static bool is_readable(const Parser *p, int field)
{
    return p->readable == NULL || p->readable[field];
}

/* Up to NEAR_MAX readable fields nearest to the name; a label stands for its field. */
static int near_fields(const Parser *p, Str name, int near[NEAR_MAX])
{
    int distances[NEAR_MAX], count = 0;
    for (int f = 0; f < p->dataset->field_count; f++) {
        const Field *field = &p->dataset->fields[f];
        if (!is_readable(p, f)) continue;
        bool label = str_eq(field->label.zh, name) || str_eq(field->label.en, name);
        int d = label ? 0 : distance(name, field->id);
        if (d > MAX(2, (int)field->id.n / 3) || d >= (int)field->id.n) continue;
        int at = count;
        while (at > 0 && distances[at - 1] > d) at--;
        if (at == NEAR_MAX) continue;
        for (int k = MIN(count, NEAR_MAX - 1); k > at; k--)
            near[k] = near[k - 1], distances[k] = distances[k - 1];
        near[at] = f, distances[at] = d;
        count = MIN(count + 1, NEAR_MAX);
    }
    while (count > 0 && distances[count - 1] > distances[0] + 1) count--;
    return count;
}

static Str list_fields(const Parser *p, const int *near, int near_count)
{
    Buf buf = buf_new(4096);
    int written = 0;
    for (int i = 0; i < (near_count ? near_count : p->dataset->field_count); i++) {
        int f = near_count ? near[i] : i;
        if (!is_readable(p, f)) continue;
        if (written == LISTED_MAX) {
            buf_lit(&buf, ", …");
            break;
        }
        buf_printf(&buf, "%s" STR_FMT, written++ ? ", " : "", STR_ARG(p->dataset->fields[f].id));
    }
    Str list = arena_str(p->arena, buf_str(&buf));
    buf_free(&buf);
    return list;
}

Err cql_field_find(Parser *p, int *field)
{
    Str name = p->token.value;
    *field = model_field(p->dataset, name);
    if (*field >= 0 && is_readable(p, *field)) return ERR_OK;
    int near[NEAR_MAX], count = near_fields(p, name, near);
    Str list = list_fields(p, near, count), shown = cql_quote_short(p->arena, name);
    bool quoted = p->token.kind == TOKEN_QUOTED;
    return cql_fail(p, p->token.at,
                    arena_printf(p->arena, "unknown field “" STR_FMT "”; %s " STR_FMT "%s",
                                 STR_ARG(shown), count ? "near names:" : "the fields are:",
                                 STR_ARG(list), quoted ? "; texts stand in single quotes" : ""),
                    arena_printf(p->arena, "没有字段“" STR_FMT "”；%s" STR_FMT "%s", STR_ARG(shown),
                                 count ? "相近的有：" : "可用的字段：", STR_ARG(list),
                                 quoted ? "；文本应放在单引号内" : ""));
}

/* ---- values ---- */

static const CqlParam *param_new(Parser *p, bool is_text, Str text, int64_t number)
{
    CqlParam *param = arena_array(p->arena, CqlParam, 1);
    int index = p->last_param ? p->last_param->index + 1 : 0;
    *param = (CqlParam){.index = index, .is_text = is_text, .text = text, .number = number};
    if (p->last_param)
        p->last_param->next = param;
    else
        p->first_param = param;
    p->last_param = param;
    return param;
}

/* A number as a column of the scale sees it: the greatest value that is not above it. */
typedef struct Floor {
    int64_t value;
    bool exact;
    int beyond; /* -1: below every value; 1: above every value */
} Floor;

static Floor number_floor(Str canonical, int scale)
{
    bool negative = canonical.p[0] == '-';
    Floor floor = {0, true, 0};
    int behind = -1; /* digits seen behind the point */
    for (size_t i = negative; i < canonical.n || behind < scale; i++) {
        char c = i < canonical.n ? canonical.p[i] : behind < 0 ? '.' : '0';
        if (c == '.') {
            behind = 0;
            continue;
        }
        if (behind >= 0 && behind++ >= scale) {
            floor.exact = false; /* canonical: the last digit is not 0 */
            break;
        }
        bool over = __builtin_mul_overflow(floor.value, 10, &floor.value) ||
                    (negative ? __builtin_sub_overflow(floor.value, c - '0', &floor.value)
                              : __builtin_add_overflow(floor.value, c - '0', &floor.value));
        if (over) return (Floor){0, false, negative ? -1 : 1};
    }
    if (negative && !floor.exact && __builtin_sub_overflow(floor.value, 1, &floor.value)) {
        return (Floor){0, false, -1};
    }
    return floor;
}

/* x op N for whole x, where floor(N) < N: the operator that is exact for floor(N). */
static const CqlOp OP_OF_FLOOR[] = {
    [CQL_EQ] = CQL_NEVER, [CQL_NE] = CQL_ALWAYS, [CQL_LT] = CQL_LE,
    [CQL_GT] = CQL_GT,    [CQL_LE] = CQL_LE,     [CQL_GE] = CQL_GT,
};

static void number_test(Parser *p, const Field *field, CqlOp op, Str canonical, CqlTest *out)
{
    Floor floor = number_floor(canonical, field->type == FIELD_DECIMAL ? field->scale : 0);
    *out = (CqlTest){.op = floor.exact ? op : OP_OF_FLOOR[op], .literal = canonical};
    if (floor.beyond) {
        bool less = op == CQL_LT || op == CQL_LE, greater = op == CQL_GT || op == CQL_GE;
        bool always = op == CQL_NE || (floor.beyond > 0 && less) || (floor.beyond < 0 && greater);
        out->op = always ? CQL_ALWAYS : CQL_NEVER;
    }
    if (out->op != CQL_NEVER && out->op != CQL_ALWAYS)
        out->param = param_new(p, false, STR_NONE, floor.value);
}

Err cql_date_check(Parser *p, const Literal *literal)
{
    int32_t day;
    if (day_parse(literal->text, &day)) return ERR_OK;
    Str shown = cql_quote_short(p->arena, literal->text);
    return cql_fail(
        p, literal->at,
        arena_printf(p->arena,
                     "“" STR_FMT "” is not a date that exists; write it like DATE('2026-03-01')",
                     STR_ARG(shown)),
        arena_printf(p->arena, "“" STR_FMT "”不是有效日期，应写成 DATE('2026-03-01') 这样",
                     STR_ARG(shown)));
}

/* TIMESTAMP('2026-03-01T00:00:00.5Z'), in UTC as 21-065r2 has it. */
static Str instant_text(Arena *arena, int64_t us)
{
    enum { DAY_SECONDS = 86400 };
    const int64_t day_us = (int64_t)DAY_SECONDS * 1000000;
    int64_t day = us / day_us - (us % day_us < 0), rest = us - day * day_us;
    int year, month, date, seconds = (int)(rest / 1000000), fraction = (int)(rest % 1000000);
    day_parts((int32_t)day, &year, &month, &date);
    char digits[8] = "";
    if (fraction) {
        int n = snprintf(digits, sizeof digits, ".%06d", fraction);
        while (digits[n - 1] == '0') digits[--n] = '\0';
    }
    return arena_printf(arena, "TIMESTAMP('%04d-%02d-%02dT%02d:%02d:%02d%sZ')", year, month, date,
                        seconds / 3600, seconds / 60 % 60, seconds % 60, digits);
}

/* A column counts microseconds: what is finer could not be compared exactly. */
static bool finer_than_us(Str text)
{
    enum { FRACTION_DIGITS_MAX = 6 };
    ptrdiff_t point = str_find(text, STR("."));
    size_t from = point < 0 ? text.n : (size_t)point + 1, i = from;
    while (i < text.n && text.p[i] >= '0' && text.p[i] <= '9') i++;
    return i - from > FRACTION_DIGITS_MAX;
}

Err cql_instant_read(Parser *p, Literal *literal)
{
    int64_t again;
    if (finer_than_us(literal->text)) {
        return cql_fail(p, literal->at, STR("a time has at most 6 digits behind the second"),
                        STR("时间的秒最多 6 位小数"));
    }
    if (instant_parse(literal->text, &literal->number)) {
        Str text = instant_text(p->arena, literal->number);
        Str inner = str_slice(text, strlen("TIMESTAMP('"), text.n - strlen("')"));
        if (instant_parse(inner, &again) && again == literal->number)
            return ERR_OK; /* else outside 0000-9999 */
    }
    Str shown = cql_quote_short(p->arena, literal->text);
    return cql_fail(p, literal->at,
                    arena_printf(p->arena,
                                 "“" STR_FMT "” is not a time; write it like"
                                 " TIMESTAMP('2026-03-01T00:00:00Z')",
                                 STR_ARG(shown)),
                    arena_printf(p->arena,
                                 "“" STR_FMT "”不是有效时间，应写成"
                                 " TIMESTAMP('2026-03-01T00:00:00Z') 这样",
                                 STR_ARG(shown)));
}

static Err type_fail(Parser *p, const Field *field, CqlType type, size_t at)
{
    return cql_fail(
        p, at,
        arena_printf(p->arena, "expected %s to compare with " STR_FMT, VALUES[type].en,
                     STR_ARG(field->id)),
        arena_printf(p->arena, STR_FMT " 应与%s比较", STR_ARG(field->id), VALUES[type].zh));
}

Err cql_test_make(Parser *p, int f, CqlOp op, const Literal *given, CqlTest *out)
{
    const Field *field = &p->dataset->fields[f];
    CqlType type = cql_type_of(field);
    Literal literal = *given;
    bool plain = literal.type == CQL_TYPE_TEXT; /* a date or an instant may stand as a plain text */
    if (type == CQL_TYPE_DATE && plain) {
        literal.type = type;
        TRY(cql_date_check(p, &literal));
    }
    if (type == CQL_TYPE_INSTANT && plain) {
        literal.type = type;
        TRY(cql_instant_read(p, &literal));
    }
    if (literal.type != type) return type_fail(p, field, type, literal.at);
    *out = (CqlTest){.op = op};
    switch (type) {
    case CQL_TYPE_TEXT: out->param = param_new(p, true, literal.text, 0); break;
    case CQL_TYPE_NUMBER: number_test(p, field, op, literal.text, out); break;
    case CQL_TYPE_DATE:
        out->param = param_new(p, true, literal.text, 0);
        out->literal = arena_printf(p->arena, "DATE('" STR_FMT "')", STR_ARG(literal.text));
        break;
    case CQL_TYPE_INSTANT:
        out->param = param_new(p, false, STR_NONE, literal.number);
        out->literal = instant_text(p->arena, literal.number);
        break;
    case CQL_TYPE_BOOLEAN:
        out->param = param_new(p, false, STR_NONE, literal.number);
        out->literal = literal.number ? STR("TRUE") : STR("FALSE");
        break;
    }
    return ERR_OK;
}

/* ---- LIKE ---- */

/* The engine reads U+FFFE and U+FFFF as U+FFFD, so a pattern could not tell the three apart. */
static Err like_check(Parser *p, Str pattern, size_t at)
{
    for (size_t i = 0; i < pattern.n; i++) {
        Str rest = str_slice(pattern, i, pattern.n);
        if (pattern.p[i] == '\\') {
            i++;
            if (i < pattern.n && strchr("%_\\", pattern.p[i])) continue;
            return cql_fail(p, at,
                            STR("in LIKE a backslash stands before %, _ or another backslash"),
                            STR("LIKE 中反斜杠后只能是 %、_ 或反斜杠"));
        }
        if (str_starts(rest, STR("\xEF\xBF\xBD")) || str_starts(rest, STR("\xEF\xBF\xBE")) ||
            str_starts(rest, STR("\xEF\xBF\xBF"))) {
            return cql_fail(p, at,
                            STR("LIKE cannot look for U+FFFD, U+FFFE or U+FFFF; write _ instead"),
                            STR("LIKE 不能查找 U+FFFD、U+FFFE、U+FFFF，请用 _ 代替"));
        }
    }
    return ERR_OK;
}

/* The least text above all that begin with the prefix: its last code point raised by one. It stays
 * valid UTF-8, for engines that insist. None: nothing is above. */
static Str prefix_end(Arena *arena, Str prefix)
{
    for (size_t n = prefix.n; n > 0;) {
        size_t from = n - 1;
        while (from > 0 && (prefix.p[from] & 0xC0) == 0x80) from--;
        const unsigned char *s = (const unsigned char *)prefix.p + from;
        size_t size = n - from;
        uint32_t c = size == 1   ? s[0]
                     : size == 2 ? (s[0] & 0x1Fu) << 6 | (s[1] & 0x3Fu)
                     : size == 3 ? (s[0] & 0x0Fu) << 12 | (s[1] & 0x3Fu) << 6 | (s[2] & 0x3Fu)
                                 : (s[0] & 0x07u) << 18 | (s[1] & 0x3Fu) << 12 |
                                       (s[2] & 0x3Fu) << 6 | (s[3] & 0x3Fu);
        n = from;
        if (c == 0x10FFFF) continue;
        c = c == 0xD7FF ? 0xE000 : c + 1; /* surrogates are no characters */
        char *out = arena_alloc(arena, n + 4);
        memcpy(out, prefix.p, n);
        if (c < 0x80)
            out[n++] = (char)c;
        else if (c < 0x800)
            out[n++] = (char)(0xC0 | c >> 6);
        else if (c < 0x10000)
            out[n++] = (char)(0xE0 | c >> 12);
        else
            out[n++] = (char)(0xF0 | c >> 18), out[n++] = (char)(0x80 | (c >> 12 & 0x3F));
        if (c >= 0x800) out[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        if (c >= 0x80) out[n++] = (char)(0x80 | (c & 0x3F));
        return (Str){out, n};
    }
    return STR_NONE;
}

Err cql_like_make(Parser *p, CqlNode *node, size_t at)
{
    Str pattern = node->pattern;
    TRY(like_check(p, pattern, at));
    char *glob = arena_alloc(p->arena, pattern.n * 3 + 1),
         *prefix = arena_alloc(p->arena, pattern.n + 1);
    size_t n = 0, prefix_n = 0;
    bool wild = false;
    for (size_t i = 0; i < pattern.n; i++) {
        char c = pattern.p[i];
        if (c == '%' || c == '_') {
            bool again = c == '%' && n > 0 && glob[n - 1] == '*'; /* %% is % */
            if (!again) glob[n++] = c == '%' ? '*' : '?';
            wild = true;
            continue;
        }
        if (c == '\\') c = pattern.p[++i];
        bool special = c == '*' || c == '?' || c == '[';
        if (special) glob[n++] = '[';
        glob[n++] = c;
        if (special) glob[n++] = ']';
        if (!wild) prefix[prefix_n++] = c;
    }
    node->glob = param_new(p, true, (Str){glob, n}, 0);
    if (prefix_n == 0) return ERR_OK;
    node->low = param_new(p, true, (Str){prefix, prefix_n}, 0);
    Str end = prefix_end(p->arena, node->low->text);
    if (end.p) node->high = param_new(p, true, end, 0);
    return ERR_OK;
}
