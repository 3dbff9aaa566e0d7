#include "kernel/journal/journal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { SIZE_MAX_TRIED = 1000 };

/* MTH of RFC 6962 §2.1 as it stands there: split at the largest power of two below n. */
static Digest plain_root(const Digest *leaves, int n)
{
    if (n == 0) return sha256(STR_NONE);
    if (n == 1) return leaves[0];
    int k = 1;
    while (k * 2 < n) k *= 2;
    Digest both[2] = {plain_root(leaves, k), plain_root(leaves + k, n - k)};
    const Str parts[] = {STR("\x01"), {(const char *)both, sizeof both}};
    return sha256_parts(parts, COUNT_OF(parts));
}

static void same_as_the_plain_tree(void **state)
{
    (void)state;
    static Digest leaves[SIZE_MAX_TRIED];
    Merkle merkle;
    merkle_init(&merkle);
    for (int n = 0; n <= SIZE_MAX_TRIED; n++) {
        Digest plain = plain_root(leaves, n), root = merkle_root(&merkle);
        assert_memory_equal(root.bytes, plain.bytes, sizeof root.bytes);
        assert_int_equal(merkle.size, n);
        if (n == SIZE_MAX_TRIED) break;
        leaves[n] = merkle_leaf((Str){(const char *)&n, sizeof n});
        merkle_add(&merkle, &leaves[n]);
    }
}

static void tile_root_is_the_root_of_256(void **state)
{
    (void)state;
    Digest leaves[JOURNAL_TILE];
    for (int n = 0; n < JOURNAL_TILE; n++)
        leaves[n] = merkle_leaf((Str){(const char *)&n, sizeof n});
    Digest plain = plain_root(leaves, JOURNAL_TILE), root = merkle_tile_root(leaves);
    assert_memory_equal(root.bytes, plain.bytes, sizeof root.bytes);
}

/* The eight leaves that implementations of RFC 6962 test with, and the root after each. */
static void known_roots(void **state)
{
    (void)state;
    static const char *const LEAVES[] = {"",
                                         "00",
                                         "10",
                                         "2021",
                                         "3031",
                                         "40414243",
                                         "5051525354555657",
                                         "606162636465666768696a6b6c6d6e6f"};
    static const char *const ROOTS[] = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    };
    Merkle merkle;
    merkle_init(&merkle);
    for (size_t n = 0; n < COUNT_OF(ROOTS); n++) {
        Digest expected, root = merkle_root(&merkle);
        assert_true(hex_read(str_of(ROOTS[n]), &expected, sizeof expected));
        assert_memory_equal(root.bytes, expected.bytes, sizeof root.bytes);
        if (n == COUNT_OF(LEAVES)) break;
        char bytes[16];
        size_t size = strlen(LEAVES[n]) / 2;
        assert_true(hex_read(str_of(LEAVES[n]), bytes, size));
        Digest leaf = merkle_leaf((Str){bytes, size});
        merkle_add(&merkle, &leaf);
    }
}

/* A node's two halves are no leaf: without the prefix 0x00 an inner node could pass for an entry.
 */
static void leaves_and_nodes_differ(void **state)
{
    (void)state;
    Digest both[2] = {merkle_leaf(STR("a")), merkle_leaf(STR("b"))};
    Digest node = merkle_node(&both[0], &both[1]),
           leaf = merkle_leaf((Str){(const char *)both, sizeof both});
    assert_false(digest_eq(&node, &leaf));
    Digest swapped = merkle_node(&both[1], &both[0]);
    assert_false(digest_eq(&node, &swapped));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_as_the_plain_tree),
        cmocka_unit_test(tile_root_is_the_root_of_256),
        cmocka_unit_test(known_roots),
        cmocka_unit_test(leaves_and_nodes_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
