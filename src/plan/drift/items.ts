import type { DriftMode, FieldValue, ObjectKey } from '../../model/index.js';
import { isRemoval } from '../changes.js';
import { modesIn } from '../path-rules.js';
import type { DriftEffect } from './effect.js';
import type { Plan } from '../plan.js';
import type { Contest } from './contest.js';
import { findContestIn } from './contests.js';
import { raise, severities, severityOf, type Severity } from './severity.js';

/** One difference that somebody made on a master. */
export interface DriftItem {
  readonly key: ObjectKey;
  /** null: the object itself, which is gone. */
  readonly field: string | null;
  /** The value as it was applied. */
  readonly wanted: FieldValue | undefined;
  /** The value on the master; `undefined`: it is gone. */
  readonly found: FieldValue | undefined;
  readonly severity: Severity;
  /** The effect of drift in a text on rendered configurations, if it is known. */
  readonly effect?: DriftEffect;
  readonly mode: DriftMode;
  /** Neither the lab declares the value nor lavaflow wrote it, and the policy leaves it alone. `wanted` is LAVA's default. */
  readonly isUndeclared?: true;
  /** Another tool keeps changing it back, so it is left alone for a while. */
  readonly contest?: Contest;
}

/** What drifted, and what the lab does not declare, one entry per field, worst first. */
export function driftItems(plan: Plan): DriftItem[] {
  const modeOf = modesIn(plan.settings);
  const contestOf = findContestIn(plan.contests ?? []);
  const items = plan.changes.flatMap((change): DriftItem[] => {
    const { key } = change;
    const itemOf = (
      field: string | null,
      found: FieldValue | undefined,
      wanted: FieldValue | undefined,
    ): DriftItem => {
      const mode = modeOf(key, field);
      const contest = mode === 'enforce' ? contestOf(key, field) : undefined;
      const effect = field === 'dictionary' || field === 'text' ? plan.driftEffects?.get(key) : undefined;
      const severity = severityOf(key, field, found, effect);
      const item = { key, field, wanted, found, mode, ...(effect === undefined ? {} : { effect }) };
      return contest === undefined ? { ...item, severity } : { ...item, severity: raise(severity), contest };
    };
    if (change.hold === 'undeclared')
      return change.fields.map(({ field, before, after }) => ({
        ...itemOf(field, before, after),
        mode: 'observe',
        isUndeclared: true,
      }));
    if (isRemoval(change)) return [itemOf(null, undefined, undefined)];
    return change.fields
      .filter(({ cause }) => cause === 'drift')
      .map(({ field, before, after }) => itemOf(field, before, after));
  });
  return items.sort(
    (a, b) =>
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      compare(a.key, b.key) ||
      compare(a.field ?? '', b.field ?? ''),
  );
}

/**
 * The same items for writing them back: a group keeps the members that have no account on the master yet, and that the
 * master therefore cannot show.
 */
export function withStrangers<T extends Pick<DriftItem, 'key' | 'field' | 'found'>>(
  items: readonly T[],
  { changes }: Pick<Plan, 'changes'>,
): T[] {
  const waiting = changes.filter(({ hold }) => hold === 'no-account');
  return items.map((item) => {
    const strangers = waiting
      .filter(({ key }) => key === item.key && item.field === 'members')
      .flatMap(({ fields }) => fields.flatMap(({ after }) => strings(after)));
    return strangers.length === 0 ? item : { ...item, found: [...strings(item.found), ...strangers].sort() };
  });
}

function strings(value: FieldValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
