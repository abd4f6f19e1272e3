/** Applies a committed revision of a lab, or a reviewed plan, to one master or to all of them. */
export { applyLab, type AppliedLab, type ApplyFeedback, type ApplyOptions } from './apply-lab.js';
export {
  applyMasters,
  type ApplyingMasters,
  type AppliedMaster,
  type ApplyMastersFeedback,
  type ApplyMastersOptions,
  type FailedApply,
} from './apply-masters.js';
export { problemsOf, summaryOf, type Progress, type ReconcileResult } from '../../reconcile/index.js';
