/**
 * Records and intents as texts, in the format of every record store. A text that is not exactly what was written is an
 * error, never an empty record.
 */
import { Ajv, type ValidateFunction } from 'ajv';

import { ExternalError } from '../../diagnostics/index.js';
import {
  deviceHealths,
  type AppliedFields,
  type AppliedRecord,
  type DeviceHealth,
  type ObjectKey,
} from '../../model/index.js';
import { closed, digestSchema, keySchema, parseKept, timeSchema } from './kept-json.js';
import type { ApplyIntent, IntendedObject, UnprovenObject } from '../ports.js';

const version = 1;

interface RecordJson extends Omit<AppliedRecord, 'objects' | 'retired'> {
  readonly format: 'lavaflow-record';
  readonly version: typeof version;
  readonly objects: [ObjectKey, AppliedFields][];
  readonly retired: ObjectKey[];
}

interface IntentJson extends Omit<ApplyIntent, 'objects' | 'parked' | 'unproven'> {
  readonly format: 'lavaflow-intent';
  readonly version: typeof version;
  readonly objects: [ObjectKey, IntendedObject][];
  readonly parked?: [ObjectKey, DeviceHealth][];
  readonly unproven?: { readonly device: string; readonly objects: [ObjectKey, UnprovenObject][] };
}

/** One object per line, so that people can compare two records. */
export function recordToText(record: AppliedRecord): string {
  const { objects, retired, ...rest } = record;
  const json: RecordJson = {
    format: 'lavaflow-record',
    version,
    ...rest,
    objects: sorted(objects),
    retired: [...retired].sort(),
  };
  return toText(json);
}

export function intentToText(intent: ApplyIntent): string {
  const { objects, parked, unproven, ...rest } = intent;
  const json: IntentJson = {
    format: 'lavaflow-intent',
    version,
    ...rest,
    ...(parked === undefined ? {} : { parked: sorted(parked) }),
    // In the order of the writes: the values are restored in reverse order.
    ...(unproven === undefined ? {} : { unproven: { ...unproven, objects: [...unproven.objects] } }),
    objects: sorted(objects),
  };
  return toText(json);
}

/** @throws ExternalError when the text is not the record of this master */
export function recordFromText(text: string, master: string, where: string): AppliedRecord {
  const json = parseKept(text, master, isRecord(), (why) => broken(where, why));
  const { repository, revision, fingerprint, appliedAt, force, canary, upstream } = json;
  return {
    master,
    repository,
    revision,
    fingerprint,
    appliedAt,
    objects: new Map(json.objects),
    retired: new Set(json.retired),
    ...(force === undefined ? {} : { force }),
    ...(canary === undefined ? {} : { canary }),
    ...(upstream === undefined ? {} : { upstream }),
  };
}

/** @throws ExternalError when the text is not the intent for this master */
export function intentFromText(text: string, master: string, where: string): ApplyIntent {
  const json = parseKept(text, master, isIntent(), (why) => broken(where, why));
  const { repository, revision, fingerprint, startedAt, parked, unproven } = json;
  return {
    master,
    repository,
    revision,
    fingerprint,
    startedAt,
    objects: new Map(json.objects),
    ...(parked === undefined ? {} : { parked: new Map(parked) }),
    ...(unproven === undefined ? {} : { unproven: { ...unproven, objects: new Map(unproven.objects) } }),
  };
}

function toText(json: RecordJson | IntentJson): string {
  const { objects, ...rest } = json;
  const head = JSON.stringify(rest, null, 1).slice(0, -2);
  const lines = objects.map((entry) => `  ${JSON.stringify(entry)}`).join(',\n');
  return `${head},\n "objects": [\n${lines}\n ]\n}\n`;
}

function sorted<V>(map: ReadonlyMap<ObjectKey, V>): [ObjectKey, V][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

function broken(where: string, why: string): ExternalError {
  return new ExternalError({
    what: 'read the record',
    where,
    why,
    retry: 'after-change',
    hint: 'Restore it, or remove it and adopt the objects on the master again (`--adopt`).',
  });
}

/** Compiled when they are needed: usually there is no intent. */
const compiled: { record?: ValidateFunction<RecordJson>; intent?: ValidateFunction<IntentJson> } = {};

function isRecord(): ValidateFunction<RecordJson> {
  return (compiled.record ??= compile<RecordJson>(recordSchema()));
}

function isIntent(): ValidateFunction<IntentJson> {
  return (compiled.intent ??= compile<IntentJson>(intentSchema()));
}

function compile<T>(schema: object): ValidateFunction<T> {
  return new Ajv({ meta: false, validateSchema: false, code: { optimize: false } }).compile<T>(schema);
}

const text = { type: 'string' };
const head = {
  version: { const: version },
  master: text,
  repository: text,
  revision: text,
  fingerprint: text,
};

function recordSchema() {
  const digests = { type: 'object', additionalProperties: digestSchema };
  const canary = closed(
    {
      device: text,
      job: { anyOf: [text, { type: 'null' }] },
      outcome: { enum: ['kept', 'put back'] },
      reason: text,
    },
    ['reason'],
  );
  const upstream = closed({
    software: text,
    release: text,
    unsupported: { type: 'array', items: text },
    templates: digests,
  });
  return closed(
    {
      ...head,
      format: { const: 'lavaflow-record' },
      appliedAt: timeSchema,
      objects: pairs(digests),
      retired: { type: 'array', items: keySchema },
      force: text,
      canary,
      upstream,
    },
    ['force', 'canary', 'upstream'],
  );
}

function intentSchema() {
  const change = closed(
    {
      before: { anyOf: [digestSchema, { type: 'null' }] },
      after: digestSchema,
      entries: { type: 'array', items: digestSchema },
    },
    ['entries'],
  );
  const intended = closed(
    {
      verb: { enum: ['create', 'update', 'adopt'] },
      fields: { type: 'object', additionalProperties: change },
      created: { const: true },
    },
    ['created'],
  );
  // Previous values come from a master and may be of any type.
  const unproven = closed({
    isNew: { type: 'boolean' },
    fields: { type: 'object', additionalProperties: closed({ before: {}, after: digestSchema }) },
  });
  return closed(
    {
      ...head,
      format: { const: 'lavaflow-intent' },
      startedAt: timeSchema,
      parked: pairs({ enum: deviceHealths }),
      unproven: closed({ device: text, objects: pairs(unproven) }),
      objects: pairs(intended),
    },
    ['parked', 'unproven'],
  );
}

/** Pairs of object keys and values. */
function pairs(value: object) {
  const pair = {
    type: 'array',
    items: [keySchema, value],
    minItems: 2,
    maxItems: 2,
    additionalItems: false,
  };
  return { type: 'array', items: pair };
}
