/*
 * May this subject do this to this dataset, and which fields may it see? Every path asks here; what
 * is not allowed by a rule is denied.
 */
#pragma once

#include "kernel/model/model.h"
#include "kernel/store/store.h"

typedef enum SubjectKind {
    SUBJECT_ANONYMOUS,
    SUBJECT_SYSTEM, /* an organ's system, known by its API key */
    SUBJECT_LOCAL,  /* the machine's administrator: a command, or the Unix socket */
} SubjectKind;

typedef struct Subject {
    SubjectKind kind;
    Str organ; /* SUBJECT_SYSTEM: the key's organ; SUBJECT_LOCAL: as named by the command */
    Str name;  /* the key's name, "local", or none */
} Subject;

typedef enum Action {
    ACTION_READ,
    ACTION_CONTRIBUTE, /* hand in records as the subject's organ */
    ACTION_ADMINISTER, /* keys, jobs of others */
} Action;

typedef struct AccessDecision {
    Err err; /* ERR_OK, ERR_UNAUTHENTICATED or ERR_DENIED */
    const char
        *reason; /* stable word for the log and the answer: organ_not_source, purpose_required … */
    bool visible[MODEL_FIELDS_MAX]; /* fields the subject may see and filter by */
    bool journal; /* the read shows personal data: it is journalled before the data leaves */
} AccessDecision;

/* dataset may be NULL for ACTION_ADMINISTER. purpose may be none. */
void access_decide(const Subject *subject, Action action, const Dataset *dataset, Str purpose,
                   AccessDecision *out);

/* ---- API keys: 256 random bits, stored as their SHA-256 ---- */

enum { ACCESS_KEY_CHARS = 3 + 64 }; /* "hl_" and hexadecimal */

/* Make a key for an organ's system; *key is the only copy. The organ must be known to the caller.
 */
Err access_key_add(WriteTx *tx, Str organ, Str name, char key[ACCESS_KEY_CHARS + 1]) MUST_USE;
/* The organ's key of this name is refused from now on. ERR_NOT_FOUND: there is none in force. */
Err access_key_withdraw(WriteTx *tx, Str organ, Str name) MUST_USE;
/* Who holds this key. ERR_UNAUTHENTICATED: nobody, or it was withdrawn. */
Err access_key_find(Sql *sql, Arena *arena, Str key, Subject *out) MUST_USE;

typedef struct AccessKey {
    Str organ, name;
    int64_t made_us, withdrawn_us; /* withdrawn_us 0: in force */
} AccessKey;
/* In order of organ, then of when they were made. */
Err access_key_list(Sql *sql, void (*each)(void *self, const AccessKey *key), void *self) MUST_USE;
