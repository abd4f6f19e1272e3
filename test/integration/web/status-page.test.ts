/**
 * The status page in Debian's Chromium. LAVAFLOW_SCREENSHOTS=DIR also writes what it looks like.
 */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { ControllerStatus } from '../../../src/controller/index.js';
import { startStatusServer, type StatusServer } from '../../../src/telemetry/index.js';
import { statusPage, statusPageFiles, statusPageVersion } from '../../../src/web/index.js';
import { desktop, openPage, overflowOf, phone, startBrowser, violationsIn } from '../../support/browser.js';
import { hostileTexts } from '../../support/hostile-texts.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { controllerStatus, masterStatus } from '../../support/status.js';
import { busyStatus } from '../../support/busy-status.js';

const screenshots = process.env['LAVAFLOW_SCREENSHOTS'];
const hourMs = 3_600_000;

describe.skipIf(requireOrSkip('chromium'))('the status page in a browser', () => {
  let browser: Browser;
  let server: StatusServer;
  let status: ControllerStatus;

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    status = busyStatus(new Date());
    await startServer(0);
  });
  afterEach(() => server.stop());

  async function startServer(port: number): Promise<void> {
    server = await startStatusServer({
      listen: { host: '127.0.0.1', port },
      status: () => status,
      page: { format: statusPage, version: statusPageVersion, files: statusPageFiles },
      webhook: null,
      log: { info: ignore, warn: ignore, error: ignore },
    });
  }

  it.each([
    ['desktop', desktop],
    ['phone', phone],
    ['dark', { ...desktop, colorScheme: 'dark' as const }],
  ])('is accessible, fits and breaks none of its own rules: %s', async (name, options) => {
    const { page, complaints, close } = await openPage(browser, server.url, options);
    await page.locator('html.is-live').waitFor();
    expect(await violationsIn(page)).toEqual([]);
    expect(await overflowOf(page)).toBe(0);
    expect(complaints).toEqual([]);
    if (screenshots !== undefined)
      await page.screenshot({ path: `${screenshots}/${name}.png`, fullPage: true });
    await close();
  });

  it('shows hostile texts as texts, also on a phone', async () => {
    const texts = hostileTexts.map((text) => text.slice(0, 1000));
    status = {
      ...controllerStatus({
        findings: texts.map((message) => ({
          code: 'c',
          severity: 'error',
          message,
          place: { file: message },
        })),
        masters: Object.fromEntries(
          texts.map((text) => [
            text,
            masterStatus({ problems: [text], drift: [`device/${text}`], url: text }),
          ]),
        ),
      }),
      ...{ suspensions: texts.map((reason) => ({ reason })) },
    };
    const { page, complaints, close } = await openPage(browser, server.url, phone);
    await page.locator('html.is-live').waitFor();
    expect(await page.locator('article').count()).toBe(new Set(texts).size);
    expect(await overflowOf(page)).toBe(0);
    expect(await page.locator('main script, main img, main a:not([href="status.json"])').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows changes without reloading, and keeps what a person opened with the keyboard', async () => {
    const { page, complaints, close } = await openPage(browser, server.url, desktop);
    await page.locator('html.is-live').waitFor();
    await page.evaluate('globalThis.isSamePage = true');
    const oslo = page.locator('article', { hasText: 'lab-oslo' });
    expect(await oslo.locator('details').getAttribute('open')).toBe(null);
    for (let tabs = 0; tabs < 50; tabs += 1) {
      await page.keyboard.press('Tab');
      if (await oslo.locator('summary:focus').count()) break;
    }
    await page.keyboard.press('Enter');
    await oslo.getByText('device/imx8mp-07').waitFor();

    const { masters } = status;
    const oslo2 = masters['lab-oslo'] ?? masterStatus();
    const added = ['device/new-one', ...oslo2.drift] as const;
    status = {
      ...status,
      findings: [],
      state: 'ok',
      masters: { 'lab-added': masterStatus(), 'lab-oslo': { ...oslo2, drift: added } },
    };
    await oslo.getByText('device/new-one').waitFor();
    await page.locator('article', { hasText: 'lab-added' }).waitFor();
    expect(await page.locator('article').count()).toBe(2);
    expect(await page.locator('#findings').count()).toBe(0);
    expect(await oslo.locator('summary:focus').count()).toBe(1);
    expect(await page.evaluate('globalThis.isSamePage')).toBe(true);
    expect(await violationsIn(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it.each([
    ['the right time', 0],
    ['5 hours ahead', 5 * hourMs],
    ['5 hours behind', -5 * hourMs],
  ])('shows ages by the clock of the controller: a browser %s', async (_, aheadMs) => {
    const at = new Date(Date.now() - 14 * 60_000 - 5000).toISOString();
    const schedule = { lastAt: at, nextAt: at };
    const main = masterStatus({ lastApplied: { revision: 'r2', at } });
    status = controllerStatus({ schedule, masters: { main } });
    const { page, close } = await openPage(browser, server.url, desktop, aheadMs);
    await page.locator('html.is-live').waitFor();
    await page.waitForResponse(server.url + '/');
    expect(await page.locator('article').textContent()).toMatch(/confirmed\s+14 min ago.*late/s);
    await close();
  });

  it('shows that the controller does not respond, since when, and when it does again', async () => {
    const { page, complaints, close } = await openPage(browser, server.url, phone);
    await page.locator('html.is-live').waitFor();
    expect(await page.getByRole('alert').textContent()).toBe('');
    const { port } = new URL(server.url);
    await server.stop();
    await page.getByText('No connection to the controller').waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(
      /since \d\d:\d\d:\d\d UTC \((now|\d+ s ago)\)/,
    );
    expect(await page.title()).toMatch(/^\(no connection\)/);
    expect(await violationsIn(page)).toEqual([]);
    if (screenshots !== undefined) await page.screenshot({ path: `${screenshots}/lost.png` });
    status = { ...status, masters: { 'lab-again': masterStatus() } };
    await startServer(Number(port));
    await page.locator('article', { hasText: 'lab-again' }).waitFor();
    expect(await page.getByRole('alert').textContent()).toBe('');
    expect(await page.title()).not.toContain('no connection');
    expect(complaints).toEqual([]);
    await close();
  });

  it('works without JavaScript', async () => {
    const plain = await startBrowser({ hasScripts: false });
    try {
      const { page, complaints } = await openPage(plain, server.url, phone);
      expect(await page.locator('article').count()).toBe(Object.keys(status.masters).length);
      const note = page.locator('footer noscript');
      expect(await note.isVisible()).toBe(true);
      expect(await note.textContent()).toContain('Without JavaScript, this page is loaded again every 30 s');
      expect(await page.locator('head meta[http-equiv=refresh]').count()).toBe(1);
      expect(await page.locator('#not-live').isVisible()).toBe(false);
      expect(await overflowOf(page)).toBe(0);
      expect(complaints).toEqual([]);
    } finally {
      await plain.close();
    }
  });
});

function ignore(): void {
  // Not part of these tests.
}
