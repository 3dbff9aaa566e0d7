void check_birth(void) { return; }
