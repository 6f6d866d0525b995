// Does in a page of the Agents Playground, in a headless browser, what a person would.
//
// Arguments: the browser's path, the Playground's address, a folder for pictures. In, a line each on standard input:
// [name of a deed below, ...its arguments] as JSON. Out, a line each: {"done": what came of it} or {"failed": why}, with
// a picture of the page.
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

const OFFLINE = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--no-proxy-server",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PATIENCE = 20_000;
// Wide enough for the list of chats and the log on both sides, high enough for a long answer.
const SCREEN = { width: 1280, height: 1800 };
const ABOVE = 4;
const BELOW = 20;
const CARD = ".ac-adaptiveCard";
const BOX = "[role=textbox][contenteditable=true]";
// What the person who looks on has said bears no name.
const SAID = '[aria-label="Message header"]:not(:has([aria-label="Message author"]))';

const [executablePath, address, folder] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: OFFLINE });
const context = await browser.newContext({
  viewport: SCREEN,
  deviceScaleFactor: 1.5,
  locale: "en-GB",
  timezoneId: "Europe/London",
});
// The Playground asks for fonts elsewhere, and does without them.
await context.route(
  (url) => url.origin !== address,
  (route) => route.abort(),
);
const page = await context.newPage();
page.setDefaultTimeout(PATIENCE);

const named = (role, name) => page.getByRole(role, { name, exact: true });
// A channel shows its threads, the newest first, each with a box of its own to write in; a chat is one.
const whole = page.locator("body");
const threads = page.getByRole("group").filter({ has: named("button", "Send Message") });
let place = whole;

const cards = () => place.locator(CARD);
const inCards = (role, name) => cards().getByRole(role, { name, exact: true });
const field = (name) => inCards("textbox", name).or(inCards("combobox", name)).last();

// Runs in the page.
const told = (shown) =>
  shown.map((each) => ({
    text: each.innerText.replaceAll("\u00a0", " ").trim(),
    buttons: [...each.querySelectorAll("button:not([disabled])")].map((button) => button.innerText.trim()).filter(Boolean),
  }));

async function write(text, mention, box, button) {
  await box.click();
  if (mention) {
    await page.keyboard.type("@");
    await page.getByRole("menuitem", { name: mention }).click();
    await page.keyboard.insertText(" ");
  }
  await page.keyboard.insertText(text);
  await button.click();
}

const deeds = {
  async begin() {
    await page.goto(address);
    await named("treeitem", "Personal Chat").waitFor();
    place = whole;
  },
  async go(chat, threaded) {
    await page.getByRole("treeitem", { name: chat }).click();
    place = threaded ? threads.first() : whole;
  },
  async post(text, mention) {
    const before = await threads.count();
    await write(text, mention, page.locator(BOX).first(), named("button", "Post"));
    await threads.nth(before).waitFor();
  },
  send: (text, mention) => write(text, mention, place.locator(BOX).last(), place.getByRole("button", { name: "Send Message" })),
  press: (label) => inCards("button", label).last().click(),
  async fill(label, value) {
    await field(label).fill(value);
    if ((await field(label).getAttribute("role")) === "combobox") await field(label).press("Tab");
  },
  pick: (option) => cards().locator("label").getByText(option, { exact: true }).last().click(),
  async choose(label, option) {
    await field(label).click();
    await named("option", option).click();
  },
  cards: () => cards().evaluateAll(told),
  async draw(name) {
    const list = await page.getByRole("region", { name: "Chat and Teams Channel" }).boundingBox();
    const log = await page.getByText("Log Panel", { exact: true }).boundingBox();
    const last = await cards().last().boundingBox();
    const said = place === whole ? page.locator(SAID).last() : place;
    const first = (await said.count()) ? (await said.boundingBox()).y - ABOVE : 0;
    const [x, y] = [list.x + list.width, Math.max(list.y, first)];
    const height = Math.min(last.y + last.height + BELOW, SCREEN.height) - y;
    await page.screenshot({ path: `${folder}/teams-${name}.png`, clip: { x, y, width: log.x - x, height } });
  },
  despair: () => page.screenshot({ path: `${folder}/teams-failed.png` }),
};

process.stdout.write(`${JSON.stringify({ done: "ready" })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const [deed, ...given] = JSON.parse(line);
  const outcome = await deeds[deed](...given).then(
    (done) => ({ done: done ?? null }),
    (error) => ({ failed: `${line}: ${error.message}` }),
  );
  if (outcome.failed) await deeds.despair();
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}
await browser.close();
