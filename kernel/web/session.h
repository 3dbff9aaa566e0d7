/*
 * The workbench in a browser for the administrator of this machine. Whoever may use the city's Unix
 * socket gets a link that works once; the browser exchanges it for a cookie. Links and sessions are
 * random (256 bits), kept as their SHA-256 and in memory only: a restart ends them all.
 *
 * A session counts for /desk/ alone, never for the API. What it sends by POST must come from a page
 * of this site (Sec-Fetch-Site, Origin) and carry the session's form token (CSRF).
 */
#pragma once

#include "kernel/web/router.h"
#include "lib/hash.h"

enum {
    SESSION_TOKEN_CHARS = 64, /* 256 bits in hexadecimal */
    SESSION_LINK_MINUTES = 15,
    SESSION_IDLE_MINUTES = 30,
    SESSION_LIFE_MINUTES = 8 * 60,
    SESSION_LINKS_MAX = 16, /* open at once; the oldest gives way */
    SESSIONS_MAX = 64       /* the one that was idle longest gives way */
};

typedef struct SessionToken {
    char text[SESSION_TOKEN_CHARS + 1];
} SessionToken;

typedef struct Sessions Sessions;

Sessions *sessions_new(const Env *env) MUST_USE;
void sessions_free(Sessions *sessions); /* NULL is fine */

/* Where links lead: "http://localhost:8080". Set once the server has its port. */
void sessions_address_set(Sessions *sessions, Str address);
/* Writes a new link, address and all. */
void sessions_link_write(Sessions *sessions, Buf *out);

/* Exchange a link's token for a new session: *cookie is what the browser keeps. The token is used
 * up. ERR_UNAUTHENTICATED: unknown, used before, or too old. */
Err sessions_enter(Sessions *sessions, Str token, SessionToken *cookie) MUST_USE;
/* Is there such a session? Notes that it is in use. *form gets its form token. */
bool sessions_find(Sessions *sessions, Str cookie, SessionToken *form);
void sessions_leave(Sessions *sessions, Str cookie);

/* ---- for the router and the pages of /desk/ ---- */

/* The subject of a request without an API key, from its cookie. false: the answer is filled in. */
bool session_subject(WebRequest *web);
/* The request was sent by a page of this site, as its browser says. */
bool session_same_origin(const WebRequest *web);
/* Does a POST carry its session's form token? Requests that use no session need none: their key
 * does not come by itself. false: the answer is filled in. */
bool session_form_ok(WebRequest *web, Str form_token);
/* The answer to whoever is not known: a page that says how to get in. */
void session_door(WebRequest *web);
