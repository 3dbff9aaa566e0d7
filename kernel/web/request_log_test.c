/* The first answer to a request id stands for 30 days. */
#include "kernel/testkit.h"
#include "kernel/web/request_log.h"

const CheckRule CHECK_RULES[] = {{{NULL, 0}, NULL}};
const ReaderRule READER_RULES[] = {{{NULL, 0}, NULL}};

static const int64_t DAY_US = (int64_t)86400 * 1000000;
static Kit *kit;

typedef struct Keep {
    const char *id;
    Digest digest;
} Keep;

static Err keep_write(WriteTx *tx, void *arg)
{
    const Keep *keep = arg;
    RequestAnswer answer = {201, str_of(keep->id)};
    return request_keep(tx, STR("tax"), str_of(keep->id), &keep->digest, &answer);
}

static void keep(const char *id, const char *asked)
{
    Keep job = {id, sha256(str_of(asked))};
    assert_int_equal(store_write(kit->store, keep_write, &job), ERR_OK);
}

static Err find(const char *organ, const char *id, const char *asked)
{
    RequestAnswer answer;
    Digest digest = sha256(str_of(asked));
    StoreReader *reader = store_read(kit->store);
    Err err = request_find(store_reader_sql(reader), kit->arena, str_of(organ), str_of(id), &digest,
                           &answer);
    store_read_end(reader);
    if (err == ERR_OK) assert_true(answer.status == 201 && str_is(answer.text, id));
    return err;
}

static void a_retry_gets_the_first_answer_and_other_content_none(void **state)
{
    (void)state;
    keep("one", "a");
    assert_int_equal(find("tax", "one", "a"), ERR_OK);
    assert_int_equal(find("tax", "one", "b"), ERR_MISUSED);
    assert_int_equal(find("police", "one", "a"), ERR_NOT_FOUND);
    assert_int_equal(find("tax", "two", "a"), ERR_NOT_FOUND);
}

static void answers_are_kept_thirty_days(void **state)
{
    (void)state;
    keep("old", "a");
    kit->now_us += 30 * DAY_US;
    keep("day-30", "a");
    assert_int_equal(find("tax", "old", "a"), ERR_OK);
    kit->now_us += 1;
    keep("after", "a");
    assert_int_equal(find("tax", "old", "a"), ERR_NOT_FOUND);
    assert_int_equal(find("tax", "day-30", "a"), ERR_OK);
    keep("old", "another content, after its time");
}

static int setup(void **state)
{
    (void)state;
    kit = kit_open(&MODEL_SHIPPED);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    kit_close(kit);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_retry_gets_the_first_answer_and_other_content_none, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(answers_are_kept_thirty_days, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
