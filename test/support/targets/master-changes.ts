import { randomUUID } from 'node:crypto';
import {
  type Change,
  type ChangeOutcome,
  type ConfigurationObject,
  fieldsOf,
  keyOf,
  type ObjectKey,
  type ObjectOf,
  type ObservedMaster,
  type RevisionInfo,
  sameValue,
  type Verb,
} from '../../../src/model/index.js';
import type { MasterTarget } from '../../../src/reconcile/index.js';

/** A new one for each apply: an embedded master treats a known one as a repetition. */
export function newRevision(): RevisionInfo {
  return {
    repository: 'https://example.com/lab.git',
    revision: '0123456789abcdef0123456789abcdef01234567',
    fingerprint: randomUUID(),
  };
}

export function template(name: string, text: string | null): ObjectOf<'template'> {
  return { kind: 'template', name, fields: { text } };
}
export function healthCheck(name: string, job: string | null): ObjectOf<'health-check'> {
  return { kind: 'health-check', name, fields: { job } };
}
export function deviceType(
  name: string,
  fields: ObjectOf<'device-type'>['fields'] = {},
): ObjectOf<'device-type'> {
  return { kind: 'device-type', name, fields };
}
export function worker(name: string, fields: ObjectOf<'worker'>['fields'] = {}): ObjectOf<'worker'> {
  return { kind: 'worker', name, fields };
}
export function device(name: string, fields: ObjectOf<'device'>['fields']): ObjectOf<'device'> {
  return { kind: 'device', name, fields };
}

/** A minimal plan: creates missing objects and updates fields that differ. The plan room is not under test here. */
export function changesTo(
  target: MasterTarget,
  desired: readonly ConfigurationObject[],
  observed: ObservedMaster,
): Change[] {
  return desired.flatMap((raw): Change[] => {
    const object = target.normalise(raw);
    const existing = observed.objects.get(keyOf(object));
    const before = existing === undefined ? {} : fieldsOf(existing);
    const fields = Object.entries(fieldsOf(object))
      .filter(([field, value]) => existing === undefined || !sameValue(value, before[field]))
      .map(([field, after]) => ({ field, before: before[field], after, cause: 'this change' as const }));
    if (existing !== undefined && fields.length === 0) return [];
    if (existing === undefined && isEmptyFile(object)) return [];
    return [change(existing === undefined ? 'create' : 'update', object, fields)];
  });
}

/** A file without text counts as missing: a master does not return it. */
function isEmptyFile(object: ConfigurationObject): boolean {
  const isFile = object.kind === 'template' || object.kind === 'health-check';
  return isFile && Object.values(fieldsOf(object)).every((text) => text === null);
}

export function change(verb: Verb, object: ConfigurationObject, fields: Change['fields'] = []): Change {
  return { key: keyOf(object), verb, cause: 'this change', object, fields };
}

export function interestIn(desired: readonly ConfigurationObject[]): Set<ObjectKey> {
  return new Set(desired.map(keyOf));
}

/** The outcomes of an apply, in the order in which they were reported. */
export async function applyAll(target: MasterTarget, changes: readonly Change[]): Promise<ChangeOutcome[]> {
  const outcomes: ChangeOutcome[] = [];
  await target.apply(changes, newRevision(), (outcome) => {
    outcomes.push(outcome);
  });
  return outcomes;
}

/** Observes, applies the differences, and observes again; returns the outcomes and the remaining differences. */
export async function converge(
  target: MasterTarget,
  desired: readonly ConfigurationObject[],
): Promise<{ outcomes: ChangeOutcome[]; left: Change[]; observed: ObservedMaster }> {
  const interest = interestIn(desired);
  const changes = changesTo(target, desired, await target.observe(interest));
  const outcomes = await applyAll(target, changes);
  const observed = await target.observe(interest);
  return { outcomes, left: changesTo(target, desired, observed), observed };
}
