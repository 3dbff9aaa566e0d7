/* /desk/imports/new: a plain HTML form hands in a file; /desk/imports/jobs/{id}: how far it is. */
#include "kernel/web/form.h"
#include "lib/multipart.h"
#include "lib/text.h"
#include "support/exchange/handin.h"
#include "support/exchange/import_cancel.page.h"
#include "support/exchange/import_choose.page.h"
#include "support/exchange/import_form.page.h"
#include "support/exchange/import_lost.page.h"
#include "support/exchange/import_progress.page.h"

enum { UPLOAD_MB = 256, NUMBERS_A_DAY = 99, HEADINGS_MAX = 64 * 1024 };

/* ---- 1: which dataset, on whose behalf ---- */

static bool may_hand_in(const WebRequest *web, const Dataset *dataset, Str organ)
{
    Subject subject = web->subject;
    AccessDecision decision;
    if (subject.kind == SUBJECT_SYSTEM && !str_eq(subject.organ, organ)) return false;
    subject.organ = organ;
    access_decide(&subject, ACTION_CONTRIBUTE, dataset, web->purpose, &decision);
    return decision.err == ERR_OK;
}

static void organs_list(const WebRequest *web, const Dataset *dataset, ImportDataset *out)
{
    ImportChoice *organs = arena_array(web->arena, ImportChoice, dataset->sources.count + 1);
    out->label = dataset->label;
    out->organs = organs;
    for (int i = -1; i < dataset->sources.count; i++) {
        Str organ = i < 0 ? dataset->owner : dataset->sources.items[i];
        bool again = i >= 0 && str_eq(organ, dataset->owner);
        if (again || !may_hand_in(web, dataset, organ)) continue;
        organs[out->organ_count++] =
            (ImportChoice){dataset->id, organ, exchange_organ_label(web, organ)};
    }
}

static void choose_show(WebRequest *web)
{
    const Model *model = store_model(web->app->store);
    ImportDataset *datasets = arena_array(web->arena, ImportDataset, model->dataset_count);
    ImportChoosePage view = {.datasets = datasets};
    for (int i = 0; i < model->dataset_count; i++) {
        organs_list(web, &model->datasets[i], &datasets[view.count]);
        if (datasets[view.count].organ_count) view.count++;
    }
    Page page;
    page_open(web, 200, &page);
    import_choose(&page, &view);
}

/* ---- 2: which file, under which number ---- */

/* ORGAN-YYYYMMDD-NN, the first NN that is free. */
static Str number_propose(const WebRequest *web, const Dataset *dataset, Str organ)
{
    int year, month, date;
    int64_t id;
    day_parts(day_today(env_now_us(web->app->env)), &year, &month, &date);
    Str number = STR("");
    StoreReader *reader = store_read(web->app->store);
    for (int n = 1; n <= NUMBERS_A_DAY; n++) {
        number = arena_printf(web->arena, STR_FMT "-%04d%02d%02d-%02d", STR_ARG(organ), year, month,
                              date, n);
        if (batch_find(store_reader_sql(reader), dataset, organ, number, &id) != ERR_OK) break;
    }
    store_read_end(reader);
    return number;
}

static Str headings_of(const WebRequest *web, const Dataset *dataset)
{
    Buf text = buf_new(HEADINGS_MAX);
    bool zh = web->lang == LANG_ZH;
    for (int i = 0; i < dataset->field_count; i++) {
        const Field *field = &dataset->fields[i];
        if (i) buf_add(&text, zh ? STR("、") : STR(", "));
        buf_add(&text, zh ? field->label.zh : field->label.en);
        if (field->required || i == dataset->key) buf_add(&text, zh ? STR("（必填）") : STR("*"));
    }
    Str copy = arena_str(web->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static void form_show(WebRequest *web, int status, const Dataset *dataset, ImportFormPage *view)
{
    view->dataset = dataset->id;
    view->dataset_label = dataset->label;
    view->organ_label = exchange_organ_label(web, view->organ);
    if (view->number.n == 0) view->number = number_propose(web, dataset, view->organ);
    view->form_token = web->form_token;
    view->headings = headings_of(web, dataset);
    Page page;
    page_open(web, status, &page);
    import_form(&page, view);
}

static const Text TEXT_DATASET = {"没有“{0}”这个库", "there is no dataset “{0}”"};
static const Text TEXT_SOURCE = {"{0} 不是这个库的来源，不能交数据",
                                 "{0} is not a source of this dataset and cannot hand in records"};

/* The dataset, when the organ may hand in to it; NULL: answered. */
static const Dataset *dataset_for(WebRequest *web, Str id, Str organ)
{
    const Dataset *dataset = model_dataset(store_model(web->app->store), id);
    if (dataset && may_hand_in(web, dataset, organ)) return dataset;
    if (dataset)
        web_error(web, ERR_DENIED, "organ_not_source", &TEXT_SOURCE,
                  exchange_organ_label(web, organ), STR_NONE);
    else
        web_error(web, ERR_NOT_FOUND, "dataset_unknown", &TEXT_DATASET, id, STR_NONE);
    return NULL;
}

static void new_get(WebRequest *web)
{
    Str id, organ;
    if (!web_query(web, "dataset", &id)) {
        choose_show(web);
        return;
    }
    if (!web_query(web, "organ", &organ)) organ = STR("");
    const Dataset *dataset = dataset_for(web, id, organ);
    if (dataset) form_show(web, 200, dataset, &(ImportFormPage){.organ = organ});
}

/* ---- the file comes ---- */

static BatchFormat format_of(const MultipartPart *file)
{
    bool ndjson = str_ends(file->filename, STR(".ndjson")) ||
                  str_ends(file->filename, STR(".jsonl")) ||
                  str_starts(file->content_type, STR("application/x-ndjson"));
    return ndjson ? BATCH_NDJSON : BATCH_CSV;
}

static void hand_in(WebRequest *web, const Dataset *dataset, Str organ, Str number,
                    const MultipartPart *file)
{
    char id[JOB_ID_CHARS + 1];
    BatchInput input = {.dataset = dataset,
                        .organ = organ,
                        .number = number,
                        .format = format_of(file),
                        .subject = web->subject,
                        .purpose = STR_NONE};
    Err err = handin_start(web->app, &input, web->http->spool_fd, file->offset, file->size, id);
    if (err == ERR_OK)
        web_redirect(web, arena_printf(web->arena, "/desk/imports/jobs/%s", id));
    else
        web_error_plain(web, err);
}

static void new_post(WebRequest *web)
{
    static const Text TEXT = {"表单没有完整传到，请返回上一页重新选择文件",
                              "the form did not arrive whole; go back and choose the file again"};
    Multipart form;
    Str type = http_header(web->http, "content-type");
    if (web->http->spool_fd < 0 ||
        multipart_read(web->http->spool_fd, type, web->arena, &form) != ERR_OK) {
        web_error(web, ERR_BAD, "form", &TEXT, STR_NONE, STR_NONE);
        return;
    }
    Str organ = multipart_value(&form, "organ"), number = multipart_value(&form, "number");
    if (!session_form_ok(web, multipart_value(&form, "form_token"))) return;
    const Dataset *dataset = dataset_for(web, multipart_value(&form, "dataset"), organ);
    if (dataset == NULL) return;
    const MultipartPart *file = multipart_part(&form, "file");
    ImportFormPage view = {.organ = organ, .number = number};
    number = str_trim(number);
    if (!batch_number_ok(number)) view.number_error = exchange_text(web, T_import_number_error);
    if (file == NULL || file->filename.n == 0)
        view.file_error = exchange_text(web, T_import_file_none);
    else if (file->size == 0)
        view.file_error = exchange_text(web, T_import_file_empty);
    if (view.number_error.n || view.file_error.n)
        form_show(web, 400, dataset, &view);
    else
        hand_in(web, dataset, organ, number, file);
}

/* ---- how far it is ---- */

static void lost_show(WebRequest *web)
{
    Page page;
    page_open(web, 404, &page);
    import_lost(&page);
}

/* It ended: the receipt, or the form again with what is wrong. */
static void ended_show(WebRequest *web, const Handin *handin)
{
    if (handin->err == ERR_OK) {
        web_redirect(web,
                     arena_printf(web->arena, "/desk/imports/%lld%s", (long long)handin->batch_id,
                                  handin->replayed ? "?again=1" : ""));
        return;
    }
    const Dataset *dataset = model_dataset(store_model(web->app->store), str_of(handin->dataset));
    const char *fault = web->lang == LANG_EN ? handin->en : handin->zh;
    ImportFormPage view = {.organ = arena_str(web->arena, str_of(handin->organ)),
                           .fault = arena_str(web->arena, str_of(fault)),
                           .fault_field = arena_str(web->arena, str_of(handin->field))};
    if (handin->err != ERR_CONFLICT) view.number = arena_str(web->arena, str_of(handin->number));
    if (handin->line) view.fault_line = arena_printf(web->arena, "%lld", (long long)handin->line);
    form_show(web, err_http_status(handin->err), dataset, &view);
}

/* A batch that came another way (a command, the API): by its number. */
static void other_ended(WebRequest *web, const JobView *job)
{
    Str number = str_of(job->text), id;
    int64_t batch_id = 0;
    str_split(&number, ' ', &id);
    const Dataset *dataset = model_dataset(store_model(web->app->store), id);
    Err err = ERR_NOT_FOUND;
    if (dataset && number.n) {
        StoreReader *reader = store_read(web->app->store);
        err = batch_find(store_reader_sql(reader), dataset, str_of(job->organ), number, &batch_id);
        store_read_end(reader);
    }
    if (err == ERR_OK)
        web_redirect(web, arena_printf(web->arena, "/desk/imports/%lld", (long long)batch_id));
    else
        lost_show(web);
}

/* false: there is no such job for this subject, and the answer is filled in. */
static bool job_of(WebRequest *web, JobView *job)
{
    Err err = ERR_NOT_FOUND;
    if (web->app->jobs)
        err = jobs_view(web->app->jobs, web->params[0], exchange_organ(web),
                        env_now_us(web->app->env), job);
    if (err == ERR_OK && strcmp(job->kind, "batch") == 0) return true;
    lost_show(web);
    return false;
}

static void job_get(WebRequest *web)
{
    JobView job;
    Handin handin;
    if (!job_of(web, &job)) return;
    bool ours = handin_find(web->params[0], &handin);
    if (ours && handin.done) {
        ended_show(web, &handin);
        return;
    }
    if (!ours && job.phase == JOB_DONE) {
        other_ended(web, &job);
        return;
    }
    ImportRunning running = exchange_running(web, &job);
    bool young = env_now_us(web->app->env) - job.started_us < 10 * (int64_t)1000000;
    Page page;
    page_open(web, 200, &page);
    http_reply_header(web->reply, STR("Refresh"), young ? STR("1") : STR("5"));
    import_progress(&page, &(ImportProgressPage){.job = &running});
}

/* ---- stopping it ---- */

static void cancel_get(WebRequest *web)
{
    JobView job;
    if (!job_of(web, &job)) return;
    ImportRunning running = exchange_running(web, &job);
    Page page;
    page_open(web, 200, &page);
    import_cancel(&page, &(ImportCancelPage){.job = &running, .form_token = web->form_token});
}

static void cancel_post(WebRequest *web)
{
    Form form;
    JobView job;
    if (!web_form(web, &form) || !job_of(web, &job)) return;
    if (jobs_cancel(web->app->jobs, web->params[0], exchange_organ(web)) == ERR_OK)
        web_redirect(web, arena_printf(web->arena, "/desk/imports/jobs/%s", job.id));
    else
        lost_show(web);
}

REGISTER(Route, import_new_get) = {.method = HTTP_GET,
                                   .path = "/desk/imports/new",
                                   .handler = new_get,
                                   .query = "dataset organ",
                                   .page = true};
REGISTER(Route, import_new_post) = {.method = HTTP_POST,
                                    .path = "/desk/imports/new",
                                    .handler = new_post,
                                    .body_max = (int64_t)UPLOAD_MB << 20,
                                    .spool = true,
                                    .page = true};
REGISTER(Route, import_job_get) = {
    .method = HTTP_GET, .path = "/desk/imports/jobs/{id}", .handler = job_get, .page = true};
REGISTER(Route, import_cancel_get) = {.method = HTTP_GET,
                                      .path = "/desk/imports/jobs/{id}/cancel",
                                      .handler = cancel_get,
                                      .page = true};
REGISTER(Route, import_cancel_post) = {.method = HTTP_POST,
                                       .path = "/desk/imports/jobs/{id}/cancel",
                                       .handler = cancel_post,
                                       .body_max = FORM_BYTES_MAX,
                                       .page = true};
