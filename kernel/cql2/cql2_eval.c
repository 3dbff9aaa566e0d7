#include "kernel/cql2/cql2_tree.h"

/* AND is the least, OR the greatest, NOT the mirror image. */
typedef enum Tri { TRI_FALSE, TRI_UNKNOWN, TRI_TRUE } Tri;

static Tri tri_of(bool b)
{
    return b ? TRI_TRUE : TRI_FALSE;
}

static Tri tri_not(Tri t)
{
    return (Tri)(TRI_TRUE - t);
}

/* ---- LIKE ---- */

static size_t point_size(Str s, size_t at)
{
    size_t n = 1;
    while (at + n < s.n && (s.p[at + n] & 0xC0) == 0x80) n++;
    return n;
}

/* Greedy with one way back (to the last %): what an earlier % could take instead, the last one can
 * take too. At worst value times pattern. */
static bool like_matches(Str value, Str pattern)
{
    size_t v = 0, p = 0, back_v = 0, back_p = SIZE_MAX;
    while (v < value.n || p < pattern.n) {
        char c = p < pattern.n ? pattern.p[p] : '\0';
        if (c == '%') {
            back_p = ++p;
            back_v = v;
            continue;
        }
        size_t size = v < value.n ? point_size(value, v) : 0;
        if (c == '_' && size > 0) {
            v += size, p++;
            continue;
        }
        bool escaped = c == '\\';
        if (p < pattern.n && c != '_' && size > 0 && pattern.p[p + escaped] == value.p[v]) {
            v++, p += 1 + (size_t)escaped;
            continue;
        }
        if (back_p == SIZE_MAX || back_v >= value.n) return false;
        back_v += point_size(value, back_v);
        v = back_v, p = back_p;
    }
    return true;
}

/* ---- the tree ---- */

static int number_order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static bool test_holds(const CqlTest *test, const Value *value)
{
    if (test->param == NULL) return test->op == CQL_ALWAYS;
    return cql_op_holds(test->op, test->param->is_text
                                      ? str_cmp(value->text, test->param->text)
                                      : number_order(value->number, test->param->number));
}

static Tri fields_compare(const CqlNode *node, const Record *record)
{
    const Value *a = &record->values[node->field], *b = &record->values[node->other];
    if (!a->present || !b->present) return TRI_UNKNOWN;
    int order = str_cmp(a->text, b->text);
    if (a->text.n == 0 && b->text.n == 0) order = number_order(a->number, b->number);
    return tri_of(cql_op_holds(node->op, order));
}

/* A condition on one present value. */
static bool value_holds(const CqlNode *node, const Value *value)
{
    switch (node->kind) {
    case CQL_FIELD: return value->number != 0;
    case CQL_COMPARE: return test_holds(&node->tests[0], value);
    case CQL_BETWEEN:
        return test_holds(&node->tests[0], value) && test_holds(&node->tests[1], value);
    case CQL_LIKE: return like_matches(value->text, node->pattern);
    default: ASSERT(node->kind == CQL_IN); break;
    }
    for (int i = 0; i < node->test_count; i++) {
        if (test_holds(&node->tests[i], value)) return true;
    }
    return false;
}

/* Depth is bounded by the parser: CQL_DEPTH_MAX parentheses, three nodes each at most. */
static Tri node_eval(const CqlNode *node, const Record *record)
{
    Tri result;
    switch (node->kind) {
    case CQL_CONSTANT: return tri_of(node->constant);
    case CQL_NOT: return tri_not(node_eval(node->first, record));
    case CQL_COMPARE_FIELDS: return fields_compare(node, record);
    case CQL_IS_NULL: return tri_of(record->values[node->field].present == node->negated);
    case CQL_AND:
        result = TRI_TRUE;
        for (const CqlNode *n = node->first; n && result > TRI_FALSE; n = n->next) {
            result = MIN(result, node_eval(n, record));
        }
        return result;
    case CQL_OR:
        result = TRI_FALSE;
        for (const CqlNode *n = node->first; n && result < TRI_TRUE; n = n->next) {
            result = MAX(result, node_eval(n, record));
        }
        return result;
    default: break;
    }
    const Value *value = &record->values[node->field];
    if (!value->present) return TRI_UNKNOWN;
    return tri_of(value_holds(node, value) != node->negated);
}

bool cql_matches(const Cql *cql, const Record *record)
{
    ASSERT(cql->dataset == record->dataset);
    return node_eval(cql->root, record) == TRI_TRUE;
}
