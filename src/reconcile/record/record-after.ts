import { isDeepStrictEqual } from 'node:util';

import {
  fieldsOf,
  type AppliedFields,
  type AppliedRecord,
  type CanaryResult,
  type Change,
  type ChangeOutcome,
  type ConfigurationObject,
  type DesiredMaster,
  type FieldValue,
  type ObjectKey,
  type ObservedMaster,
  type SignaturePolicy,
} from '../../model/index.js';
import {
  digestOf,
  isRetired,
  isWrite,
  lookAt,
  silenceIn,
  upstreamOf,
  withAccounts,
  type Look,
  type Plan,
} from '../../plan/index.js';
import type { TemplateText } from '../../templates/index.js';

export interface RecordInput {
  /** The last applied state that the plan was based on. */
  readonly base: AppliedRecord | null;
  readonly desired: DesiredMaster;
  /** The state of the master before the changes. */
  readonly observed: ObservedMaster;
  readonly plan: Plan;
  /** The objects that the plan covers; null: everything. */
  readonly focus: ReadonlySet<ObjectKey> | null;
  readonly outcomes: readonly ChangeOutcome[];
  readonly appliedAt: string;
  readonly force: string | null;
  readonly canary?: CanaryResult | undefined;
  /** What the policy of the revision says about signatures. */
  readonly signatures?: SignaturePolicy | undefined;
  /** Templates of deviceTypeSources; undefined: unknown. */
  readonly templates?: ReadonlyMap<string, TemplateText> | undefined;
}

/**
 * The record after an apply: exactly what is known to have been done, object by object. Objects whose change failed, was
 * skipped or has an unknown outcome stay as recorded before.
 */
export function recordAfter(input: RecordInput): AppliedRecord {
  const { base, desired, observed, plan, outcomes } = input;
  const look = lookAt(observed);
  const silence = silenceIn({ desired, observed, undeclared: plan.settings.undeclared });
  const statuses = new Map(outcomes.map(({ key, status }) => [key, status]));
  const writes = new Map(
    plan.changes.filter(({ verb }) => isWrite(verb)).map((change) => [change.key, change]),
  );
  const objects = new Map<ObjectKey, AppliedFields>();
  const retired = new Set<ObjectKey>();

  for (const key of new Set([...desired.objects.keys(), ...(base?.objects.keys() ?? [])])) {
    const before = base?.objects.get(key);
    const wasRetired = base?.retired.has(key) === true;
    if (input.focus?.has(key) === false) {
      if (before !== undefined) objects.set(key, before);
      if (wasRetired) retired.add(key);
      continue;
    }
    const change = writes.get(key);
    const done = change !== undefined && statuses.get(key) === 'done' ? change : null;
    const named = desired.blocked.has(key) ? undefined : desired.objects.get(key);
    const after =
      named === undefined
        ? afterLeaving(key, before, wasRetired, done, desired.blocked.has(key), look)
        : afterNaming(
            key,
            withAccounts(named, observed).object,
            silence.impliedBy(named, before ?? null),
            before,
            wasRetired,
            done,
            look,
          );
    if (after === null) continue;
    objects.set(key, after.fields);
    if (after.retired) retired.add(key);
  }
  const canary = input.canary ?? (base?.revision === plan.revision ? base.canary : undefined);
  // A partial look shows nothing about other objects.
  const upstream =
    input.focus === null ? upstreamOf(desired, observed, input.templates, base?.upstream) : base?.upstream;
  // A reason stays as long as its revision.
  const force = input.force ?? (base?.revision === plan.revision ? base.force : undefined);
  return {
    master: plan.master,
    repository: plan.repository,
    revision: plan.revision,
    fingerprint: plan.fingerprint,
    appliedAt: input.appliedAt,
    objects,
    retired,
    ...(force === undefined ? {} : { force }),
    ...(canary === undefined ? {} : { canary }),
    ...(input.signatures === 'required' ? { signatures: 'required' } : {}),
    ...(upstream === undefined ? {} : { upstream }),
  };
}

interface Entry {
  readonly fields: AppliedFields;
  readonly retired: boolean;
}

/**
 * An object that the lab defines: managed if it was before, or if it was just created or adopted.
 * @param implied values that the lab does not declare, but stands for; a new object has them
 */
function afterNaming(
  key: ObjectKey,
  wanted: ConfigurationObject,
  implied: Readonly<Record<string, FieldValue>>,
  before: AppliedFields | undefined,
  wasRetired: boolean,
  done: Change | null,
  look: Look,
): Entry | null {
  if (before === undefined && done === null) return null;
  const sight = look(key);
  const seen = sight.state === 'present' ? fieldsOf(sight.object) : {};
  const written = new Set(done?.fields.map(({ field }) => field));
  if (done?.verb === 'create') for (const field of Object.keys(implied)) written.add(field);
  const fields: [string, string][] = [];
  for (const [field, value] of [...Object.entries(fieldsOf(wanted)), ...Object.entries(implied)]) {
    if (value === undefined) continue;
    const digest = digestOf(value);
    const seenValue = seen[field];
    const isThere = written.has(field) || (seenValue !== undefined && digestOf(seenValue) === digest);
    const last = isThere ? digest : before?.[field];
    if (last !== undefined) fields.push([field, last]);
  }
  const stillRetired = sight.state === 'present' && isRetired(sight.object) === true && done === null;
  return { fields: Object.fromEntries(fields), retired: wasRetired && stillRetired };
}

/** An object that the lab no longer defines, or whose files have errors. */
function afterLeaving(
  key: ObjectKey,
  before: AppliedFields | undefined,
  wasRetired: boolean,
  done: Change | null,
  isBlocked: boolean,
  look: Look,
): Entry | null {
  if (before === undefined) return null;
  const same: Entry = { fields: before, retired: wasRetired };
  if (isBlocked) return same;
  if (done?.verb === 'delete') return null;
  if (done?.verb === 'retire') return { fields: before, retired: true };
  if (done !== null) {
    const revoked = done.fields.flatMap(({ field, after }) =>
      after === undefined ? [] : [[field, digestOf(after)] as const],
    );
    return { fields: { ...before, ...Object.fromEntries(revoked) }, retired: wasRetired };
  }
  const sight = look(key);
  if (sight.state === 'absent') return null;
  return sight.state === 'present' && isRetired(sight.object) === true
    ? { fields: before, retired: true }
    : same;
}

/** Whether two records are equal, apart from when, by which plan and with which canary they were written. */
export function sameRecord(a: AppliedRecord | null, b: AppliedRecord | null): boolean {
  return a === b || (a !== null && b !== null && isDeepStrictEqual(contentOf(a), contentOf(b)));
}

function contentOf(record: AppliedRecord) {
  const { master, repository, revision, force, objects, retired, upstream, signatures } = record;
  return { master, repository, revision, force, objects, retired, upstream, signatures };
}
