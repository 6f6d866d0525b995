// Draws Slack messages as pictures, in a headless browser without a network.
//
// In, as JSON on standard input: {chromium, folder, pages: [{name, width, messages: [{by, app, blocks}]}]}, `width` in
// pixels and `by` null for a page without messages, such as the Home tab. Out: FOLDER/NAME.png for each page, and on
// standard output, as JSON, what can be read on each page and what stands out of it or has its text cut off.
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

import { chromium } from "playwright-core";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { Message } from "slack-blocks-to-jsx";

const OFFLINE = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const MOMENT = new Date("2026-11-20T10:00:00");
const SHARPNESS = 1.5;
const STYLE = `
  body { margin: 0; padding: 12px 16px; background: white; }
  body, #slack_blocks_to_jsx * { font-family: Lato, "Liberation Sans", Arial, sans-serif !important; }
  #slack_blocks_to_jsx { margin-bottom: 16px; }
  #slack_blocks_to_jsx section { max-width: none; }
`;

const library = await readFile(createRequire(import.meta.url).resolve("slack-blocks-to-jsx/dist/style.css"), "utf8");

const face = (name, colour) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="8" fill="${colour}"/>` +
      `<text x="18" y="25" text-anchor="middle" font-family="sans-serif" font-size="20" fill="white">${name[0]}</text></svg>`,
  )}`;

// The library takes `verbatim` for "no formatting"; to Slack it only means that bare names and addresses do not link.
const formatted = (blocks) => JSON.parse(JSON.stringify(blocks, (key, value) => (key === "verbatim" ? undefined : value)));

function drawn({ by, app, blocks }) {
  const shown = { blocks: formatted(blocks), time: MOMENT, theme: "light" };
  const frame = { name: by ?? "", logo: face(by ?? " ", app ? "#1f4e5f" : "#7c3085"), withoutWrapper: by === null };
  const markup = renderToStaticMarkup(createElement(Message, { ...shown, ...frame }));
  return app ? markup : markup.replace(/<div[^>]*>APP<\/div>/, "");
}

// Runs in the page.
function seen() {
  const inside = [...document.querySelectorAll("body *")];
  const told = (element) => element.textContent.trim().slice(0, 60);
  return {
    words: document.body.innerText,
    overflowing: inside.filter((each) => each.getBoundingClientRect().right > innerWidth + 1).map(told),
    cut: inside.filter((each) => each.tagName === "BUTTON" && each.scrollWidth > each.clientWidth + 1).map(told),
  };
}

const { folder, pages, chromium: executablePath } = JSON.parse(await text(process.stdin));
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath, args: OFFLINE });
try {
  const outcome = {};
  const page = await browser.newPage({ deviceScaleFactor: SHARPNESS, offline: true });
  for (const { name, width, messages } of pages) {
    await page.setViewportSize({ width, height: 100 });
    await page.setContent(`<style>${library}${STYLE}</style>${messages.map(drawn).join("")}`);
    await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
    outcome[name] = await page.evaluate(seen);
  }
  process.stdout.write(JSON.stringify(outcome));
} finally {
  await browser.close();
}
