/*
 * The journal: the one ordered record of everything that happened, append-only, a Merkle tree
 * (RFC 6962 §2.1: leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right)) over its
 * entries. An entry is one line of canonical JSON under 64 KiB with time, actor, organ, purpose,
 * request id, dataset and digests; never personal data.
 *
 * Only the writer thread appends, inside the transaction of the change it tells of.
 */
#pragma once

#include "lib/base.h"
#include "lib/hash.h"
#include "lib/sql.h"

typedef struct JournalEntry {
    Str action;     /* contribute, batch.chunk, batch.receipt, refuse, key.add, read, … */
    Str actor;      /* who: a key's name, local, system */
    Str organ;      /* on whose behalf; may be none */
    Str purpose;    /* may be none */
    Str request_id; /* may be none */
    Str dataset;    /* may be none */
    int64_t count;  /* records the entry speaks of */
    bool has_root;
    Digest root;    /* Merkle root over the salted digests of those records, in order of internal id */
    Str note;       /* short, no personal data; may be none */
} JournalEntry;

/* The tree's right edge in memory; owned by the writer. */
typedef struct Journal {
    int64_t size;          /* entries; the next index */
    int64_t time_us;       /* of the last entry: times never go back */
    Digest edge[64];       /* compact range: root of each full subtree, largest first */
    int edge_count;
} Journal;

Err journal_load(Journal *journal, Sql *sql) MUST_USE; /* from the stored tiles and tail */

/* Append within the caller's transaction. *index is the entry's index (from 0). The time written is
 * the later of now_us and the last entry's. On rollback call journal_load or restore a copy. */
Err journal_append(Journal *journal, Sql *sql, int64_t now_us, const JournalEntry *entry,
                   int64_t *index) MUST_USE;

Digest journal_root(const Journal *journal); /* SHA-256 of nothing for an empty journal */

/* Last entry whose time is <= time_us; -1 when there is none. */
Err journal_index_at(Sql *sql, int64_t time_us, int64_t *index) MUST_USE;

/* Recompute the tree from the stored entries and compare each entry, tile and head.
 * ERR_CONFLICT: *bad is the first bad entry's index and why says what is wrong. */
Err journal_verify(Sql *sql, int64_t *bad, Buf *why) MUST_USE;

/* Merkle tree over leaf digests, streaming. */
typedef struct Merkle {
    Digest edge[64];
    int64_t size;
} Merkle;

void merkle_init(Merkle *merkle);
void merkle_add(Merkle *merkle, const Digest *leaf);
Digest merkle_root(const Merkle *merkle);
Digest merkle_leaf(Str data);
Digest merkle_node(const Digest *left, const Digest *right);
