/* The page for people when something cannot be done: what happened, what to do, the number to
 * report. */
#pragma once

#include "kernel/web/layout.h"

typedef struct ErrorPage {
    int status;    /* HTTP status */
    Str code;      /* stable word of the refusal, such as parameter_unknown, or none */
    Str sentence;  /* what exactly, in the page's language, or none */
    TextKey title; /* filled in by error_page_write */
} ErrorPage;

/* In the layout of the page's place: public, or the workbench under /desk. */
void error_page_write(Page *page, const ErrorPage *error);
