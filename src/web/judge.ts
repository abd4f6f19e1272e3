/** What in a status needs the attention of a person. */
import {
  confirmationDueAt,
  type ControllerStatus,
  type LabState,
  type MasterState,
  type MasterStatus,
} from '../controller/index.js';

export type Level = 'good' | 'busy' | 'warning' | 'bad' | 'off';

export interface JudgedMaster {
  readonly name: string;
  readonly status: MasterStatus;
  readonly level: Level;
  /** It should have been confirmed by now. */
  readonly isLate: boolean;
  /** For the verdict: why it needs attention; empty if it does not. */
  readonly why: readonly string[];
}

const levels: Readonly<Record<MasterState, Level>> = {
  off: 'off',
  idle: 'good',
  reconciling: 'busy',
  waiting: 'warning',
  failed: 'bad',
  refused: 'bad',
  suspended: 'off',
};
export const labLevels: Readonly<Record<LabState, Level>> = {
  reading: 'busy',
  ok: 'good',
  invalid: 'warning',
  unusable: 'bad',
  unreadable: 'bad',
  following: 'off',
};

/** Those that need attention first, then by name. */
export function judgeMasters({ masters, schedule }: ControllerStatus, now: Date): readonly JudgedMaster[] {
  return Object.entries(masters)
    .map(([name, status]) => judge(name, status, schedule, now))
    .sort((a, b) => Number(a.why.length === 0) - Number(b.why.length === 0) || compare(a.name, b.name));
}

function judge(
  name: string,
  status: MasterStatus,
  schedule: ControllerStatus['schedule'],
  now: Date,
): JudgedMaster {
  const { state, drift, problems, error, contested } = status;
  const due = confirmationDueAt(schedule, status);
  const isLate = due !== null && now.getTime() >= Date.parse(due);
  const isFailed = ['waiting', 'failed', 'refused'].includes(state);
  const why = [
    ...(isFailed ? [state] : error !== null || problems.length > 0 ? ['with problems'] : []),
    ...(isLate ? ['not confirmed in time'] : []),
    ...(drift.length > 0 ? ['with drift'] : []),
    ...(contested.length > 0 ? ['contested'] : []),
  ];
  return { name, status, level: levels[state], isLate, why };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
