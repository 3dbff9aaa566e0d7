/* What the pages around a session show: how to get in, entering, leaving. */
#pragma once

#include "kernel/web/layout.h"

typedef struct DeskEnterPage {
    Str token; /* of the link, to be sent by the form */
} DeskEnterPage;

typedef struct DeskDoorPage { /* nobody is known: how to get in */
    bool used;                /* came with a link that is used up or too old */
} DeskDoorPage;

typedef struct DeskLeavePage {
    Str form_token;
} DeskLeavePage;
