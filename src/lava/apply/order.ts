import { type Change, fieldsOf, type ObjectKey } from '../../model/index.js';

/**
 * The changes in the given order, with two exceptions that LAVA requires since 2023.08, where a template can be
 * written and deleted only while its device type exists: new device types come first, deleted ones last.
 */
export function orderForLava(changes: readonly Change[]): Change[] {
  const isType = (change: Change): boolean => change.object.kind === 'device-type';
  const first = changes.filter((change) => isType(change) && change.verb === 'create');
  const last = changes.filter((change) => isType(change) && change.verb === 'delete');
  return [
    ...first,
    ...changes.filter((change) => !first.includes(change) && !last.includes(change)),
    ...last,
  ];
}

/** Splits changes into batches that do not depend on each other: the same verb on the same kind. */
export function independentRuns(changes: readonly Change[]): Change[][] {
  const runs: Change[][] = [];
  for (const change of changes) {
    const run = runs.at(-1);
    const previous = run?.[0];
    if (run !== undefined && previous?.object.kind === change.object.kind && previous.verb === change.verb) {
      run.push(change);
    } else {
      runs.push([change]);
    }
  }
  return runs;
}

/** The objects without which a change makes no sense: if one of them failed, the change is skipped. */
export function needsOf(change: Change): ObjectKey[] {
  if (change.object.kind !== 'device' || change.verb === 'retire' || change.verb === 'delete') return [];
  const { deviceType, worker, dictionary } = fieldsOf(change.object);
  const needs: ObjectKey[] = [];
  if (typeof deviceType === 'string') needs.push(`device-type/${deviceType}`, `template/${deviceType}`);
  if (typeof worker === 'string') needs.push(`worker/${worker}`);
  if (typeof dictionary === 'string') needs.push(...templatesIn(dictionary));
  return needs;
}

/** The template that a dictionary extends, by LAVA's rules. */
function templatesIn(dictionary: string): ObjectKey[] {
  const matches = dictionary.matchAll(/{%-?\s*extends\s*["']([^"']+)\.jinja2["']/g);
  return [...matches].map(([, name]): ObjectKey => `template/${name ?? ''}`);
}
