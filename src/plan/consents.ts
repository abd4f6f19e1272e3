/** What a user allows for one run. */
import type { ObjectKey } from '../model/index.js';

/** Objects that a user selects. */
export type Selection = 'none' | 'all' | ReadonlySet<ObjectKey>;

/** What a user allows for one run. */
export interface Consents {
  /** Objects that exist, that lavaflow did not create, and that it may adopt. */
  readonly adopt: Selection;
  /** In addition to `adopt`, every device that LAVA's `manage sync` writes. */
  readonly adoptSynced?: boolean;
  /**
   * Objects that left the lab and may be deleted. `all` means those that cannot be retired: templates and health
   * checks.
   * A device, worker or device type is deleted only if it is named, because its jobs are deleted with it.
   */
  readonly allowDelete: Selection;
  /** The reason for overriding the safety limits, which is recorded; never empty. Null: the limits apply. */
  readonly force: string | null;
  /** Restore what drifted as if mode `warn` were `enforce`. What mode `observe` covers stays. */
  readonly restoresDrift?: boolean;
}

export const noConsents: Consents = { adopt: 'none', allowDelete: 'none', force: null };

export function isSelected(selection: Selection, key: ObjectKey): boolean {
  return selection === 'all' || isNamed(selection, key);
}

export function isNamed(selection: Selection, key: ObjectKey): boolean {
  return typeof selection !== 'string' && selection.has(key);
}

/** For output and digests: `none`, `all` or sorted keys. */
export function selectionToJson(selection: Selection): 'none' | 'all' | ObjectKey[] {
  return typeof selection === 'string' ? selection : [...selection].sort();
}
