import type { Limits } from '../../jinja/index.js';
import type { Change, ObservedMaster } from '../../model/index.js';
import { sameLines } from '../rendered/compare-outcomes.js';
import { worldOf, type Outcome, type TemplateTexts } from '../rendered/world.js';
import type { Cluster } from './clusters.js';

/** How the writes of a cluster follow each other. */
export interface WriteOrder {
  readonly dictionariesFirst: boolean;
  /** What stands on others before these. */
  readonly childrenFirst: boolean;
}

export interface Choice extends WriteOrder {
  /** Devices, of those looked at, of which a job in between could get neither the old nor the new configuration. */
  readonly mixed: readonly string[];
}

/** First the one that is taken when all are equal. */
const orders: readonly WriteOrder[] = [
  { dictionariesFirst: false, childrenFirst: false },
  { dictionariesFirst: true, childrenFirst: false },
  { dictionariesFirst: false, childrenFirst: true },
  { dictionariesFirst: true, childrenFirst: true },
];

export interface Trial {
  /** By template (depth.ts). */
  readonly depths: ReadonlyMap<string, number>;
  /** Whether dictionaries can be written before everything else. */
  readonly mayLead: boolean;
  readonly observed: ObservedMaster;
  readonly below: TemplateTexts;
  /** There is no time left to try out more. */
  readonly isLate: () => boolean;
}

/** Looked at of each cluster: devices of one cluster are alike. */
const mostDevices = 10;
const mostTemplates = 8;
/** LAVA's own templates take a fifth of the steps. */
const limits: Partial<Limits> = { steps: 100_000, timeMs: 500, outputBytes: 256 * 1024 };
const notRendered = 1000;

/**
 * Tries the orders out: after each single write, each device should render to what it did before all of them or to
 * what it does after. Takes the first order for which that holds, or else the one that breaks it least.
 */
export function chooseOrder({ templates, dictionaries, devices }: Cluster, trial: Trial): Choice {
  const looked = devices.slice(0, mostDevices);
  const render = (changes: readonly Change[]): Outcome[] => {
    const world = worldOf(trial.observed, changes, trial.below, limits);
    return looked.map((hostname) => (trial.isLate() ? { state: 'none' } : world.render(hostname)));
  };
  const before = render([]);
  const after = render([...templates, ...dictionaries]);
  let best: (Choice & { score: number }) | null = null;
  for (const order of orders) {
    if (order.dictionariesFirst && (!trial.mayLead || dictionaries.length === 0)) continue;
    if (order.childrenFirst && templates.length < 2) continue;
    if (templates.length > mostTemplates || trial.isLate()) continue;
    const mixed = new Set<string>();
    let score = 0;
    for (const state of statesBetween(templates, dictionaries, trial.depths, order)) {
      for (const [index, outcome] of render(state).entries()) {
        const worth = judge(outcome, before[index], after[index]);
        if (worth > 0) mixed.add(looked[index] ?? '');
        score += worth;
      }
    }
    if (best === null || score < best.score) best = { ...order, mixed: [...mixed], score };
    if (score === 0) break;
  }
  return best ?? { dictionariesFirst: false, childrenFirst: false, mixed: looked };
}

/** What is written after the first write, after the second, and so on; without the last, when all is. */
function statesBetween(
  templates: readonly Change[],
  dictionaries: readonly Change[],
  depths: ReadonlyMap<string, number>,
  { dictionariesFirst, childrenFirst }: WriteOrder,
): Change[][] {
  const sign = childrenFirst ? -1 : 1;
  const depthOf = (change: Change) => depths.get(change.object.name) ?? 0;
  const steps = [...templates]
    .sort((a, b) => sign * (depthOf(a) - depthOf(b)) || (a.object.name < b.object.name ? -1 : 1))
    .map((change) => [change]);
  // Dictionaries do not see each other's writes: all of them are one step.
  if (dictionaries.length > 0) {
    if (dictionariesFirst) steps.unshift([...dictionaries]);
    else steps.push([...dictionaries]);
  }
  return steps.slice(0, -1).map((_step, index) => steps.slice(0, index + 1).flat());
}

function judge(between: Outcome, before: Outcome | undefined, after: Outcome | undefined): number {
  // What does not render anyway gets no job.
  if (before?.state !== 'rendered' || after?.state !== 'rendered') return 0;
  if (between.state !== 'rendered') return notRendered;
  return sameLines(between.lines, before.lines) || sameLines(between.lines, after.lines) ? 0 : 1;
}
