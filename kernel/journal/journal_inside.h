/* What appending, loading and verifying share. */
#pragma once

#include "kernel/journal/journal.h"

/* The line's bytes that the columns of its row determine: up to and with "actor":. */
void journal_prefix_write(Buf *out, int64_t time_us, const JournalEntry *entry);

void journal_push(Journal *journal,
                  const Digest *leaf); /* size, edge and tail; nothing is stored */

/* A stored tile. ERR_NOT_FOUND: there is none, or not of its size. */
Err journal_tile_read(Sql *sql, int level, int64_t n, Digest hashes[JOURNAL_TILE]) MUST_USE;

/* The tile that the last entry pushed completed at this level, or false. */
bool journal_tile_complete(const Journal *journal, int level, int64_t *n);

/* What that tile must hold: the tail, or the roots of the tiles below. */
Err journal_tile_make(const Journal *journal, Sql *sql, int level, int64_t n,
                      Digest hashes[JOURNAL_TILE]) MUST_USE;

/* ERR_NOT_FOUND: no head yet. */
Err journal_head_read(Sql *sql, int64_t *size, Digest *root) MUST_USE;
