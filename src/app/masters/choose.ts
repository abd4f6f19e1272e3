import { UsageError } from '../../diagnostics/index.js';
import type { Lab, Master } from '../../model/index.js';
import type { LabPlace } from '../state/index.js';
import { accessTo } from './access.js';

/** A master that cannot be reached because its address or token is not set. */
export interface OffMaster {
  readonly name: string;
  /** A sentence that states what to set. */
  readonly off: string;
}

/**
 * Chooses the master for a use case that is about one master: the named one, or the only one that is not off.
 * @throws UsageError when the master does not exist, or several are possible
 * @throws ExternalError
 */
export function chooseMaster(lab: Lab, name: string | undefined, place: LabPlace): Master {
  if (name !== undefined) {
    const names = [...lab.masters.keys()].join(', ');
    const master = lab.masters.get(name);
    if (master === undefined)
      throw new UsageError(`the lab has no master ${name}`, `Specify one of: ${names}.`);
    return master;
  }
  const { on, off } = sortMasters(lab, place);
  const [only] = on;
  if (only === undefined) {
    throw new UsageError(off.length === 0 ? 'the lab has no master' : off.map(describeOff).join('; '));
  }
  if (on.length === 1) return only;
  throw new UsageError(
    'the lab has several masters',
    `Choose one with --master NAME: ${on.map((master) => master.name).join(', ')}.`,
  );
}

/**
 * Chooses the masters for a use case that is about all masters: the named one, or all that are not off.
 * @returns at least one master; `off` lists the masters that were left out
 * @throws UsageError when the master does not exist, or all are off
 * @throws ExternalError
 */
export function chooseMasters(
  lab: Lab,
  name: string | undefined,
  place: LabPlace,
): { readonly on: readonly Master[]; readonly off: readonly OffMaster[] } {
  const sorted = name === undefined ? sortMasters(lab, place) : { on: [], off: [] };
  return sorted.on.length > 0 ? sorted : { on: [chooseMaster(lab, name, place)], off: [] };
}

function sortMasters(lab: Lab, place: LabPlace): { on: Master[]; off: OffMaster[] } {
  const on: Master[] = [];
  const off: OffMaster[] = [];
  for (const master of lab.masters.values()) {
    const access = accessTo(master, 'admin', place);
    if ('off' in access) off.push({ name: master.name, off: access.off });
    else on.push(master);
  }
  return { on, off };
}

function describeOff({ name, off }: OffMaster): string {
  return `master ${name} is off: ${off}`;
}
