import type { AppliedRecord, DesiredMaster, ObjectKey, ObservedMaster } from '../../model/index.js';
import type { Consents, Selection } from '../consents.js';

/** Reports objects that a user named for this run without effect, so that a misspelled name does not go unnoticed. */
export function remarksOnConsents(
  { adopt, allowDelete }: Pick<Consents, 'adopt' | 'allowDelete'>,
  { objects, blocked }: DesiredMaster,
  { synced }: ObservedMaster,
  lastApplied: AppliedRecord | null,
): string[] {
  const isNamed = (key: ObjectKey) => objects.has(key) || blocked.has(key);
  return [
    ...keysOf(adopt)
      .filter((key) => !isNamed(key) && synced?.has(key) !== true)
      .map((key) => `\`--adopt ${key}\` adopts nothing: the lab has no ${key}`),
    ...keysOf(allowDelete)
      .filter((key) => isNamed(key) || lastApplied?.objects.has(key) !== true)
      .map((key) => {
        const why = isNamed(key) ? 'the lab still names it' : `lavaflow has not applied ${key}`;
        return `\`--allow-delete ${key}\` deletes nothing: ${why}`;
      }),
  ];
}

function keysOf(selection: Selection): ObjectKey[] {
  return typeof selection === 'string' ? [] : [...selection].sort();
}
