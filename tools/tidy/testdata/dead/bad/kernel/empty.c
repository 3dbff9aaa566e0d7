/* Nothing. */
#include "kernel/x.h"
