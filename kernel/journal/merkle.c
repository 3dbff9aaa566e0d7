/* RFC 6962 §2.1 over a compact range: the roots of the full subtrees, largest first. */
#include "kernel/journal/journal.h"

Digest merkle_leaf(Str data)
{
    const Str parts[] = {STR("\x00"), data};
    return sha256_parts(parts, COUNT_OF(parts));
}

Digest merkle_node(const Digest *left, const Digest *right)
{
    char text[1 + 2 * sizeof left->bytes];
    text[0] = 1;
    memcpy(text + 1, left->bytes, sizeof left->bytes);
    memcpy(text + 1 + sizeof left->bytes, right->bytes, sizeof right->bytes);
    return sha256((Str){text, sizeof text});
}

void merkle_edge_push(Digest *edge, int *count, int64_t units, Digest node)
{
    for (; units & 1; units >>= 1) node = merkle_node(&edge[--*count], &node);
    edge[(*count)++] = node;
}

Digest merkle_edge_root(const Digest *edge, int count)
{
    if (count == 0) return sha256(STR_NONE);
    Digest root = edge[count - 1];
    for (int i = count - 2; i >= 0; i--) root = merkle_node(&edge[i], &root);
    return root;
}

static int edge_count(int64_t size)
{
    return __builtin_popcountll((uint64_t)size);
}

void merkle_init(Merkle *merkle)
{
    merkle->size = 0;
}

void merkle_add(Merkle *merkle, const Digest *leaf)
{
    int count = edge_count(merkle->size);
    merkle_edge_push(merkle->edge, &count, merkle->size, *leaf);
    merkle->size++;
}

Digest merkle_root(const Merkle *merkle)
{
    return merkle_edge_root(merkle->edge, edge_count(merkle->size));
}

Digest merkle_tile_root(const Digest hashes[JOURNAL_TILE])
{
    Digest row[JOURNAL_TILE / 2];
    for (int i = 0; i < JOURNAL_TILE / 2; i++)
        row[i] = merkle_node(&hashes[2 * i], &hashes[2 * i + 1]);
    for (int n = JOURNAL_TILE / 4; n > 0; n /= 2) {
        for (int i = 0; i < n; i++) row[i] = merkle_node(&row[2 * i], &row[2 * i + 1]);
    }
    return row[0];
}
