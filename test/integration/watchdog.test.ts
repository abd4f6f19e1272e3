/**
 * Whatever happens to the executor, the job ends with a reason, after its board was powered off with the commands of the
 * device: a blocked event loop, SIGSTOP, a crash, SIGKILL, a full disk. The real executor runs; its board is a shell.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startDispatcher, type Dispatcher, type DispatcherOptions } from '../../src/dispatcher/index.js';
import type { Log } from '../../src/diagnostics/index.js';
import { createCertificate, readPublicCertificate } from '../../src/wire/index.js';
import { boardDevice, readLog, summarize } from '../support/jobs/executor.js';
import { startGateway, type Gateway } from '../support/master/gateway.js';
import { MemoryHost } from '../support/master/worker-host.js';
import { bundlePrograms, type Programs } from '../support/processes/programs.js';
import { until } from '../support/until.js';

const executorSource = 'src/executor/main.ts';
const ownUserIsRoot = process.getuid?.() === 0;

let programs: Programs;
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

beforeAll(async () => {
  programs = await bundlePrograms([executorSource]);
});
afterAll(() => {
  programs.remove();
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lf-'));
  await createCertificate(directory, 'master');
  await createCertificate(directory, 'w1');
  await mkdir(join(directory, 'state'));
  host = new MemoryHost();
  host.admit('w1', (await readPublicCertificate(join(directory, 'w1.key'))).publicKey);
  dispatchers = [];
  said = [];
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
  for (const dispatcher of dispatchers) await dispatcher.stop({ jobs: 'cancel', graceMs: 100 });
  await gateway.stop();
  await rm(directory, { recursive: true });
});

async function open(options: Partial<DispatcherOptions> = {}): Promise<Dispatcher> {
  const dispatcher = await startDispatcher({
    hostname: 'w1',
    controlEndpoint: `tcp://127.0.0.1:${gateway.controlPort}`,
    logEndpoint: `tcp://127.0.0.1:${gateway.logPort}`,
    masterCertificateFile: join(directory, 'master.key'),
    secretCertificateFile: join(directory, 'w1.key_secret'),
    stateDir: join(directory, 'state'),
    log,
    executorCommand: executor(),
    repeatMs: 1000,
    graceMs: 300,
    ...options,
  });
  dispatchers.push(dispatcher);
  return dispatcher;
}

async function leave(dispatcher: Dispatcher): Promise<void> {
  dispatchers = dispatchers.filter((other) => other !== dispatcher);
  await dispatcher.stop({ jobs: 'leave' });
}

/** The command of the real executor. `setup` is code that runs in it first. */
function executor(setup = ''): readonly string[] {
  const preload = setup === '' ? [] : ['--import', `data:text/javascript,${encodeURIComponent(setup)}`];
  return [process.execPath, ...preload, programs.fileOf(executorSource)];
}

/** Code that does something when the executor is connected to its board, but not while it powers off the board. */
function whenConnected(what: string): string {
  return `import { existsSync } from 'node:fs';
if (!process.argv.includes('--power-off')) {
  const timer = setInterval(() => {
    if (!existsSync('${file('connected')}')) return;
    clearInterval(timer);
    ${what}
  }, 20);
  timer.unref();
}`;
}

function file(name: string): string {
  return join(directory, name);
}

/** A job that waits for a prompt that never comes, and its device, whose power commands write to files. */
function schedule(id: number, { jobSeconds = 60, powerOff = appends('off'), undo = '' } = {}): void {
  const users = {
    relay: { do: `sh -c "echo closed >> ${file('power')}"`, undo },
  };
  const device = boardDevice({
    connect: `sh -c "echo $$ > ${file('connected')}; while sleep 0.1; do echo tick; done"`,
    power_off: powerOff,
    hard_reset: `sh -c "echo on >> ${file('power')}"`,
    users,
  });
  const definition = `job_name: test
device_type: board
visibility: public
timeouts: {job: {seconds: ${jobSeconds}}, action: {seconds: ${jobSeconds}}, connection: {seconds: ${jobSeconds}}}
actions:
${undo === '' ? '' : '- command: {name: relay}\n'}- boot: {method: minimal, prompts: ["never"]}
`;
  // The disk of these tests is small.
  const dispatcher = 'lavaflow: {limits: {free_disk_mib: 0}}';
  host.schedule('w1', id, { definition, device: JSON.stringify(device), dispatcher });
}

function appends(word: string): string {
  return `sh -c "echo ${word} >> ${file('power')}"`;
}

/** A command whose first run hangs. */
function hangsOnce(word = 'off'): string {
  const tried = file('tried');
  return `sh -c "test -e ${tried} || { touch ${tried}; exec sleep 1000; }; echo ${word} >> ${file('power')}"`;
}

async function untilConnected(): Promise<void> {
  await within('connected', () => existsSync(file('connected')) && power().endsWith('on\n'));
}

async function untilEnded(id: number): Promise<void> {
  await within(`job ${id} ended`, () => host.job(id).state === 'ended');
}

async function within(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  await until(what, condition).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${said.join('\n')}`);
  });
}

function jobFile(id: number, name: string): string {
  return join(directory, 'state/jobs', String(id), name);
}

function executorPid(id: number): number {
  const { process: leader } = JSON.parse(readFileSync(jobFile(id, 'executor.json'), 'utf8')) as {
    process: { pid: number };
  };
  return leader.pid;
}

function watchdogPid(id: number): number {
  const { watchdog } = JSON.parse(readFileSync(jobFile(id, 'agent.json'), 'utf8')) as {
    watchdog: { pid: number };
  };
  return watchdog.pid;
}

function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

/** What the power commands have done so far. */
function power(): string {
  return existsSync(file('power')) ? readFileSync(file('power'), 'utf8') : '';
}

/** The last line of the log, and the last two results in short. */
function endOf(id: number): { last: string[]; reason: unknown } {
  const { results } = readLog(host.job(id).log.join('\n'));
  return { last: summarize(results).slice(-2), reason: results.at(-1)?.['error_msg'] };
}

/** Whether the end of the job counts as the result of a health check. */
function isResultOfBoard(id: number): boolean {
  return !host.job(id).log.at(-1)?.includes('reported_by');
}

const offAndInfrastructure = ['lava power-off pass', 'lava job fail Infrastructure'];

describe('the board is powered off and the job has a reason when its executor', () => {
  it('is killed', async () => {
    await open();
    schedule(1);
    await untilConnected();
    const connection = Number(readFileSync(file('connected'), 'utf8'));
    process.kill(executorPid(1), 'SIGKILL');
    await untilEnded(1);
    expect(power()).toBe('on\noff\n');
    expect(endOf(1)).toEqual({
      last: offAndInfrastructure,
      reason: "The job's executor ended without a result (SIGKILL). The board was powered off",
    });
    expect(isRunning(connection)).toBe(false);
    expect(isResultOfBoard(1)).toBe(false);
  });

  it('is killed, and what its commands did is undone', async () => {
    await open();
    schedule(1, { undo: appends('open') });
    await untilConnected();
    process.kill(executorPid(1), 'SIGKILL');
    await untilEnded(1);
    expect(power()).toBe('closed\non\noff\nopen\n');
    expect(endOf(1).last).toEqual(offAndInfrastructure);
  });

  it('is killed, and what its commands did is undone even if the board cannot be powered off', async () => {
    await open();
    schedule(1, { undo: appends('open'), powerOff: 'false' });
    await untilConnected();
    process.kill(executorPid(1), 'SIGKILL');
    await untilEnded(1);
    expect(power()).toBe('closed\non\nopen\n');
    expect(endOf(1).reason).toContain('The board could not be powered off');
  });

  it('is stopped by a signal', async () => {
    await open();
    schedule(1, { jobSeconds: 1 });
    await untilConnected();
    process.kill(executorPid(1), 'SIGSTOP');
    await untilEnded(1);
    expect(power()).toBe('on\noff\n');
    expect(endOf(1)).toEqual({
      last: offAndInfrastructure,
      reason:
        "The job did not end within 1 seconds, because the job's executor does not respond: its watchdog ended it. The board was powered off",
    });
    expect(isResultOfBoard(1)).toBe(true);
  });

  it('has a blocked event loop', async () => {
    await open({ executorCommand: executor(whenConnected('for (;;);')) });
    schedule(1, { jobSeconds: 1 });
    await untilEnded(1);
    expect(power()).toBe('on\noff\n');
    expect(endOf(1).last).toEqual(offAndInfrastructure);
    expect(endOf(1).reason).toContain('does not respond');
  });

  it('crashes', async () => {
    await open({ executorCommand: executor(whenConnected("throw new Error('a bug');")) });
    schedule(1);
    await untilEnded(1);
    expect(power()).toBe('on\noff\n');
    expect(endOf(1)).toEqual({
      last: offAndInfrastructure,
      reason: "The job's executor ended without a result (exit code 1). The board was powered off",
    });
    expect(host.job(1).end?.errors).toContain('a bug');
  });

  it('ignores that the job was canceled', async () => {
    const deaf = whenConnected("process.removeAllListeners('SIGTERM').on('SIGTERM', () => {});");
    await open({ executorCommand: executor(deaf), termAgainAfterMs: 100, killAfterMs: 300 });
    schedule(1);
    await untilConnected();
    host.cancel(1);
    await untilEnded(1);
    expect(power()).toMatch(/^on\n(off\n)+$/);
    expect(endOf(1).last).toEqual(['lava power-off pass', 'lava job fail Canceled']);
  });
});

describe('a watchdog', () => {
  it('works while no dispatcher runs', async () => {
    const first = await open();
    schedule(1, { jobSeconds: 1 });
    await untilConnected();
    process.kill(executorPid(1), 'SIGSTOP');
    await leave(first);
    await within('off', () => power() === 'on\noff\n');
    await open();
    await untilEnded(1);
    expect(power()).toBe('on\noff\n');
    expect(endOf(1).last).toEqual(offAndInfrastructure);
  });

  it('that is killed is started again, and follows the same executor', async () => {
    await open();
    schedule(1, { jobSeconds: 3 });
    await untilConnected();
    const leader = executorPid(1);
    process.kill(watchdogPid(1), 'SIGKILL');
    await within('another watchdog', () => isRunning(watchdogPid(1)));
    expect(executorPid(1)).toBe(leader);
    await untilEnded(1);
    expect(power()).toBe('on\noff\n');
    expect(endOf(1).last).toEqual(['lava power-off pass', 'lava job fail Job']);
    expect(endOf(1).reason).toContain('timed out after');
  });

  it('that is killed with its executor and its dispatcher leaves the board to the next dispatcher', async () => {
    const first = await open();
    schedule(1);
    await untilConnected();
    await leave(first);
    for (const pid of [watchdogPid(1), executorPid(1)]) process.kill(pid, 'SIGKILL');
    await open();
    await untilEnded(1);
    expect(power()).toBe('on\noff\n');
    expect(endOf(1).last).toEqual(offAndInfrastructure);
  });

  it('that is killed while it powers off the board does so again', async () => {
    await open();
    schedule(1, { powerOff: hangsOnce() });
    await untilConnected();
    process.kill(executorPid(1), 'SIGKILL');
    await within('tried', () => existsSync(file('tried')));
    process.kill(watchdogPid(1), 'SIGKILL');
    await untilEnded(1);
    expect(power()).toBe('on\noff\n');
    expect(endOf(1).last).toEqual(offAndInfrastructure);
  });

  it('powers off a board if a second cancellation interrupts its executor in that', async () => {
    await open({ termAgainAfterMs: 500 });
    schedule(1, { powerOff: hangsOnce() });
    await untilConnected();
    host.cancel(1);
    await untilEnded(1);
    expect(power()).toBe('on\noff\n');
    expect(endOf(1).last).toEqual(['lava power-off pass', 'lava job fail Canceled']);
  });

  it('undoes commands if a second cancellation interrupts its executor in that', async () => {
    await open();
    schedule(1, { undo: hangsOnce('open') });
    await untilConnected();
    host.cancel(1);
    await within('tried', () => existsSync(file('tried')));
    process.kill(executorPid(1), 'SIGTERM');
    await untilEnded(1);
    expect(power()).toBe('closed\non\noff\noff\nopen\n');
    expect(endOf(1).last).toEqual(['lava power-off pass', 'lava job fail Canceled']);
  });

  it('does not touch a board whose job has a result', async () => {
    // Like an executor that is killed between its last line and its last file.
    const program = file('executor.mjs');
    await writeFile(
      program,
      `import fs from 'node:fs';
if (process.argv.includes('--power-off')) fs.writeFileSync('${file('power')}', 'off');
fs.writeFileSync('stage', 'finalizing 1 1000000000'.padEnd(64));
const result = { definition: 'lava', case: 'job', result: 'pass' };
fs.appendFileSync('output.yaml', JSON.stringify({ dt: '2026-01-01T00:00:00', lvl: 'results', msg: result }) + '\\n');
process.kill(process.pid, 'SIGKILL');
`,
    );
    await open({ executorCommand: [process.execPath, program] });
    schedule(1);
    await untilEnded(1);
    expect(endOf(1).last).toEqual(['lava job pass']);
    expect(existsSync(file('power'))).toBe(false);
  });

  it('kills a job whose directory is gone, and leaves the board to the next job', async () => {
    const first = await open();
    schedule(1);
    await untilConnected();
    const pids = [executorPid(1), watchdogPid(1)];
    await leave(first);
    await rm(join(directory, 'state/jobs/1'), { recursive: true });
    await within('all ended', () => !pids.some(isRunning));
    expect(power()).toBe('on\n');
  });
});

describe('a board that cannot be powered off', () => {
  const notOff = ['lava power-off fail', 'lava job fail Infrastructure'];

  it('is reported when the command fails', async () => {
    await open();
    schedule(1, { powerOff: 'sh -c "echo PDU is not reachable; exit 7"' });
    await untilConnected();
    process.kill(executorPid(1), 'SIGKILL');
    await untilEnded(1);
    expect(endOf(1)).toEqual({
      last: notOff,
      reason: "The job's executor ended without a result (SIGKILL). The board could not be powered off",
    });
    expect(host.job(1).log.join('\n')).toContain('PDU is not reachable');
  });

  it('is reported when the command hangs', async () => {
    // The device limits power-off to 10 seconds; what hangs here ignores SIGTERM, too.
    await open({ powerOffMs: 1500 });
    schedule(1, { powerOff: `sh -c "trap : TERM; while :; do sleep 1000; done"` });
    await untilConnected();
    process.kill(executorPid(1), 'SIGKILL');
    await untilEnded(1);
    expect(endOf(1).last).toEqual(notOff);
    expect(endOf(1).reason).toContain('The board could not be powered off');
    expect(host.job(1).log.join('\n')).toContain('did not end within 2 seconds');
  });
});

describe.skipIf(!ownUserIsRoot)('a full disk', () => {
  let mounted: string;

  beforeEach(async () => {
    mounted = file('state');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', mounted]);
    await mkdir(join(mounted, 'jobs'));
  });
  afterEach(async () => {
    for (const dispatcher of dispatchers) await dispatcher.stop({ jobs: 'cancel', graceMs: 100 });
    dispatchers = [];
    execFileSync('umount', [mounted]);
  });

  async function fill(): Promise<void> {
    await writeFile(join(mounted, 'filler'), Buffer.alloc(4 * 1024 * 1024)).catch(() => undefined);
    expect(await readdir(mounted)).toContain('filler');
  }

  it('ends the job, powers off the board, and is named as the reason', async () => {
    await open();
    schedule(1);
    await untilConnected();
    await fill();
    await untilEnded(1);
    expect(power()).toBe('on\noff\n');
    expect(endOf(1).last.at(-1)).toBe('lava job fail Infrastructure');
    expect(endOf(1).reason).toMatch(/^disk full on the worker/);
  });

  it('does not prevent that the board of a killed executor is powered off', async () => {
    await open();
    schedule(1);
    await untilConnected();
    await fill();
    process.kill(executorPid(1), 'SIGKILL');
    await untilEnded(1);
    expect(power()).toBe('on\noff\n');
    expect(endOf(1)).toEqual({
      last: offAndInfrastructure,
      reason:
        "The job's executor ended without a result (SIGKILL). Disk full on the worker. The board was powered off",
    });
  });
});
