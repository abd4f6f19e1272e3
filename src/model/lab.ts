import type { RuledWindow } from '../calendar/index.js';
import type { DrainWindow, MasterConfiguration, ObjectKey } from './configuration.js';
import type { ReleaseNumber } from './release.js';

export const driftModes = ['observe', 'warn', 'enforce'] as const;
/** What to do about drift: report it, report it and fail, or revert it. */
export type DriftMode = (typeof driftModes)[number];

/**
 * A rule selects fields by a path: kind, name and field, separated by slashes (`device/board-1/tags`). In each part,
 * `*` matches any number of characters.
 */
export interface DriftModeRule {
  readonly path: string;
  readonly mode: DriftMode;
}

/** Fields that are managed elsewhere: not compared, written, adopted or reported. */
export interface IgnoreRule {
  readonly path: string;
  /** The reason, for people. */
  readonly reason?: string;
}

/**
 * A change of these fields requires a maintainer, besides the owner of the object. The path is that of an {@link IgnoreRule}; the
 * field of a device can also be a key of its rendered configuration (`configuration.commands.power_on`).
 */
export interface HazardRule {
  readonly path: string;
  /** The reason, for people. */
  readonly reason?: string;
}

export interface Contact {
  readonly name: string;
  readonly email?: string;
  readonly chat?: string;
}

/** Where a secret is stored; the lab repo never contains the secret itself. File paths are relative to the lab. */
export type SecretReference = { readonly env: string } | { readonly file: string };

/** Where a master is. `embedded` is the master that `lavaflow up` runs for this lab, with one dispatcher as `worker`. */
export type MasterAddress =
  | { readonly embedded: { readonly worker: string } }
  | { readonly url: string }
  /** Off until the environment variable is set. */
  | { readonly urlFrom: { readonly env: string } };

export interface Master {
  readonly name: string;
  readonly address: MasterAddress;
  readonly tokenFrom: SecretReference | null;
  /** Names of the sites whose workers and devices the master serves. */
  readonly sites: readonly string[];
  /** The LAVA release that it should run. Absent: not specified; an embedded master imitates {@link defaultRelease}. */
  readonly release?: ReleaseNumber;
  /** Context variables that jobs may set besides LAVA's own (LAVA's setting `EXTRA_CONTEXT_VARIABLES`). Absent: none. */
  readonly extraContextVariables?: readonly string[];
  readonly mode: DriftMode;
  /** For parts of the master, in order: the last matching rule wins; `mode` applies if none matches. */
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
  /** Absent: none. */
  readonly windows?: readonly MaintenanceWindow[];
}

export const writeTimes = ['any', 'maintenance', 'idle'] as const;
/**
 * When devices get changes that a job could see half-applied: at any time; in maintenance, so that no job starts in
 * between; or in maintenance and idle, so that no job is running either.
 */
export type WriteTime = (typeof writeTimes)[number];

export const undeclaredPolicies = ['unmanaged', 'default'] as const;
/**
 * What it means that the lab does not declare a field: lavaflow does not manage it, except for access that it granted
 * itself and revokes; or the field has LAVA's default.
 */
export type UndeclaredPolicy = (typeof undeclaredPolicies)[number];

export const signaturePolicies = ['ignored', 'required'] as const;
/** Whether a revision must be signed by an allowed signer before it is applied (docs/signatures.md). */
export type SignaturePolicy = (typeof signaturePolicies)[number];

export interface Policy {
  readonly mode: DriftMode;
  /** Whether objects that leave the lab repo are retired on the master (`retire`) or only reported (`report`). */
  readonly prune: 'retire' | 'report';
  /** Shares (0..1) of a master's managed objects that one apply may change or remove without `--force`. */
  readonly maxUpdateShare: number;
  readonly maxRemoveShare: number;
  /** Default: `any`. */
  readonly changes?: WriteTime;
  /** Default: `unmanaged`. */
  readonly undeclared?: UndeclaredPolicy;
  /** Default: `ignored`. */
  readonly signatures?: SignaturePolicy;
  /** For every master; the rules of a master follow these. */
  readonly modes?: readonly DriftModeRule[];
  readonly ignore?: readonly IgnoreRule[];
  /** Absent: the default hazards. */
  readonly hazards?: readonly HazardRule[];
}

/** A maintenance window, with what it means for changes of an object. */
export interface MaintenanceWindow extends RuledWindow, DrainWindow {}

/** What one revision of the lab specifies for one master. */
export interface DesiredMaster {
  readonly master: Master;
  readonly objects: MasterConfiguration;
  /**
   * Objects of the lab whose files have findings, with the codes of the findings. A plan keeps them as they are on the
   * master: a broken file is neither a change nor a removal.
   */
  readonly blocked: ReadonlyMap<ObjectKey, readonly string[]>;
  /** Fields that no file declares as far as the files could be read: their silence means nothing. Absent: none. */
  readonly unread?: ReadonlyMap<ObjectKey, readonly string[]>;
  /**
   * Templates from the lab's deviceTypeSources that devices of this master use. A LAVA that ships its own needs none of
   * them; if it lacks one, the template is desired like `objects`. Absent: none.
   */
  readonly fromSources?: Pick<DesiredMaster, 'objects' | 'blocked'>;
  /** The windows of workers and devices, including those of their sites. Absent: none. */
  readonly windows?: ReadonlyMap<ObjectKey, readonly MaintenanceWindow[]>;
}

export interface Lab {
  readonly name: string;
  readonly contacts: readonly Contact[];
  readonly policy: Policy;
  readonly sites: ReadonlyMap<string, Site>;
  readonly masters: ReadonlyMap<string, Master>;
  readonly desired: ReadonlyMap<string, DesiredMaster>;
}
