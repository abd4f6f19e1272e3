import type { DriftMode, FieldValue, ObjectKey } from '../../model/index.js';
import { isRemoval } from '../outlook.js';
import { modesIn } from '../path-rules.js';
import type { Plan } from '../plan.js';
import { severities, severityOf, type Severity } from './severity.js';

/** One difference that somebody made on a master. */
export interface DriftItem {
  readonly key: ObjectKey;
  /** null: the object itself, which is gone. */
  readonly field: string | null;
  /** As it was applied. */
  readonly wanted: FieldValue | undefined;
  /** As it is on the master; `undefined`: it is gone. */
  readonly found: FieldValue | undefined;
  readonly severity: Severity;
  readonly mode: DriftMode;
}

/** What drifted, one entry a field, worst first. */
export function driftItems(plan: Plan): DriftItem[] {
  const modeOf = modesIn(plan.settings);
  const items = plan.changes.flatMap((change): DriftItem[] => {
    const { key } = change;
    if (isRemoval(change)) {
      const gone = { key, field: null, wanted: undefined, found: undefined } as const;
      return [{ ...gone, severity: severityOf(key, null, undefined), mode: modeOf(key, null) }];
    }
    return change.fields
      .filter(({ cause }) => cause === 'drift')
      .map(({ field, before, after }) => ({
        key,
        field,
        wanted: after,
        found: before,
        severity: severityOf(key, field, before, plan.driftEffects?.get(key)),
        mode: modeOf(key, field),
      }));
  });
  return items.sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      compare(a.key, b.key) ||
      compare(a.field ?? '', b.field ?? ''),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
