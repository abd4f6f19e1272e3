import {
  claimantsIn,
  compareResources,
  describeResource,
  isConflict,
  type Claimants,
  type ClaimKind,
  type LabHardware,
  type SharedResource,
} from '../lab/index.js';

/** Hardware that two devices would use, because of this change. */
export interface PhysicalConflict {
  readonly kind: ClaimKind;
  /** Without what looks like a secret. */
  readonly resource: string;
  /** The devices that use it because of this change, sorted. */
  readonly devices: readonly string[];
  /** The devices that use it besides them, sorted. Empty: the change gives it to several devices. */
  readonly with: readonly string[];
  /** Where the devices of `with` use it; null: in this change, or already in the base. */
  readonly other: { readonly name: string; readonly revision: string } | null;
}

/** Another change of the same base: an open pull request, or what was merged since this change started. */
export interface OtherChange {
  /** For people: `#17`, `main`. */
  readonly name: string;
  /** Full commit ID. */
  readonly revision: string;
  /** Where it left the base branch. */
  readonly base: LabHardware;
  readonly head: LabHardware;
}

/** Resources by key, with the devices that use them only in the head. */
type NewClaims = ReadonlyMap<string, readonly string[]>;

/** What devices use in the head, and did not use in the base. */
export function newClaims(base: LabHardware, head: LabHardware): NewClaims {
  return newClaimants(claimantsIn(base), claimantsIn(head));
}

function newClaimants(base: Claimants, head: Claimants): NewClaims {
  const fresh = new Map<string, readonly string[]>();
  for (const [key, { devices }] of head) {
    const before = base.get(key)?.devices ?? [];
    const added = devices.filter((device) => !before.includes(device));
    if (added.length > 0) fresh.set(key, added);
  }
  return fresh;
}

/** The conflicts that a change creates. Those of the base are findings of the base. */
export function findConflicts(
  base: LabHardware,
  head: LabHardware,
  others: readonly OtherChange[] = [],
): PhysicalConflict[] {
  const claimants = claimantsIn(head);
  const added = newClaimants(claimantsIn(base), claimants);
  const found: (readonly [SharedResource, PhysicalConflict])[] = [];
  for (const [key, devices] of added) {
    const resource = claimants.get(key);
    if (resource === undefined || !isConflict(resource)) continue;
    const rest = resource.devices.filter((device) => !devices.includes(device));
    found.push([resource, conflictOf(resource, devices, rest, null)]);
  }
  for (const other of others) {
    for (const [key, theirs] of newClaims(other.base, other.head)) {
      const [resource, devices] = [claimants.get(key), added.get(key)];
      if (resource === undefined || devices === undefined) continue;
      const rest = theirs.filter((device) => !resource.devices.includes(device));
      if (rest.length === 0 || !isConflict({ ...resource, devices: [...resource.devices, ...rest] }))
        continue;
      found.push([resource, conflictOf(resource, devices, rest, other)]);
    }
  }
  return found.sort(([one], [two]) => compareResources(one, two)).map(([, conflict]) => conflict);
}

function conflictOf(
  { kind, id }: SharedResource,
  devices: readonly string[],
  rest: readonly string[],
  other: OtherChange | null,
): PhysicalConflict {
  const where = other === null ? null : { name: other.name, revision: other.revision };
  return { kind, resource: describeResource(id), devices, with: [...rest].sort(), other: where };
}
