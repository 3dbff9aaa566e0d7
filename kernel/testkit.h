/*
 * For tests on a store: a folder of its own, a clock that the test sets, tables for datasets of the
 * test's own making, contributions, calls as a command makes them. A test of the kernel gives its
 * CHECK_RULES and READER_RULES; one above it has those of the build.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "kernel/dataset/dataset.h"
#include "kernel/job/job.h"
#include "kernel/store/store_inside.h"
#include "kernel/web/router.h"
#include "lib/text.h"

enum { KIT_ARENA_MAX = 512 * 1024 * 1024, KIT_MIGRATIONS_MAX = 100 };

static const int64_t KIT_START_US = 1767225600000000; /* 2026-01-01T00:00:00Z */

typedef struct Kit {
    char dir[40];
    const Model *model;
    const Codes *codes; /* for kit_say; not owned */
    Store *store;
    Arena *arena; /* lives as long as the kit */
    Env env;
    _Atomic int64_t now_us; /* what the store's clock says */
    Migration migrations[KIT_MIGRATIONS_MAX];
    int migration_count;
    App app;
} Kit;

/* ---- clock ---- */

static inline int64_t kit_clock(void *self)
{
    return ((Kit *)self)->now_us;
}

static inline void kit_random(void *self, void *out, size_t size)
{
    (void)self;
    env_random(&ENV_REAL, out, size);
}

/* ---- folder and store ---- */

static inline int kit_remove_entry(const char *path, const struct stat *info, int type,
                                   struct FTW *at)
{
    (void)info, (void)type, (void)at;
    return remove(path);
}

static inline void kit_folder_make(char dir[40])
{
    const char *tmp = getenv("TMPDIR");
    int n = snprintf(dir, 40, "%s/heluo-kit-XXXXXX", tmp && strlen(tmp) < 20 ? tmp : "/tmp");
    assert_true(n < 40);
    assert_non_null(mkdtemp(dir));
}

static inline void kit_folder_remove(const char *dir)
{
    assert_int_equal(nftw(dir, kit_remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void kit_columns(Buf *out, const Dataset *dataset, bool master)
{
    for (int i = 0; i < dataset->field_count; i++) {
        FieldType type = dataset->fields[i].type;
        bool number = type == FIELD_INTEGER || type == FIELD_DECIMAL || type == FIELD_BOOLEAN ||
                      type == FIELD_INSTANT;
        buf_printf(out, ", \"" STR_FMT "\" %s%s", STR_ARG(dataset->fields[i].id),
                   number ? "INTEGER" : "TEXT", master && i == dataset->key ? " UNIQUE" : "");
    }
}

/* The four tables of a dataset, as tools/modelc would make them but for the checks. */
static inline void kit_tables(Buf *out, const Dataset *dataset)
{
    static const struct {
        const char *suffix, *columns, *key;
    } TABLES[] = {
        {"", "record_id INTEGER PRIMARY KEY, since_index INTEGER NOT NULL", ""},
        {"_history",
         "record_id INTEGER NOT NULL, since_index INTEGER NOT NULL, until_index INTEGER NOT NULL",
         ", PRIMARY KEY (record_id, since_index)"},
        {"_source",
         "record_id INTEGER NOT NULL, source_organ TEXT NOT NULL, since_index INTEGER NOT NULL,"
         " salt BLOB NOT NULL, held INTEGER NOT NULL",
         ", PRIMARY KEY (record_id, source_organ)"},
        {"_source_history",
         "record_id INTEGER NOT NULL, source_organ TEXT NOT NULL, since_index INTEGER NOT NULL,"
         " until_index INTEGER NOT NULL, salt BLOB NOT NULL, held INTEGER NOT NULL",
         ", PRIMARY KEY (record_id, source_organ, since_index)"},
    };
    for (size_t i = 0; i < COUNT_OF(TABLES); i++) {
        buf_printf(out, "CREATE TABLE \"" STR_FMT "%s\" (%s", STR_ARG(dataset->id),
                   TABLES[i].suffix, TABLES[i].columns);
        kit_columns(out, dataset, i == 0);
        buf_printf(out, "%s) STRICT;\n", TABLES[i].key);
    }
}

static inline void kit_store_open(Kit *kit)
{
    StoreOptions options = {.dir = kit->dir, .model = kit->model, .env = &kit->env};
    MigrationSet set = {kit->migrations, kit->migration_count};
    bool made;
    Buf why = buf_new(4096);
    Err err = store_open_with(&options, set, &kit->store, &made, &why);
    if (err != ERR_OK) fail_msg("the store does not open: " STR_FMT, STR_ARG(buf_str(&why)));
    buf_free(&why);
    kit->app.store = kit->store;
}

/* A store for the model; datasets that do not ship get their tables. */
static inline Kit *kit_open(const Model *model)
{
    Kit *kit = mem_alloc(sizeof *kit);
    kit_folder_make(kit->dir);
    kit->model = model;
    kit->arena = arena_new(KIT_ARENA_MAX);
    kit->now_us = KIT_START_US;
    kit->env = (Env){kit_clock, kit_random, kit};
    for (int i = 0; i < MIGRATION_COUNT; i++)
        kit->migrations[kit->migration_count++] = MIGRATIONS[i];
    for (int i = 0; i < model->dataset_count && model != &MODEL_SHIPPED; i++) {
        Buf sql = buf_new(64 * 1024);
        kit_tables(&sql, &model->datasets[i]);
        ASSERT(kit->migration_count < KIT_MIGRATIONS_MAX);
        kit->migrations[kit->migration_count++] =
            (Migration){STR("tests"), model->datasets[i].id, arena_str(kit->arena, buf_str(&sql))};
        buf_free(&sql);
    }
    kit->app = (App){.env = &kit->env,
                     .city = {STR("测试市"), STR("Testing")},
                     .started_us = KIT_START_US,
                     .dir = kit->dir};
    kit_store_open(kit);
    return kit;
}

static inline void kit_close(Kit *kit)
{
    if (kit->store) store_close(kit->store);
    kit_folder_remove(kit->dir);
    arena_free(kit->arena);
    mem_free(kit);
}

/* What somebody with a plain SQLite does to the closed database. */
static inline void kit_tamper(Kit *kit, const char *script)
{
    char path[80];
    Sql *sql;
    store_close(kit->store);
    kit->store = NULL;
    snprintf(path, sizeof path, "%s/heluo.db", kit->dir);
    assert_int_equal(sql_open(path, SQL_WRITE, &sql), ERR_OK);
    assert_int_equal(sql_script(sql, str_of(script)), ERR_OK);
    sql_close(sql);
    kit_store_open(kit);
}

/* The number that a query without parameters gives. */
static inline int64_t kit_count(Kit *kit, const char *query)
{
    StoreReader *reader = store_read(kit->store);
    SqlStmt *stmt;
    assert_int_equal(sql_prepare_text(store_reader_sql(reader), str_of(query), &stmt), ERR_OK);
    assert_int_equal(sql_step(stmt), ERR_OK);
    int64_t number = sql_int(stmt, 0);
    sql_reset(stmt);
    store_read_end(reader);
    return number;
}

/* ---- contributions ---- */

typedef struct KitCell {
    const char *field, *text; /* text "": the organ says that there is no value */
} KitCell;

typedef struct KitSaid {
    Contribution c;
    Record record;
    bool given[MODEL_FIELDS_MAX];
    Arena *arena;
    int64_t index; /* of the journal entry, or -1 */
} KitSaid;

static inline Err kit_say_write(WriteTx *tx, void *arg)
{
    KitSaid *said = arg;
    said->index = -1;
    TRY(dataset_contribute(tx, said->arena, &said->c));
    if (!said->c.leaf_made) return ERR_OK;
    ContributionLeaf leaf = {said->c.record_id, said->c.leaf};
    JournalEntry entry = {.action = STR("contribute"),
                          .actor = STR("test"),
                          .organ = said->c.organ,
                          .dataset = said->record.dataset->id,
                          .count = 1,
                          .has_root = true,
                          .root = contribution_root(&leaf, 1)};
    return journal_append(tx->journal, tx->sql, tx->now_us, &entry, &said->index);
}

/* One contribution, cells ended by {0}; fields that are not among them are not given. Must be
 * without errors. */
static inline KitSaid kit_say(Kit *kit, const char *dataset_id, const char *organ,
                              const KitCell *cells)
{
    const Dataset *dataset = model_dataset(kit->model, str_of(dataset_id));
    Issues *issues = arena_alloc(kit->arena, sizeof *issues);
    RawRecord *raw = arena_alloc(kit->arena, sizeof *raw);
    KitSaid said = {.arena = kit->arena};
    issues_clear(issues, kit->arena);
    for (; cells->field; cells++) {
        int field = model_field(dataset, str_of(cells->field));
        assert_true(field >= 0);
        raw->cells[field] = str_of(cells->text);
        said.given[field] = true;
    }
    RuleContext context = {kit->arena, kit->codes, day_of(2026, 3, 1), issues};
    record_parse(&context, dataset, raw, &said.record);
    assert_int_equal(issues->errors, 0);
    said.c = (Contribution){.record = &said.record, .given = said.given, .organ = str_of(organ)};
    assert_int_equal(store_write(kit->store, kit_say_write, &said), ERR_OK);
    return said;
}

/* ---- calls as a command makes them ---- */

typedef struct KitAnswer {
    int status;
    Str text;     /* lives as long as the kit */
    json_t *json; /* NULL: the text is no JSON; json_decref by the caller */
    HttpReply reply;
} KitAnswer;

static inline KitAnswer kit_call(Kit *kit, HttpMethod method, const char *target,
                                 const HttpPair *headers, int header_count, Str body)
{
    KitAnswer answer = {0};
    Buf why = buf_new(1024);
    web_call(&kit->app, method, str_of(target), headers, header_count, body, -1, kit->arena,
             &answer.reply);
    answer.status = answer.reply.status;
    answer.text = arena_str(kit->arena, buf_str(&answer.reply.body));
    answer.json = answer.text.n && answer.text.p[0] == '{' ? json_read(answer.text, &why) : NULL;
    if (answer.reply.file_fd >= 0) close(answer.reply.file_fd);
    buf_free(&answer.reply.body);
    buf_free(&why);
    return answer;
}
