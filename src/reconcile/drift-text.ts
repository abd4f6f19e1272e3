/** Notes on drift as a text: what every store keeps, wherever it keeps it. */
import { Ajv, type ValidateFunction } from 'ajv';

import { ExternalError } from '../diagnostics/index.js';
import { objectKinds } from '../model/index.js';
import type { PutBack, Sighting } from '../plan/index.js';
import type { DriftNotes } from './drift-memory.js';

interface MemoryJson {
  readonly format: 'lavaflow-drift-memory';
  readonly version: 1;
  readonly master: string;
  readonly seen: readonly Sighting[];
  readonly putBack?: readonly PutBack[];
}

export function driftNotesToText(master: string, { seen, putBack }: DriftNotes): string {
  const more = putBack.length === 0 ? {} : { putBack };
  const json: MemoryJson = { format: 'lavaflow-drift-memory', version: 1, master, seen, ...more };
  return `${JSON.stringify(json, null, 1)}\n`;
}

/** @throws ExternalError when the text is not the memory of this master */
export function driftNotesFromText(text: string, master: string, where: string): DriftNotes {
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
  return { seen: value.seen, putBack: value.putBack ?? [] };
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
  const what = {
    key: { type: 'string', pattern: `^(${objectKinds.join('|')})/[^]+$` },
    field: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  };
  const time = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$' };
  const digest = { anyOf: [{ type: 'string', pattern: '^[0-9a-f]{64}$' }, { type: 'null' }] };
  const times = { type: 'integer', minimum: 1 };
  compiled ??= new Ajv().compile<MemoryJson>(
    closed(
      {
        format: { const: 'lavaflow-drift-memory' },
        version: { const: 1 },
        master: { type: 'string' },
        seen: { type: 'array', items: closed({ ...what, digest, firstSeen: time }) },
        putBack: { type: 'array', items: closed({ ...what, first: time, last: time, times }) },
      },
      ['putBack'],
    ),
  );
  return compiled;
}

function closed(properties: Record<string, object>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}
