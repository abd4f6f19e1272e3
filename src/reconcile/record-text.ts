/**
 * Records and intents as texts: what every store of records keeps, wherever it keeps it. A text that is not exactly
 * what was written is an error, never an empty record.
 */
import { Ajv, type ValidateFunction } from 'ajv';

import { ExternalError } from '../diagnostics/index.js';
import {
  deviceHealths,
  objectKinds,
  type AppliedFields,
  type AppliedRecord,
  type DeviceHealth,
  type ObjectKey,
} from '../model/index.js';
import type { ApplyIntent, IntendedObject, UnprovenObject } from './ports.js';

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

/** One object a line: so that two records can be compared by eye. */
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
    // In the order of the writes: it is put back from the end.
    ...(unproven === undefined ? {} : { unproven: { ...unproven, objects: [...unproven.objects] } }),
    objects: sorted(objects),
  };
  return toText(json);
}

/** @throws ExternalError when the text is not the record of this master */
export function recordFromText(text: string, master: string, where: string): AppliedRecord {
  const json = parse(text, where, validators().record);
  if (json.master !== master)
    throw broken(where, `it is the record of the master ${JSON.stringify(json.master)}`);
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
  const json = parse(text, where, validators().intent);
  if (json.master !== master) throw broken(where, `it is for the master ${JSON.stringify(json.master)}`);
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

function parse<T>(text: string, where: string, validate: ValidateFunction<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message would quote the file.
    throw broken(where, 'it is not JSON');
  }
  if (validate(value)) return value;
  const error = validate.errors?.[0];
  throw broken(where, `${error?.instancePath ?? ''} ${error?.message ?? 'it does not validate'}`.trim());
}

function broken(where: string, why: string): ExternalError {
  return new ExternalError({
    what: 'use the record of what was applied',
    where,
    why,
    retry: 'after-change',
    hint: 'Restore it; or remove it, and adopt what is on the master again (`--adopt`)',
  });
}

let compiled: { record: ValidateFunction<RecordJson>; intent: ValidateFunction<IntentJson> } | null = null;

function validators() {
  if (compiled !== null) return compiled;
  const text = { type: 'string' };
  const time = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$' };
  const digest = { type: 'string', pattern: '^[0-9a-f]{64}$' };
  const key = { type: 'string', pattern: `^(${objectKinds.join('|')})/[^]+$` };
  const head = {
    version: { const: version },
    master: text,
    repository: text,
    revision: text,
    fingerprint: text,
  };
  const digests = { type: 'object', additionalProperties: digest };
  const change = closed({ before: { anyOf: [digest, { type: 'null' }] }, after: digest });
  const intended = closed({
    verb: { enum: ['create', 'update', 'adopt'] },
    fields: { type: 'object', additionalProperties: change },
  });
  // Values before are what a master gave, of any kind.
  const unproven = closed({
    isNew: { type: 'boolean' },
    fields: { type: 'object', additionalProperties: closed({ before: {}, after: digest }) },
  });
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
  const ajv = new Ajv();
  compiled = {
    record: ajv.compile<RecordJson>(
      closed(
        {
          ...head,
          format: { const: 'lavaflow-record' },
          appliedAt: time,
          objects: pairs(key, digests),
          retired: { type: 'array', items: key },
          force: text,
          canary,
          upstream,
        },
        ['force', 'canary', 'upstream'],
      ),
    ),
    intent: ajv.compile<IntentJson>(
      closed(
        {
          ...head,
          format: { const: 'lavaflow-intent' },
          startedAt: time,
          parked: pairs(key, { enum: deviceHealths }),
          unproven: closed({ device: text, objects: pairs(key, unproven) }),
          objects: pairs(key, intended),
        },
        ['parked', 'unproven'],
      ),
    ),
  };
  return compiled;
}

function pairs(first: object, second: object) {
  const pair = { type: 'array', items: [first, second], minItems: 2, maxItems: 2, additionalItems: false };
  return { type: 'array', items: pair };
}

/** An object with these properties, all there but the optional ones, and no others. */
function closed(properties: Record<string, object>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}
