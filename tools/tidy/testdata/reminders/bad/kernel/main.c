/* TODO: later */
int main(void) { return 0; } // FIXME
/* (XXX) HACK! */
