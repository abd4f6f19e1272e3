import type { Change, ChangeOutcome } from '../../model/index.js';

export type Ending = Pick<ChangeOutcome, 'status' | 'reason' | 'created'>;

/** Reports outcomes in the order of the changes, each one as soon as all before it are known. */
export function outcomesInOrder(
  changes: readonly Change[],
  onOutcome: (outcome: ChangeOutcome) => void | Promise<void>,
): (change: Change, ending: Ending) => Promise<void> {
  const endings = new Map<Change, Ending>();
  let next = 0;
  return async (change, ending) => {
    endings.set(change, ending);
    for (let due = changes[next]; due !== undefined; due = changes[next]) {
      const known = endings.get(due);
      if (known === undefined) return;
      next += 1;
      await onOutcome({ key: due.key, verb: due.verb, ...known });
    }
  };
}
