import type { MasterContext } from '../context.js';
import type { MasterEvent } from '../events/index.js';
import type { WorkerHost, WorkerJobs } from './ports.js';
import { appendLog } from '../jobs/append-log.js';
import { belongsTo, markEnded, markStarted } from '../jobs/end.js';
import { unfinishedJobsOfWorker } from '../store/jobs/jobs.js';
import { admittedKeys, findWorker, updateWorker } from '../store/configuration/workers.js';

/** The minimum interval at which the last message of an online worker is stored. */
const lastPingStepMs = 10_000;
/** The delay before reading the keys again after a failure. */
const retryMs = 5_000;

export interface ConnectedHost {
  readonly host: WorkerHost;
  /** Resolves when the keys in memory match the store. */
  settled(): Promise<void>;
  stop(): void;
}

/**
 * Implements the ports of connected workers with the store. The keys are cached in memory, because a transport must
 * decide on connections immediately. They are read again after each revision and each change of a worker or its jobs.
 */
export async function createWorkerHost(context: MasterContext): Promise<ConnectedHost> {
  const { store, events } = context;
  const listeners = new Set<(hostname: string | null) => void>();
  let keys: ReadonlyMap<string, string> = new Map();
  /** Workers whose key was withdrawn, and whether they are stored as Offline. */
  const withdrawn = new Map<string, boolean>();
  let reading: Promise<void> = Promise.resolve();
  let retry: NodeJS.Timeout | undefined;
  let isStopped = false;

  function notify(hostname: string | null): void {
    for (const listener of [...listeners]) listener(hostname);
  }

  /** A worker without a key has no connection any more, so it is Offline at once and not only when it is missed. */
  async function noteWithdrawn(before: ReadonlyMap<string, string>): Promise<void> {
    const admitted = new Set(keys.values());
    for (const hostname of before.values()) if (!admitted.has(hostname)) withdrawn.set(hostname, false);
    for (const [hostname, isStored] of withdrawn) {
      if (admitted.has(hostname)) withdrawn.delete(hostname);
      else if (!isStored) {
        await noteLost(context, hostname);
        withdrawn.set(hostname, true);
      }
    }
  }

  /** Reads run one after another, so that the last one has the newest keys. */
  function readKeys(): void {
    clearTimeout(retry);
    reading = reading.then(async () => {
      try {
        const before = keys;
        keys = await admittedKeys(store.db);
        if (!sameKeys(before, keys)) notify(null);
        await noteWithdrawn(before);
      } catch (error) {
        context.log.error({ error: String(error) }, 'the certificates of the workers could not be read');
        if (!isStopped) retry = setTimeout(readKeys, retryMs);
      }
    });
  }

  // Subscribes first, so that changes while the keys are read are not missed.
  const unsubscribe = events.subscribe((event: MasterEvent) => {
    if (event.kind === 'unknown') notify(null);
    if (event.kind === 'job' && event.worker !== null) notify(event.worker);
    if (event.kind !== 'device') readKeys();
  });
  keys = await admittedKeys(store.db);

  return {
    settled: () => reading,
    stop() {
      isStopped = true;
      unsubscribe();
      clearTimeout(retry);
    },
    host: {
      workerOfKey: (publicKey) => keys.get(publicKey) ?? null,
      get keyCount() {
        return keys.size;
      },
      claimWorker: (hostname, instance, before) => claimWorker(context, hostname, instance, before),
      noteConflict: (hostname, conflict) => noteConflict(context, hostname, conflict),
      // A message that arrived before its connection was closed does not bring a worker back.
      async workerSeen(hostname, version) {
        if (!withdrawn.has(hostname)) await noteSeen(context, hostname, version);
      },
      workerLost: (hostname) => noteLost(context, hostname),
      jobsOf: (hostname) => jobsOf(context, hostname),
      ownsJob: (hostname, jobId) => belongsTo(context, hostname, jobId),
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

/**
 * Makes an agent the one that acts as a worker, unless another one still has jobs of it.
 * @returns the IDs of those jobs
 */
async function claimWorker(
  { store, log }: MasterContext,
  hostname: string,
  instance: string,
  before: string | null,
): Promise<readonly number[]> {
  const known = await findWorker(store.db, hostname);
  if (known === undefined || known.agent === instance) return [];
  const jobs = await store.write(async (tx) => {
    const worker = await findWorker(tx, hostname);
    if (worker === undefined || worker.agent === instance) return [];
    const isFree = worker.agent === null || worker.agent === before;
    const unfinished = isFree ? [] : await unfinishedJobsOfWorker(tx, hostname);
    if (unfinished.length === 0) await updateWorker(tx, hostname, { agent: instance });
    return unfinished.map(({ id }) => id);
  });
  if (jobs.length === 0) log.info({ worker: hostname }, 'another dispatcher acts as this worker from now on');
  return jobs;
}

async function noteConflict(
  { store }: MasterContext,
  hostname: string,
  conflict: string | null,
): Promise<void> {
  await store.write(async (tx, tell) => {
    await updateWorker(tx, hostname, { conflict });
    tell({ kind: 'worker', hostname });
  });
}

/** Offline -> Online after any message. A new version is stored immediately. */
async function noteSeen(
  { store, now }: MasterContext,
  hostname: string,
  version: string | null,
): Promise<void> {
  const worker = await findWorker(store.db, hostname);
  if (worker === undefined) return;
  const at = now();
  const isNew = worker.state === 'Offline' || (version !== null && version !== worker.version);
  if (!isNew && at.getTime() - worker.lastPing.getTime() < lastPingStepMs) return;
  await store.write(async (tx, tell) => {
    await updateWorker(tx, hostname, {
      state: 'Online',
      lastPing: at,
      ...(version === null ? {} : { version }),
    });
    if (worker.state === 'Offline') tell({ kind: 'worker', hostname });
  });
}

async function noteLost({ store }: MasterContext, hostname: string): Promise<void> {
  await store.write(async (tx, tell) => {
    await updateWorker(tx, hostname, { state: 'Offline' });
    tell({ kind: 'worker', hostname });
  });
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
