/**
 * The lock of one master's record: a ref that points to a commit with `lock.json`.
 *
 *   free     there is no ref, or it says `released`
 *   held     its owner renews it: the ref moves
 *   stale    its owner is dead (same machine), or the ref did not move for `ttlMs` while we watched, or by the clocks
 *            it expired longer ago than clocks differ
 *
 * free or stale -> held by us: one push that moves the ref from the commit that we saw to ours, which the remote does
 * for one of those who try. So nobody needs to trust a clock for exclusion; a clock that is far off can only cost an
 * owner its lock, and every write of the record moves the lock too, so that an owner without it cannot write.
 */
import { setTimeout as wait } from 'node:timers/promises';

import { isDead, lockTaken, thisProcess } from '../../reconcile/index.js';
import { lockFile, lockFromText, lockToText, type LockState, type LockTimes } from './lock-text.js';
import { fetchRefs, listRefs, moveRefs, type RecordRemote } from './record-remote.js';
import { hasCommit, readCommit, writeCommit } from './workspace.js';

export interface TakenLock {
  /** The commit that the lock points to. */
  readonly tip: string;
  readonly state: LockState;
  /** By `performance.now()`: when the push that took it began. */
  readonly sinceMs: number;
  /** What the record points to. */
  readonly recordTip: string | null;
}

/** @throws ExternalError (retry: soon) that names the owner when the lock stays taken for `waitMs` */
export async function takeLock(
  remote: RecordRemote,
  directory: string,
  refs: { readonly lock: string; readonly record: string },
  waitMs: number,
  times: LockTimes,
): Promise<TakenLock> {
  const where = `${remote.url} ${refs.lock}`;
  const deadline = performance.now() + waitMs;
  let seen = null as Sight | null;
  for (;;) {
    const tips = await listRefs(remote, directory, [refs.lock, refs.record]);
    const tip = tips.get(refs.lock) ?? null;
    if (tip === null || tip !== seen?.tip) {
      // The record too: it is read next, in most cases.
      await fetchRefs(remote, directory, [...tips.keys()]);
      // Moved on while we looked: the next look tells.
      if (tip !== null && !(await hasCommit(directory, tip))) continue;
      seen = tip === null ? null : await readLock(directory, tip, where);
    }
    if (seen === null || isFree(seen.state, performance.now() - seen.sinceMs, times)) {
      const sinceMs = performance.now();
      const state = newLock((seen?.state.token ?? 0) + 1, times);
      const mine = await writeLock(directory, state);
      const move = { ref: refs.lock, from: tip, to: mine };
      if ((await moveRefs(remote, directory, [move])) === 'moved') continue;
      // Still so: a write would have moved the lock.
      return { tip: mine, state, sinceMs, recordTip: tips.get(refs.record) ?? null };
    }
    if (performance.now() >= deadline) throw lockTaken(where, seen.state.owner, seen.state.takenAt);
    await wait(times.pollMs * (0.5 + Math.random()));
  }
}

interface Sight {
  readonly tip: string;
  readonly state: LockState;
  /** By `performance.now()`: when we first saw it. */
  readonly sinceMs: number;
}

async function readLock(directory: string, tip: string, where: string): Promise<Sight> {
  const files = await readCommit(directory, tip, where);
  return { tip, state: lockFromText(files.get(lockFile), where), sinceMs: performance.now() };
}

function isFree(lock: LockState, unmovedMs: number, times: LockTimes): boolean {
  return (
    lock.released ||
    isDead(lock.owner) ||
    unmovedMs > times.ttlMs ||
    Date.parse(lock.expiresAt) + times.clockSkewMs < Date.now()
  );
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

/** The same lock, a while later. */
export function renewed(state: LockState, times: LockTimes, released = false): LockState {
  const expiresAt = new Date(Date.now() + times.ttlMs).toISOString();
  return { ...state, renewals: state.renewals + 1, expiresAt, released };
}

/** A commit without history: the ref always points to the last one alone. */
export async function writeLock(directory: string, state: LockState): Promise<string> {
  const { owner, token, released } = state;
  const message = `${released ? 'Release' : 'Hold'} lock ${token}: process ${owner.pid} on ${owner.host}\n`;
  return await writeCommit(directory, new Map([[lockFile, lockToText(state)]]), message, null);
}
