/** What it means that the lab does not declare a field of an object that it names (docs/undeclared.md). */
import {
  fieldDefaults,
  fieldsOf,
  keyOf,
  objectKinds,
  sameValue,
  type AppliedFields,
  type ConfigurationObject,
  type DesiredMaster,
  type FieldChange,
  type FieldDefault,
  type FieldValue,
  type GroupPermission,
  type ObjectKind,
  type ObservedMaster,
  type UndeclaredPolicy,
} from '../../model/index.js';
import { isUndeletable } from '../compare/compare-fields.js';
import type { Sight } from '../compare/sight.js';
import { ignoredIn } from '../path-rules.js';

type Fields = Readonly<Record<string, FieldValue>>;

/** Answers what the silence of one lab about the objects of one master means. */
export interface Silence {
  /**
   * The values that silence stands for, for fields that lavaflow manages although the lab does not declare them: all
   * fields with a default if the policy is `default`; otherwise those that grant access, or that only the lab sets, and
   * that lavaflow has applied. They stay managed, so that removing them from the lab revokes them.
   */
  impliedBy(desired: ConfigurationObject, applied: AppliedFields | null): Fields;
  /** Fields that lavaflow does not manage and that the master has changed from their default. */
  undeclaredIn(
    desired: ConfigurationObject,
    managed: Readonly<Record<string, FieldValue | undefined>>,
    sight: Sight & { readonly state: 'present' },
  ): FieldChange[];
  /** The values without the access that lavaflow granted and without windows, for an object that left the lab and stays in service. */
  withdrawnFrom(sight: Sight & { readonly state: 'present' }, applied: AppliedFields): Fields;
}

export interface SilenceRules {
  readonly desired: Pick<DesiredMaster, 'unread' | 'master'>;
  readonly observed: Pick<ObservedMaster, 'unsupported' | 'undeletable'>;
  readonly undeclared: UndeclaredPolicy | undefined;
}

const entries = new Map(objectKinds.map((kind) => [kind, Object.entries(fieldDefaults[kind])]));

function defaultsOf(kind: ObjectKind): readonly (readonly [string, FieldDefault])[] {
  return entries.get(kind) ?? [];
}

export function silenceIn({ desired: lab, observed, undeclared }: SilenceRules): Silence {
  const isIgnored = ignoredIn(lab.master.ignore ?? []);
  const hasRules = (lab.master.ignore?.length ?? 0) > 0;

  /** Whether silence is certain and means something. Otherwise, the field is left alone. */
  function isSilent(object: ConfigurationObject, field: string): boolean {
    if (fieldsOf(object)[field] !== undefined || observed.unsupported.has(`${object.kind}.${field}`))
      return false;
    if (lab.unread?.get(keyOf(object))?.includes(field) === true) return false;
    return !hasRules || !isIgnored(keyOf(object), field);
  }

  return {
    impliedBy(desired, applied) {
      const implied: Record<string, FieldValue> = {};
      for (const [field, { value, returns }] of defaultsOf(desired.kind)) {
        const isManaged = undeclared === 'default' || (returns && applied?.[field] !== undefined);
        if (isManaged && isSilent(desired, field)) implied[field] = value;
      }
      return implied;
    },
    undeclaredIn(desired, managed, { object, blind }) {
      const found: FieldChange[] = [];
      for (const [field, { value }] of defaultsOf(desired.kind)) {
        const before = fieldsOf(object)[field];
        if (before === undefined || managed[field] !== undefined || sameValue(before, value)) continue;
        if (blind.has(field) || isUndeletable(observed, desired.kind, field)) continue;
        if (isSilent(desired, field)) found.push({ field, before, after: value, cause: 'unmanaged' });
      }
      return found;
    },
    withdrawnFrom({ object, blind }, applied) {
      const nothing = { ...object, fields: {} } as ConfigurationObject;
      const left: Record<string, FieldValue> = {};
      for (const [field, { value, grants, returns }] of defaultsOf(object.kind)) {
        const before = fieldsOf(object)[field];
        if (!returns || applied[field] === undefined || before === undefined || blind.has(field)) continue;
        if (isUndeletable(observed, object.kind, field) || !isSilent(nothing, field)) continue;
        // A worker that stays in service needs its files as long as it is admitted.
        if (!grants || field === 'certificate' || object.kind === 'group') left[field] = value;
        else if (field === 'permissions') left[field] = withoutChanging(before);
      }
      return left;
    },
  };
}

/**
 * The permissions that do not let anyone change a device or type. They stay: without a permission to view or submit, it
 * would be open to everybody.
 */
function withoutChanging(permissions: FieldValue): FieldValue {
  const list = Array.isArray(permissions) ? (permissions as unknown as readonly GroupPermission[]) : [];
  return list
    .filter(({ permission }) => !permission.startsWith('change_'))
    .map(({ group, permission }) => ({ group, permission }));
}

/**
 * The implied values that can be compared. A value that lavaflow never applied and that the master does not show, or
 * shows without reporting whose it is (an env.yaml before 2022.04 may be the one for all workers), is left alone.
 */
export function comparableOf(
  implied: Fields,
  applied: AppliedFields | null,
  { object, blind }: Sight & { readonly state: 'present' },
  observed: Pick<ObservedMaster, 'undeletable'>,
): Fields {
  const shown = fieldsOf(object);
  const isComparable = ([field]: readonly [string, FieldValue]): boolean =>
    applied?.[field] !== undefined ||
    (shown[field] !== undefined && !blind.has(field) && !isUndeletable(observed, object.kind, field));
  return Object.fromEntries(Object.entries(implied).filter(isComparable));
}

/** Why a plan changes fields that the lab does not declare, and what follows from that. */
export function describeSilence({ kind }: ConfigurationObject, changes: readonly FieldChange[]): string[] {
  if (changes.length === 0) return [];
  const effects = changes.flatMap(({ field }) => effectOf(kind, field) ?? []);
  return [`the lab does not declare ${changes.map(({ field }) => field).join(', ')}`, ...effects];
}

function effectOf(kind: ObjectKind, field: string): string | null {
  if (kind === 'worker' && field === 'certificate') return 'the master no longer admits the worker';
  if (kind === 'group' && field === 'members') return 'its members lose what it permits';
  // LAVA: an object without permissions of a kind is open to everybody (models.py, can_view and can_submit).
  return field === 'permissions' && kind !== 'group'
    ? 'without permissions, everybody can see it and submit jobs to it'
    : null;
}
