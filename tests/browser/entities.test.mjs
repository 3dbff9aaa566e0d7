// A citizen looks an organisation up, sees a past day, and asks for a correction; all without
// script.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser, startCity } from "./browser.mjs";
import { FOOD, prepareEntities } from "./entities.mjs";

let city, browser, page;

before(async () => {
  city = await startCity(prepareEntities);
  browser = await startBrowser();
  page = (await browser.window({ javaScriptEnabled: false })).page;
});
after(async () => {
  await browser?.stop();
  await city?.stop();
});

test("from the home page to an entity, by name and by a pasted code", async () => {
  await page.goto(city.url);
  await page.fill("#q", "牡丹");
  await page.click("form[role=search] button");
  await page.click("text=洛阳示例牡丹食品有限公司");
  assert.match(await page.innerText("h1"), /洛阳示例牡丹食品有限公司/);
  await page.goto(`${city.url}/entities`);
  await page.fill("#q", "9141 0300 ma9a 0001 0p");
  await page.click("form[role=search] button");
  assert.equal(await page.locator(".hl-result").count(), 1);
});

test("the next page goes on where the last ended", async () => {
  await page.goto(`${city.url}/entities?q=商行`);
  const first = await page.locator(".hl-result h3").allInnerTexts();
  await page.click("a[rel=next]");
  const second = await page.locator(".hl-result h3").allInnerTexts();
  assert.equal(first.length, 20);
  assert.equal(second.length, 5);
  assert.equal(new Set([...first, ...second]).size, 25);
});

test("today is a day that can be looked at, and leads back", async () => {
  await page.goto(`${city.url}/entities/${FOOD}`);
  await page.fill("#asOf", new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10));
  await page.click("button:text-is('看那一天')");
  assert.match(await page.innerText("main"), /这是过去的样子/);
  await page.click("text=看现在的内容");
  assert.doesNotMatch(await page.innerText("main"), /这是过去的样子/);
});

test("a correction: what is missing is said, then a receipt, found by its number", async () => {
  await page.goto(`${city.url}/entities/${FOOD}`);
  await page.click("text=提出更正");
  await page.selectOption("#field", "address");
  await page.fill("#said", "孟津区示例路 8 号");
  await page.click("text=提交更正申请");
  assert.match(await page.innerText("[role=alert]"), /有 1 处要改/);
  assert.equal(await page.inputValue("#said"), "孟津区示例路 8 号");
  await page.fill("#basis", "营业执照");
  await page.click("text=提交更正申请");
  assert.match(await page.innerText("h1"), /更正申请已提交/);
  const number = await page.innerText(".govuk-panel strong");
  assert.match(number, /^GX[0-9A-Z]{2} [0-9A-Z]{4} [0-9A-Z]{4}$/);
  await page.goto(`${city.url}/entities`);
  await page.fill("#q", number.toLowerCase());
  await page.click("form[role=search] button");
  assert.match(await page.innerText("main"), /已收到/);
  assert.doesNotMatch(await page.innerText("main"), /营业执照/);
});
