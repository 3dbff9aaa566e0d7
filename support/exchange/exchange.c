/* What the pages of the exchange support share: whose data, labels, masks. */
#include "support/exchange/exchange.h"

#include "lib/text.h"

Str exchange_organ(const WebRequest *web)
{
    return web->subject.organ;
}

Str exchange_organ_label(const WebRequest *web, Str organ)
{
    const Codes *codes = codes_take(web->app->store);
    Str label = arena_str(web->arena, codes_organ_label(codes, organ, web->lang == LANG_ZH));
    codes_give(codes);
    return label;
}

Label exchange_dataset_label(const WebRequest *web, Str dataset)
{
    const Dataset *found = model_dataset(store_model(web->app->store), dataset);
    return found ? found->label : (Label){dataset, dataset};
}

Str exchange_text(const WebRequest *web, TextKey key)
{
    return page_text_str(&(Page){.lang = web->lang}, key);
}

Str exchange_mask(Arena *arena, Str value)
{
    size_t points = utf8_length(value);
    size_t head = points >= 15 ? 6 : points >= 8 ? 3 : points >= 2 ? 1 : 0;
    size_t tail = points >= 8 ? 4 : points >= 3 ? 1 : 0;
    if (points == 0) return value;
    Buf out = buf_new(value.n + points + 1);
    buf_add(&out, str_slice(value, 0, utf8_prefix(value, head)));
    for (size_t i = head; i < points - tail; i++) buf_byte(&out, '*');
    buf_add(&out, str_slice(value, utf8_prefix(value, points - tail), value.n));
    Str masked = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return masked;
}

bool exchange_number(Str text, int64_t *out)
{
    return text.n > 0 && text.n < 19 && text.p[0] != '-' && str_int(text, out);
}

/* ---- jobs ---- */

static const TextKey PHASES[] = {[JOB_WAITING] = T_import_phase_waiting,
                                 [JOB_CHECKING] = T_import_phase_checking,
                                 [JOB_STORING] = T_import_phase_storing,
                                 [JOB_DONE] = T_import_phase_done};

ImportRunning exchange_running(const WebRequest *web, const JobView *job)
{
    Str number = str_of(job->text), dataset;
    str_split(&number, ' ', &dataset);
    dataset = arena_str(web->arena, dataset);
    int percent = job->bytes_total ? (int)(job->bytes_done * 100 / job->bytes_total) : 0;
    TextKey phase = job->cancelling ? T_import_phase_cancelling : PHASES[job->phase];
    return (ImportRunning){
        .id = arena_str(web->arena, str_of(job->id)),
        .dataset = exchange_dataset_label(web, dataset),
        .organ = exchange_organ_label(web, str_of(job->organ)),
        .number = arena_str(web->arena, number),
        .phase = exchange_text(web, phase),
        .waits = job->phase == JOB_WAITING,
        .cancelling = job->cancelling,
        .percent = MIN(percent, 100),
        .records = job->records,
        .rejected = job->rejected,
        .rate = job->records_per_second,
        .seconds_left = job->seconds_left,
    };
}

bool exchange_under_way(const WebRequest *web, const BatchSummary *batch)
{
    enum { MAX = JOBS_WAITING_MAX + 16 };
    Str title = arena_printf(web->arena, STR_FMT " " STR_FMT, STR_ARG(batch->dataset),
                             STR_ARG(batch->number));
    if (web->app->jobs == NULL) return false;
    JobView *views = arena_array(web->arena, JobView, MAX);
    int count =
        jobs_views(web->app->jobs, batch->organ, true, env_now_us(web->app->env), views, MAX);
    for (int i = 0; i < count; i++) {
        if (str_is(title, views[i].text)) return true;
    }
    return false;
}

REGISTER(NavItem, desk_imports_nav) = {NAV_DESK, 10, "/desk/imports", T_imports_nav};
REGISTER(NavItem, desk_tickets_nav) = {NAV_DESK, 20, "/desk/tickets", T_tickets_nav};
REGISTER(NavItem, desk_registers_nav) = {NAV_DESK, 30, "/entities", T_registers_nav};
