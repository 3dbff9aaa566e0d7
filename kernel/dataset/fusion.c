#include "kernel/dataset/fusion.h"

static int list_position(StrList list, Str item)
{
    for (int i = 0; i < list.count; i++) {
        if (str_eq(list.items[i], item)) return i;
    }
    return -1;
}

int fusion_rank(const Dataset *dataset, int field, Str organ)
{
    StrList from = dataset->fields[field].from;
    int named = list_position(from, organ);
    if (named >= 0) return named;
    int source = list_position(dataset->sources, organ);
    return from.count + (source >= 0 ? source : dataset->sources.count);
}

int dataset_source_of(const Dataset *dataset, const Sources *sources, int field)
{
    int best = -1, best_rank = 0;
    for (int i = 0; i < sources->count; i++) {
        const SourceRow *row = &sources->rows[i];
        if (row->held || !row->record.values[field].present) continue;
        int rank = fusion_rank(dataset, field, row->organ);
        if (best < 0 || rank < best_rank) best = i, best_rank = rank;
    }
    return best;
}

void fusion_holds_end(const Dataset *dataset, Sources *sources, bool *ended)
{
    if (dataset->identity < 0) return;
    int shown = dataset_source_of(dataset, sources, dataset->identity);
    if (shown < 0) return;
    const Value *name = &sources->rows[shown].record.values[dataset->identity];
    for (int i = 0; i < sources->count; i++) {
        SourceRow *row = &sources->rows[i];
        ended[i] = row->held && value_eq(&row->record.values[dataset->identity], name);
        if (ended[i]) row->held = false;
    }
}

Record fusion_master(Arena *arena, const Dataset *dataset, const Sources *sources)
{
    Record master = record_new(arena, dataset);
    for (int i = 0; i < dataset->field_count; i++) {
        int source = dataset_source_of(dataset, sources, i);
        if (source >= 0) master.values[i] = sources->rows[source].record.values[i];
    }
    return master;
}

/* ---- tickets ---- */

typedef struct Claim { /* a ticket that should be open */
    bool identity;
    Str field, organ, value, shown_organ, shown_value;
} Claim;

typedef struct Claims {
    Claim *items;
    int count;
} Claims;

static Str value_text(Arena *arena, const Field *field, const Value *value)
{
    Buf text = buf_new(RECORD_BYTES_MAX);
    value_write_text(&text, field, value);
    Str copy = arena_str(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static Claim claim_make(const TicketScope *scope, const Sources *sources, int field, int shown,
                        int rival)
{
    const Field *f = &scope->dataset->fields[field];
    const SourceRow *a = shown >= 0 ? &sources->rows[shown] : NULL, *b = &sources->rows[rival];
    return (Claim){.identity = b->held,
                   .field = f->id,
                   .organ = b->organ,
                   .value = value_text(scope->arena, f, &b->record.values[field]),
                   .shown_organ = a ? a->organ : STR(""),
                   .shown_value = a ? value_text(scope->arena, f, &a->record.values[field])
                                    : STR("")};
}

static Claims claims_find(const TicketScope *scope, const Sources *sources)
{
    const Dataset *dataset = scope->dataset;
    Claims claims = {arena_array(scope->arena, Claim, dataset->field_count * sources->count), 0};
    for (int field = 0; field < dataset->field_count; field++) {
        int shown = dataset_source_of(dataset, sources, field);
        for (int i = 0; i < sources->count; i++) {
            const SourceRow *row = &sources->rows[i];
            const Value *said = &row->record.values[field];
            if (!said->present) continue;
            if (row->held && field != dataset->identity)
                continue; /* one ticket for a whole held row, for as long as it is held */
            if (!row->held && value_eq(said, &sources->rows[shown].record.values[field])) continue;
            claims.items[claims.count++] = claim_make(scope, sources, field, shown, i);
        }
    }
    return claims;
}

static const char TICKET_OPEN_OF_RECORD[] =
    "SELECT no, kind = 'identity', field, organ, value, shown_organ, shown_value FROM ticket"
    " WHERE dataset = $dataset AND record_id = $id AND closed_index IS NULL";
static const char TICKET_CLOSE[] =
    "UPDATE ticket SET closed_index = $index, closed_us = $now, outcome = $outcome WHERE no = $no";
static const char TICKET_ADD[] =
    "INSERT INTO ticket (kind, dataset, record_id, field, organ, value, shown_organ, shown_value,"
    " opened_index, opened_us) VALUES ($kind, $dataset, $id, $field, $organ, $value, $shown_organ,"
    " $shown_value, $index, $now)";

static Err ticket_close(const TicketScope *scope, int64_t no, Str outcome)
{
    SqlStmt *stmt = sql_prepare(scope->sql, TICKET_CLOSE);
    sql_bind_int(stmt, sql_param(stmt, "index"), scope->index);
    sql_bind_int(stmt, sql_param(stmt, "now"), scope->now_us);
    sql_bind_text(stmt, sql_param(stmt, "outcome"), outcome);
    sql_bind_int(stmt, sql_param(stmt, "no"), no);
    return sql_run(stmt);
}

static Err ticket_open(TicketScope *scope, const Claim *claim)
{
    SqlStmt *stmt = sql_prepare(scope->sql, TICKET_ADD);
    sql_bind_text(stmt, sql_param(stmt, "kind"),
                  claim->identity ? STR("identity") : STR("difference"));
    sql_bind_text(stmt, sql_param(stmt, "dataset"), scope->dataset->id);
    sql_bind_int(stmt, sql_param(stmt, "id"), scope->record_id);
    sql_bind_text(stmt, sql_param(stmt, "field"), claim->field);
    sql_bind_text(stmt, sql_param(stmt, "organ"), claim->organ);
    sql_bind_text(stmt, sql_param(stmt, "value"), claim->value);
    sql_bind_text(stmt, sql_param(stmt, "shown_organ"), claim->shown_organ);
    sql_bind_text(stmt, sql_param(stmt, "shown_value"), claim->shown_value);
    sql_bind_int(stmt, sql_param(stmt, "index"), scope->index);
    sql_bind_int(stmt, sql_param(stmt, "now"), scope->now_us);
    scope->opened++;
    return sql_run(stmt);
}

typedef struct OpenTicket {
    int64_t no;
    Claim claim;
} OpenTicket;

static Err tickets_open_load(const TicketScope *scope, OpenTicket **out, int *count)
{
    SqlStmt *stmt = sql_prepare(scope->sql, TICKET_OPEN_OF_RECORD);
    sql_bind_text(stmt, sql_param(stmt, "dataset"), scope->dataset->id);
    sql_bind_int(stmt, sql_param(stmt, "id"), scope->record_id);
    int room = 16;
    *out = arena_array(scope->arena, OpenTicket, room);
    *count = 0;
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK) {
        if (*count == room) {
            OpenTicket *grown = arena_array(scope->arena, OpenTicket, room * 2);
            memcpy(grown, *out, sizeof **out * (size_t)room);
            *out = grown;
            room *= 2;
        }
        Arena *a = scope->arena;
        (*out)[(*count)++] =
            (OpenTicket){sql_int(stmt, 0),
                         {sql_int(stmt, 1) != 0, arena_str(a, sql_text(stmt, 2)),
                          arena_str(a, sql_text(stmt, 3)), arena_str(a, sql_text(stmt, 4)),
                          arena_str(a, sql_text(stmt, 5)), arena_str(a, sql_text(stmt, 6))}};
    }
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static bool claim_same(const Claim *a, const Claim *b)
{
    return a->identity == b->identity && str_eq(a->field, b->field) && str_eq(a->organ, b->organ) &&
           str_eq(a->value, b->value) && str_eq(a->shown_organ, b->shown_organ) &&
           str_eq(a->shown_value, b->shown_value);
}

/* 'agreed': what the ticket was about is said by both; else something else took its place. */
static Str ticket_outcome(const TicketScope *scope, const Sources *sources, const Claim *ticket)
{
    int field = model_field(scope->dataset, ticket->field);
    int shown = field >= 0 ? dataset_source_of(scope->dataset, sources, field) : -1;
    for (int i = 0; i < sources->count && shown >= 0; i++) {
        const SourceRow *row = &sources->rows[i];
        if (i == shown || row->held || !str_eq(row->organ, ticket->organ)) continue;
        if (value_eq(&row->record.values[field], &sources->rows[shown].record.values[field]))
            return STR("agreed");
    }
    return STR("superseded");
}

Err fusion_tickets_update(TicketScope *scope, const Sources *sources)
{
    Claims claims = claims_find(scope, sources);
    OpenTicket *open;
    int open_count;
    TRY(tickets_open_load(scope, &open, &open_count));
    for (int i = 0; i < open_count; i++) {
        bool stays = false;
        for (int k = 0; k < claims.count; k++) {
            stays |= claim_same(&open[i].claim, &claims.items[k]);
        }
        if (stays) continue;
        Str outcome = ticket_outcome(scope, sources, &open[i].claim);
        TRY(ticket_close(scope, open[i].no, outcome));
    }
    for (int k = 0; k < claims.count; k++) {
        bool known = false;
        for (int i = 0; i < open_count; i++) known |= claim_same(&open[i].claim, &claims.items[k]);
        if (!known) TRY(ticket_open(scope, &claims.items[k]));
    }
    return ERR_OK;
}
