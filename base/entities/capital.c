/*
 * Amounts as registers write them: "3,676.5000(万元)", "138万人民币", "20(万美元)", "万香港元". The
 * unit and the currency may stand on either side; a plain number is in units of the currency.
 */
#include "entity.gen.h"
#include "lib/text.h"

static const Text TEXT_UNREADABLE = {
    "“{0}”不是可以读懂的金额，应写成 500000、50万元 或 20万美元 这样",
    "“{0}” is not an amount that can be read; write it like 500000, 50万元 or 20万美元"};
static const Text TEXT_TOO_FINE = {"“{0}”的小数过多，只能精确到分",
                                   "“{0}” has more than two decimals of its currency"};
static const Text TEXT_NEGATIVE = {"金额“{0}”不能是负数", "the amount “{0}” must not be negative"};
static const Text TEXT_TOO_LARGE = {"金额“{0}”过大，请核对单位",
                                    "the amount “{0}” is too large; check its unit"};
static const Text TEXT_CURRENCY = {
    "“{0}”写的币种与币种 {1} 不一致，请改正其中之一",
    "the currency in “{0}” differs from the currency {1}; correct one of them"};

enum { DIGITS_MAX = 18 };

__extension__ typedef __int128 Wide; /* 18 digits, a factor and a scale */

typedef struct Word {
    const char *word, *currency; /* NULL: says nothing of the currency */
    int64_t factor;
} Word;

/* Longer words before those they begin with. */
static const Word WORDS[] = {
    {"人民币", "CNY", 1},     {"RMB", "CNY", 1},       {"CNY", "CNY", 1},
    {"美元", "USD", 1},       {"美金", "USD", 1},      {"USD", "USD", 1},
    {"香港元", "HKD", 1},     {"港元", "HKD", 1},      {"港币", "HKD", 1},
    {"HKD", "HKD", 1},        {"欧元", "EUR", 1},      {"EUR", "EUR", 1},
    {"日元", "JPY", 1},       {"日圆", "JPY", 1},      {"JPY", "JPY", 1},
    {"英镑", "GBP", 1},       {"GBP", "GBP", 1},       {"澳门元", "MOP", 1},
    {"MOP", "MOP", 1},        {"新台币", "TWD", 1},    {"台币", "TWD", 1},
    {"TWD", "TWD", 1},        {"韩元", "KRW", 1},      {"KRW", "KRW", 1},
    {"新加坡元", "SGD", 1},   {"SGD", "SGD", 1},       {"澳大利亚元", "AUD", 1},
    {"澳元", "AUD", 1},       {"AUD", "AUD", 1},       {"加拿大元", "CAD", 1},
    {"加元", "CAD", 1},       {"CAD", "CAD", 1},       {"瑞士法郎", "CHF", 1},
    {"CHF", "CHF", 1},        {"卢布", "RUB", 1},      {"RUB", "RUB", 1},
    {"泰铢", "THB", 1},       {"THB", "THB", 1},       {"亿", NULL, 100000000},
    {"千万", NULL, 10000000}, {"百万", NULL, 1000000}, {"万", NULL, 10000},
    {"千", NULL, 1000},       {"元", NULL, 1},         {"圆", NULL, 1},
    {"整", NULL, 1},          {"(", NULL, 1},          {")", NULL, 1},
    {"（", NULL, 1},          {"）", NULL, 1},         {" ", NULL, 1},
};

typedef struct Amount {
    Str number;
    int64_t factor;
    Str currency; /* as the words say; none where none does */
    bool words;   /* there is more than a number */
} Amount;

static bool is_number(char c)
{
    return (c >= '0' && c <= '9') || c == '.' || c == ',' || c == '-' || c == '+';
}

/* The one number of the text, and words that are all known and say one factor and one currency. */
static bool amount_split(Str raw, Amount *out)
{
    *out = (Amount){.factor = 1};
    while (raw.n > 0) {
        size_t n = 0;
        while (n < raw.n && is_number(raw.p[n])) n++;
        if (n > 0) {
            if (out->number.n) return false;
            out->number = str_slice(raw, 0, n);
            raw = str_slice(raw, n, raw.n);
            continue;
        }
        const Word *word = NULL;
        for (size_t i = 0; i < COUNT_OF(WORDS) && word == NULL; i++) {
            if (str_starts(raw, str_of(WORDS[i].word))) word = &WORDS[i];
        }
        if (word == NULL || (word->factor > 1 && out->factor > 1)) return false;
        if (word->currency && out->currency.n && !str_is(out->currency, word->currency))
            return false;
        if (word->currency) out->currency = str_of(word->currency);
        out->factor *= word->factor;
        out->words = true;
        raw = str_slice(raw, strlen(word->word), raw.n);
    }
    return out->number.n > 0;
}

/* 3,676.5000 without the zeros that say nothing. */
static Str number_shorten(Str number)
{
    if (str_find(number, STR(".")) < 0) return number;
    while (number.p[number.n - 1] == '0') number.n--;
    if (number.p[number.n - 1] == '.') number.n--;
    return number;
}

/* NULL: fine, *out is scaled by 10^scale. */
static const Text *amount_scale(const Amount *amount, int scale, int64_t *out)
{
    if (amount->number.p[amount->number.n - 1] == '.') return &TEXT_UNREADABLE;
    Str number = number_shorten(amount->number);
    ptrdiff_t point = str_find(number, STR("."));
    int decimals = point < 0 ? 0 : (int)(number.n - (size_t)point - 1), digits = 0;
    for (size_t i = 0; i < number.n; i++) digits += number.p[i] >= '0' && number.p[i] <= '9';
    int64_t mantissa;
    if (digits > DIGITS_MAX) return decimals > scale ? &TEXT_TOO_FINE : &TEXT_TOO_LARGE;
    if (!decimal_parse(number, decimals, &mantissa)) return &TEXT_UNREADABLE;
    if (mantissa < 0) return &TEXT_NEGATIVE;
    Wide value = (Wide)mantissa * amount->factor;
    for (int i = 0; i < scale; i++) value *= 10;
    for (int i = 0; i < decimals; i++) {
        if (value % 10) return &TEXT_TOO_FINE;
        value /= 10;
    }
    if (value > INT64_MAX / 1000) return &TEXT_TOO_LARGE; /* sums of a thousand of them must fit */
    *out = (int64_t)value;
    return NULL;
}

static void currency_set(const RuleContext *context, Str raw, const Amount *amount, int field,
                         Record *record)
{
    int position = model_field(record->dataset, STR("currency"));
    if (position < 0 || !amount->words) return;
    Value *currency = &record->values[position];
    if (!currency->present) { /* words without a currency mean the yuan */
        Str code = amount->currency.n ? amount->currency : STR("CNY");
        *currency = (Value){.present = true, .text = code};
    } else if (amount->currency.n && !str_eq(currency->text, amount->currency)) {
        issue_error(context->issues, field, ISSUE_MISMATCH, &TEXT_CURRENCY, raw, currency->text);
    }
}

void reader_capital(const RuleContext *context, Str raw, int field, Record *record)
{
    Amount amount;
    int64_t scaled = 0;
    const Text *fault = &TEXT_UNREADABLE;
    if (amount_split(raw, &amount))
        fault = amount_scale(&amount, record->dataset->fields[field].scale, &scaled);
    if (fault) {
        IssueCode code = fault == &TEXT_NEGATIVE || fault == &TEXT_TOO_LARGE ? ISSUE_RANGE
                                                                             : ISSUE_TYPE;
        issue_error(context->issues, field, code, fault, raw, STR_NONE);
        return;
    }
    record->values[field] = (Value){.present = true, .number = scaled};
    currency_set(context, raw, &amount, field, record);
}
