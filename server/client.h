/*
 * How a command reaches the city: through the API, in this process where no server runs, else over
 * the running server's socket. The same routes, rules and answers either way.
 */
#pragma once

#include "server/door.h"

typedef struct Client {
    City *city; /* NULL: over the socket */
    Door door;
    Lang lang;
} Client;

/* Opens the city, behind other commands that have it, or finds the server that has it. Says on
 * stderr what is wrong. */
Err client_open(const char *dir, Client *out) MUST_USE;
void client_close(Client *client);

typedef struct ClientCall {
    HttpMethod method;
    Str target; /* path and query, encoded */
    const char *content_type;
    const char *purpose;   /* as typed, or NULL */
    Str body;              /* what to send, when it is no file */
    const char *body_path; /* a file to send, or NULL */
    bool progress;         /* draw a bar on stderr when it is a terminal */
    FILE *sink;            /* body of a good answer goes here as it comes; NULL: into *reply */
} ClientCall;

/* *status is the HTTP status; *reply the body. An Err only where the city cannot be reached. */
Err client_call(Client *client, const ClientCall *call, int *status, Buf *reply) MUST_USE;

/* Prints a problem (RFC 9457) for people on stderr. */
void client_problem(Str body);

/* A path with its query, each value encoded. Pairs end with NULL; one without a value is left out.
 */
void client_target(Buf *out, const char *path, const char *const *pairs);
/* Members of an answer; 0 and "" where they are missing. */
int64_t client_number(const json_t *object, const char *name);
const char *client_text(const json_t *object, const char *name);
