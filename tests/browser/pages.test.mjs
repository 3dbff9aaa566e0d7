// Every page of pages.mjs: both languages, three widths, both modes, without script, printed.
import assert from "node:assert/strict";
import {after, before, test} from "node:test";

import {inspect, startBrowser, startCity} from "./browser.mjs";
import {PAGES, prepare} from "./pages.mjs";

let city, browser, window;

before(async () => {
    city = await startCity(prepare);
    browser = await startBrowser();
    // the page itself obeys the policy; only axe is let in
    window = await browser.window({bypassCSP: true});
});
after(async () => {
    await browser?.stop();
    await city?.stop();
});

// axe's rules do not depend on the language; it looks at each mode and each shape once
const LOOKS = [
    {lang: "zh", width: 1280},
    {lang: "zh", width: 375, axe: false},
    {lang: "en", width: 1280, axe: false},
    {lang: "en", width: 375},
    {lang: "zh", width: 320, axe: false},  // 1280 enlarged to 400 % (WCAG 1.4.10)
    {lang: "en", width: 1280, view: "contrast"},
    {lang: "zh", width: 375, view: "elder", axe: false},
];

for (const page of PAGES)
    test(`${page.name}: accessible, no sideways scroll, no faults`, async () => {
        for (const look of LOOKS)
            assert.deepEqual(
                await inspect(window, city.url, {...page, ...look}), [], JSON.stringify(look));
    });

test("every link of every page leads somewhere", async () => {
    const seen = new Map();
    for (const page of PAGES.filter((one) => one.links !== false)) {
        await window.page.goto(city.url + page.path);
        const links =
            await window.page.$$eval("a[href]", (anchors) => anchors.map((anchor) => anchor.href));
        for (const link of links) {
            const [address, fragment] = link.split("#");
            if (!address.startsWith(city.url)) continue;
            if (!seen.has(address)) {
                const answer = await fetch(address, {redirect: "follow"});
                seen.set(
                    address, {status: answer.status, text: await answer.text(), from: page.path});
            }
            const found = seen.get(address);
            // an error page links back to its own address with another language
            // the workbench asks who one is, and says how to come in
            const expected = address.startsWith(city.url + "/desk/") ? 401 : 200;
            if (address.split("?")[0] !== city.url + page.path.split("?")[0])
                assert.equal(found.status, expected, `${address}, linked on ${page.path}`);
            if (fragment)
                assert.match(
                    found.text, new RegExp(`id="${fragment}"`), `${link}, linked on ${page.path}`);
        }
    }
});

test(
    "the policy refuses what is not ours, and the pages need nothing that it refuses", async () => {
        const strict = await browser.window();
        for (const page of PAGES) {
            strict.faults.length = 0;
            const answer = await strict.page.goto(city.url + page.path);
            const policy = answer.headers()["content-security-policy"] ?? "";
            assert.match(policy, /default-src '(self|none)'/, page.path);
            assert.doesNotMatch(policy, /unsafe/, page.path);
            assert.deepEqual(strict.faults, [], page.path);
        }
        const ran = await strict.page.evaluate(() => {
            const script = document.createElement("script");
            script.textContent = "globalThis.ran = true";
            document.head.append(script);
            return globalThis.ran === true;
        });
        assert.equal(ran, false);
    });

test("without script everything is there", async () => {
    const plain = await browser.window({javaScriptEnabled: false});
    // what differs between two requests: their number and the minute
    const words = async (page) =>
        (await page.locator("main").innerText()).replace(/[0-9a-f]{16}|\d+:\d\d/g, "…");
    await window.page.setViewportSize({width: 1280, height: 900});
    await plain.page.setViewportSize({width: 1280, height: 900});
    for (const page of PAGES) {
        const address =
            `${city.url}${page.path}${page.path.includes("?") ? "&" : "?"}lang=zh&view=normal`;
        await plain.page.goto(address);
        await window.page.goto(address);
        assert.equal(await words(plain.page), await words(window.page), page.path);
    }
});

test("language and mode are kept, and the switch leads back to the same page", async () => {
    const {page, context} = await browser.window();
    await page.goto(`${city.url}/help?lang=zh`);
    await page.locator("a[hreflang=en]").first().click();
    assert.equal(new URL(page.url()).pathname, "/help");
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await page.goto(`${city.url}/`);
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await page.goto(`${city.url}/?view=elder`);
    await page.goto(`${city.url}/help`);
    assert.match(await page.locator("html").getAttribute("class"), /hl-elder/);
    const cookies = await context.cookies();
    assert.deepEqual(
        cookies.map((cookie) => [cookie.name, cookie.value, cookie.httpOnly]).sort(),
        [["lang", "en", true], ["view", "elder", true]]);
});

test("printed, the content is there and the menus are not", async () => {
    const {page} = await browser.window();
    await page.emulateMedia({media: "print"});
    for (const one of PAGES) {
        await page.goto(city.url + one.path);
        assert.equal(await page.locator("h1").isVisible(), true, one.path);
        for (const menu of await page.locator(".govuk-service-navigation, .hl-side, .hl-footer")
                 .all())
            assert.equal(await menu.isVisible(), false, one.path);
    }
});

test("the keyboard reaches the main part first", async () => {
    const {page} = await browser.window();
    await page.goto(`${city.url}/?lang=zh`);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#main");
});

test("files are cached for good under their hash, and compressed", async () => {
    const html = await (await fetch(city.url)).text();
    const path = /href="(\/assets\/[0-9a-f]{16}\/heluo\.css)"/.exec(html)[1];
    const answer = await fetch(city.url + path);
    assert.match(answer.headers.get("cache-control"), /immutable/);
    assert.equal(answer.headers.get("content-encoding"), "gzip");
    assert.match(answer.headers.get("content-type"), /^text\/css/);
    const again =
        await fetch(city.url + path, {headers: {"if-none-match": answer.headers.get("etag")}});
    assert.equal(again.status, 304);
    const plain = await fetch(city.url + path, {headers: {"accept-encoding": "identity"}});
    assert.equal(plain.headers.get("content-encoding"), null);
    assert.equal(await plain.text(), await answer.text());
    const other = await fetch(city.url + path.replace(/[0-9a-f]{16}/, "0".repeat(16)));
    assert.equal(other.status, 404);
});
