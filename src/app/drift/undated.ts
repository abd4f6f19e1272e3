import type { ReconcileResult } from '../../reconcile/index.js';

/** Warns that drift counts as first seen now, because the times when it was first seen could not be read or stored. */
export function warnOfUndated(drift: ReconcileResult['drift'], onWarning: (text: string) => void): void {
  if (drift?.undated === undefined) return;
  onWarning(`cannot date the drift, so all of it counts as new: ${drift.undated.message}`);
}
