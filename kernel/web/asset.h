/*
 * Files that are part of the program: styles, marks, scripts. ui/ui.mk embeds them (.incbin) and
 * registers each with its type, its hash and a precompressed copy. An address carries the hash, so
 * a reader keeps the file for good and a new version has a new address.
 */
#pragma once

#include "kernel/web/page.h"
#include "lib/register.h"

typedef struct Asset {
    Str name; /* "heluo.css" */
    Str type; /* content type */
    Str bytes;
    Str gzip; /* precompressed copy (RFC 1952), or none where it would not be smaller */
    Str hash; /* first 16 hexadecimal digits of the SHA-256 of bytes */
    Str etag; /* the same in quotes */
    Str url;  /* "/assets/HASH/NAME" */
} Asset;
REGISTRY(Asset);

const Asset *asset_find(Str name); /* NULL: no such file */
/* For templates. A name that no file has leads to a 404, which the browser tests notice. */
Url asset_url(const char *name);
