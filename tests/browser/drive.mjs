// Drives Chromium for the tests: one JSON command a line in, one answer a line out.
//
//     node drive.mjs CHROMIUM PROFILE

import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const [executablePath, profile] = process.argv.slice(2);
const browser = await chromium.launchPersistentContext(profile, {
  executablePath,
  args: [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
    ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  ],
});
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let page = null;
let said = [];

const COMMANDS = {
  /** A page of its own, with nothing kept from those before. */
  async open({ url, width, height, theme }) {
    const before = page;
    page = await browser.newPage();
    await before?.close();
    said = [];
    page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => said.push(`fault: ${error.stack}`));
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.goto(url);
    await page.evaluate('localStorage.clear()');
    await page.goto(url);
  },
  goto: ({ url }) => page.goto(url).then(() => null),
  eval: ({ code }) => page.evaluate(code),
  /** Until `code` is true; what it is then. */
  async wait({ code, seconds }) {
    const until = Date.now() + seconds * 1000;
    for (;;) {
      const value = await page.evaluate(code);
      if (value) return value;
      if (Date.now() > until) throw new Error(`in ${seconds} s never true: ${code}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  },
  click: ({ selector }) => page.click(selector, { timeout: 10_000 }),
  press: ({ key }) => page.keyboard.press(key),
  shot: ({ path }) => page.screenshot({ path }).then(() => null),
  said: () => said,
  async axe() {
    await page.evaluate(axe);
    const { violations } = await page.evaluate('axe.run()');
    return violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact,
      help,
      nodes: nodes.slice(0, 5).map((node) => `${node.html.slice(0, 160)} :: ${node.any[0]?.message ?? node.failureSummary}`),
    }));
  },
};

console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...rest } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ value: (await COMMANDS[command](rest)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ fault: String(error.message) }));
  }
}
await browser.close();
