import type { Change, ChangeOutcome, ObjectKey, RevisionInfo } from '../../model/index.js';
import type { WriteGuard } from '../../reconcile/index.js';
import { createReferenceReader, type ReferenceReader } from '../../templates/index.js';
import { type Accounts, readAccounts } from '../observe/names.js';
import { listSyncedDevices } from '../observe/rows.js';
import type { Session } from '../session.js';
import { aliasMoves } from './aliases.js';
import { applyRun } from './apply-run.js';
import { independentRuns, needsBefore, needsOf, orderForLava, writesFields } from './order.js';
import { outcomesInOrder } from './outcomes.js';
import type { WriteContext } from './work.js';

/**
 * Makes changes on a stock LAVA, in batches of independent ones: each batch is written in few requests and then read
 * back. A request whose response was lost is not repeated; the read-back shows what it did. If a change fails, the
 * changes that need it are `skipped`, and no others; what its object still needs is neither deleted nor retired.
 * Where LAVA logs a reason for a change, it names the revision.
 * @throws ExternalError when the master cannot even be read; the outcomes so far have been reported
 */
export async function applyToLava(
  session: Session,
  changes: readonly Change[],
  { revision }: RevisionInfo,
  onOutcome: (outcome: ChangeOutcome) => void | Promise<void>,
  signal?: AbortSignal,
  guard?: WriteGuard,
): Promise<void> {
  const report = outcomesInOrder(changes, onOutcome);
  const failed = new FailedObjects();
  let accounts: Promise<Accounts> | undefined;
  let synced: Promise<ReadonlySet<string>> | undefined;
  const context: WriteContext = {
    session,
    reason: `lavaflow, revision ${revision.slice(0, 12)}`,
    accounts: () => (accounts ??= readAccounts(session, signal)),
    synced: () => (synced ??= listSyncedDevices(session.rest, signal)),
    guard,
    ...aliasMoves(changes),
  };

  for (const run of independentRuns(orderForLava(changes))) {
    signal?.throwIfAborted();
    const able: Change[] = [];
    for (const change of run) {
      const reason = failed.whyNot(change);
      if (reason === null) {
        able.push(change);
        continue;
      }
      failed.add(change);
      await report(change, { status: 'skipped', reason });
    }
    const failures = await applyRun(context, able, signal);
    for (const change of able) {
      const failure = failures.get(change);
      if (failure !== undefined) failed.add(change);
      await report(change, failure === undefined ? { status: 'done' } : { status: 'failed', ...failure });
    }
    failed.addUsers(able);
  }
}

/** What cannot be relied on because its change failed or was skipped. */
class FailedObjects {
  readonly #keys = new Set<ObjectKey>();
  /** What the objects of failed changes still need, and which of them does. */
  readonly #kept = new Map<ObjectKey, ObjectKey>();
  readonly #read: ReferenceReader = createReferenceReader();

  add(change: Change): void {
    // A group that exists is needed even with other members.
    const isNeeded = change.object.kind !== 'group' || change.verb === 'create';
    if (writesFields(change) && isNeeded) this.#keys.add(change.key);
    for (const key of needsBefore(change, this.#read)) this.#kept.set(key, change.key);
  }

  /** Adds the templates that were written and need one that was not: a device cannot use them. */
  addUsers(changes: readonly Change[]): void {
    if (this.#keys.size === 0) return;
    const templates = changes.filter(({ object }) => object.kind === 'template');
    for (let before = -1; before !== this.#keys.size;) {
      before = this.#keys.size;
      for (const change of templates) if (this.#missing(change) !== undefined) this.#keys.add(change.key);
    }
  }

  /** Why a change must not be tried; null: it may be. */
  whyNot(change: Change): string | null {
    const user = writesFields(change) ? undefined : this.#kept.get(change.key);
    if (user !== undefined) return `${user} still needs it, because its change failed`;
    const missing = this.#missing(change);
    return missing === undefined ? null : `${missing} failed, and ${change.key} depends on it`;
  }

  #missing(change: Change): ObjectKey | undefined {
    if (this.#keys.size === 0) return undefined;
    return needsOf(change, this.#read).find((key) => this.#keys.has(key));
  }
}
