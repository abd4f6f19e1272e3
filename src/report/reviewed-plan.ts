/**
 * What a reviewer has seen of a plan, carried by the comment that showed it, and how the plan of the apply differs from it.
 *
 * The comment holds the fingerprint, and for each change a digest of what is done and of what it replaces. Values are not in it.
 */
import { createHash } from 'node:crypto';

import { isWrite, type Plan } from '../plan/index.js';

export interface ReviewedPlan {
  readonly fingerprint: string;
  /** By object. Of a large plan, only the first changes. */
  readonly changes: ReadonlyMap<string, string>;
  /** How many more there are. */
  readonly more: number;
}

/** More do not fit into a comment next to a review. */
const mostChanges = 200;

export function reviewedPlanOf(plan: Plan): ReviewedPlan {
  const all = [...changesIn(plan)];
  const changes = new Map(all.slice(0, mostChanges));
  return { fingerprint: plan.fingerprint, changes, more: all.length - changes.size };
}

/** A short digest of each object that the plan writes: of the action, and of what is on the master. */
function changesIn(plan: Plan): Map<string, string> {
  const keys = plan.changes.filter(({ verb }) => isWrite(verb)).map(({ key }) => key);
  return new Map(
    [...new Set(keys)].sort().map((key) => {
      const { action = null, observed = null } = plan.compared.get(key) ?? {};
      const digest = createHash('sha256').update(JSON.stringify([action, observed]));
      return [key, digest.digest('hex').slice(0, 12)];
    }),
  );
}

/**
 * One hidden line of a comment.
 * @param commit the commit that the plan is for: the head of the pull request, or what was merged
 */
export function planLine(master: string, commit: string, plan: ReviewedPlan): string {
  const { fingerprint, changes, more } = plan;
  const data = Buffer.from(JSON.stringify([fingerprint, [...changes], more])).toString('base64');
  return `<!-- ${lineStart(master, commit)} ${data} -->`;
}

/**
 * Finds the plan that a comment of ours carries. Text of a change cannot be at the start of a line in it.
 * @returns null: it carries none for this master and commit
 */
export function readPlanLine(comment: string, master: string, commit: string): ReviewedPlan | null {
  const start = `<!-- ${lineStart(master, commit)} `;
  const line = comment.split(/\r?\n/).find((one) => one.startsWith(start) && one.endsWith(' -->'));
  if (line === undefined) return null;
  try {
    return planIn(JSON.parse(Buffer.from(line.slice(start.length, -4), 'base64').toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function lineStart(master: string, commit: string): string {
  return `lavaflow reviewed ${encodeName(master)} ${commit}`;
}

/** A name that cannot leave an HTML comment. */
export function encodeName(master: string): string {
  return encodeURIComponent(Buffer.from(master).toString()).replaceAll('-', '%2D');
}

function planIn(value: unknown): ReviewedPlan | null {
  if (!Array.isArray(value)) return null;
  const [fingerprint, changes, more] = value as readonly unknown[];
  if (typeof fingerprint !== 'string' || !Array.isArray(changes) || typeof more !== 'number') return null;
  const isPair = (one: unknown): one is [string, string] =>
    Array.isArray(one) && one.length === 2 && one.every((part) => typeof part === 'string');
  return changes.every(isPair) ? { fingerprint, changes: new Map(changes), more } : null;
}

export interface PlanComparison {
  /**
   * - `same`: the fingerprints are equal;
   * - `harmless`: the plan differs, but what it does to the reviewed objects is what was reviewed, or no longer needed;
   * - `stale`: something that was reviewed would now do something else, or replace something else.
   */
  readonly state: 'same' | 'harmless' | 'stale';
  /** Reviewed objects that the apply would change in another way, sorted. */
  readonly different: readonly string[];
  /** Objects that the apply would change besides the reviewed ones, sorted. */
  readonly added: readonly string[];
  /** Reviewed objects that need no change any more, sorted. */
  readonly done: readonly string[];
  /** How many reviewed objects could not be compared one by one. */
  readonly unknown: number;
}

/** Compares the plan of an apply with what was reviewed. */
export function compareWithReviewed(reviewed: ReviewedPlan, plan: Plan): PlanComparison {
  const now = changesIn(plan);
  const isSame = plan.fingerprint === reviewed.fingerprint;
  const [before, { more }] = [reviewed.changes, reviewed];
  const different = [...before.keys()].filter((key) => now.has(key) && now.get(key) !== before.get(key));
  // Which of the others were reviewed is unknown if not all are listed.
  const added = more > 0 ? [] : [...now.keys()].filter((key) => !before.has(key));
  const done = [...before.keys()].filter((key) => !now.has(key));
  const state = isSame ? 'same' : different.length > 0 ? 'stale' : 'harmless';
  return { state, different, added, done, unknown: isSame ? 0 : more };
}

/** The comparison in words, one line each: what changed since the review, and whether it matters. */
export function describeComparison({ state, different, added, done, unknown }: PlanComparison): string[] {
  if (state === 'same') return ['the plan is the reviewed one'];
  const lines = [
    state === 'stale'
      ? 'the master changed since the review, and that concerns reviewed changes'
      : 'the master or the lab changed since the review, but the reviewed changes are as they were',
  ];
  if (different.length > 0) lines.push(`not as reviewed: ${namesOf(different)}`);
  if (added.length > 0) lines.push(`besides what was reviewed: ${namesOf(added)}`);
  if (done.length > 0) lines.push(`already done, or not possible: ${namesOf(done)}`);
  if (unknown > 0) lines.push(`${unknown} more reviewed changes were not compared one by one`);
  return lines;
}

const mostNames = 20;

function namesOf(names: readonly string[]): string {
  const rest = names.length - mostNames;
  return `${names.slice(0, mostNames).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
