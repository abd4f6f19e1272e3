import type { AppliedRecord, DesiredMaster, ObjectKey, ObservedMaster } from '../model/index.js';
import type { FindContest } from './drift/contests.js';
import type { FindIgnored, FindMode } from './path-rules.js';
import type { PlanSettings } from './plan.js';
import type { Look } from './sight.js';

/** What every decision may look at. */
export interface Context {
  readonly desired: DesiredMaster;
  readonly observed: ObservedMaster;
  readonly lastApplied: AppliedRecord | null;
  /** Of the lab that is planned. */
  readonly revision: string;
  readonly settings: PlanSettings;
  readonly modeOf: FindMode;
  readonly isIgnored: FindIgnored;
  readonly contestOf: FindContest;
  readonly look: Look;
  /** Whether the plan is about this object. */
  readonly isInFocus: (key: ObjectKey) => boolean;
}

/** `LAVA 2023.01`, `lavaflow 0.1.0`. */
export function releaseName(master: { readonly software: string; readonly release: string }): string {
  return `${master.software === 'lava' ? 'LAVA' : master.software} ${master.release}`;
}

/** `abc123def456`: enough of a revision for people. */
export function shortRevision(revision: string): string {
  return /^[0-9a-f]{40}/.test(revision) ? revision.slice(0, 12) + revision.slice(40) : revision;
}
