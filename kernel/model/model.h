/*
 * The model: what the definitions (*.yaml) say, in memory. Storage, forms, lists, API, exchange
 * and access read it and nothing else. One parser (model_parse.c, libfyaml) serves both the build
 * (tools/modelc turns the shipped definitions into constant tables and typed C) and the server.
 */
#pragma once

#include "lib/base.h"

typedef enum FieldType {
    FIELD_TEXT,
    FIELD_CODE,       /* a code of the list named by `codes` */
    FIELD_DATE,       /* a legal day, stored as YYYY-MM-DD */
    FIELD_INSTANT,    /* microseconds UTC */
    FIELD_INTEGER,
    FIELD_DECIMAL,    /* int64 scaled by 10^scale */
    FIELD_BOOLEAN,
    FIELD_USCC,       /* unified social credit code (统一社会信用代码), GB 32100-2015 */
    FIELD_ORG_CODE,   /* organisation code (组织机构代码), GB 11714, stored without the hyphen */
    FIELD_CITIZEN_ID, /* citizen's identity number (公民身份号码), GB 11643-1999 */
    FIELD_DIVISION,   /* a code of the dataset division, historical ones allowed */
    FIELD_ORGAN,      /* a key of the dataset organ */
} FieldType;

typedef enum Secrecy { SECRECY_PUBLIC, SECRECY_INTERNAL, SECRECY_PERSONAL } Secrecy;

typedef struct Label {
    Str zh, en;
} Label;

typedef struct StrList {
    const Str *items;
    int count;
} StrList;

typedef struct Field {
    Str id;
    Label label;
    FieldType type;
    bool required;
    bool future;     /* dates only: a day after today is allowed */
    int scale;       /* decimals only: digits behind the point, 0-9 */
    int32_t length_max;      /* characters (code points); texts only */
    int32_t length_min;
    bool has_min, has_max;   /* integers and decimals: inclusive range, scaled as the value */
    int64_t min, max;
    Str codes;       /* FIELD_CODE: the code list */
    Secrecy secrecy;
    StrList from;    /* organs in order of trust for this field; empty: the dataset's sources */
    StrList aliases; /* further CSV headings beside id and both labels */
    Str reader;      /* C function that reads the raw text; may set other empty fields too */
    Str note_zh, note_en; /* one line of help */
} Field;

typedef struct Index {
    const int *fields; /* positions in Dataset.fields */
    int count;
    bool unique;
} Index;

typedef struct Query { /* a named query: WHERE each field equals a parameter, ordered by key */
    Str id;
    const int *where;
    int where_count;
    int limit;
} Query;

typedef struct Sharing {
    Str type;     /* unconditional, conditional, none */
    StrList ways; /* verify, query, batch */
    bool open;    /* the public may read its public fields */
    Str basis;    /* legal basis; required where type is none */
} Sharing;

typedef struct Dataset {
    Str id;
    Label label;
    Str clause;      /* of the policy, such as P4.2 */
    Str owner;       /* organ */
    Str module;      /* folder of the definition, such as base/entities: migrations live there */
    int key;         /* position of the key field */
    int identity;    /* position of the field that shows if two organs mean the same; -1 none */
    bool has_point;
    int point[2];    /* positions of longitude and latitude (degrees): the geometry of an item */
    const Field *fields;
    int field_count;
    StrList sources; /* organs that may contribute, in order of trust; empty: the owner only */
    StrList checks;  /* C functions, run in order after the typed parse */
    StrList ignored; /* CSV headings that are read over */
    StrList nulls;   /* texts that mean "no value", such as N/A */
    const Index *indexes;
    int index_count;
    const Query *queries;
    int query_count;
    Sharing sharing;
    Str file;        /* where it was read, for messages */
} Dataset;

typedef struct Model {
    const Dataset *datasets;
    int dataset_count;
} Model;

enum { MODEL_FIELDS_MAX = 200, MODEL_DATASETS_MAX = 500 };

const Dataset *model_dataset(const Model *model, Str id); /* NULL: unknown */
int model_field(const Dataset *dataset, Str id);          /* position, or -1 */
/* The position of the field with this id, label or alias; -1 unknown; -2 ignored. */
int model_heading(const Dataset *dataset, Str heading);
const char *model_type_name(FieldType type);

/* What is wrong in a definition, with its place (line and column from 1). */
typedef struct ModelError {
    Str file;
    int line, column;
    Str message; /* English, one line, says the way out */
} ModelError;

typedef struct ModelErrors {
    ModelError *items;
    int count;
} ModelErrors;

/* Read one definition from text into *out, all allocated in arena. On ERR_BAD errors has every
 * mistake found. `module` is the folder the definition lives in. */
Err model_parse(Arena *arena, Str file, Str module, Str yaml, Dataset *out,
                ModelErrors *errors) MUST_USE;

/* The shipped definitions, made by tools/modelc (build/gen/model.c). */
extern const Model MODEL_SHIPPED;
