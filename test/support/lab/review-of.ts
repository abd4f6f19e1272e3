import { loadLab, readRules, type LabRules } from '../../../src/lab/index.js';
import { makeReview, type Review, type ReviewInput, type ReviewSide } from '../../../src/review/index.js';
import { labOf } from './lab-files.js';

type Texts = Readonly<Record<string, string | null>>;

/** The review of a change of a lab, given as texts by path; null: the file does not exist. */
export function reviewOf(base: Texts, change: Texts, more: Partial<ReviewInput> = {}): Review {
  return makeReview(inputOf(base, change, more));
}

export function inputOf(base: Texts, change: Texts, more: Partial<ReviewInput> = {}): ReviewInput {
  const head = { ...base, ...change };
  const rules = readRules(labOf(present(base)));
  if (rules === null) throw new Error('the base has no rules');
  return {
    base: sideOf(base, 'a', rules),
    head: sideOf(head, 'b', rules),
    rules,
    rulesFrom: 'a'.repeat(40),
    changedFiles: Object.keys(head)
      .filter((path) => (base[path] ?? null) !== head[path])
      .sort(),
    ruleChanges: [],
    ...more,
  };
}

function sideOf(texts: Texts, digit: string, rules: LabRules): ReviewSide {
  const { lab, findings, reach, hardware } = loadLab(labOf(present(texts)), { rules });
  return { revision: digit.repeat(40), lab, findings, reach, hardware, templates: new Map() };
}

function present(texts: Texts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([path, text]) => (text === null ? [] : [[path, text]])),
  );
}

/** `APPROVER: WHY: WHAT`, one line per reason; approvers are sites, or `maintainers`. */
export function reasonsIn({ approvals }: Review): string[] {
  return approvals.flatMap(({ site, reasons }) =>
    reasons.map(({ why, what }) => `${site ?? 'maintainers'}: ${why}: ${what.join(', ')}`),
  );
}
