import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMasterTarget } from '../../../src/lava/index.js';
import type { ConfigurationObject } from '../../../src/model/index.js';
import type { MasterTarget } from '../../../src/reconcile/index.js';
import { startFaultProxy } from '../../support/targets/fault-proxy.js';
import type { TestServer } from '../../support/http-server.js';
import {
  applyAll,
  changesTo,
  converge,
  device,
  deviceType,
  interestIn,
  worker,
} from '../../support/targets/master-changes.js';
import { isThorough } from '../../support/effort.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { stockRelease } from '../../support/stock-lava/releases.js';
import { startStockTarget } from '../../support/targets/stock-target.js';

/** A batch writes 200 devices, and a page lists 500: fewer devices do not need fewer requests. */
const count = isThorough ? 1000 : 300;
const others: readonly ConfigurationObject[] = [
  ...Array.from({ length: 20 }, (_, index) => deviceType(`type-${index}`)),
  ...Array.from({ length: 10 }, (_, index) =>
    worker(`worker-${index}`, { env: `overrides: {n: "${index}"}\n` }),
  ),
];

function boards(note: string): ConfigurationObject[] {
  return Array.from({ length: count }, (_, index) =>
    device(`board-${index}`, {
      deviceType: `type-${index % 20}`,
      worker: `worker-${index % 10}`,
      health: 'Maintenance',
      tags: [`tag-${index % 7}`],
      dictionary: `{% extends 'qemu.jinja2' %}\n{% set connection_command = 'telnet pdu ${7000 + index}' %}\n{# ${note} #}\n`,
    }),
  );
}

/**
 * Requests grow with pages and batches, not with devices: a scan of 1,000 devices needs about as many as one of 100.
 */
describe.skipIf(requireOrSkip('stock-lava'))(`${count} devices on stock LAVA ${stockRelease.release}`, () => {
  let stock: Awaited<ReturnType<typeof startStockTarget>>;
  let proxy: TestServer;
  /** Counts requests; timed requests go directly to the master. */
  let counted: MasterTarget;
  beforeAll(async () => {
    stock = await startStockTarget();
    proxy = await startFaultProxy(stock.lava.url, () => 'pass');
    counted = createMasterTarget({ url: proxy.url, token: stock.lava.token });
  });
  afterAll(async () => {
    await proxy.stop();
    await stock.stop();
  });

  async function timed<T>(what: string, run: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await run();
    process.stdout.write(`${what}: ${Math.round(performance.now() - start)} ms\n`);
    return result;
  }

  async function requestsOf<T>(run: () => Promise<T>): Promise<{ result: T; requests: number }> {
    const before = proxy.requests.length;
    const result = await run();
    return { result, requests: proxy.requests.length - before };
  }

  it('are created, changed and scanned in few requests', { timeout: 480_000 }, async () => {
    const first = [...others, ...boards('first')];
    const created = await timed(`create ${count} devices, 20 types, 10 workers`, () =>
      converge(stock.target, first),
    );
    expect(created.outcomes.filter(({ status }) => status !== 'done')).toEqual([]);
    expect(created.left).toEqual([]);

    const interest = interestIn(first);
    for (let round = 0; round < 3; round++) await timed('scan', () => stock.target.observe(interest));
    const scan = await requestsOf(() => counted.observe(interest));
    expect(scan.result.objects.size).toBeGreaterThanOrEqual(count);
    expect(scan.requests).toBeLessThanOrEqual(20);

    for (const note of ['second', 'third']) {
      const changes = changesTo(stock.target, boards(note), await stock.target.observe(interest));
      expect(changes).toHaveLength(count);
      const outcomes = await timed(`change ${count} dictionaries with read-back`, () =>
        applyAll(stock.target, changes),
      );
      expect(outcomes.every(({ status }) => status === 'done')).toBe(true);
    }
    const changes = changesTo(counted, boards('fourth'), await counted.observe(interest));
    const write = await requestsOf(() => applyAll(counted, changes));
    expect(write.result.filter(({ status }) => status === 'done')).toHaveLength(count);
    expect(write.requests).toBeLessThanOrEqual(15);
    process.stdout.write(`requests: scan ${scan.requests}, change with read-back ${write.requests}\n`);

    const one = [device('board-7', { dictionary: '{# one #}\n' })];
    const change = changesTo(stock.target, one, await stock.target.observe(interest));
    await timed('change one dictionary with read-back', () => applyAll(stock.target, change));
    const after = await stock.target.observe(interest);
    expect(
      changesTo(stock.target, [...boards('fourth').filter(({ name }) => name !== 'board-7'), ...one], after),
    ).toEqual([]);
  });
});
