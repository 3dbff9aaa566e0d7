/* heluo check (a number, without a store) and heluo verify (a whole store). */
#include <unistd.h>

#include "kernel/batch/batch.h"
#include "kernel/numbers/checkdigit.h"
#include "lib/text.h"
#include "server/client.h"
#include "server/command.h"

/* ---- check ---- */

static NumberFault check_id18(Str number)
{
    return id18_check(number, day_today(env_now_us(&ENV_REAL)));
}

static NumberFault check_id15(Str number)
{
    return id15_check(number, day_today(env_now_us(&ENV_REAL)));
}

static const struct {
    const char *kind;
    NumberFault (*check)(Str number);
} KINDS[] = {
    {"id18", check_id18}, {"id15", check_id15}, {"uscc", uscc_check}, {"org9", org9_check}};

static Str upper(Arena *arena, Str text)
{
    char *copy = arena_cstr(arena, text);
    for (size_t i = 0; i < text.n; i++) {
        if (copy[i] >= 'a' && copy[i] <= 'z') copy[i] = (char)(copy[i] - 'a' + 'A');
    }
    return (Str){copy, text.n};
}

static int check_run(const Args *args)
{
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        if (strcmp(KINDS[i].kind, args->words[0]) != 0) continue;
        Arena *arena = arena_new(1 << 20);
        Str value = str_of(args->words[1]);
        bool readable = value.n <= 1000 && utf8_valid(value) &&
                        text_normalise(arena, value, true, &value);
        NumberFault fault = readable ? KINDS[i].check(upper(arena, value)) : NUMBER_CHARACTER;
        arena_free(arena);
        if (fault == NUMBER_VALID)
            puts("valid");
        else
            printf("invalid: %s\n", number_fault_text(fault, false));
        return fault == NUMBER_VALID ? EXIT_GOOD : EXIT_PARTLY;
    }
    fprintf(stderr, "heluo: %s is no kind of number; there are id18, id15, uscc, org9\n",
            args->words[0]);
    return EXIT_MISUSED;
}

/* ---- verify ---- */

static const char INTEGRITY[] = "PRAGMA integrity_check(1)";

static Err database_verify(Sql *sql, Buf *why)
{
    SqlStmt *stmt = sql_prepare(sql, INTEGRITY);
    Err err = sql_step(stmt);
    if (err == ERR_OK && !str_is(sql_text(stmt, 0), "ok")) {
        buf_add(why, sql_text(stmt, 0));
        err = ERR_CONFLICT;
    }
    sql_reset(stmt);
    return err;
}

static Err store_verify(Sql *sql, int64_t *bad, Buf *why)
{
    TRY(sql_begin(sql)); /* one snapshot, beside a server that writes */
    TRY(database_verify(sql, why));
    TRY(journal_verify(sql, bad, why));
    for (int i = 0; i < MODEL_SHIPPED.dataset_count; i++) {
        TRY(dataset_verify(sql, &MODEL_SHIPPED.datasets[i], bad, why));
    }
    return batch_verify(sql, bad, why);
}

/* A missing store is made, as by every command; one that is there is looked at as it is. */
static bool store_there(const char *dir)
{
    Client client;
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/heluo.db", dir);
    if (n > 0 && (size_t)n < sizeof path && access(path, F_OK) == 0) return true;
    if (client_open(dir, &client) != ERR_OK) return false;
    client_close(&client);
    return true;
}

static int verify_run(const Args *args)
{
    if (!store_there(args->dir)) return EXIT_PARTLY;
    Buf why = buf_new(8192);
    Sql *sql = NULL;
    int64_t bad = -1;
    Err err = store_peek(args->dir, &MODEL_SHIPPED, &sql, &why);
    if (err == ERR_OK) err = store_verify(sql, &bad, &why);
    if (err == ERR_OK) {
        puts("valid: the database is whole, the journal's tree holds, every row is as the journal "
             "says");
    } else if (bad >= 0) {
        printf("invalid: journal entry %lld: " STR_FMT "\n", (long long)bad,
               STR_ARG(buf_str(&why)));
    } else {
        printf("invalid: " STR_FMT "\n",
               STR_ARG(why.n ? buf_str(&why) : STR("the store cannot be read")));
    }
    sql_close(sql);
    buf_free(&why);
    return err == ERR_OK ? EXIT_GOOD : EXIT_PARTLY;
}

REGISTER(Command, command_check) = {"check",
                                    "check id18|id15|uscc|org9 VALUE",
                                    "valid, or invalid and why; needs no store",
                                    "",
                                    2,
                                    2,
                                    check_run};
REGISTER(Command, command_verify) = {"verify",
                                     "verify [--data DIR]",
                                     "database, journal and rows against each other; exit 0 or 2",
                                     "",
                                     0,
                                     0,
                                     verify_run};
