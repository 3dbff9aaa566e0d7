/*
 * Logs: one JSON object a line, one write(2) a line, to stderr or a file. Safe from any thread.
 *
 *     log_event(LOG_LEVEL_INFO, "batch_done", LOG_STR("dataset", id), LOG_INT("records", count));
 *
 * Never personal data: no names, numbers of people, addresses or contents of records, and no text a
 * stranger sent beyond what an operator needs. Nothing here can check that; each caller owes it.
 * Whatever a text contains, it cannot end a line or steer a terminal.
 */
#pragma once

#include "lib/base.h"

typedef enum LogLevel {
    LOG_LEVEL_DEBUG,
    LOG_LEVEL_INFO,
    LOG_LEVEL_WARN,
    LOG_LEVEL_ERROR,
    LOG_LEVEL_COUNT,
} LogLevel;

extern const char *const LOG_LEVEL_NAMES[LOG_LEVEL_COUNT]; /* debug, info, warn, error */

enum {
    LOG_LINE_MAX = 4096, /* bytes: what a pipe takes whole (PIPE_BUF) */
    LOG_TEXT_MAX = 1024, /* bytes of one text; the rest is left out */
};

typedef enum LogType { LOG_TYPE_STR, LOG_TYPE_INT, LOG_TYPE_BOOL } LogType;

typedef struct LogPair {
    const char *key; /* lower snake case, not time, level, event or cut */
    LogType type;
    Str text;
    int64_t number;
} LogPair;

#define LOG_STR(name, value)                                                                       \
    {                                                                                              \
        .key = (name), .type = LOG_TYPE_STR, .text = (value)                                       \
    }
#define LOG_INT(name, value)                                                                       \
    {                                                                                              \
        .key = (name), .type = LOG_TYPE_INT, .number = (value)                                     \
    }
#define LOG_BOOL(name, value)                                                                      \
    {                                                                                              \
        .key = (name), .type = LOG_TYPE_BOOL, .number = (value)                                    \
    }

/* Pairs that do not fit into LOG_LINE_MAX are left out, and "cut":true says so. */
#define log_event(level, event, ...)                                                               \
    log_write((level), (event), (const LogPair[]){__VA_ARGS__},                                    \
              (int)(sizeof((const LogPair[]){__VA_ARGS__}) / sizeof(LogPair)))

void log_write(LogLevel level, const char *event, const LogPair *pairs, int count);

/* What is below `least` is left out. Until the first call: LOG_LEVEL_INFO to stderr, real clock.
 * Does not own fd, which must stay open; env lives as long as the process. */
void log_start(LogLevel least, int fd, const Env *env);
/* A file to append to, made with mode 0640; give its descriptor to log_start. -1: errno says why.
 */
int log_file_open(const char *path) MUST_USE;
int64_t log_lost(void); /* lines that could not be written, since the process began */
