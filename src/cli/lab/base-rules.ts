import { UsageError } from '../../diagnostics/index.js';
import { openLabRepository } from '../../git/index.js';
import { compareRules, readRules, type FileMap, type LabRules } from '../../lab/index.js';
import type { Lab } from '../../model/index.js';

/** The rules that judge a change, and where they come from. */
export interface BaseRules {
  readonly rules: LabRules;
  /** Enough of the commit for people. */
  readonly revision: string;
}

/**
 * The rules of a committed revision: of the branch that a pull request is to be merged into.
 * @throws UsageError when they cannot be used; ExternalError when there is no such revision
 */
export async function readBaseRules(directory: string, revision: string): Promise<BaseRules> {
  const snapshot = await (await openLabRepository(directory)).snapshot(revision);
  const rules = readRules(snapshot.files);
  if (rules === null) {
    throw new UsageError(
      `${revision} has no lab-config/lab.yaml that could be used, so there is no policy to plan under`,
      'give a revision that has one with --policy-from',
      3,
    );
  }
  return { rules, revision: snapshot.revision.slice(0, 12) };
}

/**
 * What a plan says of a change that alters the rules: a hostile one is as long as it likes, so it is cut.
 * @param files the lab as it is to become
 */
export function remarksOnRules({ rules, revision }: BaseRules, files: FileMap): string[] {
  const after = readRules(files);
  const changes = after === null ? [] : compareRules(rules, after);
  if (changes.length === 0) return [];
  const shown = changes.slice(0, mostShown).map((change) => `policy: ${shorten(change)}`);
  return [
    `this change alters the policy. This plan is made under the policy of ${revision}; what follows applies only after the merge`,
    ...shown,
    ...(changes.length > mostShown ? [`policy: ${changes.length - mostShown} more changes`] : []),
  ];
}

const mostShown = 20;

function shorten(text: string): string {
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}

/** @throws UsageError for a master that is in the lab or in the rules, and not in both */
export function expectInBoth(name: string | undefined, lab: Lab, { rules, revision }: BaseRules): void {
  if (name === undefined || lab.masters.has(name)) return;
  if (rules.masters.has(name)) {
    throw new UsageError(
      `with this change there is no master ${name}, or its file has errors: nothing is planned for it`,
      'what is on it stays as it is',
    );
  }
  throw new UsageError(
    `${revision} has no master ${name} that could be used, so this change is not planned for it`,
    'a new master is planned once its file is merged',
  );
}
