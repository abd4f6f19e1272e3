import { alarmingDrift, contestedOf, unmetOf, unseenOf } from '../plan/index.js';
import type { ReconcileResult } from './request.js';

/**
 * Exit code of an apply: 4 refused; 1 something failed, could not be read, or was not tried (a requirement is
 * missing, or a name is taken); 5 done, but drift remains that mode `warn` reports or that is contested; 0 done.
 */
export function exitCodeOfApply(result: ReconcileResult): 0 | 1 | 4 | 5 {
  if (result.refused !== undefined) return 4;
  if (result.failure !== undefined || result.outcomes.some(({ status }) => status !== 'done')) return 1;
  if (unseenOf(result.plan).length > 0 || unmetOf(result.plan).length > 0) return 1;
  return alarmingDrift(result.plan, 'warn').length > 0 || contestedOf(result.plan).length > 0 ? 5 : 0;
}
