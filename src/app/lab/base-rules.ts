import { UsageError } from '../../diagnostics/index.js';
import { openLabRepository } from '../../git/index.js';
import { compareRules, readRules, type FileMap, type LabRules, type LabSnapshot } from '../../lab/index.js';
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
  return baseRulesIn(snapshot, revision, 'plan');
}

/** What judges by the rules: what is missing without them, and the option that specifies their revision. */
const judgements = {
  plan: { missing: 'no policy to plan under', option: '--policy-from' },
  review: { missing: 'no rules to review by', option: '--base' },
} as const;

/**
 * The rules of a snapshot.
 * @param revision as the user specified it
 * @throws UsageError when they cannot be used
 */
export function baseRulesIn(
  snapshot: LabSnapshot,
  revision: string,
  judgement: keyof typeof judgements,
): BaseRules {
  const rules = readRules(snapshot.files);
  if (rules === null) {
    const { missing, option } = judgements[judgement];
    throw new UsageError(
      `${revision} has no usable lab-config/lab.yaml, so it has ${missing}`,
      `Specify with ${option} a revision that has one.`,
      3,
    );
  }
  return { rules, revision: snapshot.revision.slice(0, 12) };
}

/**
 * Describes a change to the rules. A hostile change can have any length, so the text is truncated.
 * @param files the lab with the change
 */
export function remarksOnRules(
  { rules, revision }: BaseRules,
  files: FileMap,
  judgement: keyof typeof judgements,
): string[] {
  const after = readRules(files);
  const changes = after === null ? [] : compareRules(rules, after);
  if (changes.length === 0) return [];
  const shown = changes.slice(0, mostShown).map((change) => `policy: ${shorten(change)}`);
  return [
    `this change alters the policy. This ${judgement} uses the policy of ${revision}; the following changes apply only after the merge`,
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
