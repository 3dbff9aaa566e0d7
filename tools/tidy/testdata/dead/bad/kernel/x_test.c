#include "kernel/x.h"

int main(void) { return x_used(); }
