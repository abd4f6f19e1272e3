import {
  keyOf,
  type AppliedRecord,
  type ConfigurationObject,
  type DesiredMaster,
  type ObjectKey,
  type ObservedMaster,
} from '../../../src/model/index.js';
import {
  digestFields,
  makePlan,
  noConsents,
  type Consents,
  type Plan,
  type PlanInput,
} from '../../../src/plan/index.js';
import { desiredMaster, policy } from './desired.js';
import { complete } from '../targets/model-master.js';

/** A LAVA 2023.01 that contains these objects, all of them readable. */
export function observedMaster(
  objects: readonly ConfigurationObject[],
  view: Partial<ObservedMaster> = {},
): ObservedMaster {
  return {
    software: 'lava',
    release: '2023.01',
    objects: new Map(objects.map((one) => [keyOf(one), complete(one)])),
    unreadable: [],
    unsupported: new Set(),
    builtIn: new Set(),
    ...view,
  };
}

/** The record of an apply of these objects, at revision aaa… */
export function appliedRecord(
  objects: readonly ConfigurationObject[],
  more: Partial<AppliedRecord> = {},
): AppliedRecord {
  return {
    master: 'main',
    repository: '/lab',
    revision: 'a'.repeat(40),
    fingerprint: 'f'.repeat(64),
    appliedAt: '2026-01-01T00:00:00.000Z',
    objects: new Map(objects.map((one) => [keyOf(one), digestFields(one)])),
    retired: new Set(),
    ...more,
  };
}

export interface Situation extends Partial<Omit<PlanInput, 'consents'>> {
  /** The content of the master, as `view` returns it. */
  readonly master?: readonly ConfigurationObject[];
  readonly view?: Partial<ObservedMaster>;
  /** The objects that the lab's files define, except those that are `blocked` by findings. */
  readonly lab?: readonly ConfigurationObject[];
  readonly blocked?: readonly (readonly [ObjectKey, readonly string[]])[];
  /** The release and the drift policy in the lab's file of this master. */
  readonly rules?: Pick<DesiredMaster['master'], 'modes' | 'ignore' | 'release'>;
  /** What was applied last; by default everything on the master. */
  readonly record?: readonly ConfigurationObject[];
  readonly consents?: Partial<Consents>;
}

/** The plan for a situation, for revision bbb… */
export function planOf(situation: Situation): Plan {
  const { master = [], view, lab = [], blocked, rules, record = master, consents, ...input } = situation;
  const desired = desiredMaster(lab, blocked);
  return makePlan({
    desired: { ...desired, master: { ...desired.master, ...rules } },
    observed: observedMaster(master, view),
    lastApplied: appliedRecord(record),
    policy,
    mode: 'enforce',
    consents: { ...noConsents, ...consents },
    repository: '/lab',
    revision: 'b'.repeat(40),
    targetUrl: 'https://lava.example.com',
    ...input,
  });
}
