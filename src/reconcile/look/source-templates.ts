import type { AppliedRecord, DesiredMaster, ObjectKey, ObservedMaster } from '../../model/index.js';
import type { ApplyIntent, MasterTarget } from '../ports.js';

type Written = Pick<AppliedRecord, 'objects'> | Pick<ApplyIntent, 'objects'>;

/**
 * The desired templates for a master that includes none: all those that its devices use.
 */
export function withAllSources(desired: DesiredMaster): DesiredMaster {
  return withSources(desired, () => true);
}

/** The desired templates for a LAVA master, according to the record: source templates that were written there before. */
export function withWrittenSources(
  desired: DesiredMaster,
  written: readonly (Written | null)[],
): DesiredMaster {
  return withSources(desired, (key) => written.some((one) => one?.objects.has(key) === true));
}

/**
 * The desired templates for a LAVA master that was observed: those that were written there before, and those that it
 * certainly does not have. LAVA's own templates stay as they are, even if the text differs: a copy would hide the
 * templates of later LAVA releases.
 * @throws ExternalError when the master did not respond
 */
export async function withLackingSources(
  desired: DesiredMaster,
  written: readonly (Written | null)[],
  observed: ObservedMaster,
  target: Pick<MasterTarget, 'readTemplates'>,
  signal: AbortSignal | undefined,
): Promise<DesiredMaster> {
  const wanted = withWrittenSources(desired, written);
  const open = [...(desired.fromSources?.objects.keys() ?? [])].filter(
    (key) => !wanted.objects.has(key) && !observed.objects.has(key),
  );
  if (open.length === 0 || target.readTemplates === undefined) return wanted;
  const shown = await target.readTemplates(new Set(open.map(nameOf)), signal);
  const lacking = new Set(open.filter((key) => shown.get(nameOf(key)) === null));
  return withSources(
    desired,
    (key) => wanted.objects.has(key) || wanted.blocked.has(key) || lacking.has(key),
  );
}

function withSources(desired: DesiredMaster, isWanted: (key: ObjectKey) => boolean): DesiredMaster {
  const { fromSources } = desired;
  if (fromSources === undefined) return desired;
  return {
    ...desired,
    objects: new Map([...desired.objects, ...[...fromSources.objects].filter(([key]) => isWanted(key))]),
    blocked: new Map([...desired.blocked, ...[...fromSources.blocked].filter(([key]) => isWanted(key))]),
  };
}

function nameOf(key: ObjectKey): string {
  return key.slice('template/'.length);
}
