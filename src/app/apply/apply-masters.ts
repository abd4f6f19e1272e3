import { commitOf, type Master } from '../../model/index.js';
import { chooseMasters, type OffMaster } from '../masters/index.js';
import { applyTo, openToApply, type AppliedLab, type ApplyFeedback, type ApplyOptions } from './apply-lab.js';

/** Without a plan file: what is committed is applied. */
export type ApplyMastersOptions = Omit<ApplyOptions, 'planFile'>;

export interface ApplyMastersFeedback extends ApplyFeedback {
  /** Called for a master that is left out because it is off. */
  onOff(master: OffMaster): void;
}

export interface AppliedMaster extends AppliedLab {
  readonly master: string;
}

/** A master to which nothing could be applied. */
export interface FailedApply {
  readonly master: string;
  /** Also errors that are bugs: one master does not keep the others from being applied. */
  readonly failure: unknown;
}

export interface ApplyingMasters {
  /** The full ID of the commit that is applied. */
  readonly commit: string;
  /** In the order of `results`. */
  readonly masters: readonly string[];
  /** To be read to its end: each master is applied when its result is requested. Ends early when the signal is aborted. */
  readonly results: AsyncIterable<AppliedMaster | FailedApply>;
}

/**
 * Applies a lab to all of its masters that are not off, or to the named one, one after the other.
 * @throws UsageError when the lab or the choice of masters cannot be used
 * @throws ExternalError when the lab cannot be read
 */
export async function applyMasters(
  options: ApplyMastersOptions,
  feedback: ApplyMastersFeedback,
): Promise<ApplyingMasters> {
  const opened = await openToApply(options, feedback, feedback.review === null);
  const { lab, lock } = opened;
  try {
    const { on, off } = chooseMasters(lab.lab, options.master, lab.place);
    for (const master of off) feedback.onOff(master);
    return {
      commit: commitOf(lab.revision),
      masters: on.map(({ name }) => name),
      results: applyAll(opened, on, options, feedback),
    };
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

type Opened = Awaited<ReturnType<typeof openToApply>>;

async function* applyAll(
  opened: Opened,
  masters: readonly Master[],
  options: ApplyMastersOptions,
  feedback: ApplyMastersFeedback,
): AsyncGenerator<AppliedMaster | FailedApply> {
  try {
    for (const master of masters) {
      if (options.signal?.aborted === true) return;
      yield await applyOne(opened, master, options, feedback);
    }
  } finally {
    await opened.lock?.release();
  }
}

async function applyOne(
  { lab, lock }: Opened,
  master: Master,
  options: ApplyMastersOptions,
  feedback: ApplyMastersFeedback,
): Promise<AppliedMaster | FailedApply> {
  const { name } = master;
  try {
    return { master: name, ...(await applyTo(lab, master, undefined, lock, options, feedback)) };
  } catch (failure) {
    return { master: name, failure };
  } finally {
    // Others do not have to wait for the rest of the masters.
    if (lock?.name === name) await lock.release();
  }
}
