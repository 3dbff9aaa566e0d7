/*
 * The dataset: typed records with a key, rules, a source organ for each value, and history. This is
 * the one way in (contribute) and the one way out (read, list) for every register of the city.
 *
 * Tables of a dataset D, made from its definition (tools/modelc):
 *   D                 the master record: each field from the most trusted organ that has it
 *   D_source          what each organ last said, one row an organ
 *   D_history, D_source_history   superseded versions, [since_index, until_index) of the journal
 */
#pragma once

#include "kernel/access/access.h"
#include "kernel/dataset/rules.h"

enum { RECORD_BYTES_MAX = 1024 * 1024 };

/* ---- in: parse ---- */

/* Raw texts of a record by field position. p == NULL: not given (stays as it was); empty: no value.
 */
typedef struct RawRecord {
    Str cells[MODEL_FIELDS_MAX];
} RawRecord;

/* Normalise and parse every given cell, then required fields, then the dataset's checks. All issues
 * at once in context->issues; the record is usable only when there is no error among them. Values
 * live in context->arena or point into raw. */
void record_parse(const RuleContext *context, const Dataset *dataset, const RawRecord *raw,
                  Record *out);

/* The given cells alone, without required fields and checks: for what is looked up. */
void record_parse_values(const RuleContext *context, const Dataset *dataset, const RawRecord *raw,
                         Record *out);

/* ---- in: contribute ---- */

typedef enum ContributeResult {
    CONTRIBUTE_CREATED,
    CONTRIBUTE_UPDATED,
    CONTRIBUTE_UNCHANGED
} ContributeResult;

typedef struct Contribution {
    const Record *record;
    const bool *given; /* by field; NULL: all. Fields not given stay as the organ said before */
    Str organ;
    /* results */
    ContributeResult result;
    int64_t record_id;
    bool leaf_made; /* something was stored: leaf is the salted digest the journal commits to */
    Digest leaf;
    int differences; /* tickets opened */
    bool held;       /* an identity ticket keeps it out of the master record */
} Contribution;

/* Store one contribution within tx as part of the entry with index tx->journal->size, which the
 * caller appends afterwards. The record has been parsed and checked. */
Err dataset_contribute(WriteTx *tx, Arena *arena, Contribution *contribution) MUST_USE;

/* Does the organ's row already say exactly this? Stores nothing. */
Err dataset_said_before(WriteTx *tx, Arena *arena, Contribution *contribution, bool *same) MUST_USE;

/* Root over the leaves in order of record id; sorts the array. */
typedef struct ContributionLeaf {
    int64_t record_id;
    Digest leaf;
} ContributionLeaf;
Digest contribution_root(ContributionLeaf *leaves, size_t count);

/* What an organ's row commits to: salt, dataset, record, organ and the present fields in order of
 * their ids: a field's name is for good, its place in the definition is not. */
Digest contribution_leaf(const Dataset *dataset, int64_t record_id, Str organ, Str salt,
                         const Record *record);

/* ---- out ---- */

typedef struct Version { /* of a master record */
    int64_t record_id, since_index;
    Record record;
} Version;

enum { AS_OF_NOW = -1 }; /* as_of: a journal index, or now */

/* ERR_NOT_FOUND: no such key then. The record lives in arena. */
Err dataset_get(Sql *sql, Arena *arena, const Dataset *dataset, Str key, int64_t as_of,
                Version *out) MUST_USE;

typedef struct ListQuery {
    const struct Cql *filter; /* kernel/cql2; or NULL */
    Str after;                /* key of the last one seen; none: from the start */
    int limit;
    int64_t as_of;
} ListQuery;

/* In order of the key, bytewise. each() gets one version at a time; its values are valid during the
 * call only; false ends the list. */
Err dataset_list(Sql *sql, const Dataset *dataset, const ListQuery *query,
                 bool (*each)(void *self, const Version *version), void *self) MUST_USE;

/* Why a value stands: what every organ says of the record at as_of. */
typedef struct SourceRow {
    Str organ;
    int64_t since_index;
    bool held;
    Record record;
} SourceRow;
typedef struct Sources {
    SourceRow *rows;
    int count;
} Sources;
Err dataset_sources(Sql *sql, Arena *arena, const Dataset *dataset, int64_t record_id,
                    int64_t as_of, Sources *out) MUST_USE;
/* The row whose value the master shows for a field, or -1: nobody has one. */
int dataset_source_of(const Dataset *dataset, const Sources *sources, int field);

/* All versions of a master record, oldest first. */
typedef struct History {
    Version *versions;
    int64_t *until_index; /* of each; INT64_MAX for the one in force */
    int count;
} History;
enum { HISTORY_MAX = 200 };
Err dataset_history(Sql *sql, Arena *arena, const Dataset *dataset, int64_t record_id,
                    History *out) MUST_USE;

typedef struct Ticket {
    int64_t no, record_id, opened_index, opened_us, closed_us; /* closed_us 0: open */
    bool identity;
    Str field, organ, value, shown_organ, shown_value, outcome;
} Ticket;
typedef struct Tickets {
    Ticket *items;
    int count;
} Tickets;
/* Of one record at as_of (those open then); newest last. */
Err dataset_tickets(Sql *sql, Arena *arena, const Dataset *dataset, int64_t record_id,
                    int64_t as_of, Tickets *out) MUST_USE;

/* When a journal entry was written, in microseconds. */
Err dataset_index_time(Sql *sql, int64_t index, int64_t *us) MUST_USE;

/* ---- whole-table proof ---- */

/* Compare every row with the journal (roots) and every master with the fusion of its sources.
 * ERR_CONFLICT: *bad is the journal index of the first that differs; why names record and reason.
 */
Err dataset_verify(Sql *sql, const Dataset *dataset, int64_t *bad, Buf *why) MUST_USE;

/* The column held of an organ's row: not held, held, or the journal index at which a hold ended. */
enum { HELD_NOT = 0, HELD = 1 };

/* ---- SQL texts of a dataset, made once and kept; a dataset lives as long as the process ---- */

typedef struct DatasetSql {
    const char *get, *get_id, *get_as_of;
    const char *insert, *update, *history_add, *history;
    const char *sources, *sources_as_of, *source_put, *source_history_add, *hold_end;
    Str columns;      /* "f0", "f1", … */
    const int *by_id; /* positions of the fields in order of their ids */
} DatasetSql;
const DatasetSql *dataset_sql(const Dataset *dataset);

/* Values of a row, from `column` on, in order of the fields; texts copied into arena, or pointing
 * into the statement when arena is NULL. */
void record_from_row(SqlStmt *stmt, int column, Arena *arena, Record *out);
/* Bind $f0 … $fn. */
void record_bind(SqlStmt *stmt, const Record *record);
Record record_new(Arena *arena, const Dataset *dataset);
