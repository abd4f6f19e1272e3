import { isSuspended, type Master } from '../../model/index.js';
import type { Consents, Plan, Verdict } from '../../plan/index.js';
import {
  planMaster,
  reconcile,
  verdictOfApply,
  type Progress,
  type ReconcileRequest,
  type ReconcileResult,
} from '../../reconcile/index.js';
import { warnOfUndated } from '../drift/index.js';
import { openCommittedLab, type LabFeedback, type UsableLab } from '../lab/index.js';
import { chooseMaster } from '../masters/index.js';
import { readPlanFile } from '../plan/index.js';
import { lookAheadLocked, planRequest, type LockedAhead } from '../request/index.js';
import { placeOf } from '../state/index.js';
import { revisionOf } from './revision-of.js';

export interface ApplyOptions {
  /** The lab's directory. */
  readonly lab: string;
  /** A committed revision. Not used with `planFile`, which names its own. */
  readonly rev: string;
  /** A plan that was reviewed. Exactly this plan is applied, or nothing. */
  readonly planFile?: string | undefined;
  /** Default: that of the plan, or the only master that is not off. */
  readonly master?: string | undefined;
  readonly consents: Consents;
  /** Where applied state is stored: `file` or `git:REMOTE`. */
  readonly records: string;
  /** The revision whose signers decide, instead of the one in force. */
  readonly signersFrom?: string | undefined;
  /** Fetches commits and their history if a signature must be verified; default: the clone has them. */
  readonly fetchSigned?: ((commits: readonly string[]) => Promise<void>) | undefined;
  /** The device, or a device of this type, that gets the change first. */
  readonly canary?: NonNullable<ReconcileRequest['canary']> | undefined;
  /** Stops the apply at the next safe point. */
  readonly signal?: AbortSignal;
}

export interface ApplyFeedback extends LabFeedback {
  /**
   * Called with the plan before anything is applied, unless a plan file was given. If it throws, the apply ends with that error.
   * Null: apply without a review. The secrets have to be masked in what is shown.
   */
  readonly review: ((plan: Plan, secrets: readonly string[]) => Promise<void>) | null;
  onProgress(progress: Progress): void;
  /** Called when files of the lab have uncommitted changes, which are not applied. */
  onUncommitted(count: number): void;
  /** Called with a problem that does not stop the apply. */
  readonly onWarning: (text: string) => void;
}

export interface AppliedLab {
  readonly result: ReconcileResult;
  /** To be masked in everything that is printed about it. */
  readonly secrets: readonly string[];
  /** What a process that only applies should exit with, and why. */
  readonly verdict: Verdict;
}

/**
 * Applies a lab to one master.
 * @throws UsageError when the lab, the plan or the master cannot be used
 * @throws ExternalError when a file, git or the master fails; also throws what `review` throws
 */
export async function applyLab(options: ApplyOptions, feedback: ApplyFeedback): Promise<AppliedLab> {
  const planned = options.planFile === undefined ? undefined : readPlanFile(options.planFile);
  const revision = planned === undefined ? options.rev : revisionOf(planned);
  const master = options.master ?? planned?.master;
  // Nobody else has to wait while a person reviews the plan.
  const isReviewed = planned === undefined && feedback.review !== null;
  const { lab, lock } = await openToApply({ ...options, rev: revision, master }, feedback, !isReviewed);
  try {
    return await applyTo(lab, chooseMaster(lab.lab, master, lab.place), planned, lock, options, feedback);
  } finally {
    await lock?.release();
  }
}

/**
 * Reads a lab, and begins to read its master meanwhile if there is only one, or one is chosen.
 * @returns also the lock of that master, which the caller releases
 * @throws UsageError
 * @throws ExternalError
 */
export async function openToApply(
  { lab: directory, rev, master, records }: Pick<ApplyOptions, 'lab' | 'rev' | 'master' | 'records'>,
  feedback: ApplyFeedback,
  locks: boolean,
): Promise<{ readonly lab: UsableLab; readonly lock: LockedAhead | null }> {
  const lock: { held: LockedAhead | null } = { held: null };
  try {
    const lab = await openCommittedLab(directory, rev, feedback, async (files) => {
      if (!locks) return;
      const ahead = { place: placeOf(directory), master, records };
      lock.held = await lookAheadLocked(files, ahead, (wait) => {
        feedback.onProgress({ step: 'waiting', ...wait });
      });
    });
    return { lab, lock: lock.held };
  } catch (error) {
    await lock.held?.release();
    throw error;
  }
}

/**
 * Applies a lab that was read to one of its masters.
 * @throws UsageError
 * @throws ExternalError
 */
export async function applyTo(
  lab: UsableLab,
  master: Master,
  planned: Plan | undefined,
  ahead: LockedAhead | null,
  options: Omit<ApplyOptions, 'lab' | 'rev' | 'master' | 'planFile'>,
  feedback: Omit<ApplyFeedback, 'onFindings' | 'onUncommitted'>,
): Promise<AppliedLab> {
  const { consents } = options;
  const agreed = { ...consents, ...settingsOf(planned) };
  const verification = { signersFrom: options.signersFrom, fetch: options.fetchSigned };
  const made = planRequest(lab, master, agreed, options.records, [], ahead, verification);
  const { drift, secrets, ...asked } = made;
  // With force, contested drift is restored too, unless a reviewed plan leaves it alone.
  const request = consents.force !== null && planned === undefined ? asked : { ...asked, drift };

  const expected = planned ?? (await reviewed(request, secrets, feedback));
  const result = await reconcile({
    ...request,
    ...(expected === undefined ? {} : { expected }),
    // Only the options of this run allow deletions, not the plan file.
    allowDelete: consents.allowDelete,
    ...(options.canary === undefined ? {} : { canary: options.canary }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    driftMemory: drift,
    onProgress: (progress) => {
      feedback.onProgress(progress);
    },
  });
  warnOfUndated(result.drift, feedback.onWarning);
  return { result, secrets, verdict: verdictOfApply(result, lab.hasErrors) };
}

/** @returns undefined without a review: then the current state of the lab is applied */
async function reviewed(
  request: ReconcileRequest,
  secrets: readonly string[],
  { review }: Pick<ApplyFeedback, 'review'>,
): Promise<Plan | undefined> {
  if (review === null) return undefined;
  // Nobody has to review what will be refused.
  const { records, desired } = request;
  if (isSuspended(await records.readSuspension(desired.master.name), new Date())) return undefined;
  const plan = await planMaster(request);
  await review(plan, secrets);
  return plan;
}

/** The settings of a plan also apply to its execution, so that exactly what was reviewed is done. */
function settingsOf(plan: Plan | undefined): Partial<Pick<Consents, 'adopt' | 'allowDelete'>> {
  return plan === undefined ? {} : { adopt: plan.settings.adopt, allowDelete: plan.settings.allowDelete };
}
