/*
 * Request for correction (更正申请): anybody says what is wrong with an entity's page, on what
 * basis, and gets a receipt number. The form carries its number, so sending it twice makes one
 * request.
 *
 * Nobody signs in, so a forged form can abuse no rights; still only our own pages may send it.
 */
#include "base/entities/correction.h"

#include "base/entities/pages/correction.page.h"
#include "base/entities/pages/correction_receipt.page.h"
#include "base/entities/words.h"
#include "correction_request.gen.h"
#include "entity.gen.h"
#include "kernel/web/page_web.h"
#include "kernel/web/session.h"
#include "lib/text.h"

enum {
    BODY_MAX = 16 * 1024,
    TEXT_MAX = 1000, /* characters of what is said, and of the basis */
    CONTACT_MAX = 100,
    SHOWN_MAX = 24, /* characters of a value in the list of fields */
    SHOWN_KEPT_MAX = 5000,
    OPEN_MAX = 20000, /* requests nobody has taken up; then no more are taken */
    NO_CHARS = 12,    /* GX and ten of NO_ALPHABET: 50 random bits */
};
static const char NO_ALPHABET[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* no I, L, O, U */

typedef struct Form {
    WebRequest *web;
    const Dataset *entity;
    AccessDecision decision;
    Words words;
    Version version;
    Sources sources;
    Str no, field, said, basis, contact; /* as sent */
    int field_at;                        /* position in entity, or -1 */
    CorrectionForm view;
} Form;

/* ---- receipt numbers ---- */

static Str no_make(const WebRequest *web)
{
    unsigned char random[NO_CHARS];
    char *text = arena_alloc(web->arena, NO_CHARS + 1);
    env_random(web->app->env, random, sizeof random);
    memcpy(text, "GX", 2);
    for (int i = 2; i < NO_CHARS; i++) text[i] = NO_ALPHABET[random[i] & 31];
    return (Str){text, NO_CHARS};
}

static bool no_valid(Str no)
{
    if (no.n != NO_CHARS || !str_starts(no, STR("GX"))) return false;
    for (size_t i = 2; i < no.n; i++)
        if (memchr(NO_ALPHABET, no.p[i], sizeof NO_ALPHABET - 1) == NULL) return false;
    return true;
}

bool correction_no_read(Arena *arena, Str typed, Str *no)
{
    Str folded;
    if (!text_normalise(arena, typed, true, &folded)) return false;
    char *out = arena_alloc(arena, folded.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < folded.n; i++) {
        char c = folded.p[i];
        if (c != ' ' && c != '-') out[n++] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
    }
    *no = (Str){out, n};
    return no_valid(*no);
}

/* In groups of four for reading aloud. */
static Str no_grouped(Arena *arena, Str no)
{
    return arena_printf(arena, "%.4s %.4s %.4s", no.p, no.p + 4, no.p + 8);
}

/* ---- the entity ---- */

static Err form_load(Form *form)
{
    Arena *arena = form->web->arena;
    StoreReader *reader = store_read(form->web->app->store);
    Sql *sql = store_reader_sql(reader);
    Err err =
        dataset_get(sql, arena, form->entity, form->web->params[0], AS_OF_NOW, &form->version);
    if (err == ERR_OK)
        err = dataset_sources(sql, arena, form->entity, form->version.record_id, AS_OF_NOW,
                              &form->sources);
    store_read_end(reader);
    return err;
}

static bool form_open(Form *form, WebRequest *web)
{
    form->web = web;
    if (!entity_open(web, &form->entity, &form->decision)) return false;
    Err err = form_load(form);
    if (err != ERR_OK) web_error_plain(web, err == ERR_NOT_FOUND ? ERR_NOT_FOUND : ERR_STORAGE);
    return err == ERR_OK;
}

static int field_find(const Form *form, Str id)
{
    int field = model_field(form->entity, id);
    return field >= 0 && form->decision.visible[field] && field != ENTITY_USCC ? field : -1;
}

/* ---- the form as a page ---- */

static Str cut(Arena *arena, Str text, size_t characters)
{
    size_t n = utf8_prefix(text, characters);
    if (n == text.n) return text;
    return arena_printf(arena, "%.*s…", (int)n, text.p);
}

static void choices_make(Form *form)
{
    CorrectionChoice *choices =
        arena_array(form->web->arena, CorrectionChoice, form->entity->field_count);
    for (int i = 0; i < form->entity->field_count; i++) {
        const Field *f = &form->entity->fields[i];
        if (field_find(form, f->id) < 0) continue;
        Str value = words_value(&form->words, &form->version.record, i);
        choices[form->view.choice_count++] = (CorrectionChoice){
            f->id, f->label, cut(form->web->arena, value, SHOWN_MAX), str_eq(f->id, form->field)};
    }
    form->view.choices = choices;
}

static void form_show(Form *form, int status)
{
    CorrectionForm *view = &form->view;
    WebRequest *web = form->web;
    form->words = words_open(web);
    view->uscc = web->params[0];
    view->name = form->version.record.values[ENTITY_NAME].text;
    view->no = no_valid(form->no) ? form->no : no_make(web);
    view->said = form->said;
    view->basis = form->basis;
    view->contact = form->contact;
    Str title = words_text(web->lang, T_correction_title),
        mark = words_text(web->lang, T_enquiry_fault_mark);
    view->title = view->faults
                      ? arena_printf(web->arena, STR_FMT STR_FMT, STR_ARG(mark), STR_ARG(title))
                      : title;
    choices_make(form);
    Page page;
    page_open(web, status, &page);
    correction_page(&page, view);
    words_close(&form->words);
}

static void correction_get(WebRequest *web)
{
    Form *form = arena_alloc(web->arena, sizeof *form);
    if (!web_allow(web, ALLOW_API) || !form_open(form, web)) return;
    if (!web_query(web, "field", &form->field)) form->field = STR_NONE;
    form_show(form, 200);
}

/* ---- what was sent ---- */

static const Text TEXT_ORIGIN = {
    "这份申请不是从本站的页面提交的，没有保存；请打开单位的页面重新填写",
    "this request was not sent from a page of this site and was not "
    "saved; open the organisation's page and fill it in there"};
static const Text TEXT_FORM = {"提交的内容不是本站的表单，没有保存",
                               "what was sent is not this site's form, and was not saved"};

static bool pair_decode(Arena *arena, Str raw, Str *out)
{
    *out = STR("");
    if (raw.n == 0) return true;
    Buf decoded = buf_new(BODY_MAX + 1);
    bool ok = url_decode(&decoded, raw, true) && !decoded.overflow && utf8_valid(buf_str(&decoded));
    *out = arena_str(arena, buf_str(&decoded));
    buf_free(&decoded);
    return ok;
}

/* application/x-www-form-urlencoded with our fields, each once. */
static bool body_read(Form *form)
{
    const struct {
        const char *name;
        Str *value;
    } FIELDS[] = {{"no", &form->no},
                  {"field", &form->field},
                  {"said", &form->said},
                  {"basis", &form->basis},
                  {"contact", &form->contact}};
    Str type = http_header(form->web->http, "content-type");
    if (!str_starts(type, STR("application/x-www-form-urlencoded"))) return false;
    Str rest = form->web->http->body, pair, name;
    while (rest.n && str_split(&rest, '&', &pair)) {
        size_t i = 0;
        str_split(&pair, '=', &name);
        while (i < COUNT_OF(FIELDS) && !str_is(name, FIELDS[i].name)) i++;
        if (i == COUNT_OF(FIELDS) || FIELDS[i].value->p != NULL) return false;
        if (!pair_decode(form->web->arena, pair, FIELDS[i].value)) return false;
    }
    return true;
}

static const Text TEXT_CHOOSE = {"请选择哪一项有错", "Choose which value is wrong"};
static const Text TEXT_SAID = {"请填写应当是什么，例如 600 万元",
                               "Say what it should be, for example 6,000,000 yuan"};
static const Text TEXT_BASIS = {"请填写依据，例如营业执照的编号",
                                "Give a basis, for example the number of the licence"};
static const Text TEXT_LONG = {"最多 {0} 个字，您填了 {1} 个",
                               "At most {0} characters; you typed {1}"};
static const Text TEXT_CHARACTERS = {
    "内容里有看不见的字符，请删掉后重新填写",
    "There are invisible characters in it; delete them and try again"};

static Str sentence(const WebRequest *web, const Text *text, size_t max, size_t have)
{
    Issue issue = {
        .field = -1,
        .text = text,
        .arg = {arena_printf(web->arena, "%zu", max), arena_printf(web->arena, "%zu", have)}};
    Buf out = buf_new(4096);
    issue_write_text(&out, &issue, web->lang);
    Str copy = arena_str(web->arena, buf_str(&out));
    buf_free(&out);
    return copy;
}

/* Line ends of forms are CR LF (HTML, 4.10.21.7). */
static Str lines_plain(Arena *arena, Str text)
{
    char *out = arena_alloc(arena, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '\r') out[n++] = text.p[i];
    return (Str){out, n};
}

static Str text_fault(const Form *form, Str *text, size_t max, const Text *missing)
{
    Str normal;
    if (!text_normalise(form->web->arena, lines_plain(form->web->arena, *text), false, &normal))
        return sentence(form->web, &TEXT_CHARACTERS, 0, 0);
    *text = normal;
    if (normal.n == 0) return missing ? sentence(form->web, missing, 0, 0) : STR_NONE;
    size_t length = utf8_length(normal);
    return length > max ? sentence(form->web, &TEXT_LONG, max, length) : STR_NONE;
}

static void form_check(Form *form)
{
    CorrectionForm *view = &form->view;
    form->field_at = field_find(form, form->field);
    if (form->field_at < 0) view->fault_field = sentence(form->web, &TEXT_CHOOSE, 0, 0);
    view->fault_said = text_fault(form, &form->said, TEXT_MAX, &TEXT_SAID);
    view->fault_basis = text_fault(form, &form->basis, TEXT_MAX, &TEXT_BASIS);
    view->fault_contact = text_fault(form, &form->contact, CONTACT_MAX, NULL);
    view->faults = (view->fault_field.n > 0) + (view->fault_said.n > 0) +
                   (view->fault_basis.n > 0) + (view->fault_contact.n > 0);
}

/* ---- storing ---- */

typedef struct CorrectionJob {
    WebRequest *web;
    const Dataset *dataset;
    Record record;
    Str no;
} CorrectionJob;

static void value_set(Record *record, int field, Str text)
{
    record->values[field] = (Value){.present = text.n > 0, .text = text};
}

static void record_fill(Form *form, CorrectionJob *job)
{
    Record *record = &job->record;
    const Value *value = &form->version.record.values[form->field_at];
    int source = dataset_source_of(form->entity, &form->sources, form->field_at);
    Buf shown = buf_new(RECORD_BYTES_MAX);
    if (value->present) value_write_text(&shown, &form->entity->fields[form->field_at], value);
    Str kept = arena_str(form->web->arena, buf_str(&shown));
    buf_free(&shown);
    value_set(record, CORRECTION_REQUEST_NO, job->no);
    value_set(record, CORRECTION_REQUEST_USCC, form->version.record.values[ENTITY_USCC].text);
    value_set(record, CORRECTION_REQUEST_FIELD, form->entity->fields[form->field_at].id);
    value_set(record, CORRECTION_REQUEST_SHOWN,
              str_slice(kept, 0, utf8_prefix(kept, SHOWN_KEPT_MAX)));
    value_set(record, CORRECTION_REQUEST_SAID, form->said);
    value_set(record, CORRECTION_REQUEST_BASIS, form->basis);
    value_set(record, CORRECTION_REQUEST_CONTACT, form->contact);
    value_set(record, CORRECTION_REQUEST_HANDLED_BY,
              source >= 0 ? form->sources.rows[source].organ : form->entity->owner);
    value_set(record, CORRECTION_REQUEST_STATE, STR("received"));
    record->values[CORRECTION_REQUEST_RECEIVED_AT] =
        (Value){.present = true, .number = env_now_us(form->web->app->env)};
}

/* ERR_OK: the same request is there already. ERR_CONFLICT: another one with this number is. */
static Err sent_before(WriteTx *tx, const CorrectionJob *job)
{
    static const int SAME[] = {CORRECTION_REQUEST_USCC, CORRECTION_REQUEST_FIELD,
                               CORRECTION_REQUEST_SAID, CORRECTION_REQUEST_BASIS};
    Version stored;
    TRY(dataset_get(tx->sql, job->web->arena, job->dataset, job->no, AS_OF_NOW, &stored));
    for (size_t i = 0; i < COUNT_OF(SAME); i++) {
        if (!value_eq(&stored.record.values[SAME[i]], &job->record.values[SAME[i]]))
            return ERR_CONFLICT;
    }
    return ERR_OK;
}

static const char TOO_MANY[] =
    "SELECT 1 FROM correction_request WHERE state = 'received' LIMIT 1 OFFSET $max";

static Err room_check(WriteTx *tx)
{
    SqlStmt *stmt = sql_prepare(tx->sql, TOO_MANY);
    sql_bind_int(stmt, sql_param(stmt, "max"), OPEN_MAX);
    Err err = sql_step(stmt);
    sql_reset(stmt);
    return err == ERR_OK ? ERR_BUSY : err == ERR_NOT_FOUND ? ERR_OK : err;
}

static Err correction_write(WriteTx *tx, void *arg)
{
    CorrectionJob *job = arg;
    Err err = sent_before(tx, job);
    if (err != ERR_NOT_FOUND) return err;
    TRY(room_check(tx));
    Contribution c = {.record = &job->record, .organ = job->dataset->owner};
    TRY(dataset_contribute(tx, job->web->arena, &c));
    ContributionLeaf leaf = {c.record_id, c.leaf};
    JournalEntry entry = {.action = STR("contribute"),
                          .actor = STR("public"),
                          .organ = job->dataset->owner,
                          .dataset = job->dataset->id,
                          .count = 1,
                          .has_root = true,
                          .root = contribution_root(&leaf, 1),
                          .note = STR("request for correction")};
    int64_t index;
    return journal_append(tx->journal, tx->sql, tx->now_us, &entry, &index);
}

static const Text TEXT_NUMBER_USED = {"这张表已经提交过，内容不同；要再提一项，请重新打开表单",
                                      "this form was sent before with other content; for another "
                                      "value open the form again"};
static const Text TEXT_FULL = {"待核实的申请太多，暂时不能再收；请打 12345",
                               "too many requests wait to be verified; please call 12345"};

static void correction_done(void *arg, Err err)
{
    CorrectionJob *job = arg;
    WebRequest *web = job->web;
    if (err == ERR_OK)
        web_redirect(web, arena_printf(web->arena, "/entities/corrections/" STR_FMT "?sent=1",
                                       STR_ARG(job->no)));
    else if (err == ERR_CONFLICT)
        web_error(web, err, "number_used", &TEXT_NUMBER_USED, STR_NONE, STR_NONE);
    else if (err == ERR_BUSY)
        web_error(web, err, "full", &TEXT_FULL, STR_NONE, STR_NONE);
    else
        web_error_plain(web, err == ERR_INTERNAL ? ERR_INTERNAL : ERR_STORAGE);
    web_done(web);
}

static void correction_post(WebRequest *web)
{
    Form *form = arena_alloc(web->arena, sizeof *form);
    if (!web_allow(web, ALLOW_ENQUIRY)) return;
    if (!session_same_origin(web)) {
        web_error(web, ERR_DENIED, "origin", &TEXT_ORIGIN, STR_NONE, STR_NONE);
        return;
    }
    if (!form_open(form, web)) return;
    if (!body_read(form)) {
        web_error(web, ERR_BAD, "form", &TEXT_FORM, STR_NONE, STR_NONE);
        return;
    }
    form_check(form);
    if (form->view.faults) {
        form_show(form, 400);
        return;
    }
    CorrectionJob *job = arena_alloc(web->arena, sizeof *job);
    job->web = web;
    job->dataset = model_dataset(store_model(web->app->store), STR("correction_request"));
    ASSERT(job->dataset != NULL);
    job->record = record_new(web->arena, job->dataset);
    job->no = no_valid(form->no) ? form->no : no_make(web);
    record_fill(form, job);
    web_wait(web);
    store_submit(web->app->store, correction_write, correction_done, job);
}

/* ---- the receipt: who knows the number sees the state, and nothing that was written ---- */

static void receipt_make(WebRequest *web, const Record *record, CorrectionReceipt *view)
{
    const Value *values = record->values;
    const Dataset *entity = model_dataset(store_model(web->app->store), STR("entity"));
    int field = model_field(entity, values[CORRECTION_REQUEST_FIELD].text);
    Label label = field >= 0 ? entity->fields[field].label : (Label){STR("—"), STR("—")};
    Words words = words_open(web);
    *view = (CorrectionReceipt){
        .no = no_grouped(web->arena, web->params[0]),
        .uscc = values[CORRECTION_REQUEST_USCC].text,
        .field = web->lang == LANG_EN ? label.en : label.zh,
        .organ = words_organ(&words, values[CORRECTION_REQUEST_HANDLED_BY].text),
        .state = words_value(&words, record, CORRECTION_REQUEST_STATE),
        .answer = values[CORRECTION_REQUEST_ANSWER].text,
        .received_us = values[CORRECTION_REQUEST_RECEIVED_AT].number};
    words_close(&words);
}

static void receipt_get(WebRequest *web)
{
    const Dataset *dataset = model_dataset(store_model(web->app->store), STR("correction_request"));
    Version version;
    Str sent;
    if (!web_allow(web, ALLOW_ENQUIRY)) return;
    Err err = ERR_NOT_FOUND;
    if (no_valid(web->params[0])) {
        StoreReader *reader = store_read(web->app->store);
        err = dataset_get(store_reader_sql(reader), web->arena, dataset, web->params[0], AS_OF_NOW,
                          &version);
        store_read_end(reader);
    }
    if (err != ERR_OK) {
        web_error_plain(web, err == ERR_NOT_FOUND ? ERR_NOT_FOUND : ERR_STORAGE);
        return;
    }
    CorrectionReceipt view;
    receipt_make(web, &version.record, &view);
    view.fresh = web_query(web, "sent", &sent);
    Page page;
    page_open(web, 200, &page);
    correction_receipt(&page, &view);
}

REGISTER(Route, correction_form_route) = {.method = HTTP_GET,
                                          .path = "/entities/{uscc}/correction",
                                          .handler = correction_get,
                                          .query = "field",
                                          .page = true};
REGISTER(Route, correction_send_route) = {.method = HTTP_POST,
                                          .path = "/entities/{uscc}/correction",
                                          .handler = correction_post,
                                          .body_max = BODY_MAX,
                                          .page = true};
REGISTER(Route, correction_receipt_route) = {.method = HTTP_GET,
                                             .path = "/entities/corrections/{no}",
                                             .handler = receipt_get,
                                             .query = "sent",
                                             .page = true};
