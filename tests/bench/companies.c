/*
 * Companies for `make bench`: companies ROWS COLUMN... writes a CSV of made-up companies with
 * these columns, in no order of key. The same arguments give the same bytes. A column that is not
 * known here stays empty. Every USCC (GB 32100-2015) and registration number (GS 15-2006) is valid.
 */
#include <stdlib.h>

#include "kernel/numbers/checkdigit.h"

enum { LINE_MAX_BYTES = 16 * 1024 };

typedef struct Company {
    uint64_t n;     /* counts from 0; what the key is made of */
    uint64_t dice;  /* some 64 bits that belong to it */
    char uscc[18];
    int year, month, day; /* of its establishment */
} Company;

typedef void (*Column)(Buf *out, const Company *c);

/* splitmix64: the same everywhere */
static uint64_t mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static uint64_t pick(const Company *c, unsigned salt, uint64_t below)
{
    return mix(c->dice + salt) % below;
}

static const char *const DIVISIONS[] = {"410302", "410303", "410304", "410305", "410311",
                                        "410323", "410324", "410325", "410326", "410327",
                                        "410328", "410329"};
static const char *const TRADES[] = {"机械制造", "建材", "商贸",     "科技", "农业开发", "餐饮管理",
                                     "物流",     "文化", "石油化工", "轴承", "牡丹花卉", "医药"};
static const char *const SCOPES[] = {
    "机械设备及配件的生产与销售", "五金、建材的批发零售", "计算机软硬件的技术开发与技术服务",
    "农产品的种植、收购与销售",   "道路普通货物运输",     "房屋建筑工程、市政工程施工",
    "餐饮服务",                   "会议及展览服务",       "货物或技术进出口",
    "轴承、拖拉机配件的加工",     "花卉苗木的培育与销售", "企业管理咨询"};
static const char *const TYPES[] = {"有限责任公司(自然人投资或控股)", "有限责任公司(自然人独资)",
                                    "个体工商户", "个人独资企业", "股份有限公司(非上市)"};
static const char *const FAMILY_NAMES[] = {"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"};

#define PICK(company, salt, list) list[pick(company, salt, COUNT_OF(list))]

static Company company_make(uint64_t n)
{
    static const char SIGNS[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    Company c = {.n = n, .dice = mix(n)};
    memcpy(c.uscc, "91", 2);
    memcpy(c.uscc + 2, PICK(&c, 1, DIVISIONS), 6);
    memcpy(c.uscc + 8, "MA", 2);
    for (int i = 15; i >= 10; i--, n /= 31) c.uscc[i] = SIGNS[n % 31];
    c.uscc[16] = org9_check_char((Str){c.uscc + 8, 8});
    c.uscc[17] = uscc_check_char((Str){c.uscc, 17});
    c.year = 1990 + (int)pick(&c, 2, 33);
    c.month = 1 + (int)pick(&c, 3, 12);
    c.day = 1 + (int)pick(&c, 4, 28);
    return c;
}

/* ---- columns ---- */

static void put(Buf *out, const char *text)
{
    buf_add(out, str_of(text));
}

static void put_uscc(Buf *out, const Company *c)
{
    buf_add(out, (Str){c->uscc, sizeof c->uscc});
}

static void put_name(Buf *out, const Company *c)
{
    buf_printf(out, "洛阳%llu号%s有限公司", (unsigned long long)c->n, PICK(c, 5, TRADES));
}

static void put_type(Buf *out, const Company *c)
{
    put(out, PICK(c, 6, TYPES));
}

static void put_representative(Buf *out, const Company *c)
{
    buf_printf(out, "%s某%llu", PICK(c, 7, FAMILY_NAMES), (unsigned long long)pick(c, 8, 10000));
}

static void put_currency(Buf *out, const Company *c)
{
    (void)c;
    put(out, "CNY");
}

static void put_registered_capital(Buf *out, const Company *c)
{
    buf_printf(out, "%llu0000", 1 + (unsigned long long)pick(c, 9, 5000));
}

static void put_paid_in_capital(Buf *out, const Company *c)
{
    if (pick(c, 10, 2)) put_registered_capital(out, c);
}

static void put_date(Buf *out, const Company *c)
{
    buf_printf(out, "%04d-%02d-%02d", c->year, c->month, c->day);
}

static void put_date_later(Buf *out, const Company *c)
{
    buf_printf(out, "%04d-%02d-%02d", c->year + 1, c->month, c->day);
}

static bool cancelled(const Company *c)
{
    return pick(c, 11, 8) == 0;
}

static void put_status(Buf *out, const Company *c)
{
    put(out, cancelled(c) ? "cancelled" : "active");
}

static void put_cancelled_on(Buf *out, const Company *c)
{
    if (cancelled(c)) put_date_later(out, c);
}

static void put_cancellation_reason(Buf *out, const Company *c)
{
    if (cancelled(c)) put(out, "决议解散");
}

static void put_scope(Buf *out, const Company *c)
{
    for (unsigned i = 0; i < 2 + pick(c, 12, 4); i++) {
        if (i) put(out, "；");
        put(out, PICK(c, 13 + i, SCOPES));
    }
}

static void put_address(Buf *out, const Company *c)
{
    buf_printf(out, "河南省洛阳市示例路%llu号%llu幢", 1 + (unsigned long long)pick(c, 20, 900),
               1 + (unsigned long long)pick(c, 21, 40));
}

static void put_division(Buf *out, const Company *c)
{
    buf_add(out, (Str){c->uscc + 2, 6});
}

static void put_longitude(Buf *out, const Company *c)
{
    buf_printf(out, "112.%06llu", (unsigned long long)pick(c, 22, 1000000));
}

static void put_latitude(Buf *out, const Company *c)
{
    buf_printf(out, "34.%06llu", (unsigned long long)pick(c, 23, 1000000));
}

static void put_industry(Buf *out, const Company *c)
{
    buf_byte(out, "ABCDEFGHIJKLMNOPQRS"[pick(c, 24, 19)]);
}

static void put_registrar(Buf *out, const Company *c)
{
    (void)c;
    put(out, "洛阳市市场监督管理局");
}

static void put_organisation_code(Buf *out, const Company *c)
{
    buf_add(out, (Str){c->uscc + 8, 9});
}

static void put_registration_number(Buf *out, const Company *c)
{
    char number[16];
    snprintf(number, sizeof number, "4103%010llu0", (unsigned long long)c->n);
    while (reg15_check((Str){number, 15}) != NUMBER_VALID && number[14] < '9') number[14]++;
    buf_add(out, (Str){number, 15});
}

static const struct {
    const char *id;
    Column put;
} COLUMNS[] = {
    {"uscc", put_uscc},
    {"name", put_name},
    {"entity_type", put_type},
    {"legal_representative", put_representative},
    {"currency", put_currency},
    {"registered_capital", put_registered_capital},
    {"paid_in_capital", put_paid_in_capital},
    {"established_on", put_date},
    {"approved_on", put_date_later},
    {"operating_from", put_date},
    {"business_scope", put_scope},
    {"address", put_address},
    {"division", put_division},
    {"longitude", put_longitude},
    {"latitude", put_latitude},
    {"industry", put_industry},
    {"registrar", put_registrar},
    {"status", put_status},
    {"cancelled_on", put_cancelled_on},
    {"cancellation_reason", put_cancellation_reason},
    {"organisation_code", put_organisation_code},
    {"registration_number", put_registration_number},
};

static Column column_find(const char *id)
{
    for (size_t i = 0; i < COUNT_OF(COLUMNS); i++) {
        if (strcmp(COLUMNS[i].id, id) == 0) return COLUMNS[i].put;
    }
    return NULL;
}

/* A step through 0 ... rows - 1 that meets each once: it has no factor in common with rows. */
static uint64_t step_of(uint64_t rows)
{
    for (uint64_t step = rows * 5 / 8 + 1;; step++) {
        uint64_t a = step, b = rows;
        while (b) {
            uint64_t rest = a % b;
            a = b;
            b = rest;
        }
        if (a == 1) return step;
    }
}

int main(int argc, char **argv)
{
    int64_t rows;
    if (argc < 3 || argc > 258 || !str_int(str_of(argv[1]), &rows) || rows < 1 ||
        rows > 800 * 1000 * 1000) {
        fputs("usage: companies ROWS COLUMN...\n", stderr);
        return 64;
    }
    Column columns[256];
    Buf line = buf_new(LINE_MAX_BYTES);
    for (int i = 2; i < argc; i++) {
        columns[i - 2] = column_find(argv[i]);
        buf_printf(&line, "%s%c", argv[i], i + 1 < argc ? ',' : '\n');
    }
    fwrite(line.p, 1, line.n, stdout);
    uint64_t step = step_of((uint64_t)rows), n = 0;
    for (int64_t row = 0; row < rows; row++, n = (n + step) % (uint64_t)rows) {
        Company c = company_make(n);
        buf_clear(&line);
        for (int i = 0; i < argc - 2; i++) {
            if (i) buf_byte(&line, ',');
            if (columns[i]) columns[i](&line, &c);
        }
        buf_byte(&line, '\n');
        ASSERT(!line.overflow);
        fwrite(line.p, 1, line.n, stdout);
    }
    buf_free(&line);
    return fflush(stdout) == 0 ? 0 : 1;
}
