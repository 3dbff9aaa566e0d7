#include "lib/a.h"
#include "base/entities/a.h"
#include "server/a.h"
int main(void) { return 0; }
