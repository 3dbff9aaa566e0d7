#include "support/exchange/a.h"
int main(void) { return 0; }
