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
    Digest root; /* Merkle root over the salted digests of those records, in order of internal id */
    Str note;    /* short, no personal data; may be none */
} JournalEntry;

enum {
    JOURNAL_ENTRY_MAX = 65535, /* bytes of an entry's line */
    JOURNAL_TILE = 256,        /* hashes of a complete tile (C2SP tlog-tiles) */
    JOURNAL_LEVELS = 8,        /* of tiles */
};

/* The tree's right edge in memory; owned by the writer. A plain value: a copy restores it. */
typedef struct Journal {
    int64_t size;    /* entries; the next index */
    int64_t time_us; /* of the last entry: times never go back */
    Digest edge[64]; /* compact range: root of each full subtree, largest first */
    int edge_count;
    Digest tail[JOURNAL_TILE]; /* leaf hashes of the entries behind the last complete tile */
} Journal;

/* From the stored tiles and tail. ERR_CONFLICT: they do not give the stored head; journal_verify
 * tells more. */
Err journal_load(Journal *journal, Sql *sql) MUST_USE;

/* Append within the caller's transaction. *index is the entry's index (from 0). The time written is
 * the later of now_us and the last entry's. On rollback call journal_load or restore a copy.
 * ERR_TOO_LARGE: the line would be over JOURNAL_ENTRY_MAX; nothing was appended. */
Err journal_append(Journal *journal, Sql *sql, int64_t now_us, const JournalEntry *entry,
                   int64_t *index) MUST_USE;

/* Write the head. The writer calls it once, before each commit. */
Err journal_seal(const Journal *journal, Sql *sql) MUST_USE;

Digest journal_root(const Journal *journal); /* SHA-256 of nothing for an empty journal */

/* The entry's line: JSON on one line with fixed order of keys, absent ones left out, strings as in
 * RFC 8785 §3.2.2.2, time in UTC with microseconds, digests in hex. These bytes are hashed. */
void journal_entry_write(Buf *out, int64_t time_us, const JournalEntry *entry);

/* Last entry whose time is <= time_us; -1 when there is none. */
Err journal_index_at(Sql *sql, int64_t time_us, int64_t *index) MUST_USE;

/* Recompute the tree from the stored entries and compare each entry, tile and head, in one
 * snapshot. ERR_CONFLICT: *bad is the first bad entry's index and why says what is wrong. Where
 * only the head contradicts, *bad is the first entry that no tile vouches for. */
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
Digest merkle_tile_root(const Digest hashes[JOURNAL_TILE]);
/* A full subtree to the right of a compact range that holds `units` subtrees of the same size. */
void merkle_edge_push(Digest *edge, int *count, int64_t units, Digest node);
Digest merkle_edge_root(const Digest *edge, int count); /* SHA-256 of nothing for count 0 */
