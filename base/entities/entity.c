/* The public page of one entity (法人单位): each value with its source, and how it came to be. */
#include "base/entities/pages/entity.page.h"
#include "base/entities/pages/entity_absent.page.h"
#include "base/entities/words.h"
#include "entity.gen.h"
#include "kernel/web/page_web.h"
#include "lib/text.h"

typedef struct Look {
    WebRequest *web;
    Words words;
    Sql *sql;
    const Dataset *dataset;
    AccessDecision decision;
    Str uscc;
    int64_t as_of; /* journal index, or AS_OF_NOW */
    Version version;
    Sources sources;
    Tickets tickets;
    History history; /* up to as_of */
    EntityPage view;
} Look;

static int32_t index_day(const Look *look, int64_t index)
{
    int64_t us;
    return dataset_index_time(look->sql, index, &us) == ERR_OK ? day_today(us) : DAY_NONE;
}

static int64_t index_us(const Look *look, int64_t index)
{
    int64_t us;
    return dataset_index_time(look->sql, index, &us) == ERR_OK ? us : 0;
}

/* ---- loading ---- */

static Err look_load(Look *look)
{
    Arena *arena = look->web->arena;
    TRY(dataset_get(look->sql, arena, look->dataset, look->uscc, look->as_of, &look->version));
    int64_t id = look->version.record_id;
    TRY(dataset_sources(look->sql, arena, look->dataset, id, look->as_of, &look->sources));
    TRY(dataset_tickets(look->sql, arena, look->dataset, id, look->as_of, &look->tickets));
    TRY(dataset_history(look->sql, arena, look->dataset, id, &look->history));
    while (look->as_of != AS_OF_NOW && look->history.count > 0 &&
           look->history.versions[look->history.count - 1].since_index > look->as_of)
        look->history.count--;
    return ERR_OK;
}

/* ---- one row ---- */

/* The version from which the value stands as it is, and how many different values there were. */
static void row_history(const Look *look, int field, EntityRow *row)
{
    const Version *versions = look->history.versions;
    int last = look->history.count - 1, stands = last;
    row->updated = DAY_NONE;
    for (int i = last; i >= 0; i--) {
        bool changed = i == 0 || !value_eq(&versions[i].record.values[field],
                                           &versions[i - 1].record.values[field]);
        bool empty_before = i == 0 && !versions[i].record.values[field].present;
        row->versions += changed && !empty_before;
        if (changed && stands == last) {
            row->updated = index_day(look, versions[i].since_index);
            stands = -1;
        }
    }
}

static int64_t ticket_of(const Look *look, Str organ, Str field, bool held)
{
    for (int i = 0; i < look->tickets.count; i++) {
        const Ticket *ticket = &look->tickets.items[i];
        if (!str_eq(ticket->organ, organ)) continue;
        if (str_eq(ticket->field, field) || (held && ticket->identity)) return ticket->no;
    }
    return 0;
}

static void row_rivals(Look *look, int field, int shown, EntityRow *row)
{
    Rival *rivals = arena_array(look->web->arena, Rival, look->sources.count);
    const Value *value = &look->version.record.values[field];
    for (int i = 0; i < look->sources.count; i++) {
        const SourceRow *source = &look->sources.rows[i];
        const Value *said = &source->record.values[field];
        if (i == shown || !said->present) continue;
        Rival *rival = &rivals[row->rival_count++];
        *rival = (Rival){.organ = words_organ(&look->words, source->organ),
                         .value = words_value(&look->words, &source->record, field),
                         .said_us = index_us(look, source->since_index),
                         .agrees = value_eq(said, value),
                         .held = source->held};
        if (!rival->agrees)
            rival->ticket =
                ticket_of(look, source->organ, look->dataset->fields[field].id, rival->held);
        row->differs |= !rival->agrees && !rival->held && rival->ticket;
    }
    row->rivals = rivals;
}

/* Shown in the heading, or beside the amount it belongs to. */
static bool stands_elsewhere(int field)
{
    return field == ENTITY_USCC || field == ENTITY_NAME || field == ENTITY_CURRENCY;
}

static void row_add(Look *look, EntityRow *rows, int field)
{
    const Field *f = &look->dataset->fields[field];
    const Value *value = &look->version.record.values[field];
    if (!look->decision.visible[field] || !value->present || stands_elsewhere(field)) return;
    EntityRow *row = &rows[look->view.row_count++];
    *row = (EntityRow){.id = f->id,
                       .label = f->label,
                       .day = DAY_NONE,
                       .value = words_value(&look->words, &look->version.record, field)};
    if (f->type == FIELD_DATE) row->day = (int32_t)value->number;
    if (field == ENTITY_INDUSTRY || field == ENTITY_DIVISION) row->note = value->text;
    int shown = dataset_source_of(look->dataset, &look->sources, field);
    if (shown >= 0) row->organ = words_organ(&look->words, look->sources.rows[shown].organ);
    row_history(look, field, row);
    row_rivals(look, field, shown, row);
}

/* What the code itself says of the division, where nobody else does. */
static void row_add_division(Look *look, EntityRow *rows)
{
    if (look->version.record.values[ENTITY_DIVISION].present ||
        !look->decision.visible[ENTITY_DIVISION])
        return;
    Str code = uscc_division(look->uscc);
    if (codes_division(look->words.codes, code) == NULL) return;
    EntityRow *row = &rows[look->view.row_count++];
    *row = (EntityRow){.id = look->dataset->fields[ENTITY_DIVISION].id,
                       .label = look->dataset->fields[ENTITY_DIVISION].label,
                       .value = words_division(&look->words, code),
                       .note = words_text(look->words.lang, T_entity_division_inferred),
                       .day = DAY_NONE,
                       .updated = DAY_NONE};
}

static void rows_make(Look *look)
{
    EntityRow *rows = arena_array(look->web->arena, EntityRow, look->dataset->field_count + 1);
    for (int i = 0; i < look->dataset->field_count; i++) {
        row_add(look, rows, i);
        if (i == ENTITY_DIVISION) row_add_division(look, rows);
    }
    look->view.rows = rows;
}

/* ---- differences, sources, history ---- */

static Str said_words(Look *look, Str organ, int field, Str otherwise)
{
    for (int i = 0; i < look->sources.count; i++) {
        if (str_eq(look->sources.rows[i].organ, organ))
            return words_value(&look->words, &look->sources.rows[i].record, field);
    }
    return otherwise;
}

static void differences_make(Look *look)
{
    EntityDifference *items = arena_array(look->web->arena, EntityDifference, look->tickets.count);
    for (int i = 0; i < look->tickets.count; i++) {
        const Ticket *ticket = &look->tickets.items[i];
        int field = model_field(look->dataset, ticket->field);
        if (field < 0 || !look->decision.visible[field]) continue;
        items[look->view.difference_count++] = (EntityDifference){
            .label = look->dataset->fields[field].label,
            .shown_organ = words_organ(&look->words, ticket->shown_organ),
            .shown_value = said_words(look, ticket->shown_organ, field, ticket->shown_value),
            .organ = words_organ(&look->words, ticket->organ),
            .value = said_words(look, ticket->organ, field, ticket->value),
            .ticket = ticket->no,
            .identity = ticket->identity};
    }
    look->view.differences = items;
}

static void sources_make(Look *look)
{
    EntitySource *items = arena_array(look->web->arena, EntitySource, look->sources.count);
    for (int i = 0; i < look->sources.count; i++) {
        const SourceRow *row = &look->sources.rows[i];
        items[i] = (EntitySource){words_organ(&look->words, row->organ),
                                  index_day(look, row->since_index), row->held};
    }
    look->view.sources = items;
    look->view.source_count = look->sources.count;
}

static const char ENTRY_ORGAN[] = "SELECT coalesce(organ, '') FROM journal WHERE idx = $index";

static Str entry_organ(const Look *look, int64_t index)
{
    SqlStmt *stmt = sql_prepare(look->sql, ENTRY_ORGAN);
    sql_bind_int(stmt, sql_param(stmt, "index"), index);
    Str organ = sql_step(stmt) == ERR_OK ? arena_str(look->web->arena, sql_text(stmt, 0))
                                         : STR_NONE;
    sql_reset(stmt);
    return organ.n ? words_organ(&look->words, organ) : STR_NONE;
}

static void event_changes(Look *look, const Version *before, const Version *after,
                          EntityEvent *event)
{
    EntityChange *changes = arena_array(look->web->arena, EntityChange, look->dataset->field_count);
    for (int i = 0; before && i < look->dataset->field_count; i++) {
        if (!look->decision.visible[i] ||
            value_eq(&before->record.values[i], &after->record.values[i]))
            continue;
        changes[event->count++] = (EntityChange){look->dataset->fields[i].label,
                                                 words_value(&look->words, &before->record, i),
                                                 words_value(&look->words, &after->record, i)};
    }
    event->changes = changes;
}

/* Newest first. A version that differs only in what the public may not see is left out. */
static void events_make(Look *look)
{
    EntityEvent *events = arena_array(look->web->arena, EntityEvent, look->history.count);
    look->view.updated = DAY_NONE;
    look->view.events_cut = look->history.count == HISTORY_MAX;
    for (int i = look->history.count - 1; i >= 0; i--) {
        const Version *version = &look->history.versions[i];
        EntityEvent *event = &events[look->view.event_count];
        *event = (EntityEvent){.first = i == 0 && !look->view.events_cut};
        event_changes(look, i ? version - 1 : NULL, version, event);
        if (!event->first && event->count == 0) continue;
        event->time_us = index_us(look, version->since_index);
        event->day = day_today(event->time_us);
        event->organ = entry_organ(look, version->since_index);
        if (look->view.updated == DAY_NONE) look->view.updated = event->day;
        look->view.event_count++;
    }
    look->view.events = events;
}

static void view_make(Look *look)
{
    const Record *record = &look->version.record;
    EntityPage *view = &look->view;
    view->uscc = look->uscc;
    view->name = record->values[ENTITY_NAME].text;
    if (look->decision.visible[ENTITY_STATUS])
        view->status = words_value(&look->words, record, ENTITY_STATUS);
    view->status_class = words_status_class(record->values[ENTITY_STATUS].text);
    if (look->decision.visible[ENTITY_ENTITY_TYPE])
        view->type = words_value(&look->words, record, ENTITY_ENTITY_TYPE);
    rows_make(look);
    differences_make(look);
    sources_make(look);
    events_make(look);
}

/* ---- ?asOf= ---- */

static const Text TEXT_AS_OF = {
    "日期应写成 2026-03-01，或带时刻的 2026-03-01T00:00:00+08:00，现为“{0}”",
    "A day is written 2026-03-01, a time 2026-03-01T00:00:00+08:00; it is “{0}”"};
static const Text TEXT_FUTURE = {"{0} 还没有到，请选今天或以前的一天",
                                 "{0} is not here yet; choose today or an earlier day"};

enum { DAY_US_SHIFT = 8 * 3600 };

/* A day means its end, at UTC+8. false: answered. */
static bool as_of_read(Look *look)
{
    Str text;
    int64_t now_us = env_now_us(look->web->app->env);
    EntityPage *view = &look->view;
    view->today = day_today(now_us);
    view->as_of_day = DAY_NONE;
    look->as_of = AS_OF_NOW;
    if (!web_query(look->web, "asOf", &text)) return true;
    bool day = day_parse(text, &view->as_of_day);
    if (!day) view->as_of_day = DAY_NONE;
    if (!day && !instant_parse(text, &view->as_of_us)) {
        web_error(look->web, ERR_BAD, "date_invalid", &TEXT_AS_OF, text, STR_NONE);
        return false;
    }
    if (day) view->as_of_us = ((int64_t)(view->as_of_day + 1) * 86400 - DAY_US_SHIFT) * 1000000 - 1;
    if (view->as_of_day > view->today || (!day && view->as_of_us > now_us)) {
        web_error(look->web, ERR_BAD, "date_future", &TEXT_FUTURE, text, STR_NONE);
        return false;
    }
    if (view->as_of_us == 0) view->as_of_us = 1; /* 0 means now */
    view->as_of_text = day ? text : STR_NONE;
    Buf query = buf_new(256);
    buf_lit(&query, "?asOf=");
    Buf time = buf_new(64);
    instant_write(&time, view->as_of_us);
    url_encode(&query, buf_str(&time));
    view->as_of_query = arena_str(look->web->arena, buf_str(&query));
    buf_free(&time);
    buf_free(&query);
    return true;
}

static Err as_of_find(Look *look)
{
    if (look->view.as_of_us == 0) return ERR_OK;
    TRY(journal_index_at(look->sql, look->view.as_of_us, &look->as_of));
    if (look->as_of < 0) look->as_of = INT64_MIN;
    return ERR_OK;
}

/* ---- handler ---- */

/* It is there, but was not then. */
static Err absent_make(Look *look, EntityAbsent *absent)
{
    Version version;
    History history;
    Arena *arena = look->web->arena;
    TRY(dataset_get(look->sql, arena, look->dataset, look->uscc, AS_OF_NOW, &version));
    TRY(dataset_history(look->sql, arena, look->dataset, version.record_id, &history));
    *absent = (EntityAbsent){look->uscc, version.record.values[ENTITY_NAME].text,
                             look->view.as_of_us, index_day(look, history.versions[0].since_index)};
    return ERR_OK;
}

static void absent_show(WebRequest *web, const EntityAbsent *absent)
{
    Page page;
    page_open(web, 404, &page);
    entity_absent(&page, absent);
}

static const Text TEXT_UNKNOWN = {"法人库里没有代码为“{0}”的单位",
                                  "the library has no organisation with the code “{0}”"};

static void entity_show(Look *look, Err err, const EntityAbsent *absent)
{
    if (err == ERR_NOT_FOUND && absent->uscc.n) {
        absent_show(look->web, absent);
    } else if (err == ERR_NOT_FOUND) {
        web_error(look->web, err, "entity_unknown", &TEXT_UNKNOWN, look->uscc, STR_NONE);
    } else if (err != ERR_OK) {
        web_error_plain(look->web, err == ERR_STORAGE ? ERR_STORAGE : ERR_INTERNAL);
    } else {
        Page page;
        page_open(look->web, 200, &page);
        entity_page(&page, &look->view);
    }
}

static void entity_handler(WebRequest *web)
{
    Look *look = arena_alloc(web->arena, sizeof *look);
    EntityAbsent absent = {0};
    look->web = web;
    look->uscc = web->params[0];
    if (!web_allow(web, ALLOW_API) || !entity_open(web, &look->dataset, &look->decision) ||
        !as_of_read(look))
        return;
    look->words = words_open(web);
    StoreReader *reader = store_read(web->app->store);
    look->sql = store_reader_sql(reader);
    Err err = as_of_find(look);
    if (err == ERR_OK) err = look_load(look);
    if (err == ERR_OK) view_make(look);
    if (err == ERR_NOT_FOUND && look->as_of != AS_OF_NOW && absent_make(look, &absent) != ERR_OK)
        absent = (EntityAbsent){0};
    store_read_end(reader);
    words_close(&look->words);
    entity_show(look, err, &absent);
}

REGISTER(Route, entity_page_route) = {.method = HTTP_GET,
                                      .path = "/entities/{uscc}",
                                      .handler = entity_handler,
                                      .query = "asOf",
                                      .page = true};
