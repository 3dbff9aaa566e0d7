#include "kernel/a.h"
#include "support/exchange/a.h"
#include "systems/hall/a.h"
int main(void) { return 0; }
