#include "base/entities/reports.h"

#include <stdlib.h>

#include "base/entities/words.h"
#include "lib/text.h"
#include "reports.gen.h"

enum {
    ARENA_MAX = 32 * 1024 * 1024,
    LINES_MAX = 4000, /* groups of one report; further ones are summed */
    LINES_SHOWN = 15, /* of types and divisions */
    MONTHS = 24,
    YEARS = 20,
    COHORTS = 15,
    AGE_CLASSES = 8,
    KEY_FIELDS = 10,
};

typedef struct Making {
    Reports *r;
    Sql *sql;
    const Codes *codes;
    int32_t today;
    int year, month, date;
} Making;

static const Label LABEL_NONE = {STR_INIT("库里没有"), STR_INIT("not in the library")};
static const Label LABEL_REST = {STR_INIT("其他"), STR_INIT("others")};

/* ---- tables of groups ---- */

static Str keep(const Making *m, Str text)
{
    return arena_str(m->r->arena, text);
}

static Label keep_label(const Making *m, const CodeEntry *entry, Str code)
{
    if (code.n == 0) return LABEL_NONE;
    if (entry == NULL) return (Label){keep(m, code), keep(m, code)};
    return (Label){keep(m, entry->label_zh),
                   keep(m, entry->label_en.n ? entry->label_en : entry->label_zh)};
}

static int thousandths(int64_t part, int64_t whole)
{
    return whole > 0 ? (int)((part * 1000 + whole / 2) / whole) : 0;
}

static void line_add(const Making *m, ReportTable *table, Str code, int64_t count, int64_t other)
{
    ReportLine *line = table->count == LINES_MAX ? &table->lines[LINES_MAX - 1]
                                                 : &table->lines[table->count++];
    if (line->code.p == NULL) line->code = keep(m, code);
    line->count += count;
    line->other += other;
}

static Err groups_read(const Making *m, const char *text, ReportTable *table, bool other)
{
    SqlStmt *stmt = sql_prepare(m->sql, text);
    table->lines = arena_array(m->r->arena, ReportLine, LINES_MAX);
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK)
        line_add(m, table, sql_text(stmt, 0), sql_int(stmt, 1), other ? sql_int(stmt, 2) : 0);
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Keep the largest, as they come in order, and sum the rest. */
static void rest_sum(ReportTable *table)
{
    if (table->count <= LINES_SHOWN + 1) return;
    ReportLine *rest = &table->lines[LINES_SHOWN];
    rest->code = STR("others");
    rest->label = LABEL_REST;
    for (int i = LINES_SHOWN + 1; i < table->count; i++) {
        rest->count += table->lines[i].count;
        rest->other += table->lines[i].other;
    }
    table->count = LINES_SHOWN + 1;
}

static void shares_set(ReportTable *table)
{
    int64_t total = 0, largest = 0;
    for (int i = 0; i < table->count; i++) {
        total += table->lines[i].count;
        largest = MAX(largest, table->lines[i].count);
    }
    for (int i = 0; i < table->count; i++) {
        table->lines[i].share = thousandths(table->lines[i].count, total);
        table->lines[i].bar = thousandths(table->lines[i].count, largest);
    }
}

static Err status_make(Making *m)
{
    ReportTable *table = &m->r->status;
    TRY(groups_read(m, REPORT_ENTITIES_STATUS, table, false));
    for (int i = 0; i < table->count; i++) {
        ReportLine *line = &table->lines[i];
        line->label =
            keep_label(m, codes_find(m->codes, STR("entity_status"), line->code), line->code);
        m->r->total += line->count;
        if (line->code.n == 0) m->r->no_status = line->count;
    }
    shares_set(table);
    return ERR_OK;
}

static Err type_make(Making *m)
{
    ReportTable *table = &m->r->type;
    TRY(groups_read(m, REPORT_ENTITIES_TYPE, table, false));
    for (int i = 0; i < table->count; i++)
        table->lines[i].label = keep_label(m, NULL, table->lines[i].code);
    rest_sum(table);
    shares_set(table);
    return ERR_OK;
}

static int by_code(const void *a, const void *b)
{
    Str left = ((const ReportLine *)a)->code, right = ((const ReportLine *)b)->code;
    if (left.n == 0 || right.n == 0) return (left.n == 0) - (right.n == 0);
    return str_cmp(left, right);
}

/* From codes of any level to the section (门类) each belongs to. */
static Err section_make(Making *m)
{
    ReportTable codes = {0}, *table = &m->r->section;
    const Str list = STR("gbt4754_2017");
    TRY(groups_read(m, REPORT_ENTITIES_INDUSTRY, &codes, false));
    table->lines = arena_array(m->r->arena, ReportLine, codes.count + 1);
    for (int i = 0; i < codes.count; i++) {
        const CodeEntry *entry = codes_find(m->codes, list, codes.lines[i].code);
        while (entry && entry->parent.n) entry = codes_find(m->codes, list, entry->parent);
        Str code = entry ? entry->code : codes.lines[i].code;
        int at = 0;
        while (at < table->count && !str_eq(table->lines[at].code, code)) at++;
        if (at == table->count)
            table->lines[table->count++] =
                (ReportLine){.code = keep(m, code), .label = keep_label(m, entry, code)};
        table->lines[at].count += codes.lines[i].count;
    }
    if (table->count > 1) qsort(table->lines, (size_t)table->count, sizeof *table->lines, by_code);
    shares_set(table);
    return ERR_OK;
}

static Err division_make(Making *m)
{
    ReportTable *table = &m->r->division;
    TRY(groups_read(m, REPORT_ENTITIES_DIVISION, table, true));
    for (int i = 0; i < table->count; i++) {
        ReportLine *line = &table->lines[i];
        line->label = keep_label(m, codes_division(m->codes, line->code), line->code);
        m->r->inferred += line->other;
    }
    rest_sum(table);
    shares_set(table);
    return ERR_OK;
}

/* ---- age ---- */

static Str years_before(const Making *m, int years)
{
    Buf text = buf_new(32);
    int date = m->month == 2 && m->date == 29 ? 28 : m->date;
    day_write(&text, day_of(m->year - years, m->month, date));
    Str copy = keep(m, buf_str(&text));
    buf_free(&text);
    return copy;
}

static const struct AgeClass {
    const char *code;
    Label label;
} AGES[AGE_CLASSES] = {
    {"unknown", {STR_INIT("没有成立日期"), STR_INIT("no day of establishment")}},
    {"0", {STR_INIT("不满 1 年"), STR_INIT("under 1 year")}},
    {"1-2", {STR_INIT("1—2 年"), STR_INIT("1 to 2 years")}},
    {"3-4", {STR_INIT("3—4 年"), STR_INIT("3 to 4 years")}},
    {"5-9", {STR_INIT("5—9 年"), STR_INIT("5 to 9 years")}},
    {"10-19", {STR_INIT("10—19 年"), STR_INIT("10 to 19 years")}},
    {"20-29", {STR_INIT("20—29 年"), STR_INIT("20 to 29 years")}},
    {"30", {STR_INIT("30 年以上"), STR_INIT("30 years and more")}},
};

static Err age_make(Making *m)
{
    static const struct {
        const char *name;
        int years;
    } ENDS[] = {{"d1", 1}, {"d2", 3}, {"d3", 5}, {"d4", 10}, {"d5", 20}, {"d6", 30}};
    ReportTable *table = &m->r->age;
    table->lines = arena_array(m->r->arena, ReportLine, AGE_CLASSES);
    table->count = AGE_CLASSES;
    for (int i = 0; i < AGE_CLASSES; i++) /* youngest first, the unknown last */
        table->lines[(i + AGE_CLASSES - 1) % AGE_CLASSES] =
            (ReportLine){.code = str_of(AGES[i].code), .label = AGES[i].label};
    SqlStmt *stmt = sql_prepare(m->sql, REPORT_ENTITIES_AGE);
    for (size_t i = 0; i < COUNT_OF(ENDS); i++)
        sql_bind_text(stmt, sql_param(stmt, ENDS[i].name), years_before(m, ENDS[i].years));
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK) {
        int64_t class = sql_int(stmt, 0);
        ASSERT(class >= 0 && class < AGE_CLASSES);
        table->lines[(class + AGE_CLASSES - 1) % AGE_CLASSES].count = sql_int(stmt, 1);
        m->r->in_being += sql_int(stmt, 1);
    }
    sql_reset(stmt);
    shares_set(table);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* ---- births and deaths ---- */

/* Every period has its line, also one in which nothing happened. */
static void periods_make(const Making *m, FlowTable *table, int count, bool months)
{
    table->lines = arena_array(m->r->arena, FlowLine, count);
    table->count = count;
    for (int i = 0; i < count; i++) {
        int month = m->year * 12 + m->month - 1 - i, year = months ? month / 12 : m->year - i;
        table->lines[i].period = months
                                     ? arena_printf(m->r->arena, "%04d-%02d", year, month % 12 + 1)
                                     : arena_printf(m->r->arena, "%04d", year);
    }
}

static Err flow_make(Making *m, FlowTable *table, const char *text, int count, bool months)
{
    periods_make(m, table, count, months);
    Str from = arena_printf(m->r->arena, STR_FMT "%s", STR_ARG(table->lines[count - 1].period),
                            months ? "-01" : "-01-01");
    SqlStmt *stmt = sql_prepare(m->sql, text);
    sql_bind_text(stmt, sql_param(stmt, "from"), from);
    int64_t largest = 0;
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK) {
        for (int i = 0; i < count; i++) {
            FlowLine *line = &table->lines[i];
            if (!str_eq(line->period, sql_text(stmt, 0))) continue;
            line->born = sql_int(stmt, 1);
            line->gone = sql_int(stmt, 2);
            largest = MAX(largest, MAX(line->born, line->gone));
        }
    }
    sql_reset(stmt);
    table->any = largest > 0;
    for (int i = 0; i < count; i++) {
        table->lines[i].born_bar = thousandths(table->lines[i].born, largest);
        table->lines[i].gone_bar = thousandths(table->lines[i].gone, largest);
    }
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static const char ENDS_KNOWN[] =
    "SELECT 1 FROM entity WHERE cancelled_on IS NOT NULL OR revoked_on IS "
    "NOT NULL LIMIT 1";

static Err survival_make(Making *m)
{
    static const int SPANS[SURVIVAL_SPANS] = {1, 3, 5};
    SqlStmt *known = sql_prepare(m->sql, ENDS_KNOWN);
    Err err = sql_step(known);
    m->r->ends_known = err == ERR_OK;
    sql_reset(known);
    if (err != ERR_OK) return err == ERR_NOT_FOUND ? ERR_OK : err;
    m->r->cohorts = arena_array(m->r->arena, CohortLine, COHORTS + 1);
    SqlStmt *stmt = sql_prepare(m->sql, REPORT_ENTITIES_SURVIVAL);
    sql_bind_text(stmt, sql_param(stmt, "from"),
                  arena_printf(m->r->arena, "%04d-01-01", m->year - COHORTS));
    while ((err = sql_step(stmt)) == ERR_OK && m->r->cohort_count <= COHORTS) {
        CohortLine *line = &m->r->cohorts[m->r->cohort_count++];
        *line = (CohortLine){.year = keep(m, sql_text(stmt, 0)),
                             .size = sql_int(stmt, 1),
                             .undated = sql_int(stmt, 5)};
        int64_t year = 0;
        if (!str_int(line->year, &year)) year = m->year;
        for (int i = 0; i < SURVIVAL_SPANS; i++) {
            /* the last of the cohort must have had the whole span */
            bool over = year + 1 + SPANS[i] <= m->year && line->size > line->undated;
            line->rate[i] =
                over ? thousandths(sql_int(stmt, 2 + i) - line->undated, line->size - line->undated)
                     : SURVIVAL_UNKNOWN;
        }
    }
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* ---- sources ---- */

static Err tickets_read(Making *m)
{
    SqlStmt *stmt = sql_prepare(m->sql, REPORT_ENTITIES_TICKET);
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK) {
        for (int i = 0; i < m->r->source_count; i++) {
            SourceLine *line = &m->r->sources[i];
            if (str_eq(line->organ, sql_text(stmt, 0))) line->tickets = sql_int(stmt, 1);
        }
    }
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static Err sources_make(Making *m)
{
    enum { SOURCES_MAX = 64 };
    m->r->sources = arena_array(m->r->arena, SourceLine, SOURCES_MAX);
    SqlStmt *stmt = sql_prepare(m->sql, REPORT_ENTITIES_SOURCE);
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK && m->r->source_count < SOURCES_MAX) {
        SourceLine *line = &m->r->sources[m->r->source_count++];
        *line =
            (SourceLine){.organ = keep(m, sql_text(stmt, 0)),
                         .records = sql_int(stmt, 1),
                         .held = sql_int(stmt, 2),
                         .values = sql_int(stmt, 3),
                         .complete = thousandths(sql_int(stmt, 4), sql_int(stmt, 1) * KEY_FIELDS)};
        line->label = (Label){keep(m, codes_organ_label(m->codes, line->organ, true)),
                              keep(m, codes_organ_label(m->codes, line->organ, false))};
    }
    sql_reset(stmt);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    TRY(tickets_read(m));
    for (int i = 0; i < m->r->source_count; i++) {
        SourceLine *line = &m->r->sources[i];
        line->consistent =
            thousandths(line->values - MIN(line->tickets, line->values), line->values);
    }
    return ERR_OK;
}

/* ---- all ---- */

static Err all_make(Making *m)
{
    TRY(status_make(m));
    TRY(type_make(m));
    TRY(section_make(m));
    TRY(division_make(m));
    TRY(age_make(m));
    TRY(flow_make(m, &m->r->months, REPORT_ENTITIES_MONTH, MONTHS, true));
    TRY(flow_make(m, &m->r->years, REPORT_ENTITIES_YEAR, YEARS, false));
    TRY(survival_make(m));
    return sources_make(m);
}

Err reports_make(Store *store, const Codes *codes, int64_t now_us, Reports **out)
{
    Arena *arena = arena_new(ARENA_MAX);
    Reports *r = arena_alloc(arena, sizeof *r);
    *r = (Reports){.arena = arena, .commits = store_commits(store), .made_us = now_us};
    StoreReader *reader = store_read(store);
    Making m = {
        .r = r, .sql = store_reader_sql(reader), .codes = codes, .today = day_today(now_us)};
    day_parts(m.today, &m.year, &m.month, &m.date);
    Err err = all_make(&m);
    store_read_end(reader);
    *out = err == ERR_OK ? r : NULL;
    if (err != ERR_OK) arena_free(arena);
    return err;
}

void reports_free(Reports *reports)
{
    if (reports) arena_free(reports->arena);
}
