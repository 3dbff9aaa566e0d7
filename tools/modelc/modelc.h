/*
 * modelc: turns the shipped definitions (*.dataset.yaml) into C and into migrations.
 *
 *   modelc gen ROOT OUT     checks everything, then writes the C files into OUT (only what changed)
 *   modelc check ROOT       checks the definitions, and that the migrations build what they say
 *   modelc migrate ROOT     writes the migrations that are missing
 *
 * Mistakes are printed one a line, file:line:column: message; the exit status is then 1.
 */
#pragma once

#include "kernel/model/model_yaml.h"

/* A file of the tree that is shipped inside the program. */
typedef struct TreeFile {
    Str path;   /* from the root */
    int layer;  /* position in the order of the layers */
    Str module; /* such as base/entities */
    Str name;   /* path inside the module; migrations: the file's name alone */
    Str bytes;
} TreeFile;

typedef struct TreeFiles {
    TreeFile *items;
    int count, size;
} TreeFiles;

typedef struct CodeList {
    Str name, path;
    const Str *codes; /* each once, in the order of the file */
    int count;
} CodeList;

/* Everything that was found under a root. */
typedef struct Tree {
    Arena *arena;
    Str root;
    FILE *log; /* mistakes */
    int mistakes;
    TreeFiles definitions, migrations, seeds; /* each in order: layer, module, name */
    Dataset *datasets;                        /* of each definition, same order */
    const YamlNode **places; /* of each definition: its tree, to say where something stands */
    int dataset_count;
    CodeList *lists;
    int list_count;
} Tree;

enum {
    TREE_BYTES_MAX = 512 * 1024 * 1024,
    TREE_FILES_MAX = 5000,
    GEN_BYTES_MAX = 32 * 1024 * 1024, /* of one written file */
    ENUM_CODES_MAX = 40,              /* longer code lists get no enum */
};

void tree_mistake(Tree *tree, Str path, int line, int column, const char *format, ...)
    PRINTF_LIKE(5, 6);
/* Where the dataset with this position has root.a.b; b or both may be NULL. */
void tree_mistake_at(Tree *tree, int dataset, const char *a, Str b, const char *c,
                     const char *format, ...) PRINTF_LIKE(6, 7);

/* load.c */
Tree *tree_load(Arena *arena, Str root, FILE *log);
/* cross.c: what only all definitions together show */
void tree_check(Tree *tree);

/* names.c: names in the written C */
Str name_upper(Arena *arena, Str id);  /* tax_status -> TAX_STATUS; other characters become _ */
Str name_camel(Arena *arena, Str id);  /* tax_status -> TaxStatus */
bool name_is_keyword(Str id);          /* of C */
bool type_has_number(FieldType type);  /* its Value is number (text otherwise) */
const char *type_in_c(FieldType type); /* of the member in the typed struct */
const CodeList *tree_list(const Tree *tree, Str name);
bool list_has_enum(const Tree *tree, const CodeList *list); /* short, and a field uses it */
void write_literal(Buf *out, Str text);                     /* "…" with escapes */
void write_comment(Buf *out, Str text);                     /* text that cannot end a comment */

/* schema.c: the tables of a dataset */
typedef enum TableKind {
    TABLE_MASTER,
    TABLE_HISTORY,
    TABLE_SOURCE,
    TABLE_SOURCE_HISTORY,
    TABLE_KINDS
} TableKind;
Str table_name(Arena *arena, const Dataset *dataset, TableKind kind);
typedef struct Column {
    Str name;
    Str rest;    /* type and constraints, without the name */
    Str comment; /* labels, or none */
} Column;
typedef struct Columns {
    Column items[MODEL_FIELDS_MAX + 8];
    int count;
    Str constraint; /* of the table, such as PRIMARY KEY (…); or none */
} Columns;
void table_columns(Arena *arena, const Dataset *dataset, TableKind kind, Columns *out);
Str index_name(Arena *arena, const Dataset *dataset, const Index *index);
Str index_sql(Arena *arena, const Dataset *dataset, const Index *index); /* without the semicolon */
void write_schema(Arena *arena, Buf *out, const Dataset *dataset);

/* migrate.c: compare with what the migrations build; write what is missing where `write` */
void tree_migrate(Tree *tree, bool write);

/* emit_*.c: each fills one file */
void emit_model(const Tree *tree, Buf *out);
void emit_dataset_header(const Tree *tree, int dataset, Buf *out);
void emit_dataset_source(const Tree *tree, int dataset, Buf *out);
void emit_rules(const Tree *tree, Buf *out);
void emit_migrations(const Tree *tree, Buf *out);
void emit_seeds(const Tree *tree, Buf *out);
void emit_codes_header(const Tree *tree, Buf *out);
void emit_codes_source(const Tree *tree, Buf *out);
void tree_emit(Tree *tree, Str out_folder);

/* run.c */
int modelc_run(int argc, char **argv, FILE *log);
