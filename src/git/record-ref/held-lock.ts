/**
 * The lock of one record in the remote while this process holds it, and the pushes that move it.
 *
 *   held -> lost   the lock's ref was moved by another process, or no renewal succeeded in time
 *
 * Every push moves the lock, and a write moves the record with it, atomically. So a write is also a renewal, and a process
 * that has lost the lock cannot write. Only one push runs at a time. A push with unknown outcome leaves `unsure`; the
 * lock's ref decides before the next push, because all commits of a lock differ.
 */
import { ExternalError } from '../../diagnostics/index.js';
import { elapsedMs, thisMoment, type Moment } from '../../host/index.js';
import { lockLost } from '../../reconcile/index.js';
import type { LockTimes } from './lock-text.js';
import { listRefs, moveRefs, type RecordRemote, type RefMove } from './record-remote.js';
import { renewed, writeLock, type TakenLock } from './take-lock.js';
import type { CommitFiles } from './workspace.js';

export interface SessionPlace {
  readonly remote: RecordRemote;
  readonly directory: string;
  readonly refs: { readonly lock: string; readonly record: string };
  readonly times: LockTimes;
  /** The files of a commit of the record. */
  readonly load: (commit: string) => Promise<CommitFiles>;
}

export class HeldLock {
  readonly #place: SessionPlace;
  readonly #where: string;
  readonly #lost = new AbortController();
  #tip: string;
  #state: TakenLock['state'];
  #recordTip: string | null;
  #renewedAt: Moment;
  #unsure: { readonly move: RefMove; readonly settle: () => void } | null = null;

  constructor(taken: TakenLock, place: SessionPlace) {
    this.#place = place;
    this.#where = `${place.remote.url} ${place.refs.lock}`;
    this.#tip = taken.tip;
    this.#state = taken.state;
    this.#recordTip = taken.recordTip;
    this.#renewedAt = taken.since;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** The commit of the record; correct once `settle` has finished. */
  get recordTip(): string | null {
    return this.#recordTip;
  }

  lose(reason: unknown = lockLost(this.#where)): void {
    if (!this.lost.aborted) this.#lost.abort(reason);
  }

  /** Others may acquire a lock that did not move for `ttlMs`. It counts as lost before that, even while a push hangs. */
  checkClock(): void {
    const { ttlMs, renewMs } = this.#place.times;
    if (elapsedMs(this.#renewedAt) > ttlMs - renewMs) this.lose();
  }

  /** Determines the outcome of the last push, if it is unknown. */
  async settle(): Promise<void> {
    if (this.#unsure === null) return;
    const { move, settle } = this.#unsure;
    const tip = await this.#readTip();
    if (tip === move.to) settle();
    else if (tip !== move.from) this.lose();
    this.#unsure = null;
  }

  /**
   * Moves the lock, and the record with it.
   * @throws ExternalError when the lock is lost, or the remote does not accept the push
   */
  async push(isReleased: boolean, record: RefMove | null): Promise<void> {
    const { remote, directory, refs, times } = this.#place;
    await this.settle();
    this.lost.throwIfAborted();
    const next = renewed(this.#state, times, isReleased);
    const move = { ref: refs.lock, from: this.#tip, to: await writeLock(directory, next) };
    const beganAt = thisMoment();
    const settle = () => {
      this.#tip = move.to;
      this.#state = next;
      this.#renewedAt = beganAt;
      if (record !== null) this.#recordTip = record.to;
    };
    this.#unsure = { move, settle };
    const result = await moveRefs(remote, directory, record === null ? [move] : [move, record]);
    if (result === 'moved') {
      const tip = await this.#readTip();
      this.#unsure = null;
      if (tip === this.#tip) throw changedUnlocked(remote.url, refs.record);
      this.lose();
      throw lockLost(this.#where);
    }
    this.#unsure = null;
    settle();
  }

  async #readTip(): Promise<string | null> {
    const { remote, directory, refs } = this.#place;
    return (await listRefs(remote, directory, [refs.lock])).get(refs.lock) ?? null;
  }
}

function changedUnlocked(url: string, ref: string): ExternalError {
  return new ExternalError({
    what: 'write a record',
    where: `${url} ${ref}`,
    why: 'a process that does not hold the lock has changed it',
    retry: 'soon',
  });
}
