int main(void) { return x_used_not() + not_x_more(); }
