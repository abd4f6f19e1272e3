import { UsageError } from '../../diagnostics/index.js';
import type { Plan } from '../../plan/index.js';
import {
  compareWithReviewed,
  describeComparison,
  readPlanLine,
  type AppliedReport,
} from '../../report/index.js';

/** A comment of ours, and the commit whose plan it may show. */
export interface PlanSource {
  readonly comment: string;
  readonly commit: string;
}

/** What an apply found when it compared its plan of a master with the reviewed one. */
interface Compared {
  readonly lines: readonly string[];
  /** Set if it was refused. */
  readonly now: Plan | null;
  readonly secrets: readonly string[];
}

/** The plans that people have seen, and how those of this apply differ from them. */
export class ReviewedPlans {
  readonly #sources: readonly PlanSource[];
  readonly #isForced: boolean;
  readonly #compared = new Map<string, Compared>();

  /** @param sources the most recent first */
  constructor(sources: readonly PlanSource[], isForced: boolean) {
    this.#sources = sources.filter(({ comment }) => comment.includes('<!-- lavaflow reviewed '));
    this.#isForced = isForced;
  }

  /** Compares a plan before it is applied; null: there is nothing to compare with. */
  get review(): ((plan: Plan, secrets: readonly string[]) => Promise<void>) | null {
    if (this.#sources.length === 0) return null;
    return (plan, secrets) => {
      this.#compare(plan, secrets);
      return Promise.resolve();
    };
  }

  /** The report of a master with the comparison. */
  addTo(report: AppliedReport): AppliedReport {
    const { lines, now, secrets } = this.#compared.get(report.master) ?? notCompared;
    return { ...report, comparison: lines, now, secrets: [...report.secrets, ...secrets] };
  }

  /** @throws UsageError when the plan is not the reviewed one, and that matters */
  #compare(plan: Plan, secrets: readonly string[]): void {
    const { master } = plan;
    const [reviewed] = this.#sources.flatMap(
      ({ comment, commit }) => readPlanLine(comment, master, commit) ?? [],
    );
    if (reviewed === undefined) return;
    const comparison = compareWithReviewed(reviewed, plan);
    const lines = describeComparison(comparison);
    const isRefused = comparison.state === 'stale' && !this.#isForced;
    this.#compared.set(master, { lines, now: isRefused ? plan : null, secrets });
    if (!isRefused) return;
    throw new UsageError(
      `nothing was applied to ${master}: ${lines.join('; ')}`,
      'Look at what the apply would do now, on the page of the run or in the comment on the pull request. To apply exactly that, run this job again.',
      4,
    );
  }
}

const notCompared: Compared = {
  lines: ['not compared with the review, which has no plan of this master for this commit'],
  now: null,
  secrets: [],
};
