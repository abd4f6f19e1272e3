/**
 * Writing the record of one master while its lock is held.
 *
 *   held -> lost      the lock's ref moved without us, or no renewal came through in time
 *   held -> released
 *
 * Every push moves the lock, a write moves the record with it, all or nothing: so a write is a renewal, and whoever has
 * lost the lock cannot write. One push at a time. A push of which nobody knows what became leaves `unsure`: the lock's
 * ref tells before the next one, because no two commits of a lock are the same.
 */
import { ExternalError } from '../../diagnostics/index.js';
import { elapsedMs, thisMoment, type Moment } from '../../host/index.js';
import { lockLost, type WriteGuard } from '../../reconcile/index.js';
import type { LockTimes } from './lock-text.js';
import { listRefs, moveRefs, type RecordRemote, type RefMove } from './record-remote.js';
import { renewed, writeLock, type TakenLock } from './take-lock.js';
import { writeCommit, type CommitFiles } from './workspace.js';

export interface Session {
  /** Commit and files of the record as they are now. */
  readonly record: () => Promise<{ readonly tip: string | null; readonly files: CommitFiles }>;
  /**
   * Puts files in the place of those of the same name, and takes away those that are null.
   * @throws ExternalError when the lock is lost, or the remote does not take it
   */
  write(changes: ReadonlyMap<string, string | null>, message: string): Promise<void>;
  readonly lost: AbortSignal;
  /**
   * Goes by the clocks alone.
   * @throws ExternalError when others may have the lock
   */
  readonly guard: WriteGuard;
  release(): Promise<void>;
}

export interface SessionPlace {
  readonly remote: RecordRemote;
  readonly directory: string;
  readonly refs: { readonly lock: string; readonly record: string };
  readonly times: LockTimes;
  /** The files of a commit of the record. */
  readonly load: (commit: string) => Promise<CommitFiles>;
}

export function startSession(taken: TakenLock, place: SessionPlace): Session {
  const { remote, directory, refs, times } = place;
  const where = `${remote.url} ${refs.lock}`;
  const lost = new AbortController();
  let { tip: lockTip, state, recordTip } = taken;
  let renewedAt: Moment = taken.since;
  let files: CommitFiles | null = null;
  let unsure: { readonly move: RefMove; readonly settle: () => void } | null = null;
  let queue: Promise<unknown> = Promise.resolve();

  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const next = queue.then(task);
    queue = next.catch(() => undefined);
    return next;
  }

  function lose(reason: unknown): void {
    if (!lost.signal.aborted) lost.abort(reason);
  }

  /** Others may take the lock when it did not move for ttlMs: be gone before that, also while a push hangs. */
  function guard(): void {
    if (elapsedMs(renewedAt) > times.ttlMs - times.renewMs) lose(lockLost(where));
    lost.signal.throwIfAborted();
  }

  /** What became of the push before, if that is not known. */
  async function settle(): Promise<void> {
    if (unsure === null) return;
    const { move, settle: done } = unsure;
    const tip = (await listRefs(remote, directory, [refs.lock])).get(refs.lock) ?? null;
    if (tip === move.to) done();
    else if (tip !== move.from) lose(lockLost(where));
    unsure = null;
  }

  async function push(isReleased: boolean, record: RefMove | null): Promise<void> {
    await settle();
    lost.signal.throwIfAborted();
    const next = renewed(state, times, isReleased);
    const move = { ref: refs.lock, from: lockTip, to: await writeLock(directory, next) };
    const beganAt = thisMoment();
    const done = () => {
      lockTip = move.to;
      state = next;
      renewedAt = beganAt;
      if (record !== null) recordTip = record.to;
    };
    unsure = { move, settle: done };
    const result = await moveRefs(remote, directory, record === null ? [move] : [move, record]);
    if (result === 'moved') {
      const tip = (await listRefs(remote, directory, [refs.lock])).get(refs.lock) ?? null;
      unsure = null;
      if (tip === lockTip) throw changedUnlocked(remote.url, refs.record);
      lose(lockLost(where));
      throw lockLost(where);
    }
    unsure = null;
    done();
  }

  async function current(): Promise<CommitFiles> {
    await settle();
    return (files ??= recordTip === null ? new Map() : await place.load(recordTip));
  }

  async function renew(): Promise<void> {
    if (lost.signal.aborted) return;
    try {
      await push(false, null);
    } catch (error) {
      if (!(error instanceof ExternalError)) lose(error);
    }
  }
  /** One renewal at a time: where a push takes longer than `renewMs`, writes would wait behind more and more of them. */
  let isRenewing = false;
  const renewal = setInterval(() => {
    if (isRenewing) return;
    isRenewing = true;
    void inTurn(renew).finally(() => {
      isRenewing = false;
    });
  }, times.renewMs);
  const watch = setInterval(
    () => {
      if (elapsedMs(renewedAt) > times.ttlMs - times.renewMs) lose(lockLost(where));
    },
    Math.max(1, times.renewMs / 4),
  );
  for (const timer of [renewal, watch]) timer.unref();

  return {
    lost: lost.signal,
    guard,
    record: () => inTurn(async () => ({ files: await current(), tip: recordTip })),
    write: (changes, message) =>
      inTurn(async () => {
        const next = new Map(await current());
        for (const [name, text] of changes) {
          if (text === null) next.delete(name);
          else next.set(name, text);
        }
        const to = await writeCommit(directory, next, message, recordTip);
        // Until the push is known to be done, the files are read again from wherever the ref points to.
        files = null;
        await push(false, { ref: refs.record, from: recordTip, to });
        files = next;
      }),
    async release() {
      clearInterval(renewal);
      await inTurn(async () => {
        try {
          if (!lost.signal.aborted) await push(true, null);
        } catch (error) {
          // All is written. A lock that cannot be given back, or is not ours any more, ends by itself.
          if (!(error instanceof ExternalError)) throw error;
        }
      });
      clearInterval(watch);
    },
  };
}

function changedUnlocked(url: string, ref: string): ExternalError {
  return new ExternalError({
    what: 'write a record',
    where: `${url} ${ref}`,
    why: 'somebody who does not hold the lock has changed it',
    retry: 'soon',
  });
}
