/* The workbench pages of imports and tickets, on a store of their own. */
#include "kernel/testkit.h"
#include "support/exchange/handin.h"

#include <sys/mman.h>

static Kit *kit;

static KitAnswer get(const char *path)
{
    return kit_call(kit, HTTP_GET, path, NULL, 0, STR(""));
}

static bool says(const KitAnswer *answer, const char *words)
{
    return str_find(answer->text, str_of(words)) >= 0;
}

static int fd_of(Str bytes)
{
    int fd = memfd_create("file", MFD_CLOEXEC);
    assert_true(fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
    return fd;
}

/* A batch as a command hands it in; its id. */
static int64_t batch(const char *dataset, const char *organ, const char *number, Str csv)
{
    BatchInput input = {.dataset = model_dataset(kit->model, str_of(dataset)),
                        .organ = str_of(organ),
                        .number = str_of(number),
                        .format = BATCH_CSV,
                        .fd = fd_of(csv),
                        .subject = {SUBJECT_LOCAL, str_of(organ), STR("local")},
                        .codes = codes_shipped()};
    JobProgress progress = {0};
    BatchOutcome outcome;
    assert_int_equal(batch_run(kit->store, &input, &progress, kit->arena, &outcome), ERR_OK);
    close(input.fd);
    return outcome.batch_id;
}

#define HEADING "统一社会信用代码,名称,住所,成立日期,法定代表人身份号码\n"
#define GOOD "91410300MA9A00010P,洛阳一号有限公司,开元大道1号,2015-03-01,\n"
#define LATE "91410300MA9A00010P,洛阳一号有限公司,开元大道1号,2099-03-01,\n"
#define BAD_ID "91410300MA9A00010P,洛阳一号有限公司,开元大道1号,2015-03-01,410305199001011235\n"

static const char *address(const char *format, int64_t number)
{
    Buf text = buf_new(256);
    ptrdiff_t at = str_find(str_of(format), STR("#"));
    buf_add(&text, str_slice(str_of(format), 0, (size_t)at));
    buf_int(&text, number);
    buf_add(&text, str_of(format + at + 1));
    const char *copy = arena_cstr(kit->arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

/* ---- imports ---- */

static void an_empty_list_says_what_to_do(void **state)
{
    (void)state;
    KitAnswer answer = get("/desk/imports");
    assert_int_equal(answer.status, 200);
    assert_true(says(&answer, "还没有哪个单位交过数据"));
    answer = get("/desk/imports?lang=en");
    assert_true(says(&answer, "No organ has handed in anything yet"));
}

static void the_receipt_tells_each_refusal(void **state)
{
    (void)state;
    int64_t id = batch("entity", "market_regulation", "R-1", STR(HEADING GOOD LATE));
    KitAnswer answer = get(address("/desk/imports/#", id));
    assert_int_equal(answer.status, 200);
    assert_true(says(&answer, "完成，有退回"));
    assert_true(says(&answer, "退回的 1 条"));
    assert_true(says(&answer, "晚于今天"));
    assert_true(says(&answer, "代码 date_future"));
    assert_true(says(&answer, "核对年份"));
    answer = get(address("/desk/imports/#?lang=en", id));
    assert_true(says(&answer, "is after today"));
    answer = get("/desk/imports");
    assert_true(says(&answer, address("href=\"/desk/imports/#\"", id)));
}

static void the_seal_stands_where_the_proof_holds(void **state)
{
    (void)state;
    int64_t id = batch("entity", "market_regulation", "P-1", STR(HEADING GOOD LATE));
    KitAnswer answer = get(address("/desk/imports/#", id));
    assert_true(says(&answer, "回执已存证"));
    assert_true(says(&answer, "hl-proof__seal"));
    kit_tamper(kit,
               address("UPDATE batch_chunk SET rejected = 0, read = 1 WHERE batch_id = #", id));
    answer = get(address("/desk/imports/#", id));
    assert_int_equal(answer.status, 200);
    assert_true(says(&answer, "核验没有通过"));
    assert_false(says(&answer, "hl-proof__seal"));
}

static void a_stopped_batch_says_that_it_is_not_whole(void **state)
{
    (void)state;
    int64_t id = batch("entity", "market_regulation", "C-1", STR(HEADING GOOD));
    kit_tamper(kit, address("UPDATE batch SET state = 'cancelled' WHERE id = #", id));
    KitAnswer answer = get(address("/desk/imports/#", id));
    assert_true(says(&answer, "已停止") && says(&answer, "这一批没有办完"));
    kit_tamper(kit, address("UPDATE batch SET state = 'running', ended_us = NULL, receipt_index = "
                            "NULL WHERE id = #",
                            id)); /* as a server leaves it that was killed */
    answer = get(address("/desk/imports/#", id));
    assert_true(says(&answer, "中断，可补完") && says(&answer, "还没有回执"));
    assert_false(says(&answer, "hl-proof__seal"));
}

static void personal_values_are_not_shown(void **state)
{
    (void)state;
    int64_t id = batch("entity", "market_regulation", "S-1", STR(HEADING BAD_ID));
    KitAnswer answer = get(address("/desk/imports/#", id));
    assert_true(says(&answer, "代码 check_digit"));
    assert_false(says(&answer, "410305199001011235"));
}

static void refused_lines_come_back_as_they_were(void **state)
{
    (void)state;
    int64_t id = batch("entity", "market_regulation", "B-1", STR(HEADING GOOD LATE));
    int64_t before = kit_count(kit, "SELECT count(*) FROM journal WHERE action = 'batch.rejects'");
    KitAnswer answer = get(address("/desk/imports/#/rejects", id));
    assert_int_equal(answer.status, 200);
    assert_true(str_is(answer.text, HEADING LATE));
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM journal WHERE action = 'batch.rejects'"),
                     before + 1); /* entities have personal fields: who took them is journalled */
}

static void many_refusals_come_in_parts(void **state)
{
    (void)state;
    enum { LINES = 250 };
    Buf csv = buf_new(1 << 20);
    buf_lit(&csv, HEADING);
    for (int i = 0; i < LINES; i++) buf_lit(&csv, LATE);
    int64_t id = batch("entity", "market_regulation", "M-1", buf_str(&csv));
    buf_free(&csv);
    const char *path = address("/desk/imports/#", id);
    const char *next = address("/desk/imports/#?after=", id);
    int rows = 0, pages = 0;
    while (path) {
        KitAnswer answer = get(path);
        assert_int_equal(answer.status, 200);
        pages++;
        Str rest = answer.text;
        ptrdiff_t at;
        while ((at = str_find(rest, STR("<tr data-l=\"red\">"))) >= 0) {
            rows++;
            rest = str_slice(rest, (size_t)at + 1, rest.n);
        }
        at = str_find(answer.text, str_of(next));
        path = NULL;
        if (at < 0) continue;
        Str rest_of_page = str_slice(answer.text, (size_t)at, answer.text.n), link;
        str_split(&rest_of_page, '#', &link);
        path = arena_cstr(kit->arena, link);
    }
    assert_int_equal(rows, LINES);
    assert_int_equal(pages, 3);
}

static void the_list_comes_in_parts(void **state)
{
    (void)state;
    char number[16];
    for (int i = 0; i < 120; i++) {
        snprintf(number, sizeof number, "L-%d", i);
        batch("entity", "market_regulation", number, STR(HEADING GOOD));
    }
    KitAnswer answer = get("/desk/imports");
    assert_true(says(&answer, ">L-119<") && !says(&answer, ">L-69<"));
    ptrdiff_t at = str_find(answer.text, STR("/desk/imports?before="));
    assert_true(at > 0);
    Str next, rest = str_slice(answer.text, (size_t)at, answer.text.n);
    str_split(&rest, '"', &next);
    answer = get(arena_cstr(kit->arena, next));
    assert_true(says(&answer, ">L-69<") && says(&answer, ">L-20<") && !says(&answer, ">L-19<"));
}

static void what_is_not_there_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int status;
    } CASES[] = {
        {"/desk/imports/999999", 404},
        {"/desk/imports/x", 404},
        {"/desk/imports/-1", 404},
        {"/desk/imports/1/rejects?x=1", 400},
        {"/desk/imports/999999/rejects", 404},
        {"/desk/imports?before=x", 400},
        {"/desk/imports/1?after=x", 400},
        {"/desk/imports/1?after=1", 400},
        {"/desk/imports/1?after=-1.0", 400},
        {"/desk/imports/jobs/0000", 404},
        {"/desk/imports/jobs/0000/cancel", 404},
        {"/desk/imports/new?dataset=nothing&organ=tax", 404},
        {"/desk/imports/new?dataset=entity&organ=court", 403},
        {"/desk/imports/new?dataset=entity", 403},
        {"/desk/tickets/999999", 404},
        {"/desk/tickets/x", 404},
        {"/desk/tickets?kind=x", 400},
        {"/desk/tickets?dataset=nothing", 400},
        {"/desk/tickets?before=-1", 400},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        KitAnswer answer = get(CASES[i].path);
        if (answer.status != CASES[i].status) fail_msg("%s: %d", CASES[i].path, answer.status);
    }
}

/* ---- who may see what ---- */

typedef struct Asked {
    int status;
    Str text;
} Asked;

/* As an organ's system, over the network. */
static Asked ask(const char *path, Str key)
{
    HttpPair header = {STR("authorization"),
                       arena_printf(kit->arena, "Bearer " STR_FMT, STR_ARG(key))};
    HttpRequest request = {.method = HTTP_GET,
                           .path = str_of(path),
                           .query_text = STR(""),
                           .headers = &header,
                           .header_count = key.n ? 1 : 0,
                           .spool_fd = -1,
                           .client = STR("127.0.0.1"),
                           .arena = kit->arena,
                           .app = &kit->app};
    HttpReply reply = {.file_fd = -1};
    HttpRoute route = router_route(&request, &reply);
    if (route.handler) route.handler(&request, &reply);
    Asked asked = {reply.status, arena_str(kit->arena, buf_str(&reply.body))};
    buf_free(&reply.body);
    return asked;
}

typedef struct KeyOf {
    Str organ;
    char key[ACCESS_KEY_CHARS + 1];
} KeyOf;

static Err key_write(WriteTx *tx, void *arg)
{
    KeyOf *key = arg;
    return access_key_add(tx, key->organ, key->organ, key->key);
}

static Str key_of(KeyOf *key, const char *organ)
{
    key->organ = str_of(organ);
    assert_int_equal(store_write(kit->store, key_write, key), ERR_OK);
    return str_of(key->key);
}

static void an_organ_sees_its_own_batches(void **state)
{
    (void)state;
    KeyOf market, tax;
    Str mine = key_of(&market, "market_regulation"), other = key_of(&tax, "tax");
    int64_t id = batch("entity", "market_regulation", "O-1", STR(HEADING GOOD));
    const char *path = address("/desk/imports/#", id),
               *lines = address("/desk/imports/#/rejects", id);
    assert_int_equal(ask(path, mine).status, 200);
    assert_int_equal(ask(path, other).status, 404);
    assert_int_equal(ask(lines, other).status, 404);
    assert_int_equal(ask(path, STR_NONE).status, 401);
    assert_int_equal(ask(path, STR("hl_0")).status, 401);
    assert_true(str_find(ask("/desk/imports", mine).text, STR(">O-1<")) > 0);
    assert_true(str_find(ask("/desk/imports", other).text, STR(">O-1<")) < 0);
}

/* ---- handing in ---- */

static void a_number_is_proposed_and_is_free(void **state)
{
    (void)state;
    KitAnswer answer = get("/desk/imports/new?dataset=entity&organ=tax");
    assert_int_equal(answer.status, 200);
    assert_true(says(&answer, "value=\"tax-20260101-01\""));
    batch("entity", "tax", "tax-20260101-01", STR(HEADING GOOD));
    answer = get("/desk/imports/new?dataset=entity&organ=tax");
    assert_true(says(&answer, "value=\"tax-20260101-02\""));
}

static void only_sources_are_offered(void **state)
{
    (void)state;
    KitAnswer answer = get("/desk/imports/new");
    assert_int_equal(answer.status, 200);
    assert_true(says(&answer, "dataset=entity&amp;organ=tax"));
    assert_false(says(&answer, "dataset=entity&amp;organ=court"));
}

#define FIELD(name, value)                                                                         \
    "--XX\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_PART(name, content)                                                                   \
    "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" name                      \
    "\"\r\nContent-Type: text/csv\r\n\r\n" content "\r\n"
#define END "--XX--\r\n"

typedef struct Posted {
    int status;
    Str text, location;
} Posted;

static Posted post(Str body)
{
    HttpPair type = {STR("content-type"), STR("multipart/form-data; boundary=XX")};
    HttpReply reply;
    int fd = fd_of(body);
    web_call(&kit->app, HTTP_POST, STR("/desk/imports/new"), &type, 1, STR(""), fd, kit->arena,
             &reply);
    close(fd);
    Posted posted = {reply.status, arena_str(kit->arena, buf_str(&reply.body)), STR_NONE};
    for (int i = 0; i < reply.header_count; i++) {
        if (str_is(reply.headers[i].name, "Location")) posted.location = reply.headers[i].value;
    }
    buf_free(&reply.body);
    return posted;
}

/* The page of the job, once it leads on or says what is wrong. */
static Posted wait_for(Str location)
{
    for (int i = 0; i < 500; i++) {
        KitAnswer answer = get(arena_cstr(kit->arena, location));
        Posted posted = {answer.status, answer.text, STR_NONE};
        for (int k = 0; k < answer.reply.header_count; k++) {
            if (str_is(answer.reply.headers[k].name, "Location"))
                posted.location = answer.reply.headers[k].value;
        }
        if (answer.status != 200) return posted;
        assert_true(says(&answer, "可以离开本页"));
        usleep(10000);
    }
    fail_msg("the job does not end");
    return (Posted){0};
}

static void a_form_hands_in_a_file(void **state)
{
    (void)state;
    Str body = STR(FIELD("form_token", "") FIELD("dataset", "entity") FIELD("organ", "tax")
                       FIELD("number", "F-1") FILE_PART("a.csv", HEADING GOOD LATE) END);
    Posted posted = post(body);
    assert_int_equal(posted.status, 303);
    assert_true(str_starts(posted.location, STR("/desk/imports/jobs/")));
    Posted ended = wait_for(posted.location);
    assert_int_equal(ended.status, 303);
    KitAnswer receipt = get(arena_cstr(kit->arena, ended.location));
    assert_true(says(&receipt, "代码 date_future"));

    ended = wait_for(post(body).location); /* once more: the same receipt */
    assert_true(str_ends(ended.location, STR("?again=1")));
    receipt = get(arena_cstr(kit->arena, ended.location));
    assert_true(says(&receipt, "没有重复入库"));
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM batch WHERE number = 'F-1'"), 1);
}

static void a_faulty_file_is_told_and_stores_nothing(void **state)
{
    (void)state;
    Posted posted = post(STR(FIELD("form_token", "") FIELD("dataset", "entity") FIELD(
        "organ", "tax") FIELD("number", "F-2") FILE_PART("a.csv", "何,物\n1,2\n") END));
    assert_int_equal(posted.status, 303);
    Posted ended = wait_for(posted.location);
    assert_int_equal(ended.status, 400);
    assert_true(str_find(ended.text, STR("这个文件不能导入")) > 0);
    assert_true(str_find(ended.text, STR("value=\"F-2\"")) > 0);
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM batch WHERE number = 'F-2'"), 0);
}

static void a_number_that_stands_for_other_content_is_refused(void **state)
{
    (void)state;
    batch("entity", "tax", "F-3", STR(HEADING GOOD));
    Posted posted = post(STR(FIELD("form_token", "") FIELD("dataset", "entity") FIELD(
        "organ", "tax") FIELD("number", "F-3") FILE_PART("a.csv", HEADING LATE) END));
    Posted ended = wait_for(posted.location);
    assert_int_equal(ended.status, 409);
    assert_true(str_find(ended.text, STR("已用于另一份内容")) > 0);
}

static void what_is_missing_in_the_form_is_told(void **state)
{
    (void)state;
#define TO_TAX FIELD("form_token", "") FIELD("dataset", "entity") FIELD("organ", "tax")
    static const struct {
        const char *about, *body;
        int status;
        const char *words;
    } CASES[] = {
        {"no file", TO_TAX FIELD("number", "N-1") END, 400, "请选择一个文件"},
        {"none chosen", TO_TAX FIELD("number", "N-1") FILE_PART("", "") END, 400, "请选择一个文件"},
        {"an empty file", TO_TAX FIELD("number", "N-1") FILE_PART("a.csv", "") END, 400,
         "这个文件是空的"},
        {"no number", TO_TAX FILE_PART("a.csv", HEADING GOOD) END, 400, "批次号应为"},
        {"a number with blanks", TO_TAX FIELD("number", "a b") FILE_PART("a.csv", HEADING GOOD) END,
         400, "批次号应为"},
        {"another dataset",
         FIELD("dataset", "nothing") FIELD("organ", "tax") FIELD("number", "N-1")
             FILE_PART("a.csv", HEADING GOOD) END,
         404, "没有"},
        {"not a source",
         FIELD("dataset", "entity") FIELD("organ", "court") FIELD("number", "N-1")
             FILE_PART("a.csv", HEADING GOOD) END,
         403, "不是这个库的来源"},
        {"not a form", "uscc,name\n", 400, "表单没有完整传到"},
        {"cut off", TO_TAX FIELD("number", "N-1") FILE_PART("a.csv", HEADING GOOD), 400,
         "表单没有完整传到"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        Posted posted = post(str_of(CASES[i].body));
        if (posted.status != CASES[i].status || str_find(posted.text, str_of(CASES[i].words)) < 0)
            fail_msg("%s: %d", CASES[i].about, posted.status);
    }
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM batch WHERE number = 'N-1'"), 0);
}

static void hold(JobProgress *progress, void *arg)
{
    atomic_bool *go = arg;
    progress->phase = JOB_STORING;
    progress->bytes_total = 1000;
    progress->bytes_done = 250;
    progress->records = 5000;
    while (!*go && !progress->cancel) usleep(1000);
}

static void what_runs_is_shown_and_can_be_stopped(void **state)
{
    (void)state;
    atomic_bool go = false;
    char id[JOB_ID_CHARS + 1];
    JobTitle title = {STR("batch"), STR("tax"), STR("entity W-1")};
    assert_int_equal(jobs_start(kit->app.jobs, &title, kit->now_us, hold, &go, id), ERR_OK);
    const char *page =
        arena_cstr(kit->arena, arena_printf(kit->arena, "/desk/imports/jobs/%s", id));
    const char *cancel =
        arena_cstr(kit->arena, arena_printf(kit->arena, "/desk/imports/jobs/%s/cancel", id));
    for (int i = 0; i < 500; i++) {
        KitAnswer answer = get("/desk/imports");
        if (says(&answer, "正在入库")) break;
        usleep(1000);
    }
    KitAnswer answer = get("/desk/imports");
    assert_true(says(&answer, "正在办的 1 批") && says(&answer, "25%") && says(&answer, "5,000"));
    answer = get(page);
    assert_true(says(&answer, "正在入库") && says(&answer, "可以离开本页"));
    answer = get(cancel); /* asks only */
    assert_true(says(&answer, "要停止导入吗"));
    answer = get(page);
    assert_true(says(&answer, "正在入库"));
    HttpPair type = {STR("content-type"), STR("application/x-www-form-urlencoded")};
    answer = kit_call(kit, HTTP_POST, cancel, &type, 1, STR("form_token="));
    assert_int_equal(answer.status, 303);
    for (int i = 0; i < 500; i++) {
        answer = get("/desk/imports");
        if (!says(&answer, "正在办的")) break;
        usleep(1000);
    }
    assert_false(says(&answer, "正在办的"));
    answer = get(page); /* it stored nothing, so there is no receipt to lead to */
    assert_int_equal(answer.status, 404);
}

/* ---- tickets ---- */

#define TAX_HEADING "统一社会信用代码,名称,住所,联系电话\n"

static void a_ticket_shows_both_and_why(void **state)
{
    (void)state;
    batch("entity", "market_regulation", "T-1", STR(HEADING GOOD));
    batch("entity", "tax", "T-2",
          STR(TAX_HEADING "91410300MA9A00010P,洛阳一号有限公司,中州中路9号,\n"));
    KitAnswer answer = get("/desk/tickets");
    assert_int_equal(answer.status, 200);
    assert_true(says(&answer, "开元大道1号") && says(&answer, "中州中路9号"));
    answer = get("/desk/tickets?kind=identity");
    assert_true(says(&answer, "这些条件下没有未结的单据"));
    answer = get("/desk/tickets?organ=court"); /* a command's way to act for an organ */
    assert_true(says(&answer, "没有未结的单据"));
    answer = get("/desk/tickets?dataset=entity&organ=tax&kind=difference");
    assert_true(says(&answer, "中州中路9号"));
    int64_t no = kit_count(kit, "SELECT no FROM ticket WHERE closed_index IS NULL");
    answer = get(address("/desk/tickets/#", no));
    assert_int_equal(answer.status, 200);
    assert_true(says(&answer, "开元大道1号") && says(&answer, "中州中路9号"));
    assert_true(says(&answer, "href=\"/entities/91410300MA9A00010P\""));
    assert_true(says(&answer, "请谁核实") && says(&answer, "为什么显示这个值"));
}

static void a_settled_ticket_says_how_it_ended(void **state)
{
    (void)state;
    batch("entity", "market_regulation", "T-3", STR(HEADING GOOD));
    batch("entity", "tax", "T-4",
          STR(TAX_HEADING "91410300MA9A00010P,洛阳一号有限公司,中州中路10号,\n"));
    int64_t no = kit_count(kit, "SELECT no FROM ticket WHERE closed_index IS NULL");
    batch("entity", "tax", "T-5",
          STR(TAX_HEADING "91410300MA9A00010P,洛阳一号有限公司,开元大道1号,\n"));
    KitAnswer answer = get(address("/desk/tickets/#", no));
    assert_true(says(&answer, "已结") && says(&answer, "说法已经一致"));
    assert_false(says(&answer, "请谁核实"));
    answer = get("/desk/tickets");
    assert_true(says(&answer, "没有未结的单据"));
}

static void personal_values_of_a_ticket_are_masked(void **state)
{
    (void)state;
    batch("entity", "market_regulation", "T-6",
          STR(TAX_HEADING "91410300MA9A00010P,洛阳一号有限公司,,13800001111\n"));
    batch("entity", "tax", "T-7",
          STR(TAX_HEADING "91410300MA9A00010P,洛阳一号有限公司,,13900002222\n"));
    KitAnswer list = get("/desk/tickets");
    int64_t no = kit_count(kit, "SELECT no FROM ticket WHERE field = 'contact_phone'");
    KitAnswer one = get(address("/desk/tickets/#", no));
    assert_true(says(&list, "138****1111") && says(&one, "139****2222"));
    assert_false(says(&list, "13800001111") || says(&one, "13900002222"));
}

static void an_organ_sees_tickets_that_concern_it(void **state)
{
    (void)state;
    KeyOf market, court;
    batch("entity", "market_regulation", "T-8", STR(HEADING GOOD));
    batch("entity", "tax", "T-9",
          STR(TAX_HEADING "91410300MA9A00010P,洛阳一号有限公司,中州中路9号,\n"));
    int64_t no = kit_count(kit, "SELECT no FROM ticket WHERE closed_index IS NULL");
    const char *path = address("/desk/tickets/#", no);
    Str mine = key_of(&market, "market_regulation"), other = key_of(&court, "court");
    assert_int_equal(ask(path, mine).status, 200);
    assert_int_equal(ask(path, other).status, 404);
    assert_true(str_find(ask("/desk/tickets", other).text, STR("没有未结的单据")) > 0);
}

static void masks_show_the_ends_only(void **state)
{
    (void)state;
    static const char *const CASES[][2] = {{"410305199001012015", "410305********2015"},
                                           {"13800001111", "138****1111"},
                                           {"王小兰", "王*兰"},
                                           {"王兰", "王*"},
                                           {"王", "*"},
                                           {"", ""}};
    for (size_t i = 0; i < COUNT_OF(CASES); i++)
        assert_true(str_is(exchange_mask(kit->arena, str_of(CASES[i][0])), CASES[i][1]));
}

/* ---- a store for each test ---- */

static int setup(void **state)
{
    (void)state;
    kit = kit_open(&MODEL_SHIPPED);
    kit->app.jobs = jobs_new(2);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    jobs_free(kit->app.jobs);
    codes_forget(kit->store);
    kit_close(kit);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_empty_list_says_what_to_do),
        TEST(the_receipt_tells_each_refusal),
        TEST(the_seal_stands_where_the_proof_holds),
        TEST(a_stopped_batch_says_that_it_is_not_whole),
        TEST(personal_values_are_not_shown),
        TEST(refused_lines_come_back_as_they_were),
        TEST(many_refusals_come_in_parts),
        TEST(the_list_comes_in_parts),
        TEST(what_is_not_there_is_told),
        TEST(an_organ_sees_its_own_batches),
        TEST(a_number_is_proposed_and_is_free),
        TEST(only_sources_are_offered),
        TEST(a_form_hands_in_a_file),
        TEST(a_faulty_file_is_told_and_stores_nothing),
        TEST(a_number_that_stands_for_other_content_is_refused),
        TEST(what_is_missing_in_the_form_is_told),
        TEST(what_runs_is_shown_and_can_be_stopped),
        TEST(a_ticket_shows_both_and_why),
        TEST(a_settled_ticket_says_how_it_ended),
        TEST(personal_values_of_a_ticket_are_masked),
        TEST(an_organ_sees_tickets_that_concern_it),
        TEST(masks_show_the_ends_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
