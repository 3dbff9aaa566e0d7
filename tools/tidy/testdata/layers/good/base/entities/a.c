#include "lib/a.h"
#include "kernel/a.h"
#include "base/population/a.h"
int main(void) { return 0; }
