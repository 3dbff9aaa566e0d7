#include "kernel/api/api_read.h"

typedef struct ReadEntry {
    WebRequest *web;
    const Dataset *dataset;
    const ReadMarks *marks;
} ReadEntry;

static bool shows_personal(const AccessDecision *decision, const Record *record)
{
    bool personal = false;
    for (int i = 0; i < record->dataset->field_count; i++) {
        personal |= record->dataset->fields[i].secrecy == SECRECY_PERSONAL &&
                    decision->visible[i] && record->values[i].present;
    }
    return personal;
}

void read_mark(ReadMarks *marks, Arena *arena, const AccessDecision *decision, int64_t record_id,
               const Record *record)
{
    if (!decision->journal || !shows_personal(decision, record)) return;
    if (marks->count > 0 && marks->record_ids[marks->count - 1] == record_id) return;
    if (marks->count == marks->room) {
        int room = marks->room ? marks->room * 2 : 16;
        int64_t *grown = arena_array(arena, int64_t, room);
        if (marks->count) memcpy(grown, marks->record_ids, sizeof *grown * (size_t)marks->count);
        marks->record_ids = grown;
        marks->room = room;
    }
    marks->record_ids[marks->count++] = record_id;
}

static const char LINE_ADD[] = "INSERT INTO read_line (journal_index, dataset, record_id, salt) "
                               "VALUES ($index, $dataset, $id, $salt)";

static Err line_add(WriteTx *tx, const ReadEntry *read, int64_t record_id, Merkle *merkle)
{
    char salt[16];
    env_random(store_env(tx->store), salt, sizeof salt);
    Str parts = {salt, sizeof salt};
    SqlStmt *add = sql_prepare(tx->sql, LINE_ADD);
    sql_bind_int(add, sql_param(add, "index"), tx->journal->size);
    sql_bind_text(add, sql_param(add, "dataset"), read->dataset->id);
    sql_bind_int(add, sql_param(add, "id"), record_id);
    sql_bind_blob(add, sql_param(add, "salt"), parts);
    TRY(sql_run(add));
    Buf text = buf_new(256);
    buf_add(&text, parts);
    buf_add(&text, read->dataset->id);
    buf_byte(&text, '\n');
    buf_int(&text, record_id);
    Digest leaf = merkle_leaf(buf_str(&text));
    buf_free(&text);
    merkle_add(merkle, &leaf);
    return ERR_OK;
}

static Err read_write(WriteTx *tx, void *arg)
{
    ReadEntry *read = arg;
    Merkle merkle;
    merkle_init(&merkle);
    for (int i = 0; i < read->marks->count; i++)
        TRY(line_add(tx, read, read->marks->record_ids[i], &merkle));
    const Subject *subject = &read->web->subject;
    JournalEntry entry = {.action = STR("read"),
                          .actor = subject->name,
                          .organ = subject->organ,
                          .purpose = read->web->purpose.n ? read->web->purpose
                                                          : STR("local administration"),
                          .request_id = str_of(read->web->id),
                          .dataset = read->dataset->id,
                          .count = read->marks->count,
                          .has_root = true,
                          .root = merkle_root(&merkle)};
    int64_t index;
    return journal_append(tx->journal, tx->sql, tx->now_us, &entry, &index);
}

static void read_done(void *arg, Err err)
{
    ReadEntry *read = arg;
    if (err != ERR_OK) web_error_plain(read->web, ERR_STORAGE);
    web_done(read->web);
}

void read_reply(WebRequest *web, const Dataset *dataset, const ReadMarks *marks)
{
    if (marks->count == 0) return;
    ReadEntry *read = arena_alloc(web->arena, sizeof *read);
    ReadMarks *kept = arena_alloc(web->arena, sizeof *kept);
    *kept = *marks;
    *read = (ReadEntry){web, dataset, kept};
    web_wait(web);
    store_submit(web->app->store, read_write, read_done, read);
}

Err read_journal(WebRequest *web, const Dataset *dataset, const ReadMarks *marks)
{
    ReadEntry read = {web, dataset, marks};
    return marks->count ? store_write(web->app->store, read_write, &read) : ERR_OK;
}
