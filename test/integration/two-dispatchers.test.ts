/** Several dispatchers with the name and the key of one worker: only one acts as the worker, and no job is lost. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDispatcher, type Dispatcher } from '../../src/dispatcher/index.js';
import { createCertificate, readSecretCertificate, type SecretCertificate } from '../../src/wire/index.js';
import { startGateway, type Gateway } from '../support/master/gateway.js';
import { WireClient } from '../support/master/wire-client.js';
import { MemoryHost } from '../support/master/worker-host.js';
import { standInExecutor } from '../support/jobs/stand-in-executor.js';
import { until } from '../support/until.js';

let directory: string;
let host: MemoryHost;
let gateway: Gateway;
let masterKey: string;
let keys: SecretCertificate;
let dispatchers: Dispatcher[];
let clients: WireClient[];
let said: { message: string; fields: Readonly<Record<string, unknown>> }[];

const say = (fields: Readonly<Record<string, unknown>>, message: string): void => {
  said.push({ message, fields });
};
const log = { info: say, warn: say, error: say };
const rejection = 'the master rejects this dispatcher: another one acts as this worker';
const rejected = () => said.filter(({ message }) => message === rejection);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lf-'));
  masterKey = (await createCertificate(directory, 'master')).publicKey;
  const { publicKey, secretFile } = await createCertificate(directory, 'w1');
  keys = await readSecretCertificate(secretFile);
  await writeFile(join(directory, 'executor.mjs'), standInExecutor);
  host = new MemoryHost();
  host.admit('w1', publicKey);
  [dispatchers, clients, said] = [[], [], []];
  gateway = await startGateway(host, {
    certificateFile: join(directory, 'master.key_secret'),
    log,
    address: '127.0.0.1',
    controlPort: 0,
    logPort: 0,
    temporaryDirectory: directory,
    repeatMs: 1000,
  });
});

afterEach(async () => {
  for (const client of clients) client.close();
  for (const dispatcher of dispatchers) await dispatcher.stop({ jobs: 'cancel', graceMs: 100 });
  await gateway.stop();
  await rm(directory, { recursive: true });
});

async function open(state: string): Promise<Dispatcher> {
  const dispatcher = await startDispatcher({
    hostname: 'w1',
    controlEndpoint: `tcp://127.0.0.1:${gateway.controlPort}`,
    logEndpoint: `tcp://127.0.0.1:${gateway.logPort}`,
    masterCertificateFile: join(directory, 'master.key'),
    secretCertificateFile: join(directory, 'w1.key_secret'),
    stateDir: join(directory, state),
    log,
    executorCommand: [process.execPath, join(directory, 'executor.mjs')],
    repeatMs: 300,
  });
  dispatchers.push(dispatcher);
  return dispatcher;
}

async function stop(dispatcher: Dispatcher, jobs: 'leave' | 'cancel'): Promise<void> {
  dispatchers = dispatchers.filter((other) => other !== dispatcher);
  await dispatcher.stop({ jobs });
}

function connect(): WireClient {
  const client = new WireClient('w1', keys, masterKey, gateway.controlPort, gateway.logPort);
  clients.push(client);
  return client;
}

async function run(id: number, job: object): Promise<void> {
  host.schedule('w1', id, { definition: JSON.stringify(job) });
  await until('it runs', () => host.job(id).state === 'running');
}

describe('a second dispatcher', () => {
  it('with an empty directory does not end the jobs of the first, is rejected, and is reported', async () => {
    await open('first');
    await run(1, { lines: 20, everyMs: 100 });
    await open('second');
    await until('rejected', () => rejected().length > 0);
    expect(host.job(1).state).toBe('running');
    expect(rejected()[0]?.fields).toMatchObject({
      worker: 'w1',
      reason: 'the dispatcher at 127.0.0.1 is connected as this worker',
    });
    expect(String(rejected()[0]?.fields['hint'])).toContain('lavaflow workers release w1');
    await until('the master reports it', () => host.conflicts.length > 0);
    expect(host.conflicts[0]).toMatch(/^another dispatcher at 127.0.0.1 is rejected: /);
    await until('it ends', () => host.job(1).state === 'ended');
    expect(host.job(1).log).toHaveLength(21);
    // However often the second one tries, it is reported once.
    expect(rejected()).toHaveLength(1);
  });

  it('with a copy of the directory is rejected, too', async () => {
    await open('first');
    await run(1, { lines: 10, everyMs: 100 });
    await mkdir(join(directory, 'copy'));
    for (const name of ['instance', 'jobs']) {
      await cp(join(directory, 'first', name), join(directory, 'copy', name), { recursive: true });
    }
    const copy = await open('copy');
    await until('rejected', () => rejected().length > 0);
    await stop(copy, 'leave');
    await until('it ends', () => host.job(1).state === 'ended');
    expect(host.job(1).end?.description).toBe('job: {}\n');
    expect(host.job(1).log).toHaveLength(11);
  });

  it('waits while a first one with jobs is away, which then continues', async () => {
    const first = await open('first');
    await run(1, { lines: 30, everyMs: 100 });
    await stop(first, 'leave');
    const second = await open('second');
    await until('rejected', () => rejected().length > 0);
    expect(rejected()[0]?.fields['reason']).toBe(
      'another dispatcher of this worker has not ended its jobs (1)',
    );
    expect(host.job(1).state).toBe('running');
    await stop(second, 'leave');
    await open('first');
    await until('it ends', () => host.job(1).state === 'ended');
    expect(host.job(1).log).toHaveLength(31);
  });

  it('takes over when the first one is gone and has no jobs', async () => {
    await stop(await open('first'), 'leave');
    await open('second');
    await run(1, {});
    await until('it ends', () => host.job(1).state === 'ended');
    expect(rejected()).toEqual([]);
  });
});

describe('a connection that is half-dead', () => {
  const agent = (instance: string, run: string) => ({ instance: instance.repeat(32), run: run.repeat(32) });

  it('does not keep its own process out: it gets in without a probe', async () => {
    const dead = connect();
    await dead.hello('lavaflow test', agent('a', '1'));
    await until('HELLO_OK', () => dead.has('HELLO_OK'));
    host.schedule('w1', 1);
    const again = connect();
    await again.hello('lavaflow test', agent('a', '1'));
    await until('HELLO_OK', () => again.has('HELLO_OK'));
    expect(dead.has('STATUS', '0')).toBe(false);
  });

  it('does not keep a restarted dispatcher out', async () => {
    const dead = connect();
    await dead.hello('lavaflow test', agent('a', '1'));
    await until('HELLO_OK', () => dead.has('HELLO_OK'));
    host.schedule('w1', 1);
    const restarted = connect();
    await restarted.hello('lavaflow test', agent('a', '2'));
    await until('HELLO_OK', () => restarted.has('HELLO_OK'));
    expect(dead.has('STATUS', '0')).toBe(true);
  });

  it('with jobs keeps others out, and without jobs it does not', async () => {
    const dead = connect();
    await dead.hello('lavaflow test', agent('a', '1'));
    await until('HELLO_OK', () => dead.has('HELLO_OK'));
    host.schedule('w1', 1);
    const other = connect();
    await other.hello('lavaflow test', agent('b', '1'));
    await until('REFUSED', () => other.has('REFUSED'));
    await other.send({ action: 'START_OK', jobId: 1 });
    await other.send({ action: 'END', jobId: 1, errors: '', description: new Uint8Array() });
    await other.hello('lavaflow test', agent('b', '1'));
    await until('REFUSED again', () => other.received.filter(([action]) => action === 'REFUSED').length >= 2);
    expect(host.job(1).state).toBe('scheduled');
    host.job(1).state = 'ended';
    await other.hello('lavaflow test', agent('b', '1'));
    await until('HELLO_OK', () => other.has('HELLO_OK'));
  });
});

it('a stock worker that is alive keeps another one out', async () => {
  const first = connect();
  await first.hello('2020.08');
  await until('HELLO_OK', () => first.has('HELLO_OK'));
  const second = connect();
  await second.hello('2020.08');
  await until('the probe', () => first.has('STATUS', '0'));
  await first.send({ action: 'END', jobId: 0, errors: '', description: new Uint8Array() });
  await until('the conflict', () => host.conflicts.length > 0);
  expect(second.has('HELLO_OK')).toBe(false);
});
