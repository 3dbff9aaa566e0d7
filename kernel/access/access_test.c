/* Who may do what: every combination against rules written down plainly; and the keys. */
#include "kernel/testkit.h"
#include "lib/hash.h"

const CheckRule CHECK_RULES[] = {{{NULL, 0}, NULL}};
const ReaderRule READER_RULES[] = {{{NULL, 0}, NULL}};

/* ---- decisions ---- */

static const Field FIELDS[] = {
    {.id = STR_INIT("code"), .secrecy = SECRECY_PUBLIC},
    {.id = STR_INIT("inside"), .secrecy = SECRECY_INTERNAL},
    {.id = STR_INIT("phone"), .secrecy = SECRECY_PERSONAL},
};
static const Str SOURCES[] = {STR_INIT("tax"), STR_INIT("police")};

/* The rules as a clerk would read them out. */
typedef struct Ruling {
    Err err;
    bool visible[COUNT_OF(FIELDS)], journal;
} Ruling;

static Ruling rule_reading(SubjectKind who, const char *organ, const Dataset *dataset, bool purpose)
{
    Ruling all = {ERR_OK, {true, true, true}, true}, ruling = {.err = ERR_OK};
    bool none = str_is(dataset->sharing.type, "none"), open = dataset->sharing.open;
    if (who == SUBJECT_LOCAL) return all;
    if (who == SUBJECT_ANONYMOUS) {
        if (!open) return (Ruling){.err = ERR_UNAUTHENTICATED};
        ruling.visible[0] = true;
        return ruling;
    }
    if (none && strcmp(organ, "registry") != 0) return (Ruling){.err = ERR_DENIED};
    if (purpose) return all;
    ruling.visible[0] = ruling.visible[1] = true;
    return ruling;
}

static Ruling rule(SubjectKind who, const char *organ, Action action, const Dataset *dataset,
                   bool purpose)
{
    if (action == ACTION_READ) return rule_reading(who, organ, dataset, purpose);
    if (who == SUBJECT_ANONYMOUS) return (Ruling){.err = ERR_UNAUTHENTICATED};
    if (action == ACTION_ADMINISTER)
        return (Ruling){.err = who == SUBJECT_LOCAL ? ERR_OK : ERR_DENIED};
    bool source = strcmp(organ, "registry") == 0 || strcmp(organ, "tax") == 0 ||
                  strcmp(organ, "police") == 0;
    return source ? (Ruling){ERR_OK, {true, true, true}, false}
                  : (Ruling){ERR_DENIED, {true, true, true}, false};
}

static void decision_compare(SubjectKind who, const char *organ, Action action,
                             const Dataset *dataset, bool purpose)
{
    AccessDecision decision;
    Subject subject = {who, str_of(organ), STR("test")};
    access_decide(&subject, action, dataset, purpose ? STR("核对") : STR_NONE, &decision);
    Ruling ruling = rule(who, organ, action, dataset, purpose);
    bool same = decision.err == ruling.err;
    if (same && ruling.err == ERR_OK && action != ACTION_ADMINISTER) {
        for (size_t i = 0; i < COUNT_OF(FIELDS); i++)
            same = same && decision.visible[i] == ruling.visible[i];
        same = same && decision.journal == ruling.journal;
    }
    if (!same)
        fail_msg("subject %d of %s, action %d, sharing " STR_FMT "%s, purpose %d: %s", (int)who,
                 organ, (int)action, STR_ARG(dataset->sharing.type),
                 dataset->sharing.open ? " open" : "", purpose, err_name(decision.err));
    if (decision.err != ERR_OK) assert_true(decision.reason && *decision.reason);
}

static void every_combination_is_decided_as_the_rules_say(void **state)
{
    (void)state;
    static const Str TYPES[] = {STR_INIT("unconditional"), STR_INIT("conditional"),
                                STR_INIT("none")};
    static const char *const ORGANS[] = {"registry", "tax", "police", "culture", ""};
    for (size_t type = 0; type < COUNT_OF(TYPES); type++) {
        for (int open = 0; open < 2; open++) {
            Dataset dataset = {.id = STR("d"),
                               .owner = STR("registry"),
                               .fields = FIELDS,
                               .field_count = COUNT_OF(FIELDS),
                               .sources = {SOURCES, COUNT_OF(SOURCES)},
                               .sharing = {.type = TYPES[type], .open = open}};
            for (int who = SUBJECT_ANONYMOUS; who <= SUBJECT_LOCAL; who++)
                for (size_t organ = 0; organ < COUNT_OF(ORGANS); organ++)
                    for (int action = ACTION_READ; action <= ACTION_ADMINISTER; action++)
                        for (int purpose = 0; purpose < 2; purpose++)
                            decision_compare((SubjectKind)who, ORGANS[organ], (Action)action,
                                             &dataset, purpose);
        }
    }
}

static void administering_needs_no_dataset(void **state)
{
    (void)state;
    AccessDecision decision;
    for (int who = SUBJECT_ANONYMOUS; who <= SUBJECT_LOCAL; who++) {
        access_decide(&(Subject){.kind = (SubjectKind)who}, ACTION_ADMINISTER, NULL, STR_NONE,
                      &decision);
        assert_int_equal(decision.err == ERR_OK, who == SUBJECT_LOCAL);
    }
}

/* ---- keys ---- */

static Kit *kit;

typedef struct KeyJob {
    Str organ, name;
    char key[ACCESS_KEY_CHARS + 1];
} KeyJob;

static Err key_add(WriteTx *tx, void *arg)
{
    KeyJob *job = arg;
    return access_key_add(tx, job->organ, job->name, job->key);
}

static Err key_withdraw(WriteTx *tx, void *arg)
{
    KeyJob *job = arg;
    return access_key_withdraw(tx, job->organ, job->name);
}

static Err find(Str key, Subject *subject)
{
    StoreReader *reader = store_read(kit->store);
    Err err = access_key_find(store_reader_sql(reader), kit->arena, key, subject);
    store_read_end(reader);
    return err;
}

static void a_key_names_its_organ_until_it_is_withdrawn(void **state)
{
    (void)state;
    KeyJob tax = {.organ = STR("tax"), .name = STR("金税")},
           police = {STR("police"), STR("金税"), ""};
    assert_int_equal(store_write(kit->store, key_add, &tax), ERR_OK);
    assert_int_equal(store_write(kit->store, key_add, &police), ERR_OK);
    assert_int_equal(strlen(tax.key), ACCESS_KEY_CHARS);
    assert_string_not_equal(tax.key, police.key);
    Subject subject;
    assert_int_equal(find(str_of(tax.key), &subject), ERR_OK);
    assert_int_equal(subject.kind, SUBJECT_SYSTEM);
    assert_true(str_is(subject.organ, "tax") && str_is(subject.name, "金税"));
    assert_int_equal(find(str_of(police.key), &subject), ERR_OK);
    assert_true(str_is(subject.organ, "police"));
    KeyJob twice = {.organ = STR("tax"), .name = STR("金税")};
    assert_int_equal(store_write(kit->store, key_add, &twice), ERR_CONFLICT);
    assert_int_equal(store_write(kit->store, key_withdraw, &tax), ERR_OK);
    assert_int_equal(store_write(kit->store, key_withdraw, &tax), ERR_NOT_FOUND);
    assert_int_equal(find(str_of(tax.key), &subject), ERR_UNAUTHENTICATED);
    assert_int_equal(find(str_of(police.key), &subject), ERR_OK);
    assert_int_equal(store_write(kit->store, key_add, &twice), ERR_OK); /* its name is free again */
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM journal WHERE action = 'key.add'"), 3);
    assert_int_equal(kit_count(kit, "SELECT count(*) FROM journal WHERE action = 'key.withdraw'"),
                     1);
}

static void what_is_no_key_is_nobodys(void **state)
{
    (void)state;
    KeyJob job = {.organ = STR("tax"), .name = STR("x")};
    assert_int_equal(store_write(kit->store, key_add, &job), ERR_OK);
    char upper[sizeof job.key], cut[sizeof job.key], changed[sizeof job.key];
    for (size_t i = 0; i < sizeof job.key; i++) {
        bool letter = i > 2 && job.key[i] >= 'a' && job.key[i] <= 'f';
        upper[i] = letter ? (char)(job.key[i] - 32) : job.key[i];
        changed[i] = job.key[i];
    }
    snprintf(cut, sizeof cut, "%.*s", ACCESS_KEY_CHARS - 1, job.key);
    changed[ACCESS_KEY_CHARS - 1] = changed[ACCESS_KEY_CHARS - 1] == '0' ? '1' : '0';
    const char *const WRONG[] = {
        "",          "hl_",
        cut,         changed,
        job.key + 3, "hl_' OR 1=1 --00000000000000000000000000000000000000000000000000000"};
    Subject subject;
    for (size_t i = 0; i < COUNT_OF(WRONG); i++)
        assert_int_equal(find(str_of(WRONG[i]), &subject), ERR_UNAUTHENTICATED);
    if (strcmp(upper, job.key) != 0)
        assert_int_equal(find(str_of(upper), &subject), ERR_UNAUTHENTICATED);
    assert_int_equal(find(STR_NONE, &subject), ERR_UNAUTHENTICATED);
}

static bool file_has(const char *name, const char *text, size_t n)
{
    char path[80];
    snprintf(path, sizeof path, "%s/%s", kit->dir, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    char *bytes = mem_alloc(8 << 20);
    size_t size = fread(bytes, 1, 8 << 20, file);
    fclose(file);
    bool has = memmem(bytes, size, text, n) != NULL;
    mem_free(bytes);
    return has;
}

/* In no table, no journal entry, no file of the store: neither as text nor as its bytes. */
static void the_key_itself_is_stored_nowhere(void **state)
{
    (void)state;
    KeyJob job = {.organ = STR("tax"), .name = STR("seen-name")};
    assert_int_equal(store_write(kit->store, key_add, &job), ERR_OK);
    char raw[32];
    assert_true(hex_read(str_of(job.key + 3), raw, sizeof raw));
    static const char *const FILES[] = {"heluo.db", "heluo.db-wal"};
    bool name_seen = false;
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        name_seen |= file_has(FILES[i], "seen-name", 9);
        assert_false(file_has(FILES[i], job.key + 3, 64));
        assert_false(file_has(FILES[i], job.key + 3, 32));
        assert_false(file_has(FILES[i], raw, sizeof raw));
    }
    assert_true(name_seen); /* the search does find what is there */
}

static int set_up(void **state)
{
    (void)state;
    static const Model NO_DATASETS = {NULL, 0};
    kit = kit_open(&NO_DATASETS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kit_close(kit);
    return 0;
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_combination_is_decided_as_the_rules_say),
        cmocka_unit_test(administering_needs_no_dataset),
        RULE(a_key_names_its_organ_until_it_is_withdrawn),
        RULE(what_is_no_key_is_nobodys),
        RULE(the_key_itself_is_stored_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
