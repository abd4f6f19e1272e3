import type { Cause } from '../../model/index.js';

/**
 * What becomes of a rendered device configuration, worst first:
 * - `breaks`: it rendered, or there was none, and it would not render any more;
 * - `broken`: it renders neither before nor after; `recovers`: it renders again;
 * - `changes`: other lines; `new`: there was none before; `unchanged`: the same lines;
 * - `unknown`: it was not rendered, and `reason` says why.
 */
export const renderedKinds = [
  'breaks',
  'broken',
  'recovers',
  'changes',
  'new',
  'unknown',
  'unchanged',
] as const;
export type RenderedKind = (typeof renderedKinds)[number];

/** Devices whose rendered configuration changes in the same way: the same lines go and come. */
export interface RenderedDifference {
  readonly kind: RenderedKind;
  /** `upstream`: the lab and the master differ in templates that neither of them has from the lab. */
  readonly cause: Cause;
  /** Hostnames, sorted; a device is in one entry only. */
  readonly devices: readonly string[];
  readonly count: number;
  /** For `changes`: lines of a unified diff of the first device's configuration, without blank lines. */
  readonly diff: readonly string[];
  /** The devices change the same keys, but each has other values: too many ways to list each. */
  readonly isAlike?: boolean;
  /** For `breaks`, `broken`, `recovers`: `FILE:LINE:COLUMN: what is wrong`; for `unknown`: why. */
  readonly reason?: string;
}
