import type { Disturbance, Step } from './plan.js';

export interface StepResult {
  readonly step: Step;
  readonly recoveryMs: number;
}

/** Figures that are counted while a soak runs. */
export interface Counts {
  readonly seconds: number;
  readonly requests: number;
  readonly unanswered: number;
  readonly lines: number;
  readonly looks: number;
  /** Of each job: its kind and how it ended. */
  readonly jobs: readonly { readonly kind: string; readonly health: string }[];
  /** Of each part: how it ended by itself. */
  readonly ownEnds: readonly { readonly part: string; readonly how: string }[];
}

/** The figures of a run, one per line. */
export function formatReport(results: readonly StepResult[], counts: Counts): string[] {
  const done = results.flatMap(({ step }) => step.disturbances);
  const kills = done.flatMap((one) =>
    isKill(one) ? [one.part] : one.kind === 'kill-at-write' ? ['master'] : [],
  );
  const longest = [...results].sort((a, b) => b.recoveryMs - a.recoveryMs)[0];
  const slow = longest === undefined ? '' : longest.step.disturbances.map(({ kind }) => kind).join(' and ');
  return [
    `duration: ${Math.round(counts.seconds / 60)} minutes, ${results.length} steps, ${done.length} disturbances`,
    `disturbances: ${tally(done.map(({ kind }) => kind))}`,
    `SIGKILL: ${tally(kills)}`,
    `jobs: ${counts.jobs.length}; ${tally(counts.jobs.map(({ health }) => health))}`,
    `jobs by kind: ${tally(counts.jobs.map(({ kind, health }) => `${kind} ${health}`))}`,
    `parts that ended by themselves: ${tally(counts.ownEnds.map(({ part, how }) => `${part} (${how})`))}`,
    `recovery: longest ${seconds(longest?.recoveryMs ?? 0)} (${slow}), median ${seconds(median(results.map(({ recoveryMs }) => recoveryMs)))}`,
    `requests: ${counts.requests} (${counts.unanswered} submissions without an answer); log lines compared: ${counts.lines}; looks: ${counts.looks}`,
  ];
}

function isKill(one: Disturbance): one is Extract<Disturbance, { kind: 'kill' }> {
  return one.kind === 'kill';
}

function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const parts = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([word, count]) => `${word} ${count}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
