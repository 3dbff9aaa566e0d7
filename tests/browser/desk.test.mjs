// The workbench: in by a link that works once, every page in both languages and modes, a file
// handed in by a plain form without script, its receipt, out again.
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {after, before, test} from "node:test";

import {HELUO, inspect, startBrowser, startCity} from "./browser.mjs";
import {FOOD, prepareEntities} from "./entities.mjs";

const LATE = `uscc,name,established_on,remark\n${FOOD},洛阳示例牡丹食品有限公司,2020-07-09,x\n${
    FOOD},洛阳示例牡丹食品有限公司,2099-01-01,x\n`;

let city, browser, window, plain;

// The address of a new link, at the name by which the browser knows the city.
function link() {
    const text = execFileSync(
        HELUO, ["desk", "--data", city.dir],
        {encoding: "utf8", stdio: ["ignore", "pipe", "ignore"]});
    return city.url + new URL(text.trim()).pathname + new URL(text.trim()).search;
}

async function enter(page) {
    await page.goto(link());
    await page.click("main form button");
    assert.equal(new URL(page.url()).pathname, "/desk/imports");
}

before(async () => {
    city = await startCity((heluo, dir) => {
        prepareEntities(heluo, dir);
        const file = join(dir, "late.csv");
        writeFileSync(file, LATE.replaceAll(",remark", "").replaceAll(",x\n", "\n"));
        try {
            heluo("import", "entity", file, "--organ", "market_regulation", "--batch", "LATE-1");
        } catch (refused) {
            assert.equal(refused.status, 2);  // some lines were refused
        }
    });
    browser = await startBrowser();
    window = await browser.window(
        {bypassCSP: true});  // the page itself obeys the policy; only axe is let in
    plain = await browser.window({javaScriptEnabled: false, acceptDownloads: true});
    await enter(window.page);
    await enter(plain.page);
});
after(async () => {
    await browser?.stop();
    await city?.stop();
});

async function first(page, address, selector) {
    await page.goto(city.url + address);
    return page.locator(selector).first().getAttribute("href");
}

const PAGES = [
    {name: "desk-imports", path: () => "/desk/imports"},
    {
        name: "desk-receipt",
        path: (page) => first(page, "/desk/imports", "tbody th a:text('LATE-1')")
    },
    {
        name: "desk-receipt-print",
        path: async (page) =>
            `${await first(page, "/desk/imports", "tbody th a:text('LATE-1')")}?print=1`
    },
    {name: "desk-import-choose", path: () => "/desk/imports/new"},
    {name: "desk-import-form", path: () => "/desk/imports/new?dataset=entity&organ=tax"},
    {name: "desk-import-lost", path: () => "/desk/imports/jobs/0", status: 404},
    {name: "desk-tickets", path: () => "/desk/tickets"},
    {name: "desk-tickets-none", path: () => "/desk/tickets?dataset=entity_licence"},
    {
        name: "desk-ticket",
        path: (page) => first(page, "/desk/tickets?kind=difference", "tbody th a")
    },
    {
        name: "desk-ticket-identity",
        path: (page) => first(page, "/desk/tickets?kind=identity", "tbody th a")
    },
    {name: "desk-leave", path: () => "/desk/leave"},
];

const LOOKS = [
    {lang: "zh", width: 1280},
    {lang: "zh", width: 375, axe: false},
    {lang: "en", width: 1280, axe: false},
    {lang: "en", width: 375},
    {lang: "zh", width: 320, axe: false},
    {lang: "en", width: 1280, view: "contrast"},
    {lang: "zh", width: 375, view: "elder", axe: false},
];

for (const one of PAGES)
    test(`${one.name}: accessible, no sideways scroll, no faults`, async () => {
        const path = await one.path(window.page);
        for (const look of LOOKS)
            assert.deepEqual(
                await inspect(window, city.url, {...one, path, ...look}), [], JSON.stringify(look));
    });

test("whoever is not known is told how to get in, on every page", async () => {
    const stranger = await browser.window({bypassCSP: true});
    for (const one of PAGES) {
        const path = await one.path(window.page);
        assert.equal((await stranger.page.goto(city.url + path)).status(), 401, path);
    }
    for (const look of LOOKS)
        assert.deepEqual(
            await inspect(
                stranger, city.url,
                {name: "desk-door", path: "/desk/imports", status: 401, ...look}),
            []);
});

test("a link works once, and to open it changes nothing", async () => {
    const stranger = await browser.window({javaScriptEnabled: false});
    const address = link();
    await stranger.page.goto(address);
    await stranger.page.goto(address);
    await stranger.page.click("main form button");
    const cookies = await stranger.context.cookies(`${city.url}/desk/`);
    const desk = cookies.find((cookie) => cookie.name === "desk");
    assert.deepEqual([desk.httpOnly, desk.sameSite, desk.path], [true, "Strict", "/desk"]);
    const other = await browser.window({javaScriptEnabled: false});
    await other.page.goto(address);
    await other.page.click("main form button");
    assert.match(await other.page.innerText("main"), /已经用过/);
});

test("every link of the workbench leads somewhere", async () => {
    const seen = new Set();
    for (const one of PAGES.filter((page) => !page.status)) {
        await window.page.goto(city.url + await one.path(window.page));
        for (const address of await window.page.$$eval(
                 "a[href]", (anchors) => anchors.map((anchor) => anchor.href.split("#")[0]))) {
            if (seen.has(address) || !address.startsWith(city.url)) continue;
            seen.add(address);
            assert.equal(
                (await window.context.request.get(address)).status(), 200,
                `${address}, linked on ${one.name}`);
        }
    }
});

test(
    "a file handed in by the form, without script: receipt, refused lines, the same again",
    async () => {
        const {page} = plain;
        const hand = async (bytes) => {
            await page.goto(`${city.url}/desk/imports/new`);
            await page.click("a[href='/desk/imports/new?dataset=entity&organ=market_regulation']");
            await page.fill("#number", "FORM-1");
            await page.setInputFiles(
                "#file", {name: "单位.csv", mimeType: "text/csv", buffer: Buffer.from(bytes)});
            await page.click("main form button");
        };
        await hand(LATE);
        await page.waitForSelector(
            ".govuk-error-summary");  // a column that the dataset does not have
        assert.match(await page.innerText(".govuk-error-summary"), /remark/);
        const good = LATE.replaceAll(",remark", "").replaceAll(",x\n", "\n");
        await hand(good);
        await page.waitForURL(/\/desk\/imports\/\d+$/);
        assert.match(await page.innerText("h1"), /FORM-1/);
        assert.equal(await page.locator("main tr[data-l=red]").count(), 1);
        assert.equal(await page.locator(".hl-proof__seal").count(), 1);
        const [download] =
            await Promise.all([page.waitForEvent("download"), page.click("a[download]")]);
        assert.equal(
            readFileSync(await download.path(), "utf8"),
            good.split("\n").filter((_, i) => i !== 1).join("\n"));
        await hand(good);
        await page.waitForURL(/again=1/);
        assert.match(await page.innerText("main"), /没有重复入库/);
    });

test("a form from elsewhere does nothing", async () => {
    const {context} = window;
    const send = (headers) => context.request.post(
        `${city.url}/desk/leave`, {headers, form: {form_token: "0"}, maxRedirects: 0});
    assert.equal((await send({origin: "https://evil.example"})).status(), 403);
    assert.equal(
        (await send({origin: city.url})).status(),
        403);  // of this site, but without the session's token
    assert.equal((await window.page.goto(`${city.url}/desk/imports`)).status(), 200);
});

test("printed, the receipt is there and the menus are not", async () => {
    const {page} = window;
    await page.goto(`${city.url}${await PAGES[2].path(page)}&lang=zh&view=normal`);
    await page.emulateMedia({media: "print"});
    assert.equal(await page.locator(".hl-proof").isVisible(), true);
    assert.equal(await page.locator(".hl-side").isVisible(), false);
    await page.emulateMedia({media: null});
});

test("whoever leaves is out", async () => {
    const {page} = plain;
    await page.goto(`${city.url}/desk/leave`);
    await page.click("main form button");
    assert.equal((await page.goto(`${city.url}/desk/imports`)).status(), 401);
});
