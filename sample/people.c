#include "sample/people.h"

#include "lib/text.h"
#include "sample/family_words.h"

enum { CITY_ARENA_MAX = 1024 * 1024 };
enum { STREAM_TRAITS = 300, STREAM_TOLD = 400 }; /* STREAM_TOLD and the file: what it gets wrong */

const PeopleFileInfo PEOPLE_FILE_INFO[PEOPLE_FILES] = {
    [PEOPLE_POLICE] = {"person", "police", "sample-person-police", false},
    [PEOPLE_HOUSEHOLD] = {"household", "police", "sample-household", false},
    [PEOPLE_CIVIL_AFFAIRS] = {"person", "civil_affairs", "sample-person-civil-affairs", false},
    [PEOPLE_MARRIAGE] = {"marriage", "civil_affairs", "sample-marriage", false},
    [PEOPLE_EDUCATION] = {"person", "education", "sample-person-education", false},
    [PEOPLE_EDUCATION_RECORD] = {"education_record", "education", "sample-education-record", false},
    [PEOPLE_BIRTH] = {"birth", "health", "sample-birth", false},
    [PEOPLE_HUMAN_RESOURCES] = {"person", "human_resources", "sample-person-human-resources",
                                false},
    [PEOPLE_POLICE_LATER] = {"person", "police", "sample-person-police-later", true},
    [PEOPLE_CIVIL_AFFAIRS_LATER] = {"person", "civil_affairs", "sample-person-civil-affairs-later",
                                    true},
    [PEOPLE_MARRIAGE_LATER] = {"marriage", "civil_affairs", "sample-marriage-later", true},
    [PEOPLE_BIRTH_LATER] = {"birth", "health", "sample-birth-later", true},
    [PEOPLE_DEATH_LATER] = {"death", "health", "sample-death-later", true},
    [PEOPLE_MOVE_LATER] = {"move", "police", "sample-move-later", true},
};

typedef struct Teller {
    SampleWriter out;
    const PeopleOptions *options;
    const SampleCity *city;
    const SampleBlock *block;
    bool later, stopped;
} Teller;

static void cell(Teller *teller, Str text)
{
    sample_cell(&teller->out, text);
}

static void cell_text(Teller *teller, const char *text)
{
    sample_cell_text(&teller->out, text);
}

static void cell_day(Teller *teller, int32_t day)
{
    sample_cell_day(&teller->out, day);
}

static void row_end(Teller *teller)
{
    teller->stopped = !sample_row_end(&teller->out);
}

/* ---- how a person is, beside the family ---- */

typedef struct Traits {
    const char *education, *political, *occupation, *native; /* codes; NULL: none */
    bool former_name;
} Traits;

/* GB/T 4658 of 100 grown people, by year of birth; made up. */
static const char *education_draw(Random *random, int age, int born)
{
    static const char *const CODES[] = {"10", "20", "30", "40", "60", "70", "80", "90"};
    static const int YOUNG[] = {4, 24, 21, 11, 14, 24, 2, 0},
                     MIDDLE[] = {1, 8, 10, 8, 15, 47, 10, 1}, OLD[] = {0, 2, 4, 4, 10, 40, 33, 7};
    if (age < 6) return NULL;
    if (age < 12) return "80";
    if (age < 15) return "70";
    if (age < 18) return random_chance(random, 6000) ? "60" : "40";
    const int *weights = born >= 1985 ? YOUNG : born >= 1965 ? MIDDLE : OLD;
    int drawn = random_below(random, 100), at = 0;
    while (drawn >= weights[at]) drawn -= weights[at++];
    return CODES[at];
}

static Traits traits_of(const Teller *teller, const SamplePerson *person)
{
    static const char *const WORK[] = {"专业技术人员", "办事人员和有关人员",
                                       "社会生产服务和生活服务人员", "生产制造及有关人员",
                                       "农、林、牧、渔业生产及辅助人员"};
    Random random = random_of(teller->city->seed, STREAM_TRAITS, (uint64_t)person->number);
    int born, month, date, party = random_below(&random, 10000);
    day_parts(person->birth, &born, &month, &date);
    const SampleHousehold *household = &teller->block->households[person->household];
    Traits traits = {.education = education_draw(&random, person->age, born)};
    traits.political = person->age < 14                    ? "13"
                       : person->age >= 22 && party < 900  ? "01"
                       : person->age >= 20 && party < 930  ? "02"
                       : person->age <= 27 && party < 5000 ? "03"
                       : person->age >= 30 && party > 9980 ? "05"
                                                           : "13";
    if (person->age >= 18 && person->age < 60)
        traits.occupation =
            WORK[household->urban ? random_below(&random, 4) : 2 + random_below(&random, 3)];
    const char *elsewhere = SAMPLE_COUNTIES[random_below(&random, SAMPLE_COUNTY_COUNT)].code;
    if (random_chance(&random, 1200)) traits.native = elsewhere;
    traits.former_name = random_chance(&random, 80);
    return traits;
}

static Str name_of(Teller *teller, const SamplePerson *person)
{
    Str first = family_given(person->male, person->given[0]), second = STR_NONE;
    if (person->given[1] >= 0) second = family_given(person->male, person->given[1]);
    return arena_printf(teller->out.row, "%s" STR_FMT STR_FMT, SAMPLE_SURNAMES[person->surname],
                        STR_ARG(first), STR_ARG(second));
}

/* Of 10,000 who married, most did so once. */
static const char *marital_of(const Teller *teller, const SamplePerson *person)
{
    if (teller->later && person->married != INT32_MAX) return "21";
    static const char *const CODES[] = {[MARITAL_NEVER] = "10",
                                        [MARITAL_MARRIED] = "20",
                                        [MARITAL_WIDOWED] = "30",
                                        [MARITAL_DIVORCED] = "40"};
    return CODES[person->marital];
}

static Str household_number(Teller *teller, const SampleHousehold *household)
{
    return arena_printf(teller->out.row, SAMPLE_DIVISION "%09lld", (long long)household->number);
}

static bool has_moved(const Teller *teller, const SampleHousehold *household)
{
    return teller->later && household->moved != INT32_MAX;
}

/* Who is there on the day of the file: not the dead, those who left or are not yet born. */
static bool is_there(const Teller *teller, const SamplePerson *person)
{
    if (!teller->later) return person->age >= 0;
    return person->died == INT32_MAX && person->moved_out == INT32_MAX;
}

/* ---- what organs get wrong ---- */

static Str number_told(Teller *teller, Random *random, const SamplePerson *person)
{
    Str id = str_of(person->id);
    if (!random_chance(random, PEOPLE_CHECK_DIGIT_WRONG)) return id;
    char *copy = arena_cstr(teller->out.row, id);
    copy[17] = copy[17] == '0' ? '1' : '0';
    return (Str){copy, 18};
}

static Str name_told(Teller *teller, Random *random, const SamplePerson *person)
{
    SamplePerson other = *person;
    if (!random_chance(random, PEOPLE_NAME_DIFFERS)) return name_of(teller, person);
    int count = family_given_count(person->male);
    other.given[0] = (person->given[0] + 1 + random_below(random, count - 1)) % count;
    return name_of(teller, &other);
}

static const char *education_told(Random *random, const char *education)
{
    static const char *const CODES[] = {"10", "20", "30", "40", "60", "70", "80", "90"};
    if (education == NULL || !random_chance(random, PEOPLE_EDUCATION_DIFFERS)) return education;
    for (size_t i = 0; i + 1 < COUNT_OF(CODES); i++) {
        if (strcmp(CODES[i], education) == 0) return CODES[i + 1];
    }
    return "80";
}

static void birth_told(Teller *teller, Random *random, const SamplePerson *person)
{
    int year, month, date, wrong = random_below(random, 10000);
    day_parts(person->birth, &year, &month, &date);
    if (wrong < PEOPLE_DAY_IMPOSSIBLE)
        cell(teller, arena_printf(teller->out.row, "%04d-02-30", year));
    else
        cell_day(teller, wrong < PEOPLE_DAY_IMPOSSIBLE + PEOPLE_BIRTH_WRONG ? person->birth - 1
                                                                            : person->birth);
}

/* ---- the police ---- */

static const char *const POLICE_HEADINGS[] = {
    "公民身份号码", "姓名",       "曾用名",   "性别",     "民族",     "出生日期",   "出生地",
    "籍贯",         "户籍地区划", "户籍地址", "户号",     "户类型",   "与户主关系", "婚姻状况",
    "文化程度",     "政治面貌",   "居住类别", "人员状态", "状态日期", "状态原因",
};

static void police_place(Teller *teller, const SamplePerson *person, const Traits *traits)
{
    const SampleHousehold *household = &teller->block->households[person->household];
    bool moved = has_moved(teller, household);
    Str county = str_slice(household->village->code, 0, 6);
    Str native = traits->native ? str_of(traits->native) : county;
    cell(teller, native);
    cell(teller, native);
    cell(teller, moved ? household->later_village->code : household->village->code);
    cell(teller, moved ? household->later_address : household->address);
    cell(teller, household_number(teller, household));
    cell_text(teller, household->collective ? "集体户" : "家庭户");
    char relation[2] = {person->relation, '\0'};
    cell_text(teller, relation);
}

static void police_status(Teller *teller, const SamplePerson *person)
{
    bool dead = teller->later && person->died != INT32_MAX,
         out = teller->later && person->moved_out != INT32_MAX;
    cell_text(teller, "户籍人口");
    cell_text(teller, dead ? "死亡" : out ? "迁出" : "正常");
    cell_day(teller, dead ? person->died : out ? person->moved_out : INT32_MAX);
    cell_text(teller, dead ? "死亡注销" : out ? "就业迁出" : "");
}

static void police_write(Teller *teller, Random *random, const SamplePerson *person)
{
    Traits traits = traits_of(teller, person);
    cell(teller, number_told(teller, random, person));
    cell(teller, name_of(teller, person));
    SamplePerson before = *person;
    before.given[0] = (person->given[0] + 7) % family_given_count(person->male);
    cell(teller, traits.former_name ? name_of(teller, &before) : STR_NONE);
    bool wrong = random_chance(random, PEOPLE_SEX_WRONG);
    cell_text(teller, person->male != wrong ? "男" : "女");
    cell_text(teller, teller->block->households[person->household].ethnic);
    birth_told(teller, random, person);
    police_place(teller, person, &traits);
    const char *marital = marital_of(teller, person);
    bool old = random_chance(random, PEOPLE_MARITAL_OLD) && strcmp(marital, "20") == 0 &&
               person->relation != '1'; /* a spouse is not told to be unmarried */
    bool missing = random_chance(random, PEOPLE_MARITAL_MISSING);
    cell_text(teller, missing ? "" : old ? "10" : marital);
    const char *education = education_told(random, traits.education);
    cell_text(teller, random_chance(random, PEOPLE_EDUCATION_MISSING) ? "" : education);
    cell_text(teller, traits.political);
    police_status(teller, person);
    row_end(teller);
}

static void police_row(Teller *teller, Random *random, const SamplePerson *person)
{
    if (is_there(teller, person)) police_write(teller, random, person);
}

static void police_later_row(Teller *teller, Random *random, const SamplePerson *person)
{
    bool again = random_chance(random, PEOPLE_LATER_UNCHANGED);
    const SampleHousehold *household = &teller->block->households[person->household];
    if (person->age < 0 || person->died != INT32_MAX || person->moved_out != INT32_MAX ||
        person->married != INT32_MAX || household->moved != INT32_MAX || again)
        police_write(teller, random, person);
}

static const char *const HOUSEHOLD_HEADINGS[] = {
    "户号", "户类型", "户主公民身份号码", "户籍地区划", "户籍地址", "人数",
};

static void household_row(Teller *teller, Random *random, const SamplePerson *person)
{
    const SampleHousehold *household = &teller->block->households[person->household];
    (void)random;
    if (&teller->block->people[teller->block->order[household->first]] != person) return;
    int members = 0;
    for (int i = 0; i < household->count; i++)
        members += teller->block->people[teller->block->order[household->first + i]].age >= 0;
    cell(teller, household_number(teller, household));
    cell_text(teller, household->collective ? "集体户" : "家庭户");
    cell_text(teller, household->collective ? "" : person->id);
    cell(teller, household->village->code);
    cell(teller, household->address);
    sample_cell_int(&teller->out, members);
    row_end(teller);
}

static const char *const MOVE_HEADINGS[] = {
    "编号",   "公民身份号码", "迁移类别", "迁移日期", "迁出地",
    "迁入地", "迁出地址",     "迁入地址", "迁移原因",
};

static void move_row(Teller *teller, Random *random, const SamplePerson *person)
{
    const SampleHousehold *household = &teller->block->households[person->household];
    bool out = person->moved_out != INT32_MAX;
    (void)random;
    if (!out && (household->moved == INT32_MAX || household->moved < person->birth ||
                 household->moved > person->died))
        return;
    cell(teller, arena_printf(teller->out.row, "MOVE-%lld", (long long)person->number));
    cell_text(teller, person->id);
    cell_text(teller, out ? "迁出" : "市内移居");
    cell_day(teller, out ? person->moved_out : household->moved);
    cell(teller, household->village->code);
    cell(teller, out ? STR("410100") : household->later_village->code);
    cell(teller, household->address);
    cell(teller, out ? STR_NONE : household->later_address);
    cell_text(teller, out ? "工作" : "购房");
    row_end(teller);
}

/* ---- civil affairs ---- */

static const char *const CIVIL_HEADINGS[] = {"公民身份号码", "姓名", "婚姻状况"};

static void civil_write(Teller *teller, Random *random, const SamplePerson *person)
{
    cell(teller, number_told(teller, random, person));
    cell(teller, name_told(teller, random, person));
    cell_text(teller, marital_of(teller, person));
    row_end(teller);
}

static void civil_row(Teller *teller, Random *random, const SamplePerson *person)
{
    if (person->marital != MARITAL_NEVER && random_chance(random, PEOPLE_CIVIL_AFFAIRS_COVERS))
        civil_write(teller, random, person);
}

static void civil_later_row(Teller *teller, Random *random, const SamplePerson *person)
{
    if (person->married != INT32_MAX) civil_write(teller, random, person);
}

static const char *const MARRIAGE_HEADINGS[] = {
    "登记字号",         "登记类别", "男方公民身份号码", "男方姓名",
    "女方公民身份号码", "女方姓名", "登记日期",         "登记机关",
};

static void marriage_write(Teller *teller, const SamplePerson *wife, int32_t day)
{
    const SamplePerson *husband = &teller->block->people[wife->spouse];
    cell(teller,
         arena_printf(teller->out.row, "J" SAMPLE_DIVISION "-%09lld", (long long)wife->number));
    cell_text(teller, "结婚登记");
    cell_text(teller, husband->id);
    cell(teller, name_of(teller, husband));
    cell_text(teller, wife->id);
    cell(teller, name_of(teller, wife));
    cell_day(teller, day);
    cell_text(teller, "洛阳市" SAMPLE_DIVISION_NAME "民政局");
    row_end(teller);
}

/* A wedding when both were old enough, up to eight years later, and before the first day. */
static void marriage_row(Teller *teller, Random *random, const SamplePerson *person)
{
    bool kept = random_chance(random, PEOPLE_WEDDINGS_KEPT);
    if (!kept || person->male || person->spouse < 0 || person->marital != MARITAL_MARRIED) return;
    const SamplePerson *husband = &teller->block->people[person->spouse];
    int32_t from = MAX(husband->birth + 22 * 366, person->birth + 20 * 366);
    int32_t span = MIN(8 * 365, teller->options->first_day - from);
    if (span < 1) return;
    marriage_write(teller, person, from + random_below(random, span));
}

static void marriage_later_row(Teller *teller, Random *random, const SamplePerson *person)
{
    (void)random;
    if (!person->male && person->married != INT32_MAX)
        marriage_write(teller, person, person->married);
}

/* ---- education ---- */

static const char *const EDUCATION_HEADINGS[] = {"公民身份号码", "姓名", "文化程度"};

static void education_row(Teller *teller, Random *random, const SamplePerson *person)
{
    if (person->age < 6 || person->age > 45 || !random_chance(random, PEOPLE_EDUCATION_COVERS))
        return;
    cell(teller, number_told(teller, random, person));
    cell(teller, name_told(teller, random, person));
    cell_text(teller, traits_of(teller, person).education);
    row_end(teller);
}

static const char *const SCHOOL_HEADINGS[] = {
    "学籍或证书编号", "公民身份号码", "教育层次", "学校", "入学日期", "学籍状态",
};

static void school_row(Teller *teller, Random *random, const SamplePerson *person)
{
    static const struct {
        int from, until;
        const char *level, *kind;
    } SCHOOLS[] = {{6, 12, "80", "小学"}, {12, 15, "70", "初级中学"}, {15, 18, "60", "高级中学"}};
    static const char *const NAMES[] = {"实验", "第一", "第二", "第三", "育才", "希望"};
    for (size_t i = 0; i < COUNT_OF(SCHOOLS); i++) {
        if (person->age < SCHOOLS[i].from || person->age >= SCHOOLS[i].until) continue;
        int year, month, date;
        day_parts(teller->options->first_day, &year, &month, &date);
        int entered = year - 1 - (person->age - SCHOOLS[i].from);
        cell(teller, arena_printf(teller->out.row, "G" SAMPLE_DIVISION "%09lld",
                                  (long long)person->number));
        cell(teller, number_told(teller, random, person));
        cell_text(teller, SCHOOLS[i].level);
        cell(teller, arena_printf(teller->out.row, "洛阳市" SAMPLE_DIVISION_NAME "%s%s",
                                  NAMES[random_below(random, COUNT_OF(NAMES))], SCHOOLS[i].kind));
        cell_day(teller, day_of(entered, 9, 1));
        cell_text(teller, "在学");
        row_end(teller);
    }
}

/* ---- health ---- */

static const char *const BIRTH_HEADINGS[] = {
    "出生医学证明编号", "公民身份号码",     "姓名",     "性别",
    "出生日期",         "出生地",           "接生机构", "体重（克）",
    "母亲公民身份号码", "父亲公民身份号码",
};

static void birth_row(Teller *teller, Random *random, const SamplePerson *person)
{
    const SamplePerson *people = teller->block->people;
    if (person->age != (teller->later ? -1 : 0)) return;
    Str county = str_slice(teller->block->households[person->household].village->code, 0, 6);
    cell(teller,
         arena_printf(teller->out.row, "O" SAMPLE_DIVISION "%09lld", (long long)person->number));
    cell_text(teller, person->id);
    cell(teller, name_told(teller, random, person));
    cell_text(teller, person->male ? "男" : "女");
    cell_day(teller, person->birth);
    cell(teller, county);
    cell_text(teller, "洛阳市" SAMPLE_DIVISION_NAME "妇幼保健院");
    sample_cell_int(&teller->out, 2500 + random_below(random, 1600));
    cell_text(teller, person->mother < 0 ? "" : people[person->mother].id);
    cell_text(teller, person->father < 0 ? "" : people[person->father].id);
    row_end(teller);
}

static const char *const DEATH_HEADINGS[] = {
    "死亡医学证明编号", "公民身份号码", "姓名", "死亡日期", "出具机构",
};

static void death_row(Teller *teller, Random *random, const SamplePerson *person)
{
    if (person->died == INT32_MAX) return;
    cell(teller,
         arena_printf(teller->out.row, "D" SAMPLE_DIVISION "%09lld", (long long)person->number));
    cell(teller, number_told(teller, random, person));
    cell(teller, name_told(teller, random, person));
    cell_day(teller, person->died);
    cell_text(teller, "洛阳市" SAMPLE_DIVISION_NAME "中心医院");
    row_end(teller);
}

/* ---- human resources ---- */

static const char *const WORK_HEADINGS[] = {"公民身份号码", "姓名", "职业", "户籍地区划"};

/* Old files have the number of the first generation, where there was one. */
static Str number_old(Teller *teller, Random *random, const SamplePerson *person)
{
    Str id = number_told(teller, random, person);
    bool old = random_chance(random, PEOPLE_NUMBER_OLD);
    bool had = str_eq(str_slice(id, 6, 8), STR("19")) &&
               str_cmp(str_slice(id, 14, 17), STR("996")) < 0;
    if (!old || !had || !str_eq(id, str_of(person->id))) return id;
    return arena_printf(teller->out.row, STR_FMT STR_FMT, STR_ARG(str_slice(id, 0, 6)),
                        STR_ARG(str_slice(id, 8, 17)));
}

static void work_row(Teller *teller, Random *random, const SamplePerson *person)
{
    if (person->age < 18 || person->age > 59 ||
        !random_chance(random, PEOPLE_HUMAN_RESOURCES_COVERS))
        return;
    const SampleHousehold *household = &teller->block->households[person->household];
    int elsewhere = random_below(random, SAMPLE_COUNTY_COUNT);
    const SampleVillages *villages = &teller->city->villages[elsewhere];
    Str division = random_chance(random, PEOPLE_DIVISION_DIFFERS) ? villages->first->code
                                                                  : household->village->code;
    cell(teller, number_old(teller, random, person));
    cell(teller, name_told(teller, random, person));
    cell_text(teller, traits_of(teller, person).occupation);
    cell(teller, division);
    row_end(teller);
}

/* ---- files ---- */

typedef struct Layout {
    const char *const *headings;
    int heading_count;
    void (*row)(Teller *teller, Random *random, const SamplePerson *person);
    bool born_later; /* those born in the second year, too */
} Layout;

#define LAYOUT(headings, row, born_later)                                                          \
    {                                                                                              \
        headings, COUNT_OF(headings), row, born_later                                              \
    }
static const Layout LAYOUTS[PEOPLE_FILES] = {
    [PEOPLE_POLICE] = LAYOUT(POLICE_HEADINGS, police_row, false),
    [PEOPLE_HOUSEHOLD] = LAYOUT(HOUSEHOLD_HEADINGS, household_row, false),
    [PEOPLE_CIVIL_AFFAIRS] = LAYOUT(CIVIL_HEADINGS, civil_row, false),
    [PEOPLE_MARRIAGE] = LAYOUT(MARRIAGE_HEADINGS, marriage_row, false),
    [PEOPLE_EDUCATION] = LAYOUT(EDUCATION_HEADINGS, education_row, false),
    [PEOPLE_EDUCATION_RECORD] = LAYOUT(SCHOOL_HEADINGS, school_row, false),
    [PEOPLE_BIRTH] = LAYOUT(BIRTH_HEADINGS, birth_row, false),
    [PEOPLE_HUMAN_RESOURCES] = LAYOUT(WORK_HEADINGS, work_row, false),
    [PEOPLE_POLICE_LATER] = LAYOUT(POLICE_HEADINGS, police_later_row, true),
    [PEOPLE_CIVIL_AFFAIRS_LATER] = LAYOUT(CIVIL_HEADINGS, civil_later_row, false),
    [PEOPLE_MARRIAGE_LATER] = LAYOUT(MARRIAGE_HEADINGS, marriage_later_row, false),
    [PEOPLE_BIRTH_LATER] = LAYOUT(BIRTH_HEADINGS, birth_row, true),
    [PEOPLE_DEATH_LATER] = LAYOUT(DEATH_HEADINGS, death_row, false),
    [PEOPLE_MOVE_LATER] = LAYOUT(MOVE_HEADINGS, move_row, false),
};

/* Households hang together in a file: its people follow each other, the head first. */
static void block_write(Teller *teller, PeopleFile file)
{
    const Layout *layout = &LAYOUTS[file];
    for (int i = 0; i < teller->block->count && !teller->stopped; i++) {
        const SamplePerson *person = &teller->block->people[teller->block->order[i]];
        if (person->age < 0 && !layout->born_later) continue;
        Random random = random_of(teller->options->seed, STREAM_TOLD + (uint64_t)file,
                                  (uint64_t)person->number);
        layout->row(teller, &random, person);
    }
}

bool people_file_write(PeopleFile file, const PeopleOptions *options, SampleSink sink, void *self)
{
    ASSERT(file < PEOPLE_FILES && options->first_day < options->second_day);
    Arena *arena = arena_new(CITY_ARENA_MAX);
    Teller teller = {.out = sample_writer(sink, self),
                     .options = options,
                     .later = PEOPLE_FILE_INFO[file].later,
                     .city = sample_city(arena, options->codes, options->seed, options->first_day,
                                         options->second_day)};
    SamplePopulation *population = sample_population(teller.city, options->people);
    sample_headings(&teller.out, LAYOUTS[file].headings, LAYOUTS[file].heading_count);
    while (!teller.stopped && (teller.block = sample_population_next(population)))
        block_write(&teller, file);
    sample_population_free(population);
    bool whole = sample_writer_end(&teller.out) && !teller.stopped;
    arena_free(arena);
    return whole;
}
