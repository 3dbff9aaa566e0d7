/* One chunk of a batch: filled by the reading thread, stored by the writer. Internal to
 * kernel/batch. */
#pragma once

#include "kernel/batch/batch.h"

typedef struct ChunkReason {
    int64_t line;
    int order; /* as added */
    bool warning;
    Str key, field;
    IssueCode code;
    Str zh, en;
} ChunkReason;

typedef struct ChunkReject {
    int64_t line;
    Str original;
} ChunkReject;

typedef struct ChunkRow {
    int64_t line;
    int64_t earlier_line; /* the same key stood there, in this file; 0: nowhere */
    Record record;
    const bool *given;
    Str raw; /* kept only where earlier_line is set: it may yet be refused */
} ChunkRow;

/* A growing list in an arena. */
#define CHUNK_LIST(Type, name)                                                                     \
    struct {                                                                                       \
        Type *items;                                                                               \
        int count, room;                                                                           \
    } name

typedef struct Chunk {
    Arena *arena;   /* everything below */
    Arena *scratch; /* reset with each record, on the writer */
    const BatchInput *input;
    int64_t batch_id;
    int n;
    int64_t first_line, last_line, read, created, updated, unchanged, rejected, differences;
    CHUNK_LIST(ChunkRow, rows);
    CHUNK_LIST(ChunkReason, reasons);
    CHUNK_LIST(ChunkReject, rejects);
    Err err; /* after the commit */
} Chunk;

void chunk_reset(Chunk *chunk);
void chunk_reason_add(Chunk *chunk, ChunkReason reason);
void chunk_reject_add(Chunk *chunk, int64_t line, Str original);
ChunkRow *chunk_row_add(Chunk *chunk);

/* WriteFn: arg is a Chunk. */
Err chunk_store(WriteTx *tx, void *arg);

/* What a receipt commits to for one chunk: its row of batch_chunk with its salt, its reasons, its
 * refused lines. */
Err chunk_leaf(Sql *sql, int64_t batch_id, int64_t n, Digest *leaf) MUST_USE;
