/*
 * CQL2 text (OGC 21-065r2): comparison, AND/OR/NOT, LIKE, BETWEEN, IN, IS NULL, dates and
 * timestamps, parentheses. One syntax tree; it becomes parameterised SQL, and it is evaluated on a
 * record in memory; both give the same answer for every record.
 *
 * Three-valued logic as in SQL: a comparison with an absent value is unknown, and only "true"
 * passes. Texts compare bytewise, LIKE is case-sensitive (% and _, backslash escapes).
 */
#pragma once

#include "kernel/dataset/record.h"
#include "lib/sql.h"

typedef struct Cql Cql; /* the tree; lives in the arena it was parsed into */

enum { CQL_TEXT_MAX = 8192, CQL_DEPTH_MAX = 32, CQL_NODES_MAX = 500, CQL_ARENA_MAX = 256 * 1024 };

typedef struct CqlError {
    int column;  /* from 1, in characters */
    Str message; /* English; says what was expected */
    Str message_zh;
} CqlError;

/* Names are fields of the dataset, checked here: unknown names, a type that does not fit, a bad
 * date, too deep or too long are ERR_BAD with the place. `readable` (may be NULL) says which fields
 * the asker may use: a field that is masked for them is "unknown" here, so that filters cannot ask
 * about what may not be seen. Takes at most CQL_ARENA_MAX of the arena, refused or not. */
Err cql_parse(Arena *arena, const Dataset *dataset, const bool *readable, Str text, const Cql **out,
              CqlError *error) MUST_USE;

/* Append a boolean SQL expression, columns named by field id with the prefix (such as "m."), values
 * as parameters $c0, $c1, …; cql_bind binds them, texts straight from the tree's arena. */
void cql_write_sql(Buf *out, const Cql *cql, Str column_prefix);
void cql_bind(SqlStmt *stmt, const Cql *cql);

/* True only; unknown and false do not match. The record is of the dataset given to cql_parse. */
bool cql_matches(const Cql *cql, const Record *record);
/* Canonical CQL2 text of the tree, at most CQL_TEXT_MAX bytes; it parses to the same tree again. */
void cql_write_text(Buf *out, const Cql *cql);
