#include "base/population/a.h"
#include "governance/a.h"
int main(void) { return 0; }
