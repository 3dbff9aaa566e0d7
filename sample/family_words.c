#include "sample/family_words.h"

static const char WOMEN[] =
    "芳敏静丽娟霞燕玲兰梅琴英慧颖洁欣怡宁秀淑红雪玉婷倩蕾薇萍莉晶佳琳瑶思雨子涵梦琪诗语馨"
    "桂凤巧彩云珍爱青春花艳苗蓉月香荣素菊翠银";
static const char MEN[] =
    "强伟军平勇杰涛磊鹏辉刚华建国志文明晓永新俊宏庆振卫兴海峰波斌浩宇轩泽子博睿晨阳龙飞超"
    "东亮健康林森山川河江松柏根生福贵金银铁钢长春保全有才学义仁德信";

int family_given_count(bool male)
{
    return (int)((male ? sizeof MEN : sizeof WOMEN) / 3);
}

Str family_given(bool male, int at)
{
    ASSERT(at >= 0 && at < family_given_count(male));
    return (Str){(male ? MEN : WOMEN) + (size_t)at * 3, 3};
}
