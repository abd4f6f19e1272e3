/** Notes on drift as a text, in the format of every store. */
import { ExternalError } from '../../diagnostics/index.js';
import type { PutBack, Sighting } from '../../plan/index.js';
import type { DriftNotes } from './drift-memory.js';
import { digest, key, parseKept, time } from '../record/kept-json.js';
import { closed, count, listOf, oneOf, orNull, text } from '../record/shape.js';

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
export function driftNotesFromText(content: string, master: string, where: string): DriftNotes {
  const value = parseKept(content, master, notes, (why) => broken(where, why)) as MemoryJson;
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

const what = { key, field: orNull(text) };
const notes = closed(
  {
    format: oneOf('lavaflow-drift-memory'),
    version: oneOf(1),
    master: text,
    seen: listOf(closed({ ...what, digest: orNull(digest), firstSeen: time })),
  },
  { putBack: listOf(closed({ ...what, first: time, last: time, times: count(1) })) },
);
