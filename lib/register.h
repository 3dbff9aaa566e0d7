/*
 * Registration by declaring: a module puts a constant record into a linker section of its kind, and
 * whoever serves that kind walks the section. No central list; removing a folder removes its
 * records.
 *
 *     REGISTER(Route, entity_page_route) = {.path = "/entities/{key}", …};
 *     FOR_EACH_REGISTERED(Route, route) { … }
 *
 * A kind that is walked must be declared once with REGISTRY(Kind) in its header.
 * Order within a section is the linker's: nothing may depend on it.
 */
#pragma once

#define REGISTRY(Kind)                                                                             \
    extern const Kind __start_registry_##Kind[] __attribute__((weak, visibility("hidden")));       \
    extern const Kind __stop_registry_##Kind[] __attribute__((weak, visibility("hidden")))

#define REGISTER(Kind, name)                                                                       \
    static const Kind name                                                                         \
        __attribute__((section("registry_" #Kind), used, aligned(_Alignof(Kind))))

#define FOR_EACH_REGISTERED(Kind, item)                                                            \
    for (const Kind *item = __start_registry_##Kind; item < __stop_registry_##Kind; item++)
