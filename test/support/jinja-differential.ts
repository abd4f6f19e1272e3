import fc from 'fast-check';
import { compare, renderOurs, type OurOutcome } from './jinja-compare.js';
import { expressions, templates } from './jinja-generator/index.js';
import type { Oracle, OracleCase, Outcome } from './jinja-oracle.js';

/** Cases a round trip to CPython. */
const BATCH = 500;

const KINDS = { expressions, templates } as const;
export type Kind = keyof typeof KINDS;

/** A case that our engine and CPython's Jinja2 render differently. */
export interface Disagreement {
  readonly example: OracleCase;
  readonly ours: OurOutcome;
  readonly theirs: Outcome;
}

export interface Result {
  readonly cases: number;
  readonly disagreements: readonly Disagreement[];
  /** Cases with what docs/jinja.md leaves out, or with what Python cannot finish. */
  readonly declined: number;
  /** Cases that CPython renders, rather than refuses. */
  readonly rendered: number;
}

/**
 * Renders `count` generated cases with both engines. CPython works on one batch while we work on the one before;
 * the same seed gives the same cases, however many.
 */
export async function compareGenerated(
  oracle: Oracle,
  kind: Kind,
  count: number,
  seed: number,
): Promise<Result> {
  const disagreements: Disagreement[] = [];
  let declined = 0;
  let rendered = 0;
  const judge = (cases: readonly OracleCase[], ours: readonly OurOutcome[], theirs: readonly Outcome[]) => {
    cases.forEach((example, index) => {
      const [our, their] = [ours[index], theirs[index]];
      if (our === undefined || their === undefined) throw new Error('an outcome is missing');
      if ('text' in their) rendered++;
      const verdict = compare(our, their);
      if (verdict === 'declined') declined++;
      if (verdict === 'different') disagreements.push({ example, ours: our, theirs: their });
    });
  };
  for (let done = 0; done < count; done += BATCH) {
    const cases = fc.sample(KINDS[kind], { seed: seed + done, numRuns: Math.min(BATCH, count - done) });
    const asked = oracle.render(cases);
    judge(cases, cases.map(renderOurs), await asked);
  }
  return { cases: count, disagreements, declined, rendered };
}
