#include <stdlib.h>
int main(void) {
    char *p = malloc(10);
    strcpy(p, "free(p)");
    if (atoi(p)) system("ls");
    free(p);
    return rand();
}
