/**
 * The sessions of all workers. A session is created at the first connection of its worker and exists until the
 * master stops, because a worker that disconnects may reconnect at any time.
 *
 * States: `running` -> `stopping` (sends no more messages; stores received log lines) -> `stopped`. Transports must be
 * stopped first.
 */
import { setMaxListeners } from 'node:events';
import type { Log } from '../../diagnostics/index.js';
import type { WorkerHost } from './ports.js';
import { WorkerSession } from './worker-session.js';

export interface WorkersOptions {
  readonly log: Log;
  /** The interval at which workers should send PING; default: 20 s. */
  readonly pingIntervalMs?: number;
  /** The interval at which START and CANCEL are repeated; default: 20 s. */
  readonly repeatMs?: number;
  /** A worker that sends nothing for this time is lost; default: 60 s. */
  readonly offlineAfterMs?: number;
}

export interface Workers {
  /** Returns the session of a worker that a transport has admitted. */
  session(hostname: string): WorkerSession;
  /** Returns the worker whose applied certificate has this public key (Z85), or null. */
  workerOfKey(publicKey: string): string | null;
  /** The number of applied certificates. */
  readonly keyCount: number;
  /** Calls back when applied certificates have changed. Returns a function that ends the subscription. */
  onKeysChange(listener: () => void): () => void;
  stop(): Promise<void>;
}

/** How long `stop` waits until received log lines are stored. */
const storeWithinMs = 1000;

/** Starts tracking connected workers. A timer repeats unanswered messages and detects lost workers. */
export function startWorkers(host: WorkerHost, options: WorkersOptions): Workers {
  const { log, pingIntervalMs = 20_000, repeatMs = 20_000, offlineAfterMs = 60_000 } = options;
  const sessions = new Map<string, WorkerSession>();
  const stopping = new AbortController();
  // Each worker and each job that waits for the end of its log listens; their number is limited elsewhere.
  setMaxListeners(0, stopping.signal);

  const unsubscribe = host.onChange((hostname) => {
    if (hostname !== null) sessions.get(hostname)?.push();
    else for (const session of sessions.values()) session.push();
  });
  const ticker = setInterval(
    () => {
      for (const session of sessions.values()) session.tick(Date.now());
    },
    Math.min(1000, repeatMs / 2, offlineAfterMs / 2),
  );

  return {
    session(hostname) {
      let session = sessions.get(hostname);
      if (session === undefined) {
        const settings = { pingIntervalMs, repeatMs, offlineAfterMs, log, signal: stopping.signal };
        session = new WorkerSession(hostname, host, settings);
        sessions.set(hostname, session);
      }
      return session;
    },
    workerOfKey: (publicKey) => host.workerOfKey(publicKey),
    get keyCount() {
      return host.keyCount;
    },
    onKeysChange: (listener) =>
      host.onChange((hostname) => {
        if (hostname === null) listener();
      }),
    async stop() {
      unsubscribe();
      clearInterval(ticker);
      const all = [...sessions.values()];
      await Promise.all(all.map((session) => session.storeReceived(storeWithinMs)));
      stopping.abort();
      await Promise.all(all.map((session) => session.whenIdle()));
    },
  };
}
