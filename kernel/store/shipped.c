/* The store with what the build embeds; by itself, so that tests of the parts need no build of it.
 */
#include "kernel/store/store_inside.h"

Err store_open(const StoreOptions *options, Store **out, bool *made, Buf *why)
{
    return store_open_with(options, (MigrationSet){MIGRATIONS, MIGRATION_COUNT}, out, made, why);
}

Err store_peek(const char *dir, const Model *model, Sql **out, Buf *why)
{
    (void)model;
    return store_peek_with(dir, (MigrationSet){MIGRATIONS, MIGRATION_COUNT}, out, why);
}
