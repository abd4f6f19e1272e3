import type { ChangeOutcome, ObjectKey } from '../../model/index.js';
import { createReferenceReader, neededObjects, type ReferenceReader } from '../../templates/index.js';
import type { RevisionFailure } from '../store/values.js';
import type { RequestedChange } from './request.js';

/** The changes that are not made, and why. What needs one of them is not made either. */
export class Failures {
  readonly #endings = new Map<RequestedChange, Omit<RevisionFailure, 'key'>>();
  readonly #changes: readonly RequestedChange[];
  #users: ReadonlyMap<ObjectKey, readonly RequestedChange[]> | null = null;
  readonly read: ReferenceReader = createReferenceReader();

  constructor(changes: readonly RequestedChange[]) {
    this.#changes = changes;
  }

  /** The number of changes that are not made. It never decreases. */
  get size(): number {
    return this.#endings.size;
  }

  has(change: RequestedChange): boolean {
    return this.#endings.has(change);
  }

  /** Adds a change that failed, and everything that needs it, directly or indirectly. The first reason is kept. */
  add(change: RequestedChange, reason: string, status: RevisionFailure['status'] = 'failed'): void {
    if (this.#endings.has(change)) return;
    this.#endings.set(change, { status, reason });
    const queue = [change];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (!isWrite(next)) continue;
      // A group that exists is needed even with other members.
      if (next.kind === 'group' && next.verb !== 'create') continue;
      for (const user of this.#usersOf(next.key)) {
        if (this.#endings.has(user)) continue;
        const because = `${next.key} failed, and ${user.key} depends on it`;
        this.#endings.set(user, { status: 'skipped', reason: because });
        queue.push(user);
      }
    }
  }

  /** The changes that are made. */
  rest(): RequestedChange[] {
    return this.#changes.filter((change) => !this.has(change));
  }

  /** The writes that are not made: what they would have changed stays as it is. */
  writes(): RequestedChange[] {
    return [...this.#endings.keys()].filter(isWrite);
  }

  list(): RevisionFailure[] {
    return [...this.#endings].map(([{ key }, ending]) => ({ key, ...ending }));
  }

  /** One outcome per change, in the order of the request. */
  outcomes(): ChangeOutcome[] {
    return this.#changes.map((change) => {
      const { key, verb } = change;
      return { key, verb, status: 'done', ...this.#endings.get(change) };
    });
  }

  /** Read when the first change fails, because reading the texts of a large lab takes time. */
  #usersOf(key: ObjectKey): readonly RequestedChange[] {
    this.#users ??= usersIn(this.#changes.filter(isWrite), this.read);
    return this.#users.get(key) ?? [];
  }
}

function usersIn(
  changes: readonly RequestedChange[],
  read: ReferenceReader,
): ReadonlyMap<ObjectKey, readonly RequestedChange[]> {
  const users = new Map<ObjectKey, RequestedChange[]>();
  for (const change of changes) {
    for (const key of neededObjects(change, read)) {
      const known = users.get(key);
      if (known === undefined) users.set(key, [change]);
      else known.push(change);
    }
  }
  return users;
}

function isWrite({ verb }: RequestedChange): boolean {
  return verb === 'create' || verb === 'update' || verb === 'adopt';
}
