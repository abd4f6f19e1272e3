import { instantText, judgeWindows, type HeldBack } from '../../calendar/index.js';
import {
  fieldDefaults,
  sameValue,
  type Change,
  type DesiredMaster,
  type FieldChange,
  type FieldValue,
  type MaintenanceWindow,
  type ObjectKind,
} from '../../model/index.js';
import { isWrite } from '../changes.js';
import { splitChange } from './split-change.js';

/**
 * Turns changes of workers and devices into `keep` that their maintenance windows do not allow now (`window`). An adoption
 * that writes nothing is not held. Neither is what withdraws access, or changes the windows themselves.
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
  return changes.flatMap((change): Change[] => {
    const own = windows.get(change.key);
    if (own === undefined || !isWrite(change.verb)) return [change];
    if (change.verb === 'adopt' && change.fields.length === 0) return [change];
    const held = judge(own);
    if (held === null) return [change];
    const reason = describe(held);
    const kept = change.fields.filter((field) => !concernsNoHardware(change.object.kind, field));
    const isWhole = change.verb !== 'update' || kept.length === change.fields.length;
    if (isWhole) return [{ ...change, verb: 'keep', hold: 'window', reason }];
    return kept.length === 0 ? [change] : splitChange(change, new Set(kept), 'window', reason);
  });
}

/** The windows themselves are for the master's scheduler; and nobody keeps access because people work on the hardware. */
function concernsNoHardware(kind: ObjectKind, field: FieldChange): boolean {
  return field.field === 'maintenanceWindows' || withdraws(kind, field);
}

/** Whether somebody loses access: an entry of a list, the value itself, or the key in a certificate. */
function withdraws(kind: ObjectKind, { field, before, after }: FieldChange): boolean {
  const standard = fieldDefaults[kind][field];
  if (standard?.grants !== true || before === undefined || sameValue(before, standard.value)) return false;
  if (Array.isArray(before)) return !before.every((entry: FieldValue) => includes(after, entry));
  return field === 'certificate' || after === undefined || sameValue(after, standard.value);
}

function includes(list: FieldValue | undefined, entry: FieldValue): boolean {
  return Array.isArray(list) && list.some((other: FieldValue) => sameValue(other, entry));
}

function describe({ window: { of, rule, reason }, until }: HeldBack<MaintenanceWindow>): string {
  const why = reason === null ? '' : ` (${reason})`;
  const when = until === null ? '' : `, from ${instantText(until)}`;
  return rule === 'denied'
    ? `not changed during the maintenance window of ${of}${why}; to be changed after it${when}`
    : `changed only in a maintenance window of ${of}${why}; to be changed in the next one${when}`;
}
