/** What only one board can have. */
export const claimKinds = [
  'power outlet',
  'serial port',
  'USB serial number',
  'MAC address',
  'network address',
  'TFTP directory',
] as const;
export type ClaimKind = (typeof claimKinds)[number];

/** Where a name means the same thing: on one worker, in the network of one site, or in the whole lab. */
const claimAreas = ['worker', 'site', 'lab'] as const;
export type ClaimArea = (typeof claimAreas)[number];

/** A physical resource that a device uses. Two devices that claim the same one in the same area are in conflict. */
export interface Claim {
  readonly kind: ClaimKind;
  /** Equal for the same resource, and readable: `serial.example.org:7001`, `pduclient * --hostname pdu-1 --port 1`. */
  readonly id: string;
  readonly area: ClaimArea;
}

/** The claims of a device, and where it is. */
export interface DeviceHardware {
  readonly worker: string | null;
  readonly site: string | null;
  readonly claims: readonly Claim[];
  /** Read from the rendered configuration; otherwise only from the dictionary. */
  readonly isRendered: boolean;
}

/** By hostname. A device that is retired has no claims. */
export type LabHardware = ReadonlyMap<string, DeviceHardware>;

/** Each claim once. */
export function uniqueClaims(claims: readonly Claim[]): readonly Claim[] {
  if (claims.length < 2) return claims;
  return [...new Map(claims.map((claim) => [keyOfClaim(claim), claim])).values()];
}

/** A claim as one text, for the proofs of a later process; see {@link readClaim}. */
export function keyOfClaim({ kind, id, area }: Claim): string {
  return `${kind}\n${area}\n${id}`;
}

/** @returns undefined if the text is not one of {@link keyOfClaim} */
export function readClaim(text: unknown): Claim | undefined {
  const [, first, second, id] = typeof text === 'string' ? (/^(.*)\n(.*)\n([^]*)$/.exec(text) ?? []) : [];
  const kind = claimKinds.find((one) => one === first);
  const area = claimAreas.find((one) => one === second);
  return kind === undefined || area === undefined || id === undefined ? undefined : { kind, id, area };
}
