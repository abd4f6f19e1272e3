import { ExternalError, UsageError } from '../../diagnostics/index.js';
import { commitOf, type Master } from '../../model/index.js';
import { openKeptLab, type PlannableLab } from '../lab/index.js';
import { chooseMasters } from '../masters/index.js';
import { beginAhead, type MasterAhead } from '../request/index.js';
import type { DriftOptions } from './options.js';
import type { DriftFeedback, MasterDrift, reportOne as reportMaster } from './report-one.js';

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
      : { ...kept, ahead: await beginReading(kept, options) };
  const { on, off } = chooseMasters(head.lab, options.master, head.place);
  for (const master of off) feedback.onOff(master);
  const isSingle = on.length === 1;
  if (!isSingle && options.writeBack?.branch !== undefined) {
    throw new UsageError(
      '--branch is one branch, but the lab has several masters',
      'Also specify --master NAME.',
    );
  }
  // Loaded while the master responds.
  const { reportOne } = await import('./report-one.js');
  return { isSingle, reports: reportAll(reportOne, head, on, options, feedback) };
}

async function* reportAll(
  reportOne: typeof reportMaster,
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

/** Begins to read the only master, or the chosen one, if it will be compared with this revision. */
async function beginReading(kept: PlannableLab, options: DriftOptions): Promise<MasterAhead | null> {
  return beginAhead(
    kept.lab.masters,
    { ...options, place: kept.place },
    (record) => options.rev !== undefined || commitOf(record.revision) === commitOf(kept.revision),
  );
}
