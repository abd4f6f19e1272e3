import {
  fieldsOf,
  keyOf,
  type AppliedFields,
  type Change,
  type FieldValue,
  type ObjectKey,
} from '../../model/index.js';
import type { Context } from '../decide/context.js';
import { digestFields, digestOf } from './digest.js';
import { retirementOf } from '../kinds.js';
import type { ComparedObject, Plan } from '../plan.js';
import { selectionToJson } from '../consents.js';
import type { Sight } from './sight.js';

/** Digests of what was compared for each object in the lab or the record, and of the plan's action for it. */
export function compareDigests(context: Context, changes: readonly Change[]): Map<ObjectKey, ComparedObject> {
  const { desired, lastApplied, look, isInFocus, silence } = context;
  const actions = actionsOf(changes);
  const keys = new Set<ObjectKey>([
    ...desired.objects.keys(),
    ...desired.blocked.keys(),
    ...(lastApplied?.objects.keys() ?? []),
  ]);
  const compared = new Map<ObjectKey, ComparedObject>();
  for (const key of [...keys].filter(isInFocus).sort()) {
    const object = desired.objects.get(key);
    const applied = lastApplied?.objects.get(key);
    const codes = desired.blocked.get(key);
    // What silence stands for follows from the object, the record and the settings, and needs no digest of its own.
    const fields =
      object === undefined
        ? []
        : [...Object.keys(fieldsOf(object)), ...Object.keys(silence.impliedBy(object, applied ?? null))];
    compared.set(key, {
      desired:
        codes !== undefined
          ? digestOf([...codes])
          : object === undefined
            ? null
            : digestOf(digestFields(object)),
      observed: digestOf(shownOf(look(key), fields)),
      applied: applied === undefined ? null : digestOf([applied, lastApplied?.retired.has(key) === true]),
      action: actions.get(key) ?? null,
    });
  }
  return compared;
}

/**
 * The part of the observed object that a plan compares: the fields that the lab declares or that
 * its silence stands for, and whether it is retired.
 */
function shownOf(sight: Sight, fields: readonly string[]): FieldValue {
  if (sight.state !== 'present') return sight.state;
  const shown = fieldsOf(sight.object);
  const retirement = retirementOf(sight.object.kind);
  const seen: AppliedFields = digestFields(sight.object);
  return [
    Object.fromEntries(fields.flatMap((field) => (seen[field] === undefined ? [] : [[field, seen[field]]]))),
    fields.filter((field) => sight.blind.has(field)).sort(),
    retirement === null ? null : digestOf(shown[retirement.field] ?? null) === digestOf(retirement.retired),
  ];
}

/**
 * The plan's action for each object: a digest of its entries' verbs and fields. What only the master has, objects and
 * fields, is not part of it.
 */
export function actionsOf(changes: readonly Change[]): Map<ObjectKey, string> {
  const actions = new Map<ObjectKey, FieldValue[]>();
  for (const { object, verb, hold, fields } of changes) {
    if (hold === 'unnamed' || hold === 'undeclared') continue;
    const action = [
      verb,
      hold ?? null,
      ...fields.map(({ field, after }) => [field, digestOf(after ?? null)]),
    ];
    const key = keyOf(object);
    actions.set(key, [...(actions.get(key) ?? []), action]);
  }
  return new Map([...actions].map(([key, list]) => [key, digestOf(list)]));
}

/** The plan with what was compared. This is computed when it is first read: a report of drift never reads it. */
export function withDigests(
  plan: Omit<Plan, 'compared' | 'fingerprint'>,
  compare: () => Plan['compared'],
): Plan {
  let compared: Plan['compared'] | undefined;
  let fingerprint: string | undefined;
  return {
    ...plan,
    get compared() {
      return (compared ??= compare());
    },
    get fingerprint() {
      return (fingerprint ??= fingerprintOf({ ...plan, compared: this.compared }));
    },
  };
}

/**
 * SHA-256 of everything that decides what an apply does: the target and its release, the settings, the record compared
 * with, and for each object the desired, observed and last applied digests with the resulting action. It does not
 * include the ID of the revision (another commit with the same content has the same fingerprint), nor objects that only
 * the master has.
 */
export function fingerprintOf(plan: Omit<Plan, 'fingerprint'>): string {
  const { settings } = plan;
  return digestOf({
    version: 1,
    master: plan.master,
    targetUrl: plan.targetUrl,
    software: plan.software,
    release: plan.release,
    lastApplied: plan.lastApplied,
    settings: {
      mode: settings.mode,
      modes: settings.modes.map(({ path, mode }) => [path, mode]),
      ignore: settings.ignore.map(({ path }) => path),
      prune: settings.prune,
      ...(settings.undeclared === undefined ? {} : { undeclared: settings.undeclared }),
      adopt: selectionToJson(settings.adopt),
      allowDelete: selectionToJson(settings.allowDelete),
    },
    compared: [...plan.compared]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, { desired, observed, applied, action }]) => [key, desired, observed, applied, action]),
  });
}

/** Something that changed after a plan was made. */
export interface Moved {
  /** An object; or `target`, `settings`, `record`. */
  readonly what: string;
  /** `it changed in the lab`, `it changed on the master`... */
  readonly how: string;
}

/** Describes the differences between two plans. Empty if and only if their fingerprints are equal. */
export function whatMoved(before: Plan, after: Plan): Moved[] {
  const moved: Moved[] = [];
  const targetOf = (plan: Plan) => `${plan.master} at ${plan.targetUrl}, ${plan.software} ${plan.release}`;
  if (targetOf(before) !== targetOf(after)) {
    moved.push({ what: 'target', how: `it was ${targetOf(before)} and is now ${targetOf(after)}` });
  }
  if (settingsText(before) !== settingsText(after)) {
    moved.push({
      what: 'settings',
      how: `they were ${settingsText(before)}, and are now ${settingsText(after)}`,
    });
  }
  for (const key of [...new Set([...before.compared.keys(), ...after.compared.keys()])].sort()) {
    const how = howMoved(before.compared.get(key), after.compared.get(key));
    if (how !== null) moved.push({ what: key, how });
  }
  if (before.lastApplied !== after.lastApplied) {
    moved.push({ what: 'record', how: 'another apply has been recorded since' });
  }
  return moved;
}

function howMoved(before: ComparedObject | undefined, after: ComparedObject | undefined): string | null {
  const hows: string[] = [];
  if ((before?.desired ?? null) !== (after?.desired ?? null)) hows.push('in the lab');
  if ((before?.observed ?? null) !== (after?.observed ?? null)) hows.push('on the master');
  if ((before?.applied ?? null) !== (after?.applied ?? null)) hows.push('in the record');
  if (hows.length > 0) return `it changed ${hows.join(' and ')}`;
  if ((before?.action ?? null) !== (after?.action ?? null)) return 'the planned action changed';
  return (before === undefined) === (after === undefined) ? null : 'only one of the two plans contains it';
}

function settingsText(plan: Plan): string {
  const { mode, modes, ignore, prune, undeclared, adopt, allowDelete } = plan.settings;
  const text = (value: 'none' | 'all' | string[]) => (typeof value === 'string' ? value : value.join(' '));
  const rules = [
    ...modes.map((rule) => `, ${rule.mode} ${rule.path}`),
    ...ignore.map(({ path }) => `, ignore ${path}`),
  ];
  return `mode ${mode}${rules.join('')}, prune ${prune}, ${undeclared === undefined ? '' : `undeclared ${undeclared}, `}adopt ${text(selectionToJson(adopt))}, allow-delete ${text(selectionToJson(allowDelete))}`;
}
