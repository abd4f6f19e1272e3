/** Applies a committed revision of a lab, or a reviewed plan, to a master. */
export { applyLab, type AppliedLab, type ApplyFeedback, type ApplyOptions } from './apply-lab.js';
export type { Progress, ReconcileResult } from '../../reconcile/index.js';
