/* Commands register themselves (REGISTER(Command, …)); main finds the one that is named. */
#pragma once

#include "lib/base.h"
#include "lib/register.h"

enum { EXIT_GOOD = 0, EXIT_FAILED = 1, EXIT_PARTLY = 2, EXIT_MISUSED = 64 };

/* What follows the command's name: plain words and --options with a value or without. */
typedef struct Args {
    const char *words[8];
    int word_count;
    const char
        *values[16]; /* by position in Command.options; "" for a flag that is given; NULL: not */
    const char *dir; /* --data, default ./data */
} Args;

typedef struct Command {
    const char *name, *usage, *help;
    const char *options; /* names, blanks between; a name ending in = takes a value. --data= is
                            always there */
    int words_min, words_max;
    int (*run)(const Args *args); /* the process's exit code */
} Command;
REGISTRY(Command);

/* Value of the n-th option of the command's list. */
static inline const char *arg_value(const Args *args, int n)
{
    return args->values[n];
}
