/** The judgement of a change of a lab. */
import type { PhysicalConflict } from './conflicts.js';
import type { Finding } from '../diagnostics/index.js';
import type { ObjectKey, Verb } from '../model/index.js';
import type { RenderedDifference } from '../plan/index.js';

export interface Review {
  /** The commit where the change starts. */
  readonly base: string;
  /** The commit whose rules judge the change: the tip of the base branch. */
  readonly rulesFrom: string;
  readonly head: string;
  readonly verdict: ReviewVerdict;
  /** Owners of sites by name, then the maintainers. */
  readonly approvals: readonly Approval[];
  readonly hazards: readonly Hazard[];
  readonly findings: ComparedFindings;
  /** Hardware that two devices would use, here or together with another change. */
  readonly conflicts: readonly PhysicalConflict[];
  /** By name. */
  readonly masters: readonly MasterEffect[];
  /** Changes to the rules, which apply only after the merge. */
  readonly rules: readonly string[];
  /** What this review does not cover, and why. Never empty. */
  readonly notChecked: readonly string[];
}

export interface ReviewVerdict {
  /** 0: nothing changes; 2: the change has an effect or has to be approved; 3: it has new errors. */
  readonly code: 0 | 2 | 3;
  /** One line, without a final full stop. */
  readonly text: string;
}

/** Somebody who has to approve the change. */
export interface Approval {
  /** null: the maintainers of the lab repo. */
  readonly site: string | null;
  /** GitHub users and teams; one of them is enough. Empty: the lab does not name its maintainers. */
  readonly owners: readonly string[];
  readonly reasons: readonly Reason[];
  /** Absent: nobody of them has, or it is unknown. */
  readonly agreed?: Agreement;
}

/** Somebody who has to approve a change, and does. */
export interface Agreement {
  /** Login. */
  readonly by: string;
  readonly as: 'author' | 'reviewer';
}

/** How the change reaches those who have to approve it. */
export interface Reason {
  readonly why: string;
  /** Paths of files, or names of objects with a field, sorted. */
  readonly what: readonly string[];
}

/** Changed fields that match one rule about hazards. */
export interface Hazard {
  /** The path of the rule; null: whether a rule matches is unknown. */
  readonly rule: string | null;
  readonly reason: string;
  /** Sorted. */
  readonly objects: readonly ObjectKey[];
  readonly fields: readonly string[];
}

export interface ComparedFindings {
  /** Findings of the head that the base does not have. */
  readonly new: readonly Finding[];
  readonly existing: readonly Finding[];
}

/** What the change does to one master, if the base is applied there completely. */
export interface MasterEffect {
  readonly master: string;
  readonly counts: Readonly<Record<Verb, number>>;
  readonly changes: readonly ReviewedChange[];
  /** Worst first. What looks like a secret is masked. */
  readonly rendered: readonly RenderedDifference[];
}

export interface ReviewedChange {
  readonly key: ObjectKey;
  readonly verb: Verb;
  readonly fields: readonly string[];
  readonly reason?: string;
}
