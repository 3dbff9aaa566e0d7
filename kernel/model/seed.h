/*
 * What a new store is filled from: code lists, and the CSV files that stand beside a definition
 * (*.dataset.yaml), embedded by the build (tools/modelc, build/gen/codes.c). A code list is a file
 * in a module's folder `codes`; its name without ending is the list's name:
 * base/entities/codes/entity_status.csv is the list entity_status of the module base/entities.
 */
#pragma once

#include "lib/base.h"

typedef struct SeedFile {
    Str module; /* such as base/entities */
    Str name;   /* path inside the module: codes/entity_status.csv, or organs.csv */
    Str bytes;  /* the file as it is */
} SeedFile;

/* In order of the layers (kernel, base, systems, …), then of module and name, bytewise. */
extern const SeedFile SEED_FILES[];
extern const int SEED_FILE_COUNT;

/* The list's name where the file is a code list, else none. */
static inline Str seed_list_name(const SeedFile *file)
{
    Str folder = STR("codes/"), ending = STR(".csv");
    if (!str_starts(file->name, folder) || !str_ends(file->name, ending)) return STR_NONE;
    return str_slice(file->name, folder.n, file->name.n - ending.n);
}
