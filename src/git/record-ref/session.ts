/**
 * Writes the record of one master while its lock is held.
 *
 *   held -> lost      see held-lock.ts
 *   held -> released
 *
 * All operations run one after the other. One timer renews the lock, another checks that it was renewed in time.
 */
import { ExternalError } from '../../diagnostics/index.js';
import type { WriteGuard } from '../../reconcile/index.js';
import { HeldLock, type SessionPlace } from './held-lock.js';
import type { TakenLock } from './take-lock.js';
import { writeCommit, type CommitFiles } from './workspace.js';

export interface Session {
  /** The current commit and files of the record. */
  readonly record: () => Promise<{ readonly tip: string | null; readonly files: CommitFiles }>;
  /**
   * Replaces the files of these names, and removes those that are null.
   * @throws ExternalError when the lock is lost, or the remote rejects the push
   */
  write(changes: ReadonlyMap<string, string | null>, message: string): Promise<void>;
  readonly lost: AbortSignal;
  /**
   * Checks only the clocks.
   * @throws ExternalError when another process may hold the lock
   */
  readonly guard: WriteGuard;
  release(): Promise<void>;
}

/** Starts renewing a lock that was just acquired. */
export function startSession(taken: TakenLock, place: SessionPlace): Session {
  const { directory, refs, times } = place;
  const lock = new HeldLock(taken, place);
  /** Null: must be read from the commit that the record's ref points to. */
  let files: CommitFiles | null = null;
  let queue: Promise<unknown> = Promise.resolve();

  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const next = queue.then(task);
    queue = next.catch(() => undefined);
    return next;
  }

  async function current(): Promise<CommitFiles> {
    await lock.settle();
    return (files ??= lock.recordTip === null ? new Map() : await place.load(lock.recordTip));
  }

  async function write(changes: ReadonlyMap<string, string | null>, message: string): Promise<void> {
    const next = new Map(await current());
    for (const [name, text] of changes) {
      if (text === null) next.delete(name);
      else next.set(name, text);
    }
    const from = lock.recordTip;
    const to = await writeCommit(directory, next, message, from);
    // Until the push has certainly succeeded, the files are read from the commit that the ref points to.
    files = null;
    await lock.push(false, { ref: refs.record, from, to });
    files = next;
  }

  const stopTimers = keepAlive(lock, inTurn, times.renewMs);
  return {
    lost: lock.lost,
    guard() {
      lock.checkClock();
      lock.lost.throwIfAborted();
    },
    record: () => inTurn(async () => ({ files: await current(), tip: lock.recordTip })),
    write: (changes, message) => inTurn(() => write(changes, message)),
    async release() {
      stopTimers.renewal();
      await inTurn(async () => {
        try {
          if (!lock.lost.aborted) await lock.push(true, null);
        } catch (error) {
          // Everything is written. A lock that cannot be released, or is no longer ours, expires by itself.
          if (!(error instanceof ExternalError)) throw error;
        }
      });
      stopTimers.clock();
    },
  };
}

/** Renews the lock between the writes, and checks the clock even if something hangs. @returns a function that stops both */
function keepAlive(
  lock: HeldLock,
  inTurn: <T>(task: () => Promise<T>) => Promise<T>,
  renewMs: number,
): { readonly renewal: () => void; readonly clock: () => void } {
  async function renew(): Promise<void> {
    if (lock.lost.aborted) return;
    try {
      await lock.push(false, null);
    } catch (error) {
      if (!(error instanceof ExternalError)) lock.lose(error);
    }
  }
  /** One renewal at a time: if a push takes longer than `renewMs`, writes would have to wait for more and more renewals. */
  let isRenewing = false;
  const renewal = setInterval(() => {
    if (isRenewing) return;
    isRenewing = true;
    void inTurn(renew).finally(() => {
      isRenewing = false;
    });
  }, renewMs);
  const clock = setInterval(
    () => {
      lock.checkClock();
    },
    Math.max(1, renewMs / 4),
  );
  for (const timer of [renewal, clock]) timer.unref();
  return {
    renewal: () => {
      clearInterval(renewal);
    },
    clock: () => {
      clearInterval(clock);
    },
  };
}
