import {
  fieldsOf,
  keyOf,
  type Cause,
  type Change,
  type ConfigurationObject,
  type FieldChange,
  type FieldValue,
} from '../../model/index.js';
import type { Comparison } from '../compare/compare-fields.js';
import { describeContest } from '../drift/contests.js';
import { withFields } from '../kinds.js';
import { shortRevision } from '../view/names.js';
import type { Context } from './context.js';

/**
 * Decides what to do about the differences of an object that lavaflow manages: what the lab changed is written; what
 * somebody changed on the master is restored or reported, depending on the mode.
 * @param options.taken why the object is adopted from another tool
 * @param options.reasonsFor what to add to the entry that writes these fields
 */
export function decideDifferences(
  observed: ConfigurationObject,
  { changes, collided }: Comparison,
  context: Context,
  options: {
    readonly taken?: string;
    readonly reasonsFor: (written: readonly FieldChange[]) => readonly string[];
  },
): Change[] {
  const key = keyOf(observed);
  const drifted = changes.filter((change) => change.cause === 'drift');
  const modes = new Map(drifted.map((change) => [change, context.modeOf(key, change.field)]));
  const enforced = changes.filter((change) => (modes.get(change) ?? 'enforce') === 'enforce');
  const contestOf = ({ cause, field }: FieldChange) =>
    cause === 'drift' ? context.contestOf(key, field) : undefined;
  const written = enforced.filter((change) => contestOf(change) === undefined);

  const entries: Change[] = [];
  if (written.length > 0 || options.taken !== undefined) {
    const clash =
      collided.length > 0
        ? `${collided.join(', ')} also changed on the master after ${lastRevision(context)}`
        : options.taken;
    const reasons = [...(clash === undefined ? [] : [clash]), ...options.reasonsFor(written)];
    entries.push({
      key,
      verb: options.taken === undefined ? 'update' : 'adopt',
      cause: causeOf(written),
      object: withFields(observed, { ...fieldsOf(observed), ...afterOf(written) }),
      fields: written,
      ...(reasons.length === 0 ? {} : { reason: reasons.join('; ') }),
    });
  }
  const left = { key, verb: 'report', cause: 'drift', object: observed } as const;
  for (const field of enforced) {
    const contest = contestOf(field);
    if (contest === undefined) continue;
    entries.push({ ...left, fields: [field], hold: 'contested', reason: describeContest(contest) });
  }
  for (const mode of ['warn', 'observe'] as const) {
    const fields = drifted.filter((change) => modes.get(change) === mode);
    if (fields.length === 0) continue;
    const reason = `it changed on the master after ${lastRevision(context)}; mode \`${mode}\` does not restore it`;
    entries.push({ ...left, fields, hold: 'drift-mode', reason });
  }
  return entries;
}

/** The most significant cause. An object without fields is created because the lab names it. */
export function causeOf(changes: readonly FieldChange[]): Cause {
  const causes = new Set(changes.map((change) => change.cause));
  return (['this change', 'upstream', 'drift'] as const).find((cause) => causes.has(cause)) ?? 'this change';
}

export function afterOf(changes: readonly FieldChange[]): Record<string, FieldValue | undefined> {
  return Object.fromEntries(changes.map((change) => [change.field, change.after]));
}

/** For reasons: the revision that was applied last. */
export function lastRevision(context: Pick<Context, 'lastApplied'>): string {
  return `revision ${shortRevision(context.lastApplied?.revision ?? 'unknown')}`;
}
