#include "kernel/web/asset.h"

const Asset *asset_find(Str name)
{
    FOR_EACH_REGISTERED (Asset, asset)
        if (str_eq(asset->name, name)) return asset;
    return NULL;
}

Url asset_url(const char *name)
{
    const Asset *asset = asset_find(str_of(name));
    return asset ? URL(asset->url) : URL(STR("/assets/unknown"));
}
