#include "governance/a.h"
#include "sample/a.h"
int main(void) { return 0; }
