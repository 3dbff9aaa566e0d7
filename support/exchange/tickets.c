/* /desk/tickets: what two organs say differently of one record (比对差异单, 身份核实单). */
#include "support/exchange/exchange.h"
#include "support/exchange/ticket.page.h"
#include "support/exchange/tickets.page.h"

enum { ROWS = 50 };

typedef struct Found { /* a row of the table ticket */
    int64_t no, record_id, opened_us, closed_us;
    bool identity;
    Str dataset, field, organ, value, shown_organ, shown_value, outcome;
} Found;

typedef struct TicketQuery {
    Str dataset, organ, kind; /* none: every one */
    int64_t before;           /* number of the last one seen; 0: from the newest */
    int limit;
} TicketQuery;

#define COLUMNS                                                                                    \
    "SELECT no, record_id, opened_us, coalesce(closed_us, 0), kind = 'identity', dataset, field,"  \
    " organ, value, shown_organ, shown_value, coalesce(outcome, '') FROM ticket "
#define OPEN                                                                                       \
    "WHERE closed_index IS NULL AND ($dataset IS NULL OR dataset = $dataset)"                      \
    " AND ($organ IS NULL OR organ = $organ OR shown_organ = $organ)"                              \
    " AND ($kind IS NULL OR kind = $kind)"
static const char LIST[] = COLUMNS OPEN " AND no < $before ORDER BY no DESC LIMIT $limit";
static const char TOTAL[] = "SELECT count(*) FROM ticket " OPEN;
static const char ONE[] = COLUMNS "WHERE no = $no";

static void found_read(SqlStmt *stmt, Arena *arena, Found *out)
{
    *out = (Found){.no = sql_int(stmt, 0),
                   .record_id = sql_int(stmt, 1),
                   .opened_us = sql_int(stmt, 2),
                   .closed_us = sql_int(stmt, 3),
                   .identity = sql_int(stmt, 4),
                   .dataset = arena_str(arena, sql_text(stmt, 5)),
                   .field = arena_str(arena, sql_text(stmt, 6)),
                   .organ = arena_str(arena, sql_text(stmt, 7)),
                   .value = arena_str(arena, sql_text(stmt, 8)),
                   .shown_organ = arena_str(arena, sql_text(stmt, 9)),
                   .shown_value = arena_str(arena, sql_text(stmt, 10)),
                   .outcome = arena_str(arena, sql_text(stmt, 11))};
}

static void filter_bind(SqlStmt *stmt, const TicketQuery *query)
{
    sql_bind_text(stmt, sql_param(stmt, "dataset"), query->dataset);
    sql_bind_text(stmt, sql_param(stmt, "organ"), query->organ);
    sql_bind_text(stmt, sql_param(stmt, "kind"), query->kind);
}

static Err list_read(Sql *sql, Arena *arena, const TicketQuery *query, Found *rows, int *count)
{
    SqlStmt *stmt = sql_prepare(sql, LIST);
    filter_bind(stmt, query);
    sql_bind_int(stmt, sql_param(stmt, "before"), query->before ? query->before : INT64_MAX);
    sql_bind_int(stmt, sql_param(stmt, "limit"), query->limit);
    Err err = ERR_OK;
    *count = 0;
    while (*count < query->limit && (err = sql_step(stmt)) == ERR_OK)
        found_read(stmt, arena, &rows[(*count)++]);
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static Err total_read(Sql *sql, const TicketQuery *query, int64_t *total)
{
    SqlStmt *stmt = sql_prepare(sql, TOTAL);
    filter_bind(stmt, query);
    Err err = sql_step(stmt);
    *total = err == ERR_OK ? sql_int(stmt, 0) : 0;
    sql_reset(stmt);
    return err;
}

/* ---- a ticket in words ---- */

/* Codes by their label, with the code behind it; values of personal fields masked. */
static Str value_show(const WebRequest *web, const Field *field, Str value)
{
    if (value.n == 0 || field == NULL) return value;
    if (field->secrecy == SECRECY_PERSONAL) return exchange_mask(web->arena, value);
    if (field->type == FIELD_ORGAN) return exchange_organ_label(web, value);
    if (field->type != FIELD_CODE && field->type != FIELD_DIVISION) return value;
    const Codes *codes = codes_take(web->app->store);
    const CodeEntry *entry = field->type == FIELD_CODE ? codes_find(codes, field->codes, value)
                                                       : codes_division(codes, value);
    Str label = !entry                                          ? STR("")
                : web->lang == LANG_EN && entry->label_en.n > 0 ? entry->label_en
                                                                : entry->label_zh;
    if (label.n)
        value = arena_printf(
            web->arena, web->lang == LANG_EN ? STR_FMT " (" STR_FMT ")" : STR_FMT "（" STR_FMT "）",
            STR_ARG(label), STR_ARG(value));
    codes_give(codes);
    return value;
}

/* Key and name of the record; both stay empty where it is not in the master. */
static Err record_name(const WebRequest *web, Sql *sql, const Dataset *dataset, int64_t record_id,
                       TicketRow *row)
{
    SqlStmt *stmt = sql_prepare(sql, dataset_sql(dataset)->get_id);
    sql_bind_int(stmt, sql_param(stmt, "id"), record_id);
    Err err = sql_step(stmt);
    if (err == ERR_OK) {
        Record record = record_new(web->arena, dataset);
        record_from_row(stmt, 2, web->arena, &record);
        const Field *key = &dataset->fields[dataset->key];
        row->key = record.values[dataset->key].text;
        if (key->secrecy == SECRECY_PERSONAL) row->key = exchange_mask(web->arena, row->key);
        int name = dataset->identity;
        if (name >= 0 && record.values[name].present)
            row->name = value_show(web, &dataset->fields[name], record.values[name].text);
    }
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static const Field *field_of(const Dataset *dataset, Str id)
{
    int at = dataset ? model_field(dataset, id) : -1;
    return at >= 0 ? &dataset->fields[at] : NULL;
}

static Err row_show(const WebRequest *web, Sql *sql, const Found *found, TicketRow *row)
{
    const Dataset *dataset = model_dataset(store_model(web->app->store), found->dataset);
    const Field *field = field_of(dataset, found->field);
    Label label = field ? field->label : (Label){found->field, found->field};
    *row = (TicketRow){.no = found->no,
                       .opened_us = found->opened_us,
                       .identity = found->identity,
                       .dataset = exchange_dataset_label(web, found->dataset),
                       .field = web->lang == LANG_EN ? label.en : label.zh,
                       .shown = value_show(web, field, found->shown_value),
                       .shown_organ = exchange_organ_label(web, found->shown_organ),
                       .other = value_show(web, field, found->value),
                       .other_organ = exchange_organ_label(web, found->organ)};
    return dataset ? record_name(web, sql, dataset, found->record_id, row) : ERR_OK;
}

/* ---- the list ---- */

static void datasets_offer(const WebRequest *web, const TicketQuery *query, TicketsPage *view)
{
    const Model *model = store_model(web->app->store);
    TicketOption *options = arena_array(web->arena, TicketOption, model->dataset_count);
    for (int i = 0; i < model->dataset_count; i++) {
        const Dataset *dataset = &model->datasets[i];
        if (dataset->sources.count < 2) continue; /* nobody to differ with */
        options[view->dataset_count++] = (TicketOption){
            dataset->id, web->lang == LANG_EN ? dataset->label.en : dataset->label.zh,
            str_eq(dataset->id, query->dataset)};
    }
    view->datasets = options;
}

static bool option_there(const TicketOption *options, int count, Str value)
{
    for (int i = 0; i < count; i++) {
        if (str_eq(options[i].value, value)) return true;
    }
    return false;
}

/* Organs that are a source of something; a system sees its own tickets and needs no choice. */
static void organs_offer(const WebRequest *web, const TicketQuery *query, TicketsPage *view)
{
    enum { MAX = 100 };
    const Model *model = store_model(web->app->store);
    TicketOption *options = arena_array(web->arena, TicketOption, MAX);
    view->organs = options;
    if (web->subject.organ.n) return;
    for (int i = 0; i < model->dataset_count; i++) {
        StrList sources = model->datasets[i].sources;
        for (int k = 0; k < sources.count && view->organ_count < MAX; k++) {
            Str organ = sources.items[k];
            if (sources.count < 2 || option_there(options, view->organ_count, organ)) continue;
            options[view->organ_count++] = (TicketOption){organ, exchange_organ_label(web, organ),
                                                          str_eq(organ, query->organ)};
        }
    }
}

static Str query_next(const WebRequest *web, const TicketQuery *query, int64_t before)
{
    const struct {
        const char *name;
        Str value;
    } pairs[] = {{"dataset", query->dataset},
                 {"organ", web->subject.organ.n ? STR_NONE : query->organ},
                 {"kind", query->kind}};
    Buf text = buf_new(4096);
    buf_printf(&text, "?before=%lld", (long long)before);
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        if (pairs[i].value.n == 0) continue;
        buf_printf(&text, "&%s=", pairs[i].name);
        url_encode(&text, pairs[i].value);
    }
    Str copy = arena_str(web->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static Err tickets_fill(const WebRequest *web, Sql *sql, TicketQuery *query, TicketsPage *view)
{
    Found *found = arena_array(web->arena, Found, ROWS + 1);
    int count;
    query->limit = ROWS + 1;
    TRY(list_read(sql, web->arena, query, found, &count));
    TRY(total_read(sql, query, &view->total));
    view->count = MIN(count, ROWS);
    TicketRow *rows = arena_array(web->arena, TicketRow, MAX(view->count, 1));
    for (int i = 0; i < view->count; i++) TRY(row_show(web, sql, &found[i], &rows[i]));
    view->rows = rows;
    if (count > ROWS) {
        view->before = found[ROWS - 1].no;
        view->next_query = query_next(web, query, view->before);
    }
    return ERR_OK;
}

static const Text TEXT_FILTER = {"筛选条件 {0} 写法有误", "the filter {0} is not well formed"};

static bool filters_read(WebRequest *web, TicketQuery *query)
{
    Str mark;
    web_query(web, "dataset", &query->dataset);
    web_query(web, "organ", &query->organ);
    web_query(web, "kind", &query->kind);
    const char *bad = NULL;
    if (query->kind.n && !str_is(query->kind, "identity") && !str_is(query->kind, "difference"))
        bad = "kind";
    if (query->dataset.n && !model_dataset(store_model(web->app->store), query->dataset))
        bad = "dataset";
    if (web_query(web, "before", &mark) && !exchange_number(mark, &query->before)) bad = "before";
    if (bad) web_error(web, ERR_BAD, "filter", &TEXT_FILTER, str_of(bad), STR_NONE);
    if (query->dataset.n == 0) query->dataset = STR_NONE;
    if (query->organ.n == 0) query->organ = STR_NONE;
    if (query->kind.n == 0) query->kind = STR_NONE;
    if (web->subject.organ.n) query->organ = web->subject.organ;
    return bad == NULL;
}

static void tickets_get(WebRequest *web)
{
    TicketQuery query = {0};
    TicketsPage view = {0};
    if (!filters_read(web, &query)) return;
    StoreReader *reader = store_read(web->app->store);
    Err err = tickets_fill(web, store_reader_sql(reader), &query, &view);
    store_read_end(reader);
    if (err != ERR_OK) {
        web_error_plain(web, err);
        return;
    }
    datasets_offer(web, &query, &view);
    organs_offer(web, &query, &view);
    view.kind = query.kind;
    view.first = query.before == 0;
    view.filtered = query.dataset.n || query.kind.n || (query.organ.n && !web->subject.organ.n);
    Page page;
    page_open(web, 200, &page);
    tickets_page(&page, &view);
}

/* ---- one ticket ---- */

/* When an organ's row that stands was said; 0: it has none. */
static int64_t said_us(Sql *sql, const Sources *sources, Str organ)
{
    int64_t us = 0;
    for (int i = 0; i < sources->count; i++) {
        if (!str_eq(sources->rows[i].organ, organ)) continue;
        if (dataset_index_time(sql, sources->rows[i].since_index, &us) != ERR_OK) us = 0;
    }
    return us;
}

static bool listed(StrList list, int end, Str organ)
{
    for (int i = 0; i < end; i++) {
        if (str_eq(list.items[i], organ)) return true;
    }
    return false;
}

/* The order of trust of a field: organs it names, then the dataset's other sources. */
static void trust_fill(const WebRequest *web, const Dataset *dataset, const Field *field,
                       const Found *found, TicketPage *view)
{
    StrList from = field->from, rest = dataset->sources;
    TicketTrust *trust = arena_array(web->arena, TicketTrust, from.count + rest.count + 1);
    Str first = STR_NONE;
    for (int i = 0; i < from.count + rest.count; i++) {
        Str organ = i < from.count ? from.items[i] : rest.items[i - from.count];
        if (i >= from.count && listed(from, from.count, organ)) continue;
        if (first.n == 0) first = organ;
        trust[view->trust_count++] = (TicketTrust){exchange_organ_label(web, organ),
                                                   str_eq(organ, found->shown_organ),
                                                   str_eq(organ, found->organ)};
    }
    view->trust = trust;
    view->asked = exchange_organ_label(web, first.n ? first : dataset->owner);
}

static const struct {
    const char *outcome;
    TextKey text;
} OUTCOMES[] = {{"agreed", T_ticket_outcome_agreed},
                {"superseded", T_ticket_outcome_superseded},
                {"same", T_ticket_outcome_same},
                {"different", T_ticket_outcome_different}};

static Err ticket_fill(WebRequest *web, Sql *sql, const Found *found, TicketPage *view)
{
    const Dataset *dataset = model_dataset(store_model(web->app->store), found->dataset);
    const Field *field = field_of(dataset, found->field);
    TRY(row_show(web, sql, found, &view->row));
    view->closed = found->closed_us != 0;
    view->closed_us = found->closed_us;
    for (size_t i = 0; i < COUNT_OF(OUTCOMES); i++) {
        if (str_is(found->outcome, OUTCOMES[i].outcome))
            view->outcome = exchange_text(web, OUTCOMES[i].text);
    }
    if (dataset == NULL || field == NULL) return ERR_OK;
    view->personal = field->secrecy == SECRECY_PERSONAL;
    bool key_personal = dataset->fields[dataset->key].secrecy == SECRECY_PERSONAL;
    if (view->row.key.n && !key_personal)
        view->record_href =
            str_is(dataset->id, "entity")
                ? arena_printf(web->arena, "/entities/" STR_FMT, STR_ARG(view->row.key))
                : arena_printf(web->arena, "/api/collections/" STR_FMT "/items/" STR_FMT,
                               STR_ARG(dataset->id), STR_ARG(view->row.key));
    Sources sources;
    TRY(dataset_sources(sql, web->arena, dataset, found->record_id, AS_OF_NOW, &sources));
    view->shown_us = said_us(sql, &sources, found->shown_organ);
    view->other_us = said_us(sql, &sources, found->organ);
    trust_fill(web, dataset, field, found, view);
    return ERR_OK;
}

static Err ticket_read(WebRequest *web, Sql *sql, Found *found)
{
    int64_t no;
    if (!exchange_number(web->params[0], &no)) return ERR_NOT_FOUND;
    SqlStmt *stmt = sql_prepare(sql, ONE);
    sql_bind_int(stmt, sql_param(stmt, "no"), no);
    Err err = sql_step(stmt);
    if (err == ERR_OK) found_read(stmt, web->arena, found);
    sql_reset(stmt);
    Str own = web->subject.organ;
    if (err == ERR_OK && own.n && !str_eq(own, found->organ) && !str_eq(own, found->shown_organ))
        err = ERR_NOT_FOUND;
    return err;
}

static void ticket_get(WebRequest *web)
{
    static const Text TEXT = {"没有第 {0} 号单子", "there is no ticket {0}"};
    Found found;
    TicketPage view = {0};
    StoreReader *reader = store_read(web->app->store);
    Err err = ticket_read(web, store_reader_sql(reader), &found);
    if (err == ERR_OK) err = ticket_fill(web, store_reader_sql(reader), &found, &view);
    store_read_end(reader);
    if (err == ERR_NOT_FOUND) {
        web_error(web, err, "ticket_unknown", &TEXT, web->params[0], STR_NONE);
        return;
    }
    if (err != ERR_OK) {
        web_error_plain(web, err);
        return;
    }
    Page page;
    page_open(web, 200, &page);
    ticket_page(&page, &view);
}

REGISTER(Route, tickets_route) = {.method = HTTP_GET,
                                  .path = "/desk/tickets",
                                  .handler = tickets_get,
                                  .query = "dataset organ kind before",
                                  .page = true};
REGISTER(Route, ticket_route) = {
    .method = HTTP_GET, .path = "/desk/tickets/{no}", .handler = ticket_get, .page = true};
