/* Fusion by field-level trust, and the tickets that come of it. Internal to kernel/dataset. */
#pragma once

#include "kernel/dataset/dataset.h"

/* A row is held because of its name. Where the others have come to show the same name, its hold
 * ends: ended[i] is set for each such row. */
void fusion_holds_end(const Dataset *dataset, Sources *sources, bool *ended);

/* Each field from the most trusted organ that has it; rows that are held count for nothing. */
Record fusion_master(Arena *arena, const Dataset *dataset, const Sources *sources);

/* Position of an organ in the trust order of a field; lower is trusted more. An organ that the
 * order does not name comes after those it does, in the order of the dataset's sources. */
int fusion_rank(const Dataset *dataset, int field, Str organ);

/* The rows in force, with room for one more. */
Err fusion_sources_load(Sql *sql, Arena *arena, const Dataset *dataset, int64_t record_id,
                        Sources *out) MUST_USE;

typedef struct TicketScope {
    Sql *sql;
    Arena *arena;
    const Dataset *dataset;
    int64_t record_id, index, now_us;
    int opened; /* result */
} TicketScope;

/* Open a ticket for each value that is said but not shown, close those that no longer hold. */
Err fusion_tickets_update(TicketScope *scope, const Sources *sources) MUST_USE;
