/* What a value becomes on a page; the escape is compared with a plain second one. */
#include "kernel/web/page.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static Buf out;
static Page zh, en;

static int setup(void **state)
{
    (void)state;
    out = buf_new(1 << 20);
    zh = (Page){.out = &out, .lang = LANG_ZH, .path = STR("/x")};
    en = (Page){.out = &out, .lang = LANG_EN, .path = STR("/x")};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    buf_free(&out);
    return 0;
}

static void expect(const char *text)
{
    buf_byte(&out, '\0');
    assert_string_equal(out.p, text);
    buf_clear(&out);
}

static void text_is_escaped(void **state)
{
    (void)state;
    page_put(&zh, STR("<script>alert(\"x\" + 'y') && 1</script>"));
    expect("&lt;script&gt;alert(&quot;x&quot; + &#39;y&#39;) &amp;&amp; 1&lt;/script&gt;");
    page_put(&zh, "河洛 & 洛阳");
    expect("河洛 &amp; 洛阳");
    page_put(&zh, HTML("<b>"));
    expect("<b>");
    page_put(&zh, STR_NONE);
    expect("");
}

static void escape_plainly(Buf *plain, Str s)
{
    for (size_t i = 0; i < s.n; i++) {
        switch (s.p[i]) {
        case '&': buf_lit(plain, "&amp;"); break;
        case '<': buf_lit(plain, "&lt;"); break;
        case '>': buf_lit(plain, "&gt;"); break;
        case '"': buf_lit(plain, "&quot;"); break;
        case '\'': buf_lit(plain, "&#39;"); break;
        default: buf_byte(plain, s.p[i]);
        }
    }
}

static void escape_agrees_with_the_plain_one(void **state)
{
    (void)state;
    static const char ALPHABET[] = "ab <>&\"'=%;\x80\xe6\xff#?!()$";
    uint64_t seed = 1;
    Buf plain = buf_new(1 << 20);
    for (int round = 0; round < 20000; round++) {
        char bytes[40];
        size_t n = (size_t)round % sizeof bytes;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            bytes[i] = round % 3 ? ALPHABET[(seed >> 33) % (sizeof ALPHABET - 1)]
                                 : (char)(seed >> 40);
        }
        buf_clear(&plain);
        escape_plainly(&plain, (Str){bytes, n});
        page_put(&zh, ((Str){bytes, n}));
        assert_true(str_eq(buf_str(&out), buf_str(&plain)));
        buf_clear(&out);
    }
    buf_free(&plain);
}

static void addresses_of_other_schemes_lead_nowhere(void **state)
{
    (void)state;
    static const char *const GOOD[] = {
        "/",     "/entities?q=a&b",     "?view=elder",       "#main",         "help",
        "a/b:c", "https://example.cn/", "HTTP://example.cn", "mailto:a@b.cn", "tel:12345"};
    static const char *const BAD[] = {"javascript:alert(1)",
                                      "JavaScript:alert(1)",
                                      " javascript:alert(1)",
                                      "java\nscript:alert(1)",
                                      "\tjavascript:alert(1)",
                                      "data:text/html,x",
                                      "vbscript:x",
                                      "file:///etc/passwd",
                                      "//evil.example",
                                      "/\\evil.example",
                                      "\\\\evil.example",
                                      "x:y",
                                      "",
                                      "blob:https://a",
                                      "https:evil"};
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) assert_true(url_safe(str_of(GOOD[i])));
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        if (url_safe(str_of(BAD[i]))) fail_msg("allowed: %s", BAD[i]);
        page_put_url(&zh, URL(str_of(BAD[i])));
        expect("#");
    }
    page_put_url(&zh, URL(STR("/entities?q=a&filter=\"x\"")));
    expect("/entities?q=a&amp;filter=&quot;x&quot;");
    page_put_url_part(&zh, STR("a/b?c&d \"洛"));
    expect("a%2Fb%3Fc%26d%20%22%E6%B4%9B");
    page_put_url_part(&zh, URL(STR("?q=a&b")));
    expect("?q=a&amp;b");
}

static void numbers_and_days_follow_the_language(void **state)
{
    (void)state;
    page_put(&zh, 2026);
    page_put(&zh, STR(" "));
    page_put(&zh, COUNT(21406));
    page_put(&zh, STR(" "));
    page_put(&zh, COUNT(-1000005));
    page_put(&zh, STR(" "));
    page_put(&zh, COUNT(INT64_MIN));
    expect("2026 21,406 -1,000,005 -9,223,372,036,854,775,808");
    page_put(&zh, DECIMAL(367650, 2));
    page_put(&zh, STR(" "));
    page_put(&zh, DECIMAL(-5, 3));
    page_put(&zh, STR(" "));
    page_put(&zh, DECIMAL(12000, 3));
    expect("3,676.5 -0.005 12");
    page_put(&zh, DAY(20528));
    expect("<time datetime=\"2026-03-16\">2026年3月16日</time>");
    page_put(&en, DAY(20528));
    expect("<time datetime=\"2026-03-16\">16 March 2026</time>");
    page_put_value(&en, DAY(20528));
    expect("2026-03-16");
    page_put(&zh, DAY(DAY_NONE));
    expect("—");
    en.desk = true;
    page_put(&en, INSTANT(1773590400000000 + 16 * 3600000000LL));
    expect("<time datetime=\"2026-03-16T16:00:00+08:00\">2026-03-16 16:00</time>");
    page_put(&zh, INSTANT(1773590400000000 - 60000000LL)); /* a minute before midnight at UTC+8 */
    expect("<time datetime=\"2026-03-15T23:59:00+08:00\">2026年3月15日 23:59</time>");
}

static void both_languages_of_texts(void **state)
{
    (void)state;
    Text text = {"单位<1>", "unit <1>"};
    Label label = {STR("区划"), STR_NONE};
    page_put(&zh, text);
    page_put(&en, text);
    page_put(&en, label);
    expect("单位&lt;1&gt;unit &lt;1&gt;区划");
    page_text(&zh, T_skip_to_main);
    page_text(&en, T_skip_to_main);
    expect("跳到正文Skip to main content");
    for (Str rest = page_text_open(&en, T_error_404_home), *more = &rest; more;) {
        int argument = page_text_next(&en, &more);
        if (argument >= 0) page_put(&en, argument);
    }
    expect("Start again from the 0home page1");
}

static void switches_lead_back_to_the_same_page(void **state)
{
    (void)state;
    zh.query_text = STR("q=%E6%B4%9B&view=elder&x=\"&lang=en&language=c");
    page_put_url(&zh, here_with("lang", "en"));
    expect("?q=%E6%B4%9B&amp;x=&quot;&amp;language=c&amp;lang=en");
    zh.query_text = STR("");
    page_put_url(&zh, here_with("view", "contrast"));
    expect("?view=contrast");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_is_escaped, setup, teardown),
        cmocka_unit_test_setup_teardown(escape_agrees_with_the_plain_one, setup, teardown),
        cmocka_unit_test_setup_teardown(addresses_of_other_schemes_lead_nowhere, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers_and_days_follow_the_language, setup, teardown),
        cmocka_unit_test_setup_teardown(both_languages_of_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(switches_lead_back_to_the_same_page, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
