/**
 * Records and intents as texts, in the format of every record store. A text that is not exactly what was written is an
 * error, never an empty record.
 */
import { ExternalError } from '../../diagnostics/index.js';
import {
  deviceHealths,
  type AppliedFields,
  type AppliedRecord,
  type DeviceHealth,
  type ObjectKey,
} from '../../model/index.js';
import { digest, key, parseKept, time } from './kept-json.js';
import { anything, closed, flag, listOf, mapOf, oneOf, orNull, pairOf, text, type Shape } from './shape.js';
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
export function recordFromText(content: string, master: string, where: string): AppliedRecord {
  const json = parseKept(content, master, recordShape, (why) => broken(where, why)) as RecordJson;
  const { repository, revision, fingerprint, appliedAt, force, canary, upstream, signatures } = json;
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
    ...(signatures === undefined ? {} : { signatures }),
  };
}

/** @throws ExternalError when the text is not the intent for this master */
export function intentFromText(content: string, master: string, where: string): ApplyIntent {
  const json = parseKept(content, master, intentShape, (why) => broken(where, why)) as IntentJson;
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

const head = {
  version: oneOf(version),
  master: text,
  repository: text,
  revision: text,
  fingerprint: text,
};

const recordShape = closed(
  {
    ...head,
    format: oneOf('lavaflow-record'),
    appliedAt: time,
    objects: byKey(mapOf(digest)),
    retired: listOf(key),
  },
  {
    force: text,
    signatures: oneOf('required'),
    canary: closed({ device: text, job: orNull(text), outcome: oneOf('kept', 'put back') }, { reason: text }),
    upstream: closed({
      software: text,
      release: text,
      unsupported: listOf(text),
      templates: mapOf(digest),
    }),
  },
);

const intentShape = closed(
  {
    ...head,
    format: oneOf('lavaflow-intent'),
    startedAt: time,
    objects: byKey(
      closed(
        {
          verb: oneOf('create', 'update', 'adopt'),
          fields: mapOf(closed({ before: orNull(digest), after: digest }, { entries: listOf(digest) })),
        },
        { created: oneOf(true) },
      ),
    ),
  },
  {
    parked: byKey(oneOf(...deviceHealths)),
    unproven: closed({
      device: text,
      // Previous values come from a master and may be of any type.
      objects: byKey(closed({ isNew: flag, fields: mapOf(closed({ before: anything, after: digest })) })),
    }),
  },
);

function byKey(shape: Shape): Shape {
  return listOf(pairOf(key, shape));
}
