/** `kill -9` of either side during a job: the job ends, its log is whole, in order, and without repeats. */
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCertificate } from '../../src/wire/index.js';
import {
  dispatcherProgram,
  gatewayProgram,
  startKillable,
  type Killable,
} from '../support/processes/killable.js';
import { standInExecutor } from '../support/jobs/stand-in-executor.js';
import { isThorough } from '../support/effort.js';
import { until } from '../support/until.js';

interface StoredJob {
  readonly state: string;
  readonly starts?: number;
  readonly end?: { readonly description: string };
}

const newline = 10;

let directory: string;
let gateway: Killable;
let dispatcher: Killable;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lf-'));
  await createCertificate(directory, 'master');
  const { publicKey } = await createCertificate(directory, 'w1');
  await mkdir(join(directory, 'host'));
  await writeFile(join(directory, 'host/workers.json'), JSON.stringify({ [publicKey]: 'w1' }));
  await writeFile(join(directory, 'executor.mjs'), standInExecutor);
  gateway = await startGateway(0, 0);
  dispatcher = await startDispatcher();
});

afterEach(async () => {
  await dispatcher.kill();
  await gateway.kill();
  await rm(directory, { recursive: true });
});

async function startGateway(controlPort: unknown, logPort: unknown): Promise<Killable> {
  return await startKillable(directory, 'gateway', gatewayProgram, {
    hostDir: join(directory, 'host'),
    certificateFile: join(directory, 'master.key_secret'),
    address: '127.0.0.1',
    controlPort,
    logPort,
    temporaryDirectory: directory,
    repeatMs: 600,
  });
}

async function startDispatcher(): Promise<Killable> {
  const { controlPort, logPort } = gateway.ready;
  return await startKillable(directory, 'dispatcher', dispatcherProgram, {
    hostname: 'w1',
    controlEndpoint: `tcp://127.0.0.1:${String(controlPort)}`,
    logEndpoint: `tcp://127.0.0.1:${String(logPort)}`,
    masterCertificateFile: join(directory, 'master.key'),
    secretCertificateFile: join(directory, 'w1.key_secret'),
    stateDir: join(directory, 'state'),
    executorCommand: [process.execPath, join(directory, 'executor.mjs')],
    repeatMs: 1000,
  });
}

async function schedule(id: number, job: Record<string, unknown>): Promise<void> {
  const texts = { definition: JSON.stringify(job), device: '', dispatcher: '', env: '', envDut: '' };
  const text = JSON.stringify({ state: 'scheduled', start: { id, ...texts } });
  await writeFile(join(directory, `host/${id}.json`), text);
}

async function jobOf(id: number): Promise<StoredJob> {
  return JSON.parse(await readFile(join(directory, `host/${id}.json`), 'utf8')) as StoredJob;
}

async function logOf(id: number): Promise<unknown[]> {
  const text = await readFile(join(directory, `host/${id}.log`), 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { msg: unknown }).msg);
}

/** Reads only what is new: to parse a long log again and again would take longer than to write it. */
async function untilLines(id: number, count: number): Promise<void> {
  let lines = 0;
  let size = 0;
  await until(
    `${count} lines`,
    async () => {
      const text = await readFile(join(directory, `host/${id}.log`)).catch(() => Buffer.alloc(0));
      for (const byte of text.subarray(size)) if (byte === newline) lines += 1;
      size = text.length;
      return lines >= count;
    },
    60_000,
  );
}

async function expectWhole(id: number, count: number): Promise<void> {
  await until('ended', async () => (await jobOf(id)).state === 'ended');
  const log = await logOf(id);
  expect(log.slice(0, -1)).toEqual(Array.from({ length: count }, (_, index) => `line ${index}`));
  expect(log.at(-1)).toEqual({ definition: 'lava', case: 'job', result: 'pass' });
  expect(await jobOf(id)).toMatchObject({ starts: 1, end: { description: 'job: {}\n' } });
  await until('directory removed', async () => (await readdir(join(directory, 'state/jobs'))).length === 0);
}

it('the dispatcher, again and again', async () => {
  await schedule(1, { lines: 600, everyMs: 10 });
  for (const seen of [20, 150, 300]) {
    await untilLines(1, seen);
    await dispatcher.kill();
    dispatcher = await startDispatcher();
  }
  await expectWhole(1, 600);
});

it('the gateway, again and again, under a flood of lines', async () => {
  const lines = isThorough ? 300_000 : 60_000;
  await schedule(1, { lines });
  for (const seen of [1, lines / 6, lines / 3]) {
    await untilLines(1, seen);
    const { controlPort, logPort } = gateway.ready;
    await gateway.kill();
    gateway = await startGateway(controlPort, logPort);
  }
  await expectWhole(1, lines);
});

it('both at once, several jobs', async () => {
  for (const id of [1, 2, 3]) await schedule(id, { lines: 300, everyMs: 10 });
  await Promise.all([1, 2, 3].map((id) => untilLines(id, 30)));
  const { controlPort, logPort } = gateway.ready;
  await Promise.all([gateway.kill(), dispatcher.kill()]);
  gateway = await startGateway(controlPort, logPort);
  dispatcher = await startDispatcher();
  for (const id of [1, 2, 3]) await expectWhole(id, 300);
});

it('the dispatcher at any moment around the start and the end of jobs', async () => {
  const ids = Array.from({ length: isThorough ? 12 : 6 }, (_, index) => index + 1);
  for (const id of ids) {
    await schedule(id, { lines: 5 });
    await new Promise((resolve) => setTimeout(resolve, (isThorough ? 37 : 74) * id));
    await dispatcher.kill();
    dispatcher = await startDispatcher();
  }
  for (const id of ids) {
    await until(`job ${id} ended`, async () => (await jobOf(id)).state === 'ended');
    const log = await logOf(id);
    expect(log.filter((message) => typeof message === 'object')).toHaveLength(1);
    expect(log.slice(0, -1)).toEqual(Array.from({ length: log.length - 1 }, (_, index) => `line ${index}`));
  }
});

it.runIf(isThorough)('a log of a million lines takes bounded memory on both sides', async () => {
  await schedule(1, { lines: 1_000_000 });
  await until('ended', async () => (await jobOf(1)).state === 'ended', 110_000);
  expect(await logOf(1)).toHaveLength(1_000_001);
  // Node with ZeroMQ takes some 80 MB; the log itself has 85 MB.
  expect(await dispatcher.peakMegabytes()).toBeLessThan(250);
  expect(await gateway.peakMegabytes()).toBeLessThan(250);
  process.stdout.write(
    `peak: dispatcher ${Math.round(await dispatcher.peakMegabytes())} MB, gateway ${Math.round(await gateway.peakMegabytes())} MB\n`,
  );
});
