import { ExternalError, UsageError } from '../../diagnostics/index.js';
import { findMergeBase, listChanged } from '../../git/index.js';
import { affectsHardware, type LabHardware, type LabSnapshot } from '../../lab/index.js';
import type { OtherChange } from '../../review/index.js';
import type { LabReading } from '../lab/index.js';

/** Another head: an open pull request. */
export interface OtherHead {
  /** For people: `#17`. */
  readonly name: string;
  readonly revision: string;
}

export interface OtherChanges {
  readonly changes: readonly OtherChange[];
  /** Heads that could not be compared, and why. */
  readonly notChecked: readonly string[];
}

/** For all other heads together. */
const budgetMs = 60_000;

/** How to read other heads, and what is known. */
export interface OtherHeadsInput {
  readonly directory: string;
  /** The tip of the base branch. */
  readonly tip: string;
  /** The head of this change. */
  readonly head: string;
  /** Hardware by commit, as far as it was read. */
  readonly known: ReadonlyMap<string, LabHardware>;
  readonly open: (revision: string) => Promise<LabSnapshot>;
  readonly read: (snapshot: LabSnapshot) => Promise<LabReading>;
}

/**
 * Reads the hardware of other heads, and of the commits where they left the base. What cannot be read is listed, and does not
 * count as free of conflicts. A head that changes nothing about devices is not read.
 * @param since where this change left the base; null: unknown. What was merged since is one more change.
 */
export async function readOtherChanges(
  heads: readonly OtherHead[],
  since: { readonly name: string; readonly from: string } | null,
  input: OtherHeadsInput,
): Promise<OtherChanges> {
  const { directory, tip } = input;
  const known = new Map(input.known);
  const changes: OtherChange[] = [];
  const notChecked: string[] = [];
  const end = performance.now() + budgetMs;
  const all = since === null ? heads : [{ name: since.name, revision: tip }, ...heads];
  for (const head of all) {
    const isTip = head.revision === tip && since !== null;
    const found =
      performance.now() > end
        ? `reading other changes took longer than ${budgetMs / 1000} seconds`
        : await attempt(async () => {
            const snapshot = await input.open(head.revision);
            const { revision } = snapshot;
            const from = isTip ? since.from : await findMergeBase(directory, tip, revision);
            if (from === null) return 'where it left the base is not in this clone';
            if (revision === input.head || from === revision) return null;
            const changed = await listChanged(directory, from, revision);
            if (!changed.some(affectsHardware)) return null;
            const base = known.get(from) ?? (await hardwareOf(await input.open(from), input));
            const own = known.get(revision) ?? (await hardwareOf(snapshot, input));
            if (base === null || own === null) return 'its lab cannot be used';
            known.set(from, base).set(revision, own);
            return { name: head.name, revision, base, head: own };
          });
    if (typeof found === 'string') notChecked.push(`conflicts with ${head.name}: ${found}`);
    else if (found !== null) changes.push(found);
  }
  return { changes, notChecked };
}

async function hardwareOf(snapshot: LabSnapshot, { read }: OtherHeadsInput): Promise<LabHardware | null> {
  const { lab, hardware } = await read(snapshot);
  return lab === null ? null : hardware;
}

/** What cannot be read becomes the reason. */
async function attempt<T>(run: () => Promise<T>): Promise<T | string> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UsageError || error instanceof ExternalError) return error.message;
    throw error;
  }
}
