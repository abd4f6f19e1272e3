import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { createJobsClient, type JobsClient } from '../../../src/lava/index.js';
import { makeTestDirectory, type TestRepository } from '../git/git-repository.js';
import { lavaflow, startLavaflow, type Outcome, type RunningLavaflow } from './run.js';
import { processesOf } from './running-up.js';
import { makeSampleLab } from '../lab/sample-lab.js';
import { until } from '../until.js';

/**
 * A lab whose parts are separate processes, each started from the command line like a user would, with its working
 * directory in the checkout and its state outside of it. Master and dispatcher can be killed and restarted.
 */
export interface LabProcesses {
  /** The sample lab, with one master whose address comes from the environment. */
  readonly lab: TestRepository;
  /** The directory of all state; outside the lab. */
  readonly root: string;
  readonly client: JobsClient;
  readonly masterUrl: string;
  /** The environment that commands in the lab need. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs `lavaflow ARGS` in the lab until it exits. */
  run(args: readonly string[]): Promise<Outcome>;
  /** The same for jobs, devices and workers, outside the lab: with the master's URL and the admin's token. */
  runAsAdmin(args: readonly string[]): Promise<Outcome>;
  startAsAdmin(args: readonly string[]): RunningLavaflow;
  /** @param masterUrl overrides the URL of the master */
  startController(masterUrl?: string): RunningLavaflow;
  /** Uses any ports the first time, and the same ones later; resolves when it is ready. */
  startMaster(): Promise<RunningLavaflow>;
  /** The running one. */
  master(): RunningLavaflow;
  startBoards(): Promise<RunningLavaflow>;
  startDispatcher(): Promise<RunningLavaflow>;
  /** The lines of a job's log as the API returns them; empty if it has none. */
  logOf(id: string): Promise<string[]>;
  /** A job as the REST API returns it. */
  job(id: string): Promise<Readonly<Record<string, unknown>>>;
  /** The text of a device's dictionary on the master. */
  dictionaryOf(device: string): Promise<string>;
  /** The dispatcher's directory for a job. */
  jobDirectory(id: string): string;
  /** Kills everything at once and deletes all files; never fails, regardless of what is running. */
  destroy(): Promise<void>;
}

const worker = 'desk-worker';
export const boards: readonly string[] = ['sim-board-1', 'sim-board-2'];

/** Starts only a master; nothing is applied to it yet. */
export async function makeLabProcesses(): Promise<LabProcesses> {
  const root = await makeTestDirectory();
  const lab = await makeSampleLab();
  const started: RunningLavaflow[] = [];
  const stateOf = (part: string): string => join(root, part);
  const certificates = stateOf('certificates');
  mkdirSync(certificates);
  let facts: ReadonlyMap<string, string> = new Map();

  const fact = (name: string): string => facts.get(name) ?? '';
  const tokenFile = (role: string): string => join(stateOf('master'), `${role}.token`);
  const environment = (url = fact('url')): Record<string, string> => ({
    LAVAFLOW_BOARD_DIR: stateOf('boards'),
    LAVAFLOW_LOG_LEVEL: 'warn',
    LAB_MASTER_URL: url,
  });

  function begin(args: readonly string[], url?: string): RunningLavaflow {
    // The checkout may have been deleted.
    const cwd = existsSync(lab.directory) ? lab.directory : root;
    const child = startLavaflow(cwd, args, environment(url));
    started.push(child);
    return child;
  }
  const adminArguments = (args: readonly string[]): string[] => [
    ...args,
    '--url',
    fact('url'),
    '--token-file',
    tokenFile('admin'),
  ];

  async function startMaster(): Promise<RunningLavaflow> {
    const address = (name: string): string => (facts.size === 0 ? '127.0.0.1:0' : new URL(fact(name)).host);
    const listen = ['--listen', address('url'), '--control', address('control'), '--logs', address('logs')];
    const child = begin(['master', '--state', stateOf('master'), ...listen]);
    master = child;
    facts = await factsOf(child);
    return child;
  }

  async function startDispatcher(): Promise<RunningLavaflow> {
    const secret = join(certificates, `${worker}.key_secret`);
    const own = ['--hostname', worker, '--state', stateOf('dispatcher'), '--certificate', secret];
    const its = ['--control', fact('control'), '--logs', fact('logs')];
    const masterCertificate = ['--master-certificate', fact('certificateFile')];
    const child = begin(['dispatcher', ...own, ...its, ...masterCertificate]);
    await factsOf(child);
    return child;
  }

  async function startBoards(): Promise<RunningLavaflow> {
    const child = begin(['board', 'serve', ...boards, '--dir', stateOf('boards')]);
    await factsOf(child);
    return child;
  }

  async function get(path: string): Promise<Response> {
    const token = readFileSync(tokenFile('admin'), 'utf8').trim();
    return fetch(`${fact('url')}${path}`, { headers: { authorization: `Token ${token}` } });
  }

  async function destroy(): Promise<void> {
    for (const child of started) child.kill('SIGKILL');
    for (const place of [root, lab.directory]) {
      await until(`no process of ${place} is running`, () => {
        const left = processesOf(place);
        for (const { pid } of left) kill(pid);
        return left.length === 0;
      });
      rmSync(place, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  let master: RunningLavaflow;
  try {
    await lavaflow(lab.directory, ['certs', 'create', worker, '--dir', certificates]);
    await startMaster();
    // QEMU would run slow health checks that are not needed here.
    await lab.git('rm', '--quiet', '-r', 'lab-config/masters', 'device-dictionaries/qemu-*');
    await lab.commit({
      'lab-config/masters/own.yaml': [
        'kind: Master',
        'urlFrom: {env: LAB_MASTER_URL}',
        `tokenFrom: {file: ${tokenFile('reconciler')}}`,
        'sites: [berlin, leeds]',
        'mode: enforce\n',
      ].join('\n'),
      [`workers/${worker}/certificate.key`]: readFileSync(join(certificates, `${worker}.key`)),
    });
  } catch (error) {
    await destroy();
    throw error;
  }
  const token = readFileSync(tokenFile('admin'), 'utf8').trim();
  return {
    lab,
    root,
    client: createJobsClient({ url: fact('url'), token }),
    masterUrl: fact('url'),
    environment: environment(),
    run: (args) => lavaflow(lab.directory, args, environment()),
    runAsAdmin: (args) => lavaflow(root, adminArguments(args), environment()),
    startAsAdmin: (args) => begin(adminArguments(args)),
    startController: (url) => begin(['controller'], url),
    startMaster,
    master: () => master,
    startBoards,
    startDispatcher,
    async logOf(id) {
      const text = await (await get(`/api/v0.2/jobs/${id}/logs/`)).text();
      return text.split('\n').flatMap((line) => (line === '' ? [] : [line.replace(/^- /, '')]));
    },
    job: async (id) => (await (await get(`/api/v0.2/jobs/${id}/`)).json()) as Record<string, unknown>,
    dictionaryOf: async (device) => (await get(`/api/v0.2/devices/${device}/dictionary/`)).text(),
    jobDirectory: (id) => join(stateOf('dispatcher'), 'jobs', id),
    destroy,
  };
}

/** The values that a part prints when it is ready, one per line. @throws Error when it ends before that */
async function factsOf(child: RunningLavaflow): Promise<ReadonlyMap<string, string>> {
  const what = child.spawnargs.slice(2, 4).join(' ');
  await until(`${what} is ready`, () => {
    if (hasEnded(child)) throw new Error(`${what} ended: ${child.stderrText()}`);
    return /^ready$/m.test(child.stdoutText());
  });
  const lines = child.stdoutText().trimEnd().split('\n').slice(0, -1);
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]));
}

export function hasEnded(child: RunningLavaflow): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Runs `kill -9` and waits until the process has ended. */
export async function killHard(child: RunningLavaflow): Promise<void> {
  child.kill('SIGKILL');
  await until('the killed process has ended', () => hasEnded(child));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
