#include "kernel/access/access.h"

/* What a kind of subject may see of an open dataset, of a shared one, and of personal fields. */
static bool field_visible(const Subject *subject, const Dataset *dataset, const Field *field,
                          bool purpose)
{
    switch (subject->kind) {
    case SUBJECT_LOCAL: return true;
    case SUBJECT_SYSTEM: return field->secrecy != SECRECY_PERSONAL || purpose;
    case SUBJECT_ANONYMOUS: return dataset->sharing.open && field->secrecy == SECRECY_PUBLIC;
    }
    return false;
}

static void decide_read(const Subject *subject, const Dataset *dataset, Str purpose,
                        AccessDecision *out)
{
    if (subject->kind == SUBJECT_ANONYMOUS && !dataset->sharing.open) {
        out->err = ERR_UNAUTHENTICATED;
        out->reason = "key_required";
        return;
    }
    bool own = str_eq(subject->organ, dataset->owner);
    if (subject->kind == SUBJECT_SYSTEM && !own && str_is(dataset->sharing.type, "none")) {
        out->err = ERR_DENIED;
        out->reason = "not_shared";
        return;
    }
    for (int i = 0; i < dataset->field_count; i++) {
        out->visible[i] = field_visible(subject, dataset, &dataset->fields[i], purpose.n > 0);
        out->journal |= out->visible[i] && dataset->fields[i].secrecy == SECRECY_PERSONAL;
    }
    out->err = ERR_OK;
}

static bool may_contribute(const Dataset *dataset, Str organ)
{
    if (str_eq(organ, dataset->owner)) return true;
    for (int i = 0; i < dataset->sources.count; i++) {
        if (str_eq(organ, dataset->sources.items[i])) return true;
    }
    return false;
}

void access_decide(const Subject *subject, Action action, const Dataset *dataset, Str purpose,
                   AccessDecision *out)
{
    *out = (AccessDecision){.err = ERR_DENIED, .reason = "denied"};
    if (action == ACTION_READ) {
        decide_read(subject, dataset, purpose, out);
    } else if (subject->kind == SUBJECT_ANONYMOUS) {
        out->err = ERR_UNAUTHENTICATED;
        out->reason = "key_required";
    } else if (action == ACTION_CONTRIBUTE) {
        if (may_contribute(dataset, subject->organ))
            out->err = ERR_OK;
        else
            out->reason = "organ_not_source";
        for (int i = 0; i < dataset->field_count; i++) out->visible[i] = true;
    } else if (action == ACTION_ADMINISTER && subject->kind == SUBJECT_LOCAL) {
        out->err = ERR_OK;
    }
}
