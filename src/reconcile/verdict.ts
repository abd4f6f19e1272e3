import {
  alarmingDrift,
  contestedOf,
  describeUnmet,
  describeUnseen,
  say,
  type Verdict,
} from '../plan/index.js';
import type { ReconcileRefusal, ReconcileResult } from './request.js';

const whyRefused: Readonly<Record<ReconcileRefusal['kind'], string>> = {
  suspended: 'the master is suspended',
  untrusted: 'the signature of the revision',
  moved: 'something has changed since the plan was made',
  unsafe: 'a safety limit',
};

/**
 * The exit code of an apply, and why it is not 0: 4 refused; 1 something failed or could not be read; 3 the lab has
 * errors, and the rest is done; 1 something was not tried, because a requirement is missing or a name is taken; 5 done,
 * but drift remains that mode `warn` reports or that is contested; 0 done.
 * @param hasErrors the lab has findings of severity error
 */
export function verdictOfApply(result: ReconcileResult, hasErrors: boolean): Verdict {
  const { refused, failure, outcomes, plan } = result;
  if (refused !== undefined) {
    return { code: 4, why: `nothing was applied: ${whyRefused[refused.kind]}` };
  }
  const bad = (status: string) => outcomes.filter((outcome) => outcome.status === status).length;
  const failed = [
    ...(failure === undefined ? [] : ['the run could not be completed']),
    ...(bad('failed') === 0 ? [] : [`${bad('failed')} failed`]),
    ...(bad('skipped') === 0 ? [] : [`${bad('skipped')} not tried, because something that it needs failed`]),
    ...describeUnseen(plan),
  ];
  if (failed.length > 0) return { code: 1, why: failed.join('; ') };
  if (hasErrors)
    return { code: 3, why: 'the lab has errors; only what does not depend on them is on the master' };
  // After the errors of the lab, which are usually the reason.
  const unmet = describeUnmet(plan);
  if (unmet.length > 0) return { code: 1, why: unmet.join('; ') };
  const left = [
    ...say(alarmingDrift(plan, 'warn'), 'drifted and left as it is (mode warn)'),
    ...say(contestedOf(plan), 'contested by another tool'),
  ];
  return left.length === 0 ? { code: 0, why: null } : { code: 5, why: left.join('; ') };
}
