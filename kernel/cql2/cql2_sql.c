#include "kernel/cql2/cql2_tree.h"

/* ---- SQL ---- */

typedef struct Writer {
    Buf *out;
    const Dataset *dataset;
    Str prefix; /* before a column's name; SQL only */
} Writer;

static void write_column(const Writer *w, int field)
{
    buf_add(w->out, w->prefix);
    buf_byte(w->out, '"');
    buf_add(w->out, w->dataset->fields[field].id);
    buf_byte(w->out, '"');
}

/* column op $cN. Never and always keep an absent value unknown: NULL = NULL is NULL. */
static void write_test(const Writer *w, int field, const CqlTest *test)
{
    write_column(w, field);
    if (test->param) {
        buf_printf(w->out, " %s $c%d", cql_op_word(test->op), test->param->index);
        return;
    }
    buf_add(w->out, test->op == CQL_ALWAYS ? STR(" = ") : STR(" <> "));
    write_column(w, field);
}

static void write_in(const Writer *w, const CqlNode *node)
{
    int written = 0;
    for (int i = 0; i < node->test_count; i++) {
        if (node->tests[i].param == NULL) continue;
        if (written == 0) write_column(w, node->field);
        buf_add(w->out, written++ ? STR(", ") : STR(" IN ("));
        buf_printf(w->out, "$c%d", node->tests[i].param->index);
    }
    if (written)
        buf_byte(w->out, ')');
    else
        write_test(w, node->field, &(CqlTest){.op = CQL_NEVER});
}

/* LIKE of SQLite ignores case for ASCII and depends on a PRAGMA; GLOB is case-sensitive and
 * bytewise always. The bounds let an index on the column serve a pattern that begins with a text.
 */
static void write_like(const Writer *w, const CqlNode *node)
{
    if (node->low) {
        write_column(w, node->field);
        buf_printf(w->out, " >= $c%d AND ", node->low->index);
    }
    if (node->high) {
        write_column(w, node->field);
        buf_printf(w->out, " < $c%d AND ", node->high->index);
    }
    write_column(w, node->field);
    buf_printf(w->out, " GLOB $c%d", node->glob->index);
}

static void write_between(const Writer *w, const CqlNode *node)
{
    write_test(w, node->field, &node->tests[0]);
    buf_lit(w->out, " AND ");
    write_test(w, node->field, &node->tests[1]);
}

static void write_sql(const Writer *w, const CqlNode *node)
{
    buf_add(w->out, node->negated && node->kind != CQL_IS_NULL ? STR("NOT (") : STR("("));
    switch (node->kind) {
    case CQL_CONSTANT: buf_add(w->out, node->constant ? STR("1 = 1") : STR("1 = 0")); break;
    case CQL_FIELD:
        write_column(w, node->field);
        buf_lit(w->out, " <> 0");
        break;
    case CQL_COMPARE: write_test(w, node->field, &node->tests[0]); break;
    case CQL_COMPARE_FIELDS:
        write_column(w, node->field);
        buf_printf(w->out, " %s ", cql_op_word(node->op));
        write_column(w, node->other);
        break;
    case CQL_LIKE: write_like(w, node); break;
    case CQL_BETWEEN: write_between(w, node); break;
    case CQL_IN: write_in(w, node); break;
    case CQL_IS_NULL:
        write_column(w, node->field);
        buf_add(w->out, node->negated ? STR(" IS NOT NULL") : STR(" IS NULL"));
        break;
    case CQL_NOT:
        buf_lit(w->out, "NOT ");
        write_sql(w, node->first);
        break;
    case CQL_AND:
    case CQL_OR:
        for (const CqlNode *n = node->first; n; n = n->next) {
            if (n != node->first)
                buf_add(w->out, node->kind == CQL_AND ? STR(" AND ") : STR(" OR "));
            write_sql(w, n);
        }
        break;
    }
    buf_byte(w->out, ')');
}

void cql_write_sql(Buf *out, const Cql *cql, Str column_prefix)
{
    write_sql(&(Writer){out, cql->dataset, column_prefix}, cql->root);
}

void cql_bind(SqlStmt *stmt, const Cql *cql)
{
    for (const CqlParam *param = cql->params; param; param = param->next) {
        char name[16];
        snprintf(name, sizeof name, "c%d", param->index);
        int number = sql_param(stmt, name);
        if (param->is_text)
            sql_bind_text(stmt, number, param->text);
        else
            sql_bind_int(stmt, number, param->number);
    }
}

/* ---- canonical CQL2 text ---- */

static bool name_is_plain(Str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9')) return false;
    }
    return name.n > 0 && !cql_word_reserved(name);
}

static void write_name(const Writer *w, int field)
{
    Str name = w->dataset->fields[field].id;
    bool plain = name_is_plain(name);
    if (!plain) buf_byte(w->out, '"');
    buf_add(w->out, name);
    if (!plain) buf_byte(w->out, '"');
}

static void write_quoted(Buf *out, Str text)
{
    buf_byte(out, '\'');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\'') buf_byte(out, '\'');
        buf_byte(out, text.p[i]);
    }
    buf_byte(out, '\'');
}

static void write_literal(const Writer *w, const CqlTest *test)
{
    if (test->literal.n)
        buf_add(w->out, test->literal);
    else
        write_quoted(w->out, test->param->text);
}

static void write_list(const Writer *w, const CqlNode *node)
{
    buf_lit(w->out, " IN (");
    for (int i = 0; i < node->test_count; i++) {
        if (i) buf_lit(w->out, ", ");
        write_literal(w, &node->tests[i]);
    }
    buf_byte(w->out, ')');
}

static void write_predicate(const Writer *w, const CqlNode *node)
{
    write_name(w, node->field);
    if (node->negated && node->kind != CQL_IS_NULL) buf_lit(w->out, " NOT");
    switch (node->kind) {
    case CQL_COMPARE:
        buf_printf(w->out, " %s ", cql_op_word(node->op));
        write_literal(w, &node->tests[0]);
        break;
    case CQL_COMPARE_FIELDS:
        buf_printf(w->out, " %s ", cql_op_word(node->op));
        write_name(w, node->other);
        break;
    case CQL_LIKE:
        buf_lit(w->out, " LIKE ");
        write_quoted(w->out, node->pattern);
        break;
    case CQL_BETWEEN:
        buf_lit(w->out, " BETWEEN ");
        write_literal(w, &node->tests[0]);
        buf_lit(w->out, " AND ");
        write_literal(w, &node->tests[1]);
        break;
    case CQL_IN: write_list(w, node); break;
    case CQL_IS_NULL: buf_add(w->out, node->negated ? STR(" IS NOT NULL") : STR(" IS NULL")); break;
    default: ASSERT(node->kind == CQL_FIELD); break;
    }
}

static void write_text(const Writer *w, const CqlNode *node);

/* OR inside AND, and both inside NOT, need parentheses; the parser puts no AND into an AND. */
static void write_part(const Writer *w, const CqlNode *part, CqlKind within)
{
    bool parens = part->kind == CQL_NOT
                      ? within == CQL_NOT
                      : part->kind > CQL_NOT && (within == CQL_NOT || part->kind == CQL_OR);
    if (parens) buf_byte(w->out, '(');
    write_text(w, part);
    if (parens) buf_byte(w->out, ')');
}

static void write_text(const Writer *w, const CqlNode *node)
{
    switch (node->kind) {
    case CQL_CONSTANT: buf_add(w->out, node->constant ? STR("TRUE") : STR("FALSE")); break;
    case CQL_NOT:
        buf_lit(w->out, "NOT ");
        write_part(w, node->first, CQL_NOT);
        break;
    case CQL_AND:
    case CQL_OR:
        for (const CqlNode *n = node->first; n; n = n->next) {
            if (n != node->first)
                buf_add(w->out, node->kind == CQL_AND ? STR(" AND ") : STR(" OR "));
            write_part(w, n, node->kind);
        }
        break;
    default: write_predicate(w, node); break;
    }
}

void cql_write_text(Buf *out, const Cql *cql)
{
    write_text(&(Writer){out, cql->dataset, STR_NONE}, cql->root);
}
