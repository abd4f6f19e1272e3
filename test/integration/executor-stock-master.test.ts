import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderDevice } from '../support/jobs/rendered-device.js';
import { ExecutorBench, summarize, type ResultLine } from '../support/jobs/executor.js';
import { makeImages } from '../support/jobs/qemu-images.js';
import { requireOrSkip } from '../support/real-parts.js';
import { startStockLava, type StockLava } from '../support/stock-lava/start.js';
import { until } from '../support/until.js';

const root = new URL('../../', import.meta.url).pathname;
const configuration = '/etc/lava-server/dispatcher-config';
const deviceType = 'lavaflow-qemu-x86-64';
const hostname = 'qemu-x86-1';

/** Runs the QEMU example on a stock LAVA: its own master, scheduler and worker, with the templates of the sample lab. */
describe.skipIf(requireOrSkip('stock-lava', 'qemu'))('the QEMU example on a stock LAVA', () => {
  let lava: StockLava;
  let bench: ExecutorBench;
  const job = readFileSync(join(root, 'examples/qemu-amd64.yaml'), 'utf8');

  beforeAll(async () => {
    makeImages();
    bench = await ExecutorBench.create();
    lava = await startStockLava();
    await lava.startWorker('desk-worker');
  }, 1_000_000);
  afterAll(async () => {
    await lava.stop();
    bench.remove();
  });

  async function call(path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${lava.url}/api/v0.2/${path}`, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: { authorization: `Token ${lava.token}`, 'content-type': 'application/json' },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  it('produces the same results as ours', { timeout: 300_000 }, async () => {
    mkdirSync(`${configuration}/device-types`, { recursive: true });
    mkdirSync(`${configuration}/devices`, { recursive: true });
    cpSync(join(root, 'device-types'), `${configuration}/device-types`, {
      recursive: true,
      filter: (path) => !path.endsWith('.yaml'),
    });
    writeFileSync(
      `${configuration}/devices/${hostname}.jinja2`,
      readFileSync(join(root, `device-dictionaries/${hostname}.jinja2`)),
    );
    await call('devicetypes/', { name: deviceType, aliases: [], disable_health_check: true });
    await call('devices/', {
      hostname,
      device_type: deviceType,
      worker_host: 'desk-worker',
      health: 'Good',
    });
    const submitted = (await call('jobs/', { definition: job })) as { job_ids: readonly string[] };
    const [id = ''] = submitted.job_ids;
    await until(
      'the job has finished',
      async () => ((await call(`jobs/${id}/`)) as { state: string }).state === 'Finished',
      240_000,
    );
    expect(((await call(`jobs/${id}/`)) as { health: string }).health).toBe('Complete');
    const stored = (await call(`jobs/${id}/tests/?limit=1000&ordering=id`)) as { results: StoredTest[] };
    const stock = stored.results.map((test) => test.metadata).map(readMetadata);
    const ours = await bench.run(job, renderDevice(hostname, { arch: 'amd64', no_kvm: true }));
    expect(summarize(ours.results)).toEqual(summarize(stock));
  });
});

interface StoredTest {
  readonly metadata: string;
}

/** The server stores the message of a result as YAML text, one key per line. */
function readMetadata(text: string): ResultLine {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? '';
  return { definition: field('definition'), case: field('case'), result: field('result') };
}
