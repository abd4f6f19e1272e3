/** Converts a plan to a JSON value and back. */
import type { ValidateFunction } from 'ajv';

import { printable, UsageError } from '../../diagnostics/index.js';
import { keyOf, verbs, type FieldChange } from '../../model/index.js';
import { countVerbs, isWrite } from '../changes.js';
import { actionsOf, fingerprintOf } from '../compare/fingerprint.js';
import { selectionToJson, type Selection } from '../consents.js';
import type { Plan } from '../plan.js';
import {
  format,
  validatorOfPlans,
  version,
  type FieldChangeJson,
  type PlanJson,
  type SelectionJson,
} from './plan-schema.js';

const maxDepth = 40;

export function planToJson(plan: Plan): PlanJson {
  const { settings, population, changes, compared } = plan;
  return {
    format,
    version,
    master: plan.master,
    targetUrl: plan.targetUrl,
    software: plan.software,
    release: plan.release,
    repository: plan.repository,
    revision: plan.revision,
    counts: plan.counts,
    remarks: plan.remarks,
    lastApplied: plan.lastApplied,
    fingerprint: plan.fingerprint,
    settings: {
      ...settings,
      adopt: selectionToJson(settings.adopt),
      allowDelete: selectionToJson(settings.allowDelete),
    },
    population: {
      managed: population.managed,
      healthyDevices: [...population.healthyDevices],
      lostDevices: [...population.lostDevices],
    },
    changes: changes.map((change) => ({ ...change, fields: change.fields.map(fieldToJson) })),
    compared: [...compared],
    ...(plan.rendered === undefined ? {} : { rendered: plan.rendered }),
  };
}

/**
 * Reads a plan. A plan file is not trusted: it must have the right structure, and its fingerprint must match its
 * content.
 * (Even then, it only shows what was reviewed: an apply makes its own plan and compares the two.)
 * @throws UsageError with the first problem, when the value is not a valid plan
 */
export function planFromJson(value: unknown): Plan {
  if (isDeeperThan(value, maxDepth)) throw badPlan('it is nested too deeply');
  const head = value as { format?: unknown; version?: unknown } | null;
  if (typeof value !== 'object' || head?.format !== format)
    throw badPlan(`it has no \`"format": "${format}"\``);
  if (head.version !== version) throw badPlan(`its version is not ${version}`);
  const validate = validatorOfPlans();
  if (!validate(value)) throw badPlan(firstError(validate));
  const plan: Plan = {
    master: value.master,
    targetUrl: value.targetUrl,
    software: value.software,
    release: value.release,
    repository: value.repository,
    revision: value.revision,
    counts: value.counts,
    remarks: value.remarks,
    lastApplied: value.lastApplied,
    fingerprint: value.fingerprint,
    settings: {
      ...value.settings,
      adopt: selectionFromJson(value.settings.adopt),
      allowDelete: selectionFromJson(value.settings.allowDelete),
    },
    population: {
      managed: value.population.managed,
      healthyDevices: new Map(value.population.healthyDevices),
      lostDevices: new Map(value.population.lostDevices),
    },
    changes: value.changes.map((change) => ({ ...change, fields: change.fields.map(fieldFromJson) })),
    compared: new Map(value.compared),
    ...(value.rendered === undefined ? {} : { rendered: value.rendered }),
  };
  const flaw = flawOf(plan);
  if (flaw !== null) throw badPlan(flaw);
  return plan;
}

/** The problem of a plan that has the right structure; null if there is none. */
function flawOf(plan: Plan): string | null {
  for (const change of plan.changes) {
    if (change.key !== keyOf(change.object)) return `the entry ${change.key} contains another object`;
    if (isWrite(change.verb) !== (change.hold === undefined))
      return `the entry ${change.key} has the wrong \`hold\``;
  }
  const counts = countVerbs(plan.changes);
  if (verbs.some((verb) => counts[verb] !== plan.counts[verb])) return 'its counts do not match its changes';
  const actions = actionsOf(plan.changes);
  for (const [key, { action }] of plan.compared) {
    if ((actions.get(key) ?? null) !== action) return `its changes to ${key} were edited`;
    actions.delete(key);
  }
  if (plan.rendered?.some(({ devices, count }) => devices.length !== count) === true)
    return 'its counts of rendered devices are wrong';
  if (actions.size > 0) return `its changes to ${[...actions.keys()].join(', ')} were added`;
  return fingerprintOf(plan) === plan.fingerprint ? null : 'its fingerprint does not match its content';
}

function badPlan(why: string): UsageError {
  return new UsageError(
    `this is not a usable plan: ${printable(why)}`,
    'Create a new one with `lavaflow plan --out FILE`.',
  );
}

function fieldToJson(change: FieldChange): FieldChangeJson {
  const { before, after, ...rest } = change;
  return { ...rest, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

function fieldFromJson(json: FieldChangeJson): FieldChange {
  return { field: json.field, cause: json.cause, before: json.before, after: json.after };
}

function selectionFromJson(json: SelectionJson): Selection {
  return typeof json === 'string' ? json : new Set(json);
}

/** Not recursive, because the value may be nested to any depth. */
function isDeeperThan(value: unknown, max: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > max) return true;
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? (Object.values(item) as unknown[]) : [],
    );
  }
  return false;
}

function firstError(validate: ValidateFunction): string {
  const error = validate.errors?.[0];
  return `at \`${error?.instancePath ?? ''}\`: ${error?.message ?? 'it does not validate'}`;
}
