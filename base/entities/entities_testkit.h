/*
 * For the tests of this folder: a record through the typed parse and its checks, with the codes
 * that ship, and what must come out.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "entity.gen.h"
#include "kernel/dataset/dataset.h"
#include "lib/text.h"

enum { TODAY_YEAR = 2026, FIELDS_GIVEN_MAX = 8, NO_ISSUE = -1 };

static Arena *arena;
static Issues issues;
static Record record;

typedef struct Given {
    const char *field, *text;
} Given;

static inline void parse(const char *dataset, const Given *given)
{
    arena_reset(arena);
    issues_clear(&issues, arena);
    RuleContext context = {arena, codes_shipped(), day_of(TODAY_YEAR, 3, 1), &issues};
    const Dataset *self = model_dataset(&MODEL_SHIPPED, str_of(dataset));
    RawRecord *raw = arena_array(arena, RawRecord, 1);
    for (int i = 0; i < FIELDS_GIVEN_MAX && given[i].field; i++) {
        int field = model_field(self, str_of(given[i].field));
        assert_true(field >= 0);
        raw->cells[field] = str_of(given[i].text);
    }
    record_parse(&context, self, raw, &record);
}

/* Texts of all issues, for the reader of a failed test. */
static inline void issues_print(const char *about)
{
    for (int i = 0; i < issues.count; i++) {
        Buf text = buf_new(4096);
        issue_write_text(&text, &issues.items[i], LANG_EN);
        print_error("%s: %s %s: " STR_FMT "\n", about,
                    issues.items[i].warning ? "warning" : "error",
                    issue_code_name(issues.items[i].code), STR_ARG(buf_str(&text)));
        buf_free(&text);
    }
}

/* Exactly one issue, of this code at this field; or none at all. */
static inline void expect(const char *about, const char *field, int code, bool warning)
{
    bool good = issues.count == (code == NO_ISSUE ? 0 : 1);
    if (good && code != NO_ISSUE) {
        const Issue *issue = &issues.items[0];
        good = (int)issue->code == code && issue->warning == warning &&
               issue->field == model_field(record.dataset, str_of(field));
    }
    if (good) return;
    issues_print(about);
    fail_msg("%s: expected %s at %s", about,
             code == NO_ISSUE ? "nothing" : issue_code_name((IssueCode)code), field);
}

typedef struct Case {
    const char *about;
    Given given[4];
    const char *field;
    int issue;
    bool warning;
} Case;

static inline void run_cases(const Case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Given given[FIELDS_GIVEN_MAX] = {{"uscc", "91410300MA9A00010P"}, {"name", "某公司"}};
        for (int k = 0; k < 4 && cases[i].given[k].field; k++) given[2 + k] = cases[i].given[k];
        parse("entity", given);
        expect(cases[i].about, cases[i].field, cases[i].issue, cases[i].warning);
    }
}

static inline int setup(void **state)
{
    (void)state;
    arena = arena_new(16 * 1024 * 1024);
    return 0;
}

static inline int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}
