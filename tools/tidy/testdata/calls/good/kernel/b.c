#include "kernel/b.h"
REGISTER(Use, b) = {mem_alloc};
