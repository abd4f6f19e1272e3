import { ExternalError, UsageError } from '../../diagnostics/index.js';
import type { AppliedRecord, Master } from '../../model/index.js';
import { exitCodeOf, noConsents, withStrangers, type Drift } from '../../plan/index.js';
import { detectDatedDrift } from '../../reconcile/index.js';
import { commitOf, openLab, type LabFeedback, type UsableLab } from '../lab/index.js';
import { chooseMasters, type OffMaster } from '../masters/index.js';
import { lookAhead, planRequest, type MasterAhead } from '../plan/index.js';
import { placeOf } from '../state/index.js';
import { warnOfUndated } from './undated.js';
import { writeBackToBranch, type DriftBranch, type WriteBackChoices } from './write-back.js';

export interface DriftOptions {
  /** The lab's directory. */
  readonly lab: string;
  /** Compare with this revision; default: the one that was last applied. */
  readonly rev?: string | undefined;
  /** Default: all masters that are not off. */
  readonly master?: string | undefined;
  /** Where applied state is stored: `file` or `git:REMOTE`. */
  readonly records: string;
  /** Write the drift to a branch of the lab. Null: only report it. */
  readonly writeBack: WriteBackChoices | null;
}

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
  /** What a process that only reports this should exit with (docs/command-line.md). */
  readonly exitCode: number;
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
  let ahead: MasterAhead | null = null;
  const head = await openLab(
    options.lab,
    options.rev ?? 'HEAD',
    feedback,
    undefined,
    async (files, revision) => {
      const isWanted = (record: AppliedRecord): boolean =>
        options.rev !== undefined || commitOf(record.revision) === commitOf(revision);
      ahead = await lookAhead(files, { ...options, place: placeOf(options.lab) }, isWanted);
    },
  );
  const { on, off } = chooseMasters(head.lab, options.master, head.place);
  for (const master of off) feedback.onOff(master);
  const isSingle = on.length === 1;
  if (!isSingle && options.writeBack?.branch !== undefined) {
    throw new UsageError(
      '--branch is one branch, but the lab has several masters',
      'Also specify --master NAME.',
    );
  }
  return { isSingle, reports: reportAll({ ...head, ahead }, on, options, feedback) };
}

async function* reportAll(
  head: UsableLab & { readonly ahead: MasterAhead | null },
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
  head: UsableLab & { readonly ahead: MasterAhead | null },
  chosen: Master,
  options: DriftOptions,
  feedback: DriftFeedback,
): Promise<MasterDrift> {
  const first = planRequest(head, chosen, noConsents, options.records, [], head.ahead);
  const record = await first.records.read(chosen.name);
  const applied = record === null ? null : commitOf(record.revision);
  const isRead = options.rev !== undefined || applied === null || applied === commitOf(head.revision);
  const lab = isRead ? head : await openLab(options.lab, applied, feedback);
  const master = lab.lab.masters.get(chosen.name) ?? chosen;
  const request = isRead ? first : planRequest(lab, master, noConsents, options.records);

  // Differences from another revision than the applied one are not all drift, so they are not stored.
  const isStored = applied === null || applied === commitOf(lab.revision);
  const { plan, dated } = await detectDatedDrift(request, request.drift, isStored);
  warnOfUndated(dated, feedback.onWarning);
  const { items } = dated;
  const place = { directory: options.lab, revision: commitOf(lab.revision), templates: lab.templates };
  const branch =
    options.writeBack === null
      ? null
      : await writeBackToBranch(place, request.target, master, withStrangers(items, plan), options.writeBack);
  return {
    master: master.name,
    drift: { plan, items },
    branch,
    secrets: request.secrets,
    exitCode: branch?.state === 'taken' ? 1 : lab.hasErrors ? 3 : exitCodeOf(plan),
  };
}
