import {
  keyOf,
  type AppliedRecord,
  type DesiredMaster,
  type DriftMode,
  type ObjectKey,
  type ObservedMaster,
  type Policy,
} from '../model/index.js';
import { makePlan, type Consents, type Plan, type TemplateText } from '../plan/index.js';
import { changedSince } from './focus.js';
import { remarksOn, withIntent } from './intent.js';
import type { ApplyIntent, MasterTarget, RecordStore } from './ports.js';

/** What a plan for one master is made from. */
export interface PlanRequest {
  readonly target: MasterTarget;
  readonly desired: DesiredMaster;
  readonly records: Pick<RecordStore, 'read' | 'readIntent'>;
  readonly policy: Policy;
  readonly mode: DriftMode;
  readonly revision: { readonly repository: string; readonly revision: string };
  readonly consents: Consents;
  /** Templates of the lab's deviceTypeSources, by file name (`base.jinja2`): what the lab was checked with. */
  readonly templates?: ReadonlyMap<string, TemplateText>;
  /** What else a reader of the plan should know, of how the lab was read. */
  readonly remarks?: readonly string[];
  readonly signal?: AbortSignal;
  /**
   * Look only at what the lab changed since the last apply, when that is little (focus.ts). Who asks for it looks at
   * everything afterwards. Default: everything.
   */
  readonly onlyChanged?: boolean;
}

/** A plan, and the three states that it compared. */
export interface Seen {
  readonly plan: Plan;
  readonly desired: DesiredMaster;
  readonly observed: ObservedMaster;
  /** As it is stored. */
  readonly record: AppliedRecord | null;
  readonly intent: ApplyIntent | null;
  /** The record, with what an apply that was cut off has done. */
  readonly base: AppliedRecord | null;
  /** What the plan is about; null: everything. */
  readonly focus: ReadonlySet<ObjectKey> | null;
}

/** Reads the record and the master, and plans. Writes nothing. */
export async function look(request: PlanRequest): Promise<Seen> {
  const { target, records, policy, mode, consents } = request;
  const master = request.desired.master.name;
  const desired = normalised(request.desired, target);
  const record = await records.read(master);
  const intent = await records.readIntent(master);
  // After an apply that was cut off only a full look tells what became of it; and which devices a change concerns,
  // when they are to be out of service for it, stands in their dictionaries.
  const mayFocus = intent === null && (policy.changes ?? 'any') === 'any';
  const focus = request.onlyChanged === true && mayFocus ? changedSince(record, desired) : null;
  const observed = await target.observe(
    focus ?? interestOf(desired, record, intent),
    request.signal,
    ...(focus === null ? [] : [focus]),
  );
  const base = withIntent(record, intent, observed);
  const remarks = [...(request.remarks ?? []), ...(observed.remarks ?? []), ...remarksOn(intent)];
  const plan = makePlan({
    desired,
    observed: { ...observed, remarks },
    lastApplied: base,
    policy,
    mode,
    consents,
    ...request.revision,
    targetUrl: target.url,
    ...(request.templates === undefined ? {} : { templates: request.templates }),
    ...(focus === null ? {} : { focus }),
  });
  return { plan, desired, observed, record, intent, base, focus };
}

/** As the master would store it. */
export function normalised(desired: DesiredMaster, target: MasterTarget): DesiredMaster {
  const objects = [...desired.objects.values()].map((object) => target.normalise(object));
  return { ...desired, objects: new Map(objects.map((object) => [keyOf(object), object])) };
}

function interestOf(
  desired: DesiredMaster,
  record: AppliedRecord | null,
  intent: ApplyIntent | null,
): ReadonlySet<ObjectKey> {
  return new Set([
    ...desired.objects.keys(),
    ...desired.blocked.keys(),
    ...(record?.objects.keys() ?? []),
    ...(intent?.objects.keys() ?? []),
  ]);
}
