/**
 * Observes a master, plans, checks the safety limits, applies changes and records what was applied. Accesses masters and
 * records only through the ports that it declares.
 */
export { rememberDrift, type DriftMemory, type DriftNotes } from './drift/drift-memory.js';
export { driftNotesFromText, driftNotesToText } from './drift/drift-text.js';
export { describeCanary, problemsOf, summaryOf } from './describe-result.js';
export { verdictOfApply } from './verdict.js';
export { importMaster, type ImportChoices, type ImportedLab } from './import/import-master.js';
export { likelySecrets, secretWorkerFiles, type LikelySecret } from './import/likely-secrets.js';
export { lockLost, lockTaken, waitFor, waitForDamaged } from './lock/messages.js';
export type { PlanRequest } from './look/look.js';
export { detectDatedDrift, detectDrift, planMaster, type DriftReport } from './plan-master.js';
export * from './ports.js';
export { reconcile } from './reconcile.js';
export { intentFromText, intentToText, recordFromText, recordToText } from './record/record-text.js';
export { suspensionFromText, suspensionToText } from './record/suspension-text.js';
export type { Progress, ReconcileRefusal, ReconcileRequest, ReconcileResult } from './request.js';
