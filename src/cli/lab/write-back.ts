import { commitToNewBranch, freeBranchName, openLabRepository } from '../../git/index.js';
import { writeBack, type LoadOptions, type WrittenBack } from '../../lab/index.js';
import type { Master } from '../../model/index.js';
import type { DatedItem } from '../../plan/index.js';
import type { MasterTarget } from '../../reconcile/index.js';

/** Where drift went; `branch` and `commit` are null when there was nothing to write. */
export interface DriftBranch extends Omit<WrittenBack, 'files'> {
  readonly branch: string | null;
  readonly commit: string | null;
}

/**
 * Makes a new branch on which the lab says what the master has.
 * @param branch default: one that is free, named after the master and the day
 * @throws UsageError when the branch is there already; ExternalError
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
  branch: string | undefined,
): Promise<DriftBranch> {
  const { directory, templates } = place;
  // As it is committed: what this machine lays over it is not the lab's.
  const { files, revision } = await (await openLabRepository(directory)).snapshot(place.revision);
  const { files: changed, ...outcome } = writeBack(files, items, {
    master: master.name,
    stored: (object) => target.normalise(object),
    ...(templates === undefined ? {} : { templates }),
  });
  if (changed.size === 0) return { branch: null, commit: null, ...outcome };
  const day = new Date().toISOString().slice(0, 10);
  const name = branch ?? (await freeBranchName(directory, `lavaflow/drift-${plainName(master.name)}-${day}`));
  const message = messageFor(master, items, outcome);
  return {
    ...(await commitToNewBranch(directory, { base: revision, branch: name, message, files: changed })),
    ...outcome,
  };
}

function plainName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, '-');
}

/** Names of objects and fields only: what a value is, the commit shows. */
function messageFor(
  master: Master,
  items: readonly DatedItem[],
  { written }: Pick<WrittenBack, 'written'>,
): string {
  const lines = written.map(({ key, field }) => {
    const since = items.find((item) => item.key === key && item.field === field)?.since;
    return `- ${key} ${field}${since === undefined ? '' : `, seen ${since.slice(0, 10)}`}`;
  });
  return `Take over what was changed on ${master.name}\n\n${lines.join('\n')}\n`;
}
