/*
 * heluo sample: a city made up, handed in by its organs through the same batches as real data. Its
 * clock starts a year ago, so that the city has a past to look at: the first files are of that day,
 * the later ones of today.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "lib/text.h"
#include "sample/entities.h"
#include "sample/people.h"
#include "server/client.h"
#include "server/command.h"

enum { OPTION_PEOPLE, OPTION_ENTITIES, OPTION_SEED };
enum {
    ENTITIES_DEFAULT = 5000,
    ENTITIES_MAX = 10000000,
    PEOPLE_DEFAULT = 100000,
    PEOPLE_MAX = 10000000,
    SEED_DEFAULT = 2008,
};

/* ---- a clock that can be set back ---- */

typedef struct SampleClock {
    int64_t behind_us;
} SampleClock;

static int64_t clock_now_us(void *self)
{
    return env_now_us(&ENV_REAL) - ((SampleClock *)self)->behind_us;
}

static void clock_random(void *self, void *out, size_t size)
{
    (void)self;
    env_random(&ENV_REAL, out, size);
}

/* ---- one file ---- */

static bool file_sink(void *self, Str bytes)
{
    while (bytes.n) {
        ssize_t n = write(*(int *)self, bytes.p, bytes.n);
        if (n <= 0) return false;
        bytes = str_slice(bytes, (size_t)n, bytes.n);
    }
    return true;
}

typedef struct Maker {
    Client client;
    City city;
    SampleOptions entities;
    PeopleOptions people;
    int64_t read, rejected, differences;
} Maker;

/* A file of either kind. */
typedef struct Handed {
    const char *dataset, *organ, *batch;
    bool later, people;
    int file; /* SampleFile or PeopleFile */
} Handed;

static Err file_import(Maker *maker, const Handed *info, int fd)
{
    char path[32], target[256];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    snprintf(target, sizeof target, "/api/collections/%s/batches?organ=%s&batch=%s", info->dataset,
             info->organ, info->batch);
    ClientCall call = {.method = HTTP_POST,
                       .target = str_of(target),
                       .content_type = "text/csv",
                       .body_path = path,
                       .progress = true};
    Buf reply = {0}, why = buf_new(1024);
    int status;
    Err err = client_call(&maker->client, &call, &status, &reply);
    if (err == ERR_OK && status != 200) {
        client_problem(buf_str(&reply));
        err = ERR_STORAGE;
    }
    if (err == ERR_OK) {
        json_t *receipt = json_read(buf_str(&reply), &why);
        int64_t read = json_integer_value(json_object_get(receipt, "read"));
        int64_t rejected = json_integer_value(json_object_get(receipt, "rejected"));
        int64_t differences = json_integer_value(json_object_get(receipt, "differences"));
        printf("  %-18s from %-18s %9lld read %7lld refused %7lld differences\n", info->dataset,
               info->organ, (long long)read, (long long)rejected, (long long)differences);
        fflush(stdout);
        maker->read += read;
        maker->rejected += rejected;
        maker->differences += differences;
        json_decref(receipt);
    }
    buf_free(&reply);
    buf_free(&why);
    return err;
}

static bool file_write(const Maker *maker, const Handed *info, int fd)
{
    if (info->people)
        return people_file_write((PeopleFile)info->file, &maker->people, file_sink, &fd);
    return sample_file_write((SampleFile)info->file, &maker->entities, file_sink, &fd);
}

static Err file_make(Maker *maker, const Handed *info)
{
    int fd = open(maker->city.app.dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 || !file_write(maker, info, fd)) {
        char reason[128];
        fprintf(stderr, "heluo: %s: %s\n", maker->city.app.dir,
                strerror_r(errno, reason, sizeof reason));
        if (fd >= 0) close(fd);
        return ERR_STORAGE;
    }
    Err err = file_import(maker, info, fd);
    close(fd);
    return err;
}

/* ---- the command ---- */

static bool number_read(const char *text, int64_t max, int64_t *number)
{
    return text == NULL || (str_int(str_of(text), number) && *number >= 0 && *number <= max);
}

static Handed entities_file(int file)
{
    const SampleFileInfo *info = &SAMPLE_FILE_INFO[file];
    return (Handed){info->dataset, info->organ, info->batch, info->later, false, file};
}

static Handed people_file(int file)
{
    const PeopleFileInfo *info = &PEOPLE_FILE_INFO[file];
    return (Handed){info->dataset, info->organ, info->batch, info->later, true, file};
}

/* Those of one of the two days, the division first: every number lies in it. */
static Err day_make(Maker *maker, bool later)
{
    for (int file = 0; file < SAMPLE_FILES + PEOPLE_FILES; file++) {
        Handed info = file < SAMPLE_FILES ? entities_file(file) : people_file(file - SAMPLE_FILES);
        if (info.later == later && (!info.people || maker->people.people > 0))
            TRY(file_make(maker, &info));
    }
    return ERR_OK;
}

static Err files_make(Maker *maker, SampleClock *clock)
{
    TRY(day_make(maker, false));
    clock->behind_us = 0;
    TRY(day_make(maker, true));
    printf("The sample city: %lld records handed in, %lld refused, %lld differences to settle.\n",
           (long long)maker->read, (long long)maker->rejected, (long long)maker->differences);
    return ERR_OK;
}

static int sample_make(const char *dir, int64_t entities, int64_t people, int64_t seed)
{
    const int64_t year_us = (int64_t)365 * 86400 * 1000000;
    SampleClock clock = {year_us};
    Env env = {clock_now_us, clock_random, &clock};
    Maker *maker = mem_alloc(sizeof *maker);
    int32_t today = day_today(env_now_us(&ENV_REAL));
    maker->entities = (SampleOptions){.entities = entities,
                                      .seed = (uint64_t)seed,
                                      .first_day = today - 365,
                                      .second_day = today,
                                      .codes = codes_shipped()};
    maker->people = (PeopleOptions){.people = people,
                                    .seed = (uint64_t)seed,
                                    .first_day = today - 365,
                                    .second_day = today,
                                    .codes = codes_shipped()};
    Buf why = buf_new(4096);
    Err err = city_open_at(dir, &env, &maker->city, &why);
    if (err == ERR_OK) {
        maker->client = (Client){.city = &maker->city, .door.dir_fd = -1, .lang = LANG_EN};
        err = files_make(maker, &clock);
        city_close(&maker->city);
    } else {
        fprintf(stderr, "heluo: " STR_FMT "\n", STR_ARG(buf_str(&why)));
    }
    buf_free(&why);
    mem_free(maker);
    return err == ERR_OK ? EXIT_GOOD : EXIT_FAILED;
}

static int sample_run(const Args *args)
{
    int64_t entities = ENTITIES_DEFAULT, people = PEOPLE_DEFAULT, seed = SEED_DEFAULT;
    if (!number_read(arg_value(args, OPTION_ENTITIES), ENTITIES_MAX, &entities) ||
        !number_read(arg_value(args, OPTION_SEED), INT64_MAX, &seed) ||
        !number_read(arg_value(args, OPTION_PEOPLE), PEOPLE_MAX, &people)) {
        fputs("heluo: --people, --entities and --seed take whole numbers, the first two up to "
              "10000000\n",
              stderr);
        return EXIT_MISUSED;
    }
    return sample_make(args->dir, entities, people, seed);
}

REGISTER(Command,
         command_sample) = {"sample",
                            "sample [--data DIR] [--entities N] [--people N] [--seed S]",
                            "a made-up city, handed in through the same batches as real data",
                            "people= entities= seed=",
                            0,
                            0,
                            sample_run};
