import type { Outcome } from './world.js';
import type { RenderedKind } from './difference.js';
import type { LineChange, LineComparer } from './line-change.js';

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
      return { kind: 'new' };
    case 'fails':
      return { kind: 'recovers', reason: before.problem };
    case 'unknown':
      return { kind: 'unknown', reason: before.reason };
    case 'rendered':
      return sameLines(before.lines, after.lines)
        ? { kind: 'unchanged' }
        : { kind: 'changes', change: compareLines(hostname, before.lines, after.lines) };
  }
}

export function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}
