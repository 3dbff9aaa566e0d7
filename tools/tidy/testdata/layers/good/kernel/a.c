#include "lib/a.h"
#include "kernel/a.h"
int main(void) { return 0; }
