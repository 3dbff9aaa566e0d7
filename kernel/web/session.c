#include "kernel/web/session.h"

#include <pthread.h>

enum { ADDRESS_MAX = 256 };

static const int64_t MINUTE_US = 60 * (int64_t)1000000;

typedef struct Link {
    Digest token;
    int64_t made_us; /* 0: free */
} Link;

typedef struct Session {
    Digest cookie;
    int64_t made_us, seen_us; /* made 0: free */
    SessionToken form;
} Session;

struct Sessions {
    pthread_mutex_t lock;
    const Env *env;
    char address[ADDRESS_MAX];
    Link links[SESSION_LINKS_MAX];
    Session sessions[SESSIONS_MAX];
};

Sessions *sessions_new(const Env *env)
{
    Sessions *sessions = mem_alloc(sizeof *sessions);
    pthread_mutex_init(&sessions->lock, NULL);
    sessions->env = env;
    return sessions;
}

void sessions_free(Sessions *sessions)
{
    if (sessions == NULL) return;
    pthread_mutex_destroy(&sessions->lock);
    explicit_bzero(sessions, sizeof *sessions);
    mem_free(sessions);
}

void sessions_address_set(Sessions *sessions, Str address)
{
    pthread_mutex_lock(&sessions->lock);
    snprintf(sessions->address, sizeof sessions->address, STR_FMT, STR_ARG(address));
    pthread_mutex_unlock(&sessions->lock);
}

/* ---- tokens ---- */

static Digest token_make(const Env *env, SessionToken *token)
{
    unsigned char random[SESSION_TOKEN_CHARS / 2];
    env_random(env, random, sizeof random);
    Buf text = buf_new(SESSION_TOKEN_CHARS);
    hex_write(&text, (Str){(const char *)random, sizeof random});
    ASSERT(text.n == SESSION_TOKEN_CHARS && !text.overflow);
    memcpy(token->text, text.p, SESSION_TOKEN_CHARS);
    token->text[SESSION_TOKEN_CHARS] = '\0';
    explicit_bzero(text.p, text.n);
    explicit_bzero(random, sizeof random);
    buf_free(&text);
    return sha256(str_of(token->text));
}

void sessions_link_write(Sessions *sessions, Buf *out)
{
    SessionToken token;
    Digest digest = token_make(sessions->env, &token);
    pthread_mutex_lock(&sessions->lock);
    Link *oldest = &sessions->links[0];
    for (int i = 1; i < SESSION_LINKS_MAX; i++) {
        if (sessions->links[i].made_us < oldest->made_us) oldest = &sessions->links[i];
    }
    *oldest = (Link){digest, env_now_us(sessions->env)};
    buf_printf(out, "%s/desk/enter?token=%s", sessions->address, token.text);
    pthread_mutex_unlock(&sessions->lock);
    explicit_bzero(&token, sizeof token);
}

/* ---- sessions; the lock is held ---- */

static bool link_use(Sessions *sessions, const Digest *token, int64_t now_us)
{
    for (int i = 0; i < SESSION_LINKS_MAX; i++) {
        Link *link = &sessions->links[i];
        if (link->made_us == 0 || !digest_eq(&link->token, token)) continue;
        bool fresh = now_us - link->made_us < SESSION_LINK_MINUTES * MINUTE_US;
        *link = (Link){0};
        return fresh;
    }
    return false;
}

static bool session_over(const Session *session, int64_t now_us)
{
    return now_us - session->made_us >= SESSION_LIFE_MINUTES * MINUTE_US ||
           now_us - session->seen_us >= SESSION_IDLE_MINUTES * MINUTE_US;
}

static Session *session_of(Sessions *sessions, Str cookie, int64_t now_us)
{
    if (cookie.n != SESSION_TOKEN_CHARS) return NULL;
    Digest digest = sha256(cookie);
    for (int i = 0; i < SESSIONS_MAX; i++) {
        Session *session = &sessions->sessions[i];
        if (session->made_us == 0 || !digest_eq(&session->cookie, &digest)) continue;
        if (!session_over(session, now_us)) return session;
        explicit_bzero(session, sizeof *session);
    }
    return NULL;
}

static Session *session_room(Sessions *sessions)
{
    Session *idlest = &sessions->sessions[0];
    for (int i = 1; i < SESSIONS_MAX; i++) {
        if (sessions->sessions[i].seen_us < idlest->seen_us) idlest = &sessions->sessions[i];
    }
    return idlest;
}

/* ---- entering, finding, leaving ---- */

Err sessions_enter(Sessions *sessions, Str token, SessionToken *cookie)
{
    if (token.n != SESSION_TOKEN_CHARS) return ERR_UNAUTHENTICATED;
    Digest used = sha256(token);
    int64_t now_us = env_now_us(sessions->env);
    pthread_mutex_lock(&sessions->lock);
    bool known = link_use(sessions, &used, now_us);
    if (known) {
        Session session = {.made_us = now_us, .seen_us = now_us};
        session.cookie = token_make(sessions->env, cookie);
        token_make(sessions->env, &session.form);
        *session_room(sessions) = session;
    }
    pthread_mutex_unlock(&sessions->lock);
    return known ? ERR_OK : ERR_UNAUTHENTICATED;
}

bool sessions_find(Sessions *sessions, Str cookie, SessionToken *form)
{
    int64_t now_us = env_now_us(sessions->env);
    pthread_mutex_lock(&sessions->lock);
    Session *session = session_of(sessions, cookie, now_us);
    if (session) {
        session->seen_us = now_us;
        *form = session->form;
    }
    pthread_mutex_unlock(&sessions->lock);
    return session != NULL;
}

void sessions_leave(Sessions *sessions, Str cookie)
{
    pthread_mutex_lock(&sessions->lock);
    Session *session = session_of(sessions, cookie, env_now_us(sessions->env));
    if (session) explicit_bzero(session, sizeof *session);
    pthread_mutex_unlock(&sessions->lock);
}
