import type { MasterConfiguration, ObjectKey, ObjectKind } from './configuration.js';

/** Something that a master would not or could not show. It is never taken for absent. */
export interface Unreadable {
  /** The object; or the whole kind, when its list could not be read. */
  readonly kind: ObjectKind;
  readonly name?: string;
  readonly field?: string;
  readonly reason: string;
}

/** A master as it was seen at one moment. */
export interface ObservedMaster {
  /** `lava` or `lavaflow`. */
  readonly software: string;
  /** The release as the master says it, e.g. `2023.01`. */
  readonly release: string;
  /** What a person should know about how the master was taken, e.g. that its release is newer than any known one. */
  readonly remarks?: readonly string[];
  readonly objects: MasterConfiguration;
  readonly unreadable: readonly Unreadable[];
  /**
   * Fields that this release has no call for, as `kind.field` (e.g. `worker.certificate`): a plan reports a
   * desired value for them as unsupported, and never plans to write it.
   */
  readonly unsupported: ReadonlySet<string>;
  /**
   * Fields, as `kind.field`, whose file this release cannot delete once it is there (LAVA before 2022.04): a plan
   * reports that as unsupported too. Absent: none.
   */
  readonly undeletable?: ReadonlySet<string>;
  /**
   * Templates and health checks can be written, and deleted, only while a device type of the same name is there (LAVA
   * from 2023.08): types are made before and deleted after them, and one without a type cannot be written at all.
   * Absent: no.
   */
  readonly templatesNeedTypes?: boolean;
  /**
   * Devices that another tool on the master keeps as well: LAVA's own `manage sync` (from 2020.06) writes their
   * fields, and retires them, whenever it runs. Adopting one takes it out of that tool's hands. Absent: none.
   */
  readonly synced?: ReadonlySet<ObjectKey>;
  /** Objects that belong to the master itself (the worker `example.com` of a stock LAVA): never reported, never touched. */
  readonly builtIn: ReadonlySet<ObjectKey>;
}
