/** Makes a plan from the desired, observed and last applied state: compare, decide, hold back, order. */
import {
  type AppliedRecord,
  type Change,
  type DesiredMaster,
  type DriftMode,
  type ObjectKey,
  type ObservedMaster,
  type Policy,
} from '../model/index.js';
import type { TemplateText } from '../templates/index.js';
import { countVerbs } from './changes.js';
import type { Context } from './decide/context.js';
import type { Contest } from './drift/contest.js';
import { findContestIn } from './drift/contests.js';
import { decideBlocked, decideLeft, decideUnnamed } from './decide/decide-left.js';
import { decideNamed } from './decide/decide-named.js';
import { silenceIn } from './decide/silence.js';
import { compareDigests, withDigests } from './compare/fingerprint.js';
import { holdBack } from './hold/hold-back.js';
import { holdWhatBreaks } from './hold/hold-breaking.js';
import { holdInWindows } from './hold/hold-in-windows.js';
import { orderChanges } from './order/order-changes.js';
import { ignoredIn, modesIn } from './path-rules.js';
import type { Plan, PlanSettings, Population } from './plan.js';
import type { Consents, Selection } from './consents.js';
import { healthyDevices, lostDevices } from './safety/population.js';
import { templatesBelow } from './rendered/world.js';
import { lookAt } from './compare/sight.js';
import { remarksOnRelease } from './remarks/release.js';
import { remarksOnSync } from './remarks/synced.js';
import { remarksOnConsents } from './remarks/unused-consents.js';
import { remarksOnUpstream } from './remarks/upstream.js';

export interface PlanInput {
  /** Objects in the form in which the target stores them (`MasterTarget.normalise`). */
  readonly desired: DesiredMaster;
  readonly observed: ObservedMaster;
  readonly lastApplied: AppliedRecord | null;
  readonly policy: Pick<Policy, 'prune' | 'changes' | 'undeclared'>;
  readonly mode: DriftMode;
  readonly consents: Pick<Consents, 'adopt' | 'adoptSynced' | 'allowDelete' | 'restoresDrift'>;
  readonly repository: string;
  readonly revision: string;
  /** Without credentials. */
  readonly targetUrl: string;
  /**
   * Templates of the lab's deviceTypeSources, by file name: what a stock LAVA has besides its own templates, as far as
   * known.
   */
  readonly templates?: ReadonlyMap<string, TemplateText>;
  /** What another tool keeps changing back, and is therefore left alone for now. */
  readonly contests?: readonly Contest[];
  /** Decides what maintenance windows hold back. Absent: nothing. */
  readonly now?: Date;
  /** Plan only these objects, because only their files were read. Default: all objects. */
  readonly focus?: ReadonlySet<ObjectKey>;
}

/**
 * Compares three ways and plans what an apply would do, in order. Equal input produces an equal plan, whatever the
 * order of its maps. Never plans to create, retire or delete anything that is blocked or could not be read.
 */
export function makePlan(input: PlanInput): Plan {
  const { desired, observed, lastApplied } = input;
  const { undeclared } = input.policy;
  const adopt = adoptionIn(input.consents, observed);
  const modeOf = (mode: DriftMode): DriftMode =>
    mode === 'warn' && input.consents.restoresDrift === true ? 'enforce' : mode;
  const settings: PlanSettings = {
    mode: modeOf(input.mode),
    modes: (desired.master.modes ?? []).map((rule) => ({ ...rule, mode: modeOf(rule.mode) })),
    ignore: desired.master.ignore ?? [],
    prune: input.policy.prune,
    ...(undeclared === undefined ? {} : { undeclared }),
    adopt,
    allowDelete: input.consents.allowDelete,
  };
  const context: Context = {
    desired,
    observed,
    lastApplied,
    revision: input.revision,
    look: lookAt(observed),
    settings,
    modeOf: modesIn(settings),
    isIgnored: ignoredIn(settings.ignore),
    contestOf: findContestIn(input.contests ?? []),
    silence: silenceIn({ desired, observed, undeclared }),
    isInFocus: (key) => input.focus?.has(key) !== false,
  };
  const below = templatesBelow(observed, input.templates ?? new Map<string, TemplateText>(), new Map());
  const { changes, remarks } = orderChanges(
    holdWhatBreaks(
      holdBack(holdInWindows(decideAll(context), desired, input.now?.getTime() ?? null), context),
      context,
      below,
    ),
    observed,
    below,
    input.policy.changes ?? 'any',
  );
  const plan = {
    master: desired.master.name,
    targetUrl: input.targetUrl,
    software: observed.software,
    release: observed.release,
    repository: input.repository,
    revision: input.revision,
    settings,
    population: populationOf(context, changes),
    changes,
    counts: countVerbs(changes),
    remarks: [
      ...(observed.remarks ?? []),
      ...remarksOnRelease(desired.master, observed),
      ...(input.focus === undefined
        ? remarksOnUpstream(lastApplied, desired, observed, input.templates)
        : []),
      ...remarksOnSync(observed, desired, lastApplied),
      ...remarksOnConsents(input.consents, desired, observed, lastApplied),
      ...remarks,
    ],
    lastApplied: lastApplied?.fingerprint ?? null,
    ...(input.contests === undefined ? {} : { contests: input.contests }),
  };
  return withDigests(plan, () => compareDigests(context, changes));
}

/** The rule is resolved to names, so that a reviewed plan lists what it adopts. */
function adoptionIn(
  { adopt, adoptSynced }: Pick<Consents, 'adopt' | 'adoptSynced'>,
  { synced }: ObservedMaster,
): Selection {
  if (adoptSynced !== true || adopt === 'all') return adopt;
  return new Set([...(adopt === 'none' ? [] : adopt), ...(synced ?? [])]);
}

function decideAll(context: Context): Change[] {
  const { desired, observed, lastApplied, isInFocus } = context;
  const changes: Change[] = [];
  for (const [key, codes] of desired.blocked) {
    if (isInFocus(key)) changes.push(...decideBlocked(key, codes, context));
  }
  for (const [key, object] of desired.objects) {
    if (isInFocus(key) && !desired.blocked.has(key)) changes.push(...decideNamed(object, context));
  }
  const isNamedByLab = (key: ObjectKey) => desired.objects.has(key) || desired.blocked.has(key);
  const recorded = lastApplied?.objects ?? new Map<ObjectKey, never>();
  for (const key of recorded.keys()) {
    if (isInFocus(key) && !isNamedByLab(key)) changes.push(...decideLeft(key, context));
  }
  for (const key of observed.objects.keys()) {
    if (isInFocus(key) && !isNamedByLab(key) && !recorded.has(key))
      changes.push(...decideUnnamed(key, context));
  }
  return changes;
}

function populationOf(
  { observed, lastApplied, look, isInFocus }: Context,
  changes: readonly Change[],
): Population {
  const recorded = [...(lastApplied?.objects.keys() ?? [])];
  return {
    managed: recorded.filter((key) => !isInFocus(key) || look(key).state !== 'absent').length,
    healthyDevices: healthyDevices(observed),
    lostDevices: lostDevices(observed, changes),
  };
}
