import { commitToBranch, openLabRepository, type BranchCommit } from '../../git/index.js';
import { writeBack, type LoadOptions, type WrittenBack } from '../../lab/index.js';
import type { Master } from '../../model/index.js';
import type { DatedItem } from '../../plan/index.js';
import type { MasterTarget } from '../../reconcile/index.js';
import { driftBranchOf } from './drift-branch.js';

/** Where drift went. */
export type DriftBranch = BranchCommit & Omit<WrittenBack, 'files'>;

export interface WriteBackChoices {
  /** Default: one for each master, `lavaflow/drift-MASTER`. */
  readonly branch?: string | undefined;
  /** A remote by name or URL; default: the branch is made in this clone. */
  readonly push?: string | undefined;
  /** What is gone from the master goes from the lab. */
  readonly removesGone: boolean;
}

/**
 * Keeps a branch on which the lab says what the master has.
 * @throws UsageError when there can be no such branch; ExternalError
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
  // As it is committed: what this machine lays over it is not the lab's.
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

/** Names of objects and fields only: what a value is, the commit shows. */
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
