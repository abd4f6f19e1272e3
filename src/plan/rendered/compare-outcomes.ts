import type { Outcome } from './world.js';
import type { RenderedKind } from './difference.js';
import type { LineChange, LineComparer } from './line-change.js';
import type { WhyRejected } from './why-rejected.js';

/** Same as `Outcome`, or the reason why there is none. */
export type Known = Outcome | { readonly state: 'unknown'; readonly reason: string };

export interface Verdict {
  readonly kind: RenderedKind;
  readonly reason?: string;
  readonly change?: LineChange;
}

/** The effect on one device; null if there is nothing to report because it has no configuration and gets none. */
export function compareOutcomes(
  hostname: string,
  before: Known,
  after: Known,
  compareLines: LineComparer,
  whyRejected: WhyRejected,
): Verdict | null {
  switch (after.state) {
    case 'none':
      return before.state === 'none' ? null : { kind: 'breaks', reason: 'it would not have a dictionary' };
    case 'fails':
      return { kind: before.state === 'fails' ? 'broken' : 'breaks', reason: after.problem };
    case 'unknown':
      return { kind: 'unknown', reason: after.reason };
    case 'rendered':
      break;
  }
  switch (before.state) {
    case 'none':
      return rejection(after, whyRejected) ?? { kind: 'new' };
    case 'fails':
      return rejection(after, whyRejected) ?? { kind: 'recovers', reason: before.problem };
    case 'unknown':
      return { kind: 'unknown', reason: before.reason };
    case 'rendered': {
      if (sameLines(before.lines, after.lines)) return { kind: 'unchanged' };
      const change = compareLines(hostname, before.lines, after.lines);
      const [old, now] = [whyRejected(before.lines), whyRejected(after.lines)];
      if (old === null && now !== null) return { kind: 'rejects', reason: now, change };
      if (old !== null && now === null) return { kind: 'accepts', reason: old, change };
      return { kind: 'changes', change };
    }
  }
}

function rejection(after: Extract<Known, { state: 'rendered' }>, whyRejected: WhyRejected): Verdict | null {
  const reason = whyRejected(after.lines);
  return reason === null ? null : { kind: 'rejects', reason };
}

export function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}
