/*
 * What every page has around it: masthead and menu for the public, bar and side menu for the
 * workbench (/desk/). A page names its layout in its second line; see ui/README.md.
 */
#pragma once

#include "kernel/web/asset.h"
#include "kernel/web/page.h"
#include "lib/register.h"

typedef enum NavPlace {
    NAV_PUBLIC,      /* the menu under the masthead */
    NAV_DESK,        /* the side menu of the workbench */
    NAV_DESK_SEARCH, /* at most one: where the search box of the workbench sends q; text is its
                        label */
    NAV_FOOT_HELP,
    NAV_FOOT_DATA,
    NAV_FOOT_ABOUT,
    NAV_PLACES
} NavPlace;

/* One item of a menu, registered where its page lives: REGISTER(NavItem, entity_nav) = {…}; */
typedef struct NavItem {
    NavPlace place;
    int order;        /* small numbers first */
    const char *href; /* such as "/entities" */
    TextKey text;
} NavItem;
REGISTRY(NavItem);

typedef struct Layout {
    Str title;        /* of this page, in its language; none: the site's name alone (home page) */
    const char *here; /* href of the menu item this page belongs to, or NULL */
    bool full_width;  /* the page sets its own width (home page) */
} Layout;

/* The items of one menu in order; the array belongs to the process. */
const NavItem *const *nav_items(NavPlace place);
size_t nav_count(NavPlace place);
bool nav_is_here(const NavItem *item, const char *here);
