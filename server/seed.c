#include <sys/mman.h>
#include <unistd.h>

#include "kernel/batch/batch.h"
#include "kernel/codes/codes.h"
#include "kernel/model/seed.h"
#include "lib/csv.h"
#include "lib/hash.h"
#include "server/city.h"

int bytes_open(Str bytes)
{
    int fd = memfd_create("heluo", MFD_CLOEXEC);
    if (fd < 0) return -1;
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n <= 0) {
            close(fd);
            return -1;
        }
        bytes = str_slice(bytes, (size_t)n, bytes.n);
    }
    return fd;
}

/* One file of all code lists: a list's rows get the list's name and LIST:CODE in front. */
static Err lists_append(Buf *out, const SeedFile *file, Str list)
{
    int fd = bytes_open(file->bytes);
    if (fd < 0 || lseek(fd, 0, SEEK_SET) != 0) return ERR_INTERNAL;
    CsvReader *reader = csv_open(fd);
    ASSERT(reader != NULL);
    CsvRecord *record = mem_alloc(sizeof *record);
    CsvResult result =
        csv_next(reader, record); /* the heading: code first, then as in the dataset */
    ASSERT(result == CSV_RECORD && str_is(record->cells[0], "code"));
    if (out->n == 0) buf_printf(out, "id,list," STR_FMT "\n", STR_ARG(record->raw));
    while ((result = csv_next(reader, record)) == CSV_RECORD) {
        buf_printf(out, STR_FMT ":" STR_FMT "," STR_FMT "," STR_FMT "\n", STR_ARG(list),
                   STR_ARG(record->cells[0]), STR_ARG(list), STR_ARG(record->raw));
    }
    mem_free(record);
    csv_close(reader);
    close(fd);
    return result == CSV_END ? ERR_OK : ERR_INTERNAL;
}

static const char REFUSED[] =
    "SELECT coalesce(sum(rejected), 0) FROM batch_chunk WHERE batch_id = $id";

/* Also of a batch that was done at an earlier start. */
static Err rows_refused(Store *store, int64_t batch_id, int64_t *count)
{
    StoreReader *reader = store_read(store);
    SqlStmt *stmt = sql_prepare(store_reader_sql(reader), REFUSED);
    sql_bind_int(stmt, sql_param(stmt, "id"), batch_id);
    Err err = sql_step(stmt);
    if (err == ERR_OK) *count = sql_int(stmt, 0);
    sql_reset(stmt);
    store_read_end(reader);
    return err;
}

static Err fill(Store *store, Str dataset_id, Str csv, Buf *why)
{
    const Dataset *dataset = model_dataset(store_model(store), dataset_id);
    ASSERT(dataset != NULL);
    Digest digest = sha256(csv);
    Buf number = buf_new(BATCH_NUMBER_MAX);
    buf_lit(&number, "shipped-");
    hex_write(&number, (Str){(const char *)digest.bytes, 8});
    BatchInput input = {.dataset = dataset,
                        .organ = dataset->owner,
                        .number = buf_str(&number),
                        .format = BATCH_CSV,
                        .subject = {SUBJECT_LOCAL, dataset->owner, STR("shipped")},
                        .codes = codes_shipped(),
                        .fd = bytes_open(csv)};
    JobProgress progress = {0};
    BatchOutcome outcome;
    Arena *arena = arena_new(64 * 1024 * 1024);
    Err err = input.fd >= 0 ? batch_run(store, &input, &progress, arena, &outcome) : ERR_INTERNAL;
    int64_t refused = 0;
    if (err == ERR_OK) err = rows_refused(store, outcome.batch_id, &refused);
    if (err == ERR_OK && refused > 0) err = ERR_INTERNAL;
    if (err != ERR_OK) {
        buf_printf(why, "filling " STR_FMT ": %s, line %lld, %lld rows refused",
                   STR_ARG(dataset_id), outcome.fault.code ? outcome.fault.code : "",
                   (long long)outcome.fault.line, (long long)refused);
    }
    arena_free(arena);
    if (input.fd >= 0) close(input.fd);
    buf_free(&number);
    return err;
}

Err seed_store(Store *store, Buf *why)
{
    Buf lists = buf_new(16 * 1024 * 1024);
    Err err = ERR_OK;
    Str organs = STR("");
    for (int i = 0; i < SEED_FILE_COUNT && err == ERR_OK; i++) {
        Str list = seed_list_name(&SEED_FILES[i]);
        if (list.n)
            err = lists_append(&lists, &SEED_FILES[i], list);
        else if (str_is(SEED_FILES[i].name, "organs.csv"))
            organs = SEED_FILES[i].bytes;
    }
    ASSERT(!lists.overflow);
    if (err == ERR_OK) err = fill(store, STR("code"), buf_str(&lists), why);
    if (err == ERR_OK) err = fill(store, STR("division"), DIVISIONS_CSV, why);
    if (err == ERR_OK) err = fill(store, STR("organ"), organs, why);
    if (err == ERR_OK) err = codes_reload(store);
    buf_free(&lists);
    return err;
}
