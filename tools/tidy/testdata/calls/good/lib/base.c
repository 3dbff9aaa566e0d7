void *mem_alloc(unsigned long size) { return calloc(1, size); }
