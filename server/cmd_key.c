/* heluo key: API keys of organs' systems. */
#include "server/client.h"
#include "server/command.h"

enum { KEY_ORGAN, KEY_NAME };

static void key_print(const json_t *answer)
{
    printf("Keep it now: the store has only its digest.\n%s\n", client_text(answer, "key"));
}

static void withdrawal_print(const json_t *answer)
{
    printf("The key %s of %s is refused from now on.\n", client_text(answer, "name"),
           client_text(answer, "organ"));
}

static void keys_print(const json_t *answer)
{
    const json_t *keys = json_object_get(answer, "keys");
    size_t i;
    json_t *key;
    if (json_array_size(keys) == 0) puts("There are no keys; heluo key add makes one.");
    json_array_foreach (keys, i, key) {
        const char *withdrawn = client_text(key, "withdrawn");
        printf("%-24s %-30s made %.10s%s%.10s\n", client_text(key, "organ"),
               client_text(key, "name"), client_text(key, "made"), *withdrawn ? ", withdrawn " : "",
               withdrawn);
    }
}

static const struct {
    const char *word;
    HttpMethod method;
    const char *path;
    bool named; /* --organ and --name say which */
    void (*print)(const json_t *answer);
} ACTS[] = {
    {"add", HTTP_POST, "/api/keys", true, key_print},
    {"withdraw", HTTP_POST, "/api/keys/withdraw", true, withdrawal_print},
    {"list", HTTP_GET, "/api/keys", false, keys_print},
};

static int key_call(Client *client, const Args *args, size_t act)
{
    Buf target = buf_new(8192), reply = {0}, why = buf_new(1024);
    const char *organ = ACTS[act].named ? arg_value(args, KEY_ORGAN) : NULL;
    const char *name = ACTS[act].named ? arg_value(args, KEY_NAME) : NULL;
    const char *const pairs[] = {"organ", organ, "name", name, NULL};
    client_target(&target, ACTS[act].path, pairs);
    ClientCall call = {.method = ACTS[act].method, .target = buf_str(&target)};
    int status, code = EXIT_FAILED;
    if (client_call(client, &call, &status, &reply) == ERR_OK) {
        json_t *answer = status < 300 ? json_read(buf_str(&reply), &why) : NULL;
        if (answer) {
            ACTS[act].print(answer);
            code = EXIT_GOOD;
        } else {
            client_problem(buf_str(&reply));
        }
        json_decref(answer);
    }
    buf_free(&target);
    buf_free(&reply);
    buf_free(&why);
    return code;
}

static int key_run(const Args *args)
{
    for (size_t act = 0; act < COUNT_OF(ACTS); act++) {
        if (strcmp(args->words[0], ACTS[act].word) != 0) continue;
        if (ACTS[act].named && (!arg_value(args, KEY_ORGAN) || !arg_value(args, KEY_NAME))) break;
        Client client;
        if (client_open(args->dir, &client) != ERR_OK) return EXIT_FAILED;
        int code = key_call(&client, args, act);
        client_close(&client);
        return code;
    }
    fputs("usage: heluo key add|withdraw --organ ORGAN --name NAME, or heluo key list\n", stderr);
    return EXIT_MISUSED;
}

REGISTER(Command, command_key) = {"key",
                                  "key add|withdraw --organ ORGAN --name NAME, key list",
                                  "API keys of organs' systems",
                                  "organ= name=",
                                  1,
                                  1,
                                  key_run};
