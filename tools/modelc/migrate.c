#include <sqlite3.h>
#include <sys/stat.h>

#include "tools/modelc/modelc.h"

/* ---- SQL texts made comparable: comments and white space off, lower case, plain names ---- */

/* Bytes of the token at s[0], which is neither white space nor a comment. */
static size_t token_size(Str s)
{
    char c = s.p[0];
    size_t n = 1;
    if (c == '\'' || c == '"') {
        while (n < s.n && s.p[n] != c) n++;
        return MIN(n + 1, s.n);
    }
    while (n < s.n && strchr(" \t\r\n(),'\"<>=-", c) == NULL &&
           strchr(" \t\r\n(),'\"<>=-", s.p[n]) == NULL)
        n++;
    return n;
}

/* The next token, or false at the end. */
static bool token_next(Str *rest, Str *token)
{
    for (;;) {
        *rest = str_trim(*rest);
        if (!str_starts(*rest, STR("--"))) break;
        Str line;
        if (!str_split(rest, '\n', &line) || rest->p == NULL) return false;
    }
    if (rest->n == 0) return false;
    size_t n = token_size(*rest);
    *token = str_slice(*rest, 0, n);
    *rest = str_slice(*rest, n, rest->n);
    return true;
}

static void token_write(Buf *out, Str token)
{
    if (out->n) buf_byte(out, ' ');
    if (token.p[0] == '"' && token.n >= 2) token = str_slice(token, 1, token.n - 1);
    bool text = token.n && token.p[0] == '\'';
    for (size_t i = 0; i < token.n; i++) {
        char c = token.p[i];
        buf_byte(out, !text && c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
}

static Str sql_normal(Arena *arena, Str sql)
{
    Buf out = buf_new(1024 * 1024);
    Str token;
    while (token_next(&sql, &token)) token_write(&out, token);
    Str normal = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return normal;
}

/* One entry between the commas of CREATE TABLE (…), made comparable; false behind the last. */
static bool entry_next(Arena *arena, Str *rest, Str *name, Str *normal)
{
    Buf out = buf_new(1024 * 1024);
    int depth = 0;
    Str token;
    *name = STR_NONE;
    while (token_next(rest, &token)) {
        if (depth == 0 && str_is(token, ")")) *rest = STR_NONE; /* STRICT and the like follow */
        if (depth == 0 && (str_is(token, ",") || str_is(token, ")"))) break;
        if (str_is(token, "(")) depth++;
        if (str_is(token, ")")) depth--;
        bool quoted = token.p[0] == '"' && token.n >= 2;
        if (name->p == NULL)
            *name = quoted ? str_slice(token, 1, token.n - 1) : token;
        else
            token_write(&out, token);
    }
    *normal = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return name->p != NULL;
}

/* ---- the work ---- */

typedef struct Migrate {
    Tree *tree;
    sqlite3 *db;
    bool write;
    int dataset;
    const Dataset *self;
    Buf sql; /* of the migration that is missing */
    Str added[MODEL_FIELDS_MAX + 8];
    int added_count, indexes_changed;
    bool refused; /* something a person must write */
} Migrate;

/* The text of a table or index as the database keeps it; none where there is none. */
static Str schema_text(Migrate *migrate, const char *type, Str name)
{
    sqlite3_stmt *stmt = NULL;
    Str text = STR_NONE;
    int rc = sqlite3_prepare_v2(migrate->db,
                                "SELECT sql FROM sqlite_master WHERE type = ?1 AND name = ?2", -1,
                                &stmt, NULL);
    ASSERT(rc == SQLITE_OK);
    sqlite3_bind_text(stmt, 1, type, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, name.p, (int)name.n, SQLITE_STATIC);
    if (sqlite3_step(stmt) == SQLITE_ROW) {
        text = arena_str(migrate->tree->arena, str_of((const char *)sqlite3_column_text(stmt, 0)));
    }
    sqlite3_finalize(stmt);
    return text;
}

static int migration_next(const Migrate *migrate)
{
    int number = 0;
    for (int i = 0; i < migrate->tree->migrations.count; i++) {
        const TreeFile *file = &migrate->tree->migrations.items[i];
        int64_t n = 0;
        if (!str_eq(file->module, migrate->self->module) || file->name.n < 4) continue;
        if (str_int(str_slice(file->name, 0, 4), &n) && n > number) number = (int)n;
    }
    return number + 1;
}

static bool wanted_has(const Columns *wanted, Str name)
{
    for (int i = 0; i < wanted->count; i++) {
        if (str_eq(wanted->items[i].name, name)) return true;
    }
    return false;
}

static const char BY_HAND[] = "write a migration by hand, " STR_FMT "/migrations/%04d-" STR_FMT
                              "-NAME.sql";

static void refuse_removed(Migrate *migrate, Str column)
{
    Str id = migrate->self->id;
    char by_hand[400];
    snprintf(by_hand, sizeof by_hand, BY_HAND, STR_ARG(migrate->self->module),
             migration_next(migrate), STR_ARG(id));
    tree_mistake_at(migrate->tree, migrate->dataset, "fields", STR_NONE, NULL,
                    "the field \"" STR_FMT
                    "\" is gone, but its column and history are not, and the journal vouches for"
                    " its values under this name; put it back (a label may change, a name may not),"
                    " or, where no record ever had a value in it, %s, with DROP INDEX for its"
                    " indexes and ALTER TABLE … DROP COLUMN \"" STR_FMT "\" for each of the tables "
                    STR_FMT ", " STR_FMT "_history, " STR_FMT "_source and " STR_FMT
                    "_source_history",
                    STR_ARG(column), by_hand, STR_ARG(column), STR_ARG(id), STR_ARG(id),
                    STR_ARG(id), STR_ARG(id));
    migrate->refused = true;
}

static void refuse_changed(Migrate *migrate, Str table, const Column *column, Str have)
{
    char by_hand[400];
    snprintf(by_hand, sizeof by_hand, BY_HAND, STR_ARG(migrate->self->module),
             migration_next(migrate), STR_ARG(migrate->self->id));
    tree_mistake_at(
        migrate->tree, migrate->dataset, "fields", column->name, NULL,
        "the column \"" STR_FMT "\" of the table \"" STR_FMT "\" is \"" STR_FMT
        "\", the definition wants \"" STR_FMT
        "\"; undo the change, or %s, that makes the table anew (CREATE TABLE new, INSERT INTO new"
        " SELECT, DROP TABLE old, ALTER TABLE new RENAME TO old) and its indexes",
        STR_ARG(column->name), STR_ARG(table), STR_ARG(have), STR_ARG(column->rest), by_hand);
    migrate->refused = true;
}

static void column_add(Migrate *migrate, Str table, TableKind kind, const Column *column)
{
    if (str_find(column->rest, STR("NOT NULL")) >= 0) {
        tree_mistake_at(
            migrate->tree, migrate->dataset, "fields", column->name, NULL,
            "the required field \"" STR_FMT
            "\" cannot be added, as records already stored lack it; make it"
            " optional, or, where the dataset was never shipped, delete its migrations and run"
            " `make migrations`",
            STR_ARG(column->name));
        migrate->refused = true;
        return;
    }
    if (kind == TABLE_MASTER && column->comment.n)
        buf_printf(&migrate->sql, "-- " STR_FMT "\n", STR_ARG(column->comment));
    buf_printf(&migrate->sql,
               "ALTER TABLE \"" STR_FMT "\" ADD COLUMN \"" STR_FMT "\" " STR_FMT ";\n",
               STR_ARG(table), STR_ARG(column->name), STR_ARG(column->rest));
    bool known = false;
    for (int i = 0; i < migrate->added_count; i++)
        known = known || str_eq(migrate->added[i], column->name);
    if (!known && (size_t)migrate->added_count < COUNT_OF(migrate->added)) {
        migrate->added[migrate->added_count++] = column->name;
    }
}

static bool table_has(Arena *arena, Str have, Str column)
{
    ptrdiff_t open = str_find(have, STR("("));
    if (open < 0) return false;
    Str rest = str_slice(have, (size_t)open + 1, have.n), name, normal;
    while (entry_next(arena, &rest, &name, &normal)) {
        if (str_eq(name, column)) return true;
    }
    return false;
}

/* A column that the definition does not have: told once, for the master table if it is there too.
 */
static void extra_column(Migrate *migrate, TableKind kind, Str master, Str column)
{
    Arena *arena = migrate->tree->arena;
    if (kind == TABLE_MASTER) {
        refuse_removed(migrate, column);
    } else if (!table_has(arena, master, column)) {
        tree_mistake_at(migrate->tree, migrate->dataset, "fields", STR_NONE, NULL,
                        "the table \"" STR_FMT "\" has a column \"" STR_FMT "\" that \"" STR_FMT
                        "\" does not have; the"
                        " migration must change all four tables",
                        STR_ARG(table_name(arena, migrate->self, kind)), STR_ARG(column),
                        STR_ARG(migrate->self->id));
        migrate->refused = true;
    }
}

static void compare_table(Migrate *migrate, TableKind kind, Str have, Str master)
{
    Arena *arena = migrate->tree->arena;
    Str table = table_name(arena, migrate->self, kind);
    Columns *wanted = arena_array(arena, Columns, 1);
    bool *found = arena_array(arena, bool, MODEL_FIELDS_MAX + 8);
    table_columns(arena, migrate->self, kind, wanted);
    ptrdiff_t open = str_find(have, STR("("));
    if (open < 0) return;
    Str rest = str_slice(have, (size_t)open + 1, have.n), name, normal;
    while (entry_next(arena, &rest, &name, &normal)) {
        if (str_is(name, "PRIMARY")) continue; /* the columns of the table's key never change */
        if (!wanted_has(wanted, name)) {
            extra_column(migrate, kind, master, name);
            continue;
        }
        for (int i = 0; i < wanted->count; i++) {
            if (!str_eq(wanted->items[i].name, name)) continue;
            found[i] = true;
            if (str_eq(sql_normal(arena, wanted->items[i].rest), normal)) continue;
            refuse_changed(migrate, table, &wanted->items[i], normal);
        }
    }
    for (int i = 0; i < wanted->count; i++) {
        if (!found[i]) column_add(migrate, table, kind, &wanted->items[i]);
    }
}

/* Indexes named DATASET_by_… that the definition no longer has. */
static void drop_indexes(Migrate *migrate)
{
    Arena *arena = migrate->tree->arena;
    Str prefix = arena_printf(arena, STR_FMT "_by_", STR_ARG(migrate->self->id));
    sqlite3_stmt *stmt = NULL;
    int rc =
        sqlite3_prepare_v2(migrate->db,
                           "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?1"
                           " AND sql IS NOT NULL ORDER BY name",
                           -1, &stmt, NULL);
    ASSERT(rc == SQLITE_OK);
    sqlite3_bind_text(stmt, 1, migrate->self->id.p, (int)migrate->self->id.n, SQLITE_STATIC);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        Str name = arena_str(arena, str_of((const char *)sqlite3_column_text(stmt, 0)));
        bool wanted = false;
        for (int i = 0; i < migrate->self->index_count; i++) {
            wanted = wanted ||
                     str_eq(index_name(arena, migrate->self, &migrate->self->indexes[i]), name);
        }
        if (wanted || !str_starts(name, prefix)) continue;
        buf_printf(&migrate->sql, "DROP INDEX \"" STR_FMT "\";\n", STR_ARG(name));
        migrate->indexes_changed++;
    }
    sqlite3_finalize(stmt);
}

static void compare_indexes(Migrate *migrate)
{
    Arena *arena = migrate->tree->arena;
    drop_indexes(migrate);
    for (int i = 0; i < migrate->self->index_count; i++) {
        Str wanted = index_sql(arena, migrate->self, &migrate->self->indexes[i]);
        Str name = index_name(arena, migrate->self, &migrate->self->indexes[i]);
        Str have = schema_text(migrate, "index", name);
        if (str_eq(sql_normal(arena, have), sql_normal(arena, wanted))) continue;
        if (have.n) buf_printf(&migrate->sql, "DROP INDEX \"" STR_FMT "\";\n", STR_ARG(name));
        buf_printf(&migrate->sql, STR_FMT ";\n", STR_ARG(wanted));
        migrate->indexes_changed++;
    }
}

/* ---- writing ---- */

static Str change_name(Migrate *migrate, bool first)
{
    Arena *arena = migrate->tree->arena;
    if (first) return STR("");
    if (migrate->added_count == 1)
        return arena_printf(arena, "-add-" STR_FMT, STR_ARG(migrate->added[0]));
    if (migrate->added_count > 1)
        return arena_printf(arena, "-add-%d-fields", migrate->added_count);
    return STR("-indexes");
}

static void write_migration(Migrate *migrate, bool first)
{
    Arena *arena = migrate->tree->arena;
    const Dataset *self = migrate->self;
    Str folder = arena_printf(arena, STR_FMT "/" STR_FMT "/migrations",
                              STR_ARG(migrate->tree->root), STR_ARG(self->module));
    Str path = arena_printf(arena, STR_FMT "/%04d-" STR_FMT STR_FMT ".sql", STR_ARG(folder),
                            migration_next(migrate), STR_ARG(self->id),
                            STR_ARG(change_name(migrate, first)));
    (void)mkdir(folder.p, 0777); /* may be there already */
    ASSERT(!migrate->sql.overflow);
    FILE *file = fopen(path.p, "wxb");
    bool good = file && fwrite(migrate->sql.p, 1, migrate->sql.n, file) == migrate->sql.n;
    if (file && fclose(file) != 0) good = false;
    if (!good)
        tree_mistake(migrate->tree, path, 0, 0, "cannot be written: %m");
    else
        fprintf(migrate->tree->log, STR_FMT ": written; read it before you commit it\n",
                STR_ARG(path));
    /* counts for the number of the module's next migration */
    TreeFiles *files = &migrate->tree->migrations;
    TreeFile *items = arena_array(arena, TreeFile, files->count + 1);
    if (files->count) memcpy(items, files->items, sizeof *items * (size_t)files->count);
    Str name = str_slice(path, folder.n + 1, path.n);
    items[files->count] = (TreeFile){.path = path, .module = self->module, .name = name};
    *files = (TreeFiles){items, files->count + 1, files->count + 1};
}

static void finish_dataset(Migrate *migrate, bool first)
{
    if (migrate->refused || migrate->sql.n == 0) return;
    if (migrate->write) {
        write_migration(migrate, first);
        return;
    }
    Str what = first ? STR("the dataset has no tables")
               : migrate->added_count
                   ? arena_printf(migrate->tree->arena, "the field \"" STR_FMT "\" has no column",
                                  STR_ARG(migrate->added[0]))
                   : STR("the indexes differ");
    tree_mistake_at(migrate->tree, migrate->dataset, first ? "dataset" : "fields",
                    migrate->added_count ? migrate->added[0] : STR_NONE, NULL,
                    "definition and migrations differ: " STR_FMT "; run `make migrations`",
                    STR_ARG(what));
}

static void migrate_dataset(Migrate *migrate)
{
    Arena *arena = migrate->tree->arena;
    Str have[TABLE_KINDS];
    int tables = 0;
    for (int kind = 0; kind < TABLE_KINDS; kind++) {
        have[kind] =
            schema_text(migrate, "table", table_name(arena, migrate->self, (TableKind)kind));
        if (have[kind].n) tables++;
    }
    if (tables == 0) {
        write_schema(arena, &migrate->sql, migrate->self);
        finish_dataset(migrate, true);
        return;
    }
    if (tables < TABLE_KINDS) {
        tree_mistake_at(
            migrate->tree, migrate->dataset, "dataset", STR_NONE, NULL,
            "of the tables \"" STR_FMT
            "\", …_history, …_source and …_source_history only %d exist after the"
            " migrations; another table has the dataset's name, or a migration is broken",
            STR_ARG(migrate->self->id), tables);
        return;
    }
    for (int kind = 0; kind < TABLE_KINDS; kind++) {
        compare_table(migrate, (TableKind)kind, have[kind], have[TABLE_MASTER]);
    }
    compare_indexes(migrate);
    finish_dataset(migrate, false);
}

/* Tables of a dataset that has no definition. */
static void check_left_over(Tree *tree, sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(
        db,
        "SELECT substr(name, 1, length(name) - length('_source_history'))"
        " FROM sqlite_master WHERE type = 'table' AND name LIKE '%\\_source\\_history'"
        " ESCAPE '\\' ORDER BY name",
        -1, &stmt, NULL);
    ASSERT(rc == SQLITE_OK);
    Model model = {tree->datasets, tree->dataset_count};
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *id = (const char *)sqlite3_column_text(stmt, 0);
        if (model_dataset(&model, str_of(id))) continue;
        tree_mistake(tree, str_of("migrations"), 0, 0,
                     "the dataset \"%s\" has tables but no definition; put the"
                     " definition back, or write a migration by hand that drops its four tables",
                     id);
    }
    sqlite3_finalize(stmt);
}

static bool migrations_load(Tree *tree, sqlite3 *db)
{
    for (int i = 0; i < tree->migrations.count; i++) {
        const TreeFile *file = &tree->migrations.items[i];
        char *message = NULL;
        if (sqlite3_exec(db, arena_cstr(tree->arena, file->bytes), NULL, NULL, &message) ==
            SQLITE_OK)
            continue;
        tree_mistake(tree, file->path, 0, 0, "the migration fails: %s", message ? message : "?");
        sqlite3_free(message);
        return false;
    }
    return true;
}

void tree_migrate(Tree *tree, bool write)
{
    sqlite3 *db = NULL;
    ASSERT(sqlite3_open(":memory:", &db) == SQLITE_OK);
    if (migrations_load(tree, db)) {
        for (int i = 0; i < tree->dataset_count; i++) {
            Migrate migrate = {
                .tree = tree, .db = db, .write = write, .dataset = i, .self = &tree->datasets[i]};
            migrate.sql = buf_new(1024 * 1024);
            migrate_dataset(&migrate);
            buf_free(&migrate.sql);
        }
        check_left_over(tree, db);
    }
    ASSERT(sqlite3_close(db) == SQLITE_OK);
}
