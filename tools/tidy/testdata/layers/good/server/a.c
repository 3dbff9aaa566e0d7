#include "sample/a.h"
#include "systems/hall/a.h"
#include "systems/city/a.h"
#include "governance/a.h"
#include "network/a.h"
int main(void) { return 0; }
