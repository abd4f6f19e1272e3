/** `kill -9` of the master during jobs: nothing that was acknowledged is lost, and every job comes to an end. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { curveKeyPair } from 'zeromq';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { definition, jobResult, smallLab, textLine } from '../../support/master/core.js';
import { startKillable, type Killable } from '../../support/processes/killable.js';
import { until } from '../../support/until.js';
import { WireClient } from '../../support/master/wire-client.js';

const program = `
const options = JSON.parse(process.argv[2]);
const { startMaster } = await import(options.dist + '/master/index.js');
const port = { host: '127.0.0.1', port: 0 };
const say = (fields, message) => console.error(message, fields);
const log = { info: say, warn: say, error: say };
const { stop, ...ready } = await startMaster({ ...options, http: port, control: port, logs: port, log });
console.log(JSON.stringify(ready));
`;

const workerKeys = curveKeyPair();
let directory: string;
let master: Killable;
let client: WireClient;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lavaflow-kill-'));
  await startUp();
  const certificate = `metadata\ncurve\n    public-key = "${workerKeys.publicKey}"\n`;
  const changes = smallLab.map((change) =>
    change.kind === 'worker' ? { ...change, fields: { certificate } } : change,
  );
  const body = { repository: 'lab', revision: 'r1', fingerprint: 'f1', changes };
  expect((await call('POST', '/api/lavaflow/v1/revisions', 'reconciler', body)).status).toBe(200);
  await connect();
});
afterEach(async () => {
  client.close();
  await master.kill();
  rmSync(directory, { recursive: true, force: true });
});

async function startUp(): Promise<void> {
  master = await startKillable(directory, 'master', program, { stateDir: join(directory, 'state') });
}

async function connect(): Promise<void> {
  const port = (name: string) => Number(new URL(String(master.ready[name])).port);
  const certificate = readFileSync(String(master.ready['certificateFile']), 'utf8');
  const masterKey = /public-key = "(.*)"/.exec(certificate)?.[1] ?? '';
  client = new WireClient('w1', workerKeys, masterKey, port('controlEndpoint'), port('logEndpoint'));
  await client.hello();
  await until('HELLO_OK', () => client.has('HELLO_OK'));
}

async function crash(): Promise<void> {
  await master.kill();
  client.close();
  await startUp();
  await connect();
}

async function call(method: string, path: string, role: 'admin' | 'reconciler', body?: unknown) {
  const token = readFileSync(String(master.ready[`${role}TokenFile`]), 'utf8').trim();
  const headers = { authorization: `Token ${token}`, 'content-type': 'application/json' };
  return fetch(`${String(master.ready['url'])}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function job(id: number): Promise<Readonly<Record<string, unknown>>> {
  return (await (await call('GET', `/api/v0.2/jobs/${id}/`, 'admin')).json()) as Record<string, unknown>;
}
async function logOf(id: number): Promise<string[]> {
  const text = await (await call('GET', `/api/v0.2/jobs/${id}/logs/`, 'admin')).text();
  return text.split('\n').flatMap((line) => (line === '' ? [] : [line.replace(/^- /, '')]));
}
async function submit(): Promise<void> {
  expect((await call('POST', '/api/v0.2/jobs/', 'admin', { definition })).status).toBe(201);
}
function acknowledged(id: number): number {
  const counts = client.received.filter(([action, job]) => action === 'LOG_OK' && job === String(id));
  return Math.max(0, ...counts.map((frames) => Number(frames[2])));
}

test('a running job continues where its log was acknowledged', async () => {
  await submit();
  await until('START', () => client.has('START', '1'));
  await client.send({ action: 'START_OK', jobId: 1 });
  const lines = Array.from({ length: 400 }, (_item, index) => textLine(`line ${index}`));
  let sent = 0;
  for (const killAt of [100, 250]) {
    for (; sent < killAt; sent += 1) await client.log({ jobId: 1, line: lines[sent] ?? '', index: sent });
    // In the middle of the job: some lines are stored, some are not.
    await until('some lines are stored', () => acknowledged(1) > 0);
    const stored = acknowledged(1);
    await crash();
    const log = await logOf(1);
    expect(log.length).toBeGreaterThanOrEqual(stored);
    expect(log).toEqual(lines.slice(0, log.length));
    await until('STATUS', () => client.has('STATUS', '1'));
    await client.send({ action: 'START_OK', jobId: 1 });
    sent = stored;
  }
  for (; sent < lines.length; sent += 1) await client.log({ jobId: 1, line: lines[sent] ?? '', index: sent });
  await client.log({ jobId: 1, line: jobResult('pass'), index: lines.length });
  await until('all lines are stored', () => acknowledged(1) === lines.length + 1);
  expect(await logOf(1)).toEqual([...lines, jobResult('pass')]);
  expect(await job(1)).toMatchObject({ state: 'Running', lavaflow_revision: 'r1' });
  await client.send({ action: 'END', jobId: 1, errors: '', description: new Uint8Array() });
  await until('END_OK', () => client.has('END_OK', '1'));
  expect(await job(1)).toMatchObject({ state: 'Finished', health: 'Complete' });
});

test('a job that was not yet started is started', async () => {
  await submit();
  await until('START', () => client.has('START', '1'));
  await crash();
  await until('START again', () => client.has('START', '1'));
  expect(client.received.find(([action]) => action === 'START')?.[3]).toBe(
    'parameters:\n  board: one\n  arch: amd64',
  );
});

test('a job that was being canceled is canceled', async () => {
  await submit();
  await until('START', () => client.has('START', '1'));
  await client.send({ action: 'START_OK', jobId: 1 });
  await until('it runs', async () => (await job(1))['state'] === 'Running');
  await call('GET', '/api/v0.2/jobs/1/cancel/', 'admin');
  await crash();
  await until('CANCEL', () => client.has('CANCEL', '1'));
  await client.log({ jobId: 1, line: jobResult('fail', 'Canceled'), index: 0 });
  await until('the line is stored', () => acknowledged(1) === 1);
  await client.send({ action: 'END', jobId: 1, errors: '', description: new Uint8Array() });
  await until('it is Canceled', async () => (await job(1))['health'] === 'Canceled');
});

test('a job that its worker lost meanwhile becomes Incomplete, and its device is checked', async () => {
  await submit();
  await until('START', () => client.has('START', '1'));
  await client.send({ action: 'START_OK', jobId: 1 });
  await until('it runs', async () => (await job(1))['state'] === 'Running');
  await crash();
  await until('STATUS', () => client.has('STATUS', '1'));
  await client.send({ action: 'END', jobId: 1, errors: '', description: new Uint8Array() });
  await until('it is Finished', async () => (await job(1))['state'] === 'Finished');
  expect(await job(1)).toMatchObject({ health: 'Incomplete', error_type: 'Infrastructure' });
});

test('an acknowledged submission is in the queue', async () => {
  client.close();
  for (let index = 0; index < 20; index += 1) await submit();
  await master.kill();
  await startUp();
  const { count } = (await (await call('GET', '/api/v0.2/jobs/', 'admin')).json()) as { count: number };
  expect(count).toBe(20);
});
