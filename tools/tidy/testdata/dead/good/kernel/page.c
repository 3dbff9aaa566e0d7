#include "kernel/x.h"

int page(void) { return 0; }
REGISTER(Route, page_route) = {page};
