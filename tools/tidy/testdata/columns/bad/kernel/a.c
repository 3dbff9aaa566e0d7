/* xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx */
int main(void) {
    return 0; /* 河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河河 */
}
