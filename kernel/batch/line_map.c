#include "kernel/batch/line_map.h"

struct LineMap {
    uint64_t *hashes; /* 0: free */
    uint32_t *lines;
    size_t size, count; /* size is a power of two */
};

LineMap *line_map_new(void)
{
    LineMap *map = mem_alloc(sizeof *map);
    map->size = 1024;
    map->hashes = mem_alloc(map->size * sizeof *map->hashes);
    map->lines = mem_alloc(map->size * sizeof *map->lines);
    return map;
}

void line_map_free(LineMap *map)
{
    if (map == NULL) return;
    mem_free(map->hashes);
    mem_free(map->lines);
    mem_free(map);
}

static size_t slot_find(const LineMap *map, uint64_t hash)
{
    size_t slot = hash & (map->size - 1);
    while (map->hashes[slot] != 0 && map->hashes[slot] != hash) slot = (slot + 1) & (map->size - 1);
    return slot;
}

static void map_grow(LineMap *map)
{
    LineMap grown = {.size = map->size * 2, .count = map->count};
    grown.hashes = mem_alloc(grown.size * sizeof *grown.hashes);
    grown.lines = mem_alloc(grown.size * sizeof *grown.lines);
    for (size_t i = 0; i < map->size; i++) {
        if (map->hashes[i] == 0) continue;
        size_t slot = slot_find(&grown, map->hashes[i]);
        grown.hashes[slot] = map->hashes[i];
        grown.lines[slot] = map->lines[i];
    }
    mem_free(map->hashes);
    mem_free(map->lines);
    *map = grown;
}

int64_t line_map_put(LineMap *map, Str key, int64_t line)
{
    uint64_t hash = str_hash(key);
    if (hash == 0) hash = 1;
    size_t slot = slot_find(map, hash);
    if (map->hashes[slot] == hash) return map->lines[slot];
    ASSERT(line > 0 && line <= UINT32_MAX);
    map->hashes[slot] = hash;
    map->lines[slot] = (uint32_t)line;
    if (++map->count * 4 > map->size * 3) map_grow(map);
    return 0;
}
