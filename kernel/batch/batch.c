#include "kernel/batch/batch.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/batch/batch_chunk.h"
#include "kernel/batch/batch_source.h"
#include "kernel/batch/line_map.h"
#include "lib/text.h"

enum {
    CHUNK_BYTES_MAX = 512 * 1024 * 1024,
    SCRATCH_BYTES_MAX = 64 * 1024 * 1024,
    LINE_BYTES_MAX = 16 * 1024 * 1024
};

/* A chunk on its way: the reading thread fills one while the writer stores the other. */
typedef struct Slot {
    Chunk chunk;
    struct Run *run;
    bool under_way;
} Slot;

typedef struct Run {
    Store *store;
    const BatchInput *input;
    JobProgress *progress;
    BatchOutcome *out;
    Arena *arena;      /* of the whole run */
    Arena *line_arena; /* of one line */
    const Codes *codes;
    int32_t today;
    LineMap *keys;
    Digest content;
    Str heading;
    Str warnings;    /* JSON array of file-level remarks */
    int chunks_done; /* committed in an earlier run */
    int64_t lines_done;
    Slot slots[2];
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int uncommitted; /* chunks handed to the writer whose commit is not known yet */
    Err err;
} Run;

static const Text TEXT_CONFLICT = {"批次号 {0} 已用于另一份内容；请换一个批次号",
                                   "batch number {0} stands for other content; use another number"};
static const Text TEXT_CUT = {"文件没有完整传到：最后一行不全，且没有换行",
                              "the file is cut off: its last line is incomplete"};
static const Text TEXT_UNREADABLE = {"文件读不出来", "the file cannot be read"};
static const Text TEXT_LINES = {"文件行数过多", "the file has too many lines"};
static const Text TEXT_STORE = {
    "存储暂时不能写入（可能磁盘已满）；已存的部分有效，稍后用同一批次号再交即可补完",
    "the store takes no writes now (the disk may be full); what was stored stands, hand in the "
    "same batch again later"};

/* ---- pass 1: the structure ---- */

static Err content_hash(Run *run)
{
    struct stat st;
    BatchFault fault = {.code = "unreadable", .text = &TEXT_UNREADABLE};
    if (fstat(run->input->fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        run->out->fault = fault;
        return ERR_BAD;
    }
    run->progress->bytes_total = st.st_size;
    HashStream *hash = hash_stream_new();
    char *block = mem_alloc(1 << 18);
    off_t at = 0;
    ssize_t got;
    while ((got = pread(run->input->fd, block, 1 << 18, at)) > 0) {
        hash_stream_add(hash, (Str){block, (size_t)got});
        at += got;
    }
    mem_free(block);
    run->content = hash_stream_end(hash);
    if (got == 0) return ERR_OK;
    run->out->fault = fault;
    return ERR_BAD;
}

static bool file_ends_in_newline(int fd, int64_t size)
{
    char last = '\n';
    return size == 0 || (pread(fd, &last, 1, size - 1) == 1 && last == '\n');
}

static void remarks_write(Run *run, BatchSource *source)
{
    int count;
    const BatchRemark *remarks = batch_source_remarks(source, &count);
    Buf text = buf_new(256 * 1024);
    Json json = json_to(&text);
    json_put_array(&json);
    for (int i = 0; i < count; i++) {
        json_put_object(&json);
        json_put_key_int(&json, STR("line"), 1);
        json_put_key_str(&json, STR("field"), remarks[i].heading);
        json_put_key_str(&json, STR("code"), STR("column_ignored"));
        json_put_key_str(&json, STR("zh"), STR("本列不属于这个库，已略过"));
        json_put_key_str(&json, STR("en"),
                         STR("this column is not part of the dataset and was read over"));
        json_put_object_end(&json);
    }
    json_put_array_end(&json);
    run->warnings = arena_str(run->arena, buf_str(&text));
    buf_free(&text);
}

static Err structure_check(Run *run)
{
    BatchSource *source = NULL;
    BatchFault *fault = &run->out->fault;
    Issues *issues = mem_alloc(sizeof *issues);
    BatchLine line = {0};
    int64_t last = 0;
    Err err = batch_source_open(run->input, run->arena, &source, fault);
    while (err == ERR_OK && !run->progress->cancel) {
        arena_reset(run->line_arena);
        issues_clear(issues, run->line_arena);
        BatchLine next;
        err = batch_source_next(source, run->line_arena, &next, issues, fault);
        if (err == ERR_OK) line = next, last = next.line;
        run->progress->bytes_done = batch_source_offset(source);
    }
    if (err == ERR_NOT_FOUND) err = ERR_OK;
    if (err == ERR_OK && line.short_line && !run->progress->cancel &&
        !file_ends_in_newline(run->input->fd, run->progress->bytes_total)) {
        *fault = (BatchFault){.line = last, .code = "truncated", .text = &TEXT_CUT};
        err = ERR_BAD;
    }
    if (err == ERR_OK && last >= UINT32_MAX) {
        *fault = (BatchFault){.line = last, .code = "too_long", .text = &TEXT_LINES};
        err = ERR_BAD;
    }
    if (err == ERR_OK) {
        run->heading = batch_source_heading(source);
        remarks_write(run, source);
    }
    batch_source_close(source);
    mem_free(issues);
    return err;
}

/* ---- the batch's row ---- */

static const char BATCH_FIND[] = "SELECT id, content, state FROM batch WHERE organ = $organ AND "
                                 "dataset = $dataset AND number = $number";
static const char BATCH_ADD[] =
    "INSERT INTO batch (dataset, organ, number, content, heading, format, state, started_us, "
    "warnings)"
    " VALUES ($dataset, $organ, $number, $content, $heading, $format, 'running', $now, $warnings)";
/* A cancelled one has a receipt for what was stored until then; it ends with another. */
static const char BATCH_RUNNING[] =
    "UPDATE batch SET state = 'running', ended_us = NULL, receipt_index = NULL WHERE id = $id";
static const char CHUNKS_DONE[] =
    "SELECT count(*), coalesce(max(last_line), 0) FROM batch_chunk WHERE batch_id = $id";

/* Does the number stand for something already? ERR_NOT_FOUND: no. */
static Err batch_known(Sql *sql, Run *run, bool *complete)
{
    SqlStmt *stmt = sql_prepare(sql, BATCH_FIND);
    sql_bind_text(stmt, sql_param(stmt, "organ"), run->input->organ);
    sql_bind_text(stmt, sql_param(stmt, "dataset"), run->input->dataset->id);
    sql_bind_text(stmt, sql_param(stmt, "number"), run->input->number);
    Err err = sql_step(stmt);
    bool same = false;
    if (err == ERR_OK) {
        run->out->batch_id = sql_int(stmt, 0);
        Str content = sql_blob(stmt, 1);
        same = str_eq(content, (Str){(const char *)run->content.bytes, sizeof run->content.bytes});
        *complete = str_is(sql_text(stmt, 2), "done");
    }
    sql_reset(stmt);
    TRY(err);
    if (same) return ERR_OK;
    run->out->fault = (BatchFault){
        .code = "batch_conflict", .text = &TEXT_CONFLICT, .arg = {run->input->number, STR_NONE}};
    return ERR_CONFLICT;
}

static Err batch_add(Sql *sql, Run *run, int64_t now_us)
{
    SqlStmt *stmt = sql_prepare(sql, BATCH_ADD);
    sql_bind_text(stmt, sql_param(stmt, "dataset"), run->input->dataset->id);
    sql_bind_text(stmt, sql_param(stmt, "organ"), run->input->organ);
    sql_bind_text(stmt, sql_param(stmt, "number"), run->input->number);
    sql_bind_blob(stmt, sql_param(stmt, "content"),
                  (Str){(const char *)run->content.bytes, sizeof run->content.bytes});
    sql_bind_text(stmt, sql_param(stmt, "heading"), run->heading);
    sql_bind_text(stmt, sql_param(stmt, "format"),
                  run->input->format == BATCH_CSV ? STR("csv") : STR("ndjson"));
    sql_bind_int(stmt, sql_param(stmt, "now"), now_us);
    sql_bind_text(stmt, sql_param(stmt, "warnings"), run->warnings);
    TRY(sql_run(stmt));
    run->out->batch_id = sql_last_id(sql);
    return ERR_OK;
}

static Err batch_begin(WriteTx *tx, void *arg)
{
    Run *run = arg;
    bool complete = false;
    Err err = batch_known(tx->sql, run, &complete);
    if (err == ERR_NOT_FOUND) return batch_add(tx->sql, run, tx->now_us);
    TRY(err);
    SqlStmt *running = sql_prepare(tx->sql, BATCH_RUNNING);
    sql_bind_int(running, sql_param(running, "id"), run->out->batch_id);
    TRY(sql_run(running));
    SqlStmt *done = sql_prepare(tx->sql, CHUNKS_DONE);
    sql_bind_int(done, sql_param(done, "id"), run->out->batch_id);
    err = sql_step(done);
    if (err == ERR_OK) {
        run->chunks_done = (int)sql_int(done, 0);
        run->lines_done = sql_int(done, 1);
    }
    sql_reset(done);
    return err;
}

static Err run_err(Run *run)
{
    pthread_mutex_lock(&run->lock);
    Err err = run->err;
    pthread_mutex_unlock(&run->lock);
    return err;
}

static const char BATCH_END[] =
    "UPDATE batch SET state = $state, ended_us = $now, receipt_index = $index WHERE id = $id";

/* Stands in the queue behind the chunks: when it runs, their fate is known. */
static Err batch_end(WriteTx *tx, void *arg)
{
    Run *run = arg;
    TRY(run_err(run));
    Merkle merkle;
    merkle_init(&merkle);
    int64_t chunks = 0;
    for (Digest leaf;; chunks++) {
        Err err = chunk_leaf(tx->sql, run->out->batch_id, chunks, &leaf);
        if (err == ERR_NOT_FOUND) break;
        TRY(err);
        merkle_add(&merkle, &leaf);
    }
    JournalEntry entry = {.action = run->out->cancelled ? STR("batch.cancel")
                                                        : STR("batch.receipt"),
                          .actor = run->input->subject.name,
                          .organ = run->input->organ,
                          .purpose = run->input->purpose,
                          .request_id = run->input->number,
                          .dataset = run->input->dataset->id,
                          .count = chunks,
                          .has_root = true,
                          .root = merkle_root(&merkle)};
    int64_t index;
    TRY(journal_append(tx->journal, tx->sql, tx->now_us, &entry, &index));
    SqlStmt *end = sql_prepare(tx->sql, BATCH_END);
    sql_bind_text(end, sql_param(end, "state"),
                  run->out->cancelled ? STR("cancelled") : STR("done"));
    sql_bind_int(end, sql_param(end, "now"), tx->now_us);
    sql_bind_int(end, sql_param(end, "index"), index);
    sql_bind_int(end, sql_param(end, "id"), run->out->batch_id);
    return sql_run(end);
}

/* ---- pass 2: chunks ---- */

/* The chunk is in the shared transaction: its memory can be filled again. */
static void slot_ran(void *arg, Err err)
{
    Slot *slot = arg;
    Run *run = slot->run;
    pthread_mutex_lock(&run->lock);
    slot->under_way = false;
    if (err != ERR_OK && run->err == ERR_OK) run->err = err;
    if (err == ERR_OK) run->progress->rejected += slot->chunk.rejected;
    pthread_cond_broadcast(&run->changed);
    pthread_mutex_unlock(&run->lock);
}

/* After the commit, or when the transaction was lost with the chunks in it. */
static void chunk_done(void *owner, Err err)
{
    Run *run = owner;
    pthread_mutex_lock(&run->lock);
    run->uncommitted--;
    if (err != ERR_OK && run->err == ERR_OK) run->err = err;
    pthread_cond_broadcast(&run->changed);
    pthread_mutex_unlock(&run->lock);
}

/* A chunk behind one that was lost must not be stored: chunks are numbered without a gap. */
static Err slot_store(WriteTx *tx, void *arg)
{
    Slot *slot = arg;
    TRY(run_err(slot->run));
    return chunk_store(tx, &slot->chunk);
}

static void slot_await(Run *run, Slot *slot)
{
    pthread_mutex_lock(&run->lock);
    while (slot->under_way) pthread_cond_wait(&run->changed, &run->lock);
    pthread_mutex_unlock(&run->lock);
}

static void commits_await(Run *run)
{
    pthread_mutex_lock(&run->lock);
    while (run->uncommitted > 0) pthread_cond_wait(&run->changed, &run->lock);
    pthread_mutex_unlock(&run->lock);
}

static void slot_submit(Run *run, Slot *slot)
{
    pthread_mutex_lock(&run->lock);
    slot->under_way = true;
    run->uncommitted++;
    pthread_mutex_unlock(&run->lock);
    BulkWrite write = {slot_store, slot, slot_ran, chunk_done, run};
    store_submit_bulk(run->store, &write);
}

static void cells_keep(Arena *arena, RawRecord *cells, int count)
{
    for (int i = 0; i < count; i++) {
        if (cells->cells[i].n) cells->cells[i] = arena_str(arena, cells->cells[i]);
    }
}

static void issues_keep(Chunk *chunk, const Issues *issues, int64_t line, Str key)
{
    const Dataset *dataset = chunk->input->dataset;
    Buf zh = buf_new(8192), en = buf_new(8192);
    for (int i = 0; i < issues->count; i++) {
        const Issue *issue = &issues->items[i];
        if (issue->warning && issues->errors) continue; /* of a refused line only the reasons */
        buf_clear(&zh);
        buf_clear(&en);
        issue_write_text(&zh, issue, LANG_ZH);
        issue_write_text(&en, issue, LANG_EN);
        chunk_reason_add(
            chunk,
            (ChunkReason){.line = line,
                          .warning = issue->warning,
                          .key = arena_str(chunk->arena, key),
                          .field = issue->field >= 0 ? dataset->fields[issue->field].id : STR(""),
                          .code = issue->code,
                          .zh = arena_str(chunk->arena, buf_str(&zh)),
                          .en = arena_str(chunk->arena, buf_str(&en))});
    }
    buf_free(&zh);
    buf_free(&en);
}

static const bool *given_of(Arena *arena, const Dataset *dataset, const RawRecord *cells)
{
    bool *given = arena_array(arena, bool, dataset->field_count);
    for (int i = 0; i < dataset->field_count; i++) given[i] = cells->cells[i].p != NULL;
    return given;
}

/* Parse one line into the chunk: a row to store, or a refusal with its reasons. */
static void line_take(Run *run, Chunk *chunk, BatchLine *line, Issues *issues)
{
    const Dataset *dataset = run->input->dataset;
    RuleContext context = {chunk->arena, run->codes, run->today, issues};
    cells_keep(chunk->arena, &line->cells, dataset->field_count);
    Record record = {0};
    if (issues->errors == 0) record_parse(&context, dataset, &line->cells, &record);
    Str key = line->cells.cells[dataset->key];
    if (record.values && record.values[dataset->key].present)
        key = record.values[dataset->key].text;
    if (key.p == NULL) key = STR("");
    if (issues->count)
        issues_keep(chunk, issues, line->line, str_slice(key, 0, utf8_prefix(key, 100)));
    if (issues->errors) {
        chunk_reject_add(chunk, line->line, arena_str(chunk->arena, line->raw));
        chunk->rejected++;
        return;
    }
    ChunkRow *row = chunk_row_add(chunk);
    row->line = line->line;
    row->record = record;
    row->given = given_of(chunk->arena, dataset, &line->cells);
    row->earlier_line = line_map_put(run->keys, key, line->line);
    if (row->earlier_line) row->raw = arena_str(chunk->arena, line->raw);
}

/* A line that an earlier run has committed: only its key is of interest. */
static void line_skip(Run *run, BatchLine *line, Issues *issues)
{
    const Dataset *dataset = run->input->dataset;
    RuleContext context = {run->line_arena, run->codes, run->today, issues};
    Record record = {0};
    if (issues->errors == 0) record_parse(&context, dataset, &line->cells, &record);
    if (issues->errors == 0) line_map_put(run->keys, record.values[dataset->key].text, line->line);
}

static Err chunk_fill(Run *run, BatchSource *source, Chunk *chunk, Issues *issues)
{
    while (chunk->read < BATCH_CHUNK_MAX && arena_used(chunk->arena) < CHUNK_BYTES_MAX / 8) {
        BatchLine line;
        arena_reset(run->line_arena);
        issues_clear(issues, run->line_arena);
        TRY(batch_source_next(source, run->line_arena, &line, issues, &run->out->fault));
        run->progress->bytes_done = batch_source_offset(source);
        run->progress->records++;
        if (line.line <= run->lines_done) {
            line_skip(run, &line, issues);
            continue;
        }
        if (chunk->read++ == 0) chunk->first_line = line.line;
        chunk->last_line = line.line;
        line_take(run, chunk, &line, issues);
    }
    return ERR_OK;
}

static Err chunks_run(Run *run)
{
    BatchSource *source = NULL;
    Issues *issues = mem_alloc(sizeof *issues);
    Err err = batch_source_open(run->input, run->arena, &source, &run->out->fault);
    run->progress->bytes_done = 0;
    run->progress->records = 0;
    int n = run->chunks_done;
    for (int turn = 0; err == ERR_OK; turn = 1 - turn) {
        Slot *slot = &run->slots[turn];
        slot_await(run, slot);
        if (run_err(run) != ERR_OK || run->progress->cancel) break;
        chunk_reset(&slot->chunk);
        slot->chunk.batch_id = run->out->batch_id;
        slot->chunk.n = n;
        err = chunk_fill(run, source, &slot->chunk, issues);
        if ((err == ERR_OK || err == ERR_NOT_FOUND) && slot->chunk.read > 0) {
            n++;
            slot_submit(run, slot);
        }
    }
    batch_source_close(source);
    mem_free(issues);
    run->out->cancelled = run->progress->cancel && err == ERR_OK;
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* ---- one at a time ---- */

/* Batches that run in this process, which alone has the store. */
typedef struct Running {
    struct Running *next;
    const Store *store;
    const BatchInput *input;
} Running;

static struct {
    pthread_mutex_t lock;
    Running *first;
} running = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const Text TEXT_RUNNING = {"批次 {0} 正在处理；请等它完成后再取回执",
                                  "batch {0} is being worked on; wait for its receipt"};

/* false: one of this number runs already. */
static bool running_add(Running *self)
{
    const BatchInput *mine = self->input;
    bool free = true;
    pthread_mutex_lock(&running.lock);
    for (const Running *other = running.first; other && free; other = other->next) {
        free = other->store != self->store || other->input->dataset != mine->dataset ||
               !str_eq(other->input->organ, mine->organ) ||
               !str_eq(other->input->number, mine->number);
    }
    if (free) {
        self->next = running.first;
        running.first = self;
    }
    pthread_mutex_unlock(&running.lock);
    return free;
}

static void running_remove(const Running *self)
{
    pthread_mutex_lock(&running.lock);
    Running **at = &running.first;
    while (*at != self) at = &(*at)->next;
    *at = self->next;
    pthread_mutex_unlock(&running.lock);
}

/* ---- the whole ---- */

static Err run_steps(Run *run)
{
    run->progress->phase = JOB_CHECKING;
    TRY(content_hash(run));
    bool complete = false;
    StoreReader *reader = store_read(run->store);
    Err known = batch_known(store_reader_sql(reader), run, &complete);
    store_read_end(reader);
    if (known == ERR_OK && complete) {
        run->out->replayed = true;
        return ERR_OK;
    }
    if (known != ERR_OK && known != ERR_NOT_FOUND) return known;
    TRY(structure_check(run));
    TRY(store_write(run->store, batch_begin, run));
    run->progress->phase = JOB_STORING;
    TRY(chunks_run(run));
    return store_write(run->store, batch_end, run);
}

static Err run_alone(Store *store, const BatchInput *input, JobProgress *progress, Arena *arena,
                     BatchOutcome *out)
{
    Run *run = mem_alloc(sizeof *run);
    *run = (Run){.store = store,
                 .input = input,
                 .progress = progress,
                 .out = out,
                 .arena = arena,
                 .line_arena = arena_new(LINE_BYTES_MAX),
                 .codes = input->codes ? input->codes : codes_take(store),
                 .today = day_today(env_now_us(store_env(store))),
                 .keys = line_map_new(),
                 .lock = PTHREAD_MUTEX_INITIALIZER,
                 .changed = PTHREAD_COND_INITIALIZER};
    for (int i = 0; i < 2; i++) {
        run->slots[i] = (Slot){.run = run,
                               .chunk = {.arena = arena_new(CHUNK_BYTES_MAX),
                                         .input = input,
                                         .scratch = arena_new(SCRATCH_BYTES_MAX)}};
    }
    Err err = run_steps(run);
    commits_await(run); /* the writer is done with the slots */
    if (err != ERR_OK && out->fault.code == NULL)
        out->fault = (BatchFault){.code = "storage", .text = &TEXT_STORE};
    progress->phase = JOB_DONE;
    for (int i = 0; i < 2; i++) {
        arena_free(run->slots[i].chunk.arena);
        arena_free(run->slots[i].chunk.scratch);
    }
    arena_free(run->line_arena);
    line_map_free(run->keys);
    if (input->codes == NULL) codes_give(run->codes);
    mem_free(run);
    return err;
}

Err batch_run(Store *store, const BatchInput *input, JobProgress *progress, Arena *arena,
              BatchOutcome *out)
{
    Running self = {.store = store, .input = input};
    *out = (BatchOutcome){0};
    if (!running_add(&self)) {
        out->fault = (BatchFault){
            .code = "batch_running", .text = &TEXT_RUNNING, .arg = {input->number, STR_NONE}};
        return ERR_CONFLICT;
    }
    Err err = run_alone(store, input, progress, arena, out);
    running_remove(&self);
    return err;
}
