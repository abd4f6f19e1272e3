/**
 * The worker agent: takes jobs from a master over LAVA's protocol 3 (LAVA 2020.05 to 2020.08), runs an executor process
 * for each, ships its log until every line is acknowledged, and says END until the master has it.
 *
 * States: `running` -> `stopping` -> `stopped`. Killed at any point, the next start with the same state directory goes on
 * with the same jobs (see job.ts).
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError, type Log } from '../diagnostics/index.js';
import { readVersion } from '../package/index.js';
import { readPublicCertificate, readSecretCertificate } from '../wire/index.js';
import { JobTable } from './job-table.js';
import type { JobContext } from './job.js';
import { Link } from './link.js';
import { lockState } from './state-lock.js';

export interface DispatcherOptions {
  /** The worker's name, as its certificate was applied. */
  readonly hostname: string;
  /** Such as `tcp://master.example.com:5556` and `tcp://master.example.com:5555`. */
  readonly controlEndpoint: string;
  readonly logEndpoint: string;
  /** The master's `.key`, this worker's `.key_secret`. */
  readonly masterCertificateFile: string;
  readonly secretCertificateFile: string;
  /** Jobs are kept here while they run; for this dispatcher alone. */
  readonly stateDir: string;
  readonly log: Log;
  /** The program that runs one job. The dispatcher appends `--dir DIR --job-id ID`. */
  readonly executorCommand: readonly string[];
  /** Directories before the PATH of jobs, and variables for jobs. */
  readonly path?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** After CANCEL: SIGTERM again after 60 s, SIGKILL to all after 120 s (as LAVA). */
  readonly termAgainAfterMs?: number;
  readonly killAfterMs?: number;
  /** HELLO, END and log lines without an answer are sent again after 5 s. */
  readonly repeatMs?: number;
}

export interface Dispatcher {
  /**
   * `leave`: jobs go on, the next start picks them up. `cancel`: jobs are cancelled, killed after `graceMs` (10 s), and
   * the master is told if it answers within another 3 s.
   */
  stop(options: { readonly jobs: 'leave' | 'cancel'; readonly graceMs?: number }): Promise<void>;
}

const pollMs = 200;
const saveMs = 1000;
const reportMs = 3000;

/**
 * Takes up the jobs that it had, and connects; returns before the master has answered.
 * @throws UsageError for a wrong name
 * @throws ExternalError when a certificate or the state directory cannot be used
 */
export async function startDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const { hostname, log, repeatMs = 5000 } = options;
  if (!/^[-_a-zA-Z0-9.]+$/.test(hostname) || hostname === 'lava-logs') {
    throw new UsageError(`${JSON.stringify(hostname)} cannot be the name of a worker`);
  }
  const { publicKey: masterKey } = await readPublicCertificate(options.masterCertificateFile);
  const certificate = await readSecretCertificate(options.secretCertificateFile);
  const unlock = await lockState(options.stateDir);

  const context: JobContext = {
    jobsDirectory: join(options.stateDir, 'jobs'),
    executorCommand: options.executorCommand,
    path: options.path ?? [],
    env: options.env ?? {},
    log,
    termAgainAfterMs: options.termAgainAfterMs ?? 60_000,
    killAfterMs: options.killAfterMs ?? 120_000,
    repeatMs,
    sendControl: (message) => {
      link.send(message);
    },
    sendLine: (jobId, index, line) => link.sendLine(jobId, index, line),
    acknowledgesLogs: () => link.acknowledgesLogs,
  };

  const table = new JobTable(context);
  let link: Link;
  try {
    await table.resume();
    link = new Link({
      hostname,
      controlEndpoint: options.controlEndpoint,
      logEndpoint: options.logEndpoint,
      masterKey,
      certificate,
      version: readVersion(),
      repeatMs,
      log,
      onMessage: (message) =>
        table.handle(message).catch((error: unknown) => {
          // Not answered, so the master says it again.
          log.error({ message: message.action, error }, 'a message could not be handled');
        }),
      onLogConnected: () => {
        for (const job of table.all) job.resend();
      },
    });
  } catch (error) {
    await unlock();
    throw error;
  }
  for (const job of table.all) {
    log.info({ job: job.id }, 'job taken up again');
    await job.run();
  }

  const poller = setInterval(() => {
    const nowMs = Date.now();
    for (const job of table.all) job.poll(nowMs);
  }, pollMs);
  const saver = setInterval(() => {
    for (const job of table.all) void job.save();
  }, saveMs);

  return {
    async stop({ jobs: what, graceMs = 10_000 }) {
      table.close();
      if (what === 'cancel') await cancelAll(table, link, graceMs);
      clearInterval(poller);
      clearInterval(saver);
      await link.close();
      await Promise.all(table.all.map((job) => job.leave()));
      await unlock();
    },
  };
}

async function cancelAll(table: JobTable, link: Link, graceMs: number): Promise<void> {
  const isEachEnded = (): boolean => table.all.every((job) => job.isEnded);
  await Promise.all(table.all.map((job) => job.cancel()));
  await waitUntil(isEachEnded, graceMs);
  await Promise.all(table.all.map((job) => job.kill()));
  await waitUntil(isEachEnded, reportMs);
  // What the master does not take now, it gets from the next start.
  await waitUntil(() => table.all.length === 0 || !link.isGreeted, reportMs);
}

async function waitUntil(condition: () => boolean, mostMs: number): Promise<void> {
  const endMs = Date.now() + mostMs;
  while (!condition() && Date.now() < endMs) await sleep(20);
}
