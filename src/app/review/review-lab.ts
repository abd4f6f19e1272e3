import { UsageError } from '../../diagnostics/index.js';
import { findMergeBase, listChanged, openLabRepository } from '../../git/index.js';
import type { LabSnapshot } from '../../lab/index.js';
import {
  compareFindings,
  findConflicts,
  makeReview,
  newClaims,
  type Review,
  type ReviewSide,
} from '../../review/index.js';
import { commitOf } from '../../model/index.js';
import { baseRulesIn, openLoader, readSnapshot, remarksOnRules, type LabReading } from '../lab/index.js';
import { placeOf } from '../state/index.js';
import { readOtherChanges, type OtherHead } from './other-changes.js';

export interface ReviewOptions {
  /** The lab's directory. */
  readonly lab: string;
  /** The branch into which the change would be merged, or a commit of it. */
  readonly base: string;
  /** The committed revision with the change. */
  readonly head: string;
  /** Show the effect on this master alone. */
  readonly master?: string | undefined;
  /** Other heads, such as open pull requests: conflicts with the hardware that they use are reported. */
  readonly others?: readonly OtherHead[];
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
  const others = options.others ?? [];
  const since =
    parted === null || parted === tip.revision
      ? null
      : { name: isCommit(options.base) ? 'the base' : options.base, from: base.revision };
  const isEnough =
    compareFindings(light.findings, after.findings).new.length === 0 &&
    isHardwareKnown(light, after, others.length > 0 || since !== null);
  const before = isEnough ? light : await read(base, false);
  const other =
    newClaims(before.hardware, after.hardware).size === 0
      ? { changes: [], notChecked: [] }
      : await readOtherChanges(others, since, {
          directory,
          tip: tip.revision,
          head: head.revision,
          known: new Map([[base.revision, before.hardware]]),
          open: (revision) => source.snapshot(revision),
          read: (snapshot) => read(snapshot, false),
        });
  return makeReview({
    base: sideOf(before),
    head: sideOf(after),
    rules,
    rulesFrom: tip.revision,
    changedFiles: await listChanged(directory, base.revision, head.revision),
    ruleChanges: remarksOnRules(judge, head.files, 'review'),
    master: options.master,
    others: other.changes,
    notChecked: [
      ...(parted === null
        ? [
            'where the branches parted: it is not in this clone, so the head is compared with the tip of the base',
          ]
        : []),
      ...other.notChecked,
    ],
  });
}

/** Whether a revision is given as a commit ID, which is not a name for people. */
function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40,64}$/.test(revision);
}

/**
 * Whether the base was rendered as far as conflicts depend on it: a dictionary alone may not name all hardware. Where it names
 * the same as the rendered head, the base is not rendered.
 */
function isHardwareKnown(base: LabReading, head: LabReading, hasOthers: boolean): boolean {
  const inConflict = findConflicts(new Map(), head.hardware).flatMap(({ devices }) => devices);
  const changed = hasOthers ? [...newClaims(base.hardware, head.hardware).values()].flat() : [];
  return [...inConflict, ...changed].every((device) => base.hardware.get(device)?.isRendered ?? true);
}

function sideOf({ revision, lab, findings, reach, hardware, templates }: LabReading): ReviewSide {
  return { revision: commitOf(revision), lab, findings, reach, hardware, templates };
}
