/* heluo desk: a link into the workbench of the running server. */
#include "server/client.h"
#include "server/command.h"

static int link_print(Client *client)
{
    Buf reply = {0}, why = buf_new(1024);
    ClientCall call = {.method = HTTP_POST, .target = STR("/api/desk-links")};
    int status, code = EXIT_FAILED;
    if (client_call(client, &call, &status, &reply) == ERR_OK) {
        json_t *answer = json_read(buf_str(&reply), &why);
        const char *link = json_string_value(json_object_get(answer, "link"));
        if (status == 201 && link) {
            printf("%s\n", link);
            fprintf(stderr,
                    "Open it in a browser on this machine; it works once, within %d "
                    "minutes.\n",
                    (int)json_integer_value(json_object_get(answer, "minutes")));
            code = EXIT_GOOD;
        } else {
            client_problem(buf_str(&reply));
        }
        json_decref(answer);
    }
    buf_free(&reply);
    buf_free(&why);
    return code;
}

static int desk_run(const Args *args)
{
    Client client;
    if (client_open(args->dir, &client) != ERR_OK) return EXIT_FAILED;
    int code = EXIT_FAILED;
    if (client.city)
        fprintf(stderr, "heluo: no server is running on %s; start it with heluo serve\n",
                args->dir);
    else
        code = link_print(&client);
    client_close(&client);
    return code;
}

REGISTER(Command, command_desk) = {
    "desk", "desk [--data DIR]", "prints a link into the officials' workbench", "", 0, 0, desk_run};
