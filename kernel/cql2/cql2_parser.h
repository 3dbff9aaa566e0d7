/*
 * Inside of the parser: tokens (cql2_lex.c), literals against fields (cql2_type.c), grammar
 * (cql2_parse.c).
 */
#pragma once

#include "kernel/cql2/cql2_tree.h"

typedef enum TokenKind {
    TOKEN_END,
    TOKEN_NAME,   /* bare: may be a keyword */
    TOKEN_QUOTED, /* "name" */
    TOKEN_STRING,
    TOKEN_NUMBER,
    TOKEN_OP,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
} TokenKind;

typedef struct Token {
    TokenKind kind;
    size_t at; /* byte offset */
    Str raw;
    Str value; /* without quotes; a number in canonical form: -12.5 */
    CqlOp op;
} Token;

typedef struct Parser {
    Arena *arena;
    const Dataset *dataset;
    const bool *readable;
    Str text;
    size_t at;      /* behind the token */
    Token token;    /* the one to look at */
    bool backslash; /* the token before was a text that ends with a backslash */
    int depth, nodes;
    CqlParam *first_param, *last_param;
    CqlError *error;
} Parser;

/* What can be compared with what. */
typedef enum CqlType {
    CQL_TYPE_TEXT,
    CQL_TYPE_NUMBER,
    CQL_TYPE_DATE,
    CQL_TYPE_INSTANT,
    CQL_TYPE_BOOLEAN
} CqlType;

typedef struct Literal {
    CqlType type;
    size_t at;
    Str text;       /* texts, dates; numbers in canonical form */
    int64_t number; /* instants, booleans */
} Literal;

/* ---- cql2_lex.c ---- */

/* Set the error at a byte offset; gives ERR_BAD. */
Err cql_fail(Parser *p, size_t at, Str message, Str message_zh) MUST_USE;
/* The token is not what was expected: "expected …, found …". */
Err cql_fail_expected(Parser *p, const char *expected, const char *expected_zh) MUST_USE;
Err cql_check_text(Parser *p) MUST_USE; /* length, UTF-8, control characters */
Err cql_next(Parser *p) MUST_USE;
bool cql_at_word(const Parser *p, const char *word); /* the token is this keyword, in any case */
bool cql_followed_by(const Parser *p, char c);       /* c comes after the token and blanks */
Str cql_quote_short(Arena *arena, Str s);            /* the start of s, for a message */

/* ---- cql2_type.c ---- */

CqlType cql_type_of(const Field *field);
/* Position of the field the token names, if it may be read. */
Err cql_field_find(Parser *p, int *field) MUST_USE;
/* field op literal, exact for what the column stores. */
Err cql_test_make(Parser *p, int field, CqlOp op, const Literal *literal, CqlTest *out) MUST_USE;
/* DATE('…') and TIMESTAMP('…'); literal->at and text are set. */
Err cql_date_check(Parser *p, const Literal *literal) MUST_USE;
Err cql_instant_read(Parser *p, Literal *literal) MUST_USE;
/* node->pattern is set; checks its escapes, makes the parameters. */
Err cql_like_make(Parser *p, CqlNode *node, size_t at) MUST_USE;
