import { Ajv, type ValidateFunction } from 'ajv';

import { printable, UsageError } from '../diagnostics/index.js';
import {
  causes,
  driftModes,
  holds,
  keyOf,
  objectKinds,
  verbs,
  type Change,
  type FieldChange,
  type FieldValue,
  type ObjectKey,
} from '../model/index.js';
import { actionsOf, fingerprintOf } from './fingerprint.js';
import { countVerbs } from './make-plan.js';
import { isWrite } from './outlook.js';
import { selectionToJson, type ComparedObject, type Plan, type Selection } from './plan.js';
import { renderedKinds } from './rendered/difference.js';

type SelectionJson = 'none' | 'all' | ObjectKey[];
type FieldChangeJson = Omit<FieldChange, 'before' | 'after'> & { before?: FieldValue; after?: FieldValue };
type ChangeJson = Omit<Change, 'fields'> & { fields: FieldChangeJson[] };

/** A plan as a JSON value: what `plan --format json` prints and `plan --out FILE` writes. */
export interface PlanJson extends Omit<
  Plan,
  'settings' | 'population' | 'changes' | 'compared' | 'contests' | 'driftEffects'
> {
  readonly format: typeof format;
  readonly version: typeof version;
  readonly settings: Omit<Plan['settings'], 'adopt' | 'allowDelete'> & {
    adopt: SelectionJson;
    allowDelete: SelectionJson;
  };
  readonly population: {
    managed: number;
    healthyDevices: [string, readonly string[]][];
    lostDevices: [string, readonly string[]][];
  };
  readonly changes: ChangeJson[];
  readonly compared: [ObjectKey, ComparedObject][];
}

const format = 'lavaflow-plan';
const version = 1;
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
 * Reads a plan. A plan file is not trusted: it must have the right shape, and its fingerprint must be that of its
 * content. (It still only says what was reviewed: an apply makes its own plan, and compares.)
 * @throws UsageError that says what is wrong
 */
export function planFromJson(value: unknown): Plan {
  if (isDeeperThan(value, maxDepth)) throw badPlan('it is nested too deeply');
  const head = value as { format?: unknown; version?: unknown } | null;
  if (typeof value !== 'object' || head?.format !== format)
    throw badPlan(`it has no \`"format": "${format}"\``);
  if (head.version !== version) throw badPlan(`its version is not ${version}`);
  if (!validator()(value)) throw badPlan(firstError(validator()));
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

/** What the shape alone does not tell. */
function flawOf(plan: Plan): string | null {
  for (const change of plan.changes) {
    if (change.key !== keyOf(change.object)) return `the entry ${change.key} holds another object`;
    if (isWrite(change.verb) !== (change.hold === undefined))
      return `the entry ${change.key} has a wrong \`hold\``;
  }
  const counts = countVerbs(plan.changes);
  if (verbs.some((verb) => counts[verb] !== plan.counts[verb]))
    return 'its counts are not those of its changes';
  const actions = actionsOf(plan.changes.filter((change) => change.hold !== 'unnamed'));
  for (const [key, { action }] of plan.compared) {
    if ((actions.get(key) ?? null) !== action) return `its changes of ${key} were edited`;
    actions.delete(key);
  }
  if (plan.rendered?.some(({ devices, count }) => devices.length !== count) === true)
    return 'its counts of rendered devices are wrong';
  if (actions.size > 0) return `its changes of ${[...actions.keys()].join(', ')} were added`;
  return fingerprintOf(plan) === plan.fingerprint ? null : 'its fingerprint is not that of its content';
}

function badPlan(why: string): UsageError {
  return new UsageError(
    `this is not a usable plan: ${printable(why)}`,
    'make a new one with `lavaflow plan --out FILE`',
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

/** Without recursion: the value may be nested as deep as somebody likes. */
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

let compiled: ValidateFunction<PlanJson> | null = null;

function validator(): ValidateFunction<PlanJson> {
  compiled ??= new Ajv({ allowUnionTypes: true }).compile<PlanJson>(schemaOfPlan());
  return compiled;
}

function schemaOfPlan() {
  const text = { type: 'string' };
  const count = { type: 'integer', minimum: 0 };
  const digest = { type: 'string', pattern: '^[0-9a-f]{64}$' };
  const maybeDigest = { anyOf: [digest, { type: 'null' }] };
  const key = { type: 'string', pattern: `^(${objectKinds.join('|')})/[^]+$` };
  const path = { type: 'string', pattern: '^[^/]+/[^/]+/[^/]+$' };
  const selection = { anyOf: [{ enum: ['none', 'all'] }, { type: 'array', items: key }] };
  const cause = { enum: [...causes] };
  return {
    ...record(
      {
        format: { const: format },
        version: { const: version },
        master: text,
        targetUrl: text,
        software: text,
        release: text,
        repository: text,
        revision: text,
        settings: record({
          mode: { enum: [...driftModes] },
          modes: { type: 'array', items: record({ path, mode: { enum: [...driftModes] } }) },
          ignore: { type: 'array', items: record({ path, reason: text }, ['reason']) },
          prune: { enum: ['retire', 'report'] },
          adopt: selection,
          allowDelete: selection,
        }),
        population: record({
          managed: count,
          healthyDevices: { type: 'array', items: pair(text, { type: 'array', items: text }) },
          lostDevices: { type: 'array', items: pair(text, { type: 'array', items: text }) },
        }),
        changes: {
          type: 'array',
          items: record(
            {
              key,
              verb: { enum: [...verbs] },
              cause,
              object: record({
                kind: { enum: [...objectKinds] },
                name: { type: 'string', minLength: 1 },
                fields: { type: 'object' },
              }),
              fields: {
                type: 'array',
                items: record({ field: text, cause, before: {}, after: {} }, ['before', 'after']),
              },
              hold: { enum: [...holds] },
              reason: text,
            },
            ['hold', 'reason'],
          ),
        },
        counts: record(Object.fromEntries(verbs.map((verb) => [verb, count]))),
        remarks: { type: 'array', items: text },
        lastApplied: { type: ['string', 'null'] },
        compared: {
          type: 'array',
          items: pair(
            key,
            record({
              desired: maybeDigest,
              observed: maybeDigest,
              applied: maybeDigest,
              action: maybeDigest,
            }),
          ),
        },
        fingerprint: digest,
        rendered: { type: 'array', items: schemaOfRendered() },
      },
      ['rendered'],
    ),
  };
}

function schemaOfRendered() {
  const texts = { type: 'array', items: { type: 'string' } };
  return record(
    {
      kind: { enum: [...renderedKinds] },
      cause: { enum: [...causes] },
      devices: texts,
      count: { type: 'integer', minimum: 1 },
      diff: texts,
      isAlike: { const: true },
      reason: { type: 'string' },
    },
    ['isAlike', 'reason'],
  );
}

/** An object with exactly these properties, all there but the optional ones. */
function record(properties: Record<string, object>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

function pair(first: object, second: object) {
  return { type: 'array', items: [first, second], minItems: 2, maxItems: 2, additionalItems: false };
}
