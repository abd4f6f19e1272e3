import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDispatcher, type Dispatcher, type DispatcherOptions } from '../../src/dispatcher/index.js';
import { startGateway, type Gateway } from '../support/master/gateway.js';
import { createCertificate, readPublicCertificate } from '../../src/wire/index.js';
import type { Log } from '../../src/diagnostics/index.js';
import { MemoryHost } from '../support/master/worker-host.js';
import { standInExecutor } from '../support/jobs/stand-in-executor.js';
import { patienceMs, until } from '../support/until.js';

let directory: string;
let host: MemoryHost;
let gateway: Gateway;
let dispatchers: Dispatcher[];
let said: string[];

const log: Log = { info: say, warn: say, error: say };
function say(fields: Readonly<Record<string, unknown>>, message: string): void {
  const { error } = fields;
  said.push(error instanceof Error ? `${message}: ${error.stack ?? error.message}` : message);
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lf-'));
  await createCertificate(directory, 'master');
  await writeFile(join(directory, 'executor.mjs'), standInExecutor);
  host = new MemoryHost();
  dispatchers = [];
  said = [];
  gateway = await openGateway();
});

afterEach(async () => {
  for (const dispatcher of dispatchers) await dispatcher.stop({ jobs: 'cancel', graceMs: 100 });
  await gateway.stop();
  await rm(directory, { recursive: true });
});

async function openGateway(controlPort = 0, logPort = 0): Promise<Gateway> {
  return await startGateway(host, {
    certificateFile: join(directory, 'master.key_secret'),
    log,
    address: '127.0.0.1',
    controlPort,
    logPort,
    temporaryDirectory: directory,
    repeatMs: 1000,
  });
}

async function open(hostname: string, options: Partial<DispatcherOptions> = {}): Promise<Dispatcher> {
  const key = join(directory, hostname);
  if (!(await readdir(directory)).includes(`${hostname}.key`)) {
    await createCertificate(directory, hostname);
    host.admit(hostname, (await readPublicCertificate(`${key}.key`)).publicKey);
  }
  const dispatcher = await startDispatcher({
    hostname,
    controlEndpoint: `tcp://127.0.0.1:${gateway.controlPort}`,
    logEndpoint: `tcp://127.0.0.1:${gateway.logPort}`,
    masterCertificateFile: join(directory, 'master.key'),
    secretCertificateFile: `${key}.key_secret`,
    stateDir: join(directory, `state-${hostname}`),
    log,
    executorCommand: [process.execPath, join(directory, 'executor.mjs')],
    repeatMs: 1000,
    ...options,
  });
  dispatchers.push(dispatcher);
  return dispatcher;
}

async function leave(dispatcher: Dispatcher): Promise<void> {
  dispatchers = dispatchers.filter((other) => other !== dispatcher);
  await dispatcher.stop({ jobs: 'leave' });
}

function schedule(id: number, job: Record<string, unknown>, env = ''): void {
  host.schedule('w1', id, { definition: JSON.stringify(job), env });
}

async function untilEnded(id: number, timeoutMs = patienceMs): Promise<void> {
  await until(`job ${id} ended`, () => host.job(id).state === 'ended', timeoutMs).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${said.join('\n')}`);
  });
}

/** The messages of a job's log, and the result in its last line. */
function logOf(id: number): { messages: unknown[]; result: Record<string, unknown> } {
  const entries = host.job(id).log.map((line) => JSON.parse(line) as { msg: unknown });
  return { messages: entries.map(({ msg }) => msg), result: entries.at(-1)?.msg as Record<string, unknown> };
}

function lines(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `line ${index}`);
}

async function jobDirectories(): Promise<string[]> {
  return await readdir(join(directory, 'state-w1', 'jobs'));
}

async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null);
  return status !== null && !/\) [ZX] /.test(status);
}

async function childrenOf(id: number): Promise<number[]> {
  const named = (): string | undefined =>
    logOf(id).messages.find((message): message is string => String(message).startsWith('children '));
  await until('children named', () => host.job(id).log.length > 0 && named() !== undefined);
  return (named() ?? '').split(' ').slice(1).map(Number);
}

describe('a job', () => {
  it('runs to END over CURVE, its log complete, and leaves nothing', async () => {
    await open('w1');
    schedule(1, { lines: 500, errors: 'a warning\n' });
    await untilEnded(1);
    expect(logOf(1).messages.slice(0, -1)).toEqual(lines(500));
    expect(logOf(1).result).toEqual({ definition: 'lava', case: 'job', result: 'pass' });
    expect(host.job(1).end).toEqual({ errors: 'a warning\n', description: 'job: {}\n' });
    await until('directory removed', async () => (await jobDirectories()).length === 0);
  });

  it('streams its log while it runs', async () => {
    await open('w1');
    schedule(1, { lines: 1, then: 'hang' });
    await until('first line', () => host.job(1).log.length === 1);
    expect(host.job(1).state).toBe('running');
  });

  it('gets the environment that env.yaml and the dispatcher make', async () => {
    await open('w1', { path: ['/opt/lavaflow'], env: { ADDED: 'by-us' } });
    schedule(1, { showVariable: 'PATH' }, 'purge: true\noverrides: {PATH: /bin}\n');
    schedule(2, { showVariable: 'ADDED' });
    schedule(3, {}, 'overrides: [1]\n');
    await Promise.all([1, 2, 3].map((id) => untilEnded(id)));
    expect(logOf(1).messages[0]).toBe('PATH=/opt/lavaflow:/bin');
    expect(logOf(2).messages[0]).toBe('ADDED=by-us');
    expect(logOf(3).result).toMatchObject({ result: 'fail', error_type: 'Configuration' });
  });

  it('is cancelled by SIGTERM, and its children end with it', async () => {
    await open('w1');
    schedule(1, { leaveChildren: true, then: 'hang' });
    const children = await childrenOf(1);
    expect(await Promise.all(children.map(isRunning))).toEqual([true, true, true]);
    host.cancel(1);
    await untilEnded(1);
    expect(logOf(1).result).toMatchObject({ result: 'fail', error_type: 'Canceled' });
    expect(await Promise.all(children.map(isRunning))).toEqual([false, false, false]);
  });

  it('is killed when it does not mind SIGTERM', async () => {
    await open('w1', { termAgainAfterMs: 200, killAfterMs: 600 });
    schedule(1, { leaveChildren: true, then: 'ignore-term' });
    const children = await childrenOf(1);
    host.cancel(1);
    await untilEnded(1);
    expect(logOf(1).result).toMatchObject({ result: 'fail', error_type: 'Canceled' });
    expect(await Promise.all(children.map(isRunning))).toEqual([false, false, false]);
  });

  it('is Incomplete when its executor dies without a result', async () => {
    await open('w1');
    schedule(1, { lines: 3, leaveChildren: true, then: 'die' });
    await untilEnded(1);
    expect(logOf(1).messages.slice(1, -1)).toEqual(lines(3));
    expect(logOf(1).result).toMatchObject({
      definition: 'lava',
      case: 'job',
      result: 'fail',
      error_type: 'Infrastructure',
      error_msg: "The job's executor ended without a result (SIGKILL)",
    });
    expect(await Promise.all((await childrenOf(1)).map(isRunning))).toEqual([false, false, false]);
  });

  it('is Incomplete when its executor cannot be started', async () => {
    await open('w1', { executorCommand: ['/nonexistent/executor'] });
    schedule(1, {});
    await untilEnded(1);
    expect(logOf(1).result).toMatchObject({ result: 'fail', error_type: 'Infrastructure' });
    expect(host.job(1).end?.errors).toContain('/nonexistent/executor');
  });

  it('that nobody knows is ended when the master asks for it', async () => {
    await open('w1');
    schedule(1, {});
    host.job(1).state = 'running';
    schedule(2, {});
    host.job(2).state = 'running';
    host.cancel(2);
    await untilEnded(1);
    await untilEnded(2);
    expect(host.job(1).end).toEqual({ errors: '', description: '' });
  });
});

describe('a dispatcher that stops and starts', () => {
  it('leaves its jobs running and resumes them', async () => {
    const first = await open('w1');
    schedule(1, { lines: 200, everyMs: 10 });
    await until('some lines', () => host.job(1).log.length > 20);
    await leave(first);
    await open('w1');
    await untilEnded(1);
    expect(logOf(1).messages.slice(0, -1)).toEqual(lines(200));
  });

  it('ends a job that died while nobody looked', async () => {
    const first = await open('w1');
    schedule(1, { leaveChildren: true, then: 'hang' });
    const [executor = 0, ...others] = await childrenOf(1);
    await leave(first);
    process.kill(executor, 'SIGKILL');
    await open('w1');
    await untilEnded(1);
    expect(logOf(1).result).toMatchObject({ error_type: 'Infrastructure' });
    expect(await Promise.all(others.map(isRunning))).toEqual([false, false]);
  });

  it('cancels its jobs when it is told to, and reports them', async () => {
    const dispatcher = await open('w1');
    schedule(1, { leaveChildren: true, then: 'hang' });
    schedule(2, { then: 'ignore-term', leaveChildren: true });
    const children = [...(await childrenOf(1)), ...(await childrenOf(2))];
    dispatchers = [];
    await dispatcher.stop({ jobs: 'cancel', graceMs: 500 });
    expect([host.job(1).state, host.job(2).state]).toEqual(['ended', 'ended']);
    expect(logOf(2).result).toMatchObject({ error_type: 'Canceled' });
    expect((await Promise.all(children.map(isRunning))).filter(Boolean)).toEqual([]);
    expect(await jobDirectories()).toEqual([]);
  });

  it('has its state directory for itself', async () => {
    await open('w1');
    await expect(open('w1')).rejects.toThrow(/process [0-9]+ uses it/);
  });
});

it('waits for its certificate to be applied, and then works without a restart', async () => {
  await createCertificate(directory, 'w1');
  await open('w1', { repeatMs: 300 });
  await until('said', () =>
    said.some((message) => message.startsWith('the master does not admit this worker')),
  );
  schedule(1, { lines: 1 });
  host.admit('w1', (await readPublicCertificate(join(directory, 'w1.key'))).publicKey);
  await untilEnded(1);
});

it('goes on when the master was away', async () => {
  await open('w1');
  schedule(1, { lines: 400, everyMs: 5 });
  await until('some lines', () => host.job(1).log.length > 20);
  const { controlPort, logPort } = gateway;
  await gateway.stop();
  gateway = await openGateway(controlPort, logPort);
  await untilEnded(1);
  expect(logOf(1).messages.slice(0, -1)).toEqual(lines(400));
});
