#include "kernel/web/layout.h"

#include <pthread.h>
#include <stdlib.h>

enum { NAV_MAX = 32 };

static struct {
    const NavItem *items[NAV_MAX];
    size_t count;
} menus[NAV_PLACES];

static pthread_once_t menus_once = PTHREAD_ONCE_INIT;

static int by_order(const void *a, const void *b)
{
    const NavItem *left = *(const NavItem *const *)a, *right = *(const NavItem *const *)b;
    if (left->order != right->order) return left->order < right->order ? -1 : 1;
    return strcmp(left->href, right->href);
}

static void menus_fill(void)
{
    FOR_EACH_REGISTERED (NavItem, item) {
        ASSERT(menus[item->place].count < NAV_MAX);
        menus[item->place].items[menus[item->place].count++] = item;
    }
    for (size_t i = 0; i < COUNT_OF(menus); i++)
        qsort(menus[i].items, menus[i].count, sizeof menus[i].items[0], by_order);
}

const NavItem *const *nav_items(NavPlace place)
{
    pthread_once(&menus_once, menus_fill);
    return menus[place].items;
}

size_t nav_count(NavPlace place)
{
    pthread_once(&menus_once, menus_fill);
    return menus[place].count;
}

bool nav_is_here(const NavItem *item, const char *here)
{
    return here && strcmp(item->href, here) == 0;
}
