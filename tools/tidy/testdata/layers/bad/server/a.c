#include "tests/a.h"
int main(void) { return 0; }
