/*
 * The one write path: an organ's contribution is stored as its own row, the master record takes
 * each field from the most trusted organ that has it, superseded versions go to history, and what
 * two organs say differently becomes a ticket. Runs on the writer, inside its transaction.
 */
#include <stdlib.h>

#include "kernel/dataset/fusion.h"

/* All fields at the greatest length that a definition may give them. */
enum { LEAF_BYTES_MAX = 64 * 1024 * 1024 };

/* One contribution under work. */
typedef struct Work {
    WriteTx *tx;
    Arena *arena;
    Contribution *c;
    const Dataset *dataset;
    const DatasetSql *sql;
    int64_t index; /* of the journal entry to come */
    Version master;
    Sources sources; /* after this contribution, with room for one more row */
    int own;         /* position of the organ's row, or -1 */
} Work;

/* ---- leaves ---- */

Digest contribution_leaf(const Dataset *dataset, int64_t record_id, Str organ, Str salt,
                         const Record *record)
{
    const int *by_id = dataset_sql(dataset)->by_id; /* a definition's lines may change places */
    Buf text = buf_new(LEAF_BYTES_MAX);
    ASSERT(buf_room(&text, 1024) != NULL); /* enough for most, at once */
    buf_add(&text, salt);
    buf_add(&text, dataset->id);
    buf_byte(&text, '\n');
    buf_int(&text, record_id);
    buf_byte(&text, '\n');
    buf_add(&text, organ);
    buf_byte(&text, '\n');
    for (int i = 0; i < dataset->field_count; i++) {
        const Value *value = &record->values[by_id[i]];
        if (!value->present) continue;
        /* name, length, value: no two records have the same bytes */
        buf_add(&text, dataset->fields[by_id[i]].id);
        buf_byte(&text, '\t');
        if (value->text.p) {
            buf_int(&text, (int64_t)value->text.n);
            buf_byte(&text, '\t');
            buf_add(&text, value->text);
        } else {
            buf_lit(&text, "#\t");
            buf_int(&text, value->number);
        }
        buf_byte(&text, '\n');
    }
    ASSERT(!text.overflow);
    Digest leaf = merkle_leaf(buf_str(&text));
    buf_free(&text);
    return leaf;
}

static int leaf_order(const void *a, const void *b)
{
    int64_t x = ((const ContributionLeaf *)a)->record_id,
            y = ((const ContributionLeaf *)b)->record_id;
    return (x > y) - (x < y);
}

Digest contribution_root(ContributionLeaf *leaves, size_t count)
{
    if (count > 1) qsort(leaves, count, sizeof *leaves, leaf_order);
    Merkle merkle;
    merkle_init(&merkle);
    for (size_t i = 0; i < count; i++) merkle_add(&merkle, &leaves[i].leaf);
    return merkle_root(&merkle);
}

/* ---- rows ---- */

static Err source_store(Work *w, const Record *record, bool held)
{
    char salt[16];
    env_random(store_env(w->tx->store), salt, sizeof salt);
    Str salt_text = {salt, sizeof salt};
    SqlStmt *stmt = sql_prepare(w->tx->sql, w->sql->source_put);
    record_bind(stmt, record);
    sql_bind_int(stmt, sql_param(stmt, "id"), w->c->record_id);
    sql_bind_text(stmt, sql_param(stmt, "organ"), w->c->organ);
    sql_bind_int(stmt, sql_param(stmt, "since"), w->index);
    sql_bind_blob(stmt, sql_param(stmt, "salt"), salt_text);
    sql_bind_int(stmt, sql_param(stmt, "held"), held ? HELD : HELD_NOT);
    TRY(sql_run(stmt));
    w->c->leaf = contribution_leaf(w->dataset, w->c->record_id, w->c->organ, salt_text, record);
    w->c->leaf_made = true;
    w->c->held = held;
    return ERR_OK;
}

static Err source_supersede(Work *w)
{
    SqlStmt *stmt = sql_prepare(w->tx->sql, w->sql->source_history_add);
    sql_bind_int(stmt, sql_param(stmt, "id"), w->c->record_id);
    sql_bind_text(stmt, sql_param(stmt, "organ"), w->c->organ);
    sql_bind_int(stmt, sql_param(stmt, "until"), w->index);
    return sql_run(stmt);
}

static Err master_create(Work *w, const Record *record)
{
    SqlStmt *stmt = sql_prepare(w->tx->sql, w->sql->insert);
    record_bind(stmt, record);
    sql_bind_int(stmt, sql_param(stmt, "since"), w->index);
    TRY(sql_run(stmt));
    w->c->record_id = sql_last_id(w->tx->sql);
    w->c->result = CONTRIBUTE_CREATED;
    return source_store(w, record, false);
}

static Err master_replace(Work *w, const Record *fused)
{
    SqlStmt *history = sql_prepare(w->tx->sql, w->sql->history_add);
    sql_bind_int(history, sql_param(history, "id"), w->c->record_id);
    sql_bind_int(history, sql_param(history, "until"), w->index);
    TRY(sql_run(history));
    SqlStmt *update = sql_prepare(w->tx->sql, w->sql->update);
    record_bind(update, fused);
    sql_bind_int(update, sql_param(update, "since"), w->index);
    sql_bind_int(update, sql_param(update, "id"), w->c->record_id);
    return sql_run(update);
}

static bool record_eq(const Record *a, const Record *b)
{
    for (int i = 0; i < a->dataset->field_count; i++) {
        if (!value_eq(&a->values[i], &b->values[i])) return false;
    }
    return true;
}

/* ---- one contribution to a known record ---- */

/* Fields that were not given stay as the organ said before; a reader may have filled one that was
 * not. */
static Record contribution_merged(Work *w)
{
    if (w->c->given == NULL || w->own < 0) return *w->c->record;
    Record merged = record_new(w->arena, w->dataset);
    for (int i = 0; i < w->dataset->field_count; i++) {
        bool said = w->c->given[i] || w->c->record->values[i].present;
        merged.values[i] = said ? w->c->record->values[i]
                                : w->sources.rows[w->own].record.values[i];
    }
    return merged;
}

static Err known_load(Work *w)
{
    w->c->record_id = w->master.record_id;
    TRY(fusion_sources_load(w->tx->sql, w->arena, w->dataset, w->c->record_id, &w->sources));
    w->own = -1;
    for (int i = 0; i < w->sources.count; i++) {
        if (str_eq(w->sources.rows[i].organ, w->c->organ)) w->own = i;
    }
    return ERR_OK;
}

/* Another organ, same key, other name: is it the same record at all? Then nothing is fused until an
 * officer decides. The organ whose name is shown may change it; a name once accepted stays
 * accepted. */
static bool identity_in_doubt(const Work *w, const Record *said)
{
    int field = w->dataset->identity;
    if (field < 0 || !said->values[field].present) return false;
    const Value *shown = &w->master.record.values[field];
    if (!shown->present || value_eq(shown, &said->values[field])) return false;
    int source = dataset_source_of(w->dataset, &w->sources, field);
    if (source >= 0 && str_eq(w->sources.rows[source].organ, w->c->organ)) return false;
    if (w->own < 0) return true;
    const SourceRow *own = &w->sources.rows[w->own];
    return own->held || !value_eq(&own->record.values[field], &said->values[field]);
}

static void sources_put(Work *w, const Record *said, bool held)
{
    if (w->own < 0) {
        w->own = w->sources.count++;
        w->sources.rows[w->own].organ = w->c->organ;
    }
    SourceRow *own = &w->sources.rows[w->own];
    own->since_index = w->index;
    own->held = held;
    own->record = *said;
}

/* Organs whose name was in doubt, and is what the others show from this entry on. */
static Err holds_end(Work *w)
{
    bool *ended = arena_array(w->arena, bool, w->sources.count);
    fusion_holds_end(w->dataset, &w->sources, ended);
    for (int i = 0; i < w->sources.count; i++) {
        if (!ended[i]) continue;
        SqlStmt *stmt = sql_prepare(w->tx->sql, w->sql->hold_end);
        sql_bind_int(stmt, sql_param(stmt, "index"), w->index);
        sql_bind_int(stmt, sql_param(stmt, "id"), w->c->record_id);
        sql_bind_text(stmt, sql_param(stmt, "organ"), w->sources.rows[i].organ);
        TRY(sql_run(stmt));
    }
    return ERR_OK;
}

static Err contribute_to_known(Work *w)
{
    TRY(known_load(w));
    Record said = contribution_merged(w);
    bool held = identity_in_doubt(w, &said);
    const SourceRow *own = w->own >= 0 ? &w->sources.rows[w->own] : NULL;
    if (own && own->held == held && record_eq(&said, &own->record)) {
        w->c->result = CONTRIBUTE_UNCHANGED;
        w->c->held = held;
        return ERR_OK;
    }
    w->c->result = CONTRIBUTE_UPDATED;
    if (w->own >= 0) TRY(source_supersede(w));
    TRY(source_store(w, &said, held));
    sources_put(w, &said, held);
    TRY(holds_end(w));
    Record fused = fusion_master(w->arena, w->dataset, &w->sources);
    if (!record_eq(&fused, &w->master.record)) TRY(master_replace(w, &fused));
    if (w->sources.count < 2) return ERR_OK;
    TicketScope scope = {w->tx->sql, w->arena,      w->dataset, w->c->record_id,
                         w->index,   w->tx->now_us, 0};
    TRY(fusion_tickets_update(&scope, &w->sources));
    w->c->differences = scope.opened;
    return ERR_OK;
}

/* Looks the record up; ERR_NOT_FOUND: its key is not known yet. */
static Err work_begin(Work *w, WriteTx *tx, Arena *arena, Contribution *contribution)
{
    *w = (Work){.tx = tx,
                .arena = arena,
                .c = contribution,
                .dataset = contribution->record->dataset,
                .index = tx->journal->size,
                .own = -1};
    w->sql = dataset_sql(w->dataset);
    contribution->leaf_made = contribution->held = false;
    contribution->differences = 0;
    const Value *key = &contribution->record->values[w->dataset->key];
    ASSERT(key->present);
    return dataset_get(tx->sql, arena, w->dataset, key->text, AS_OF_NOW, &w->master);
}

Err dataset_said_before(WriteTx *tx, Arena *arena, Contribution *contribution, bool *same)
{
    Work w;
    *same = false;
    Err err = work_begin(&w, tx, arena, contribution);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    TRY(err);
    TRY(known_load(&w));
    if (w.own < 0) return ERR_OK;
    Record said = contribution_merged(&w);
    *same = record_eq(&said, &w.sources.rows[w.own].record);
    return ERR_OK;
}

Err dataset_contribute(WriteTx *tx, Arena *arena, Contribution *contribution)
{
    Work w;
    Err err = work_begin(&w, tx, arena, contribution);
    if (err == ERR_NOT_FOUND) return master_create(&w, contribution->record);
    TRY(err);
    return contribute_to_known(&w);
}
