import { UsageError } from '../../diagnostics/index.js';
import { findMergeBase, listChanged, openLabRepository } from '../../git/index.js';
import type { LabSnapshot } from '../../lab/index.js';
import { compareFindings, makeReview, type Review, type ReviewSide } from '../../review/index.js';
import {
  baseRulesIn,
  commitOf,
  openLoader,
  readSnapshot,
  remarksOnRules,
  type LabReading,
} from '../lab/index.js';
import { placeOf } from '../state/index.js';

export interface ReviewOptions {
  /** The lab's directory. */
  readonly lab: string;
  /** The branch into which the change would be merged, or a commit of it. */
  readonly base: string;
  /** The committed revision with the change. */
  readonly head: string;
  /** Show the effect on this master alone. */
  readonly master?: string | undefined;
}

/**
 * Compares a committed revision with the commit where it left the base, and judges the difference by the rules of the base.
 * Reads git objects only: nothing is checked out, and no master is asked.
 * @throws UsageError when a revision does not exist, the base has no rules, or no side has the master
 * @throws ExternalError
 */
export async function reviewLab(options: ReviewOptions): Promise<Review> {
  const { lab: directory } = options;
  const { state } = placeOf(directory);
  const source = await openLabRepository(directory);
  const [tip, head] = await Promise.all([source.snapshot(options.base), source.snapshot(options.head)]);
  const judge = baseRulesIn(tip, options.base, 'review');
  const { rules } = judge;
  if (options.master !== undefined && !rules.masters.has(options.master)) {
    throw new UsageError(
      `${options.base} has no usable master ${options.master}`,
      `Use one of: ${[...rules.masters.keys()].join(', ')}.`,
    );
  }
  const parted = await findMergeBase(directory, tip.revision, head.revision);
  const base = parted === null || parted === tip.revision ? tip : await source.snapshot(parted);
  const loader = await openLoader(state);
  const read = (snapshot: LabSnapshot, withoutRendering: boolean): Promise<LabReading> =>
    readSnapshot(directory, source.repository, Promise.resolve(snapshot), state, {
      loader,
      rules,
      withoutRendering,
    });
  const after = await read(head, false);
  // Rendering the base takes as long as the rest of a review. It only matters if the head has findings that it may explain.
  const light = await read(base, true);
  const isEnough = compareFindings(light.findings, after.findings).new.length === 0;
  const before = isEnough ? light : await read(base, false);
  return makeReview({
    base: sideOf(before),
    head: sideOf(after),
    rules,
    rulesFrom: tip.revision,
    changedFiles: await listChanged(directory, base.revision, head.revision),
    ruleChanges: remarksOnRules(judge, head.files, 'review'),
    master: options.master,
    notChecked:
      parted === null
        ? [
            'where the branches parted: it is not in this clone, so the head is compared with the tip of the base',
          ]
        : [],
  });
}

function sideOf({ revision, lab, findings, reach, templates }: LabReading): ReviewSide {
  return { revision: commitOf(revision), lab, findings, reach, templates };
}
