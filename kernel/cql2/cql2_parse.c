#include "kernel/cql2/cql2_parser.h"

/* ---- nodes ---- */

static Err count_node(Parser *p, size_t at)
{
    if (p->nodes++ < CQL_NODES_MAX) return ERR_OK;
    return cql_fail(p, at,
                    arena_printf(p->arena, "more than %d conditions and values", CQL_NODES_MAX),
                    arena_printf(p->arena, "条件和取值超过 %d 个", CQL_NODES_MAX));
}

static Err node_new(Parser *p, CqlKind kind, CqlNode **out)
{
    TRY(count_node(p, p->token.at));
    *out = arena_array(p->arena, CqlNode, 1);
    (*out)->kind = kind;
    return ERR_OK;
}

/* An AND in an AND adds its parts: a AND (b AND c) is a AND b AND c. */
static void node_append(CqlNode *chain, CqlNode *part)
{
    CqlNode *first = part->kind == chain->kind ? part->first : part;
    CqlNode *last = part->kind == chain->kind ? part->last : part;
    if (chain->last)
        chain->last->next = first;
    else
        chain->first = first;
    chain->last = last;
}

/* ---- operands ---- */

typedef struct Operand {
    bool is_field;
    int field;
    size_t at;
    Literal literal;
} Operand;

static Err expect(Parser *p, TokenKind kind, const char *what, const char *what_zh)
{
    if (p->token.kind != kind) return cql_fail_expected(p, what, what_zh);
    return cql_next(p);
}

/* DATE ( 'text' ) or TIMESTAMP ( 'text' ) */
static Err parse_temporal(Parser *p, CqlType type, Literal *out)
{
    size_t at = p->token.at;
    TRY(cql_next(p));
    TRY(expect(p, TOKEN_OPEN, "(", " ("));
    *out = (Literal){.type = type, .at = p->token.at, .text = p->token.value};
    TRY(expect(p, TOKEN_STRING, "a text in single quotes", "单引号括起的文本"));
    TRY(type == CQL_TYPE_DATE ? cql_date_check(p, out) : cql_instant_read(p, out));
    out->at = at;
    return expect(p, TOKEN_CLOSE, ")", " )");
}

/* *found is false where the token begins no literal. */
static Err parse_literal(Parser *p, Literal *out, bool *found)
{
    const Token *t = &p->token;
    *out = (Literal){.at = t->at, .text = t->value};
    *found = true;
    if (t->kind == TOKEN_STRING || t->kind == TOKEN_NUMBER) {
        out->type = t->kind == TOKEN_STRING ? CQL_TYPE_TEXT : CQL_TYPE_NUMBER;
        return cql_next(p);
    }
    if (cql_at_word(p, "TRUE") || cql_at_word(p, "FALSE")) {
        out->type = CQL_TYPE_BOOLEAN;
        out->number = cql_at_word(p, "TRUE");
        return cql_next(p);
    }
    bool temporal = cql_followed_by(p, '(') || cql_followed_by(p, '\''); /* DATE '…' is told of */
    if (temporal && cql_at_word(p, "DATE")) return parse_temporal(p, CQL_TYPE_DATE, out);
    if (temporal && cql_at_word(p, "TIMESTAMP")) return parse_temporal(p, CQL_TYPE_INSTANT, out);
    if (cql_at_word(p, "NULL")) {
        return cql_fail(p, t->at, STR("compare with NULL by IS NULL or IS NOT NULL"),
                        STR("判断空值请用 IS NULL 或 IS NOT NULL"));
    }
    *found = false;
    return ERR_OK;
}

static Err parse_operand(Parser *p, const char *expected, const char *expected_zh, Operand *out)
{
    *out = (Operand){.at = p->token.at};
    bool found;
    TRY(parse_literal(p, &out->literal, &found));
    if (found) return ERR_OK;
    bool bare = p->token.kind == TOKEN_NAME && !cql_word_reserved(p->token.value);
    if (!bare && p->token.kind != TOKEN_QUOTED) return cql_fail_expected(p, expected, expected_zh);
    if (bare && cql_followed_by(p, '(')) {
        return cql_fail(p, p->token.at,
                        STR("only the functions DATE('…') and TIMESTAMP('…') are known"),
                        STR("函数只支持 DATE('…') 和 TIMESTAMP('…')"));
    }
    out->is_field = true;
    TRY(cql_field_find(p, &out->field));
    return cql_next(p);
}

static Err parse_value(Parser *p, Literal *out)
{
    bool found;
    TRY(parse_literal(p, out, &found));
    return found ? ERR_OK
                 : cql_fail_expected(p, "a value: a text in single quotes, a number or a date",
                                     "取值：单引号括起的文本、数或日期");
}

/* ---- predicates ---- */

static Err check_order(Parser *p, int field, bool ordered, size_t at)
{
    const Field *f = &p->dataset->fields[field];
    if (!ordered || cql_type_of(f) != CQL_TYPE_BOOLEAN) return ERR_OK;
    return cql_fail(
        p, at,
        arena_printf(p->arena, STR_FMT " is true or false; only = and <> compare it",
                     STR_ARG(f->id)),
        arena_printf(p->arena, STR_FMT " 只有是与否，只能用 = 或 <> 比较", STR_ARG(f->id)));
}

static Err compare_fields(Parser *p, CqlOp op, int a, int b, size_t at, CqlNode **out)
{
    const Field *fa = &p->dataset->fields[a], *fb = &p->dataset->fields[b];
    if (cql_type_of(fa) != cql_type_of(fb) ||
        (cql_type_of(fa) == CQL_TYPE_NUMBER && fa->scale != fb->scale)) {
        return cql_fail(p, at,
                        arena_printf(p->arena,
                                     STR_FMT " and " STR_FMT
                                             " have different types and cannot be compared",
                                     STR_ARG(fa->id), STR_ARG(fb->id)),
                        arena_printf(p->arena, STR_FMT " 与 " STR_FMT " 类型不同，不能比较",
                                     STR_ARG(fa->id), STR_ARG(fb->id)));
    }
    TRY(node_new(p, CQL_COMPARE_FIELDS, out));
    (*out)->op = op, (*out)->field = a, (*out)->other = b;
    return ERR_OK;
}

static Err parse_compare(Parser *p, const Operand *left, CqlNode **out)
{
    static const CqlOp MIRRORED[] = {CQL_EQ, CQL_NE, CQL_GT, CQL_LT, CQL_GE, CQL_LE};
    CqlOp op = p->token.op;
    size_t at = p->token.at;
    Operand right;
    TRY(cql_next(p));
    TRY(parse_operand(p, "a value or a field", "取值或字段", &right));
    if (!left->is_field && !right.is_field) {
        return cql_fail(p, left->at, STR("one side of a comparison must be a field"),
                        STR("比较的一侧必须是字段"));
    }
    const Operand *field = left->is_field ? left : &right, *other = left->is_field ? &right : left;
    if (!left->is_field) op = MIRRORED[op];
    TRY(check_order(p, field->field, op > CQL_NE, at));
    if (other->is_field) return compare_fields(p, op, field->field, other->field, other->at, out);
    TRY(node_new(p, CQL_COMPARE, out));
    (*out)->op = op, (*out)->field = field->field;
    (*out)->tests = arena_array(p->arena, CqlTest, (*out)->test_count = 1);
    return cql_test_make(p, field->field, op, &other->literal, (*out)->tests);
}

static Err parse_like(Parser *p, int field, CqlNode *node)
{
    const Field *f = &p->dataset->fields[field];
    size_t at = p->token.at;
    if (cql_type_of(f) != CQL_TYPE_TEXT) {
        return cql_fail(
            p, at, arena_printf(p->arena, "LIKE is for texts; " STR_FMT " is none", STR_ARG(f->id)),
            arena_printf(p->arena, "LIKE 只用于文本，" STR_FMT " 不是文本", STR_ARG(f->id)));
    }
    TRY(cql_next(p));
    at = p->token.at;
    node->kind = CQL_LIKE;
    node->pattern = p->token.value;
    TRY(expect(p, TOKEN_STRING, "a pattern in single quotes, such as 'abc%'",
               "单引号括起的模式，如 'abc%'"));
    return cql_like_make(p, node, at);
}

static Err parse_between(Parser *p, int field, CqlNode *node)
{
    TRY(check_order(p, field, true, p->token.at));
    TRY(cql_next(p));
    node->kind = CQL_BETWEEN;
    node->tests = arena_array(p->arena, CqlTest, node->test_count = 2);
    Literal literal;
    TRY(parse_value(p, &literal));
    TRY(cql_test_make(p, field, CQL_GE, &literal, &node->tests[0]));
    if (!cql_at_word(p, "AND"))
        return cql_fail_expected(p, "AND and the upper bound", " AND 和上限");
    TRY(cql_next(p));
    TRY(parse_value(p, &literal));
    return cql_test_make(p, field, CQL_LE, &literal, &node->tests[1]);
}

static Err parse_in(Parser *p, int field, CqlNode *node)
{
    TRY(cql_next(p));
    TRY(expect(p, TOKEN_OPEN, "( and values", " ( 和取值"));
    CqlTest tests[CQL_NODES_MAX];
    node->kind = CQL_IN;
    for (;;) {
        TRY(count_node(p, p->token.at));
        Literal literal;
        TRY(parse_value(p, &literal));
        TRY(cql_test_make(p, field, CQL_EQ, &literal, &tests[node->test_count++]));
        if (p->token.kind != TOKEN_COMMA) break;
        TRY(cql_next(p));
    }
    node->tests = arena_array(p->arena, CqlTest, node->test_count);
    memcpy(node->tests, tests, sizeof(CqlTest) * (size_t)node->test_count);
    return expect(p, TOKEN_CLOSE, ", or )", " , 或 )");
}

static Err parse_is_null(Parser *p, CqlNode *node)
{
    TRY(cql_next(p));
    node->kind = CQL_IS_NULL;
    node->negated = cql_at_word(p, "NOT");
    if (node->negated) TRY(cql_next(p));
    if (!cql_at_word(p, "NULL")) {
        return node->negated ? cql_fail_expected(p, "NULL", " NULL")
                             : cql_fail_expected(p, "NULL or NOT NULL", " NULL 或 NOT NULL");
    }
    return cql_next(p);
}

static bool at_predicate_word(const Parser *p)
{
    return cql_at_word(p, "LIKE") || cql_at_word(p, "BETWEEN") || cql_at_word(p, "IN") ||
           cql_at_word(p, "IS") || cql_at_word(p, "NOT");
}

/* What follows a field: [NOT] LIKE, [NOT] BETWEEN, [NOT] IN, IS [NOT] NULL. */
static Err parse_word_predicate(Parser *p, int field, CqlNode **out)
{
    TRY(node_new(p, CQL_IS_NULL, out));
    CqlNode *node = *out;
    node->field = field;
    if (cql_at_word(p, "IS")) return parse_is_null(p, node);
    node->negated = cql_at_word(p, "NOT");
    if (node->negated) TRY(cql_next(p));
    if (cql_at_word(p, "LIKE")) return parse_like(p, field, node);
    if (cql_at_word(p, "BETWEEN")) return parse_between(p, field, node);
    if (cql_at_word(p, "IN")) return parse_in(p, field, node);
    return cql_fail_expected(p, "LIKE, BETWEEN or IN", " LIKE、BETWEEN 或 IN");
}

static Err parse_predicate(Parser *p, CqlNode **out)
{
    Operand left;
    TRY(parse_operand(p, "a condition, such as name = 'x'", "条件，如 name = 'x'", &left));
    if (p->token.kind == TOKEN_OP) return parse_compare(p, &left, out);
    if (left.is_field && at_predicate_word(p)) return parse_word_predicate(p, left.field, out);
    if (!left.is_field && left.literal.type != CQL_TYPE_BOOLEAN) {
        return cql_fail_expected(p, "=, <>, <, >, <= or >=", " =、<>、<、>、<= 或 >=");
    }
    if (left.is_field && cql_type_of(&p->dataset->fields[left.field]) != CQL_TYPE_BOOLEAN) {
        return cql_fail_expected(p, "=, <>, <, >, <=, >=, LIKE, BETWEEN, IN or IS NULL",
                                 " =、<>、<、>、<=、>=、LIKE、BETWEEN、IN 或 IS NULL");
    }
    TRY(node_new(p, left.is_field ? CQL_FIELD : CQL_CONSTANT, out));
    (*out)->field = left.field;
    (*out)->constant = left.literal.number != 0;
    return ERR_OK;
}

/* ---- AND, OR, NOT ---- */

static Err parse_or(Parser *p, CqlNode **out);

static Err parse_primary(Parser *p, CqlNode **out)
{
    if (p->token.kind != TOKEN_OPEN) return parse_predicate(p, out);
    if (p->depth == CQL_DEPTH_MAX) {
        return cql_fail(
            p, p->token.at,
            arena_printf(p->arena, "more than %d parentheses in each other", CQL_DEPTH_MAX),
            arena_printf(p->arena, "括号嵌套超过 %d 层", CQL_DEPTH_MAX));
    }
    p->depth++;
    TRY(cql_next(p));
    TRY(parse_or(p, out));
    p->depth--;
    return expect(p, TOKEN_CLOSE, "AND, OR or )", " AND、OR 或 )");
}

static Err parse_not(Parser *p, CqlNode **out)
{
    if (!cql_at_word(p, "NOT")) return parse_primary(p, out);
    TRY(node_new(p, CQL_NOT, out));
    TRY(cql_next(p));
    return parse_primary(p, &(*out)->first);
}

static Err parse_chain(Parser *p, CqlKind kind, const char *word, Err (*part)(Parser *, CqlNode **),
                       CqlNode **out)
{
    CqlNode *node, *chain;
    TRY(part(p, &node));
    *out = node;
    if (!cql_at_word(p, word)) return ERR_OK;
    TRY(node_new(p, kind, &chain));
    node_append(chain, node);
    while (cql_at_word(p, word)) {
        TRY(cql_next(p));
        TRY(part(p, &node));
        node_append(chain, node);
    }
    *out = chain;
    return ERR_OK;
}

static Err parse_and(Parser *p, CqlNode **out)
{
    return parse_chain(p, CQL_AND, "AND", parse_not, out);
}

static Err parse_or(Parser *p, CqlNode **out)
{
    return parse_chain(p, CQL_OR, "OR", parse_and, out);
}

/* Whoever keeps a filter keeps its canonical text; it must fit as well. */
static Err check_canonical(Parser *p, const Cql *cql)
{
    Buf text = buf_new(CQL_TEXT_MAX);
    cql_write_text(&text, cql);
    bool overflow = text.overflow;
    buf_free(&text);
    if (!overflow) return ERR_OK;
    return cql_fail(
        p, p->text.n,
        arena_printf(p->arena, "written out, the filter has more than %d bytes", CQL_TEXT_MAX),
        arena_printf(p->arena, "筛选条件展开后超过 %d 字节", CQL_TEXT_MAX));
}

Err cql_parse(Arena *arena, const Dataset *dataset, const bool *readable, Str text, const Cql **out,
              CqlError *error)
{
    Parser p = {.arena = arena, .dataset = dataset, .readable = readable, .error = error};
    CqlNode *root;
    *out = NULL;
    p.text = str_slice(text, 0, MIN(text.n, (size_t)CQL_TEXT_MAX + 1));
    TRY(cql_check_text(&p));
    p.text = arena_str(arena, text); /* the tree points into it */
    TRY(cql_next(&p));
    TRY(parse_or(&p, &root));
    if (p.token.kind != TOKEN_END) {
        return cql_fail_expected(&p, "AND, OR or the end", " AND、OR 或末尾");
    }
    Cql *cql = arena_array(arena, Cql, 1);
    *cql = (Cql){dataset, root, p.first_param};
    TRY(check_canonical(&p, cql));
    *out = cql;
    return ERR_OK;
}
