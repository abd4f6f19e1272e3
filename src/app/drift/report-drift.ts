import { ExternalError, UsageError } from '../../diagnostics/index.js';
import type { Master } from '../../model/index.js';
import {
  isDrift,
  noConsents,
  verdictOfDrift,
  withStrangers,
  type Drift,
  type Verdict,
} from '../../plan/index.js';
import { detectDatedDrift } from '../../reconcile/index.js';
import { commitOf, openKeptLab, type LabFeedback, type PlannableLab } from '../lab/index.js';
import { chooseMasters, type OffMaster } from '../masters/index.js';
import { planRequest, type MasterAhead } from '../request/index.js';
import type { DriftOptions } from './options.js';
import { warnOfUndated } from './undated.js';
import type { DriftBranch, writeBackToBranch } from './write-back.js';

export interface DriftFeedback extends LabFeedback {
  /** Called for a master that is left out because it is off. */
  onOff(master: OffMaster): void;
  /** Called with a problem that does not stop the report. */
  readonly onWarning: (text: string) => void;
}

/** What drifts on one master. */
export interface MasterDrift {
  readonly master: string;
  readonly drift: Drift;
  /** Null without `writeBack`. */
  readonly branch: DriftBranch | null;
  /** To be masked in everything that is printed about it. */
  readonly secrets: readonly string[];
  /** What a process that only reports this should exit with, and why. */
  readonly verdict: Verdict;
}

/** A master that could not be compared. */
export interface FailedDrift {
  readonly master: string;
  readonly failure: ExternalError | UsageError;
}

/**
 * Reports what drifts on the lab's masters, one after the other. An unreachable master does not hide the others.
 * @returns whether there is only one master, and the drift of each as it is found
 * @throws UsageError when the lab or the choice of masters cannot be used
 * @throws ExternalError when the only master fails
 */
export async function reportDrift(
  options: DriftOptions,
  feedback: DriftFeedback,
): Promise<{
  readonly isSingle: boolean;
  readonly reports: AsyncIterable<MasterDrift | FailedDrift>;
}> {
  const { kept, key } = await openKeptLab(options.lab, options.rev ?? 'HEAD', feedback);
  const head =
    kept === null
      ? await (await import('./read-head.js')).readHead(options, key, feedback)
      : { ...kept, ahead: null };
  const { on, off } = chooseMasters(head.lab, options.master, head.place);
  for (const master of off) feedback.onOff(master);
  const isSingle = on.length === 1;
  if (!isSingle && options.writeBack?.branch !== undefined) {
    throw new UsageError(
      '--branch is one branch, but the lab has several masters',
      'Also specify --master NAME.',
    );
  }
  return { isSingle, reports: reportAll(head, on, options, feedback) };
}

async function* reportAll(
  head: PlannableLab & { readonly ahead: MasterAhead | null },
  masters: readonly Master[],
  options: DriftOptions,
  feedback: DriftFeedback,
): AsyncGenerator<MasterDrift | FailedDrift> {
  for (const master of masters) {
    try {
      yield await reportOne(head, master, options, feedback);
    } catch (error) {
      const isExpected = error instanceof ExternalError || error instanceof UsageError;
      if (!isExpected || masters.length === 1) throw error;
      yield { master: master.name, failure: error };
    }
  }
}

async function reportOne(
  head: PlannableLab & { readonly ahead: MasterAhead | null },
  chosen: Master,
  options: DriftOptions,
  feedback: DriftFeedback,
): Promise<MasterDrift> {
  const first = planRequest(head, chosen, noConsents, options.records, [], head.ahead);
  const record = await first.records.read(chosen.name);
  const applied = record === null ? null : commitOf(record.revision);
  const isRead = options.rev !== undefined || applied === null || applied === commitOf(head.revision);
  const lab = isRead ? head : await (await import('./read-head.js')).openLab(options.lab, applied, feedback);
  const master = lab.lab.masters.get(chosen.name) ?? chosen;
  const connected = isRead ? first : planRequest(lab, master, noConsents, options.records);
  // Read once: another apply meanwhile must not change what the revision was chosen by.
  const records = { ...connected.records, read: () => Promise.resolve(record) };
  const request = { ...connected, records };

  // Differences from another revision than the applied one are not all drift, so they are not stored.
  const isStored = applied === null || applied === commitOf(lab.revision);
  const { plan, dated } = await detectDatedDrift(request, request.drift, isStored);
  warnOfUndated(dated, feedback.onWarning);
  const { items } = dated;
  const place = { directory: options.lab, revision: commitOf(lab.revision), templates: lab.templates };
  const branch =
    options.writeBack === null
      ? null
      : await writeBack(
          place,
          request.target,
          master,
          withStrangers(items.filter(isDrift), plan),
          options.writeBack,
        );
  return {
    master: master.name,
    drift: { plan, items },
    branch,
    secrets: request.secrets,
    verdict: verdictOf(branch, lab, plan),
  };
}

/** Loads the code that edits labs only if it is needed. */
async function writeBack(...args: Parameters<typeof writeBackToBranch>): Promise<DriftBranch> {
  const { writeBackToBranch: write } = await import('./write-back.js');
  return await write(...args);
}

function verdictOf(
  branch: DriftBranch | null,
  { hasErrors }: Pick<PlannableLab, 'hasErrors'>,
  plan: Drift['plan'],
): Verdict {
  if (branch?.state === 'taken') return { code: 1, why: `the branch ${branch.branch} is not lavaflow's` };
  if (hasErrors) return { code: 3, why: 'the lab has errors; what depends on them was not compared' };
  return verdictOfDrift(plan);
}
