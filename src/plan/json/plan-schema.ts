/** The structure of a plan in JSON. */
import { Ajv, type ValidateFunction } from 'ajv';

import {
  causes,
  driftModes,
  holds,
  objectKinds,
  undeclaredPolicies,
  verbs,
  type Change,
  type FieldChange,
  type FieldValue,
  type ObjectKey,
} from '../../model/index.js';
import type { ComparedObject, Plan } from '../plan.js';
import { renderedKinds } from '../rendered/difference.js';

export type SelectionJson = 'none' | 'all' | ObjectKey[];
export type FieldChangeJson = Omit<FieldChange, 'before' | 'after'> & {
  before?: FieldValue;
  after?: FieldValue;
};
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

export const format = 'lavaflow-plan';
export const version = 1;
let compiled: ValidateFunction<PlanJson> | null = null;

/** Compiled on first use, because that takes a few milliseconds. */
export function validatorOfPlans(): ValidateFunction<PlanJson> {
  compiled ??= new Ajv({
    allowUnionTypes: true,
    meta: false,
    validateSchema: false,
    code: { optimize: false },
  }).compile<PlanJson>(schemaOfPlan());
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
        settings: record(
          {
            mode: { enum: [...driftModes] },
            modes: { type: 'array', items: record({ path, mode: { enum: [...driftModes] } }) },
            ignore: { type: 'array', items: record({ path, reason: text }, ['reason']) },
            prune: { enum: ['retire', 'report'] },
            undeclared: { enum: [...undeclaredPolicies] },
            adopt: selection,
            allowDelete: selection,
          },
          ['undeclared'],
        ),
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

/** An object with exactly these properties. Only the optional ones may be missing. */
function record(properties: Record<string, object>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

function pair(first: object, second: object) {
  return { type: 'array', items: [first, second], minItems: 2, maxItems: 2, additionalItems: false };
}
