#include "kernel/settings/settings.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "kernel/model/model_yaml.h"

typedef enum SettingKind {
    SETTING_TEXT,
    SETTING_URL,     /* or nothing */
    SETTING_ADDRESS, /* of a machine, IPv4 or IPv6, or nothing */
    SETTING_NUMBER,
    SETTING_LEVEL,
} SettingKind;

typedef struct Setting {
    const char *section; /* NULL: at the top of the file */
    const char *name;
    SettingKind kind;
    size_t offset;            /* in Settings: a Str, or an int64_t */
    Str text;                 /* default of texts */
    int64_t number, min, max; /* numbers: default and range; texts: max is their characters */
    const char *zh, *en;
} Setting;

#define AT(member) offsetof(Settings, member)

static const Setting SETTINGS[] = {
    {NULL, "city_name_zh", SETTING_TEXT, AT(city_name_zh), STR_INIT("洛阳市"), 0, 0, 30, "城市名称",
     "name of the city in Chinese"},
    {NULL, "city_name_en", SETTING_TEXT, AT(city_name_en), STR_INIT("Luoyang"), 0, 0, 60,
     "城市英文名称", "name of the city in English"},
    {NULL, "public_base_url", SETTING_URL, AT(public_base_url), STR_INIT(""), 0, 0, 200,
     "公众访问的网址,例如 https://www.example.gov.cn;留空则按请求的主机名",
     "address by which the public reaches this city; empty: as the request names it"},
    {"rate", "enquiry_per_minute", SETTING_NUMBER, AT(enquiry_per_minute), STR_INIT(""), 30, 1,
     100000, "每个来源每分钟的公众查询次数", "public enquiries of one client in a minute"},
    {"rate", "api_per_second", SETTING_NUMBER, AT(api_per_second), STR_INIT(""), 1000, 1, 1000000,
     "每个来源每秒的接口请求次数", "API requests of one client in a second"},
    {"batch", "jobs", SETTING_NUMBER, AT(batch_jobs), STR_INIT(""), 2, 1, 64, "同时处理的批次数",
     "batches worked on at the same time"},
    {"http", "connections_max", SETTING_NUMBER, AT(connections_max), STR_INIT(""), 1000, 10, 100000,
     "同时保持的连接数", "connections held at the same time"},
    {"http", "trusted_proxy", SETTING_ADDRESS, AT(trusted_proxy), STR_INIT(""), 0, 0, 45,
     "反向代理的地址,例如 127.0.0.1;只有它发来的 X-Forwarded-For 才作数;留空则都不作数",
     "address of the proxy in front, such as 127.0.0.1: X-Forwarded-For counts from it alone"},
    {"log", "level", SETTING_LEVEL, AT(log_level), STR_INIT(""), LOG_LEVEL_INFO, 0, 0,
     "日志的最低级别: debug, info, warn, error", "least level that is logged"},
};

enum { SETTINGS_COUNT = COUNT_OF(SETTINGS), NAME_MAX_BYTES = 64 };

static Str *text_in(Settings *settings, const Setting *setting)
{
    return (Str *)(void *)((char *)settings + setting->offset);
}

static int64_t *number_in(Settings *settings, const Setting *setting)
{
    return (int64_t *)(void *)((char *)settings + setting->offset);
}

static bool is_text(const Setting *setting)
{
    return setting->kind <= SETTING_ADDRESS;
}

void settings_default(Settings *out)
{
    *out = (Settings){0};
    for (int i = 0; i < SETTINGS_COUNT; i++) {
        const Setting *setting = &SETTINGS[i];
        if (is_text(setting))
            *text_in(out, setting) = setting->text;
        else
            *number_in(out, setting) = setting->number;
    }
}

/* ---- reading ---- */

static bool same_section(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The keys that may stand in a section; at the top (NULL) those of the sections as well. */
static int keys_of(const char *section, const char *names[SETTINGS_COUNT])
{
    int count = 0;
    for (int i = 0; i < SETTINGS_COUNT; i++) {
        const Setting *setting = &SETTINGS[i];
        bool inside = same_section(setting->section, section);
        if (!inside && section != NULL) continue;
        const char *name = inside ? setting->name : setting->section;
        bool again = count > 0 && strcmp(names[count - 1], name) == 0; /* sections stand together */
        if (!again) names[count++] = name;
    }
    return count;
}

static void read_address(ModelReport *report, const YamlNode *node, const char *what, Str *out)
{
    char text[INET6_ADDRSTRLEN] = "", number[16];
    if (node->kind == YAML_SCALAR && node->text.n < sizeof text && node->text.n)
        memcpy(text, node->text.p, node->text.n);
    bool nothing = node->kind == YAML_SCALAR && node->quoted && node->text.n == 0;
    if (nothing || inet_pton(AF_INET, text, number) == 1 || inet_pton(AF_INET6, text, number) == 1)
        *out = node->text;
    else
        report_node(report, node, "%s must be an address like 127.0.0.1 or ::1, or \"\"", what);
}

/* "https://host:port/path": what pages and letters can put in front of a path. */
static void read_url(ModelReport *report, const YamlNode *node, const char *what, int length_max,
                     Str *out)
{
    static const char PUNCTUATION[] = ".-_~:/[]%";
    Str url;
    if (node->kind == YAML_SCALAR && node->quoted && node->text.n == 0) {
        *out = STR("");
        return;
    }
    if (!read_text(report, node, what, length_max, &url)) return;
    size_t scheme = str_starts(url, STR("https://")) ? 8 : str_starts(url, STR("http://")) ? 7 : 0;
    bool good = scheme > 0 && url.n > scheme && !str_ends(url, STR("/"));
    for (size_t i = 0; i < url.n; i++) {
        char c = url.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        good = good && (plain || strchr(PUNCTUATION, c) != NULL);
    }
    if (good)
        *out = url;
    else
        report_node(report, node,
                    "%s must be like https://www.example.gov.cn, without a / at its end", what);
}

static void setting_read(ModelReport *report, const YamlNode *node, const Setting *setting,
                         Settings *out)
{
    char what[NAME_MAX_BYTES];
    snprintf(what, sizeof what, "%s%s%s", setting->section ? setting->section : "",
             setting->section ? "." : "", setting->name);
    switch (setting->kind) {
    case SETTING_TEXT:
        (void)read_text(report, node, what, (int)setting->max, text_in(out, setting));
        break;
    case SETTING_ADDRESS: read_address(report, node, what, text_in(out, setting)); break;
    case SETTING_URL: read_url(report, node, what, (int)setting->max, text_in(out, setting)); break;
    case SETTING_NUMBER:
        (void)read_int(report, node, what, setting->min, setting->max, number_in(out, setting));
        break;
    case SETTING_LEVEL: {
        int level = read_choice(report, node, what, LOG_LEVEL_NAMES, LOG_LEVEL_COUNT);
        if (level >= 0) *number_in(out, setting) = level;
        break;
    }
    }
}

static void settings_read(ModelReport *report, const YamlNode *root, Settings *out)
{
    const char *names[SETTINGS_COUNT];
    const char *section = NULL;
    const YamlNode *map = root;
    if (!read_keys(report, root, "the settings", names, keys_of(NULL, names))) return;
    for (int i = 0; i < SETTINGS_COUNT; i++) {
        const Setting *setting = &SETTINGS[i];
        if (!same_section(setting->section, section)) {
            section = setting->section;
            map = yaml_get(root, section);
            if (map && !read_keys(report, map, section, names, keys_of(section, names))) map = NULL;
        }
        const YamlNode *node = map ? yaml_get(map, setting->name) : NULL;
        if (node) setting_read(report, node, setting, out);
    }
}

/* Whether the text has nothing but comments, which YAML calls no document. */
static bool says_nothing(Str yaml)
{
    for (Str rest = yaml, line; str_split(&rest, '\n', &line);) {
        line = str_trim(line);
        if (line.n > 0 && line.p[0] != '#') return false;
    }
    return true;
}

Err settings_parse(Arena *arena, Str file, Str yaml, Settings *out, Buf *why)
{
    ModelErrors errors = {NULL, 0};
    ModelReport report = {.arena = arena, .file = file, .errors = &errors};
    YamlNode *root;
    settings_default(out);
    if (says_nothing(yaml)) return ERR_OK;
    if (yaml_read(&report, yaml, &root) == ERR_OK) settings_read(&report, root, out);
    report_finish(&report);
    for (int i = 0; i < errors.count; i++) {
        const ModelError *error = &errors.items[i];
        buf_printf(why, "%s" STR_FMT ":%d:%d: " STR_FMT, i > 0 ? "\n" : "", STR_ARG(error->file),
                   error->line, error->column, STR_ARG(error->message));
    }
    return errors.count > 0 ? ERR_BAD : ERR_OK;
}

/* Appends the file up to a little more than the parser takes, so that it can refuse the rest. */
static bool file_read(int fd, Buf *out)
{
    for (;;) {
        size_t left = out->max - out->n;
        char *room = buf_room(out, MIN(left, (size_t)16 * 1024));
        if (left == 0) return true;
        ssize_t got = read(fd, room, MIN(left, (size_t)16 * 1024));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return got == 0;
        out->n += (size_t)got;
    }
}

Err settings_load(Arena *arena, const char *dir, Settings *out, Buf *why)
{
    Str file = arena_printf(arena, "%s/%s", dir, SETTINGS_FILE);
    settings_default(out);
    int fd = open(arena_cstr(arena, file), O_RDONLY | O_CLOEXEC);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) return ERR_OK;
    Buf yaml = buf_new(YAML_BYTES_MAX + 1);
    Err err = ERR_OK;
    if (fd < 0 || !file_read(fd, &yaml)) {
        buf_printf(why, STR_FMT ": %m", STR_ARG(file));
        err = ERR_STORAGE;
    } else {
        err = settings_parse(arena, file, buf_str(&yaml), out, why);
    }
    if (fd >= 0) close(fd);
    buf_free(&yaml);
    return err;
}

/* ---- the file to begin with ---- */

static void value_write(Buf *out, const Setting *setting)
{
    switch (setting->kind) {
    case SETTING_TEXT: buf_add(out, setting->text); break;
    case SETTING_ADDRESS:
    case SETTING_URL: buf_printf(out, "\"" STR_FMT "\"", STR_ARG(setting->text)); break;
    case SETTING_NUMBER: buf_int(out, setting->number); break;
    case SETTING_LEVEL: buf_add(out, str_of(LOG_LEVEL_NAMES[setting->number])); break;
    }
}

void settings_write_default(Buf *out)
{
    const char *section = NULL;
    buf_lit(out,
            "# 河洛的设置。缺少的项目取默认值;不认识的项目是错误。\n"
            "# Settings of Heluo. What is missing has its default; an unknown key is an error.\n");
    for (int i = 0; i < SETTINGS_COUNT; i++) {
        const Setting *setting = &SETTINGS[i];
        const char *indent = setting->section ? "  " : "";
        buf_lit(out, "\n");
        if (!same_section(setting->section, section)) {
            section = setting->section;
            buf_printf(out, "%s:\n", section);
        }
        buf_printf(out, "%s# %s\n%s# %s", indent, setting->zh, indent, setting->en);
        if (setting->kind == SETTING_NUMBER) {
            buf_printf(out, " (%lld - %lld)", (long long)setting->min, (long long)setting->max);
        }
        buf_printf(out, "\n%s%s: ", indent, setting->name);
        value_write(out, setting);
        buf_lit(out, "\n");
    }
}
