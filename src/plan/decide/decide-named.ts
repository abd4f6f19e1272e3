import {
  fieldsOf,
  keyOf,
  type AppliedFields,
  type Change,
  type ConfigurationObject,
  type FieldChange,
  type FieldValue,
  type ObjectKey,
} from '../../model/index.js';
import { withAccounts, type Waiting } from '../compare/accounts.js';
import { compareFields, splitFields, type FieldSplit } from '../compare/compare-fields.js';
import type { Sight } from '../compare/sight.js';
import { digestOf } from '../compare/digest.js';
import type { Context } from './context.js';
import { releaseName } from '../view/names.js';
import { describeContest } from '../drift/contests.js';
import { afterOf, causeOf, decideDifferences, lastRevision } from './decide-differences.js';
import { fileFieldOf, isNothing, isRetired, retirementOf, withFields } from '../kinds.js';
import { isNamed, isSelected } from '../consents.js';
import { wasUnsupported } from '../remarks/upstream.js';
import { comparableOf, describeSilence } from './silence.js';

/** Decides what to do with an object that the lab names. */
export function decideNamed(wanted: ConfigurationObject, context: Context): Change[] {
  const { object: desired, waiting } = withAccounts(wanted, context.observed);
  const key = keyOf(desired);
  const base = { key, cause: 'this change', object: desired, fields: [] } as const;
  if (context.observed.builtIn.has(key)) {
    return [{ ...base, verb: 'keep', hold: 'built-in', reason: 'it belongs to the master itself' }];
  }
  const sight = context.look(key);
  if (sight.state === 'unreadable') {
    return [{ ...base, verb: 'keep', hold: 'unreadable', reason: sight.reason }];
  }

  if (sight.state === 'absent' && context.observed.unsupported.has(desired.kind)) {
    const reason = `${releaseName(context.observed)} has no API to create a ${desired.kind}; create it on the administration pages`;
    return [{ ...base, verb: 'report', hold: 'unsupported', reason }];
  }

  const applied = context.lastApplied?.objects.get(key) ?? null;
  if (sight.state === 'absent') {
    // LAVA creates the other fields with their defaults.
    const split = splitFields(desired, context.observed, sight.blind);
    const notes = [...notesOn(desired, split, context), ...noteOn(desired, waiting)];
    return [...decideAbsent(desired, split, applied, context), ...notes];
  }
  const implied = comparableOf(context.silence.impliedBy(wanted, applied), applied, sight, context.observed);
  const whole = withFields(desired, { ...fieldsOf(desired), ...implied });
  const split = splitFields(whole, context.observed, sight.blind);
  const notes = [...notesOn(desired, split, context), ...noteOn(desired, waiting)];
  if (applied !== null) {
    const managed = decideManaged(desired, { split, implied }, sight.object, applied, context);
    const declared = withFields(wanted, { ...fieldsOf(wanted), ...implied });
    return [...managed, ...noteOnUndeclared(declared, sight, managed, context), ...notes];
  }
  return [...decideUnmanaged(desired, split, sight.object, context), ...notes];
}

/** Entries for the fields that cannot be written. */
function notesOn(desired: ConfigurationObject, split: FieldSplit, context: Context): Change[] {
  const base = { key: keyOf(desired), cause: 'this change', object: desired } as const;
  const notes: Change[] = [];
  if (split.unsupported.length > 0) {
    const reason = `unsupported on ${releaseName(context.observed)}`;
    notes.push({ ...base, verb: 'report', fields: split.unsupported, hold: 'unsupported', reason });
  }
  for (const { change, reason } of split.blind) {
    notes.push({ ...base, verb: 'keep', fields: [change], hold: 'unreadable', reason });
  }
  return notes;
}

/** An entry for members or an owner without an account. Nothing else waits for them. */
function noteOn(desired: ConfigurationObject, waiting: Waiting | null): Change[] {
  if (waiting === null) return [];
  const cause = 'this change';
  const { field, value } = waiting;
  const fields: FieldChange[] = [{ field, before: undefined, after: value, cause }];
  const reason = 'without an account on the master; lavaflow creates no users';
  return [
    { key: keyOf(desired), verb: 'report', cause, object: desired, fields, hold: 'no-account', reason },
  ];
}

/** An entry for what the master has, the lab does not declare, and lavaflow does not manage. */
function noteOnUndeclared(
  managed: ConfigurationObject,
  sight: Sight & { readonly state: 'present' },
  changes: readonly Change[],
  { silence }: Context,
): Change[] {
  const written = changes.flatMap(({ fields }) => fields.map(({ field, after }) => [field, after]));
  const known = { ...fieldsOf(managed), ...(Object.fromEntries(written) as Record<string, FieldValue>) };
  const fields = silence.undeclaredIn(managed, known, sight);
  if (fields.length === 0) return [];
  const cause = 'unmanaged';
  const reason = 'the lab does not declare it, and lavaflow did not write it';
  const { object } = sight;
  return [{ key: keyOf(managed), verb: 'report', cause, object, fields, hold: 'undeclared', reason }];
}

function decideAbsent(
  desired: ConfigurationObject,
  split: FieldSplit,
  applied: AppliedFields | null,
  context: Context,
): Change[] {
  const object = withFields(desired, split.open);
  if (isNothing(desired) || (fileFieldOf(desired.kind) !== null && Object.keys(split.open).length === 0))
    return [];

  const { changes } = compareFields(split.open, null, applied, isUpstream(desired, context));
  const isDrift = applied !== null && changes.every((change) => change.cause === 'drift');
  const change: Change = {
    key: keyOf(desired),
    verb: 'create',
    cause: isDrift ? 'drift' : causeOf(changes),
    object,
    fields: changes,
  };
  if (!isDrift) return [change];
  const reason = `it was removed from the master after ${lastRevision(context)}`;
  if (context.modeOf(change.key, null) !== 'enforce')
    return [{ ...change, verb: 'report', hold: 'drift-mode', reason }];
  const contest = context.contestOf(change.key, null);
  if (contest === undefined) return [{ ...change, reason }];
  return [{ ...change, verb: 'report', hold: 'contested', reason: describeContest(contest) }];
}

function decideManaged(
  desired: ConfigurationObject,
  { split, implied }: { readonly split: FieldSplit; readonly implied: Readonly<Record<string, FieldValue>> },
  observed: ConfigurationObject,
  applied: AppliedFields,
  context: Context,
): Change[] {
  const open = { ...split.open, ...returnTo(desired, observed, context) };
  const last = withDefaults(applied, implied);
  const comparison = compareFields(open, observed, last, isUpstream(desired, context));
  const key = keyOf(desired);
  const isTaken = isSynced(key, context) && isNamed(context.settings.adopt, key);
  return decideDifferences(observed, comparison, context, {
    ...(isTaken ? { taken: takenFromSync } : {}),
    reasonsFor: (written) =>
      describeSilence(
        desired,
        written.filter(({ field, cause }) => field in implied && cause !== 'drift'),
      ),
  });
}

/** What was never applied counts as LAVA's default: another value on the master is somebody's change. */
function withDefaults(applied: AppliedFields, implied: Readonly<Record<string, FieldValue>>): AppliedFields {
  const missing = Object.entries(implied).filter(([field]) => applied[field] === undefined);
  if (missing.length === 0) return applied;
  return { ...Object.fromEntries(missing.map(([field, value]) => [field, digestOf(value)])), ...applied };
}

const takenFromSync = 'it is adopted from `lava-server manage sync`';

/** Another tool on the master keeps writing this object. */
function isSynced(key: ObjectKey, { observed }: Context): boolean {
  return observed.synced?.has(key) === true;
}

/**
 * Whether a difference comes neither from the lab nor from a change on the master: either the release did not support
 * the field when the record was written, or a source template has a different text at the same revision of the lab.
 */
function isUpstream(
  desired: ConfigurationObject,
  { lastApplied, revision, desired: lab }: Context,
): (field: string) => boolean {
  const key = keyOf(desired);
  const isSame = lastApplied?.revision === revision && lastApplied.objects.has(key);
  const isMoved = isSame && lab.fromSources?.objects.has(key) === true;
  return (field) => isMoved || wasUnsupported(lastApplied, desired.kind, field);
}

/** Returns an object to service if lavaflow retired it when it left the lab, and the lab names it again. */
function returnTo(
  desired: ConfigurationObject,
  observed: ConfigurationObject,
  context: Context,
): Readonly<Record<string, FieldValue>> {
  const retirement = retirementOf(desired.kind);
  if (retirement === null || fieldsOf(desired)[retirement.field] !== undefined) return {};
  if (context.isIgnored(keyOf(desired), retirement.field)) return {};
  const wasRetired = context.lastApplied?.retired.has(keyOf(desired)) === true;
  return wasRetired && isRetired(observed) === true ? { [retirement.field]: retirement.back } : {};
}

function decideUnmanaged(
  desired: ConfigurationObject,
  split: FieldSplit,
  observed: ConfigurationObject,
  context: Context,
): Change[] {
  const key = keyOf(desired);
  const { changes } = compareFields(split.open, observed, null, () => false);
  const base = { key, cause: 'unmanaged', fields: changes } as const;
  const isOfSync = isSynced(key, context);
  // An object that already is as the lab specifies is adopted without asking, because nothing on the master changes.
  // This does not hold for an object that another tool keeps writing.
  const isEqual = changes.length === 0 && split.blind.length === 0 && !isOfSync;
  if (isEqual || isSelected(context.settings.adopt, key)) {
    const object = withFields(desired, { ...fieldsOf(observed), ...afterOf(changes) });
    const taken = isOfSync ? { reason: takenFromSync } : {};
    return [{ ...base, verb: 'adopt', object, ...taken }];
  }
  const why = isOfSync
    ? '`lava-server manage sync` writes it'
    : `lavaflow did not create it, and ${changes.length > 0 ? 'it differs from the lab' : 'not all of it could be read'}`;
  const reason = `${why}; \`--adopt ${key}\` adopts it`;
  return [{ ...base, verb: 'report', object: observed, hold: 'unadopted', reason }];
}
