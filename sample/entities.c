#include "sample/entities.h"

#include "lib/text.h"

enum { CITY_ARENA_MAX = 1024 * 1024 };
enum { STREAM_FILE = 1000 }; /* and the file's number: what its organ gets wrong */

const SampleFileInfo SAMPLE_FILE_INFO[SAMPLE_FILES] = {
    [SAMPLE_DIVISIONS] = {"division", "civil_affairs", "sample-division", false},
    [SAMPLE_MARKET_REGULATION] = {"entity", "market_regulation", "sample-market-regulation", false},
    [SAMPLE_STAFFING_OFFICE] = {"entity", "staffing_office", "sample-staffing-office", false},
    [SAMPLE_CIVIL_AFFAIRS] = {"entity", "civil_affairs", "sample-civil-affairs", false},
    [SAMPLE_TAX] = {"entity", "tax", "sample-tax", false},
    [SAMPLE_HUMAN_RESOURCES] = {"entity", "human_resources", "sample-human-resources", false},
    [SAMPLE_STATISTICS] = {"entity", "statistics", "sample-statistics", false},
    [SAMPLE_MARKET_REGULATION_LATER] = {"entity", "market_regulation",
                                        "sample-market-regulation-later", true},
    [SAMPLE_ENTITY_LIST] = {"entity_list", "market_regulation", "sample-entity-list", true},
    [SAMPLE_ANNUAL_REPORT] = {"annual_report", "market_regulation", "sample-annual-report", true},
};

typedef struct Writer {
    SampleWriter out;
    const SampleOptions *options;
    const SampleCity *city;
    bool stopped; /* by the sink */
} Writer;

/* ---- cells ---- */

static void cell(Writer *writer, Str text)
{
    sample_cell(&writer->out, text);
}

static void cell_text(Writer *writer, const char *text)
{
    sample_cell_text(&writer->out, text);
}

static void cell_int(Writer *writer, int64_t number)
{
    sample_cell_int(&writer->out, number);
}

static void cell_day(Writer *writer, int32_t day)
{
    sample_cell_day(&writer->out, day);
}

static void cell_degrees(Writer *writer, int micro)
{
    cell(writer, arena_printf(writer->out.row, "%d.%06d", micro / 1000000, micro % 1000000));
}

static void row_end(Writer *writer)
{
    writer->stopped = !sample_row_end(&writer->out);
}

/* ---- what organs get wrong ---- */

/* The code as the organ has it: sometimes with another last character. */
static Str uscc_told(Writer *writer, Random *random, const SampleFacts *facts)
{
    Str uscc = arena_str(writer->out.row, str_of(facts->uscc));
    if (!random_chance(random, SAMPLE_CHECK_DIGIT_WRONG)) return uscc;
    char *copy = arena_cstr(writer->out.row, uscc);
    copy[17] = copy[17] == '0' ? '1' : '0';
    return (Str){copy, 18};
}

/* 洛阳市某 for 洛阳某, and the like: what clerks do to names. */
static Str name_told(Writer *writer, Random *random, const SampleFacts *facts)
{
    Str name = facts->name, city = STR("洛阳市"), bare = STR("洛阳");
    if (!random_chance(random, SAMPLE_NAME_DIFFERS)) return name;
    if (str_starts(name, city)) {
        return arena_printf(writer->out.row, "洛阳" STR_FMT,
                            STR_ARG(str_slice(name, city.n, name.n)));
    }
    if (str_starts(name, bare)) {
        return arena_printf(writer->out.row, "洛阳市" STR_FMT,
                            STR_ARG(str_slice(name, bare.n, name.n)));
    }
    return arena_printf(writer->out.row, "洛阳市" STR_FMT, STR_ARG(name));
}

static Str address_told(Writer *writer, Random *random, const SampleFacts *facts)
{
    if (!random_chance(random, SAMPLE_ADDRESS_DIFFERS)) return facts->address;
    return sample_other_address(writer->city, writer->out.row, facts->division, random);
}

/* Registers write an amount in many ways. */
static Str capital_told(Writer *writer, Random *random, const SampleFacts *facts)
{
    long long units = facts->capital / 100, thousands = units / 10000;
    bool dollars = str_is(str_of(facts->currency), "USD");
    if (random_chance(random, SAMPLE_AMOUNT_UNREADABLE)) return STR("详见章程");
    if (units % 10000) return arena_printf(writer->out.row, "%lld", units);
    int form = random_below(random, 10);
    if (form < 5)
        return arena_printf(writer->out.row, "%lld%s", thousands, dollars ? "万美元" : "万元");
    if (form < 7)
        return arena_printf(writer->out.row, "%lld%s", thousands, dollars ? "(万美元)" : "(万元)");
    if (form < 8 && !dollars) return arena_printf(writer->out.row, "%lld万人民币", thousands);
    return arena_printf(writer->out.row, "%lld", units);
}

static void established_told(Writer *writer, Random *random, const SampleFacts *facts)
{
    int year, month, date;
    day_parts(facts->established, &year, &month, &date);
    if (random_chance(random, SAMPLE_DAY_IMPOSSIBLE)) {
        cell(writer, arena_printf(writer->out.row, "%04d-02-30", year));
    } else {
        cell_day(writer, facts->established);
    }
}

static int employees_told(Random *random, const SampleFacts *facts)
{
    if (!random_chance(random, SAMPLE_EMPLOYEES_DIFFER)) return facts->employees;
    return facts->employees + 1 + random_below(random, facts->employees / 4 + 2);
}

/* ---- registers ---- */

static const char *const REGISTER_HEADINGS[] = {
    "统一社会信用代码",
    "企业名称",
    "企业类型",
    "法定代表人",
    "法定代表人身份号码",
    "币种",
    "注册资本",
    "成立日期",
    "核准日期",
    "营业期限自",
    "营业期限至",
    "经营范围",
    "住所",
    "住所所在区划",
    "经度",
    "纬度",
    "行业",
    "登记机关",
    "登记状态",
    "注销日期",
    "注销原因",
    "吊销日期",
    "组织机构代码",
    "注册号",
    "从业人数",
};

static const char *status_label(const char *status)
{
    static const char *const LABELS[][2] = {{"active", "存续"},
                                            {"dormant", "歇业"},
                                            {"revoked", "吊销"},
                                            {"cancelled", "注销"},
                                            {"moved", "迁出"}};
    for (size_t i = 0; i < COUNT_OF(LABELS); i++) {
        if (strcmp(LABELS[i][0], status) == 0) return LABELS[i][1];
    }
    return status;
}

static void register_row(Writer *writer, Random *random, const SampleFacts *facts)
{
    static const char *const REASONS[] = {"决议解散", "经营期限届满", "合并", "其他原因"};
    bool cancelled = strcmp(facts->status, "cancelled") == 0,
         revoked = strcmp(facts->status, "revoked") == 0;
    cell(writer, uscc_told(writer, random, facts));
    cell(writer, facts->name);
    cell_text(writer, facts->kind->type);
    cell(writer, facts->legal_representative);
    cell_text(writer, facts->representative_id);
    cell_text(writer, facts->currency);
    cell(writer, capital_told(writer, random, facts));
    established_told(writer, random, facts);
    cell_day(writer, facts->approved);
    cell_day(writer, facts->established);
    cell_day(writer, facts->operating_to);
    cell(writer, facts->scope);
    cell(writer, facts->address);
    cell(writer, facts->division);
    cell_degrees(writer, facts->longitude);
    cell_degrees(writer, facts->latitude);
    cell_text(writer, facts->industry);
    cell(writer, facts->registrar_name);
    cell_text(writer, status_label(facts->status));
    cell_day(writer, cancelled ? facts->ended : INT32_MAX);
    cell_text(writer, cancelled ? REASONS[random_below(random, COUNT_OF(REASONS))] : "");
    cell_day(writer, revoked ? facts->ended : INT32_MAX);
    cell(writer, str_slice(str_of(facts->uscc), 8, 17));
    cell_text(writer, facts->registration_number);
    cell_int(writer, facts->employees);
    row_end(writer);
}

static bool registered_with(const SampleFacts *facts, SampleRegistrar registrar)
{
    return facts->exists && facts->kind->registrar == registrar;
}

static void market_row(Writer *writer, Random *random, int64_t index, const SampleFacts *facts)
{
    (void)index;
    if (registered_with(facts, REGISTRAR_MARKET_REGULATION)) register_row(writer, random, facts);
}

static void staffing_row(Writer *writer, Random *random, int64_t index, const SampleFacts *facts)
{
    (void)index;
    if (registered_with(facts, REGISTRAR_STAFFING_OFFICE)) register_row(writer, random, facts);
}

static void civil_row(Writer *writer, Random *random, int64_t index, const SampleFacts *facts)
{
    (void)index;
    if (registered_with(facts, REGISTRAR_CIVIL_AFFAIRS)) register_row(writer, random, facts);
}

/* Births, deaths and changes since the first day, and a few that did not change. */
static void later_row(Writer *writer, Random *random, int64_t index, const SampleFacts *facts)
{
    (void)index;
    if (!registered_with(facts, REGISTRAR_MARKET_REGULATION)) return;
    int32_t since = writer->options->first_day;
    bool ended = facts->ended != INT32_MAX && facts->ended > since;
    bool again = random_chance(random, SAMPLE_LATER_UNCHANGED) && facts->ended == INT32_MAX;
    if (facts->established > since || ended || facts->changed || again)
        register_row(writer, random, facts);
}

/* ---- other organs ---- */

static bool lives(const SampleFacts *facts)
{
    return facts->exists && facts->ended == INT32_MAX;
}

static const char *const TAX_HEADINGS[] = {
    "统一社会信用代码", "名称",         "住所",       "税务登记号", "纳税人类型",
    "税务状态",         "纳税信用级别", "法定代表人", "行业",
};

static void tax_row(Writer *writer, Random *random, int64_t index, const SampleFacts *facts)
{
    static const char *const RATINGS[] = {"A", "B", "B", "B", "M", "M", "C", "D"};
    (void)index;
    if (!lives(facts) || !random_chance(random, SAMPLE_TAX_COVERS)) return;
    cell(writer, uscc_told(writer, random, facts));
    cell(writer, name_told(writer, random, facts));
    cell(writer, address_told(writer, random, facts));
    cell_text(writer, facts->uscc);
    cell_text(writer, facts->employees > 15 ? "general" : "small_scale");
    cell_text(writer, random_chance(random, 150) ? "irregular" : "normal");
    cell_text(writer, RATINGS[random_below(random, COUNT_OF(RATINGS))]);
    cell(writer, facts->legal_representative);
    cell_text(writer, facts->industry);
    row_end(writer);
}

static const char *const HUMAN_RESOURCES_HEADINGS[] = {
    "统一社会信用代码", "单位名称", "从业人数", "参保人数", "住所",
};

static void human_resources_row(Writer *writer, Random *random, int64_t index,
                                const SampleFacts *facts)
{
    (void)index;
    if (!lives(facts) || facts->insured == 0 ||
        !random_chance(random, SAMPLE_HUMAN_RESOURCES_COVERS))
        return;
    cell(writer, uscc_told(writer, random, facts));
    cell(writer, name_told(writer, random, facts));
    cell_int(writer, employees_told(random, facts));
    cell_int(writer, facts->insured);
    cell(writer, address_told(writer, random, facts));
    row_end(writer);
}

static const char *const STATISTICS_HEADINGS[] = {
    "统一社会信用代码", "单位名称", "行业", "从业人数", "统计单位代码", "住所", "住所所在区划",
};

static void statistics_row(Writer *writer, Random *random, int64_t index, const SampleFacts *facts)
{
    if (!lives(facts) || !random_chance(random, SAMPLE_STATISTICS_COVERS)) return;
    cell(writer, uscc_told(writer, random, facts));
    cell(writer, name_told(writer, random, facts));
    cell_text(writer, facts->industry);
    cell_int(writer, employees_told(random, facts));
    cell(writer, arena_printf(writer->out.row, SAMPLE_DIVISION "%09lld", (long long)index));
    cell(writer, address_told(writer, random, facts));
    cell(writer, facts->division);
    row_end(writer);
}

/* ---- what hangs on an entity ---- */

static const char *const LIST_HEADINGS[] = {
    "列入编号", "统一社会信用代码", "名录",     "列入原因",
    "列入日期", "列入机关",         "移出日期", "移出原因",
};

static void list_row(Writer *writer, Random *random, int64_t index, const SampleFacts *facts)
{
    if (!registered_with(facts, REGISTRAR_MARKET_REGULATION) || !random_chance(random, 300)) return;
    int32_t end = MIN(facts->ended, writer->options->second_day);
    int32_t listed = facts->established + (end - facts->established) / 2, removed = listed + 120;
    bool is_removed = random_chance(random, 4000) && removed < end;
    bool lost = random_chance(random, 4000);
    cell(writer, arena_printf(writer->out.row, "LIST-%lld", (long long)index));
    cell_text(writer, facts->uscc);
    cell_text(writer, "abnormal_operation");
    cell_text(writer, lost ? "通过登记的住所无法联系" : "未按规定公示年度报告");
    cell_day(writer, listed);
    cell(writer, facts->registrar_name);
    cell_day(writer, is_removed ? removed : INT32_MAX);
    cell_text(writer, !is_removed ? "" : lost ? "已依法变更住所" : "已补报年度报告");
    row_end(writer);
}

static const char *const REPORT_HEADINGS[] = {
    "年报编号", "统一社会信用代码", "年度",   "报送日期", "从业人数", "资产总额",
    "负债总额", "营业收入",         "净利润", "纳税总额", "参保人数", "通信地址",
};

static void report_row(Writer *writer, Random *random, int64_t index, const SampleFacts *facts)
{
    int year, month, date;
    day_parts(writer->options->second_day, &year, &month, &date);
    int32_t filed = day_of(year - 1, 1, 1) + random_below(random, 180);
    bool due = facts->established < day_of(year - 2, 12, 1) && facts->kind->ending != NULL;
    if (!due || !lives(facts) || !random_chance(random, 8000)) return;
    int64_t revenue = (int64_t)facts->employees * (50000 + random_below(random, 400000));
    cell(writer, arena_printf(writer->out.row, "REPORT-%d-%lld", year - 2, (long long)index));
    cell_text(writer, facts->uscc);
    cell_int(writer, year - 2);
    cell_day(writer, filed);
    cell_int(writer, facts->employees);
    cell_int(writer, revenue * 6 / 5);
    cell_int(writer, revenue / 2);
    cell_int(writer, revenue);
    cell_int(writer, revenue / 100 * (random_below(random, 20) - 5));
    cell_int(writer, revenue / 40);
    cell_int(writer, facts->insured);
    cell(writer, facts->address);
    row_end(writer);
}

/* ---- files ---- */

typedef struct Layout {
    const char *const *headings;
    int heading_count;
    void (*row)(Writer *writer, Random *random, int64_t index, const SampleFacts *facts);
} Layout;

#define LAYOUT(headings, row)                                                                      \
    {                                                                                              \
        headings, COUNT_OF(headings), row                                                          \
    }
static const Layout LAYOUTS[SAMPLE_FILES] = {
    [SAMPLE_MARKET_REGULATION] = LAYOUT(REGISTER_HEADINGS, market_row),
    [SAMPLE_STAFFING_OFFICE] = LAYOUT(REGISTER_HEADINGS, staffing_row),
    [SAMPLE_CIVIL_AFFAIRS] = LAYOUT(REGISTER_HEADINGS, civil_row),
    [SAMPLE_TAX] = LAYOUT(TAX_HEADINGS, tax_row),
    [SAMPLE_HUMAN_RESOURCES] = LAYOUT(HUMAN_RESOURCES_HEADINGS, human_resources_row),
    [SAMPLE_STATISTICS] = LAYOUT(STATISTICS_HEADINGS, statistics_row),
    [SAMPLE_MARKET_REGULATION_LATER] = LAYOUT(REGISTER_HEADINGS, later_row),
    [SAMPLE_ENTITY_LIST] = LAYOUT(LIST_HEADINGS, list_row),
    [SAMPLE_ANNUAL_REPORT] = LAYOUT(REPORT_HEADINGS, report_row),
};

static void divisions_write(Writer *writer)
{
    buf_lit(&writer->out.part,
            "code,name,level,parent,source,certainty\n" SAMPLE_DIVISION "," SAMPLE_DIVISION_NAME
            ",county,410300,the sample city: it never existed,local-default\n");
}

static void rows_write(Writer *writer, SampleFile file)
{
    const Layout *layout = &LAYOUTS[file];
    const SampleOptions *options = writer->options;
    int32_t day = SAMPLE_FILE_INFO[file].later ? options->second_day : options->first_day;
    sample_headings(&writer->out, layout->headings, layout->heading_count);
    for (int64_t index = 0; index < options->entities && !writer->stopped; index++) {
        SampleFacts facts;
        arena_reset(writer->out.row);
        Random random = random_of(options->seed, STREAM_FILE + (uint64_t)file, (uint64_t)index);
        sample_facts(writer->city, writer->out.row, index, day, &facts);
        layout->row(writer, &random, index, &facts);
    }
}

bool sample_file_write(SampleFile file, const SampleOptions *options, SampleSink sink, void *self)
{
    ASSERT(file < SAMPLE_FILES && options->first_day < options->second_day);
    Arena *arena = arena_new(CITY_ARENA_MAX);
    Writer writer = {.out = sample_writer(sink, self),
                     .options = options,
                     .city = sample_city(arena, options->codes, options->seed, options->first_day,
                                         options->second_day)};
    if (file == SAMPLE_DIVISIONS)
        divisions_write(&writer);
    else
        rows_write(&writer, file);
    bool whole = sample_writer_end(&writer.out) && !writer.stopped;
    arena_free(arena);
    return whole;
}
