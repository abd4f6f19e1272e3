import type { MasterConfiguration, ObjectKey, ObjectKind } from './configuration.js';

/** Something that a master did not show. It never counts as absent. */
export interface Unreadable {
  /** The object, or the whole kind if its list could not be read. */
  readonly kind: ObjectKind;
  readonly name?: string;
  readonly field?: string;
  readonly reason: string;
}

/** The state of a master at one moment. */
export interface ObservedMaster {
  /** `lava` or `lavaflow`. */
  readonly software: string;
  /** The release that the master reports, such as `2023.01`. */
  readonly release: string;
  /** Remarks for people, for example that the master's release is newer than any known one. */
  readonly remarks?: readonly string[];
  readonly objects: MasterConfiguration;
  readonly unreadable: readonly Unreadable[];
  /**
   * Fields that this release has no API for, as `kind.field` (such as `worker.certificate`), and kinds whose objects it
   * cannot create or delete (`group`). A plan reports a desired value for them as unsupported, and never writes it.
   */
  readonly unsupported: ReadonlySet<string>;
  /**
   * Fields, as `kind.field`, whose file this release cannot delete once it exists (LAVA before 2022.04). A plan reports
   * a deletion as unsupported too. Absent: none.
   */
  readonly undeletable?: ReadonlySet<string>;
  /**
   * Whether templates and health checks can be written and deleted only while a device type of the same name exists
   * (LAVA from 2023.08). Types are then created before them and deleted after them. Absent: no.
   */
  readonly templatesNeedTypes?: boolean;
  /**
   * Devices that another tool on the master manages as well: LAVA's own `manage sync` (from 2020.06) writes their
   * fields, and retires them, whenever it runs. Adopting a device removes it from that tool. Absent: none.
   */
  readonly synced?: ReadonlySet<ObjectKey>;
  /** Names of the master's users; a group can only have these as members. Absent: unknown. */
  readonly users?: ReadonlySet<string>;
  /** Active workers that were connected before and are not now. Absent: unknown. */
  readonly offlineWorkers?: ReadonlySet<string>;
  /** Objects that belong to the master itself (the worker `example.com` of a stock LAVA): never reported, never touched. */
  readonly builtIn: ReadonlySet<ObjectKey>;
}
