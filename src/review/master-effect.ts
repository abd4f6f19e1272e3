/**
 * What a change does to one master: the plan that an apply of the head would have if the base was applied there completely
 * and nobody changed anything since.
 */
import { maskLines, maskSecrets } from '../diagnostics/index.js';
import {
  defaultRelease,
  fieldDefaults,
  formatRelease,
  nearestKnownRelease,
  type AppliedRecord,
  type Change,
  type ConfigurationObject,
  type DesiredMaster,
  type FieldValue,
  type ObservedMaster,
  type Policy,
} from '../model/index.js';
import {
  digestFields,
  isWrite,
  makePlan,
  noConsents,
  renderedDifferences,
  type Plan,
  type RenderedDifference,
} from '../plan/index.js';
import { createReferenceReader, type TemplateText } from '../templates/index.js';
import { ConfigurationKeys } from './configuration-keys.js';
import type { Hazards } from './hazards.js';
import type { MasterEffect, ReviewedChange } from './review.js';

export interface EffectInput {
  readonly base: DesiredMaster;
  readonly head: DesiredMaster;
  readonly policy: Policy;
  /** The head's templates of deviceTypeSources. */
  readonly templates: ReadonlyMap<string, TemplateText>;
  readonly revision: string;
  /** The head has no errors, so its configurations are valid. */
  readonly isValid: boolean;
}

/** Ten thousand ordinary devices need a few seconds. */
const renderingBudgetMs = 60_000;

/** @param hazards collects the hazardous fields */
export function effectOn(input: EffectInput, hazards: Hazards): MasterEffect {
  const observed = observedAfter(input.base);
  const plan = planOf(input, observed);
  const rendered = renderingsOf(plan, observed, input.isValid, hazards);
  for (const change of plan.changes) addHazards(change, hazards);
  const changes = plan.changes.filter((change) => isShown(change, input));
  return {
    master: input.head.master.name,
    counts: countsOf(changes, plan.counts),
    changes: changes.map(viewOf),
    rendered: rendered.map(masked),
  };
}

/** The objects that a master has, with templates from sources: a LAVA may have the same ones from its packages. */
function allObjects({ objects, fromSources }: DesiredMaster): DesiredMaster['objects'] {
  return new Map([...(fromSources?.objects ?? []), ...objects]);
}

function observedAfter(base: DesiredMaster): ObservedMaster {
  const { master, blocked } = base;
  const isEmbedded = 'embedded' in master.address;
  return {
    software: isEmbedded ? 'lavaflow' : 'lava',
    release: formatRelease(nearestKnownRelease(master.release ?? defaultRelease)),
    objects: new Map([...allObjects(base)].map(([key, object]) => [key, complete(object)])),
    unreadable: [...blocked.keys()].map((key) => {
      const slash = key.indexOf('/');
      const kind = key.slice(0, slash) as ObservedMaster['unreadable'][number]['kind'];
      return { kind, name: key.slice(slash + 1), reason: 'its files have errors in the base' };
    }),
    unsupported: new Set(),
    builtIn: new Set(),
  };
}

/** As a master shows it: what no file declares has a value there. */
function complete(object: ConfigurationObject): ConfigurationObject {
  const defaults = Object.fromEntries(
    Object.entries(fieldDefaults[object.kind]).map(([field, { value }]): [string, FieldValue] => [
      field,
      value,
    ]),
  );
  const health =
    object.kind === 'device' ? { health: 'Unknown' } : object.kind === 'worker' ? { health: 'Active' } : {};
  const { kind, name, fields } = object;
  return { kind, name, fields: { ...defaults, ...health, ...fields } } as ConfigurationObject;
}

function recordOf(base: DesiredMaster): AppliedRecord {
  return {
    master: base.master.name,
    repository: '',
    revision: '',
    fingerprint: '',
    appliedAt: '1970-01-01T00:00:00.000Z',
    objects: new Map([...allObjects(base)].map(([key, object]) => [key, digestFields(object)])),
    retired: new Set(),
  };
}

function planOf({ base, head, policy, templates, revision }: EffectInput, observed: ObservedMaster): Plan {
  return makePlan({
    desired: { ...head, objects: allObjects(head) },
    observed,
    lastApplied: recordOf(base),
    policy: {
      prune: policy.prune,
      ...(policy.undeclared === undefined ? {} : { undeclared: policy.undeclared }),
    },
    mode: head.master.mode,
    consents: noConsents,
    repository: '',
    revision,
    targetUrl: '',
    templates,
  });
}

function renderingsOf(
  plan: Plan,
  observed: ObservedMaster,
  isValid: boolean,
  hazards: Hazards,
): RenderedDifference[] {
  const keys = new ConfigurationKeys();
  const rendered = renderedDifferences({
    changes: plan.changes,
    observed,
    shown: new Map(),
    sources: new Map(),
    read: createReferenceReader(),
    budgetMs: renderingBudgetMs,
    isValid,
    onCompared(hostname, before, after) {
      if (after === null) return;
      const changed = keys.changed(before, after);
      if (changed === null) hazards.addUnknown(`device/${hostname}`);
      else
        hazards.add(
          `device/${hostname}`,
          changed.map((key) => `configuration.${key}`),
        );
    },
  });
  for (const { kind, devices } of rendered) {
    if (kind === 'unknown') for (const device of devices) hazards.addUnknown(`device/${device}`);
  }
  return rendered.filter(({ kind }) => kind !== 'unchanged');
}

function addHazards({ key, verb, hold, fields }: Change, hazards: Hazards): void {
  if (hold === 'unreadable') hazards.addUnknown(key);
  else if (isWrite(verb) && verb !== 'retire' && verb !== 'delete')
    hazards.add(
      key,
      fields.map(({ field }) => field),
    );
}

/** A stock LAVA has templates of its own, and an apply writes only those of the lab that it lacks. */
function isShown({ key }: Change, { base, head }: EffectInput): boolean {
  if ('embedded' in head.master.address || !key.startsWith('template/')) return true;
  const isOwn = (side: DesiredMaster) => side.objects.has(key) || side.blocked.has(key);
  return isOwn(base) || isOwn(head);
}

function countsOf(changes: readonly Change[], verbs: Plan['counts']): Plan['counts'] {
  const names = Object.keys(verbs) as (keyof Plan['counts'])[];
  return Object.fromEntries(
    names.map((verb) => [verb, changes.filter((change) => change.verb === verb).length]),
  ) as Plan['counts'];
}

function viewOf({ key, verb, fields, reason }: Change): ReviewedChange {
  return {
    key,
    verb,
    fields: fields.map(({ field }) => field),
    ...(reason === undefined ? {} : { reason: maskSecrets(reason) }),
  };
}

/** A review is public, in every format. */
function masked({ diff, reason, ...difference }: RenderedDifference): RenderedDifference {
  return {
    ...difference,
    diff: maskLines(diff),
    ...(reason === undefined ? {} : { reason: maskSecrets(reason) }),
  };
}
