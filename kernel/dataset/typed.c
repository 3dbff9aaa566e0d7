#include "kernel/dataset/typed.h"

#include "lib/text.h"

Str typed_text(const Value *value)
{
    return value->present ? value->text : STR_NONE;
}

int64_t typed_number(const Value *value)
{
    return value->present ? value->number : 0;
}

Value typed_of_text(Str text)
{
    return text.p ? (Value){.present = true, .text = text} : (Value){.present = false};
}

Value typed_of_number(bool has, int64_t number)
{
    return has ? (Value){.present = true, .number = number} : (Value){.present = false};
}

Str typed_day(char room[TYPED_DAY_SIZE], int32_t day)
{
    int year, month, date;
    day_parts(day, &year, &month, &date);
    int n = snprintf(room, TYPED_DAY_SIZE, "%04d-%02d-%02d", year, month, date);
    ASSERT(n > 0 && n < TYPED_DAY_SIZE);
    return (Str){room, (size_t)n};
}

Value typed_of_day(Arena *arena, bool has, int32_t day)
{
    if (!has) return (Value){.present = false};
    char room[TYPED_DAY_SIZE];
    return (Value){.present = true, .number = day, .text = arena_str(arena, typed_day(room, day))};
}
