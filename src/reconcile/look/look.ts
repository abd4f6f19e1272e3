import {
  isSuspended,
  keyOf,
  type AppliedRecord,
  type DesiredMaster,
  type DriftMode,
  type MasterConfiguration,
  type ObjectKey,
  type ObservedMaster,
  type Policy,
  type Suspension,
} from '../../model/index.js';
import { makePlan, needsOf, type Consents, type Plan, type PlanInput } from '../../plan/index.js';
import type { TemplateText } from '../../templates/index.js';
import { contestedNow, type DriftMemory } from '../drift/drift-memory.js';
import { changedSince } from './focus.js';
import { remarksOn, withIntent } from '../record/intent.js';
import { remarksOnSuspension } from './suspended.js';
import { withAllSources, withLackingSources, withWrittenSources } from './source-templates.js';
import type { ApplyIntent, MasterTarget, RecordStore, RevisionVerifier } from '../ports.js';
import { lookTwice } from './second-look.js';

/** The input for a plan for one master. */
export interface PlanRequest {
  readonly target: MasterTarget;
  readonly desired: DesiredMaster;
  readonly records: Pick<RecordStore, 'read' | 'readIntent' | 'readSuspension' | 'masters'>;
  /** What was restored before. Without it, everything that drifted is restored each time. */
  readonly drift?: Pick<DriftMemory, 'read'>;
  readonly policy: Policy;
  readonly mode: DriftMode;
  readonly revision: { readonly repository: string; readonly revision: string };
  readonly consents: Consents;
  /** Templates of the lab's deviceTypeSources, by file name (`base.jinja2`), with which the lab was checked. */
  readonly templates?: ReadonlyMap<string, TemplateText>;
  /** Additional remarks for readers of the plan, from reading the lab. */
  readonly remarks?: readonly string[];
  readonly signal?: AbortSignal;
  /**
   * Look only at what the lab changed since the last apply, if that is little (focus.ts). Callers that use it look at
   * everything afterwards. Default: false.
   */
  readonly onlyChanged?: boolean;
  /**
   * Verifies signatures (docs/signatures.md). Without it, a revision that needs one is neither planned nor applied. Null: for a
   * plan of a revision that will not be applied itself, such as a pull request before the merge.
   */
  readonly verifyRevision?: RevisionVerifier | null;
  /** The clock that decides whether a suspension has ended, and what maintenance windows allow. */
  readonly now?: () => Date;
  /** Called before the master is read, with the suspension that is active; null: there is none. */
  readonly onSuspension?: (suspension: Suspension | null) => void;
}

/** A plan, and the three states that it compares. */
export interface Seen {
  readonly plan: Plan;
  readonly desired: DesiredMaster;
  readonly observed: ObservedMaster;
  /** The record as stored. */
  readonly record: AppliedRecord | null;
  readonly intent: ApplyIntent | null;
  /** As stored: it may have ended. */
  readonly suspension: Suspension | null;
  /** The record, plus what an interrupted apply has done. */
  readonly base: AppliedRecord | null;
  /** The objects that the plan covers; null: everything. */
  readonly focus: ReadonlySet<ObjectKey> | null;
}

/** Reads the record and the master, and creates a plan. Writes nothing. */
export async function look(request: PlanRequest): Promise<Seen> {
  const { target, records, policy, mode, consents } = request;
  const master = request.desired.master.name;
  // Together: a store that has them in one place reads it once.
  const [record, intent, suspension] = await Promise.all([
    records.read(master),
    records.readIntent(master),
    records.readSuspension(master),
  ]);
  const now = request.now?.() ?? new Date();
  request.onSuspension?.(isSuspended(suspension, now) ? suspension : null);
  const { desired, focus, ...seen } = await see(request, record, intent);
  const observed = await withUsers(desired, seen.observed, target, request.signal);
  const base = withIntent(record, intent, observed);
  await lookTwice(target, base, observed, focus, request.signal);
  const remarks = [
    ...remarksOnSuspension(suspension, now),
    ...(request.remarks ?? []),
    ...(observed.remarks ?? []),
    ...remarksOn(intent),
  ];
  const input: PlanInput = {
    desired,
    observed: { ...observed, remarks },
    lastApplied: base,
    policy,
    mode,
    consents,
    ...request.revision,
    targetUrl: target.url,
    now,
    ...(request.templates === undefined ? {} : { templates: request.templates }),
    ...(focus === null ? {} : { focus }),
  };
  const first = makePlan(input);
  const contests = request.drift === undefined ? [] : await contestedNow(request.drift, first, now);
  const plan = contests.length === 0 ? first : makePlan({ ...input, contests });
  return { plan, desired, observed, record, intent, suspension, base, focus };
}

/**
 * Reads the master. Which templates the lab may write there depends on the kind of master. This is first taken from the
 * record; if the master turns out to be of a different kind, it is read again.
 */
async function see(
  request: PlanRequest,
  record: AppliedRecord | null,
  intent: ApplyIntent | null,
): Promise<Pick<Seen, 'desired' | 'observed' | 'focus'>> {
  const { target, policy, signal } = request;
  const all = normalised(request.desired, target);
  const wantedOf = (isOurs: boolean) =>
    isOurs ? withAllSources(all) : withWrittenSources(all, [record, intent]);
  const observe = (desired: DesiredMaster) => target.observe(interestOf(desired, record, intent), signal);

  const isOurs = record?.upstream?.software === 'lavaflow';
  const desired = wantedOf(isOurs);
  // After an interrupted apply, only a full look shows what it did. Which devices a change affects, if they must be out
  // of service for it, is in their dictionaries.
  const mayFocus = intent === null && (policy.changes ?? 'any') === 'any';
  const focus = request.onlyChanged === true && mayFocus ? changedSince(record, desired, policy) : null;
  if (focus !== null) {
    const interest = new Set([...focus, ...groupsNamedIn(desired)]);
    const observed = await target.observe(interest, signal, focus);
    if ((observed.software === 'lavaflow') === isOurs) return { desired, observed, focus };
  }
  const first = await observe(desired);
  if (all.fromSources === undefined) return { desired, observed: first, focus: null };
  const isOursNow = first.software === 'lavaflow';
  const wanted = wantedOf(isOursNow);
  const observed = isOursNow === isOurs ? first : await observe(wanted);
  if (isOursNow) return { desired: wanted, observed, focus: null };
  const lacking = await withLackingSources(all, [record, intent], observed, target, signal);
  return { desired: lacking, observed, focus: null };
}

/** Adds the names of users if a device gets an owner, and they were not read with the rest. */
async function withUsers(
  desired: DesiredMaster,
  observed: ObservedMaster,
  target: MasterTarget,
  signal: AbortSignal | undefined,
): Promise<ObservedMaster> {
  if (observed.users !== undefined || observed.software !== 'lava') return observed;
  const isNew = [...desired.objects].some(([key, object]) => {
    const owner = object.kind === 'device' ? object.fields.physicalOwner : null;
    if (typeof owner !== 'string') return false;
    const now = observed.objects.get(key);
    return now?.kind !== 'device' || now.fields.physicalOwner !== owner;
  });
  const users = isNew ? ((await target.readUsers?.(signal)) ?? null) : null;
  return users === null ? observed : { ...observed, users };
}

/** The object as the master would store it. */
export function normalised(desired: DesiredMaster, target: MasterTarget): DesiredMaster {
  const stored = (objects: MasterConfiguration): MasterConfiguration =>
    new Map([...objects.values()].map((object) => [keyOf(object), target.normalise(object)]));
  const { fromSources } = desired;
  return {
    ...desired,
    objects: stored(desired.objects),
    ...(fromSources === undefined
      ? {}
      : { fromSources: { ...fromSources, objects: stored(fromSources.objects) } }),
  };
}

/** The groups that devices and types need, whether or not the lab has them. */
function groupsNamedIn({ objects }: DesiredMaster): ObjectKey[] {
  return [...objects.values()]
    .flatMap((object) => needsOf(object).map(({ key }) => key))
    .filter((key) => key.startsWith('group/'));
}

function interestOf(
  desired: DesiredMaster,
  record: AppliedRecord | null,
  intent: ApplyIntent | null,
): ReadonlySet<ObjectKey> {
  return new Set([
    ...desired.objects.keys(),
    ...desired.blocked.keys(),
    ...groupsNamedIn(desired),
    ...(record?.objects.keys() ?? []),
    ...(intent?.objects.keys() ?? []),
  ]);
}
