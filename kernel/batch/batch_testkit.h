/* For tests of batches: files in memory, and what comes of handing them in. */
#pragma once

#include <sys/mman.h>

#include "kernel/batch/batch.h"
#include "kernel/dataset/dataset_fixture.h"

typedef struct Handed {
    Err err;
    BatchOutcome out;
    json_t *receipt; /* NULL where err; json_decref by the caller */
    char fault[40];  /* "" where none */
} Handed;

static inline int bytes_open(Str bytes)
{
    int fd = memfd_create("batch", MFD_CLOEXEC);
    assert_true(fd >= 0);
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        assert_true(n > 0);
        bytes = str_slice(bytes, (size_t)n, bytes.n);
    }
    return fd;
}

static inline BatchInput input_of(const char *number, int fd)
{
    return (BatchInput){.dataset = THING,
                        .organ = STR("registry"),
                        .number = str_of(number),
                        .format = BATCH_CSV,
                        .fd = fd,
                        .subject = {SUBJECT_SYSTEM, STR("registry"), STR("test")}};
}

static inline json_t *receipt_of(Kit *kit, int64_t batch_id)
{
    Buf text = buf_new(64 * 1024 * 1024), why = buf_new(1000);
    Json json = json_to(&text);
    StoreReader *reader = store_read(kit->store);
    Err err = batch_receipt_write(store_reader_sql(reader), batch_id, LANG_EN, &json);
    store_read_end(reader);
    assert_int_equal(err, ERR_OK);
    json_t *receipt = json_read(buf_str(&text), &why);
    if (receipt == NULL) fail_msg("the receipt is no JSON: " STR_FMT, STR_ARG(buf_str(&why)));
    buf_free(&text);
    buf_free(&why);
    return receipt;
}

static inline Handed hand_in_as(Kit *kit, const BatchInput *input, JobProgress *progress)
{
    Handed handed = {0};
    Arena *arena = arena_new(64 * 1024 * 1024);
    handed.err = batch_run(kit->store, input, progress, arena, &handed.out);
    if (handed.out.fault.code)
        snprintf(handed.fault, sizeof handed.fault, "%s", handed.out.fault.code);
    arena_free(arena);
    if (handed.err == ERR_OK) handed.receipt = receipt_of(kit, handed.out.batch_id);
    return handed;
}

static inline Handed hand_in(Kit *kit, const char *number, Str bytes, BatchFormat format)
{
    int fd = bytes_open(bytes);
    BatchInput input = input_of(number, fd);
    input.format = format;
    JobProgress progress = {0};
    Handed handed = hand_in_as(kit, &input, &progress);
    close(fd);
    return handed;
}

static inline int64_t counted(const json_t *receipt, const char *name)
{
    const json_t *number = json_object_get(receipt, name);
    assert_true(json_is_integer(number));
    return json_integer_value(number);
}

static inline void assert_counts(const Handed *handed, int64_t read, int64_t accepted,
                                 int64_t rejected, int64_t unchanged)
{
    assert_int_equal(handed->err, ERR_OK);
    assert_int_equal(counted(handed->receipt, "read"), read);
    assert_int_equal(counted(handed->receipt, "accepted"), accepted);
    assert_int_equal(counted(handed->receipt, "rejected"), rejected);
    assert_int_equal(counted(handed->receipt, "unchanged"), unchanged);
}

/* The n-th reason (or warning) is this line, field and code. */
static inline void assert_reason(const json_t *receipt, const char *list, size_t n, int64_t line,
                                 const char *field, const char *code)
{
    const json_t *reason = json_array_get(json_object_get(receipt, list), n);
    assert_non_null(reason);
    assert_int_equal(counted(reason, "line"), line);
    assert_string_equal(json_string_value(json_object_get(reason, "field")), field);
    assert_string_equal(json_string_value(json_object_get(reason, "code")), code);
}

static inline bool add_bytes(void *self, Str bytes)
{
    buf_add(self, bytes);
    return true;
}

static inline void rejects_of(Kit *kit, int64_t batch_id, Buf *out)
{
    StoreReader *reader = store_read(kit->store);
    assert_int_equal(batch_rejects_write(store_reader_sql(reader), batch_id, add_bytes, out),
                     ERR_OK);
    store_read_end(reader);
}

static inline void assert_verifies(Kit *kit)
{
    Buf why = buf_new(1000);
    int64_t bad;
    StoreReader *reader = store_read(kit->store);
    Err rows = dataset_verify(store_reader_sql(reader), THING, &bad, &why);
    Err receipts = batch_verify(store_reader_sql(reader), &bad, &why);
    Err journal = journal_verify(store_reader_sql(reader), &bad, &why);
    store_read_end(reader);
    if (rows || receipts || journal) fail_msg("verify: " STR_FMT, STR_ARG(buf_str(&why)));
    buf_free(&why);
}
