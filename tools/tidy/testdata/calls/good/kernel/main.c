/* malloc( in a comment, and "free(" in a literal */
static int system_count(int free) { return free; }
int main(void) {
    const char *text = "strcpy(a, \"b\") rand()";
    pool->free(p), pool.malloc(1), curl_free(p), mem_free(p);
    char quote = '"', other = '\'';
    return system_count(strtoken(text)) + quote + other;
}
