/**
 * Observes a master, plans, checks the safety limits, applies and records what was applied. It reaches masters and
 * records only through the ports that it declares.
 */
export { rememberDrift, type DriftMemory, type DriftNotes } from './drift-memory.js';
export { driftNotesFromText, driftNotesToText } from './drift-text.js';
export { exitCodeOfApply } from './exit-code.js';
export { importMaster, type ImportedLab } from './import.js';
export { lockLost, lockTaken, waitFor } from './lock/messages.js';
export type { PlanRequest } from './look.js';
export { detectDrift, planMaster, type DriftReport } from './plan-master.js';
export * from './ports.js';
export {
  reconcile,
  type Progress,
  type ReconcileRefusal,
  type ReconcileRequest,
  type ReconcileResult,
} from './reconcile.js';
export { intentFromText, intentToText, recordFromText, recordToText } from './record-text.js';
