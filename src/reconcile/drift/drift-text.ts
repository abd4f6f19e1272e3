/** Notes on drift as a text, in the format of every store. */
import { Ajv, type ValidateFunction } from 'ajv';

import { ExternalError } from '../../diagnostics/index.js';
import type { PutBack, Sighting } from '../../plan/index.js';
import type { DriftNotes } from './drift-memory.js';
import { closed, digestSchema, keySchema, parseKept, timeSchema } from '../record/kept-json.js';

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

/** @throws ExternalError when the text is not the drift memory of this master */
export function driftNotesFromText(text: string, master: string, where: string): DriftNotes {
  const value = parseKept(text, master, validator(), (why) => broken(where, why));
  return { seen: value.seen, putBack: value.putBack ?? [] };
}

function broken(where: string, why: string): ExternalError {
  return new ExternalError({
    what: 'read the drift memory',
    where,
    why,
    retry: 'after-change',
    hint: 'Remove it; all drift then counts as seen for the first time.',
  });
}

let compiled: ValidateFunction<MemoryJson> | null = null;

function validator(): ValidateFunction<MemoryJson> {
  const what = { key: keySchema, field: { anyOf: [{ type: 'string' }, { type: 'null' }] } };
  const digest = { anyOf: [digestSchema, { type: 'null' }] };
  const times = { type: 'integer', minimum: 1 };
  compiled ??= new Ajv({ meta: false, validateSchema: false, code: { optimize: false } }).compile<MemoryJson>(
    closed(
      {
        format: { const: 'lavaflow-drift-memory' },
        version: { const: 1 },
        master: { type: 'string' },
        seen: { type: 'array', items: closed({ ...what, digest, firstSeen: timeSchema }) },
        putBack: { type: 'array', items: closed({ ...what, first: timeSchema, last: timeSchema, times }) },
      },
      ['putBack'],
    ),
  );
  return compiled;
}
