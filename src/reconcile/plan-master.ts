import type { Change } from '../model/index.js';
import { driftOf, judge, unseenOf, type Plan } from '../plan/index.js';
import { datePlan, type DatedDrift } from './drift/date-plan.js';
import type { DriftMemory } from './drift/drift-memory.js';
import { judgeRevision } from './trust/judge-revision.js';
import { look, type PlanRequest } from './look/look.js';
import { judgeDrift, renderPlan } from './render-plan.js';

/**
 * What an apply would do to one master, how that changes the rendered device configurations, and whether a safety limit
 * prevents it. Writes nothing and does not need a lock.
 * @throws ExternalError when the master or the record cannot be read
 */
export async function planMaster(request: PlanRequest): Promise<Plan> {
  const seen = await look(request);
  const [plan, { problem, remarks }] = await Promise.all([
    renderPlan(seen, request),
    request.verifyRevision === null ? mayPass : judgeRevision(seen.record, request),
  ]);
  const { refused } = judge(plan, request.policy, request.consents);
  const refusals = [...(problem === null ? [] : [problem]), ...refused].map(
    ({ message, hint }) => `apply would refuse this plan: ${message}. ${hint}`,
  );
  return { ...plan, remarks: [...refusals, ...remarks, ...plan.remarks] };
}

const mayPass = { problem: null, remarks: [] };

/** What differs from the last applied revision. */
export interface DriftReport {
  readonly plan: Plan;
  /** Differences that somebody made on the master. */
  readonly drift: readonly Change[];
  /** What could not be read: it is unknown whether it drifted. */
  readonly unseen: readonly Change[];
}

/**
 * Compares a master with what was last applied. `desired` is the lab at the record's revision; with any other
 * revision, the plan also contains what that revision would change.
 */
export async function detectDrift(request: PlanRequest): Promise<DriftReport> {
  const plan = await judgeDrift(await look(request), request);
  return { plan, drift: driftOf(plan), unseen: unseenOf(plan) };
}

/**
 * Like `detectDrift`, and also dates the drift.
 * @param isStored false: the revision is not the applied one, so not all differences are drift and no times are stored
 * @throws ExternalError when the master or the record cannot be read
 */
export async function detectDatedDrift(
  request: PlanRequest,
  memory: DriftMemory,
  isStored: boolean,
): Promise<DriftReport & { readonly dated: DatedDrift }> {
  const report = await detectDrift(request);
  return { ...report, dated: await datePlan(report.plan, memory, { isStored }) };
}
