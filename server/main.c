/* heluo: one program for the whole city; what it does is named by its first word. */
#include "server/command.h"

static const Command *command_find(const char *name)
{
    FOR_EACH_REGISTERED (Command, command) {
        if (strcmp(command->name, name) == 0) return command;
    }
    return NULL;
}

static void help_print(FILE *out)
{
    fputs("Heluo (河洛), a city's e-government in one program\n\n", out);
    FOR_EACH_REGISTERED (Command, command) {
        fprintf(out, "  heluo %s\n        %s\n", command->usage, command->help);
    }
    fputs("\nEvery command takes --data DIR (default ./data).\n", out);
}

/* Position of --name in the command's list, or -1. *valued: it takes a value. */
static int option_find(const Command *command, Str name, bool *valued)
{
    Str rest = str_of(command->options), item;
    for (int i = 0; rest.p && str_split(&rest, ' ', &item); i++) {
        *valued = str_ends(item, STR("="));
        if (*valued) item = str_slice(item, 0, item.n - 1);
        if (item.n && str_eq(item, name)) return i;
    }
    return -1;
}

static int misused(const Command *command, const char *what, const char *which)
{
    fprintf(stderr, "heluo: %s%s\nusage: heluo %s\n", what, which, command->usage);
    return EXIT_MISUSED;
}

static int args_read(const Command *command, int count, char **words, Args *args)
{
    args->dir = "data";
    for (int i = 0; i < count; i++) {
        Str word = str_of(words[i]);
        if (!str_starts(word, STR("--")) || word.n == 2) {
            if (args->word_count == command->words_max)
                return misused(command, "one word too many: ", words[i]);
            args->words[args->word_count++] = words[i];
            continue;
        }
        bool valued = true;
        bool data = str_is(word, "--data");
        int option = data ? 0 : option_find(command, str_slice(word, 2, word.n), &valued);
        if (option < 0) return misused(command, "unknown option: ", words[i]);
        if (valued && i + 1 == count) return misused(command, "a value must follow ", words[i]);
        const char *value = valued ? words[++i] : "";
        if (data)
            args->dir = value;
        else
            args->values[option] = value;
    }
    if (args->word_count < command->words_min) return misused(command, "something is missing", "");
    return EXIT_GOOD;
}

int main(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0) {
        help_print(argc < 2 ? stderr : stdout);
        return argc < 2 ? EXIT_MISUSED : EXIT_GOOD;
    }
    const Command *command = command_find(argv[1]);
    if (command == NULL) {
        fprintf(stderr, "heluo: there is no command %s; heluo help lists them\n", argv[1]);
        return EXIT_MISUSED;
    }
    Args args = {0};
    int bad = args_read(command, argc - 2, argv + 2, &args);
    return bad ? bad : command->run(&args);
}
