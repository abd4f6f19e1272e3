import { UsageError } from '../../diagnostics/index.js';
import { openLabRepository } from '../../git/index.js';
import { compareRules, readRules, type FileMap, type LabRules } from '../../lab/index.js';
import type { Lab } from '../../model/index.js';

/** The rules that judge a change, and where they come from. */
export interface BaseRules {
  readonly rules: LabRules;
  /** The first digits of the commit. */
  readonly revision: string;
}

/**
 * Reads the rules of a committed revision: the tip of the branch into which a pull request would be merged.
 * @throws UsageError when they cannot be used
 * @throws ExternalError when the revision does not exist
 */
export async function readBaseRules(directory: string, revision: string): Promise<BaseRules> {
  const snapshot = await (await openLabRepository(directory)).snapshot(revision);
  const rules = readRules(snapshot.files);
  if (rules === null) {
    throw new UsageError(
      `${revision} has no usable lab-config/lab.yaml, so it has no policy to plan under`,
      'Specify with --policy-from a revision that has one.',
      3,
    );
  }
  return { rules, revision: snapshot.revision.slice(0, 12) };
}

/**
 * Describes in a plan a change to the rules. A hostile change can have any length, so the text is truncated.
 * @param files the lab with the change
 */
export function remarksOnRules({ rules, revision }: BaseRules, files: FileMap): string[] {
  const after = readRules(files);
  const changes = after === null ? [] : compareRules(rules, after);
  if (changes.length === 0) return [];
  const shown = changes.slice(0, mostShown).map((change) => `policy: ${shorten(change)}`);
  return [
    `this change alters the policy. This plan uses the policy of ${revision}; the following changes apply only after the merge`,
    ...shown,
    ...(changes.length > mostShown ? [`policy: ${changes.length - mostShown} more changes`] : []),
  ];
}

const mostShown = 20;

function shorten(text: string): string {
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}

/** @throws UsageError for a master that is in the lab or in the rules, but not in both */
export function expectInBoth(name: string | undefined, lab: Lab, { rules, revision }: BaseRules): void {
  if (name === undefined || lab.masters.has(name)) return;
  if (rules.masters.has(name)) {
    throw new UsageError(
      `this change removes the master ${name} or its file has errors, so nothing is planned for it`,
      'Restore or correct its file to plan for it. Nothing on the master will change.',
    );
  }
  throw new UsageError(
    `${revision} has no usable master ${name}, so this change is not planned for it`,
    'Merge its file first. After that, changes to it are planned.',
  );
}
