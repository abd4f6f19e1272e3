/**
 * The lock of one master's record, for all processes and machines that share the directory of records.
 *
 *   free     no file exists (host: numbered-files.ts), or the highest one is marked `released`
 *   held     the highest file names a running owner, which renews it (`expiresAt`)
 *   stale    its owner is dead; or is this process, which has lost it; or is elsewhere and did not renew it in time: it did not change for twice its
 *            lifetime while we watched, or for 1.5 renewal intervals if it expired long ago according to the clocks
 *   damaged  the text of the highest file is not a lock; held until it is stale: an owner would renew it
 *
 * free or stale -> held: a process creates the next number. held -> free: the owner releases it. held -> stale: the
 * owner dies or does not renew it. The number is the fencing token: an owner that finds a higher one has lost the lock,
 * and the store rejects its writes. No clock is trusted alone: a process with a wrong clock cannot take over a
 * lock that is being renewed.
 */
import path from 'node:path';

import { ExternalError } from '../diagnostics/index.js';
import {
  elapsedMs,
  highestNumber,
  highestNumberSync,
  isDead,
  isLockOwner,
  makeNumber,
  numbered,
  thisMoment,
  thisProcess,
  type LockOwner,
} from '../host/index.js';
import {
  lockLost,
  lockTaken,
  waitFor,
  waitForDamaged,
  type LockWait,
  type WriteGuard,
} from '../reconcile/index.js';
import { attempt, fileError, makeDirectory, readText, replaceFile } from './files.js';

export interface LockTimes {
  /** An owner on another host that did not renew its lock for this long has lost it. */
  readonly ttlMs: number;
  readonly renewMs: number;
  readonly pollMs: number;
}

interface LockFile {
  readonly owner: LockOwner;
  readonly takenAt: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
  readonly released: boolean;
}

export interface HeldLock {
  /**
   * Checks the files on disk.
   * @throws ExternalError unless the lock is certainly ours at this moment
   */
  readonly guard: WriteGuard;
  /** Aborted when the lock is lost. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** A lock as it was seen, and since when it has not changed, by `performance.now()`. */
export interface LockSight {
  readonly id: string;
  readonly sinceMs: number;
}

export interface LockRequest {
  /** Path and name without `.lock.N`. */
  readonly base: string;
  readonly waitMs: number;
  readonly times: LockTimes;
  /** What the previous attempt saw: watching continues from there. */
  readonly seen: LockSight | null;
  readonly onSight: (sight: LockSight) => void;
  readonly onWait?: ((wait: LockWait) => void) | undefined;
}

/** Files of the locks that this process holds. One that it has lost still names it as the owner, which is running. */
const heldHere = new Set<string>();

/** @throws ExternalError (retry: soon) that names the owner when the lock is not free within `waitMs` */
export async function takeLock(request: LockRequest): Promise<HeldLock> {
  const { base, waitMs, times, onSight, onWait } = request;
  await makeDirectory(path.dirname(base));
  const deadline = performance.now() + waitMs;
  let { seen } = request;
  let announced = 0;
  while (true) {
    const number = await highest(base);
    const current = number === 0 ? null : await readLock(base, number);
    const id = `${number} ${current === 'damaged' ? current : (current?.expiresAt ?? '')}`;
    if (seen?.id !== id) {
      seen = { id, sinceMs: performance.now() };
      onSight(seen);
    }
    const file = numbered(base, number);
    if (current === null || isFree(current, file, performance.now() - seen.sinceMs, times)) {
      const takenAt = new Date().toISOString();
      const text = lockText(times, takenAt, false);
      if (await attempt('acquire the lock', base, () => makeNumber(base, number + 1, text)))
        return hold(base, number + 1, times, takenAt);
      continue;
    }
    const leftMs = deadline - performance.now();
    if (leftMs <= 0)
      throw current === 'damaged' ? lockDamaged(file) : lockTaken(file, current.owner, current.takenAt);
    if (announced !== number) {
      if (current === 'damaged') onWait?.(waitForDamaged(file, leftMs));
      else onWait?.(waitFor(file, current.owner, current.takenAt, leftMs));
    }
    announced = number;
    await new Promise((resolve) => setTimeout(resolve, times.pollMs * (0.5 + Math.random())));
  }
}

function isFree(lock: LockFile | 'damaged', file: string, unmovedMs: number, times: LockTimes): boolean {
  if (lock === 'damaged') return unmovedMs > 2 * times.ttlMs;
  if (lock.released || isDead(lock.owner)) return true;
  if (!isElsewhere(lock.owner)) return isOurs(lock.owner) && !heldHere.has(path.resolve(file));
  const isExpired = Date.parse(lock.expiresAt) + times.ttlMs < Date.now();
  return unmovedMs > (isExpired ? 1.5 * times.renewMs : 2 * times.ttlMs);
}

function isOurs(owner: LockOwner): boolean {
  const { pid, startTime } = thisProcess();
  return owner.pid === pid && owner.startTime === startTime;
}

function isElsewhere(owner: LockOwner): boolean {
  const here = thisProcess();
  return owner.host !== here.host || owner.space !== here.space;
}

function hold(base: string, number: number, times: LockTimes, takenAt: string): HeldLock {
  const file = numbered(base, number);
  const lost = new AbortController();
  const place = path.resolve(file);
  heldHere.add(place);
  lost.signal.addEventListener('abort', () => heldHere.delete(place));
  let renewal = Promise.resolve();
  let renewedAt = thisMoment();

  /** We may see an old state of a shared directory: an owner that is nearly too late to renew does not rely on it. */
  function guard(): void {
    const isLate = elapsedMs(renewedAt) > 1.5 * times.ttlMs;
    if (isLate || highestNow(base) !== number) lost.abort(lockLost(base));
    lost.signal.throwIfAborted();
  }

  async function renew(): Promise<void> {
    try {
      const startedAt = thisMoment();
      if ((await highest(base)) !== number) throw lockLost(base);
      await replaceFile(file, lockText(times, takenAt, false));
      renewedAt = startedAt;
    } catch (error) {
      // Others will acquire a lock that cannot be renewed: stop working.
      lost.abort(error);
    }
  }
  /** One renewal at a time: on a slow disk, the release would have to wait for more and more renewals. */
  let isRenewing = false;
  const timer = setInterval(() => {
    if (isRenewing) return;
    isRenewing = true;
    renewal = renew().finally(() => {
      isRenewing = false;
    });
  }, times.renewMs);
  timer.unref();

  return {
    guard,
    lost: lost.signal,
    async release() {
      clearInterval(timer);
      await renewal;
      heldHere.delete(place);
      await replaceFile(file, lockText(times, takenAt, true));
    },
  };
}

async function highest(base: string): Promise<number> {
  return await attempt('check the lock', base, () => highestNumber(base));
}

/** Synchronous: nothing else runs between the check and the code that follows it. */
function highestNow(base: string): number {
  try {
    return highestNumberSync(base);
  } catch (error) {
    throw fileError('check the lock', base, error);
  }
}

function lockText(times: LockTimes, takenAt: string, released: boolean): string {
  const expiresAt = new Date(Date.now() + times.ttlMs).toISOString();
  const lock: LockFile = { owner: thisProcess(), takenAt, expiresAt, released };
  return `${JSON.stringify(lock)}\n`;
}

/** Null if it was removed: then a higher number exists. */
async function readLock(base: string, number: number): Promise<LockFile | 'damaged' | null> {
  const file = numbered(base, number);
  const text = await readText(file);
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Partial<LockFile> | null;
    const owner = value?.owner;
    if (
      value !== null &&
      isLockOwner(owner) &&
      typeof value.expiresAt === 'string' &&
      typeof value.takenAt === 'string' &&
      typeof value.released === 'boolean'
    ) {
      return { owner, takenAt: value.takenAt, expiresAt: value.expiresAt, released: value.released };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return 'damaged';
}

function lockDamaged(file: string): ExternalError {
  return new ExternalError({
    what: 'read the lock',
    where: file,
    why: 'it is damaged',
    retry: 'soon',
    hint: 'Try again in two minutes, or remove the file if lavaflow is not running.',
  });
}
