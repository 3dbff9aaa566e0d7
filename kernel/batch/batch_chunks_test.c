/* Batches of several chunks: cancelled, failing in the middle, sent again, two at a time. */
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include "kernel/batch/batch_testkit.h"

const CheckRule CHECK_RULES[] = {{{NULL, 0}, NULL}};
const ReaderRule READER_RULES[] = {{{NULL, 0}, NULL}};

enum { LINES = 12500 };

static Kit *kit;
static Buf file; /* LINES records: one refused in each chunk, the last the same as the first */

static void file_make(void)
{
    file = buf_new(8 << 20);
    buf_lit(&file, "code,name,staff\n");
    for (int i = 0; i < LINES - 2; i++) {
        buf_printf(&file, "K%05d,第%d个,%s\n", i, i, i % 5000 == 4321 ? "x" : "12");
    }
    buf_lit(&file, "K00001,另一个,12\nK00000,第0个,12\n");
}

/* What must be there when the batch is complete, in however many goes. */
static void assert_complete(const json_t *receipt)
{
    assert_int_equal(counted(receipt, "read"), LINES);
    assert_int_equal(counted(receipt, "rejected"), 3);
    assert_int_equal(counted(receipt, "created"), LINES - 4);
    assert_int_equal(counted(receipt, "unchanged"), 1);
    assert_reason(receipt, "reasons", 0, 4323, "staff", "type");
    assert_reason(receipt, "reasons", 1, 9323, "staff", "type");
    assert_reason(receipt, "reasons", 2, LINES, "code", "duplicate");
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM thing"), LINES - 4);
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM thing_source"), LINES - 4);
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM batch_reject"), 3);
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM batch_chunk"), 3);
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM journal WHERE action = 'batch.chunk'"),
                     3);
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM journal WHERE action = 'batch.receipt'"),
                     1);
    assert_verifies(kit);
}

static void each_chunk_has_its_journal_entry(void **state)
{
    (void)state;
    Handed handed = hand_in(kit, "b1", buf_str(&file), BATCH_CSV);
    assert_int_equal(handed.err, ERR_OK);
    assert_complete(handed.receipt);
    assert_int_equal(kit_count(kit, "SELECT max(read) FROM batch_chunk"), BATCH_CHUNK_MAX);
    json_decref(handed.receipt);
}

typedef struct Canceller {
    JobProgress *progress;
    int64_t records;
} Canceller;

static void *cancel_at(void *arg)
{
    Canceller *self = arg;
    while (!(self->progress->phase == JOB_STORING && self->progress->records >= self->records) &&
           self->progress->phase != JOB_DONE)
        usleep(50);
    self->progress->cancel = true;
    return NULL;
}

/* Cancelled at any place it verifies, and the same batch again completes it. */
static void a_cancelled_batch_is_completed_by_sending_it_again(void **state)
{
    (void)state;
    for (int64_t at = 0; at < LINES; at += 4000) {
        int fd = bytes_open(buf_str(&file));
        BatchInput input = input_of("b1", fd);
        JobProgress progress = {0};
        Canceller canceller = {&progress, at};
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, cancel_at, &canceller), 0);
        Handed handed = hand_in_as(kit, &input, &progress);
        pthread_join(thread, NULL);
        assert_int_equal(handed.err, ERR_OK);
        const char *said = json_string_value(json_object_get(handed.receipt, "state"));
        assert_string_equal(said, handed.out.cancelled ? "cancelled" : "done");
        assert_verifies(kit);
        json_decref(handed.receipt);
        close(fd);
    }
    Handed handed = hand_in(kit, "b1", buf_str(&file), BATCH_CSV);
    assert_int_equal(handed.err, ERR_OK);
    assert_complete(handed.receipt);
    json_decref(handed.receipt);
}

/* Cancelled, taken up again, and killed: what the receipt said before is no lie. */
static void a_batch_that_is_taken_up_again_verifies_on_the_way(void **state)
{
    (void)state;
    int fd = bytes_open(buf_str(&file));
    BatchInput input = input_of("b1", fd);
    JobProgress progress = {.cancel = true};
    Handed handed = hand_in_as(kit, &input, &progress);
    assert_true(handed.out.cancelled);
    json_decref(handed.receipt);
    kit_tamper(kit, "UPDATE batch SET state = 'running', receipt_index = NULL");
    assert_verifies(kit);
    handed = hand_in(kit, "b1", buf_str(&file), BATCH_CSV);
    assert_complete(handed.receipt);
    json_decref(handed.receipt);
    close(fd);
}

/* No file may grow over the limit: as a disk that is full. */
static void a_full_disk_stops_and_sending_again_completes(void **state)
{
    (void)state;
    struct rlimit before, small;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    sigaction(SIGXFSZ, &ignore, &old);
    small = before;
    small.rlim_cur = 900 * 1024;
    int fd = bytes_open(buf_str(&file));
    BatchInput input = input_of("b1", fd);
    JobProgress progress = {0};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    Handed handed = hand_in_as(kit, &input, &progress);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    sigaction(SIGXFSZ, &old, NULL);
    assert_int_equal(handed.err, ERR_STORAGE);
    assert_string_equal(handed.fault, "storage");
    close(fd);
    kit_tamper(kit, ""); /* closed and opened: a failed write may have stopped the store */
    assert_verifies(kit);
    handed = hand_in(kit, "b1", buf_str(&file), BATCH_CSV);
    assert_int_equal(handed.err, ERR_OK);
    assert_complete(handed.receipt);
    json_decref(handed.receipt);
}

typedef struct Sender {
    Handed handed;
    const char *number;
    pthread_t thread;
} Sender;

static void *send_it(void *arg)
{
    Sender *sender = arg;
    int fd = memfd_create("batch", MFD_CLOEXEC);
    if (fd < 0 || write(fd, file.p, file.n) != (ssize_t)file.n) return NULL;
    BatchInput input = input_of(sender->number, fd);
    JobProgress progress = {0};
    Arena *arena = arena_new(64 * 1024 * 1024);
    sender->handed.err = batch_run(kit->store, &input, &progress, arena, &sender->handed.out);
    arena_free(arena);
    close(fd);
    return sender;
}

static void one_number_runs_once_at_a_time(void **state)
{
    (void)state;
    Sender senders[4] = {{.number = "b1"}, {.number = "b1"}, {.number = "b1"}, {.number = "b1"}};
    for (size_t i = 0; i < COUNT_OF(senders); i++)
        assert_int_equal(pthread_create(&senders[i].thread, NULL, send_it, &senders[i]), 0);
    int ran = 0;
    for (size_t i = 0; i < COUNT_OF(senders); i++) {
        void *done;
        pthread_join(senders[i].thread, &done);
        assert_non_null(done);
        const Handed *handed = &senders[i].handed;
        ran += handed->err == ERR_OK && !handed->out.replayed;
        if (handed->err == ERR_OK) continue;
        assert_int_equal(handed->err, ERR_CONFLICT);
        assert_string_equal(handed->out.fault.code, "batch_running");
    }
    assert_int_equal(ran, 1);
    Handed handed = hand_in(kit, "b1", buf_str(&file), BATCH_CSV);
    assert_true(handed.out.replayed);
    assert_complete(handed.receipt);
    json_decref(handed.receipt);
}

static void different_numbers_run_side_by_side(void **state)
{
    (void)state;
    Sender senders[3] = {{.number = "b1"}, {.number = "b2"}, {.number = "b3"}};
    for (size_t i = 0; i < COUNT_OF(senders); i++)
        assert_int_equal(pthread_create(&senders[i].thread, NULL, send_it, &senders[i]), 0);
    int64_t created = 0;
    for (size_t i = 0; i < COUNT_OF(senders); i++) {
        pthread_join(senders[i].thread, NULL);
        assert_int_equal(senders[i].handed.err, ERR_OK);
        json_t *receipt = receipt_of(kit, senders[i].handed.out.batch_id);
        assert_int_equal(counted(receipt, "read"), LINES);
        created += counted(receipt, "created");
        json_decref(receipt);
    }
    assert_int_equal(created, LINES - 4);
    assert_verifies(kit);
}

static int set_up(void **state)
{
    (void)state;
    kit = kit_open(&THING_MODEL);
    kit->codes = codes_ready(codes_new());
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    codes_give(kit->codes);
    kit_close(kit);
    return 0;
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    file_make();
    const struct CMUnitTest tests[] = {
        RULE(each_chunk_has_its_journal_entry),
        RULE(a_cancelled_batch_is_completed_by_sending_it_again),
        RULE(a_batch_that_is_taken_up_again_verifies_on_the_way),
        RULE(a_full_disk_stops_and_sending_again_completes),
        RULE(one_number_runs_once_at_a_time),
        RULE(different_numbers_run_side_by_side),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buf_free(&file);
    return failed;
}
