import { keyOf, type Change, type ConfigurationObject, type ObjectKey } from '../../model/index.js';
import type { Context } from '../decide/context.js';
import { releaseName } from '../view/names.js';
import { holdAliases } from './hold-aliases.js';
import { holdWithoutGroups } from './hold-groups.js';
import { holdTemplatesInUse } from './hold-templates.js';
import { isRetired, namedBy, needsOf } from '../kinds.js';
import { isWrite, takesAway, writtenText } from '../changes.js';
import { createReferenceReader, reachedFrom, templateNameOf, usersOf } from '../../templates/index.js';
import { blindnessOf } from '../compare/sight.js';
import { push } from '../groups.js';

/**
 * Turns changes into `keep` that cannot or must not be made because of other objects:
 * - an alias, or a new device type, whose name is taken on the master (hold-aliases.ts);
 * - what names a group that is missing (hold-groups.ts);
 * - a template or health check without a device type of its name, if the master requires one (`unsupported`);
 * - a template or dictionary that needs a template of the lab that is not on the master (`missing-need`);
 * - a device whose device type or worker is missing (`missing-need`);
 * - a worker or device type that a remaining device needs (`in-use`): LAVA retires a worker's devices with it, hides
 *   those of a hidden type, and deletes those of a deleted type;
 * - a group that a device or type names (`in-use`): without its permissions, it may be open to everybody;
 * - a template that a device in service uses (hold-templates.ts).
 */
export function holdBack(changes: readonly Change[], context: Context): Change[] {
  const named = holdWithoutGroups(holdAliases(changes, context), context);
  const able = holdTemplatesInUse(holdWithoutType(named, context), context);
  const standing = holdWhatMisses(holdWithoutTemplates(able, context), context);
  return holdWhatIsUsed(standing, context);
}

/** Since 2023.08, LAVA writes and deletes the files of a device type only while the type exists. */
function holdWithoutType(changes: readonly Change[], context: Context): Change[] {
  if (context.observed.templatesNeedTypes !== true) return [...changes];
  const made = madeBy(changes);
  return changes.map((change) => {
    const { kind, name } = change.object;
    if ((kind !== 'template' && kind !== 'health-check') || !isWrite(change.verb)) return change;
    if (change.verb === 'adopt' && change.fields.length === 0) return change;
    const type: ObjectKey = `device-type/${name}`;
    if (made.has(type) || context.look(type).state === 'present') return change;
    const reason = `${releaseName(context.observed)} accepts a ${kind} only under the name of a device type; \`device-types/${name}.yaml\` with \`display: false\` creates one`;
    return { ...change, verb: 'report', hold: 'unsupported', reason };
  });
}

/** Holds back the users, direct and indirect, of templates that the lab has and the master will not have. */
function holdWithoutTemplates(changes: readonly Change[], { desired, look, isInFocus }: Context): Change[] {
  const made = madeBy(changes);
  // A template that was not looked at exists: it is in the record as the lab has it.
  const absent = [...desired.objects.keys(), ...desired.blocked.keys()].filter(
    (key) => key.startsWith('template/') && isInFocus(key) && !made.has(key) && look(key).state === 'absent',
  );
  if (absent.length === 0) return [...changes];
  const read = createReferenceReader();
  // A template that is already on the master stays usable, so only its new version is held back.
  const nodeOf = ({ key, verb }: Change) => (verb === 'create' ? key : `${verb} ${key}`);
  const uses = changes.flatMap((change): [string, string[]][] => {
    const text = writtenText(change);
    if (typeof text !== 'string') return [];
    return [[nodeOf(change), read(text).needed.map((name) => `template/${templateNameOf(name)}`)]];
  });
  const lacking = reachedFrom(absent, usersOf(uses));
  return changes.map((change) => {
    const need = isWrite(change.verb) ? lacking.get(nodeOf(change)) : undefined;
    if (need === undefined) return change;
    return held(change, 'missing-need', `it needs ${need}, which is not on the master`);
  });
}

function madeBy(changes: readonly Change[]): ReadonlySet<ObjectKey> {
  return new Set(changes.filter((change) => change.verb === 'create').map((change) => change.key));
}

function holdWhatMisses(changes: readonly Change[], context: Context): Change[] {
  const byKey = new Map(changes.map((change) => [change.key, change] as const));
  const made = madeBy(changes);
  return changes.map((change) => {
    if (change.verb !== 'create' && change.verb !== 'update' && change.verb !== 'adopt') return change;
    const written = new Set(change.fields.map((field) => field.field));
    for (const { field, key } of needsOf(change.object)) {
      if (!written.has(field) || made.has(key) || key.startsWith('group/')) continue;
      const sight = context.look(key);
      if (sight.state === 'present') continue;
      const why = sight.state === 'unreadable' ? 'could not be read' : 'is not on the master';
      const more = byKey.get(key)?.reason;
      return held(
        change,
        'missing-need',
        `it needs ${key}, which ${why}${more === undefined ? '' : ` (${more})`}`,
      );
    }
    return change;
  });
}

function holdWhatIsUsed(changes: readonly Change[], context: Context): Change[] {
  const isNamed = ({ object }: Change) => namedBy(object.kind).length > 0;
  if (!changes.some((change) => takesAway(change) && isNamed(change))) return [...changes];
  const users = usersAfter(changes, context);
  return changes.map((change) => {
    if (!isNamed(change) || !takesAway(change)) return change;
    for (const { kind, fields } of namedBy(change.object.kind)) {
      const blind = blindnessOf(context.observed, kind, [...fields, 'health']);
      if (blind === null) continue;
      const whose = change.object.kind === 'group' ? `the ${kind}s that name it` : 'its devices';
      return held(change, 'unreadable', `${whose} could not be read: ${blind}`);
    }
    // The lab itself takes the object out of service, so this is intended. The limits judge what goes with it.
    if (change.verb !== 'retire' && change.verb !== 'delete') return change;
    const keys = (change.verb === 'delete' ? users.any : users.active).get(change.key);
    return keys === undefined ? change : held(change, 'in-use', stillNeeded(keys));
  });
}

function stillNeeded(users: readonly ObjectKey[]): string {
  const [first = '', ...others] = [...users].sort();
  return others.length === 0 ? `${first} still needs it` : `${first} and ${others.length} more still need it`;
}

/** What names each worker, device type and group after the changes; `active`: what is in service. */
function usersAfter(changes: readonly Change[], context: Context) {
  const users = new Map<ObjectKey, { object: ConfigurationObject; retired: boolean }>();
  const canName = ({ kind }: ConfigurationObject) => kind === 'device' || kind === 'device-type';
  for (const object of context.observed.objects.values()) {
    if (canName(object)) users.set(keyOf(object), { object, retired: isRetired(object) === true });
  }
  for (const { key, verb, object } of changes) {
    if (!canName(object)) continue;
    if (verb === 'delete') users.delete(key);
    if (verb === 'retire') users.set(key, { object, retired: true });
    if (verb === 'create' || verb === 'update' || verb === 'adopt') {
      users.set(key, { object, retired: isRetired(object) === true });
    }
  }
  const any = new Map<ObjectKey, ObjectKey[]>();
  const active = new Map<ObjectKey, ObjectKey[]>();
  for (const [key, { object, retired }] of users) {
    for (const need of needsOf(object)) {
      push(any, need.key, key);
      if (!retired) push(active, need.key, key);
    }
  }
  return { any, active };
}

function held(change: Change, hold: 'missing-need' | 'in-use' | 'unreadable', reason: string): Change {
  return { ...change, verb: 'keep', hold, reason };
}
