#include "base/entities/words.h"

#include "entity.gen.h"
#include "lib/text.h"

Words words_open(const WebRequest *web)
{
    return (Words){web->arena, codes_take(web->app->store), web->lang};
}

void words_close(Words *words)
{
    codes_give(words->codes);
    words->codes = NULL;
}

Str words_text(Lang lang, TextKey key)
{
    return str_of(lang == LANG_EN ? PAGE_TEXTS[key].en : PAGE_TEXTS[key].zh);
}

static Str label(const Words *words, const CodeEntry *entry)
{
    bool en = words->lang == LANG_EN && entry->label_en.n;
    return arena_str(words->arena, en ? entry->label_en : entry->label_zh);
}

Str words_code(const Words *words, Str list, Str code)
{
    const CodeEntry *entry = codes_find(words->codes, list, code);
    return entry ? label(words, entry) : code;
}

Str words_organ(const Words *words, Str organ)
{
    return arena_str(words->arena, codes_organ_label(words->codes, organ, words->lang == LANG_ZH));
}

enum { DIVISION_LEVELS = 6 };

Str words_division(const Words *words, Str code)
{
    const CodeEntry *chain[DIVISION_LEVELS];
    int count = 0;
    for (Str at = code; at.n && count < DIVISION_LEVELS;) {
        const CodeEntry *entry = codes_division(words->codes, at);
        if (entry == NULL || str_is(entry->level, "state") || str_is(entry->level, "province"))
            break;
        chain[count++] = entry;
        at = entry->parent;
    }
    if (count == 0) {
        const CodeEntry *entry = codes_division(words->codes, code);
        return entry ? label(words, entry) : code;
    }
    Buf out = buf_new(4096);
    bool en = words->lang == LANG_EN; /* English names the smallest first */
    for (int i = 0; i < count; i++) {
        if (en && i) buf_lit(&out, ", ");
        buf_add(&out, label(words, chain[en ? i : count - 1 - i]));
    }
    Str text = arena_str(words->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

/* ---- amounts ---- */

static void digits_write(Buf *out, int64_t scaled, int scale)
{
    Buf plain = buf_new(64);
    decimal_write(&plain, scaled, scale);
    Str text = buf_str(&plain);
    ptrdiff_t point = str_find(text, STR("."));
    size_t whole = point < 0 ? text.n : (size_t)point;
    for (size_t i = 0; i < text.n; i++) {
        bool digit_before = i > 0 && text.p[i - 1] != '-';
        if (i < whole && digit_before && (whole - i) % 3 == 0) buf_byte(out, ',');
        buf_byte(out, text.p[i]);
    }
    buf_free(&plain);
}

/* Chinese counts large amounts in 万 (ten thousand); every digit stays. */
static void amount_write(const Words *words, Buf *out, int64_t scaled, int scale, Str currency)
{
    int64_t ten_thousand = 10000;
    for (int i = 0; i < scale; i++) ten_thousand *= 10;
    Str name = currency.n ? words_code(words, STR("currency"), currency) : STR_NONE;
    if (words->lang == LANG_EN) {
        digits_write(out, scaled, scale);
        buf_byte(out, ' ');
        buf_add(out, name.n ? currency : STR("yuan"));
        return;
    }
    bool large = scaled >= ten_thousand;
    digits_write(out, scaled, large ? scale + 4 : scale);
    buf_lit(out, " ");
    if (large) buf_lit(out, "万");
    if (str_is(currency, "CNY"))
        buf_lit(out, "元人民币");
    else
        buf_add(out, name.n ? name : STR("元"));
}

/* ---- values ---- */

static void counted_write(const Words *words, Buf *out, int64_t number, bool persons)
{
    digits_write(out, number, 0);
    if (persons) buf_add(out, words->lang == LANG_EN ? STR(" persons") : STR(" 人"));
}

Str words_value(const Words *words, const Record *record, int field)
{
    const Field *f = &record->dataset->fields[field];
    const Value *value = &record->values[field];
    if (!value->present) return STR_NONE;
    if (f->type == FIELD_CODE) return words_code(words, f->codes, value->text);
    if (f->type == FIELD_DIVISION) return words_division(words, value->text);
    if (f->type == FIELD_ORGAN) return words_organ(words, value->text);
    bool entity = str_is(record->dataset->id, "entity");
    Buf out = buf_new(RECORD_BYTES_MAX);
    if (entity && (field == ENTITY_REGISTERED_CAPITAL || field == ENTITY_PAID_IN_CAPITAL)) {
        amount_write(words, &out, value->number, f->scale, record->values[ENTITY_CURRENCY].text);
    } else if (f->type == FIELD_INTEGER) {
        counted_write(words, &out, value->number,
                      entity && (field == ENTITY_EMPLOYEES || field == ENTITY_INSURED_PERSONS));
    } else {
        value_write_text(&out, f, value);
    }
    Str text = arena_str(words->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

const char *words_status_class(Str status)
{
    static const struct {
        const char *status, *class;
    } CLASSES[] = {
        {"active", "govuk-tag govuk-tag--green"},
        {"dormant", "govuk-tag govuk-tag--yellow"},
        {"revoked", "govuk-tag govuk-tag--red"},
    };
    for (size_t i = 0; i < COUNT_OF(CLASSES); i++)
        if (str_is(status, CLASSES[i].status)) return CLASSES[i].class;
    return "govuk-tag govuk-tag--grey";
}

Str uscc_division(Str uscc)
{
    return uscc.n >= 8 ? str_slice(uscc, 2, 8) : STR_NONE;
}

bool entity_open(WebRequest *web, const Dataset **dataset, AccessDecision *decision)
{
    const Subject anybody = {.kind = SUBJECT_ANONYMOUS};
    *dataset = model_dataset(store_model(web->app->store), STR("entity"));
    ASSERT(*dataset != NULL);
    access_decide(&anybody, ACTION_READ, *dataset, STR_NONE, decision);
    if (decision->err != ERR_OK) web_error_plain(web, decision->err);
    return decision->err == ERR_OK;
}
