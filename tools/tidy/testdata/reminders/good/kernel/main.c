/* HACKNEY, TODOS; dir-XXXXXX */
int main(void) { return 0; } /* network/framework/work */
char *no_currency = "XXX";
