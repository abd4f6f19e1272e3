import type { Consents, Plan } from '../../plan/index.js';
import { planMaster } from '../../reconcile/index.js';
import { expectInBoth, openLab, readBaseRules, remarksOnRules, type LabFeedback } from '../lab/index.js';
import { chooseMaster } from '../masters/index.js';
import { lookAhead, planRequest, type MasterAhead } from '../request/index.js';
import { placeOf } from '../state/index.js';
import { writePlanFile } from './plan-file.js';

export interface PlanOptions {
  /** The lab's directory. */
  readonly lab: string;
  /** A committed revision; default: the working tree. */
  readonly rev?: string | undefined;
  /** Default: the only master that is not off. */
  readonly master?: string | undefined;
  /** Plan under the masters and the policy of this revision, instead of the lab's own. */
  readonly policyFrom?: string | undefined;
  readonly consents: Consents;
  /** Where applied state is stored: `file` or `git:REMOTE`. */
  readonly records: string;
  /** Also write the plan to this file. */
  readonly out?: string | undefined;
}

export interface PlannedLab {
  readonly plan: Plan;
  /** The lab has findings of severity error, and the plan leaves out what depends on them. */
  readonly hasErrors: boolean;
  /** To be masked in everything that is printed about the plan. */
  readonly secrets: readonly string[];
}

/**
 * Plans what an apply would do to one master. Writes nothing to the master.
 * @throws UsageError when the lab, the policy or the master cannot be used
 * @throws ExternalError
 */
export async function planLab(options: PlanOptions, feedback: LabFeedback): Promise<PlannedLab> {
  const { policyFrom } = options;
  const base = policyFrom === undefined ? null : await readBaseRules(options.lab, policyFrom);
  let ahead: MasterAhead | null = null;
  const lab = await openLab(options.lab, options.rev ?? null, feedback, base?.rules, async (files) => {
    if (base !== null) return;
    ahead = await lookAhead(files, { ...options, place: placeOf(options.lab) }, () => true);
  });
  if (base !== null) expectInBoth(options.master, lab.lab, base);
  const master = chooseMaster(lab.lab, options.master, lab.place);
  const remarks = base === null ? [] : remarksOnRules(base, lab.files, 'plan');
  const request = planRequest(lab, master, options.consents, options.records, remarks, ahead);
  // What is applied is not this commit but its merge, which is signed later.
  const plan = await planMaster(base === null ? request : { ...request, verifyRevision: null });
  if (options.out !== undefined) writePlanFile(options.out, plan);
  return { plan, hasErrors: lab.hasErrors, secrets: request.secrets };
}
