import { type Change, fieldsOf, type ObjectKey } from '../../model/index.js';
import { createReferenceReader, neededObjects, type ReferenceReader } from '../../templates/index.js';
import { splitKey } from '../observe/split-key.js';

/**
 * The changes in the given order, with two exceptions that LAVA requires since 2023.08, where a template can be
 * written and deleted only while its device type exists: new device types come first (after the groups that they name),
 * deleted ones last (before groups).
 */
export function orderForLava(changes: readonly Change[]): Change[] {
  const isLeaving = ({ verb }: Change) => verb === 'delete';
  const groups = changes.filter(({ object }) => object.kind === 'group');
  const types = changes.filter(({ object }) => object.kind === 'device-type');
  const first = [
    ...groups.filter((change) => !isLeaving(change)),
    ...types.filter(({ verb }) => verb === 'create'),
  ];
  const last = [...types.filter(isLeaving), ...groups.filter(isLeaving)];
  const moved = new Set([...first, ...last]);
  return [...first, ...changes.filter((change) => !moved.has(change)), ...last];
}

/**
 * Splits changes into batches that do not depend on each other: the same verb on the same kind. An adoption writes like an
 * update; types that exchange aliases are written together.
 */
export function independentRuns(changes: readonly Change[]): Change[][] {
  const runs: Change[][] = [];
  for (const change of changes) {
    const run = runs.at(-1);
    const previous = run?.[0];
    if (run !== undefined && previous !== undefined && isAlike(previous, change)) {
      run.push(change);
    } else {
      runs.push([change]);
    }
  }
  return runs;
}

function isAlike(a: Change, b: Change): boolean {
  const verbOf = ({ verb }: Change) => (verb === 'adopt' ? 'update' : verb);
  return a.object.kind === b.object.kind && verbOf(a) === verbOf(b);
}

/**
 * The objects without which a change makes no sense: if one of them failed, the change is skipped. LAVA uses the template
 * with the name of a device type for new devices of the type.
 */
export function needsOf(change: Change, read: ReferenceReader = createReferenceReader()): ObjectKey[] {
  const { kind } = change.object;
  if (!writesFields(change)) return [];
  const needs = neededObjects({ kind, fields: fieldsOf(change.object) }, read);
  return needs.flatMap((key): ObjectKey[] => {
    const [of, name] = splitKey(key);
    return of === 'device-type' ? [key, `template/${name}`] : [key];
  });
}

/** What the object of a change needs on the master as long as the change is not made. */
export function needsBefore(change: Change, read: ReferenceReader): ObjectKey[] {
  if (change.verb === 'create') return [];
  const before = Object.fromEntries(change.fields.map(({ field, before }) => [field, before]));
  const fields = { ...fieldsOf(change.object), ...(writesFields(change) ? before : {}) };
  return neededObjects({ kind: change.object.kind, fields }, read);
}

export function writesFields({ verb }: Change): boolean {
  return verb === 'create' || verb === 'update' || verb === 'adopt';
}
