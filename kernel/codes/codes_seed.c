/* Codes from the files that ship. */
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel/codes/codes.h"
#include "kernel/model/seed.h"
#include "lib/csv.h"
#include "lib/text.h"

typedef enum Column {
    COLUMN_CODE,
    COLUMN_LABEL_ZH,
    COLUMN_LABEL_EN,
    COLUMN_PARENT,
    COLUMN_LEVEL,
    COLUMN_SUCCESSOR,
    COLUMN_FROM,
    COLUMN_TO,
    COLUMNS,
} Column;

static const char *const HEADINGS[COLUMNS][2] = {
    [COLUMN_CODE] = {"code", "organ"},
    [COLUMN_LABEL_ZH] = {"label_zh", "name"},
    [COLUMN_LABEL_EN] = {"label_en", "name_en"},
    [COLUMN_PARENT] = {"parent", "parent"},
    [COLUMN_LEVEL] = {"level", "level"},
    [COLUMN_SUCCESSOR] = {"successor", "successor"},
    [COLUMN_FROM] = {"valid_from", "valid_from"},
    [COLUMN_TO] = {"valid_to", "valid_to"},
};

/* A descriptor that reads the bytes from their start. */
static int memory_open(Str bytes)
{
    int fd = memfd_create("codes", MFD_CLOEXEC);
    if (fd < 0) return -1;
    for (size_t done = 0; done < bytes.n;) {
        ssize_t n = write(fd, bytes.p + done, bytes.n - done);
        if (n <= 0) {
            close(fd);
            return -1;
        }
        done += (size_t)n;
    }
    if (lseek(fd, 0, SEEK_SET) == 0) return fd;
    close(fd);
    return -1;
}

static void columns_find(const CsvRecord *head, int columns[COLUMNS])
{
    for (int c = 0; c < COLUMNS; c++) {
        columns[c] = -1;
        for (int i = 0; i < head->count; i++) {
            if (str_is(head->cells[i], HEADINGS[c][0]) || str_is(head->cells[i], HEADINGS[c][1]))
                columns[c] = i;
        }
    }
}

static bool day_read(Str text, int32_t open, int32_t *day)
{
    *day = open;
    return text.n == 0 || day_parse(text, day);
}

static bool row_add(Codes *codes, Str list, const CsvRecord *record, const int columns[COLUMNS])
{
    Str cells[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) {
        cells[c] = columns[c] >= 0 && columns[c] < record->count ? record->cells[columns[c]]
                                                                 : STR_NONE;
    }
    CodeEntry entry = {.code = cells[COLUMN_CODE],
                       .label_zh = cells[COLUMN_LABEL_ZH],
                       .label_en = cells[COLUMN_LABEL_EN],
                       .parent = cells[COLUMN_PARENT],
                       .level = cells[COLUMN_LEVEL],
                       .successor = cells[COLUMN_SUCCESSOR]};
    if (entry.code.n == 0 || !day_read(cells[COLUMN_FROM], INT32_MIN, &entry.valid_from) ||
        !day_read(cells[COLUMN_TO], INT32_MAX, &entry.valid_to)) {
        return false;
    }
    codes_add(codes, list, &entry);
    return true;
}

static Err rows_add(Codes *codes, Str list, CsvReader *reader, CsvRecord *record, Buf *why)
{
    int columns[COLUMNS];
    CsvResult result = csv_next(reader, record);
    if (result == CSV_RECORD) columns_find(record, columns);
    if (result != CSV_RECORD || columns[COLUMN_CODE] < 0) {
        buf_lit(why, "line 1: a heading with the column code (or organ) is needed");
        return ERR_BAD;
    }
    while ((result = csv_next(reader, record)) == CSV_RECORD) {
        if (row_add(codes, list, record, columns)) continue;
        buf_printf(why, "line %lld: a code is needed, and days like 2021-03-01",
                   (long long)record->line);
        return ERR_BAD;
    }
    if (result == CSV_END) return ERR_OK;
    buf_printf(why, "line %lld: not well-formed CSV", (long long)record->line);
    return ERR_BAD;
}

Err codes_add_csv(Codes *codes, Str list, Str csv, Buf *why)
{
    int fd = memory_open(csv);
    if (fd < 0) return ERR_INTERNAL;
    CsvReader *reader = csv_open(fd);
    Err err = ERR_BAD;
    if (reader) {
        CsvRecord *record = mem_alloc(sizeof *record);
        err = rows_add(codes, list, reader, record, why);
        mem_free(record);
        csv_close(reader);
    } else {
        buf_lit(why, "line 1: not a text");
    }
    close(fd);
    return err;
}

static const Codes *shipped;

static void shipped_make(void)
{
    Codes *codes = codes_new();
    Buf why = buf_new(1024);
    Err err = codes_add_csv(codes, CODES_DIVISION, DIVISIONS_CSV, &why);
    for (int i = 0; i < SEED_FILE_COUNT && err == ERR_OK; i++) {
        const SeedFile *file = &SEED_FILES[i];
        Str list = seed_list_name(file);
        if (list.n == 0 && str_is(file->name, "organs.csv")) list = CODES_ORGAN;
        if (list.n) err = codes_add_csv(codes, list, file->bytes, &why);
    }
    ASSERT(err == ERR_OK); /* what ships was checked by codes_test */
    buf_free(&why);
    shipped = codes_ready(codes);
}

const Codes *codes_shipped(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, shipped_make);
    return shipped;
}
