/**
 * The worker agent: receives jobs from a master over LAVA's protocol 3 (LAVA 2020.05 to 2020.08), starts a watchdog
 * process for each, which runs the executor, sends its log until every line is acknowledged, and sends END until the master confirms it.
 *
 * States: `running` -> `stopping` -> `stopped`. If it is killed at any point, the next start with the same state
 * directory continues the same jobs (see job.ts).
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError, type Log } from '../diagnostics/index.js';
import { readVersion } from '../package/index.js';
import { readPublicCertificate, readSecretCertificate } from '../wire/index.js';
import { identifyAgent } from './agent-identity.js';
import { noIsolation, type Isolation } from './isolation/isolation.js';
import { JobTable } from './job-table.js';
import type { JobContext } from './job.js';
import { Link } from './link.js';
import { lockState } from './state-lock.js';

export interface DispatcherOptions {
  /** The worker's name, as in its applied certificate. */
  readonly hostname: string;
  /** Such as `tcp://master.example.com:5556` and `tcp://master.example.com:5555`. */
  readonly controlEndpoint: string;
  readonly logEndpoint: string;
  /** The master's `.key` and this worker's `.key_secret`. */
  readonly masterCertificateFile: string;
  readonly secretCertificateFile: string;
  /** Stores the running jobs; not shared with other dispatchers. */
  readonly stateDir: string;
  readonly log: Log;
  /** The program that runs one job. The dispatcher appends `--dir DIR --job-id ID`. */
  readonly executorCommand: readonly string[];
  /** What separates a job from the rest of the machine (`chooseIsolation`). Default: nothing. */
  readonly isolationOf?: (jobId: number) => Isolation;
  /** Directories to put before the PATH of jobs, and variables for jobs. */
  readonly path?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Delays after CANCEL: SIGTERM again after 60 s, SIGKILL to all processes after 120 s (as in LAVA). */
  readonly termAgainAfterMs?: number;
  readonly killAfterMs?: number;
  /** An executor that exceeds a limit that it announced by 30 s is killed. Powering off its board may take 6 minutes. */
  readonly graceMs?: number;
  readonly powerOffMs?: number;
  /** HELLO, END and log lines are sent again after 5 s without a response. */
  readonly repeatMs?: number;
}

export interface Dispatcher {
  /**
   * `leave`: jobs keep running, and the next start continues them. `cancel`: jobs are cancelled and, after `graceMs`
   * (10 s), killed; then `stop` waits up to 3 s for the master to confirm that they have ended.
   */
  stop(options: { readonly jobs: 'leave' | 'cancel'; readonly graceMs?: number }): Promise<void>;
}

const pollMs = 200;
const saveMs = 1000;
const reportMs = 3000;

/**
 * Continues the jobs of an earlier process and connects. Returns before the master has responded.
 * @throws UsageError when the name is not valid
 * @throws ExternalError when a certificate or the state directory cannot be used
 */
export async function startDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const { hostname, log, repeatMs = 5000 } = options;
  if (!/^[-_a-zA-Z0-9.]+$/.test(hostname) || hostname === 'lava-logs') {
    throw new UsageError(`${JSON.stringify(hostname)} is not a valid worker name`);
  }
  const { publicKey: masterKey } = await readPublicCertificate(options.masterCertificateFile);
  const certificate = await readSecretCertificate(options.secretCertificateFile);
  const unlock = await lockState(options.stateDir);

  const context: JobContext = {
    jobsDirectory: join(options.stateDir, 'jobs'),
    executorCommand: options.executorCommand,
    isolationOf: options.isolationOf ?? (() => noIsolation),
    path: options.path ?? [],
    env: options.env ?? {},
    log,
    termAgainAfterMs: options.termAgainAfterMs ?? 60_000,
    killAfterMs: options.killAfterMs ?? 120_000,
    graceMs: options.graceMs ?? 30_000,
    powerOffMs: options.powerOffMs ?? 360_000,
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
      agent: await identifyAgent(options.stateDir),
      controlEndpoint: options.controlEndpoint,
      logEndpoint: options.logEndpoint,
      masterKey,
      certificate,
      version: readVersion(),
      repeatMs,
      log,
      onMessage: (message) =>
        table.handle(message).catch((error: unknown) => {
          // The message gets no response, so the master sends it again.
          log.error({ message: message.action, error }, 'failed to handle a message');
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
    log.info({ job: job.id }, 'job resumed');
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
      await table.close();
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
  // Whatever the master does not confirm now, the next start sends.
  await waitUntil(() => table.all.length === 0 || !link.isGreeted, reportMs);
}

async function waitUntil(condition: () => boolean, mostMs: number): Promise<void> {
  const endMs = Date.now() + mostMs;
  while (!condition() && Date.now() < endMs) await sleep(20);
}
