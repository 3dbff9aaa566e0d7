/* tidy <LIST: checks the files of the list (paths ended by NUL, from the current folder).
 * Exit 1: it found something. */
#include "tools/tidy/tidy.h"

#include <unistd.h>

enum { LIST_BYTES_MAX = 16 << 20, OUTPUT_BYTES_MAX = 64 << 20, TREE_BYTES_MAX = 1 << 30 };

int main(void)
{
    Buf list = buf_new(LIST_BYTES_MAX), out = buf_new(OUTPUT_BYTES_MAX);
    char part[65536];
    ssize_t got;
    while ((got = read(STDIN_FILENO, part, sizeof part)) > 0)
        buf_add(&list, (Str){part, (size_t)got});
    Arena *arena = arena_new(TREE_BYTES_MAX);
    int found = tidy_run(arena, ".", buf_str(&list), &out);
    fwrite(out.p, 1, out.n, stdout);
    bool lost = list.overflow || out.overflow;
    if (found) printf("tidy: %d messages\n", found);
    arena_free(arena);
    buf_free(&list);
    buf_free(&out);
    return found || lost ? 1 : 0;
}
