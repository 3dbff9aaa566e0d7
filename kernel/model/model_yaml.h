/*
 * YAML as definitions use it: a small tree whose every node knows its line and column, and the
 * collection of mistakes. Definitions and settings are read with it. What YAML has beyond maps,
 * lists and plain values (anchors, aliases, tags, several documents) is refused here.
 */
#pragma once

#include "kernel/model/model.h"

enum {
    YAML_BYTES_MAX = 256 * 1024,
    YAML_DEPTH_MAX = 8,
    YAML_NODES_MAX = 20000,
    YAML_ARENA_MAX = 16 * 1024 * 1024, /* what a definition of the largest size can take */
    MODEL_ERRORS_MAX = 100,            /* further mistakes are counted only */
};

typedef enum YamlKind { YAML_SCALAR, YAML_LIST, YAML_MAP } YamlKind;

typedef struct YamlNode {
    YamlKind kind;
    int line, column;       /* from 1; columns count characters */
    Str text;               /* YAML_SCALAR: its value, quotes and escapes undone */
    bool quoted;            /* YAML_SCALAR: written in quotes, so never a number or true */
    struct YamlNode *key;   /* the key this node stands under, if its parent is a map */
    struct YamlNode *first; /* children in the order of the file */
    struct YamlNode *next;
    int count; /* of children */
} YamlNode;

typedef struct ModelReport {
    Arena *arena;
    Str file;
    ModelErrors *errors;
    int further; /* mistakes beyond MODEL_ERRORS_MAX */
} ModelReport;

void report_at(ModelReport *report, int line, int column, const char *format, ...)
    PRINTF_LIKE(4, 5);
#define report_node(report, node, ...)                                                             \
    report_at((report), (node)->line, (node)->column, __VA_ARGS__)
/* Sort by place and say how many were left out. */
void report_finish(ModelReport *report);

/* ERR_BAD: the mistakes are in the report and *root is not to be used. */
Err yaml_read(ModelReport *report, Str yaml, YamlNode **root) MUST_USE;

/* The value under a key, or NULL; of two with the same key the first. */
const YamlNode *yaml_get(const YamlNode *map, const char *key);

/* ---- values: each reports what is wrong and then leaves *out as it was ---- */

/* Refuse unknown keys (naming the nearest known one), keys that stand twice and keys without a
 * value; false if node is no map at all. */
bool read_keys(ModelReport *report, const YamlNode *node, const char *what,
               const char *const *names, int count);
/* One line of at most length_max characters, not empty. */
bool read_text(ModelReport *report, const YamlNode *node, const char *what, int length_max,
               Str *out);
/* An identifier: lower snake case, at most 40 characters, not starting with a digit. */
bool read_id(ModelReport *report, const YamlNode *node, const char *what, Str *out);
bool id_check(ModelReport *report, const YamlNode *node, const char *what);
bool read_bool(ModelReport *report, const YamlNode *node, const char *what, bool *out);
bool read_int(ModelReport *report, const YamlNode *node, const char *what, int64_t min, int64_t max,
              int64_t *out);
/* Chinese alone, or {zh: …, en: …}; both at most length_max characters. en falls back to fallback.
 */
bool read_label(ModelReport *report, const YamlNode *node, const char *what, int length_max,
                Str fallback, Label *out);
/* A list of different entries, each read by entry (read_id or the like). */
typedef bool ReadEntry(ModelReport *report, const YamlNode *node, const char *what, Str *out);
ReadEntry read_heading;
void read_list(ModelReport *report, const YamlNode *node, const char *what, int count_max,
               ReadEntry *entry, StrList *out);
/* Position of the text among names, or -1 with the nearest one named. */
int read_choice(ModelReport *report, const YamlNode *node, const char *what,
                const char *const *names, int count);

/* Of the names the one nearest to text by edit distance, if it is near enough to be a slip; or
 * NULL. */
const char *name_nearest(Str text, const char *const *names, int count);
