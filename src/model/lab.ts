import type { MasterConfiguration, ObjectKey } from './configuration.js';

export const driftModes = ['observe', 'warn', 'enforce'] as const;
/** What to do about drift: report it, report it and fail, put it back. */
export type DriftMode = (typeof driftModes)[number];

/**
 * Rules say what they are about by a path: kind, name and field with a slash between them (`device/board-1/tags`). In
 * each part `*` stands for any number of characters.
 */
export interface DriftModeRule {
  readonly path: string;
  readonly mode: DriftMode;
}

/** What others take care of: neither compared, nor written, nor adopted, nor reported. */
export interface IgnoreRule {
  readonly path: string;
  /** For people: why. */
  readonly reason?: string;
}

export interface Contact {
  readonly name: string;
  readonly email?: string;
  readonly chat?: string;
}

/** Where a secret lies; the lab repo never holds the secret itself. File paths are relative to the lab. */
export type SecretReference = { readonly env: string } | { readonly file: string };

/** Where a master is. `embedded` is the one that `lavaflow up` runs beside this lab, with one dispatcher as `worker`. */
export type MasterAddress =
  | { readonly embedded: { readonly worker: string } }
  | { readonly url: string }
  /** Off until the environment variable is set. */
  | { readonly urlFrom: { readonly env: string } };

export interface Master {
  readonly name: string;
  readonly address: MasterAddress;
  readonly tokenFrom: SecretReference | null;
  /** Names of the sites whose workers and devices it serves. */
  readonly sites: readonly string[];
  readonly mode: DriftMode;
  /** For parts of it, in order: the last one that fits decides, and `mode` when none does. */
  readonly modes?: readonly DriftModeRule[];
  readonly ignore?: readonly IgnoreRule[];
}

export interface Site {
  readonly name: string;
  readonly description: string | null;
  /** GitHub users (`@user`) and teams (`@org/team`). */
  readonly owners: readonly string[];
  readonly contacts: readonly Contact[];
  readonly timeZone: string;
}

export const writeTimes = ['any', 'maintenance', 'idle'] as const;
/**
 * When devices get changes that a job could see half-applied: at any time; while they are in maintenance, so that no
 * job starts in between; or in maintenance and idle, so that no job runs either.
 */
export type WriteTime = (typeof writeTimes)[number];

export interface Policy {
  readonly mode: DriftMode;
  /** Whether what leaves the lab repo is retired on the master (`retire`), or only reported (`report`). */
  readonly prune: 'retire' | 'report';
  /** Shares (0..1) of a master's managed objects that one apply may change or remove without `--force`. */
  readonly maxUpdateShare: number;
  readonly maxRemoveShare: number;
  /** Default: `any`. */
  readonly changes?: WriteTime;
  /** For every master; its own rules come after these. */
  readonly modes?: readonly DriftModeRule[];
  readonly ignore?: readonly IgnoreRule[];
}

/** What one master should hold according to one revision of the lab. */
export interface DesiredMaster {
  readonly master: Master;
  readonly objects: MasterConfiguration;
  /**
   * Objects that the lab means to have but whose files have findings, with the findings' codes. A plan keeps them
   * as they are on the master: a broken file is neither a change nor a removal.
   */
  readonly blocked: ReadonlyMap<ObjectKey, readonly string[]>;
  /**
   * Templates of the lab's deviceTypeSources that devices of this master are made of. A LAVA that brings its own along
   * needs none of them; where it has no such template, they are wanted like `objects`. Absent: none.
   */
  readonly fromSources?: Pick<DesiredMaster, 'objects' | 'blocked'>;
}

export interface Lab {
  readonly name: string;
  readonly contacts: readonly Contact[];
  readonly policy: Policy;
  readonly sites: ReadonlyMap<string, Site>;
  readonly masters: ReadonlyMap<string, Master>;
  readonly desired: ReadonlyMap<string, DesiredMaster>;
}
