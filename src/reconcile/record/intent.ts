import {
  fieldDefaults,
  fieldsOf,
  sameValue,
  type AppliedFields,
  type AppliedRecord,
  type Change,
  type ChangeOutcome,
  type ConfigurationObject,
  type FieldValue,
  type ObjectKey,
  type ObjectKind,
  type ObservedMaster,
} from '../../model/index.js';
import { digestOf, lookAt, type Plan } from '../../plan/index.js';
import type { ApplyIntent, IntendedField, IntendedObject, Unproven } from '../ports.js';

/**
 * The healths of an object right after its creation, before its other fields are written (reference, sections 6.1 and
 * 6.2): a new device is Unknown through the API and Maintenance by default.
 */
const initialHealths: Readonly<Partial<Record<ObjectKind, readonly FieldValue[]>>> = {
  device: ['Unknown', 'Maintenance'],
  worker: ['Active'],
};

/**
 * What is about to be written: saved before the first write, so that a kill at any point leaves a trace.
 * @param carried what remains of the previous intent (`carriedOver`)
 */
export function intentOf(
  plan: Plan,
  writes: readonly Change[],
  startedAt: string,
  carried: ApplyIntent['objects'],
): ApplyIntent {
  const objects = new Map(carried);
  for (const { key, verb, fields } of writes) {
    if (verb !== 'create' && verb !== 'update' && verb !== 'adopt') continue;
    const digests = fields.flatMap(({ field, before, after }) => {
      if (after === undefined) return [];
      const lists = [before, after].filter((value) => Array.isArray(value)) as readonly FieldValue[][];
      const digest: IntendedField = {
        before: before === undefined ? null : digestOf(before),
        after: digestOf(after),
        ...(lists.length === 0 ? {} : { entries: [...new Set(lists.flat().map(digestOf))].sort() }),
      };
      return [[field, digest] as const];
    });
    objects.set(key, { verb, fields: Object.fromEntries(digests) });
  }
  return {
    master: plan.master,
    repository: plan.repository,
    revision: plan.revision,
    fingerprint: plan.fingerprint,
    startedAt,
    objects,
  };
}

/**
 * The objects of the previous intent that could not be read, or not completely. Whether they are ours is decided when
 * they can be read again.
 */
export function carriedOver(intent: ApplyIntent | null, observed: ObservedMaster): ApplyIntent['objects'] {
  const look = lookAt(observed);
  const isUnseen = ([key, { fields }]: readonly [ObjectKey, IntendedObject]): boolean => {
    const sight = look(key);
    return sight.state === 'unreadable' || Object.keys(fields).some((field) => sight.blind.has(field));
  };
  return new Map([...(intent?.objects ?? [])].filter(isUnseen));
}

/**
 * What must stay in the intent after an apply: objects that may be half-written, because their write failed or its outcome
 * is unknown; and devices that are still in maintenance. Null if there are none.
 */
export function unsettled(
  intent: ApplyIntent,
  outcomes: readonly ChangeOutcome[],
  { parked, unproven }: { parked: NonNullable<ApplyIntent['parked']>; unproven?: Unproven | undefined },
): ApplyIntent | null {
  const settled = new Set(outcomes.filter(({ status }) => status !== 'failed').map(({ key }) => key));
  const created = new Set(outcomes.flatMap((outcome) => (outcome.created === true ? [outcome.key] : [])));
  const objects = new Map(
    [...intent.objects]
      .filter(([key]) => !settled.has(key))
      .map(([key, object]) => [key, created.has(key) ? { ...object, created: true as const } : object]),
  );
  if (objects.size === 0 && parked.size === 0 && unproven === undefined) return null;
  return {
    ...intent,
    objects,
    ...(parked.size === 0 ? {} : { parked }),
    ...(unproven === undefined ? {} : { unproven }),
  };
}

/**
 * The actual last applied state after an interrupted apply: the record, plus what was written according to the intent
 * and the master.
 * - An object in the record: fields with their intended values count as applied.
 * - An object that is not in the record is ours if the intent states that we created it, or if each intended field has either its intended value, or the value
 *   right after the object was created (`create`) or before it was adopted (`adopt`), or, for a list, some of the entries
 *   of these. Any other value is somebody else's work: then the object stays unmanaged.
 *
 * It contains the intent's fingerprint, so that the fingerprint of the next plan differs from the interrupted apply's.
 */
export function withIntent(
  record: AppliedRecord | null,
  intent: ApplyIntent | null,
  observed: ObservedMaster,
): AppliedRecord | null {
  if (intent === null) return record;
  const look = lookAt(observed);
  const objects = new Map(record?.objects ?? []);
  for (const [key, intended] of intent.objects) {
    const sight = look(key);
    if (sight.state !== 'present') continue;
    const known = objects.get(key);
    if (known === undefined && !isOurs(intended, sight.object)) continue;
    objects.set(key, { ...known, ...asIntended(intended, sight.object) });
  }
  if (objects.size === 0) return record;
  const { master, repository, revision, fingerprint, startedAt } = intent;
  return record === null
    ? { master, repository, revision, fingerprint, appliedAt: startedAt, objects, retired: new Set() }
    : { ...record, fingerprint, objects };
}

function asIntended(intended: IntendedObject, object: ConfigurationObject): AppliedFields {
  const fields = fieldsOf(object);
  return Object.fromEntries(
    Object.entries(intended.fields).flatMap(([field, { after }]) => {
      const value = fields[field];
      return value !== undefined && digestOf(value) === after ? [[field, after]] : [];
    }),
  );
}

function isOurs(intended: IntendedObject, object: ConfigurationObject): boolean {
  if (intended.created === true) return true;
  const fields = fieldsOf(object);
  return Object.entries(intended.fields).every(([field, { before, after, entries }]) => {
    const value = fields[field];
    if (value === undefined) return true;
    const seen = digestOf(value);
    if (seen === after) return true;
    if (entries !== undefined && isPartOf(value, entries)) return true;
    return intended.verb === 'create' ? isInitial(object.kind, field, value) : seen === before;
  });
}

/** Whether a list has only these entries: some of them may be written, and others not yet. */
function isPartOf(value: FieldValue, entries: readonly string[]): boolean {
  return (
    Array.isArray(value) && (value as readonly FieldValue[]).every((one) => entries.includes(digestOf(one)))
  );
}

/** An interrupted creation leaves default values. Empty ones always count. */
function isInitial(kind: ObjectKind, field: string, value: FieldValue): boolean {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return true;
  if (field === 'health') return initialHealths[kind]?.includes(value) === true;
  return sameValue(value, fieldDefaults[kind][field]?.value);
}

/** Remarks for a plan about an apply that did not finish. */
export function remarksOn(intent: ApplyIntent | null): string[] {
  const parked = intent?.parked?.size ?? 0;
  const canary = intent?.unproven?.device;
  if (canary !== undefined) {
    return [`${canary} tried a change that is not proven: the next apply reverts it and starts again`];
  }
  if (parked === 0) return [];
  return [
    `an interrupted apply left ${parked} ${parked === 1 ? 'device' : 'devices'} in maintenance: the next apply restores their health`,
  ];
}
