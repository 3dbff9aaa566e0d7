#include "kernel/journal/journal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { SQL_FILE_MAX = 64 * 1024 };

static Sql *sql;
static Journal journal;

static void script(const char *text)
{
    assert_int_equal(sql_script(sql, str_of(text)), ERR_OK);
}

static int open_memory(void **state)
{
    (void)state;
    static char text[SQL_FILE_MAX];
    FILE *file = fopen("kernel/journal/migrations/0001-journal.sql", "rb");
    if (file == NULL) return -1;
    size_t n = fread(text, 1, sizeof text, file);
    fclose(file);
    if (sql_open(":memory:", SQL_WRITE, &sql) != ERR_OK) return -1;
    if (sql_script(sql, (Str){text, n}) != ERR_OK) return -1;
    return journal_load(&journal, sql);
}

static int close_memory(void **state)
{
    (void)state;
    sql_close(sql);
    return 0;
}

static void append(int64_t n)
{
    char request[32];
    snprintf(request, sizeof request, "r%lld", (long long)n);
    JournalEntry entry = {
        .action = STR("contribute"),
        .actor = STR("local"),
        .organ = STR("market_regulation"),
        .dataset = STR("entity"),
        .request_id = str_of(request),
        .count = 1,
    };
    int64_t index = -1;
    assert_int_equal(journal_append(&journal, sql, 1000000 * n, &entry, &index), ERR_OK);
    assert_int_equal(index, n);
}

static void fill(int64_t count)
{
    assert_int_equal(sql_begin(sql), ERR_OK);
    while (journal.size < count) append(journal.size);
    assert_int_equal(journal_seal(&journal, sql), ERR_OK);
    assert_int_equal(sql_commit(sql), ERR_OK);
}

static int64_t verify(Buf *why)
{
    int64_t bad = -2;
    Err err = journal_verify(sql, &bad, why);
    if (err == ERR_OK) {
        assert_int_equal(bad, -1);
        assert_int_equal(why->n, 0);
    } else {
        assert_int_equal(err, ERR_CONFLICT);
        assert_true(why->n > 0);
    }
    return bad;
}

/* ---- entries ---- */

static void assert_line(int64_t time_us, const JournalEntry *entry, const char *expected)
{
    Buf line = buf_new(1000);
    journal_entry_write(&line, time_us, entry);
    buf_byte(&line, 0);
    assert_string_equal(line.p, expected);
    buf_free(&line);
}

static void lines_are_canonical(void **state)
{
    (void)state;
    JournalEntry least = {.action = STR("read"), .actor = STR("local")};
    assert_line(
        0, &least,
        "{\"time\":\"1970-01-01T00:00:00.000000Z\",\"action\":\"read\",\"actor\":\"local\"}");
    assert_line(
        -1, &least,
        "{\"time\":\"1969-12-31T23:59:59.999999Z\",\"action\":\"read\",\"actor\":\"local\"}");
    JournalEntry full = {
        .action = STR("contribute"),
        .actor = STR("系统\x01\x1f\b\t\n\f\r\"\\/\x7f"),
        .organ = STR("o"),
        .purpose = STR("p"),
        .request_id = STR("r"),
        .dataset = STR("d"),
        .count = -3,
        .has_root = true,
        .note = STR("n"),
    };
    memset(full.root.bytes, 0xab, sizeof full.root.bytes);
    assert_line(INT64_C(1772323200000001), &full,
                "{\"time\":\"2026-03-01T00:00:00.000001Z\",\"action\":\"contribute\",\"dataset\":"
                "\"d\",\"organ\":\"o\","
                "\"request_id\":\"r\",\"actor\":\"系统\\u0001\\u001f\\b\\t\\n\\f\\r\\\"\\\\/"
                "\x7f\",\"purpose\":\"p\","
                "\"count\":-3,\"root\":"
                "\"abababababababababababababababababababababababababababababababab\","
                "\"note\":\"n\"}");
}

static void an_entry_is_under_64_kib(void **state)
{
    (void)state;
    static char note[JOURNAL_ENTRY_MAX];
    memset(note, 'x', sizeof note);
    JournalEntry entry = {.action = STR("read"), .actor = STR("local")};
    Buf line = buf_new(1000);
    journal_entry_write(&line, 0, &entry);
    size_t rest = JOURNAL_ENTRY_MAX - line.n - strlen(",\"note\":\"\"");
    buf_free(&line);
    int64_t index;
    Journal before = journal;
    entry.note = (Str){note, rest + 1};
    assert_int_equal(journal_append(&journal, sql, 0, &entry, &index), ERR_TOO_LARGE);
    assert_memory_equal(&journal, &before, sizeof journal);
    entry.note.n = sizeof note;
    assert_int_equal(journal_append(&journal, sql, 0, &entry, &index), ERR_TOO_LARGE);
    entry.note.n = rest;
    assert_int_equal(journal_append(&journal, sql, 0, &entry, &index), ERR_OK);
    assert_int_equal(journal_seal(&journal, sql), ERR_OK);
    Buf why = buf_new(1000);
    assert_int_equal(verify(&why), -1);
    buf_free(&why);
}

static void time_never_goes_back(void **state)
{
    (void)state;
    JournalEntry entry = {.action = STR("read"), .actor = STR("local")};
    static const int64_t CLOCK[] = {50, 70, 60, 70, 10, 80}, INDEX_AT_70 = 4;
    int64_t index;
    for (size_t i = 0; i < COUNT_OF(CLOCK); i++) {
        assert_int_equal(journal_append(&journal, sql, CLOCK[i], &entry, &index), ERR_OK);
    }
    assert_int_equal(journal_index_at(sql, 49, &index), ERR_OK);
    assert_int_equal(index, -1);
    assert_int_equal(journal_index_at(sql, 50, &index), ERR_OK);
    assert_int_equal(index, 0);
    assert_int_equal(journal_index_at(sql, 69, &index), ERR_OK);
    assert_int_equal(index, 0);
    assert_int_equal(journal_index_at(sql, 70, &index), ERR_OK);
    assert_int_equal(index, INDEX_AT_70);
    assert_int_equal(journal_index_at(sql, INT64_MAX, &index), ERR_OK);
    assert_int_equal(index, COUNT_OF(CLOCK) - 1);
}

static void index_at_in_an_empty_journal(void **state)
{
    (void)state;
    int64_t index = 0;
    assert_int_equal(journal_index_at(sql, INT64_MAX, &index), ERR_OK);
    assert_int_equal(index, -1);
}

static void index_at_is_the_plain_search(void **state)
{
    (void)state;
    fill(300);
    for (int64_t time = -1; time < 301; time++) {
        int64_t index;
        assert_int_equal(journal_index_at(sql, time * 1000000 + 500000, &index), ERR_OK);
        assert_int_equal(index, MIN(time, 299));
    }
}

/* ---- loading ---- */

static void loading_gives_the_same_edge(void **state)
{
    (void)state;
    static const int64_t SIZES[] = {0,   1,   2,    255,   256,   257,   511,
                                    512, 700, 1024, 65535, 65536, 65537, 66000};
    for (size_t i = 0; i < COUNT_OF(SIZES); i++) {
        fill(SIZES[i]);
        Journal loaded;
        assert_int_equal(journal_load(&loaded, sql), ERR_OK);
        assert_int_equal(loaded.size, journal.size);
        assert_int_equal(loaded.time_us, journal.time_us);
        assert_int_equal(loaded.edge_count, journal.edge_count);
        assert_memory_equal(loaded.edge, journal.edge, sizeof(Digest) * (size_t)journal.edge_count);
        assert_memory_equal(loaded.tail, journal.tail,
                            sizeof(Digest) * (size_t)(journal.size % JOURNAL_TILE));
    }
    Buf why = buf_new(1000);
    assert_int_equal(verify(&why), -1);
    script("UPDATE journal_tile SET hashes = zeroblob(8192) WHERE level = 1");
    assert_int_equal(verify(&why), 0);
    buf_free(&why);
    assert_int_equal(journal_load(&(Journal){0}, sql), ERR_CONFLICT);
}

/* The stored root beside each entry is the root the tree had then. */
static void roots_of_the_past(void **state)
{
    (void)state;
    fill(600);
    Merkle merkle;
    merkle_init(&merkle);
    SqlStmt *row = sql_prepare(sql, "SELECT entry, root FROM journal ORDER BY idx");
    while (sql_step(row) == ERR_OK) {
        Digest leaf = merkle_leaf(sql_text(row, 0));
        merkle_add(&merkle, &leaf);
        Digest root = merkle_root(&merkle);
        assert_memory_equal(sql_blob(row, 1).p, root.bytes, sizeof root.bytes);
    }
    sql_reset(row);
    assert_int_equal(merkle.size, 600);
    Digest end = journal_root(&journal), root = merkle_root(&merkle);
    assert_true(digest_eq(&end, &root));
}

static void a_copy_restores(void **state)
{
    (void)state;
    fill(255);
    assert_int_equal(sql_begin(sql), ERR_OK);
    for (int job = 0; job < 3; job++) { /* undone in the middle of a tile and across its end */
        Journal before = journal;
        assert_int_equal(sql_savepoint(sql), ERR_OK);
        for (int i = 0; i < 300; i++) append(journal.size);
        sql_rollback_savepoint(sql);
        journal = before;
    }
    append(255);
    append(256);
    assert_int_equal(journal_seal(&journal, sql), ERR_OK);
    assert_int_equal(sql_commit(sql), ERR_OK);
    Buf why = buf_new(1000);
    assert_int_equal(verify(&why), -1);
    buf_free(&why);
}

/* ---- what somebody with the file in hand may do ---- */

static const struct {
    const char *what, *script;
    int64_t bad;
} TAMPERS[] = {
    {"changed entry in a tile",
     "UPDATE journal SET entry = replace(entry, 'local', 'other') WHERE idx = 77", 77},
    {"changed entry in the tail",
     "UPDATE journal SET entry = replace(entry, 'local', 'other') WHERE idx = 520", 520},
    {"changed first entry", "UPDATE journal SET entry = entry || ' ' WHERE idx = 0", 0},
    {"changed root", "UPDATE journal SET root = zeroblob(32) WHERE idx = 3", 3},
    {"changed column time", "UPDATE journal SET time_us = time_us + 1 WHERE idx = 9", 9},
    {"changed column dataset", "UPDATE journal SET dataset = 'organ' WHERE idx = 10", 10},
    {"column dataset taken away", "UPDATE journal SET dataset = NULL WHERE idx = 10", 10},
    {"changed column action", "UPDATE journal SET action = 'read' WHERE idx = 11", 11},
    {"changed column organ", "UPDATE journal SET organ = 'police' WHERE idx = 299", 299},
    {"column request taken away", "UPDATE journal SET request_id = NULL WHERE idx = 528", 528},
    {"removed last entry", "DELETE FROM journal WHERE idx = 529", 529},
    {"removed last 100 entries", "DELETE FROM journal WHERE idx >= 430", 430},
    {"removed all entries", "DELETE FROM journal", 0},
    {"removed middle entry", "DELETE FROM journal WHERE idx = 300", 300},
    {"removed middle entry, rest moved up",
     "DELETE FROM journal WHERE idx = 300; UPDATE journal SET idx = idx + 10000 WHERE idx > 300;"
     "UPDATE journal SET idx = idx - 10001 WHERE idx > 10000",
     300},
    {"removed first entry", "DELETE FROM journal WHERE idx = 0", 0},
    {"swapped entries in a tile",
     "UPDATE journal AS j SET entry = (SELECT entry FROM journal WHERE idx = 61 - j.idx) WHERE idx "
     "IN (30, 31)",
     30},
    {"swapped rows in the tail",
     "UPDATE journal SET idx = 9999 WHERE idx = 515; UPDATE journal SET idx = 515 WHERE idx = 525;"
     "UPDATE journal SET idx = 525 WHERE idx = 9999",
     515},
    {"changed tile",
     "UPDATE journal_tile SET hashes = CAST(substr(hashes, 1, 320) || zeroblob(7872) AS BLOB) "
     "WHERE n = 1",
     266},
    {"missing tile", "DELETE FROM journal_tile WHERE n = 0", 0},
    {"surplus tile", "INSERT INTO journal_tile VALUES (0, 2, zeroblob(8192))", 530},
    {"surplus tile above", "INSERT INTO journal_tile VALUES (3, 0, zeroblob(8192))", 530},
    {"changed head", "UPDATE journal_head SET root = zeroblob(32)", 512},
    {"missing head", "DELETE FROM journal_head", 0},
    {"head cut short", "UPDATE journal_head SET size = 500", 500},
    {"head of more", "UPDATE journal_head SET size = 531", 530},
    {"inserted at the end",
     "INSERT INTO journal SELECT 530, time_us, dataset, action, organ, request_id, root, entry"
     " FROM journal WHERE idx = 529",
     530},
    {"inserted in the middle",
     "UPDATE journal SET idx = idx + 10000 WHERE idx >= 100; UPDATE journal SET idx = idx - 9999 "
     "WHERE idx >= 10000;"
     "INSERT INTO journal SELECT 100, time_us, dataset, action, organ, request_id, root, entry "
     "FROM journal"
     " WHERE idx = 99",
     100},
};

static void tampering_is_named(void **state)
{
    (void)state;
    fill(530);
    Buf why = buf_new(1000);
    assert_int_equal(verify(&why), -1);
    for (size_t i = 0; i < COUNT_OF(TAMPERS); i++) {
        assert_int_equal(sql_begin(sql), ERR_OK);
        script(TAMPERS[i].script);
        int64_t bad = verify(&why);
        if (bad != TAMPERS[i].bad)
            print_error("%s: " STR_FMT "\n", TAMPERS[i].what, STR_ARG(buf_str(&why)));
        assert_int_equal(bad, TAMPERS[i].bad);
        buf_clear(&why);
        sql_rollback(sql);
        assert_int_equal(verify(&why), -1);
    }
    buf_free(&why);
}

/* A start must not seal over what was altered. */
static void an_altered_end_is_not_loaded(void **state)
{
    (void)state;
    fill(530);
    static const char *const ENDS[] = {
        "DELETE FROM journal WHERE idx = 529",
        "DELETE FROM journal WHERE idx = 520",
        "UPDATE journal SET entry = entry || ' ' WHERE idx = 520",
        "UPDATE journal_tile SET hashes = zeroblob(8192) WHERE n = 1",
        "DELETE FROM journal_tile WHERE n = 1",
        "UPDATE journal_head SET root = zeroblob(32)",
        "DELETE FROM journal_head",
        "INSERT INTO journal SELECT 530, 0, NULL, 'read', NULL, NULL, zeroblob(32), '{}'",
    };
    for (size_t i = 0; i < COUNT_OF(ENDS); i++) {
        assert_int_equal(sql_begin(sql), ERR_OK);
        script(ENDS[i]);
        assert_int_equal(journal_load(&(Journal){0}, sql), ERR_CONFLICT);
        sql_rollback(sql);
        assert_int_equal(journal_load(&(Journal){0}, sql), ERR_OK);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_memory, close_memory)
    const struct CMUnitTest tests[] = {
        TEST(lines_are_canonical),
        TEST(an_entry_is_under_64_kib),
        TEST(time_never_goes_back),
        TEST(index_at_in_an_empty_journal),
        TEST(index_at_is_the_plain_search),
        TEST(loading_gives_the_same_edge),
        TEST(roots_of_the_past),
        TEST(a_copy_restores),
        TEST(tampering_is_named),
        TEST(an_altered_end_is_not_loaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
