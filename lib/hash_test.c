#include "lib/hash.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void assert_hex(Digest digest, const char *expected)
{
    Buf hex = buf_new(64);
    hex_write(&hex, (Str){(const char *)digest.bytes, sizeof digest.bytes});
    assert_false(hex.overflow);
    assert_int_equal(hex.n, 64);
    assert_memory_equal(hex.p, expected, 64);
    buf_free(&hex);
}

static const char *const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char *const TWO_BLOCKS =
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
static const char *const MILLION =
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

/* The examples of FIPS 180 (NIST, SHA256.pdf) and the empty text. */
static void known_digests(void **state)
{
    (void)state;
    assert_hex(sha256(STR("abc")), ABC);
    assert_hex(sha256(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")), TWO_BLOCKS);
    assert_hex(sha256(STR_NONE),
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hex(sha256_parts(NULL, 0),
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void parts_are_the_whole(void **state)
{
    (void)state;
    Str parts[] = {STR("a"), STR_NONE, STR("b"), STR(""), STR("c")};
    assert_hex(sha256_parts(parts, COUNT_OF(parts)), ABC);
}

static void stream_is_the_whole(void **state)
{
    (void)state;
    char block[1000];
    memset(block, 'a', sizeof block);
    HashStream *stream = hash_stream_new();
    for (int i = 0; i < 1000; i++) {
        hash_stream_add(stream, (Str){block, sizeof block});
        if (i == 500) assert_hex(sha256(STR("abc")), ABC); /* one-shots beside a stream */
    }
    hash_stream_add(stream, STR_NONE);
    assert_hex(hash_stream_end(stream), MILLION);
}

static void *hash_many(void *wrong)
{
    Digest expected;
    ASSERT(hex_read(str_of(ABC), &expected, sizeof expected));
    for (int i = 0; i < 1000; i++) {
        Digest digest = sha256(STR("abc"));
        if (!digest_eq(&digest, &expected)) ++*(int *)wrong;
    }
    return NULL;
}

static void threads_do_not_mix(void **state)
{
    (void)state;
    pthread_t threads[4];
    int wrong[4] = {0};
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_many, &wrong[i]), 0);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < 4; i++) assert_int_equal(wrong[i], 0);
}

static void equality_looks_at_every_byte(void **state)
{
    (void)state;
    Digest a = sha256(STR("a"));
    for (size_t i = 0; i < sizeof a.bytes; i++) {
        Digest b = a;
        assert_true(digest_eq(&a, &b));
        b.bytes[i] ^= 1;
        assert_false(digest_eq(&a, &b));
    }
}

static void hex_both_ways(void **state)
{
    (void)state;
    unsigned char bytes[4], expected[4] = {0x00, 0xff, 0x0a, 0xb7};
    assert_true(hex_read(STR("00fF0Ab7"), bytes, 4));
    assert_memory_equal(bytes, expected, 4);
    Buf out = buf_new(7);
    hex_write(&out, (Str){(const char *)bytes, 3});
    assert_true(str_is(buf_str(&out), "00ff0a"));
    hex_write(&out, (Str){(const char *)bytes, 1});
    assert_true(out.overflow);
    buf_free(&out);
}

static void hex_refuses(void **state)
{
    (void)state;
    static const char *const BAD[] = {"",          "0",        "00",       "00ff0ab",
                                      "00ff0ab7f", "00ff0abg", "00ff0a 7", "0x00ff0a",
                                      "00ff0a:7",  "00ff0a@7", "00ff0aG0", "00ff0a`0"};
    unsigned char bytes[4];
    for (size_t i = 0; i < COUNT_OF(BAD); i++) assert_false(hex_read(str_of(BAD[i]), bytes, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_digests),       cmocka_unit_test(parts_are_the_whole),
        cmocka_unit_test(stream_is_the_whole), cmocka_unit_test(threads_do_not_mix),
        cmocka_unit_test(hex_both_ways),       cmocka_unit_test(equality_looks_at_every_byte),
        cmocka_unit_test(hex_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
