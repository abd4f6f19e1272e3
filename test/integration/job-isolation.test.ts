/** What a job cannot reach, and that nothing of it outlives it, whatever it does to hide. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from '../../src/diagnostics/index.js';
import { chooseIsolation, startDispatcher, type Dispatcher } from '../../src/dispatcher/index.js';
import { findUsableCgroup } from '../../src/host/index.js';
import { isolatedCommand } from '../../src/dispatcher/isolation/isolation.js';
import { createCertificate, readPublicCertificate } from '../../src/wire/index.js';
import { startGateway, type Gateway } from '../support/master/gateway.js';
import { MemoryHost } from '../support/master/worker-host.js';
import { until } from '../support/until.js';

const isRoot = process.getuid?.() === 0;
const log: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * An executor that a job has taken over. Its job.yaml is JSON: `read` lists files to read, `seconds` marks the processes
 * that it leaves, `hold` keeps it running.
 */
const hostileExecutor = `
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
const dir = process.argv[process.argv.indexOf('--dir') + 1];
const job = JSON.parse(fs.readFileSync(dir + '/job.yaml', 'utf8'));
const say = (lvl, msg) => fs.appendFileSync(dir + '/output.yaml', JSON.stringify({ dt: '2026-01-01T00:00:00', lvl, msg }) + '\\n');
const attempt = (name, work) => {
  try { say('info', name + ': ' + String(work() ?? 'done')); } catch (error) { say('info', name + ': ' + error.code); }
};
say('info', 'user: ' + process.getuid() + ' ' + process.getgroups().includes(0));
for (const file of job.read ?? []) attempt('read ' + file, () => fs.readFileSync(file, 'utf8'));
attempt('list ' + dir + '/..', () => fs.readdirSync(dir + '/..'));
attempt('processes', () => fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).length);
for (const name of ['agent.json', 'output.yaml', 'stage', 'job.yaml']) attempt('delete ' + name, () => fs.unlinkSync(dir + '/' + name));
attempt('signal', () => process.kill(job.dispatcher ?? 1, 0));
if (job.link) fs.symlinkSync(job.link, dir + '/description.yaml');
if (job.seconds) {
  // Neither the environment, nor the process group, nor the parent leads back to the job.
  execFileSync('sh', ['-c', 'env -i setsid sh -c "sleep ' + job.seconds + ' & sleep ' + job.seconds + ' &" >/dev/null 2>&1 &']);
}
say('info', 'ready');
if (job.hold) await new Promise((resolve) => setTimeout(resolve, 1e6));
const verdict = { definition: 'lava', case: 'job', result: 'pass' };
say('results', verdict);
fs.writeFileSync(dir + '/result.yaml', JSON.stringify(verdict));
`;

let directory: string;
let host: MemoryHost;
let gateway: Gateway;
let dispatcher: Dispatcher | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lf-'));
  await chmod(directory, 0o755);
  await createCertificate(directory, 'master');
  await createCertificate(directory, 'w1');
  await writeFile(join(directory, 'executor.mjs'), hostileExecutor);
  await writeFile(join(directory, 'secret'), 'secret', { mode: 0o600 });
  host = new MemoryHost();
  host.admit('w1', (await readPublicCertificate(join(directory, 'w1.key'))).publicKey);
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
  await dispatcher?.stop({ jobs: 'cancel', graceMs: 100 });
  dispatcher = undefined;
  await gateway.stop();
  await rm(directory, { recursive: true });
});

async function start(hasNamespaces: boolean, jobUser: string | null = null): Promise<readonly string[]> {
  const stateDir = join(directory, 'state');
  const { isolationOf, warnings } = await chooseIsolation({
    jobUser,
    hasNamespaces,
    stateDir,
    boards: null,
    files: [join(directory, 'executor.mjs')],
  });
  dispatcher = await startDispatcher({
    hostname: 'w1',
    controlEndpoint: `tcp://127.0.0.1:${gateway.controlPort}`,
    logEndpoint: `tcp://127.0.0.1:${gateway.logPort}`,
    masterCertificateFile: join(directory, 'master.key'),
    secretCertificateFile: join(directory, 'w1.key_secret'),
    stateDir,
    log,
    executorCommand: [process.execPath, join(directory, 'executor.mjs')],
    isolationOf,
    repeatMs: 1000,
  });
  return warnings;
}

function schedule(id: number, job: Record<string, unknown>): void {
  host.schedule('w1', id, { definition: JSON.stringify(job) });
}

function messagesOf(id: number): unknown[] {
  return host.job(id).log.map((line) => (JSON.parse(line) as { msg: unknown }).msg);
}

async function untilSaid(id: number, what: string): Promise<void> {
  await until(`job ${id}: ${what}`, () => messagesOf(id).includes(what));
}

/** Processes that sleep for this many seconds. */
async function sleepers(seconds: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')),
  );
  return lines.filter((line) => line === `sleep\0${seconds}\0`).length;
}

describe.skipIf(!isRoot)('a job of a dispatcher that runs as root', () => {
  it('reads and changes nothing of the dispatcher, of other jobs and of root', async () => {
    expect(await start(true)).toEqual([]);
    schedule(1, { hold: true });
    await untilSaid(1, 'ready');
    const state = join(directory, 'state/jobs');
    const read = [
      join(directory, 'w1.key_secret'),
      join(directory, 'secret'),
      join(state, '1/job.yaml'),
      join(state, '2/agent.json'),
      join(state, '2/env.yaml'),
      `/proc/${process.pid}/environ`,
      '/etc/shadow',
    ];
    schedule(2, { read, dispatcher: process.pid, link: join(directory, 'secret') });
    await until('ended', () => host.job(2).state === 'ended');
    const said = messagesOf(2);
    expect(said).toContain('user: 1900000003 false');
    expect(said).toEqual(
      expect.arrayContaining([
        ...read.map((file): unknown =>
          expect.stringMatching(`^read ${file.replaceAll('.', '\\.')}: (?:EACCES|ENOENT)$`),
        ),
        ...['agent.json', 'output.yaml', 'stage', 'job.yaml'].map((name) => `delete ${name}: EPERM`),
        expect.stringMatching(/\/\.\.: EACCES$/),
        expect.stringMatching(/^processes: [1-9]$/),
        expect.stringMatching(/^signal: E/),
      ]),
    );
    expect(host.job(2).end?.description).toBe('');
    expect((await stat(join(directory, 'state'))).mode & 0o777).toBe(0o710);
  });

  it.each([
    ['with namespaces', true, 86_001],
    ['by its user, without namespaces', false, 86_002],
  ])('leaves no process, %s', async (_, hasNamespaces, seconds) => {
    await start(hasNamespaces);
    schedule(1, { seconds });
    await until('ended', () => host.job(1).state === 'ended');
    expect(messagesOf(1)).toContain('ready');
    expect(await sleepers(seconds)).toBe(0);
  });

  it('leaves no process when it is cancelled', async () => {
    await start(true);
    schedule(1, { seconds: 86_003, hold: true });
    await untilSaid(1, 'ready');
    await until('hidden processes', async () => (await sleepers(86_003)) === 2, 30_000);
    await dispatcher?.stop({ jobs: 'cancel', graceMs: 100 });
    dispatcher = undefined;
    expect(await sleepers(86_003)).toBe(0);
  });
});

const cgroup = await findUsableCgroup();

describe.skipIf(!isRoot || cgroup === null)(
  'a job in a cgroup, as a user of several jobs, without namespaces',
  () => {
    // Other labs of this machine may be in the same group.
    const groups = async () => {
      const mark = createHash('sha256').update(join(directory, 'state')).digest('hex').slice(0, 8);
      return (await readdir(cgroup ?? '')).filter((name) => name.startsWith(`lavaflow-job-${mark}-`));
    };

    it('leaves no process and no group', async () => {
      await start(false, 'nobody');
      schedule(1, { seconds: 86_005 });
      await until('ended', () => host.job(1).state === 'ended', 60_000);
      expect(messagesOf(1)).toContain('ready');
      expect(await sleepers(86_005)).toBe(0);
      expect(await groups()).toEqual([]);
    });

    it('leaves none when it is cancelled', async () => {
      await start(false, 'nobody');
      schedule(1, { seconds: 86_006, hold: true });
      await untilSaid(1, 'ready');
      await until('hidden processes', async () => (await sleepers(86_006)) === 2, 30_000);
      expect(await groups()).toHaveLength(1);
      await dispatcher?.stop({ jobs: 'cancel', graceMs: 100 });
      dispatcher = undefined;
      expect(await sleepers(86_006)).toBe(0);
      expect(await groups()).toEqual([]);
    });
  },
);

/** A user without privileges, if this test has them. */
const asNobody = isRoot
  ? ['setpriv', '--reuid=1999999999', '--regid=1999999999', '--clear-groups', '--']
  : [];

describe('a job of a dispatcher without privileges', () => {
  it('leaves no process, if the machine allows user namespaces', async () => {
    const escape =
      'env -i setsid sh -c "sleep 86004 & sleep 86004 &" >/dev/null 2>&1 & ls /proc; sleep 0.3; exit 7';
    const line = isolatedCommand(['sh', '-c', escape], { user: null, namespaces: 'user' });
    const [program = '', ...words] = [...asNobody, ...line];
    const child = spawn(program, words, { cwd: '/', stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.stdin.end('go\n');
    const [code] = (await once(child, 'close')) as [number];
    if (errors.includes('unshare failed')) return; // the kernel does not allow it
    expect(code).toBe(7);
    expect(output).not.toMatch(new RegExp(`^${process.pid}$`, 'm'));
    expect(await sleepers(86_004)).toBe(0);
  });
});
