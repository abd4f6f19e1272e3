import type { LabRules } from '../lab/index.js';
import type { Approval } from './review.js';

/** Collects who has to approve a change, and why. */
export class Approvers {
  readonly #rules: Pick<LabRules, 'sites' | 'maintainers'>;
  /** By site; null: the maintainers. By reason, what it applies to. */
  readonly #reasons = new Map<string | null, Map<string, Set<string>>>();

  constructor(rules: Pick<LabRules, 'sites' | 'maintainers'>) {
    this.#rules = rules;
  }

  /** @param site null: unknown. A site that has no owners in the base belongs to the maintainers. */
  add(site: string | null, why: string, what: string): void {
    const owners = site === null ? [] : (this.#rules.sites.get(site)?.owners ?? []);
    const approver = owners.length === 0 ? null : site;
    const reasons = this.#reasons.get(approver) ?? new Map<string, Set<string>>();
    this.#reasons.set(approver, reasons);
    reasons.set(why, (reasons.get(why) ?? new Set()).add(what));
  }

  approvals(): Approval[] {
    return [...this.#reasons]
      .sort(([a], [b]) => compareSites(a, b))
      .map(([site, reasons]) => ({
        site,
        owners: site === null ? this.#rules.maintainers : (this.#rules.sites.get(site)?.owners ?? []),
        reasons: [...reasons].map(([why, what]) => ({ why, what: [...what].sort() })),
      }));
  }
}

/** The maintainers are last. */
function compareSites(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a < b ? -1 : 1;
}
