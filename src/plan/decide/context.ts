import type { AppliedRecord, DesiredMaster, ObjectKey, ObservedMaster } from '../../model/index.js';
import type { FindContest } from '../drift/contests.js';
import type { FindIgnored, FindMode } from '../path-rules.js';
import type { PlanSettings } from '../plan.js';
import type { Look } from '../compare/sight.js';
import type { Silence } from './silence.js';

/** The input of every decision. */
export interface Context {
  readonly desired: DesiredMaster;
  readonly observed: ObservedMaster;
  readonly lastApplied: AppliedRecord | null;
  /** Of the lab that is being planned. */
  readonly revision: string;
  readonly settings: PlanSettings;
  readonly modeOf: FindMode;
  readonly isIgnored: FindIgnored;
  readonly contestOf: FindContest;
  readonly silence: Silence;
  readonly look: Look;
  /** Whether this object is part of the plan. */
  readonly isInFocus: (key: ObjectKey) => boolean;
}
