#include "server/a.h"
#include "tools/x/a.h"
int main(void) { return 0; }
