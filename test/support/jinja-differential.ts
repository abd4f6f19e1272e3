import fc from 'fast-check';
import { compare, renderOurs, type OurOutcome } from './jinja-compare.js';
import { expressions, templates } from './jinja-generator/index.js';
import type { Oracle, OracleCase, Outcome } from './jinja-oracle.js';

/** Number of cases per round trip to CPython. */
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
  /** Cases that use features excluded by docs/jinja.md, or that Python cannot finish. */
  readonly declined: number;
  /** Cases that CPython renders without an error. */
  readonly rendered: number;
}

/** Progress reports of a run. */
export interface Listener {
  readonly disagrees?: (disagreement: Disagreement) => void;
  readonly progress?: (done: number) => void;
}

/**
 * Renders `count` generated cases with both engines, with one CPython process per oracle. The same seed produces the
 * same cases for any number of oracles.
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
      // Runs while CPython works on the cases.
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
