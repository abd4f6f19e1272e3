/**
 * The lock of one master's record: a ref that points to a commit with `lock.json`.
 *
 *   free     the ref does not exist, or the lock is marked `released`
 *   held     its owner renews it: the ref moves
 *   stale    its owner is dead (same machine); or the ref did not move for `ttlMs` while we watched; or it did not move
 *            for 1.5 renewal intervals, and according to the clocks it expired longer ago than clocks may differ
 *   damaged  its text is not a lock; held until it is stale: an owner would move the ref, and nobody else is in danger
 *
 * free or stale -> held by us: one push moves the ref from the commit that we saw to ours. The remote accepts only one of
 * several such pushes. No clock is trusted alone: a process with a wrong clock cannot take over a lock that is being
 * renewed. Every write of the record also moves the lock, so that a process that has lost the lock cannot write.
 */
import { setTimeout as wait } from 'node:timers/promises';

import { isDead, thisMoment, thisProcess, type Moment } from '../../host/index.js';
import { lockTaken, waitFor, waitForDamaged, type LockWait } from '../../reconcile/index.js';
import { lockFile, lockFromText, lockToText, type LockState, type LockTimes } from './lock-text.js';
import { fetchRefs, listRefs, moveRefs, restless, type RecordRemote } from './record-remote.js';
import { damaged, hasCommit, readCommit, writeCommit } from './workspace.js';

export interface TakenLock {
  /** The commit that the lock points to. */
  readonly tip: string;
  readonly state: LockState;
  /** When the push that acquired it started. */
  readonly since: Moment;
  /** The commit that the record points to. */
  readonly recordTip: string | null;
}

export interface LockRequest {
  readonly remote: RecordRemote;
  readonly directory: string;
  readonly refs: { readonly lock: string; readonly record: string };
  readonly waitMs: number;
  readonly times: LockTimes;
  /** What the previous attempt saw: watching continues from there. */
  readonly seen: LockSight | null;
  readonly onSight: (sight: LockSight) => void;
  readonly onWait?: ((wait: LockWait) => void) | undefined;
}

/** How often in a row other processes may be faster; after that, something else is wrong with the remote. */
const mostRaces = 20;

/** @throws ExternalError (retry: soon) that names the owner when the lock is not free within `waitMs` */
export async function takeLock(request: LockRequest): Promise<TakenLock> {
  const { remote, directory, refs, waitMs, times, onSight, onWait } = request;
  const where = `${remote.url} ${refs.lock}`;
  const deadline = performance.now() + waitMs;
  let seen = null as LockSight | null;
  let announced: number | null = null;
  for (let races = 0; ; races += 1) {
    if (races > mostRaces) throw restless(where);
    const tips = await listRefs(remote, directory, [refs.lock, refs.record]);
    const tip = tips.get(refs.lock) ?? null;
    if (tip === null || tip !== seen?.tip) {
      // Fetch the record too: in most cases it is read next.
      await fetchRefs(remote, directory, [...tips.keys()]);
      // The ref moved meanwhile: check again.
      if (tip !== null && !(await hasCommit(directory, tip))) continue;
      seen = tip === null ? null : await readLock(directory, tip, where);
      if (seen !== null && request.seen?.tip === tip) seen = request.seen;
      if (seen !== null) onSight(seen);
    }
    if (seen === null || isFree(seen.state, performance.now() - seen.sinceMs, times)) {
      const since = thisMoment();
      const state = newLock(tokenAfter(seen), times);
      const mine = await writeLock(directory, state);
      const move = { ref: refs.lock, from: tip, to: mine };
      if ((await moveRefs(remote, directory, [move])) === 'moved') continue;
      // Still current: a write would have moved the lock.
      return { tip: mine, state, since, recordTip: tips.get(refs.record) ?? null };
    }
    const leftMs = deadline - performance.now();
    const { token, refusal, announcement } = obstacle(seen.state, where, refs.lock);
    if (leftMs <= 0) throw refusal();
    if (announced !== token) onWait?.(announcement(leftMs));
    announced = token;
    races = 0;
    await pause(times);
  }
}

/** The lock that is in the way: what to report about it once, and the error when the time is over. */
function obstacle(state: LockState | null, where: string, ref: string) {
  if (state === null) {
    return {
      token: damagedToken,
      refusal: () => damaged(where, 'the lock is damaged', removeLock(ref)),
      announcement: (leftMs: number) => waitForDamaged(where, leftMs),
    };
  }
  const { owner, takenAt, token } = state;
  return {
    token,
    refusal: () => lockTaken(where, owner, takenAt),
    announcement: (leftMs: number) => waitFor(where, owner, takenAt, leftMs),
  };
}

/** Stands for the token of a damaged lock. */
const damagedToken = -1;

function removeLock(ref: string): string {
  return `Try again, or run git push origin :${ref} while nothing is running.`;
}

async function pause({ pollMs }: LockTimes): Promise<void> {
  await wait(pollMs * (0.5 + Math.random()));
}

/** The highest number starts again: the commit, not the number, protects the lock. */
function tokenAfter(seen: LockSight | null): number {
  const token = seen?.state?.token ?? 0;
  return token < Number.MAX_SAFE_INTEGER ? token + 1 : 1;
}

/** A lock as it was seen. */
export interface LockSight {
  readonly tip: string;
  /** Null: its text is damaged. */
  readonly state: LockState | null;
  /** When we first saw it, by `performance.now()`. */
  readonly sinceMs: number;
}

async function readLock(directory: string, tip: string, where: string): Promise<LockSight> {
  const files = await readCommit(directory, tip, where);
  return { tip, state: lockFromText(files.get(lockFile)), sinceMs: performance.now() };
}

function isFree(lock: LockState | null, unmovedMs: number, times: LockTimes): boolean {
  if (lock === null) return unmovedMs > times.ttlMs;
  if (lock.released || isDead(lock.owner)) return true;
  const isExpired = Date.parse(lock.expiresAt) + times.clockSkewMs < Date.now();
  return unmovedMs > (isExpired ? 1.5 * times.renewMs : times.ttlMs);
}

function newLock(token: number, times: LockTimes): LockState {
  const now = Date.now();
  return {
    owner: thisProcess(),
    token,
    renewals: 0,
    takenAt: new Date(now).toISOString(),
    expiresAt: new Date(now + times.ttlMs).toISOString(),
    released: false,
  };
}

/** The same lock, renewed. */
export function renewed(state: LockState, times: LockTimes, released = false): LockState {
  const expiresAt = new Date(Date.now() + times.ttlMs).toISOString();
  return { ...state, renewals: state.renewals + 1, expiresAt, released };
}

/** A commit without history: the ref always points to the latest one only. */
export async function writeLock(directory: string, state: LockState): Promise<string> {
  const { owner, token, released } = state;
  const message = `${released ? 'Release' : 'Hold'} lock ${token}: process ${owner.pid} on ${owner.host}\n`;
  return await writeCommit(directory, new Map([[lockFile, lockToText(state)]]), message, null);
}
