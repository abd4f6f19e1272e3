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

/** What is told of a run while it goes on. */
export interface Listener {
  readonly disagrees?: (disagreement: Disagreement) => void;
  readonly progress?: (done: number) => void;
}

/**
 * Renders `count` generated cases with both engines, on as many processes of CPython as there are oracles. The same
 * seed gives the same cases, on however many.
 */
export async function compareGenerated(
  oracles: readonly Oracle[],
  kind: Kind,
  count: number,
  seed: number,
  listener: Listener = {},
): Promise<Result> {
  const disagreements: Disagreement[] = [];
  let [declined, rendered, started, done] = [0, 0, 0, 0];
  const judge = (example: OracleCase, ours: OurOutcome, theirs: Outcome) => {
    if ('text' in theirs) rendered++;
    const verdict = compare(ours, theirs);
    if (verdict === 'declined') declined++;
    if (verdict !== 'different') return;
    disagreements.push({ example, ours, theirs });
    listener.disagrees?.({ example, ours, theirs });
  };
  const work = async (oracle: Oracle) => {
    while (started < count) {
      const size = Math.min(BATCH, count - started);
      const cases = fc.sample(KINDS[kind], { seed: seed + started, numRuns: size });
      started += size;
      const asked = oracle.render(cases);
      // While CPython works on them.
      const ours = cases.map(renderOurs);
      const theirs = await asked;
      cases.forEach((example, index) => {
        const [our, their] = [ours[index], theirs[index]];
        if (our === undefined || their === undefined) throw new Error('an outcome is missing');
        judge(example, our, their);
      });
      done += size;
      listener.progress?.(done);
    }
  };
  await Promise.all(oracles.map(work));
  return { cases: count, disagreements, declined, rendered };
}
