import type { ReconcileResult } from '../../reconcile/index.js';

/** Warns that drift counts as first seen now, because the times when it was first seen could not be read or stored. */
export function warnOfUndated(drift: ReconcileResult['drift'], onWarning: (text: string) => void): void {
  if (drift?.undated === undefined) return;
  onWarning(`it is not known since when things have drifted: ${drift.undated.message}`);
}
