// Starts a city and a browser for tests of pages. Loopback only; everything lives in temporary
// folders that end with the test.
import {execFileSync, spawn} from "node:child_process";
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";
import {chromium} from "playwright-core";

const ROOT = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../..");
const BUILD = resolve(ROOT, process.env.BUILD ?? "build");
export const HELUO = resolve(process.env.HELUO ?? join(ROOT, "heluo"));
export const SCREENSHOTS = join(BUILD, "screenshots");
const AXE = readFileSync(join(ROOT, "node_modules/axe-core/axe.min.js"), "utf8");
// WCAG 2.0 to 2.2, levels A and AA, and axe's best practices
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// A server on a free port with its own data folder; `prepare` gets (heluo, dir) before it starts.
export async function startCity(prepare = () => {}) {
    const dir = mkdtempSync(join(tmpdir(), "heluo-city-"));
    // one browser looks up more in a minute than a person may
    writeFileSync(join(dir, "heluo.yaml"), "rate: {enquiry_per_minute: 100000}\n");
    const heluo = (...args) =>
        execFileSync(HELUO, [...args, "--data", dir], {encoding: "utf8", cwd: ROOT});
    await prepare(heluo, dir);
    const server = spawn(
        HELUO, ["serve", "--data", dir, "--port", "0"],
        {cwd: ROOT, stdio: ["ignore", "pipe", "pipe"]});
    let log = "";
    server.stderr.on("data", (bytes) => (log += bytes));
    const url = await new Promise((found, failed) => {
        let text = "";
        server.stdout.on("data", (bytes) => {
            text += bytes;
            const port = /localhost:(\d+)/.exec(text);
            if (port) found(`http://127.0.0.1:${port[1]}`);
        });
        server.on("exit", (code) => failed(new Error(`heluo serve ended with ${code}: ${log}`)));
    });
    const stop = async () => {
        const ended = new Promise((done) => server.once("exit", done));
        server.removeAllListeners("exit");
        server.once("exit", () => rmSync(dir, {recursive: true, force: true}));
        server.kill("SIGTERM");
        await Promise.race([ended, new Promise((done) => setTimeout(done, 5000))]);
    };
    return {url, dir, stop, log: () => log};
}

export async function startBrowser() {
    const browser = await chromium.launch({
        // with a new profile folder of its own
        executablePath: "/usr/bin/chromium",
        headless: true,
        args: [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync"
        ],
    });
    return {
        // One window with its own cookies; its faults (console errors, refused by the policy,
        // failed requests) are kept.
        async window(options = {}) {
            const context = await browser.newContext({locale: "zh-CN", ...options});
            const page = await context.newPage();
            const faults = [];
            page.on("console", (message) => {
                if (message.type() === "error" && !/Failed to load resource/.test(message.text()))
                    faults.push(message.text());
            });
            page.on("pageerror", (error) => faults.push(String(error)));
            page.on("response", (response) => {
                if (response.status() >= 400 && response.request().resourceType() !== "document")
                    faults.push(`${response.status()} ${response.url()}`);
            });
            return {page, faults, context};
        },
        stop: () => browser.close(),
    };
}

export const LANGUAGES = {
    zh: "zh-CN",
    en: "en"
};

// Opens one address at one width in one language; returns what is wrong with it, as sentences.
export async function inspect(
    window, url,
    {path, name, status = 200, lang = "zh", width = 1280, view = "normal", axe = true}) {
    const {page, faults} = window;
    faults.length = 0;
    await page.setViewportSize({width, height: 900});
    const separator = path.includes("?") ? "&" : "?";
    const [address, fragment] = path.split("#");
    const response = await page.goto(
        `${url}${address}${separator}lang=${lang}&view=${view}${fragment ? `#${fragment}` : ""}`);
    const wrong = [];
    if (response.status() !== status) wrong.push(`status ${response.status()}, not ${status}`);
    const language = await page.evaluate(() => document.documentElement.lang);
    if (language !== LANGUAGES[lang]) wrong.push(`lang is ${language}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) wrong.push(`scrolls sideways: ${wide} in ${width}`);
    const headings = await page.evaluate(() => document.querySelectorAll("h1").length);
    if (headings !== 1) wrong.push(`${headings} first headings`);
    if (axe) {
        await page.evaluate(AXE);
        const found = await page.evaluate(
            (tags) => globalThis.axe.run({runOnly: tags, resultTypes: ["violations"]}), AXE_TAGS);
        for (const violation of found.violations)
            wrong.push(`axe ${violation.id}: ${violation.help}: ${
                violation.nodes.map((node) => node.target.join(" ")).join("; ")}`);
    }
    wrong.push(...faults);
    mkdirSync(SCREENSHOTS, {recursive: true});
    const mode = view === "normal" ? "" : `-${view}`;
    await page.screenshot(
        {path: join(SCREENSHOTS, `${name}-${lang}-${width}${mode}.png`), fullPage: true});
    return wrong;
}

export const available = existsSync(HELUO) && existsSync("/usr/bin/chromium");
