#include "base/entities/reports.h"

#include <stdlib.h>

#include "base/entities/words.h"
#include "lib/text.h"
#include "reports.gen.h"

enum {
    ARENA_MAX = 32 * 1024 * 1024,
    LINES_MAX = 4000,   /* groups of one report; further ones count with the last */
    GROUP_SLOTS = 8192, /* over twice as many */
    LINES_SHOWN = 15,   /* of types and divisions */
    MONTHS = 24,
    YEARS = 20,
    COHORTS = 15,
    AGE_CLASSES = 8,
    KEY_FIELDS = 10,
    SOURCES_MAX = 64,
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

/* Lines by their code while rows stream in, so that no engine has to sort a million of them. */
typedef struct Groups {
    ReportTable *table;
    int slots[GROUP_SLOTS]; /* position of a line, from 1 */
} Groups;

static ReportLine *group_line(const Making *m, Groups *groups, Str code)
{
    ReportTable *table = groups->table;
    size_t at = str_hash(code) % GROUP_SLOTS;
    for (; groups->slots[at]; at = (at + 1) % GROUP_SLOTS) {
        ReportLine *line = &table->lines[groups->slots[at] - 1];
        if (str_eq(line->code, code)) return line;
    }
    if (table->count == LINES_MAX) return &table->lines[LINES_MAX - 1];
    groups->slots[at] = ++table->count;
    table->lines[table->count - 1].code = code.n ? keep(m, code) : STR("");
    return &table->lines[table->count - 1];
}

/* Rows: code, how many, and where `other` how many of those. */
static Err groups_read(const Making *m, const char *text, ReportTable *table, bool other)
{
    Groups *groups = arena_alloc(m->r->arena, sizeof *groups);
    groups->table = table;
    table->lines = arena_array(m->r->arena, ReportLine, LINES_MAX);
    SqlStmt *stmt = sql_prepare(m->sql, text);
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK) {
        ReportLine *line = group_line(m, groups, sql_text(stmt, 0));
        line->count += sql_int(stmt, 1);
        if (other) line->other += sql_int(stmt, 2);
    }
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Most first; those with the same number by code. */
static int by_count(const void *a, const void *b)
{
    const ReportLine *left = a, *right = b;
    if (left->count != right->count) return left->count < right->count ? 1 : -1;
    return str_cmp(left->code, right->code);
}

static void largest_first(ReportTable *table)
{
    if (table->count > 1) qsort(table->lines, (size_t)table->count, sizeof *table->lines, by_count);
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
    largest_first(table);
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
    largest_first(table);
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
    largest_first(table);
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
    Err err = sql_step(stmt);
    for (int i = 0; err == ERR_OK && i < AGE_CLASSES; i++) {
        table->lines[(i + AGE_CLASSES - 1) % AGE_CLASSES].count = sql_int(stmt, i);
        m->r->in_being += sql_int(stmt, i);
    }
    sql_reset(stmt);
    shares_set(table);
    return err;
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

static void day_count(FlowTable *table, Str day, int64_t number, bool born)
{
    for (int i = 0; i < table->count; i++) {
        FlowLine *line = &table->lines[i];
        if (!str_starts(day, line->period)) continue;
        if (born)
            line->born += number;
        else
            line->gone += number;
    }
}

/* Rows: a day and how many. */
static Err days_read(Making *m, const char *text, bool born)
{
    SqlStmt *stmt = sql_prepare(m->sql, text);
    sql_bind_text(stmt, sql_param(stmt, "from"),
                  arena_printf(m->r->arena, "%04d-01-01", m->year - YEARS + 1));
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK) {
        day_count(&m->r->months, sql_text(stmt, 0), sql_int(stmt, 1), born);
        day_count(&m->r->years, sql_text(stmt, 0), sql_int(stmt, 1), born);
    }
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static void flow_bars_set(FlowTable *table)
{
    int64_t largest = 0;
    for (int i = 0; i < table->count; i++)
        largest = MAX(largest, MAX(table->lines[i].born, table->lines[i].gone));
    table->any = largest > 0;
    for (int i = 0; i < table->count; i++) {
        table->lines[i].born_bar = thousandths(table->lines[i].born, largest);
        table->lines[i].gone_bar = thousandths(table->lines[i].gone, largest);
    }
}

static Err flows_make(Making *m)
{
    periods_make(m, &m->r->months, MONTHS, true);
    periods_make(m, &m->r->years, YEARS, false);
    TRY(days_read(m, REPORT_ENTITIES_BORN, true));
    TRY(days_read(m, REPORT_ENTITIES_CANCELLED, false));
    TRY(days_read(m, REPORT_ENTITIES_REVOKED, false));
    flow_bars_set(&m->r->months);
    flow_bars_set(&m->r->years);
    return ERR_OK;
}

static const char ENDS_KNOWN[] =
    "SELECT 1 FROM entity WHERE cancelled_on IS NOT NULL OR revoked_on IS "
    "NOT NULL LIMIT 1";

static Err ends_known(Making *m)
{
    SqlStmt *known = sql_prepare(m->sql, ENDS_KNOWN);
    Err err = sql_step(known);
    m->r->ends_known = err == ERR_OK;
    sql_reset(known);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static Err cohort_read(Making *m, int year, CohortLine *line)
{
    static const int SPANS[SURVIVAL_SPANS] = {1, 3, 5};
    SqlStmt *stmt = sql_prepare(m->sql, REPORT_ENTITIES_SURVIVAL);
    sql_bind_text(stmt, sql_param(stmt, "from"), arena_printf(m->r->arena, "%04d-01-01", year));
    sql_bind_text(stmt, sql_param(stmt, "to"), arena_printf(m->r->arena, "%04d-01-01", year + 1));
    Err err = sql_step(stmt);
    if (err == ERR_OK) {
        *line = (CohortLine){.year = arena_printf(m->r->arena, "%04d", year),
                             .size = sql_int(stmt, 0),
                             .undated = sql_int(stmt, 4)};
        int64_t dated = line->size - line->undated;
        for (int i = 0; i < SURVIVAL_SPANS; i++) {
            /* the last of the cohort must have had the whole span */
            bool over = year + 1 + SPANS[i] <= m->year && dated > 0;
            line->rate[i] = over ? thousandths(sql_int(stmt, 1 + i) - line->undated, dated)
                                 : SURVIVAL_UNKNOWN;
        }
    }
    sql_reset(stmt);
    return err;
}

static Err survival_make(Making *m)
{
    TRY(ends_known(m));
    m->r->cohorts = arena_array(m->r->arena, CohortLine, COHORTS + 1);
    for (int year = m->year - COHORTS; m->r->ends_known && year <= m->year; year++) {
        CohortLine line;
        TRY(cohort_read(m, year, &line));
        if (line.size > 0) m->r->cohorts[m->r->cohort_count++] = line;
    }
    return ERR_OK;
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

static SourceLine *source_line(Making *m, Str organ)
{
    for (int i = 0; i < m->r->source_count; i++) {
        if (str_eq(m->r->sources[i].organ, organ)) return &m->r->sources[i];
    }
    if (m->r->source_count == SOURCES_MAX) return &m->r->sources[SOURCES_MAX - 1];
    SourceLine *line = &m->r->sources[m->r->source_count++];
    line->organ = keep(m, organ);
    line->label = (Label){keep(m, codes_organ_label(m->codes, line->organ, true)),
                          keep(m, codes_organ_label(m->codes, line->organ, false))};
    return line;
}

static int by_records(const void *a, const void *b)
{
    const SourceLine *left = a, *right = b;
    if (left->records != right->records) return left->records < right->records ? 1 : -1;
    return str_cmp(left->organ, right->organ);
}

static Err sources_read(Making *m)
{
    SqlStmt *stmt = sql_prepare(m->sql, REPORT_ENTITIES_SOURCE);
    Err err;
    while ((err = sql_step(stmt)) == ERR_OK) {
        SourceLine *line = source_line(m, sql_text(stmt, 0));
        line->records += sql_int(stmt, 1);
        line->held += sql_int(stmt, 2);
        line->values += sql_int(stmt, 3);
        line->key_values += sql_int(stmt, 4);
    }
    sql_reset(stmt);
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static Err sources_make(Making *m)
{
    m->r->sources = arena_array(m->r->arena, SourceLine, SOURCES_MAX);
    TRY(sources_read(m));
    TRY(tickets_read(m));
    if (m->r->source_count > 1)
        qsort(m->r->sources, (size_t)m->r->source_count, sizeof *m->r->sources, by_records);
    for (int i = 0; i < m->r->source_count; i++) {
        SourceLine *line = &m->r->sources[i];
        line->complete = thousandths(line->key_values, line->records * KEY_FIELDS);
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
    TRY(flows_make(m));
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
