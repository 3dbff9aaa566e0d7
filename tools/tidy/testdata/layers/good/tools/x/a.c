#include "tools/x/a.h"
#include "kernel/a.h"
#include "lib/a.h"
int main(void) { return 0; }
