import type { AppliedRecord, DesiredMaster, ObjectKey, ObservedMaster } from '../../model/index.js';

const mostNames = 5;

/**
 * Reports devices that LAVA's `manage sync` writes, if the lab names them or lavaflow applied them: the two tools would
 * undo each other's changes. All others are in the plan as unmanaged, without a note.
 */
export function remarksOnSync(
  { synced }: Pick<ObservedMaster, 'synced'>,
  desired: Pick<DesiredMaster, 'objects' | 'blocked'>,
  lastApplied: AppliedRecord | null,
): string[] {
  if (synced === undefined) return [];
  const keys = [...synced].sort();
  const isOurs = (key: ObjectKey): boolean => lastApplied?.objects.has(key) === true;
  const managed = keys.filter(isOurs);
  const named = keys.filter((key) => !isOurs(key) && (desired.objects.has(key) || desired.blocked.has(key)));
  const what = '`lava-server manage sync` on the master also writes';
  return [
    ...remark(managed, (names) => {
      return `${what} ${names}, which lavaflow applied: the two tools undo each other's changes; after \`--adopt synced\`, only lavaflow does`;
    }),
    ...remark(named, (names) => {
      return `${what} ${names}, which the lab names; \`--adopt synced\` adopts them, and sync leaves them alone from then on`;
    }),
  ];
}

function remark(keys: readonly ObjectKey[], say: (names: string) => string): string[] {
  if (keys.length === 0) return [];
  const more = keys.length - mostNames;
  return [say(keys.slice(0, mostNames).join(', ') + (more > 0 ? ` and ${more} more` : ''))];
}
