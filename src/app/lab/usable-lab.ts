import { hasErrors, UsageError, type Finding } from '../../diagnostics/index.js';
import { countUncommitted } from '../../git/index.js';
import type { LabRules } from '../../lab/index.js';
import type { Lab } from '../../model/index.js';
import { placeOf, type LabPlace } from '../state/index.js';
import { readLab, type BeforeLoad, type LabReading } from './read-lab.js';

/** A lab that can be used, though some of its files may have findings. */
export interface UsableLab extends LabReading {
  readonly lab: Lab;
  readonly place: LabPlace;
  readonly hasErrors: boolean;
}

/** What planning needs of a lab. */
export type PlannableLab = Pick<
  UsableLab,
  'lab' | 'place' | 'hasErrors' | 'repository' | 'revision' | 'templates'
>;

/** What a use case reports on the way, before it has its result. */
export interface LabFeedback {
  /** Called once for each lab that is read and has findings, before anything is done with it. */
  onFindings(findings: readonly Finding[]): void;
}

/**
 * Reads a lab and reports its findings.
 * @param revision a committed revision, or null for the working tree
 * @param rules apply instead of the lab's own
 * @param beforeLoad called with the lab's files before the desired state is built from them
 * @throws UsageError with exit code 3 when nothing in it can be used
 * @throws ExternalError
 */
export async function openLab(
  directory: string,
  revision: string | null,
  feedback: LabFeedback,
  rules?: LabRules,
  beforeLoad?: BeforeLoad,
): Promise<UsableLab> {
  const place = placeOf(directory);
  const reading = await readLab(directory, revision, place.state, rules, beforeLoad);
  if (reading.findings.length > 0) feedback.onFindings(reading.findings);
  const { lab } = reading;
  if (lab === null) {
    throw new UsageError(
      'the lab repo cannot be used',
      'Fix the findings above. Run lavaflow validate to list them again.',
      3,
    );
  }
  return { ...reading, lab, place, hasErrors: hasErrors(reading.findings) };
}

/**
 * Like `openLab`, for use cases that read only committed revisions. `plan` shows uncommitted changes, so users who have
 * just run it expect them to be applied. They are reported if the revision is the current one.
 * @param feedback.onUncommitted called with the number of files of the lab that have such changes
 */
export async function openCommittedLab(
  directory: string,
  revision: string,
  feedback: LabFeedback & { onUncommitted(count: number): void },
  beforeLoad?: BeforeLoad,
): Promise<UsableLab> {
  const counting = revision === 'HEAD' ? countUncommitted(directory) : Promise.resolve(0);
  // A lab that cannot be read is the failure to report.
  counting.catch(() => undefined);
  const lab = await openLab(directory, revision, feedback, undefined, beforeLoad);
  const count = await counting;
  if (count > 0) feedback.onUncommitted(count);
  return lab;
}
