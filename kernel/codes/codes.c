#include "kernel/codes/codes.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "lib/text.h"

enum {
    CODES_BYTES_MAX = 512 * 1024 * 1024, /* all texts of one snapshot */
    STORES_MAX = 16,                     /* open at once in one process; a server has one */
};

typedef struct Row {
    Str list;
    CodeEntry entry;
    int order; /* of adding: the later of two equal ones stays */
} Row;

typedef struct List {
    Str name;
    int first, count;
} List;

struct Codes {
    atomic_int holders;
    Arena *arena;
    Row *rows; /* until codes_ready */
    int count, size;
    CodeEntry *entries; /* in order of list, then code */
    List *lists;
    int list_count;
    int *slots; /* open addressing: position in entries + 1, 0 free */
    size_t slot_mask;
};

static Codes EMPTY = {.holders = 1};

/* ---- making ---- */

Codes *codes_new(void)
{
    Codes *codes = mem_alloc(sizeof *codes);
    atomic_init(&codes->holders, 1);
    codes->arena = arena_new(CODES_BYTES_MAX);
    return codes;
}

void codes_add(Codes *codes, Str list, const CodeEntry *entry)
{
    ASSERT(codes->entries == NULL);
    if (codes->count == codes->size) {
        codes->size = codes->size ? codes->size * 2 : 1024;
        codes->rows = mem_grow(codes->rows, (size_t)codes->size, sizeof *codes->rows);
    }
    Arena *arena = codes->arena;
    bool same_list = codes->count && str_eq(codes->rows[codes->count - 1].list, list);
    codes->rows[codes->count] = (Row){
        .list = same_list ? codes->rows[codes->count - 1].list : arena_str(arena, list),
        .order = codes->count,
        .entry = {.code = arena_str(arena, entry->code),
                  .label_zh = arena_str(arena, entry->label_zh),
                  .label_en = arena_str(arena, entry->label_en),
                  .parent = arena_str(arena, entry->parent),
                  .level = arena_str(arena, entry->level),
                  .successor = arena_str(arena, entry->successor),
                  .valid_from = entry->valid_from,
                  .valid_to = entry->valid_to},
    };
    codes->count++;
}

static int row_order(const void *a, const void *b)
{
    const Row *x = a, *y = b;
    int order = str_cmp(x->list, y->list);
    if (order == 0) order = str_cmp(x->entry.code, y->entry.code);
    return order ? order : x->order - y->order;
}

static uint64_t entry_hash(Str list, Str code)
{
    return str_hash(list) * 31 + str_hash(code);
}

static void list_extend(Codes *codes, Str name)
{
    List *last = codes->list_count ? &codes->lists[codes->list_count - 1] : NULL;
    if (last && str_eq(last->name, name)) {
        last->count++;
        return;
    }
    codes->lists[codes->list_count++] = (List){name, codes->count - 1, 1};
}

static void slot_take(Codes *codes, Str list, int position)
{
    size_t slot = entry_hash(list, codes->entries[position].code) & codes->slot_mask;
    while (codes->slots[slot]) slot = (slot + 1) & codes->slot_mask;
    codes->slots[slot] = position + 1;
}

const Codes *codes_ready(Codes *codes)
{
    int rows = codes->count;
    if (rows) qsort(codes->rows, (size_t)rows, sizeof *codes->rows, row_order);
    codes->entries = arena_array(codes->arena, CodeEntry, rows + 1);
    codes->lists = arena_array(codes->arena, List, rows + 1);
    size_t slots = 16;
    while (slots < (size_t)rows * 2) slots *= 2;
    codes->slots = arena_array(codes->arena, int, slots);
    codes->slot_mask = slots - 1;
    codes->count = 0;
    for (int i = 0; i < rows; i++) {
        const Row *row = &codes->rows[i], *next = i + 1 < rows ? row + 1 : NULL;
        if (next && str_eq(next->list, row->list) && str_eq(next->entry.code, row->entry.code))
            continue;
        codes->entries[codes->count++] = row->entry;
        list_extend(codes, row->list);
        slot_take(codes, row->list, codes->count - 1);
    }
    mem_free(codes->rows);
    codes->rows = NULL;
    return codes;
}

/* ---- the snapshot of a store ---- */

static struct {
    const Store *store;
    Codes *codes;
} current[STORES_MAX];
static pthread_mutex_t current_lock = PTHREAD_MUTEX_INITIALIZER; /* of the table, held briefly */
static pthread_mutex_t reload_lock =
    PTHREAD_MUTEX_INITIALIZER; /* an older read must not come last */

static Codes *hold(Codes *codes)
{
    atomic_fetch_add(&codes->holders, 1);
    return codes;
}

const Codes *codes_take(Store *store)
{
    Codes *found = &EMPTY;
    pthread_mutex_lock(&current_lock);
    for (int i = 0; i < STORES_MAX; i++) {
        if (current[i].store == store && current[i].codes) found = current[i].codes;
    }
    hold(found);
    pthread_mutex_unlock(&current_lock);
    return found;
}

void codes_give(const Codes *codes)
{
    Codes *own = (Codes *)(uintptr_t)codes; /* the count alone changes */
    if (own == NULL || atomic_fetch_sub(&own->holders, 1) > 1 || own == &EMPTY) return;
    arena_free(own->arena);
    mem_free(own->rows);
    mem_free(own);
}

/* Put codes (NULL: nothing) in the place of the store; gives the old one back. */
static void current_set(const Store *store, Codes *codes)
{
    Codes *old = NULL;
    int place = -1;
    pthread_mutex_lock(&current_lock);
    for (int i = 0; i < STORES_MAX; i++) {
        if (current[i].store == store)
            place = i;
        else if (current[i].store == NULL && place < 0)
            place = i;
    }
    ASSERT(place >= 0);
    old = current[place].codes;
    current[place].store = codes ? store : NULL;
    current[place].codes = codes;
    pthread_mutex_unlock(&current_lock);
    if (old) codes_give(old);
}

void codes_forget(Store *store)
{
    current_set(store, NULL);
}

static int32_t day_or(Str text, int32_t open)
{
    int32_t day;
    return day_parse(text, &day) ? day : open;
}

/* Columns: list, code, label_zh, label_en, parent, level, successor, valid_from, valid_to. */
static const char *const SELECTS[] = {
    "SELECT \"list\", \"code\", \"label_zh\", \"label_en\", \"parent\", NULL, \"successor\", "
    "\"valid_from\", \"valid_to\""
    " FROM \"code\"",
    "SELECT '/division', \"code\", \"name\", NULL, \"parent\", \"level\", \"successor\", "
    "\"valid_from\", \"valid_to\""
    " FROM \"division\"",
    "SELECT '/organ', \"organ\", \"name\", \"name_en\", \"parent\", NULL, \"successor\", "
    "\"valid_from\", \"valid_to\""
    " FROM \"organ\"",
};

static Err rows_read(Sql *sql, const char *text, Codes *codes)
{
    SqlStmt *stmt = sql_prepare(sql, text);
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK) {
        CodeEntry entry = {.code = sql_text(stmt, 1),
                           .label_zh = sql_text(stmt, 2),
                           .label_en = sql_text(stmt, 3),
                           .parent = sql_text(stmt, 4),
                           .level = sql_text(stmt, 5),
                           .successor = sql_text(stmt, 6),
                           .valid_from = day_or(sql_text(stmt, 7), INT32_MIN),
                           .valid_to = day_or(sql_text(stmt, 8), INT32_MAX)};
        codes_add(codes, sql_text(stmt, 0), &entry);
    }
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

Err codes_reload(Store *store)
{
    Err err = ERR_OK;
    Codes *codes = codes_new();
    pthread_mutex_lock(&reload_lock);
    StoreReader *reader = store_read(store);
    for (size_t i = 0; i < COUNT_OF(SELECTS) && err == ERR_OK; i++) {
        err = rows_read(store_reader_sql(reader), SELECTS[i], codes);
    }
    store_read_end(reader);
    codes_ready(codes);
    if (err == ERR_OK) current_set(store, codes);
    pthread_mutex_unlock(&reload_lock);
    if (err != ERR_OK) codes_give(codes);
    return err;
}

/* ---- asking ---- */

const CodeEntry *codes_find(const Codes *codes, Str list, Str code)
{
    if (codes->count == 0 || code.n == 0) return NULL;
    const List *found = NULL;
    size_t slot = entry_hash(list, code) & codes->slot_mask;
    for (; codes->slots[slot]; slot = (slot + 1) & codes->slot_mask) {
        int position = codes->slots[slot] - 1;
        if (!str_eq(codes->entries[position].code, code)) continue;
        for (int i = 0; i < codes->list_count && found == NULL;
             i++) { /* equal codes of other lists collide */
            if (str_eq(codes->lists[i].name, list)) found = &codes->lists[i];
        }
        if (found == NULL) return NULL;
        if (position >= found->first && position < found->first + found->count)
            return &codes->entries[position];
    }
    return NULL;
}

const CodeEntry *codes_list(const Codes *codes, Str list, int *count)
{
    *count = 0;
    for (int i = 0; i < codes->list_count; i++) {
        if (!str_eq(codes->lists[i].name, list)) continue;
        *count = codes->lists[i].count;
        return &codes->entries[codes->lists[i].first];
    }
    return NULL;
}

bool codes_by_label(const Codes *codes, Str list, Str label_zh, Str *code)
{
    int count, found = 0;
    const CodeEntry *entries = codes_list(codes, list, &count);
    for (int i = 0; i < count; i++) {
        if (!str_eq(entries[i].label_zh, label_zh)) continue;
        *code = entries[i].code;
        found++;
    }
    return found == 1;
}

const CodeEntry *codes_division(const Codes *codes, Str code)
{
    return codes_find(codes, CODES_DIVISION, code);
}

bool codes_organ_known(const Codes *codes, Str organ)
{
    return codes_find(codes, CODES_ORGAN, organ) != NULL;
}

Str codes_organ_label(const Codes *codes, Str organ, bool zh)
{
    const CodeEntry *entry = codes_find(codes, CODES_ORGAN, organ);
    if (entry == NULL) return organ;
    return zh || entry->label_en.n == 0 ? entry->label_zh : entry->label_en;
}

bool code_valid_on(const CodeEntry *entry, int32_t day)
{
    return day >= entry->valid_from && day < entry->valid_to;
}
