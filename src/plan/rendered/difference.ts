import type { Cause } from '../../model/index.js';

/**
 * The effect on a rendered device configuration, worst first:
 * - `breaks`: it rendered or did not exist before, and would no longer render;
 * - `rejects`: LAVA accepted it or it did not exist before, and LAVA would reject it and set the device to Bad;
 * - `broken`: it renders neither before nor after; `recovers`: it renders again; `accepts`: LAVA accepts it again;
 * - `rejected`: LAVA rejects it, and the lab was checked for another release than the one that the master runs;
 * - `changes`: its lines differ; `new`: it did not exist before; `unchanged`: its lines are the same;
 * - `unknown`: it was not rendered, for the given `reason`.
 */
export const renderedKinds = [
  'breaks',
  'rejects',
  'rejected',
  'broken',
  'recovers',
  'accepts',
  'changes',
  'new',
  'unknown',
  'unchanged',
] as const;
export type RenderedKind = (typeof renderedKinds)[number];

/** Devices whose rendered configuration changes in the same way: the same lines are removed and added. */
export interface RenderedDifference {
  readonly kind: RenderedKind;
  /** `upstream`: the lab and the master differ in templates that do not come from the lab's own files. */
  readonly cause: Cause;
  /** Hostnames, sorted. Each device is in one entry only. */
  readonly devices: readonly string[];
  readonly count: number;
  /** For `changes`, `rejects`, `accepts`: lines of a unified diff of the first device's configuration, without blank lines. */
  readonly diff: readonly string[];
  /** The devices change the same keys, but to different values. There are too many variants to list each of them. */
  readonly isAlike?: boolean;
  /**
   * For `breaks`, `broken`, `recovers`: `FILE:LINE:COLUMN: problem`; for `rejects`, `rejected`, `accepts`: why LAVA rejects
   * the first device; for `unknown`: the reason.
   */
  readonly reason?: string;
}
