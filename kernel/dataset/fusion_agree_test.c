/*
 * A second, plain implementation of fusion: everything that was ever said stands in a list, texts
 * only, and each state is found by going through the list from its beginning. On random
 * contributions of four organs it must agree with the library in every master field, version,
 * ticket, and at any time past.
 *
 * HELUO_FUSION_COUNT for more contributions, HELUO_FUSION_SEED to repeat a run.
 */
#include "kernel/dataset/dataset_fixture.h"
#include "kernel/dataset/fusion.h"

const CheckRule CHECK_RULES[] = {{{NULL, 0}, NULL}};
const ReaderRule READER_RULES[] = {{{NULL, 0}, NULL}};

enum { COUNT = 20000, RECORDS = 400, GROUP = 250, LOG_MAX = 400, TEXT_MAX = 24, TICKETS_MAX = 800 };

static Kit *kit;
static uint64_t random_state;

static int pick(int below) /* xorshift64 */
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (int)(random_state % (uint64_t)below);
}

/* ---- what was said ---- */

typedef struct Saying {
    int64_t index;
    int organ;
    bool given[THING_FIELDS];
    char text[THING_FIELDS][TEXT_MAX]; /* "": no value */
} Saying;

static struct {
    Saying log[LOG_MAX];
    int count;
} records[RECORDS];

static int64_t next_index;

static const char *const POOLS[THING_FIELDS][4] = {
    [T_NAME] = {"牡丹", "洛水", "", "牡丹"},      [T_PLACE] = {"老城", "西工", "涧西", ""},
    [T_AMOUNT] = {"12.5", "0.01", "-3", ""},      [T_OPENED] = {"2001-02-03", "1999-12-31", "", ""},
    [T_STAFF] = {"0", "7", "1000000", ""},        [T_LIT] = {"true", "false", "", "true"},
    [T_PHONE] = {"63930001", "", "", "63930002"},
};

/* ---- the plain implementation ---- */

typedef struct Organ {
    bool known, held;
    int64_t since;
    char text[THING_FIELDS][TEXT_MAX];
} Organ;

typedef struct State {
    Organ organs[THING_ORGANS];
    char master[THING_FIELDS][TEXT_MAX];
    int source[THING_FIELDS]; /* organ, -1 none */
} State;

/* The rest of the room stays zero: texts are compared whole. */
static void text_set(char to[TEXT_MAX], const char *from)
{
    char copy[TEXT_MAX] = "";
    snprintf(copy, sizeof copy, "%s", from);
    memcpy(to, copy, sizeof copy);
}

/* Organs in order of trust, as a person would read them off the definition. */
static const int TRUST[THING_FIELDS][THING_ORGANS] = {
    [T_CODE] = {0, 1, 2, 3},   [T_NAME] = {0, 1, 2, 3},   [T_PLACE] = {3, 1, 0, 2},
    [T_AMOUNT] = {2, 0, 1, 3}, [T_OPENED] = {0, 1, 2, 3}, [T_STAFF] = {0, 1, 2, 3},
    [T_LIT] = {0, 1, 2, 3},    [T_PHONE] = {0, 1, 2, 3},
};

static int trusted(const State *state, int field)
{
    for (int i = 0; i < THING_ORGANS; i++) {
        const Organ *organ = &state->organs[TRUST[field][i]];
        if (organ->known && !organ->held && organ->text[field][0]) return TRUST[field][i];
    }
    return -1;
}

static void state_show(State *state)
{
    int named = trusted(state, T_NAME);
    for (int i = 0; i < THING_ORGANS && named >= 0; i++) {
        Organ *organ = &state->organs[i];
        if (strcmp(organ->text[T_NAME], state->organs[named].text[T_NAME]) == 0)
            organ->held = false;
    }
    for (int f = 0; f < THING_FIELDS; f++) {
        state->source[f] = trusted(state, f);
        text_set(state->master[f],
                 state->source[f] < 0 ? "" : state->organs[state->source[f]].text[f]);
    }
}

static bool doubtful(const State *before, const Saying *saying, const Organ *after)
{
    const char *shown = before->master[T_NAME], *said = after->text[T_NAME];
    const Organ *own = &before->organs[saying->organ];
    if (!shown[0] || !said[0] || strcmp(shown, said) == 0) return false;
    if (before->source[T_NAME] == saying->organ) return false;
    return !own->known || own->held || strcmp(own->text[T_NAME], said) != 0;
}

/* The state after one more saying. false: nothing new was said. */
static bool state_add(State *state, const Saying *saying)
{
    bool first = true;
    for (int i = 0; i < THING_ORGANS; i++) first = first && !state->organs[i].known;
    Organ after = state->organs[saying->organ];
    for (int f = 0; f < THING_FIELDS; f++)
        if (saying->given[f]) text_set(after.text[f], saying->text[f]);
    after.held = !first && doubtful(state, saying, &after);
    if (after.known && after.held == state->organs[saying->organ].held &&
        memcmp(after.text, state->organs[saying->organ].text, sizeof after.text) == 0)
        return false;
    after.known = true;
    after.since = saying->index;
    state->organs[saying->organ] = after;
    state_show(state);
    return true;
}

/* What was known of a record when the journal had this index as its last. */
static State state_at(int record, int64_t as_of)
{
    State state = {0};
    state_show(&state);
    for (int i = 0; i < records[record].count && records[record].log[i].index <= as_of; i++)
        assert_true(state_add(&state, &records[record].log[i]));
    return state;
}

/* ---- tickets, as lines of text ---- */

typedef struct PlainTicket {
    char line[160]; /* kind field organ value shown_organ shown_value */
    int64_t opened, closed;
    const char *outcome;
    int organ, field;
} PlainTicket;

static int claims_of(const State *state, PlainTicket *out)
{
    int count = 0;
    for (int f = 0; f < THING_FIELDS; f++) {
        for (int i = 0; i < THING_ORGANS; i++) {
            const Organ *organ = &state->organs[i];
            bool identity = organ->held && f == T_NAME;
            if (!organ->known || !organ->text[f][0] || (organ->held && !identity)) continue;
            if (!identity && strcmp(organ->text[f], state->master[f]) == 0) continue;
            const char *shown = state->source[f] < 0 ? "" : THING_ORGAN_LIST[state->source[f]].p;
            PlainTicket *ticket = &out[count++];
            *ticket = (PlainTicket){.organ = i, .field = f};
            snprintf(ticket->line, sizeof ticket->line, "%s %s %s %s %s %s",
                     identity ? "identity" : "difference", THING->fields[f].id.p,
                     THING_ORGAN_LIST[i].p, organ->text[f], shown, state->master[f]);
        }
    }
    return count;
}

static int ticket_find(const PlainTicket *tickets, int count, const char *line, bool open)
{
    for (int i = 0; i < count; i++)
        if (strcmp(tickets[i].line, line) == 0 && (!open || !tickets[i].closed)) return i;
    return -1;
}

/* All tickets that a record ever had; closed 0: open. */
static int tickets_of(int record, PlainTicket *out)
{
    State state = {0};
    int count = 0;
    state_show(&state);
    for (int i = 0; i < records[record].count; i++) {
        int64_t index = records[record].log[i].index;
        PlainTicket claims[THING_ORGANS * THING_FIELDS];
        state_add(&state, &records[record].log[i]);
        int claimed = claims_of(&state, claims);
        for (int k = 0; k < count; k++) {
            if (out[k].closed || ticket_find(claims, claimed, out[k].line, false) >= 0) continue;
            const Organ *organ = &state.organs[out[k].organ];
            int f = out[k].field;
            bool agreed = !organ->held && organ->text[f][0] && state.source[f] != out[k].organ &&
                          strcmp(organ->text[f], state.master[f]) == 0;
            out[k].closed = index;
            out[k].outcome = agreed ? "agreed" : "superseded";
        }
        for (int k = 0; k < claimed; k++) {
            if (ticket_find(out, count, claims[k].line, true) >= 0) continue;
            assert_true(count < TICKETS_MAX);
            claims[k].opened = index;
            out[count++] = claims[k];
        }
    }
    return count;
}

/* ---- the same through the library ---- */

typedef struct Group {
    int sayings, changed;
} Group;

static Err say_one(WriteTx *tx, Arena *arena, int record_no, Saying *saying, bool *stored)
{
    RawRecord *raw = arena_alloc(arena, sizeof *raw);
    Issues *issues = arena_alloc(arena, sizeof *issues);
    Record record;
    issues_clear(issues, arena);
    for (int f = 0; f < THING_FIELDS; f++)
        if (saying->given[f]) raw->cells[f] = str_of(saying->text[f]);
    RuleContext context = {arena, NULL, day_of(2026, 3, 1), issues};
    record_parse(&context, THING, raw, &record);
    ASSERT(issues->errors == 0);
    Contribution c = {
        .record = &record, .given = saying->given, .organ = THING_ORGAN_LIST[saying->organ]};
    TRY(dataset_contribute(tx, arena, &c));
    *stored = c.leaf_made;
    ASSERT((c.result == CONTRIBUTE_CREATED) == (records[record_no].count == 0));
    ASSERT(c.leaf_made == (c.result != CONTRIBUTE_UNCHANGED));
    if (!c.leaf_made) return ERR_OK;
    ContributionLeaf leaf = {c.record_id, c.leaf};
    JournalEntry entry = {.action = STR("contribute"),
                          .actor = STR("test"),
                          .organ = c.organ,
                          .dataset = THING->id,
                          .count = 1,
                          .has_root = true,
                          .root = contribution_root(&leaf, 1)};
    int64_t index;
    TRY(journal_append(tx->journal, tx->sql, tx->now_us, &entry, &index));
    ASSERT(index == saying->index);
    return ERR_OK;
}

static Saying saying_make(int record)
{
    Saying saying = {.index = next_index, .organ = pick(THING_ORGANS)};
    snprintf(saying.text[T_CODE], TEXT_MAX, "R%03d", record);
    saying.given[T_CODE] = true;
    for (int f = T_CODE + 1; f < THING_FIELDS; f++) {
        saying.given[f] = pick(3) > 0;
        if (saying.given[f]) text_set(saying.text[f], POOLS[f][pick(4)]);
    }
    return saying;
}

static Err group_write(WriteTx *tx, void *arg)
{
    Group *group = arg;
    Arena *arena = arena_new(1 << 26);
    for (int i = 0; i < group->sayings; i++) {
        int record = pick(RECORDS);
        if (records[record].count == LOG_MAX) continue;
        Saying saying = saying_make(record);
        bool stored;
        arena_reset(arena);
        TRY(say_one(tx, arena, record, &saying, &stored));
        State state = {0};
        state_show(&state);
        for (int k = 0; k < records[record].count; k++) state_add(&state, &records[record].log[k]);
        ASSERT(state_add(&state, &saying) == stored);
        if (!stored) continue;
        records[record].log[records[record].count++] = saying;
        next_index++;
        group->changed++;
    }
    arena_free(arena);
    return ERR_OK;
}

/* ---- comparing ---- */

static void master_compare(const Record *record, const State *state, const char *what, int no)
{
    for (int f = 0; f < THING_FIELDS; f++) {
        if (strcmp(thing_text(record, f), state->master[f]) == 0) continue;
        fail_msg("%s of R%03d: %s is %s, should be %s", what, no, THING->fields[f].id.p,
                 thing_text(record, f), state->master[f]);
    }
}

static void sources_compare(Sql *sql, Arena *arena, int64_t record_id, int64_t as_of,
                            const State *state)
{
    Sources sources;
    assert_int_equal(dataset_sources(sql, arena, THING, record_id, as_of, &sources), ERR_OK);
    int known = 0;
    for (int i = 0; i < THING_ORGANS; i++) known += state->organs[i].known;
    assert_int_equal(sources.count, known);
    for (int i = 0; i < sources.count; i++) {
        int organ = 0;
        while (!str_eq(THING_ORGAN_LIST[organ], sources.rows[i].organ)) organ++;
        assert_int_equal(sources.rows[i].held, state->organs[organ].held);
        assert_int_equal(sources.rows[i].since_index, state->organs[organ].since);
        for (int f = 0; f < THING_FIELDS; f++)
            assert_string_equal(thing_text(&sources.rows[i].record, f),
                                state->organs[organ].text[f]);
    }
    for (int f = 0; f < THING_FIELDS; f++) {
        int row = dataset_source_of(THING, &sources, f);
        if (state->source[f] < 0)
            assert_int_equal(row, -1);
        else
            assert_true(str_eq(sources.rows[row].organ, THING_ORGAN_LIST[state->source[f]]));
    }
}

static void versions_compare(Sql *sql, Arena *arena, int64_t record_id, int no)
{
    History *history = arena_alloc(arena, sizeof *history);
    assert_int_equal(dataset_history(sql, arena, THING, record_id, history), ERR_OK);
    State last = {0};
    int64_t since[LOG_MAX];
    int count = 0;
    for (int i = 0; i < records[no].count; i++) {
        State state = state_at(no, records[no].log[i].index);
        if (i == 0 || memcmp(last.master, state.master, sizeof last.master) != 0)
            since[count++] = records[no].log[i].index;
        last = state;
    }
    assert_true(count <= HISTORY_MAX);
    assert_int_equal(history->count, count);
    for (int i = 0; i < count; i++) {
        State state = state_at(no, since[i]);
        assert_int_equal(history->versions[i].since_index, since[i]);
        assert_int_equal(history->until_index[i], i + 1 < count ? since[i + 1] : INT64_MAX);
        master_compare(&history->versions[i].record, &state, "a version", no);
    }
}

static void tickets_compare(Sql *sql, int64_t record_id, int no)
{
    static PlainTicket tickets[TICKETS_MAX];
    int count = tickets_of(no, tickets), found = 0;
    SqlStmt *stmt = sql_prepare(
        sql, "SELECT kind || ' ' || field || ' ' || organ || ' ' || value || ' ' || shown_organ ||"
             " ' ' || shown_value, opened_index, coalesce(closed_index, 0), outcome FROM ticket"
             " WHERE dataset = 'thing' AND record_id = $id");
    sql_bind_int(stmt, sql_param(stmt, "id"), record_id);
    while (sql_step(stmt) == ERR_OK) {
        char line[160];
        snprintf(line, sizeof line, STR_FMT, STR_ARG(sql_text(stmt, 0)));
        bool same = false;
        for (int i = 0; i < count && !same; i++) {
            same = strcmp(tickets[i].line, line) == 0 && tickets[i].opened == sql_int(stmt, 1) &&
                   tickets[i].closed == sql_int(stmt, 2) &&
                   (!tickets[i].closed || str_is(sql_text(stmt, 3), tickets[i].outcome));
        }
        if (!same)
            fail_msg("R%03d has a ticket too many: %s, %lld to %lld " STR_FMT, no, line,
                     (long long)sql_int(stmt, 1), (long long)sql_int(stmt, 2),
                     STR_ARG(sql_text(stmt, 3)));
        found++;
    }
    sql_reset(stmt);
    assert_int_equal(found, count);
}

static void now_compare(Sql *sql, Arena *arena, int no)
{
    char key[TEXT_MAX];
    Version version;
    snprintf(key, sizeof key, "R%03d", no);
    Err err = dataset_get(sql, arena, THING, str_of(key), AS_OF_NOW, &version);
    if (records[no].count == 0) {
        assert_int_equal(err, ERR_NOT_FOUND);
        return;
    }
    assert_int_equal(err, ERR_OK);
    State state = state_at(no, INT64_MAX);
    master_compare(&version.record, &state, "the master", no);
    sources_compare(sql, arena, version.record_id, AS_OF_NOW, &state);
    versions_compare(sql, arena, version.record_id, no);
    tickets_compare(sql, version.record_id, no);
}

static void past_compare(Sql *sql, Arena *arena, int no, int64_t as_of)
{
    char key[TEXT_MAX];
    Version version;
    snprintf(key, sizeof key, "R%03d", no);
    Err err = dataset_get(sql, arena, THING, str_of(key), as_of, &version);
    bool there = records[no].count > 0 && records[no].log[0].index <= as_of;
    assert_int_equal(err, there ? ERR_OK : ERR_NOT_FOUND);
    if (!there) return;
    State state = state_at(no, as_of);
    master_compare(&version.record, &state, "a past master", no);
    sources_compare(sql, arena, version.record_id, as_of, &state);
    PlainTicket claims[THING_ORGANS * THING_FIELDS];
    int claimed = claims_of(&state, claims);
    Tickets tickets;
    assert_int_equal(dataset_tickets(sql, arena, THING, version.record_id, as_of, &tickets),
                     ERR_OK);
    assert_int_equal(tickets.count, claimed);
    for (int i = 0; i < tickets.count; i++) {
        const Ticket *t = &tickets.items[i];
        char line[160];
        snprintf(line, sizeof line, "%s " STR_FMT " " STR_FMT " " STR_FMT " " STR_FMT " " STR_FMT,
                 t->identity ? "identity" : "difference", STR_ARG(t->field), STR_ARG(t->organ),
                 STR_ARG(t->value), STR_ARG(t->shown_organ), STR_ARG(t->shown_value));
        if (ticket_find(claims, claimed, line, false) < 0) fail_msg("R%03d: %s", no, line);
    }
}

typedef struct Listed {
    int64_t as_of;
    int next;
} Listed;

static bool list_each(void *self, const Version *version)
{
    Listed *listed = self;
    while (records[listed->next].count == 0 || records[listed->next].log[0].index > listed->as_of)
        listed->next++;
    State state = state_at(listed->next, listed->as_of);
    master_compare(&version->record, &state, "a past list's row", listed->next++);
    return true;
}

/* ---- the test ---- */

static void both_implementations_agree(void **test)
{
    (void)test;
    int64_t count = COUNT;
    if (getenv("HELUO_FUSION_COUNT"))
        assert_true(str_int(str_of(getenv("HELUO_FUSION_COUNT")), &count));
    int changed = 0;
    for (int64_t i = 0; i < count; i += GROUP) {
        Group group = {GROUP, 0};
        assert_int_equal(store_write(kit->store, group_write, &group), ERR_OK);
        changed += group.changed;
    }
    assert_true(changed > count / 2);
    StoreReader *reader = store_read(kit->store);
    Sql *sql = store_reader_sql(reader);
    Arena *arena = arena_new(1 << 26);
    for (int i = 0; i < RECORDS; i++) {
        arena_reset(arena);
        now_compare(sql, arena, i);
    }
    for (int i = 0; i < 5000; i++) {
        arena_reset(arena);
        past_compare(sql, arena, pick(RECORDS), pick((int)next_index + 1));
    }
    for (int i = 0; i < 5; i++) {
        Listed listed = {pick((int)next_index + 1), 0};
        ListQuery query = {.limit = INT32_MAX, .as_of = listed.as_of};
        assert_int_equal(dataset_list(sql, THING, &query, list_each, &listed), ERR_OK);
        for (; listed.next < RECORDS; listed.next++)
            assert_true(records[listed.next].count == 0 ||
                        records[listed.next].log[0].index > listed.as_of);
    }
    int64_t bad;
    Buf why = buf_new(1000);
    Err err = dataset_verify(sql, THING, &bad, &why);
    if (err != ERR_OK) fail_msg(STR_FMT, STR_ARG(buf_str(&why)));
    buf_free(&why);
    arena_free(arena);
    store_read_end(reader);
}

int main(void)
{
    int64_t seed = env_now_us(&ENV_REAL);
    if (getenv("HELUO_FUSION_SEED") && !str_int(str_of(getenv("HELUO_FUSION_SEED")), &seed))
        return 1;
    random_state = (uint64_t)seed | 1;
    print_message("HELUO_FUSION_SEED=%lld\n", (long long)seed);
    kit = kit_open(&THING_MODEL);
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_implementations_agree)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    kit_close(kit);
    return failed;
}
