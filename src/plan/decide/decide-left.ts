import {
  fieldsOf,
  type AppliedFields,
  type Change,
  type ConfigurationObject,
  type ObjectKey,
  type ObjectKind,
} from '../../model/index.js';
import { compareFields, isUndeletable } from '../compare/compare-fields.js';
import type { Sight } from '../compare/sight.js';
import type { Context } from './context.js';
import { decideDifferences } from './decide-differences.js';
import { releaseName } from '../view/names.js';
import { describeContest } from '../drift/contests.js';
import { fileFieldOf, isRetired, retirementOf, splitKey, withFields } from '../kinds.js';
import { isNamed, isSelected } from '../consents.js';

/**
 * Decides what to do with an object that lavaflow manages and that the lab no longer names. If it stays in service, what
 * lavaflow granted with it is revoked.
 */
export function decideLeft(key: ObjectKey, context: Context): Change[] {
  const changes = decideLeaving(key, context);
  const sight = context.look(key);
  const isLeft = changes.some(({ verb, hold }) => verb === 'report' && hold !== 'unsupported');
  const applied = context.lastApplied?.objects.get(key);
  if (!isLeft || sight.state !== 'present' || applied === undefined) return changes;
  return [...decideRevoked(sight, applied, context), ...changes];
}

/** Revokes the access that an object gives by itself, as far as lavaflow granted it. */
function decideRevoked(
  sight: Sight & { readonly state: 'present' },
  applied: AppliedFields,
  context: Context,
): Change[] {
  const { object } = sight;
  const open = context.silence.withdrawnFrom(sight, applied);
  const comparison = compareFields(open, object, applied, () => false);
  return decideDifferences(object, comparison, context, {
    reasonsFor: (written) => {
      const fields = written.filter(({ cause }) => cause !== 'drift').map(({ field }) => field);
      return fields.length === 0
        ? []
        : [`it left the lab, which declares its ${fields.join(', ')} no longer`];
    },
  });
}

function decideLeaving(key: ObjectKey, context: Context): Change[] {
  const { observed, settings } = context;
  if (observed.builtIn.has(key) || context.isIgnored(key, null)) return [];
  const sight = context.look(key);
  if (sight.state === 'absent') return [];
  if (sight.state === 'unreadable') {
    return [{ ...entry(key, unseen(key)), verb: 'keep', hold: 'unreadable', reason: sight.reason }];
  }

  const { object } = sight;
  const base = entry(key, object);
  const file = fileFieldOf(object.kind);
  const isStuck = file !== null && isUndeletable(observed, object.kind, file);
  if (isStuck || observed.unsupported.has(object.kind)) {
    const reason = `it left the lab; deleting it is unsupported on ${releaseName(observed)}`;
    return [{ ...base, verb: 'report', hold: 'unsupported', reason }];
  }
  const retirement = retirementOf(object.kind);
  if (settings.prune === 'report' && !isNamed(settings.allowDelete, key)) {
    if (isRetired(object) === true) return [];
    const reason = 'it left the lab; the policy only reports that (`prune: report`)';
    return [{ ...base, verb: 'report', hold: 'prune-policy', reason }];
  }
  if (isNamed(settings.allowDelete, key)) {
    return [{ ...base, verb: 'delete', ...lossWith(object.kind) }];
  }
  if (retirement === null) {
    if (isSelected(settings.allowDelete, key)) return [{ ...base, verb: 'delete', ...lossWith(object.kind) }];
    const reason = 'it left the lab; `--allow-delete` removes it';
    return [{ ...base, verb: 'report', hold: 'needs-consent', reason }];
  }

  return isRetired(object) === true ? [] : [retire(base, retirement, sight.blind, context)];
}

/** What LAVA deletes together with an object, as a remark. */
function lossWith(kind: ObjectKind): { readonly reason?: string } {
  if (kind === 'device') return { reason: 'its jobs and their results are deleted with it' };
  if (kind === 'group') return { reason: 'its members lose what it permits' };
  return {};
}

/** Retires an object that is not known to be out of service. */
function retire(
  base: ReturnType<typeof entry>,
  { field, retired: after }: NonNullable<ReturnType<typeof retirementOf>>,
  blind: ReadonlyMap<string, string>,
  context: Context,
): Change {
  const { key, object } = base;
  if (context.isIgnored(key, field)) {
    const reason = `it left the lab; it is not retired because its ${field} is ignored`;
    return { ...base, verb: 'report', hold: 'prune-policy', reason };
  }
  if (isRetired(object) === null) {
    const reason = blind.get(field) ?? `the master does not show its ${field}`;
    return { ...base, verb: 'keep', hold: 'unreadable', reason };
  }
  // It was retired before, and somebody returned it to service.
  const isDrift = context.lastApplied?.retired.has(key) === true;
  const cause = isDrift ? 'drift' : 'this change';
  const before = fieldsOf(object)[field];
  const change: Change = { ...base, verb: 'retire', cause, fields: [{ field, before, after, cause }] };
  if (!isDrift) return change;
  if (context.modeOf(key, field) !== 'enforce') {
    const reason = 'it left the lab and was retired, but somebody returned it to service';
    return { ...change, verb: 'report', hold: 'drift-mode', reason };
  }
  const contest = context.contestOf(key, field);
  if (contest === undefined) return change;
  return { ...change, verb: 'report', hold: 'contested', reason: describeContest(contest) };
}

/**
 * Objects that are neither in the lab nor in the record. Those that are already out of service are not mentioned, nor
 * those of a kind that the release cannot manage.
 */
export function decideUnnamed(key: ObjectKey, context: Context): Change[] {
  if (context.observed.builtIn.has(key) || context.isIgnored(key, null)) return [];
  const sight = context.look(key);
  if (sight.state !== 'present' || isRetired(sight.object) === true) return [];
  if (context.observed.unsupported.has(sight.object.kind)) return [];
  const base = { key, object: sight.object, fields: [] } as const;
  return [
    { ...base, verb: 'report', cause: 'unmanaged', hold: 'unnamed', reason: 'the lab does not name it' },
  ];
}

/** An object whose files have findings stays as it is, or is not created. */
export function decideBlocked(key: ObjectKey, codes: readonly string[], context: Context): Change[] {
  const sight = context.look(key);
  const object = sight.state === 'present' ? sight.object : unseen(key);
  const reason = `its files have findings: ${[...new Set(codes)].sort().join(', ')}`;
  return [{ ...entry(key, object), verb: 'keep', hold: 'blocked', reason }];
}

function entry(key: ObjectKey, object: ConfigurationObject) {
  return { key, cause: 'this change', object, fields: [] } as const;
}

function unseen(key: ObjectKey): ConfigurationObject {
  return withFields({ ...splitKey(key), fields: {} } as ConfigurationObject, {});
}
