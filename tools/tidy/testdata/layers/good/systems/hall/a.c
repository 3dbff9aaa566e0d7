#include <stdio.h>
#include "texts.h"
#include "systems/hall/a.h"
#include "support/exchange/a.h"
#include "base/entities/a.h"
#include "lib/a.h"
int main(void) { return 0; }
