import type { AppliedRecord, DesiredMaster, ObjectKey, ObservedMaster } from '../../model/index.js';
import type { ApplyIntent, MasterTarget } from '../ports.js';

type Written = Pick<AppliedRecord, 'objects'> | Pick<ApplyIntent, 'objects'>;

/**
 * What is wanted of a master that brings no templates along: all that its devices are made of.
 */
export function withAllSources(desired: DesiredMaster): DesiredMaster {
  return withSources(desired, () => true);
}

/** What is wanted of a LAVA, as far as the record tells: of the sources, what was written there before. */
export function withWrittenSources(
  desired: DesiredMaster,
  written: readonly (Written | null)[],
): DesiredMaster {
  return withSources(desired, (key) => written.some((one) => one?.objects.has(key) === true));
}

/**
 * What is wanted of a LAVA that was seen: besides what was written there before, what it certainly does not have. What it
 * brings along itself stays as it is, also where the text is another: a copy of it would hide those of LAVA's next
 * releases.
 * @throws ExternalError when the master did not answer
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
