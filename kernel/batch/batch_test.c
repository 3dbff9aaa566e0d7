/* What a batch does with its file: accepted and refused lines, receipts, faults of the whole. */
#include "kernel/batch/batch_testkit.h"

const CheckRule CHECK_RULES[] = {{{NULL, 0}, NULL}};
const ReaderRule READER_RULES[] = {{{NULL, 0}, NULL}};

static Kit *kit;

static Handed csv(const char *number, const char *text)
{
    return hand_in(kit, number, str_of(text), BATCH_CSV);
}

/* The fact of the requirements: 1,000 with 3 bad numbers. */
static void three_of_a_thousand_are_refused_and_resending_changes_nothing(void **state)
{
    (void)state;
    Buf file = buf_new(1 << 20);
    buf_lit(&file, "code,name,staff\n");
    for (int i = 1; i <= 1000; i++) {
        bool bad = i == 7 || i == 500 || i == 1000;
        buf_printf(&file, "K%04d,第%d个,%s\n", i, i, bad ? "许多" : "12");
    }
    Handed first = hand_in(kit, "t1", buf_str(&file), BATCH_CSV);
    assert_counts(&first, 1000, 997, 3, 0);
    assert_int_equal(counted(first.receipt, "created"), 997);
    assert_int_equal(json_array_size(json_object_get(first.receipt, "reasons")), 3);
    assert_reason(first.receipt, "reasons", 0, 8, "staff", "type"); /* the heading is line 1 */
    assert_reason(first.receipt, "reasons", 1, 501, "staff", "type");
    assert_reason(first.receipt, "reasons", 2, 1001, "staff", "type");
    assert_false(first.out.replayed);
    int64_t size = store_state(kit->store).journal_size;
    Handed again = hand_in(kit, "t1", buf_str(&file), BATCH_CSV);
    assert_true(again.out.replayed);
    assert_true(json_equal(first.receipt, again.receipt));
    assert_int_equal(store_state(kit->store).journal_size, size);
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM thing_source_history"), 0);
    /* the same content under another number: all unchanged */
    Handed other = hand_in(kit, "t2", buf_str(&file), BATCH_CSV);
    assert_counts(&other, 1000, 997, 3, 997);
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM thing_source_history"), 0);
    assert_verifies(kit);
    json_decref(first.receipt);
    json_decref(again.receipt);
    json_decref(other.receipt);
    buf_free(&file);
}

static void the_receipt_has_its_fields(void **state)
{
    (void)state;
    static const char *const FIELDS[] = {"dataset",  "organ",    "batch",     "read",
                                         "accepted", "rejected", "unchanged", "differences",
                                         "warnings", "reasons"};
    Handed handed = csv("b-1.x_9", "code,name\nA,甲\n,乙\n");
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++)
        assert_non_null(json_object_get(handed.receipt, FIELDS[i]));
    assert_string_equal(json_string_value(json_object_get(handed.receipt, "dataset")), "thing");
    assert_string_equal(json_string_value(json_object_get(handed.receipt, "organ")), "registry");
    assert_string_equal(json_string_value(json_object_get(handed.receipt, "batch")), "b-1.x_9");
    const json_t *reason = json_array_get(json_object_get(handed.receipt, "reasons"), 0);
    assert_int_equal(json_object_size(reason), 5);
    static const char *const OF_REASON[] = {"line", "key", "field", "code", "message"};
    for (size_t i = 0; i < COUNT_OF(OF_REASON); i++)
        assert_non_null(json_object_get(reason, OF_REASON[i]));
    json_decref(handed.receipt);
}

static void a_number_stands_for_one_content(void **state)
{
    (void)state;
    Handed first = csv("b1", "code,name\nA,甲\n");
    Handed other = csv("b1", "code,name\nA,乙\n");
    assert_int_equal(other.err, ERR_CONFLICT);
    assert_string_equal(other.fault, "batch_conflict");
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM thing WHERE name = '甲'"), 1);
    json_decref(first.receipt);
}

/* Faults of the file as a whole: nothing is stored, not even a batch. */
static const struct {
    const char *about;
    Str bytes;
    BatchFormat format;
    const char *code;
    int line;
} FAULTS[] = {
    {"empty", STR_INIT(""), BATCH_CSV, "required", 0},
    {"unknown heading", STR_INIT("code,name,colour\nA,甲,红\n"), BATCH_CSV, "unknown_column", 1},
    {"empty heading", STR_INIT("code,name,\nA,甲,红\n"), BATCH_CSV, "unknown_column", 1},
    {"heading twice", STR_INIT("code,name,code\nA,甲,B\n"), BATCH_CSV, "duplicate", 1},
    {"label beside id", STR_INIT("code,name,名称\nA,甲,乙\n"), BATCH_CSV, "duplicate", 1},
    {"required heading", STR_INIT("name\n甲\n"), BATCH_CSV, "required", 1},
    {"cut in quotes", STR_INIT("code,name\nA,甲\nB,\"乙"), BATCH_CSV, "truncated", 3},
    {"cut in a line", STR_INIT("code,name,place\nA,甲,西工\nB,乙"), BATCH_CSV, "truncated", 3},
    {"NUL", STR_INIT("code,name\nA,甲\nB,\0乙\n"), BATCH_CSV, "encoding", 0},
    {"UTF-16",
     STR_INIT("\xff\xfe"
              "c\0o\0d\0e\0\n\0"),
     BATCH_CSV, "encoding", 0},
    {"stray quote", STR_INIT("code,name\nA,甲\"乙\n"), BATCH_CSV, "quote", 2},
    {"text behind quote", STR_INIT("code,name\nA,\"甲\"乙\n"), BATCH_CSV, "quote", 2},
    {"cut JSON", STR_INIT("{\"code\":\"A\"}\n{\"code\":\"B\",\"na"), BATCH_NDJSON, "truncated", 2},
    {"NUL in JSON", STR_INIT("{\"code\":\"A\"}\n\0\n"), BATCH_NDJSON, "encoding", 0},
};

static void a_fault_of_the_file_stores_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(FAULTS); i++) {
        Handed handed = hand_in(kit, "b1", FAULTS[i].bytes, FAULTS[i].format);
        if (handed.err != ERR_BAD || strcmp(handed.fault, FAULTS[i].code) != 0 ||
            (FAULTS[i].line && handed.out.fault.line != FAULTS[i].line))
            fail_msg("%s: %s %s line %lld", FAULTS[i].about, err_name(handed.err), handed.fault,
                     (long long)handed.out.fault.line);
    }
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM batch"), 0);
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM thing"), 0);
    assert_int_equal(store_state(kit->store).journal_size, 0);
}

/* A byte that the encoding does not have, and a line over 1 MB, far behind good lines. */
static void a_fault_far_down_stores_nothing_either(void **state)
{
    (void)state;
    Buf file = buf_new(4 << 20);
    buf_lit(&file, "code,name\n");
    for (int i = 0; i < 30000; i++) buf_printf(&file, "K%05d,洛阳\n", i);
    size_t good = file.n;
    buf_lit(&file, "X,\xff\xfe\n");
    Handed handed = hand_in(kit, "b1", buf_str(&file), BATCH_CSV);
    assert_int_equal(handed.err, ERR_BAD);
    assert_string_equal(handed.fault, "encoding");
    assert_int_equal(handed.out.fault.line, 30002);
    file.n = good;
    buf_lit(&file, "X,");
    for (int i = 0; i < 1100000; i++) buf_byte(&file, 'y');
    buf_lit(&file, "\n");
    assert_false(file.overflow);
    handed = hand_in(kit, "b1", buf_str(&file), BATCH_CSV);
    assert_int_equal(handed.err, ERR_BAD);
    assert_string_equal(handed.fault, "length");
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM batch"), 0);
    buf_free(&file);
}

static void headings_are_ids_labels_or_aliases_and_some_are_read_over(void **state)
{
    (void)state;
    Handed handed = csv("b1", "\xef\xbb\xbf代码,title,备注,亮灯\nA,甲,随便,是\n");
    assert_counts(&handed, 1, 1, 0, 0);
    assert_int_equal(json_array_size(json_object_get(handed.receipt, "warnings")), 1);
    assert_reason(handed.receipt, "warnings", 0, 1, "备注", "column_ignored");
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM thing WHERE name = '甲' AND lit = 1"), 1);
    json_decref(handed.receipt);
}

static void gb18030_is_read(void **state)
{
    (void)state;
    Handed handed =
        csv("b1", "\xb4\xfa\xc2\xeb,\xc3\xfb\xb3\xc6\nA,\xc2\xe5\xd1\xf4\nB,\n,\xc2\xe5\n");
    assert_counts(&handed, 3, 2, 1, 0);
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM thing WHERE name = '洛阳'"), 1);
    json_decref(handed.receipt);
}

static void ndjson_is_read(void **state)
{
    (void)state;
    Handed handed = hand_in(kit, "b1",
                            STR("{\"code\":\"A\",\"name\":\"甲\",\"amount\":12.50,\"lit\":true}\n"
                                "{\"code\":\"B\",\"staff\":7,\"place\":null}\r\n"
                                "[1]\n"
                                "{\"code\":\"C\",\"colour\":1}\n"
                                "{\"code\":\"D\",\"name\":{\"zh\":\"丁\"}}\n"
                                "not json\n"
                                "{\"code\":\"E\",\"code\":\"F\"}\n"
                                "{\"code\":\"G\",\"amount\":0.1000000000000000001}\n"),
                            BATCH_NDJSON);
    assert_counts(&handed, 8, 2, 6, 0);
    assert_reason(handed.receipt, "reasons", 0, 3, "", "type");
    assert_reason(handed.receipt, "reasons", 1, 4, "", "unknown_column");
    assert_reason(handed.receipt, "reasons", 2, 5, "name", "type");
    assert_reason(handed.receipt, "reasons", 3, 6, "", "type");
    assert_reason(handed.receipt, "reasons", 4, 7, "", "type");
    assert_int_equal(kit_count(kit, "SELECT amount FROM thing WHERE code = 'A'"), 1250);
    json_decref(handed.receipt);
}

static void ragged_lines_are_refused_one_by_one(void **state)
{
    (void)state;
    Handed handed = csv("b1", "code,name,place\nA,甲,西工\nB,乙\nC,丙,老城,多\n\nD,丁,\n");
    assert_counts(&handed, 4, 2, 2, 0);
    assert_reason(handed.receipt, "reasons", 0, 3, "", "required");
    assert_reason(handed.receipt, "reasons", 1, 4, "", "unknown_column");
    json_decref(handed.receipt);
    /* the last line of a file that ends without a newline, but whole */
    handed = csv("b2", "code,name,place\nE,戊,西工");
    assert_counts(&handed, 1, 1, 0, 0);
    json_decref(handed.receipt);
}

static void all_mistakes_of_a_line_are_told(void **state)
{
    (void)state;
    Handed handed = csv("b1", "code,name,opened,staff\nA,甲,2021-02-30,-1\n");
    assert_counts(&handed, 1, 0, 1, 0);
    assert_reason(handed.receipt, "reasons", 0, 2, "opened", "date_invalid");
    assert_reason(handed.receipt, "reasons", 1, 2, "staff", "range");
    const json_t *reason = json_array_get(json_object_get(handed.receipt, "reasons"), 0);
    assert_string_equal(json_string_value(json_object_get(reason, "key")), "A");
    json_decref(handed.receipt);
}

static void a_key_twice_is_unchanged_or_refused(void **state)
{
    (void)state;
    Handed handed = csv("b1", "code,name\nA,甲\nB,乙\nA,甲\nA,丙\nB,乙\n");
    assert_counts(&handed, 5, 4, 1, 2);
    assert_reason(handed.receipt, "reasons", 0, 5, "code", "duplicate");
    const json_t *reason = json_array_get(json_object_get(handed.receipt, "reasons"), 0);
    const char *message = json_string_value(json_object_get(reason, "message"));
    assert_true(str_find(str_of(message), STR("line 2")) >= 0);
    json_decref(handed.receipt);
}

static void a_line_that_was_refused_is_no_earlier_line(void **state)
{
    (void)state;
    Handed handed = csv("b1", "code,name,staff\nA,甲,x\nA,甲,1\nA,甲,2\n");
    assert_counts(&handed, 3, 1, 2, 0);
    assert_reason(handed.receipt, "reasons", 0, 2, "staff", "type");
    assert_reason(handed.receipt, "reasons", 1, 4, "code", "duplicate");
    json_decref(handed.receipt);
}

static void mended_rejects_are_taken(void **state)
{
    (void)state;
    Handed handed = csv("b1", "代码,名称,人数\r\nA,\"甲,\n一\",x1\r\nB,乙,2\r\nC,丙,x3\r\n");
    assert_counts(&handed, 3, 1, 2, 0);
    Buf rejects = buf_new(10000);
    rejects_of(kit, handed.out.batch_id, &rejects);
    assert_true(str_is(buf_str(&rejects), "代码,名称,人数\nA,\"甲,\n一\",x1\nC,丙,x3\n"));
    for (size_t i = 0; i < rejects.n; i++)
        if (rejects.p[i] == 'x') rejects.p[i] = '4';
    json_decref(handed.receipt);
    handed = hand_in(kit, "b2", buf_str(&rejects), BATCH_CSV);
    assert_counts(&handed, 2, 2, 0, 0);
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM thing WHERE staff > 40"), 2);
    json_decref(handed.receipt);
    buf_free(&rejects);
}

/* Another organ's values, and columns that the file does not have: as with single contributions. */
static void columns_that_are_missing_are_not_given(void **state)
{
    (void)state;
    Handed handed = csv("b1", "code,name,place\nA,甲,西工\n");
    json_decref(handed.receipt);
    handed = csv("b2", "code,staff\nA,5\n");
    assert_counts(&handed, 1, 1, 0, 0);
    assert_int_equal(counted(handed.receipt, "updated"), 1);
    assert_int_equal(
        kit_count(kit, "SELECT count(*) FROM thing WHERE place = '西工' AND staff = 5"), 1);
    json_decref(handed.receipt);
    int fd = bytes_open(STR("code,name,place\nA,甲,老城\n"));
    BatchInput input = input_of("b1", fd); /* the number is the organ's own */
    input.organ = STR("police");
    JobProgress progress = {0};
    handed = hand_in_as(kit, &input, &progress);
    assert_counts(&handed, 1, 1, 0, 0);
    assert_int_equal(counted(handed.receipt, "differences"), 1);
    json_decref(handed.receipt);
    close(fd);
}

/* ---- proof ---- */

static const char *const TAMPERED[] = {
    "UPDATE batch_chunk SET rejected = 0",
    "UPDATE batch_chunk SET unchanged = 1",
    "UPDATE batch_chunk SET salt = x'00'",
    "UPDATE batch_chunk SET journal_index = 5",
    "DELETE FROM batch_chunk WHERE n = 0",
    "UPDATE batch_reason SET code = 'range'",
    "UPDATE batch_reason SET line = 2",
    "UPDATE batch_reason SET key = 'Z'",
    "DELETE FROM batch_reason",
    "UPDATE batch_reject SET original = 'B,乙,1'",
    "DELETE FROM batch_reject",
    "UPDATE batch SET receipt_index = 0",
    "UPDATE batch SET receipt_index = NULL",
    ("DELETE FROM batch_chunk; DELETE FROM batch; DELETE FROM batch_reason;"
     " DELETE FROM batch_reject"),
};

static int set_up(void **state)
{
    (void)state;
    kit = kit_open(&THING_MODEL);
    Codes *codes = codes_new();
    kit->codes = codes_ready(codes);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    codes_give(kit->codes);
    kit_close(kit);
    return 0;
}

static void a_changed_receipt_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(TAMPERED); i++) {
        Handed handed = csv("b1", "code,name,staff\nA,甲,1\nB,乙,x\n");
        assert_counts(&handed, 2, 1, 1, 0);
        json_decref(handed.receipt);
        assert_verifies(kit);
        kit_tamper(kit, TAMPERED[i]);
        Buf why = buf_new(1000);
        int64_t bad = -1;
        StoreReader *reader = store_read(kit->store);
        Err err = batch_verify(store_reader_sql(reader), &bad, &why);
        store_read_end(reader);
        if (err != ERR_CONFLICT || why.n == 0 || bad < 0)
            fail_msg("not found out: %s", TAMPERED[i]);
        buf_free(&why);
        tear_down(NULL);
        set_up(NULL);
    }
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(three_of_a_thousand_are_refused_and_resending_changes_nothing),
        RULE(the_receipt_has_its_fields),
        RULE(a_number_stands_for_one_content),
        RULE(a_fault_of_the_file_stores_nothing),
        RULE(a_fault_far_down_stores_nothing_either),
        RULE(headings_are_ids_labels_or_aliases_and_some_are_read_over),
        RULE(gb18030_is_read),
        RULE(ndjson_is_read),
        RULE(ragged_lines_are_refused_one_by_one),
        RULE(all_mistakes_of_a_line_are_told),
        RULE(a_key_twice_is_unchanged_or_refused),
        RULE(a_line_that_was_refused_is_no_earlier_line),
        RULE(mended_rejects_are_taken),
        RULE(columns_that_are_missing_are_not_given),
        RULE(a_changed_receipt_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
