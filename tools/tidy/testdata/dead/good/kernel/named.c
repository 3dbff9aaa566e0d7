int rule_of_age(void) { return 0; }
