/*
 * The syntax tree of a filter, shared by the files of this folder. Every comparison with a constant
 * is resolved against its field while parsing: what stands in a test is a value as the column
 * stores it and an operator that is exact for it. SQL and evaluation read the same test.
 */
#pragma once

#include "kernel/cql2/cql2.h"

/* CQL_NEVER and CQL_ALWAYS: no stored value can be equal, less, …, or every one is (amount <
 * 10^30); an absent value is unknown all the same. */
typedef enum CqlOp { CQL_EQ, CQL_NE, CQL_LT, CQL_GT, CQL_LE, CQL_GE, CQL_NEVER, CQL_ALWAYS } CqlOp;

typedef enum CqlKind {
    CQL_CONSTANT,       /* TRUE, FALSE */
    CQL_FIELD,          /* a boolean field as a condition */
    CQL_COMPARE,        /* field op value: tests[0] */
    CQL_COMPARE_FIELDS, /* field op other */
    CQL_LIKE,
    CQL_BETWEEN, /* tests[0] and tests[1] */
    CQL_IN,      /* any of the tests, each CQL_EQ or CQL_NEVER */
    CQL_IS_NULL,
    CQL_NOT, /* of first */
    CQL_AND, /* of first, first->next, …: two or more */
    CQL_OR,
} CqlKind;

typedef struct CqlParam { /* $c<index> */
    struct CqlParam *next;
    int index;
    bool is_text;
    int64_t number;
    Str text;
} CqlParam;

typedef struct CqlTest {
    CqlOp op;
    const CqlParam *param; /* NULL: CQL_NEVER, CQL_ALWAYS */
    Str literal;           /* as CQL2 text; none: param->text in quotes */
} CqlTest;

typedef struct CqlNode {
    CqlKind kind;
    bool negated; /* NOT LIKE, NOT BETWEEN, NOT IN, IS NOT NULL */
    bool constant;
    CqlOp op;         /* as it was written: CQL_EQ … CQL_GE */
    int field, other; /* positions */
    CqlTest *tests;
    int test_count;
    Str pattern;                /* LIKE: as written, quotes off */
    const CqlParam *glob;       /* LIKE: the pattern for GLOB */
    const CqlParam *low, *high; /* LIKE: low <= x < high holds for all that match; NULL: no bound */
    struct CqlNode *first, *last, *next;
} CqlNode;

struct Cql {
    const Dataset *dataset;
    const CqlNode *root;
    const CqlParam *params; /* in order of index */
};

/* The word of an operator, the same in CQL2 and SQL. */
static inline const char *cql_op_word(CqlOp op)
{
    static const char *const WORDS[] = {"=", "<>", "<", ">", "<=", ">="};
    ASSERT(op < COUNT_OF(WORDS));
    return WORDS[op];
}

/* Does an order (negative, 0, positive: left to right) satisfy the operator? */
static inline bool cql_op_holds(CqlOp op, int order)
{
    switch (op) {
    case CQL_EQ: return order == 0;
    case CQL_NE: return order != 0;
    case CQL_LT: return order < 0;
    case CQL_GT: return order > 0;
    case CQL_LE: return order <= 0;
    case CQL_GE: return order >= 0;
    default: return op == CQL_ALWAYS;
    }
}

bool cql_word_reserved(Str word); /* a keyword: as a name it must stand in double quotes */
