import {
  claimKinds,
  keyOfClaim,
  type Claim,
  type ClaimArea,
  type ClaimKind,
  type LabHardware,
} from './claim.js';

/** A resource that several devices claim. */
export interface SharedResource {
  readonly kind: ClaimKind;
  readonly id: string;
  readonly area: ClaimArea;
  /** The worker or site on which `id` means this resource; empty: the whole lab. */
  readonly where: string;
  /** Sorted. */
  readonly devices: readonly string[];
}

/**
 * If more devices than this share a resource, it is on purpose: the outlet of a shelf, a script that does nothing, a host
 * that accepts many connections.
 */
const mostSharing: Readonly<Record<ClaimKind, number>> = {
  'power outlet': 3,
  'network address': 3,
  'TFTP directory': 3,
  'serial port': 20,
  'USB serial number': 20,
  'MAC address': 20,
};

/** Who claims each resource, by a text that is equal for the same resource in the same place. */
export type Claimants = ReadonlyMap<string, SharedResource>;

/** Every claimed resource with the devices that claim it. */
export function claimantsIn(hardware: LabHardware): Claimants {
  const claimants = new Map<string, Omit<SharedResource, 'devices'> & { devices: string[] }>();
  for (const [device, { worker, site, claims }] of [...hardware].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const claim of claims) {
      const where = placeOf(claim, worker, site);
      if (where === null) continue;
      const key = `${keyOfClaim(claim)}\n${where}`;
      const known = claimants.get(key);
      if (known === undefined) claimants.set(key, { ...claim, where, devices: [device] });
      else known.devices.push(device);
    }
  }
  return claimants;
}

/** null: unknown, so it cannot be compared with others. */
function placeOf({ area }: Claim, worker: string | null, site: string | null): string | null {
  return area === 'lab' ? '' : area === 'site' ? site : worker;
}

/** The resources that more than one device claims, the most important kinds first. */
export function conflictsIn(claimants: Claimants): SharedResource[] {
  return [...claimants.values()].filter(isConflict).sort(compareResources);
}

/** Whether the devices share a resource, and not on purpose. */
export function isConflict({ kind, devices }: SharedResource): boolean {
  return devices.length > 1 && devices.length <= mostSharing[kind];
}

export function compareResources(one: SharedResource, other: SharedResource): number {
  return (
    claimKinds.indexOf(one.kind) - claimKinds.indexOf(other.kind) ||
    compareTexts(one.id, other.id) ||
    compareTexts(one.where, other.where)
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
