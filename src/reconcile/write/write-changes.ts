import { ExternalError } from '../../diagnostics/index.js';
import {
  keyOf,
  type CanaryResult,
  type Change,
  type ChangeOutcome,
  type WriteTime,
} from '../../model/index.js';
import type { CanaryPlan } from '../canary/plan-canary.js';
import type { Seen } from '../look/look.js';
import { devicesToPark, healthsAfter, park, stillParked, type Parked } from './maintenance.js';
import type { ApplyIntent, MasterTarget, Unproven } from '../ports.js';
import { releasable, runCanary, type CanaryProgress } from '../canary/run-canary.js';
import { boardsOf, setHealths, type Patience, type Way } from './stage.js';

export interface WriteRequest {
  readonly target: MasterTarget;
  readonly seen: Seen;
  readonly writes: readonly Change[];
  readonly when: WriteTime;
  readonly canary: CanaryPlan | null;
  /** Devices that the intent already names (`parkedFor`). */
  readonly parked: Parked;
  readonly patience: Patience;
  /** Saves the intent before anything is done that it must name. */
  readonly journal: (extra: Pick<ApplyIntent, 'parked' | 'unproven'>) => Promise<void>;
  readonly onOutcome: (outcome: ChangeOutcome) => void;
  readonly onCanary: (progress: CanaryProgress) => void;
  readonly signal: AbortSignal;
}

/** The state after the writes, whether they succeeded or ended with an error. */
export interface WriteState {
  /** Devices that are still in maintenance. */
  parked: Parked;
  unproven?: Unproven | undefined;
  canary?: CanaryResult;
}

/** Devices to park for the writes, and devices that a previous apply left parked. */
export function parkedFor(
  writes: readonly Change[],
  { observed, intent }: Pick<Seen, 'observed' | 'intent'>,
  when: WriteTime,
  canary: CanaryPlan | null,
): Parked {
  return new Map([
    ...devicesToPark(writes, observed, when),
    ...(canary?.parked ?? []),
    ...stillParked(intent?.parked, observed),
  ]);
}

/**
 * Makes the changes: with devices out of service if the lab asks for it (maintenance.ts), and on one device first if
 * there is a canary (run-canary.ts). `state` always shows what is parked and what is unproven.
 * @throws ExternalError when `MasterTarget.apply` does, or when devices do not become idle
 */
export async function writeChanges(request: WriteRequest, state: WriteState): Promise<void> {
  const { writes, canary, when } = request;
  state.parked = request.parked;
  const way = wayOf(request);
  const outcomes: ChangeOutcome[] = [];
  const report = (outcome: ChangeOutcome): void => {
    outcomes.push(outcome);
    request.onOutcome(outcome);
  };
  let tried: readonly ChangeOutcome[] | null = null;
  try {
    if (canary !== null) request.onCanary({ device: canary.device.name, state: 'waiting until idle' });
    const isIdleFirst = (key: string): boolean =>
      when === 'idle' || (canary !== null && key === keyOf(canary.device));
    await park(way, state.parked, isIdleFirst, request.patience);
    const isGood = canary === null || (await tryFirst(request, way, canary, state, report));
    tried = isGood ? outcomes : null;
    const rest = canary === null ? writes : canary.rest;
    if (isGood && rest.length > 0) await request.target.apply(rest, way.revision, report, way.signal);
  } catch (error) {
    if (error instanceof ExternalError && state.unproven === undefined) {
      await release(request, way, state, tried).catch((another: unknown) => {
        // The first error is more informative. What is still parked is in the intent.
        if (!(another instanceof ExternalError)) throw another;
      });
    }
    throw error;
  }
  // No device gets a job with a configuration that was found to be bad.
  if (state.unproven === undefined) await release(request, way, state, tried);
}

/** @returns whether the canary is good, and the rest may follow */
async function tryFirst(
  request: WriteRequest,
  way: Way,
  canary: CanaryPlan,
  state: WriteState,
  report: (outcome: ChangeOutcome) => void,
): Promise<boolean> {
  const { seen, patience } = request;
  const { result, outcomes } = await runCanary({
    way,
    canary,
    patience,
    journal: async (unproven) => {
      state.unproven = unproven;
      await request.journal({ parked: state.parked, ...(unproven === undefined ? {} : { unproven }) });
    },
    onProgress: request.onCanary,
    previousRevision: seen.base?.revision ?? seen.plan.revision,
  });
  state.canary = result;
  outcomes.forEach(report);
  const key = keyOf(canary.device);
  const others = [...state.parked].filter(([one]) => one !== key);
  if (result.outcome === 'kept') {
    state.parked = new Map(others);
    return true;
  }
  state.parked = new Map([...others, [key, 'Unknown']]);
  for (const { key: left, verb } of canary.rest) {
    report({ key: left, verb, status: 'skipped', reason: `${result.device} failed with the change` });
  }
  return false;
}

function wayOf({ target, seen, signal }: WriteRequest): Way {
  const { master, repository, revision, fingerprint } = seen.plan;
  return { target, master, observed: seen.observed, revision: { repository, revision, fingerprint }, signal };
}

/** Restores the health of parked devices, except those that somebody else has changed since. */
async function release(
  { seen, writes }: WriteRequest,
  way: Way,
  state: WriteState,
  tried: readonly ChangeOutcome[] | null,
): Promise<void> {
  if (state.parked.size === 0) return;
  const boards = await boardsOf(way);
  const putBack = state.canary?.outcome === 'put back' ? state.canary.device : null;
  const ready = releasable(state.parked, boards, putBack);
  await setHealths(way, 'release', healthsAfter(ready, boards, writes, tried, seen.observed));
  state.parked = new Map([...state.parked].filter(([key]) => !ready.has(key)));
}
