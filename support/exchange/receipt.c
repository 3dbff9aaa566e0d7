/* /desk/imports/{id}: the receipt (回执) of one batch, and its refused lines as a file. */
#include "lib/json.h"
#include "support/exchange/exchange.h"
#include "support/exchange/receipt.page.h"

enum { REASONS = 100, REASONS_PRINTED = 5000, REMARKS_MAX = 200 };

typedef struct Receipt {
    WebRequest *web;
    Sql *sql;
    BatchSummary batch;
    const Dataset *dataset; /* NULL: this program does not have it any more */
    BatchProof proof;
    ReceiptPage view;
} Receipt;

/* ---- reasons ---- */

static const struct {
    const char *code;
    TextKey text;
} ADVICE[] = {
    {"required", T_advice_required},
    {"type", T_advice_type},
    {"length", T_advice_length},
    {"range", T_advice_range},
    {"code_unknown", T_advice_code_unknown},
    {"check_digit", T_advice_check_digit},
    {"date_invalid", T_advice_date_invalid},
    {"date_future", T_advice_date_future},
    {"mismatch", T_advice_mismatch},
    {"duplicate", T_advice_duplicate},
    {"encoding", T_advice_encoding},
};

static Str advice_of(const WebRequest *web, Str code)
{
    for (size_t i = 0; i < COUNT_OF(ADVICE); i++) {
        if (str_is(code, ADVICE[i].code)) return exchange_text(web, ADVICE[i].text);
    }
    return exchange_text(web, T_advice_other);
}

/* Sentences quote what was sent: of a personal field only the code is told. */
static ReceiptReason reason_show(const Receipt *r, const BatchReason *reason)
{
    const WebRequest *web = r->web;
    const Dataset *dataset = r->dataset;
    int at = dataset ? model_field(dataset, reason->field) : -1;
    const Field *field = at >= 0 ? &dataset->fields[at] : NULL;
    bool zh = web->lang == LANG_ZH;
    bool key_hidden = dataset && dataset->fields[dataset->key].secrecy == SECRECY_PERSONAL;
    bool hidden = field && field->secrecy == SECRECY_PERSONAL;
    return (ReceiptReason){.line = reason->line,
                           .key = key_hidden ? exchange_mask(web->arena, reason->key) : reason->key,
                           .field = field             ? (zh ? field->label.zh : field->label.en)
                                    : reason->field.n ? reason->field
                                                      : exchange_text(web, T_receipt_whole_line),
                           .message = hidden ? exchange_text(web, T_receipt_hidden)
                                             : reason->message,
                           .code = reason->code,
                           .advice = advice_of(web, reason->code)};
}

/* "line.n" */
static bool mark_read(WebRequest *web, const char *name, BatchReasonQuery *query)
{
    static const Text TEXT = {"页码标记 {0} 写法有误", "the page mark {0} is not well formed"};
    Str mark, line;
    int64_t n;
    if (!web_query(web, name, &mark)) return true;
    str_split(&mark, '.', &line);
    if (exchange_number(line, &query->after_line) && exchange_number(mark, &n) && n < 1000) {
        query->after_n = (int)n;
        return true;
    }
    web_error(web, ERR_BAD, "mark", &TEXT, str_of(name), STR_NONE);
    return false;
}

/* A part of the reasons from `query` on, behind the *count that are in rows already. */
static Err reasons_find(Receipt *r, BatchReasonQuery query, ReceiptReason **rows, int *count,
                        Str *next)
{
    Arena *arena = r->web->arena;
    int limit = query.limit, found;
    query.limit++;
    BatchReason *reasons = arena_array(arena, BatchReason, query.limit);
    TRY(batch_reasons(r->sql, arena, &query, reasons, &found));
    ReceiptReason *all = arena_array(arena, ReceiptReason, *count + query.limit);
    if (*count) memcpy(all, *rows, sizeof *all * (size_t)*count);
    for (int i = 0; i < MIN(found, limit); i++) all[(*count)++] = reason_show(r, &reasons[i]);
    if (found > limit) {
        const BatchReason *last = &reasons[limit - 1];
        *next = arena_printf(arena, "%lld.%d", (long long)last->line, last->n);
    }
    *rows = all;
    return ERR_OK;
}

/* Remarks on the file as a whole stand first among the warnings. */
static int remarks_read(const Receipt *r, ReceiptReason *rows)
{
    const WebRequest *web = r->web;
    Buf why = buf_new(1024);
    json_t *list = json_read(r->batch.warnings, &why), *item;
    size_t i;
    int count = 0;
    json_array_foreach (list, i, item) {
        if (count == REMARKS_MAX) break;
        const char *message =
            json_string_value(json_object_get(item, web->lang == LANG_EN ? "en" : "zh"));
        const char *field = json_string_value(json_object_get(item, "field"));
        rows[count++] =
            (ReceiptReason){.line = json_integer_value(json_object_get(item, "line")),
                            .field = arena_str(web->arena, str_of(field ? field : "")),
                            .message = arena_str(web->arena, str_of(message ? message : ""))};
    }
    json_decref(list);
    buf_free(&why);
    return count;
}

static Err warnings_find(Receipt *r, BatchReasonQuery query)
{
    ReceiptPage *view = &r->view;
    ReceiptReason *rows = arena_array(r->web->arena, ReceiptReason, REMARKS_MAX);
    int remarks = remarks_read(r, rows);
    view->warning_count = query.after_line ? 0 : remarks;
    query.warnings = true;
    TRY(batch_warnings_count(r->sql, r->batch.id, &view->warning_total));
    view->warning_total += remarks;
    TRY(reasons_find(r, query, &rows, &view->warning_count, &view->warnings_next));
    view->warnings = rows;
    return ERR_OK;
}

/* ---- the receipt ---- */

static Str digest_hex(Arena *arena, const Digest *digest)
{
    Buf hex = buf_new(2 * sizeof digest->bytes);
    hex_write(&hex, (Str){(const char *)digest->bytes, sizeof digest->bytes});
    Str text = arena_str(arena, buf_str(&hex));
    buf_free(&hex);
    return text;
}

/* May the subject see this batch? A system its organ's, the administrator every one. */
static bool batch_visible(const WebRequest *web, const BatchSummary *batch, const Dataset *dataset)
{
    AccessDecision decision;
    if (web->subject.kind == SUBJECT_LOCAL) {
        access_decide(&web->subject, ACTION_ADMINISTER, NULL, web->purpose, &decision);
        return decision.err == ERR_OK;
    }
    if (dataset == NULL || !str_eq(web->subject.organ, batch->organ)) return false;
    access_decide(&web->subject, ACTION_CONTRIBUTE, dataset, web->purpose, &decision);
    return decision.err == ERR_OK;
}

static const Text TEXT_NONE = {"没有第 {0} 号批次", "there is no batch {0}"};

static bool batch_find_here(Receipt *r)
{
    WebRequest *web = r->web;
    int64_t id;
    Err err = ERR_NOT_FOUND;
    if (exchange_number(web->params[0], &id))
        err = batch_summary(r->sql, web->arena, id, &r->batch);
    if (err == ERR_OK) {
        r->dataset = model_dataset(store_model(web->app->store), r->batch.dataset);
        if (!batch_visible(web, &r->batch, r->dataset)) err = ERR_NOT_FOUND;
    }
    if (err == ERR_OK) return true;
    if (err == ERR_NOT_FOUND)
        web_error(web, err, "batch_unknown", &TEXT_NONE, web->params[0], STR_NONE);
    else
        web_error_plain(web, err);
    return false;
}

static void head_fill(Receipt *r)
{
    const BatchSummary *batch = &r->batch;
    ReceiptPage *view = &r->view;
    Str asked;
    view->batch = batch;
    Str heading = exchange_text(r->web, T_receipt_heading);
    view->title =
        arena_printf(r->web->arena, STR_FMT " " STR_FMT, STR_ARG(heading), STR_ARG(batch->number));
    view->dataset = exchange_dataset_label(r->web, batch->dataset);
    view->organ = exchange_organ_label(r->web, batch->organ);
    view->accepted = batch->read - batch->rejected;
    view->tenths = batch->ended_us ? (batch->ended_us - batch->started_us + 50000) / 100000 : -1;
    view->replayed = web_query(r->web, "again", &asked);
    view->print = web_query(r->web, "print", &asked);
    view->content = digest_hex(r->web->arena, &batch->content);
    import_state(r->web, batch, &view->state, &view->state_class);
    view->interrupted = str_is(batch->state, "running") && !exchange_under_way(r->web, batch);
}

static Err receipt_fill(Receipt *r, BatchReasonQuery reasons, BatchReasonQuery warnings)
{
    ReceiptPage *view = &r->view;
    ReceiptReason *rows = NULL;
    head_fill(r);
    int limit = view->print ? REASONS_PRINTED : REASONS;
    reasons.batch_id = warnings.batch_id = r->batch.id;
    reasons.lang = warnings.lang = r->web->lang;
    reasons.limit = warnings.limit = limit;
    view->reasons_first = reasons.after_line == 0;
    TRY(reasons_find(r, reasons, &rows, &view->reason_count, &view->reasons_next));
    view->reasons = rows;
    TRY(warnings_find(r, warnings));
    Err err = batch_prove(r->sql, r->batch.id, &r->proof);
    view->has_receipt = err == ERR_OK;
    view->proof = &r->proof;
    view->root = digest_hex(r->web->arena, &r->proof.root);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static void receipt_get(WebRequest *web)
{
    Receipt r = {.web = web};
    BatchReasonQuery reasons = {0}, warnings = {0};
    if (!mark_read(web, "after", &reasons) || !mark_read(web, "noted", &warnings)) return;
    StoreReader *reader = store_read(web->app->store);
    r.sql = store_reader_sql(reader);
    bool found = batch_find_here(&r);
    Err err = found ? receipt_fill(&r, reasons, warnings) : ERR_OK;
    store_read_end(reader);
    if (err != ERR_OK) web_error_plain(web, err);
    if (!found || err != ERR_OK) return;
    Page page;
    page_open(web, 200, &page);
    receipt_page(&page, &r.view);
}

/* ---- refused lines ---- */

static bool sink(void *self, Str bytes)
{
    Buf *out = self;
    buf_add(out, bytes);
    return !out->overflow;
}

static Err read_write(WriteTx *tx, void *arg)
{
    const Receipt *r = arg;
    const WebRequest *web = r->web;
    JournalEntry entry = {.action = STR("batch.rejects"),
                          .actor = web->subject.name,
                          .organ = r->batch.organ,
                          .purpose = web->purpose.n ? web->purpose : STR("local administration"),
                          .request_id = r->batch.number,
                          .dataset = r->batch.dataset,
                          .count = r->batch.rejected};
    int64_t index;
    return journal_append(tx->journal, tx->sql, tx->now_us, &entry, &index);
}

static void read_done(void *arg, Err err)
{
    const Receipt *r = arg;
    if (err != ERR_OK) web_error_plain(r->web, ERR_STORAGE);
    web_done(r->web);
}

static bool has_personal(const Dataset *dataset)
{
    for (int i = 0; dataset && i < dataset->field_count; i++) {
        if (dataset->fields[i].secrecy == SECRECY_PERSONAL) return true;
    }
    return dataset == NULL;
}

static Err rejects_fill(Receipt *r)
{
    HttpReply *reply = r->web->reply;
    TRY(batch_rejects_write(r->sql, r->batch.id, sink, &reply->body));
    if (reply->body.overflow) return ERR_TOO_LARGE;
    reply->status = 200;
    reply->content_type = r->batch.csv ? STR("text/csv; charset=utf-8")
                                       : STR("application/x-ndjson");
    http_reply_header(reply, STR("Cache-Control"), STR("no-store"));
    http_reply_header(reply, STR("Content-Disposition"),
                      arena_printf(r->web->arena, "attachment; filename=\"" STR_FMT "-rejects.%s\"",
                                   STR_ARG(r->batch.number), r->batch.csv ? "csv" : "ndjson"));
    return ERR_OK;
}

/* The lines as they came, personal data and all: who took them is journalled before they leave. */
static void rejects_get(WebRequest *web)
{
    Receipt *r = arena_alloc(web->arena, sizeof *r);
    r->web = web;
    StoreReader *reader = store_read(web->app->store);
    r->sql = store_reader_sql(reader);
    bool found = batch_find_here(r);
    Err err = found ? rejects_fill(r) : ERR_OK;
    store_read_end(reader);
    if (err != ERR_OK) web_error_plain(web, err);
    if (!found || err != ERR_OK || !has_personal(r->dataset)) return;
    web_wait(web);
    store_submit(web->app->store, read_write, read_done, r);
}

REGISTER(Route, receipt_route) = {.method = HTTP_GET,
                                  .path = "/desk/imports/{id}",
                                  .handler = receipt_get,
                                  .query = "after noted again print",
                                  .page = true};
REGISTER(Route, receipt_rejects_route) = {
    .method = HTTP_GET, .path = "/desk/imports/{id}/rejects", .handler = rejects_get, .page = true};
