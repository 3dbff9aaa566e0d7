#include "lib/a.h"
int main(void) { return 0; }
