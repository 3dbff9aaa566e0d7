/*
 * Public enquiry (公众查询): a whole unified social credit code, or at least 2 characters of a
 * name. Names that start with them come first, in order of name; then those that contain them.
 * Bounded: 20 a page, and one answer looks through NAMES_SCANNED names at most.
 */
#include "base/entities/correction.h"
#include "base/entities/pages/enquiry.page.h"
#include "base/entities/words.h"
#include "entity.gen.h"
#include "kernel/numbers/checkdigit.h"
#include "kernel/web/page_web.h"
#include "lib/hash.h"
#include "lib/text.h"

enum {
    ENQUIRY_PAGE = 20,
    QUERY_BYTES_MAX = 1000,
    NAME_MIN = 2, /* characters */
    NAME_MAX = 100,
    NAMES_SCANNED = 600000, /* a tenth of a second of one core */
    MARK_MAX = 1024,        /* bytes of a page mark before it is written in hex */
};

/* Where a page begins: behind this name and record, in this part of the order. */
typedef struct Mark {
    bool contains; /* names that start with the text are through */
    int64_t shown; /* rows on the pages before */
    int64_t record_id;
    Str name;
} Mark;

typedef struct Found {
    int64_t record_id;
    Str name;
} Found;

typedef struct Enquiry {
    WebRequest *web;
    Words *words;
    const AccessDecision *decision;
    Sql *sql;
    Str name; /* looked for, normalised */
    Mark mark;
    Found found[ENQUIRY_PAGE + 1];
    bool contains[ENQUIRY_PAGE + 1];
    int count;
    Mark scanned_to; /* where the scan gave up; record_id 0: it came to the end */
    EnquiryPage view;
} Enquiry;

/* ---- what was typed ---- */

static bool is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* As a code is pasted: blanks and hyphens off, half-width, upper case. false: it is no code, for it
 * has other characters or too few digits. */
static bool code_read(Arena *arena, Str typed, Str *code)
{
    Str folded;
    if (!text_normalise(arena, typed, true, &folded)) return false;
    char *out = arena_alloc(arena, folded.n + 1);
    size_t n = 0, digits = 0;
    for (size_t i = 0; i < folded.n; i++) {
        char c = folded.p[i];
        if (c == ' ' || c == '-' || c == '\t') continue;
        if (!is_letter_or_digit(c)) return false;
        digits += c >= '0' && c <= '9';
        out[n++] = c >= 'a' ? (char)(c - 32) : c;
    }
    *code = (Str){out, n};
    return n == 18 ? digits >= 6 : n >= 8 && digits >= 8;
}

static const Text TEXT_SHORT = {"请至少输入名称中的 2 个字，您输入了 1 个",
                                "Type at least 2 characters of the name; you typed 1"};
static const Text TEXT_LONG = {"名称最多 100 个字，请只输入其中一段",
                               "A name has at most 100 characters; type a part of it"};
static const Text TEXT_CHARACTERS = {
    "名称里有看不见的字符，请删掉后重新输入",
    "The name has invisible characters; delete them and try again"};
static const Text TEXT_LENGTH = {"统一社会信用代码应有 18 位，您输入了 {0} 位",
                                 "A unified social credit code has 18 characters; you typed {0}"};
static const Text TEXT_CODE[] = {
    [NUMBER_CHARACTER] =
        {"代码里不用 I、O、S、V、Z，第 3 至 8 位都是数字；请看看是不是数字 1、0、5",
         "The letters I, O, S, V and Z are not used in these codes, and characters 3 to 8 are "
         "digits; could it be a 1, 0 or 5?"},
    [NUMBER_CHECK] = {"这个代码的校验位对不上，可能输错了一位，请对照证照再看一遍",
                      "The last character does not fit the others: one may be mistyped. Please "
                      "compare it with the certificate"},
    [NUMBER_EMBEDDED_CHECK] =
        {"这个代码第 9 至 17 位对不上，可能输错了一位，请对照证照再看一遍",
         "Characters 9 to 17 do not fit together: one may be mistyped. Please compare them with "
         "the certificate"},
    [NUMBER_DEPARTMENT] = {"没有以“{0}”开头的代码，请对照证照再看一遍",
                           "No code begins with “{0}”. Please compare it with the certificate"},
};

static Str sentence(const WebRequest *web, const Text *text, Str argument)
{
    Issue issue = {.field = -1, .text = text, .arg = {argument, STR_NONE}};
    Buf out = buf_new(4096);
    issue_write_text(&out, &issue, web->lang);
    Str copy = arena_str(web->arena, buf_str(&out));
    buf_free(&out);
    return copy;
}

static void code_fault(Enquiry *e, Str code)
{
    Arena *arena = e->web->arena;
    NumberFault fault = uscc_check(code);
    if (fault == NUMBER_VALID) return;
    if (fault == NUMBER_LENGTH)
        e->view.fault = sentence(e->web, &TEXT_LENGTH, arena_printf(arena, "%zu", code.n));
    else
        e->view.fault = sentence(e->web, &TEXT_CODE[fault], str_slice(code, 0, 1));
}

static void name_read(Enquiry *e, Str typed)
{
    Str name;
    if (!text_normalise(e->web->arena, typed, false, &name)) {
        e->view.fault = sentence(e->web, &TEXT_CHARACTERS, STR_NONE);
        return;
    }
    size_t length = utf8_length(name);
    if (length < NAME_MIN) e->view.fault = sentence(e->web, &TEXT_SHORT, STR_NONE);
    if (length > NAME_MAX) e->view.fault = sentence(e->web, &TEXT_LONG, STR_NONE);
    e->name = name;
}

/* ---- marks of pages ---- */

static Str mark_write(Arena *arena, const Mark *mark)
{
    Str plain = arena_printf(arena, "%c %lld %lld " STR_FMT, mark->contains ? 'c' : 's',
                             (long long)mark->shown, (long long)mark->record_id,
                             STR_ARG(mark->name));
    Buf out = buf_new(2 * MARK_MAX);
    hex_write(&out, plain);
    Str text = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static bool mark_read(Arena *arena, Str text, Mark *mark)
{
    if (text.n == 0 || text.n % 2 || text.n > 2 * MARK_MAX) return false;
    Str plain = {arena_alloc(arena, text.n / 2), text.n / 2}, part, shown, id;
    if (!hex_read(text, (char *)plain.p, plain.n) || !utf8_valid(plain)) return false;
    if (!str_split(&plain, ' ', &part) || !str_split(&plain, ' ', &shown) ||
        !str_split(&plain, ' ', &id) || plain.p == NULL)
        return false;
    mark->contains = str_is(part, "c");
    mark->name = plain;
    return (mark->contains || str_is(part, "s")) && str_int(shown, &mark->shown) &&
           str_int(id, &mark->record_id) && mark->shown >= 0 && mark->record_id >= 0 &&
           mark->shown < INT32_MAX;
}

/* ---- looking ---- */

static const char STARTS[] =
    "SELECT record_id, name FROM entity WHERE name >= $from AND name < $to"
    " AND (name <> $after OR record_id > $id) ORDER BY name, record_id LIMIT $limit";
static const char SCAN[] =
    "SELECT record_id, name FROM entity WHERE name >= $after"
    " AND (name <> $after OR record_id > $id) ORDER BY name, record_id LIMIT $limit";

static void found_add(Enquiry *e, int64_t record_id, Str name, bool contains)
{
    e->contains[e->count] = contains;
    e->found[e->count++] = (Found){record_id, arena_str(e->web->arena, name)};
}

static Err look_starts(Enquiry *e)
{
    Str to = arena_printf(e->web->arena, STR_FMT "\xf4\x8f\xbf\xbf", STR_ARG(e->name));
    SqlStmt *stmt = sql_prepare(e->sql, STARTS);
    sql_bind_text(stmt, sql_param(stmt, "from"), e->mark.name.n ? e->mark.name : e->name);
    sql_bind_text(stmt, sql_param(stmt, "to"), to);
    sql_bind_text(stmt, sql_param(stmt, "after"), e->mark.name.n ? e->mark.name : STR(""));
    sql_bind_int(stmt, sql_param(stmt, "id"), e->mark.record_id);
    sql_bind_int(stmt, sql_param(stmt, "limit"), ENQUIRY_PAGE + 1);
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK)
        found_add(e, sql_int(stmt, 0), sql_text(stmt, 1), false);
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Offset of needle in text, ASCII letters alike in both cases; -1 where it is not. */
static ptrdiff_t find_folded(Str text, Str needle, bool letters)
{
    if (!letters) return str_find(text, needle);
    char first = lower(needle.p[0]);
    for (size_t i = 0; i + needle.n <= text.n; i++) {
        if (lower(text.p[i]) != first) continue;
        size_t k = 1;
        while (k < needle.n && lower(text.p[i + k]) == lower(needle.p[k])) k++;
        if (k == needle.n) return (ptrdiff_t)i;
    }
    return -1;
}

static bool has_letters(Str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (lower(s.p[i]) >= 'a' && lower(s.p[i]) <= 'z') return true;
    return false;
}

static Err look_contains(Enquiry *e)
{
    Str after = e->mark.contains && e->mark.name.n ? e->mark.name : STR("");
    bool letters = has_letters(e->name);
    SqlStmt *stmt = sql_prepare(e->sql, SCAN);
    sql_bind_text(stmt, sql_param(stmt, "after"), after);
    sql_bind_int(stmt, sql_param(stmt, "id"), e->mark.contains ? e->mark.record_id : 0);
    sql_bind_int(stmt, sql_param(stmt, "limit"), NAMES_SCANNED);
    Err err = ERR_OK;
    for (int seen = 1; e->count <= ENQUIRY_PAGE && (err = sql_step(stmt)) == ERR_OK; seen++) {
        Str name = sql_text(stmt, 1);
        if (seen == NAMES_SCANNED)
            e->scanned_to = (Mark){true, 0, sql_int(stmt, 0), arena_str(e->web->arena, name)};
        ptrdiff_t at = find_folded(name, e->name, letters);
        if (at > 0 || (at == 0 && !str_starts(name, e->name)))
            found_add(e, sql_int(stmt, 0), name, true);
    }
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static const char BY_CODE[] = "SELECT record_id, name FROM entity WHERE uscc = $uscc";

static Err look_code(Enquiry *e, Str code)
{
    SqlStmt *stmt = sql_prepare(e->sql, BY_CODE);
    sql_bind_text(stmt, sql_param(stmt, "uscc"), code);
    Err err = sql_step(stmt);
    if (err == ERR_OK) found_add(e, sql_int(stmt, 0), sql_text(stmt, 1), false);
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* ---- what is shown ---- */

static const char LIBRARY[] = "SELECT (SELECT count(*) FROM entity), coalesce((SELECT time_us FROM "
                              "journal WHERE dataset = 'entity' ORDER BY idx DESC LIMIT 1), 0)";

static Err library_read(Enquiry *e)
{
    SqlStmt *stmt = sql_prepare(e->sql, LIBRARY);
    Err err = sql_step(stmt);
    if (err == ERR_OK) {
        e->view.entities = sql_int(stmt, 0);
        e->view.updated_us = sql_int(stmt, 1);
    }
    sql_reset(stmt);
    return err;
}

static Str shown(const Enquiry *e, const Record *record, int field)
{
    return e->decision->visible[field] ? words_value(e->words, record, field) : STR_NONE;
}

static Err row_read(Enquiry *e, const Dataset *dataset, const Found *found, EnquiryRow *row)
{
    SqlStmt *stmt = sql_prepare(e->sql, dataset_sql(dataset)->get_id);
    sql_bind_int(stmt, sql_param(stmt, "id"), found->record_id);
    Err err = sql_step(stmt);
    if (err == ERR_OK) {
        Record record = record_new(e->web->arena, dataset);
        record_from_row(stmt, 2, e->web->arena, &record);
        const Value *status = &record.values[ENTITY_STATUS],
                    *day = &record.values[ENTITY_ESTABLISHED_ON];
        *row = (EnquiryRow){.uscc = record.values[ENTITY_USCC].text,
                            .status = shown(e, &record, ENTITY_STATUS),
                            .status_class = words_status_class(status->text),
                            .type = shown(e, &record, ENTITY_ENTITY_TYPE),
                            .address = shown(e, &record, ENTITY_ADDRESS),
                            .division = shown(e, &record, ENTITY_DIVISION),
                            .established = DAY_NONE};
        if (day->present && e->decision->visible[ENTITY_ESTABLISHED_ON])
            row->established = (int32_t)day->number;
        if (row->division.n == 0)
            row->division = words_division(e->words, uscc_division(row->uscc));
    }
    sql_reset(stmt);
    return err;
}

/* The part that was looked for stands out. */
static void name_mark(EnquiryRow *row, Str name, Str needle)
{
    ptrdiff_t at = needle.n ? find_folded(name, needle, has_letters(needle)) : -1;
    size_t from = at < 0 ? name.n : (size_t)at, to = at < 0 ? name.n : from + needle.n;
    row->name[0] = str_slice(name, 0, from);
    row->name[1] = str_slice(name, from, to);
    row->name[2] = str_slice(name, to, name.n);
}

static Err rows_read(Enquiry *e, const Dataset *dataset)
{
    int count = MIN(e->count, ENQUIRY_PAGE);
    EnquiryRow *rows = arena_array(e->web->arena, EnquiryRow, ENQUIRY_PAGE);
    for (int i = 0; i < count; i++) {
        TRY(row_read(e, dataset, &e->found[i], &rows[i]));
        name_mark(&rows[i], e->found[i].name, e->name);
    }
    e->view.rows = rows;
    e->view.count = count;
    e->view.from = e->mark.shown + 1;
    Mark next = {.shown = e->mark.shown + count};
    if (e->count > ENQUIRY_PAGE) {
        const Found *last = &e->found[count - 1];
        next.contains = e->contains[count - 1];
        next.record_id = last->record_id;
        next.name = last->name;
    } else if (e->scanned_to.record_id) {
        next = e->scanned_to;
        next.shown = e->mark.shown + count;
        e->view.scan_ended = true;
        e->view.scanned = NAMES_SCANNED;
    }
    if (next.record_id) e->view.next = mark_write(e->web->arena, &next);
    return ERR_OK;
}

static Err look(Enquiry *e, const Dataset *dataset, Str code)
{
    if (e->view.fault.n == 0 && e->view.by_code) TRY(look_code(e, code));
    if (e->view.fault.n == 0 && !e->view.by_code) {
        if (!e->mark.contains) TRY(look_starts(e));
        if (e->count <= ENQUIRY_PAGE) TRY(look_contains(e));
    }
    TRY(rows_read(e, dataset));
    return e->count ? ERR_OK : library_read(e);
}

static void enquiry_show(WebRequest *web, EnquiryPage *view)
{
    Page page;
    page_open(web, view->fault.n ? 400 : 200, &page);
    Str title = words_text(web->lang, T_enquiry_title);
    Str mark = words_text(web->lang, T_enquiry_fault_mark);
    view->title = title;
    if (view->fault.n)
        view->title = arena_printf(web->arena, STR_FMT STR_FMT, STR_ARG(mark), STR_ARG(title));
    else if (view->asked)
        view->title =
            arena_printf(web->arena, STR_FMT " - " STR_FMT, STR_ARG(view->q), STR_ARG(title));
    enquiry_page(&page, view);
}

static const Text TEXT_MARK = {"翻页标记不是这里给出的，请重新查询",
                               "the page mark was not given here; please search again"};
static const Text TEXT_TOO_LONG = {"查询内容太长，最多 100 个字",
                                   "what was typed is too long: at most 100 characters"};

/* Who types the number of a request for correction wants to see it. */
static bool receipt_redirect(WebRequest *web, Str typed)
{
    Str no;
    if (!correction_no_read(web->arena, typed, &no)) return false;
    web_redirect(web, arena_printf(web->arena, "/entities/corrections/" STR_FMT, STR_ARG(no)));
    return true;
}

static bool query_read(Enquiry *e, Str *code)
{
    Str q, after;
    if (!web_query(e->web, "q", &q)) q = STR_NONE;
    if (q.n > QUERY_BYTES_MAX) {
        web_error(e->web, ERR_BAD, "length", &TEXT_TOO_LONG, STR_NONE, STR_NONE);
        return false;
    }
    e->view.q = str_trim(q);
    e->view.asked = e->view.q.n > 0;
    if (web_query(e->web, "after", &after) &&
        (!e->view.asked || !mark_read(e->web->arena, after, &e->mark))) {
        web_error(e->web, ERR_BAD, "after", &TEXT_MARK, STR_NONE, STR_NONE);
        return false;
    }
    if (!e->view.asked) return true;
    if (receipt_redirect(e->web, e->view.q)) return false;
    e->view.by_code = code_read(e->web->arena, e->view.q, code);
    if (e->view.by_code)
        code_fault(e, *code);
    else
        name_read(e, e->view.q);
    return true;
}

static void enquiry_handler(WebRequest *web)
{
    const Dataset *dataset;
    AccessDecision decision;
    Enquiry *e = arena_alloc(web->arena, sizeof *e);
    Str code = STR_NONE;
    e->web = web;
    if (!entity_open(web, &dataset, &decision) || !query_read(e, &code)) return;
    if (!e->view.asked) {
        enquiry_show(web, &e->view);
        return;
    }
    if (!web_allow(web, ALLOW_ENQUIRY)) return;
    Words words = words_open(web);
    StoreReader *reader = store_read(web->app->store);
    e->words = &words;
    e->decision = &decision;
    e->sql = store_reader_sql(reader);
    Err err = look(e, dataset, code);
    store_read_end(reader);
    words_close(&words);
    if (err != ERR_OK)
        web_error_plain(web, err == ERR_STORAGE ? ERR_STORAGE : ERR_INTERNAL);
    else
        enquiry_show(web, &e->view);
}

REGISTER(Route, enquiry_route) = {.method = HTTP_GET,
                                  .path = "/entities",
                                  .handler = enquiry_handler,
                                  .query = "q after",
                                  .page = true};
REGISTER(NavItem, enquiry_nav) = {NAV_PUBLIC, 10, "/entities", T_enquiry_title};
