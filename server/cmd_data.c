/* heluo import, get, export: what the API does, from the command line. */
#include <sys/stat.h>
#include <unistd.h>

#include "server/client.h"
#include "server/command.h"

static void collection_path(Buf *out, const char *dataset, const char *more, const char *last)
{
    buf_lit(out, "/api/collections/");
    url_encode(out, str_of(dataset));
    buf_add(out, str_of(more));
    if (last) url_encode(out, str_of(last));
    buf_byte(out, '\0');
}

/* ---- import ---- */

enum { IMPORT_ORGAN, IMPORT_BATCH, IMPORT_REJECTS, IMPORT_JSON, IMPORT_PURPOSE };

static void reasons_print(const json_t *list, const char *title)
{
    enum { SHOWN = 20 };
    size_t count = json_array_size(list);
    if (count == 0) return;
    printf("\n%s (%zu)\n", title, count);
    for (size_t i = 0; i < MIN(count, (size_t)SHOWN); i++) {
        const json_t *reason = json_array_get(list, i);
        printf("  line %-8lld %-20s %-14s %s %s\n", (long long)client_number(reason, "line"),
               client_text(reason, "key"), client_text(reason, "code"),
               client_text(reason, "field"), client_text(reason, "message"));
    }
    if (count > SHOWN) printf("  … and %zu more: --json has them all\n", count - SHOWN);
}

static void receipt_print(const json_t *receipt)
{
    printf("%s from %s, batch %s: %s\n", client_text(receipt, "dataset"),
           client_text(receipt, "organ"), client_text(receipt, "batch"),
           client_text(receipt, "state"));
    printf("  read %lld   accepted %lld   rejected %lld\n",
           (long long)client_number(receipt, "read"), (long long)client_number(receipt, "accepted"),
           (long long)client_number(receipt, "rejected"));
    printf("  created %lld   updated %lld   unchanged %lld   differences %lld\n",
           (long long)client_number(receipt, "created"),
           (long long)client_number(receipt, "updated"),
           (long long)client_number(receipt, "unchanged"),
           (long long)client_number(receipt, "differences"));
    reasons_print(json_object_get(receipt, "reasons"), "Refused");
    reasons_print(json_object_get(receipt, "warnings"), "Accepted, but note");
}

static Err rejects_fetch(Client *client, const Args *args)
{
    Buf path = buf_new(4096), target = buf_new(8192), reply = {0};
    collection_path(&path, args->words[0], "/batches/", arg_value(args, IMPORT_BATCH));
    path.n--;
    buf_lit(&path, "/rejects");
    buf_byte(&path, '\0');
    const char *const pairs[] = {"organ", arg_value(args, IMPORT_ORGAN), NULL};
    client_target(&target, path.p, pairs);
    FILE *file = fopen(arg_value(args, IMPORT_REJECTS), "we");
    Err err = file ? ERR_OK : ERR_BAD;
    int status = 0;
    ClientCall call = {.method = HTTP_GET, .target = buf_str(&target), .sink = file};
    if (file) err = client_call(client, &call, &status, &reply);
    if (file && fclose(file) != 0) err = ERR_STORAGE;
    if (err != ERR_OK || status != 200) {
        fprintf(stderr, "heluo: the refused lines could not be written to %s\n",
                arg_value(args, IMPORT_REJECTS));
        err = ERR_BAD;
    }
    buf_free(&path);
    buf_free(&target);
    buf_free(&reply);
    return err;
}

/* What a program may rely on; the API's receipt has more. */
static void receipt_print_json(const json_t *receipt)
{
    static const char *const MEMBERS[] = {"dataset",  "organ",    "batch",     "read",
                                          "accepted", "rejected", "unchanged", "differences",
                                          "warnings", "reasons"};
    json_t *kept = json_object();
    for (size_t i = 0; i < COUNT_OF(MEMBERS); i++)
        json_object_set(kept, MEMBERS[i], json_object_get(receipt, MEMBERS[i]));
    json_dumpf(kept, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(kept);
}

static int receipt_take(Client *client, const Args *args, Str body)
{
    Buf why = buf_new(1024);
    json_t *receipt = json_read(body, &why);
    if (arg_value(args, IMPORT_JSON))
        receipt_print_json(receipt);
    else
        receipt_print(receipt);
    int64_t rejected = client_number(receipt, "rejected");
    bool done = strcmp(client_text(receipt, "state"), "done") == 0;
    json_decref(receipt);
    buf_free(&why);
    if (arg_value(args, IMPORT_REJECTS) && rejects_fetch(client, args) != ERR_OK)
        return EXIT_FAILED;
    return !done ? EXIT_FAILED : rejected ? EXIT_PARTLY : EXIT_GOOD;
}

static int import_file(Client *client, const Args *args)
{
    const char *file = args->words[1];
    Str name = str_of(file);
    bool ndjson = str_ends(name, STR(".ndjson")) || str_ends(name, STR(".jsonl"));
    Buf path = buf_new(4096), target = buf_new(8192), reply = {0};
    collection_path(&path, args->words[0], "/batches", NULL);
    const char *const pairs[] = {"batch", arg_value(args, IMPORT_BATCH), "organ",
                                 arg_value(args, IMPORT_ORGAN), NULL};
    client_target(&target, path.p, pairs);
    ClientCall call = {.method = HTTP_POST,
                       .target = buf_str(&target),
                       .content_type = ndjson ? "application/x-ndjson" : "text/csv",
                       .purpose = arg_value(args, IMPORT_PURPOSE),
                       .body_path = file,
                       .progress = true};
    int status, code = EXIT_FAILED;
    if (client_call(client, &call, &status, &reply) == ERR_OK) {
        if (status == 200)
            code = receipt_take(client, args, buf_str(&reply));
        else if (arg_value(args, IMPORT_JSON))
            printf(STR_FMT "\n", STR_ARG(buf_str(&reply)));
        else
            client_problem(buf_str(&reply));
    }
    buf_free(&path);
    buf_free(&target);
    buf_free(&reply);
    return code;
}

static int import_run(const Args *args)
{
    if (arg_value(args, IMPORT_ORGAN) == NULL || arg_value(args, IMPORT_BATCH) == NULL) {
        fputs("heluo: import needs --organ (who hands it in) and --batch (your number for this "
              "file)\n",
              stderr);
        return EXIT_FAILED;
    }
    struct stat info; /* read twice, so it must be a file and no pipe */
    if (stat(args->words[1], &info) != 0 || !S_ISREG(info.st_mode) ||
        access(args->words[1], R_OK) != 0) {
        fprintf(stderr, "heluo: %s is no file that can be read\n", args->words[1]);
        return EXIT_FAILED;
    }
    Client client;
    if (client_open(args->dir, &client) != ERR_OK) return EXIT_FAILED;
    int code = import_file(&client, args);
    client_close(&client);
    return code;
}

/* ---- get ---- */

enum { GET_AS_OF, GET_JSON, GET_PURPOSE };

static void value_print(const json_t *value)
{
    Buf text = buf_new(4096);
    if (json_is_string(value))
        fputs(json_string_value(value), stdout);
    else if (json_is_number(value) && json_number_text(value, &text))
        printf(STR_FMT, STR_ARG(buf_str(&text)));
    else if (json_is_boolean(value))
        fputs(json_is_true(value) ? "true" : "false", stdout);
    buf_free(&text);
}

/* Each field with where it comes from, and who says otherwise. */
static void sources_print(Str body)
{
    Buf why = buf_new(1024);
    json_t *sources = json_read(body, &why);
    size_t i, k;
    json_t *field, *other;
    json_array_foreach (json_object_get(sources, "fields"), i, field) {
        printf("%-28s ", client_text(field, "field"));
        value_print(json_object_get(field, "value"));
        printf("   [%s, %.10s]\n", client_text(field, "organ"), client_text(field, "said"));
        json_array_foreach (json_object_get(field, "others"), k, other) {
            if (json_is_true(json_object_get(other, "agrees"))) continue;
            printf("%-28s   %s says: ", "", client_text(other, "organ"));
            value_print(json_object_get(other, "value"));
            if (client_number(other, "ticket"))
                printf("   (ticket %lld)", (long long)client_number(other, "ticket"));
            putchar('\n');
        }
    }
    json_decref(sources);
    buf_free(&why);
}

/* A key that is personal stands in no address: it is searched for. */
static bool key_is_personal(const char *dataset_id)
{
    const Dataset *dataset = model_dataset(&MODEL_SHIPPED, str_of(dataset_id));
    return dataset && dataset->fields[dataset->key].secrecy == SECRECY_PERSONAL;
}

/* The first of the features that a search found. */
static int found_print(Str body, bool json)
{
    Buf why = buf_new(1024);
    json_t *found = json_read(body, &why);
    const json_t *feature = json_array_get(json_object_get(found, "features"), 0);
    int code = feature ? EXIT_GOOD : EXIT_FAILED;
    const char *name;
    json_t *value;
    if (feature == NULL) {
        fputs("heluo: there is no such record\n", stderr);
    } else if (json) {
        json_dumpf(feature, stdout, JSON_COMPACT);
        putchar('\n');
    } else {
        json_object_foreach (json_object_get(feature, "properties"), name, value) {
            printf("%-28s ", name);
            value_print(value);
            putchar('\n');
        }
    }
    json_decref(found);
    buf_free(&why);
    return code;
}

static int get_answer(const ClientCall *call, int status, Str body, bool json)
{
    if (status != 200) {
        client_problem(body);
        return EXIT_FAILED;
    }
    if (call->method == HTTP_POST) return found_print(body, json);
    if (json)
        printf(STR_FMT "\n", STR_ARG(body));
    else
        sources_print(body);
    return EXIT_GOOD;
}

static int get_run(const Args *args)
{
    Client client;
    if (client_open(args->dir, &client) != ERR_OK) return EXIT_FAILED;
    bool json = arg_value(args, GET_JSON) != NULL, personal = key_is_personal(args->words[0]);
    Buf path = buf_new(4096), target = buf_new(8192), body = buf_new(8192), reply = {0};
    collection_path(&path, args->words[0], personal ? "/search" : "/items/",
                    personal ? NULL : args->words[1]);
    if (!json && !personal) {
        path.n--;
        buf_lit(&path, "/sources");
        buf_byte(&path, '\0');
    }
    const char *const pairs[] = {"asOf", arg_value(args, GET_AS_OF), NULL};
    client_target(&target, path.p, pairs);
    ClientCall call = {
        .method = HTTP_GET, .target = buf_str(&target), .purpose = arg_value(args, GET_PURPOSE)};
    if (personal) {
        const Dataset *dataset = model_dataset(&MODEL_SHIPPED, str_of(args->words[0]));
        Json out = json_to(&body);
        json_put_object(&out);
        json_put_key_str(&out, dataset->fields[dataset->key].id, str_of(args->words[1]));
        json_put_object_end(&out);
        call.method = HTTP_POST;
        call.body = buf_str(&body);
        call.content_type = "application/json";
        if (call.purpose == NULL) call.purpose = "administration";
    }
    int status, code = EXIT_FAILED;
    if (client_call(&client, &call, &status, &reply) == ERR_OK)
        code = get_answer(&call, status, buf_str(&reply), json);
    buf_free(&path);
    buf_free(&target);
    buf_free(&body);
    buf_free(&reply);
    client_close(&client);
    return code;
}

/* ---- export ---- */

enum { EXPORT_FILTER, EXPORT_FORMAT, EXPORT_PURPOSE, EXPORT_AS_OF };

static int export_run(const Args *args)
{
    Client client;
    if (client_open(args->dir, &client) != ERR_OK) return EXIT_FAILED;
    Buf path = buf_new(4096), target = buf_new(64 * 1024), reply = {0};
    collection_path(&path, args->words[0], "/export", NULL);
    const char *const pairs[] = {
        "format", arg_value(args, EXPORT_FORMAT), "filter", arg_value(args, EXPORT_FILTER),
        "asOf",   arg_value(args, EXPORT_AS_OF),  NULL};
    client_target(&target, path.p, pairs);
    ClientCall call = {.method = HTTP_GET,
                       .target = buf_str(&target),
                       .purpose = arg_value(args, EXPORT_PURPOSE),
                       .sink = stdout};
    int status, code = EXIT_FAILED;
    if (client_call(&client, &call, &status, &reply) == ERR_OK) {
        if (status != 200)
            client_problem(buf_str(&reply));
        else if (fflush(stdout) == 0)
            code = EXIT_GOOD;
    }
    buf_free(&path);
    buf_free(&target);
    buf_free(&reply);
    client_close(&client);
    return code;
}

REGISTER(Command, command_import) = {
    "import",
    "import DATASET FILE --organ ORGAN --batch NO [--rejects FILE] [--json]",
    "hands in a CSV or NDJSON file; exit 0 all accepted, 2 some rejected, 1 failed",
    "organ= batch= rejects= json purpose=",
    2,
    2,
    import_run};
REGISTER(Command, command_get) = {"get",
                                  "get DATASET KEY [--as-of TIME] [--json] [--purpose TEXT]",
                                  "one record, each value with its source",
                                  "as-of= json purpose=",
                                  2,
                                  2,
                                  get_run};
REGISTER(Command, command_export) = {
    "export",
    "export DATASET [--filter CQL2] [--format csv|ndjson] [--as-of TIME] [--purpose TEXT]",
    "records on standard output",
    "filter= format= purpose= as-of=",
    1,
    1,
    export_run};
