import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** Debian's Chromium. As root it has no sandbox; it opens only pages of the tests. */
export function startBrowser({ hasScripts = true } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-dev-shm-usage'],
      ...(hasScripts ? [] : ['--blink-settings=scriptEnabled=false']),
    ],
  });
}

export const desktop: BrowserContextOptions = { viewport: { width: 1200, height: 900 } };
/** The narrowest phone that counts. */
export const phone: BrowserContextOptions = { viewport: { width: 360, height: 740 } };

export interface OpenPage {
  readonly page: Page;
  /** What the browser complained about, and requests to anywhere else. Failed requests are not in it. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

/** @param clockAheadMs how much the clock of the browser's machine is ahead */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  clockAheadMs = 0,
): Promise<OpenPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    const isFailedRequest = /^Failed to load resource: net::/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !isFailedRequest) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) complaints.push(request.url());
  });
  if (clockAheadMs !== 0) {
    await page.addInitScript(`{ const now = Date.now; Date.now = () => now() + ${clockAheadMs}; }`);
  }
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
}

/** Violations of accessibility, each with the elements. */
export async function violationsIn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const global = globalThis as unknown as { axe: { run(): Promise<axe.AxeResults> } };
    return (await global.axe.run()).violations;
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.failureSummary ?? ''} ${node.html}`),
  );
}

/** How far the page is wider than the window. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
