import type { Limits } from '../../jinja/index.js';
import type { Change, ObservedMaster } from '../../model/index.js';
import { sameLines } from '../rendered/compare-outcomes.js';
import { worldOf, type Outcome, type TemplateTexts } from '../rendered/world.js';
import type { Cluster } from './clusters.js';

/** The order in which the writes of a cluster follow each other. */
export interface WriteOrder {
  readonly dictionariesFirst: boolean;
  /** Whether templates that extend others are written before their bases. */
  readonly childrenFirst: boolean;
}

export interface Choice extends WriteOrder {
  /** Sampled devices for which a job in between could get neither the old nor the new configuration. */
  readonly mixed: readonly string[];
}

/** The first one is used if all are equally good. */
const orders: readonly WriteOrder[] = [
  { dictionariesFirst: false, childrenFirst: false },
  { dictionariesFirst: true, childrenFirst: false },
  { dictionariesFirst: false, childrenFirst: true },
  { dictionariesFirst: true, childrenFirst: true },
];

export interface Trial {
  /** Depth of each template (depth.ts). */
  readonly depths: ReadonlyMap<string, number>;
  /** Whether dictionaries can be written before everything else. */
  readonly mayLead: boolean;
  readonly observed: ObservedMaster;
  readonly below: TemplateTexts;
  /** Whether the time for trying orders is used up. */
  readonly isLate: () => boolean;
}

/** Devices sampled per cluster. The devices of one cluster are similar. */
const mostDevices = 10;
const mostTemplates = 8;
/** Rendering LAVA's own templates needs a fifth of these steps. */
const limits: Partial<Limits> = { steps: 100_000, timeMs: 500, outputBytes: 256 * 1024 };
const notRendered = 1000;

/**
 * Tries the orders. After each single write, each device should render to its configuration before all writes or to the
 * one after them. Returns the first order for which this is true, or else the one that violates it least.
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

/**
 * What is written after the first write, after the second, and so on; without the last step, when everything is
 * written.
 */
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
  // Dictionaries do not depend on each other's writes, so all of them are one step.
  if (dictionaries.length > 0) {
    if (dictionariesFirst) steps.unshift([...dictionaries]);
    else steps.push([...dictionaries]);
  }
  return steps.slice(0, -1).map((_step, index) => steps.slice(0, index + 1).flat());
}

function judge(between: Outcome, before: Outcome | undefined, after: Outcome | undefined): number {
  // A device that does not render in any case gets no job.
  if (before?.state !== 'rendered' || after?.state !== 'rendered') return 0;
  if (between.state !== 'rendered') return notRendered;
  return sameLines(between.lines, before.lines) || sameLines(between.lines, after.lines) ? 0 : 1;
}
