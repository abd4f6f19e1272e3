import { judgeWindows, type HeldBack } from '../../calendar/index.js';
import type { Change, DesiredMaster, MaintenanceWindow } from '../../model/index.js';
import { isWrite } from '../changes.js';

/**
 * Turns changes of workers and devices into `keep` that their maintenance windows do not allow now (`window`). An adoption
 * that writes nothing is not held.
 * @param now in milliseconds of Unix time; null: windows hold nothing
 */
export function holdInWindows(
  changes: readonly Change[],
  { windows }: Pick<DesiredMaster, 'windows'>,
  now: number | null,
): Change[] {
  if (windows === undefined || now === null) return [...changes];
  const judged = new Map<readonly MaintenanceWindow[], HeldBack<MaintenanceWindow> | null>();
  const judge = (of: readonly MaintenanceWindow[]) => {
    const known = judged.get(of);
    if (known !== undefined) return known;
    const verdict = judgeWindows(of, now);
    judged.set(of, verdict);
    return verdict;
  };
  return changes.map((change) => {
    const own = windows.get(change.key);
    if (own === undefined || !isWrite(change.verb)) return change;
    if (change.verb === 'adopt' && change.fields.length === 0) return change;
    const held = judge(own);
    return held === null ? change : { ...change, verb: 'keep', hold: 'window', reason: describe(held) };
  });
}

function describe({ window: { of, rule, reason }, until }: HeldBack<MaintenanceWindow>): string {
  const why = reason === null ? '' : ` (${reason})`;
  const when = until === null ? '' : `, from ${new Date(until).toISOString().replace(/:00\.000Z$/, 'Z')}`;
  return rule === 'denied'
    ? `not changed during the maintenance window of ${of}${why}; to be changed after it${when}`
    : `changed only in a maintenance window of ${of}${why}; to be changed in the next one${when}`;
}
