import type { MasterContext } from '../context.js';
import type { MasterEvent } from '../events/index.js';
import type { WorkerHost, WorkerJobs } from './ports.js';
import { appendLog } from '../jobs/append-log.js';
import { markEnded, markStarted } from '../jobs/end.js';
import { unfinishedJobsOfWorker } from '../store/jobs.js';
import { findWorker, updateWorker } from '../store/workers.js';
import { admittedKeys } from './admitted-keys.js';

/** A worker's last sign of life is written down at most this often while it stays online. */
const lastPingStepMs = 10_000;

export interface ConnectedHost {
  readonly host: WorkerHost;
  /** Resolves when the keys in memory are those of the store. */
  settled(): Promise<void>;
  stop(): void;
}

/**
 * The store, as connected workers see it. The keys are kept in memory, because a transport decides on a connection at
 * once; they are read again after each revision and each change of a worker or its jobs.
 */
export async function createWorkerHost(context: MasterContext): Promise<ConnectedHost> {
  const { store, events } = context;
  const listeners = new Set<(hostname: string | null) => void>();
  let keys = await admittedKeys(store.db);
  let reading: Promise<void> = Promise.resolve();

  function tell(hostname: string | null): void {
    for (const listener of [...listeners]) listener(hostname);
  }

  /** One after the other, so that the last one read is the newest. */
  function readKeys(): void {
    reading = reading.then(async () => {
      try {
        const before = keys;
        keys = await admittedKeys(store.db);
        if (!sameKeys(before, keys)) tell(null);
      } catch (error) {
        context.log.error({ error: String(error) }, 'the certificates of the workers could not be read');
      }
    });
  }

  const unsubscribe = events.subscribe((event: MasterEvent) => {
    if (event.kind === 'job' && event.worker !== null) tell(event.worker);
    if (event.kind !== 'device') readKeys();
  });

  return {
    settled: () => reading,
    stop: unsubscribe,
    host: {
      workerOfKey: (publicKey) => keys.get(publicKey) ?? null,
      workerSeen: (hostname, version) => noteSeen(context, hostname, version),
      workerLost: (hostname) => noteLost(context, hostname),
      jobsOf: (hostname) => jobsOf(context, hostname),
      jobStarted: (hostname, jobId) => markStarted(context, hostname, jobId),
      appendLog: (hostname, jobId, firstIndex, lines) =>
        appendLog(context, hostname, jobId, firstIndex, lines),
      jobEnded: (hostname, jobId, end) => markEnded(context, hostname, jobId, end),
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  };
}

/** Offline -> Online at any sign of life; a new version is written at once. */
async function noteSeen(
  { store, events, now }: MasterContext,
  hostname: string,
  version: string | null,
): Promise<void> {
  const worker = await findWorker(store.db, hostname);
  if (worker === undefined) return;
  const at = now();
  const isNew = worker.state === 'Offline' || (version !== null && version !== worker.version);
  if (!isNew && at.getTime() - Date.parse(worker.lastPing) < lastPingStepMs) return;
  await store.write((tx) =>
    updateWorker(tx, hostname, {
      state: 'Online',
      lastPing: at.toISOString(),
      ...(version === null ? {} : { version }),
    }),
  );
  if (worker.state === 'Offline') events.emit({ kind: 'worker', hostname });
}

async function noteLost({ store, events }: MasterContext, hostname: string): Promise<void> {
  await store.write((tx) => updateWorker(tx, hostname, { state: 'Offline' }));
  events.emit({ kind: 'worker', hostname });
}

async function jobsOf({ store }: MasterContext, hostname: string): Promise<WorkerJobs> {
  const jobs = await unfinishedJobsOfWorker(store.db, hostname);
  return {
    start: jobs
      .filter((job) => job.state === 'Scheduled')
      .map((job) => ({
        id: job.id,
        definition: job.definition,
        device: job.deviceConfig ?? '',
        dispatcher: job.dispatcherConfig ?? '',
        env: job.env ?? '',
        envDut: job.envDut ?? '',
      })),
    cancel: jobs.filter((job) => job.state === 'Canceling').map((job) => job.id),
    running: jobs.filter((job) => job.state === 'Running').map((job) => job.id),
  };
}

function sameKeys(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, hostname]) => b.get(key) === hostname);
}
