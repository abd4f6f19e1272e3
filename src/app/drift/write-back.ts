import { commitToBranch, openLabRepository, type BranchCommit } from '../../git/index.js';
import { writeBack, type LoadOptions, type WrittenBack } from '../../lab/index.js';
import type { Master } from '../../model/index.js';
import type { DatedItem } from '../../plan/index.js';
import type { MasterTarget } from '../../reconcile/index.js';
import { driftBranchOf } from './drift-branch.js';

/** The branch that drift was written to, what was written, and what was not. */
export type DriftBranch = BranchCommit & Omit<WrittenBack, 'files'>;

export interface WriteBackChoices {
  /** Default: one per master, `lavaflow/drift-MASTER`. */
  readonly branch?: string | undefined;
  /** A remote by name or URL; default: the branch is created in this clone. */
  readonly push?: string | undefined;
  /** Remove from the lab what was removed from the master. */
  readonly removesGone: boolean;
}

/**
 * Updates a branch on which the lab describes what the master has.
 * @throws UsageError when the branch cannot exist
 * @throws ExternalError
 */
export async function writeBackToBranch(
  place: {
    readonly directory: string;
    readonly revision: string;
    readonly templates: LoadOptions['templates'];
  },
  target: MasterTarget,
  master: Master,
  items: readonly DatedItem[],
  { branch, push, removesGone }: WriteBackChoices,
): Promise<DriftBranch> {
  const { directory, templates } = place;
  // Read what is committed: the layer of this machine does not belong to the lab.
  const { files, revision } = await (await openLabRepository(directory)).snapshot(place.revision);
  const { files: changed, ...outcome } = writeBack(files, items, {
    master: master.name,
    stored: (object) => target.normalise(object),
    removesGone,
    ...(templates === undefined ? {} : { templates }),
  });
  const name = branch ?? driftBranchOf(master.name);
  const message = messageFor(master, items, outcome);
  const made = await commitToBranch(directory, {
    base: revision,
    branch: name,
    message,
    files: changed,
    push,
  });
  return { ...made, ...outcome };
}

/** Contains only names of objects and fields. The commit itself shows the values. */
function messageFor(
  master: Master,
  items: readonly DatedItem[],
  { written }: Pick<WrittenBack, 'written'>,
): string {
  const lines = written.map(({ key, field }) => {
    const since = items.find((item) => item.key === key && item.field === field)?.since;
    const seen = since === undefined ? '' : `, seen ${since.slice(0, 10)}`;
    return `- ${key} ${field ?? '(gone)'}${seen}`;
  });
  return `Take over what was changed on ${master.name}\n\n${lines.join('\n')}\n`;
}
