/*
 * The one settings file, DIR/heluo.yaml. Everything has a default, so the file may be missing; what
 * stands in it must be known and within its range. All settings are declared in one table
 * (settings.c); a new one is a line there and a member here.
 */
#pragma once

#include "lib/base.h"
#include "lib/log.h"

#define SETTINGS_FILE "heluo.yaml"

typedef struct Settings {
    Str city_name_zh, city_name_en;
    Str public_base_url;        /* "https://www.example.gov.cn" without a / at its end, or "" */
    int64_t enquiry_per_minute; /* rate.enquiry_per_minute */
    int64_t api_per_second;     /* rate.api_per_second */
    int64_t batch_jobs;         /* batch.jobs */
    int64_t connections_max;    /* http.connections_max */
    Str trusted_proxy;          /* http.trusted_proxy: its X-Forwarded-For is believed, or "" */
    int64_t log_level;          /* log.level: a LogLevel */
} Settings;

/* What holds without a file. */
void settings_default(Settings *out);

/* Reads DIR/heluo.yaml; texts live in the arena. ERR_BAD: an unknown key or a value that is not
 * allowed; *why has a line "file:line:column: reason" for each. ERR_STORAGE: there is a file that
 * cannot be read. */
Err settings_load(Arena *arena, const char *dir, Settings *out, Buf *why) MUST_USE;

/* The same from a text; `file` is the name in messages. */
Err settings_parse(Arena *arena, Str file, Str yaml, Settings *out, Buf *why) MUST_USE;

/* A settings file with every setting at its default, explained in Chinese and English. */
void settings_write_default(Buf *out);
