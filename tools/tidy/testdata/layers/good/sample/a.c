#include "systems/hall/a.h"
#include "base/entities/a.h"
int main(void) { return 0; }
