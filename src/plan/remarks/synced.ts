import type { AppliedRecord, DesiredMaster, ObjectKey, ObservedMaster } from '../../model/index.js';

const mostNames = 5;

/**
 * Says when LAVA's `manage sync` writes devices that the lab names or that lavaflow applied: then two tools undo each
 * other's work. What neither knows is in the plan as unmanaged, without a remark.
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
      return `${what} ${names}, which lavaflow applied: two tools undo each other's work; after \`--adopt synced\` only lavaflow does`;
    }),
    ...remark(named, (names) => {
      return `${what} ${names}, which the lab names; \`--adopt synced\` takes them over, and it leaves them alone from then on`;
    }),
  ];
}

function remark(keys: readonly ObjectKey[], say: (names: string) => string): string[] {
  if (keys.length === 0) return [];
  const more = keys.length - mostNames;
  return [say(keys.slice(0, mostNames).join(', ') + (more > 0 ? ` and ${more} more` : ''))];
}
