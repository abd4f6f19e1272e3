/** First sightings of drift as a text: what every store keeps, wherever it keeps it. */
import { Ajv, type ValidateFunction } from 'ajv';

import { ExternalError } from '../diagnostics/index.js';
import { objectKinds } from '../model/index.js';
import type { Sighting } from '../plan/index.js';

interface MemoryJson {
  readonly format: 'lavaflow-drift-memory';
  readonly version: 1;
  readonly master: string;
  readonly seen: readonly Sighting[];
}

export function sightingsToText(master: string, seen: readonly Sighting[]): string {
  const json: MemoryJson = { format: 'lavaflow-drift-memory', version: 1, master, seen };
  return `${JSON.stringify(json, null, 1)}\n`;
}

/** @throws ExternalError when the text is not the memory of this master */
export function sightingsFromText(text: string, master: string, where: string): readonly Sighting[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw broken(where, 'it is not JSON');
  }
  const validate = validator();
  if (!validate(value)) {
    const error = validate.errors?.[0];
    throw broken(where, `${error?.instancePath ?? ''} ${error?.message ?? 'it does not validate'}`.trim());
  }
  if (value.master !== master) throw broken(where, `it is of the master ${JSON.stringify(value.master)}`);
  return value.seen;
}

function broken(where: string, why: string): ExternalError {
  return new ExternalError({
    what: 'read since when things drift',
    where,
    why,
    retry: 'after-change',
    hint: 'Remove it: everything then counts as seen for the first time',
  });
}

let compiled: ValidateFunction<MemoryJson> | null = null;

function validator(): ValidateFunction<MemoryJson> {
  const sighting = {
    key: { type: 'string', pattern: `^(${objectKinds.join('|')})/[^]+$` },
    field: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    digest: { anyOf: [{ type: 'string', pattern: '^[0-9a-f]{64}$' }, { type: 'null' }] },
    firstSeen: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$' },
  };
  compiled ??= new Ajv().compile<MemoryJson>(
    closed({
      format: { const: 'lavaflow-drift-memory' },
      version: { const: 1 },
      master: { type: 'string' },
      seen: { type: 'array', items: closed(sighting) },
    }),
  );
  return compiled;
}

function closed(properties: Record<string, object>) {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
