/*
 * Characters of given names, each three bytes. Names are put together from them at random.
 */
#pragma once

#include "lib/base.h"

int family_given_count(bool male);
Str family_given(bool male, int at);
