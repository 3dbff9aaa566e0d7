#include "base/population/numbers.h"

#include "lib/text.h"

NumberFacts number_facts(Str number)
{
    ASSERT(number.n == 18);
    const char *d = number.p + 6;
    char iso[10] = {d[0], d[1], d[2], d[3], '-', d[4], d[5], '-', d[6], d[7]};
    NumberFacts facts = {.foreign = number.p[0] == '9'};
    ASSERT(day_parse((Str){iso, sizeof iso}, &facts.birth));
    if (facts.foreign) return facts;
    facts.male = (number.p[16] - '0') % 2 == 1;
    facts.division = str_slice(number, 0, 6);
    return facts;
}

int age_on(int32_t birth, int32_t day)
{
    int birth_year, birth_month, birth_date, year, month, date;
    day_parts(birth, &birth_year, &birth_month, &birth_date);
    day_parts(day, &year, &month, &date);
    bool had = month > birth_month || (month == birth_month && date >= birth_date);
    return year - birth_year - (had ? 0 : 1);
}
