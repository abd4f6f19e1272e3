import {
  type Change,
  type ConfigurationObject,
  fieldsOf,
  type FieldValue,
  sameValue,
} from '../../model/index.js';
import { readBack } from '../observe/read-back.js';
import type { Texts } from '../observe/texts.js';
import type { Session } from '../session.js';
import { wantedFields } from './work.js';

/** Why the object of a change is not as it was written. */
export interface Mismatch {
  readonly reason: string;
  /** Whether the object exists. */
  readonly isThere: boolean;
}

/**
 * Reads back what was written. Returns the changes whose result differs, with the reason.
 * @param known the files that were read in the request that wrote them
 * @throws ExternalError
 */
export async function verify(
  session: Session,
  changes: readonly Change[],
  known: Texts['fields'],
  signal?: AbortSignal,
): Promise<(readonly [Change, Mismatch])[]> {
  const wanted = new Map(changes.map((change) => [change, expectation(change)]));
  const reads = [...wanted].flatMap(([change, fields]) => {
    const { key } = change;
    const names = Object.keys(fields);
    // A new object may have no fields of its own; the list shows that it exists.
    if (names.length === 0 && change.verb === 'create') return [{ key, fields: ['name'] }];
    return names.length === 0 ? [] : [{ key, fields: names }];
  });
  if (reads.length === 0) return [];
  const found = await readBack(session, reads, known, signal);
  const isRead = new Set(reads.map(({ key }) => key));
  return [...wanted].flatMap(([change, fields]): (readonly [Change, Mismatch])[] => {
    if (!isRead.has(change.key)) return [];
    const reason =
      change.verb === 'delete'
        ? stillThere(change, found.get(change.key))
        : mismatch(fields, found.get(change.key));
    return reason === null ? [] : [[change, { reason, isThere: found.has(change.key) }]];
  });
}

type Expected = Readonly<Record<string, FieldValue>>;

/** The fields that the object of a change has after it was written. */
export function expectation(change: Change): Expected {
  const { kind } = change.object;
  switch (change.verb) {
    case 'create':
    case 'update':
    case 'adopt':
      return wantedFields(change);
    case 'retire':
      return kind === 'device-type' ? { display: false } : { health: 'Retired' };
    case 'delete':
      // Any field of the list, or the file: it must not be found.
      return kind === 'template'
        ? { text: null }
        : kind === 'health-check'
          ? { job: null }
          : { description: null };
    case 'keep':
    case 'report':
      return {};
  }
}

function mismatch(wanted: Expected, found: ConfigurationObject | undefined): string | null {
  if (found === undefined) return 'it does not exist after the write';
  const have = fieldsOf(found);
  const different = Object.keys(wanted).filter((field) => !sameValue(wanted[field], have[field]));
  if (different.length === 0) return null;
  const words = different.map((field) => describeDifference(field, wanted[field], have[field]));
  return `the master returns something other than what was written: ${words.join(', ')}`;
}

/** Never includes the texts themselves: they may contain secrets. */
function describeDifference(
  field: string,
  wanted: FieldValue | undefined,
  have: FieldValue | undefined,
): string {
  if (have === undefined) return `${field} cannot be read`;
  if (typeof wanted !== 'string' || typeof have !== 'string') return field;
  const lines = have.split('\n');
  const line = wanted.split('\n').findIndex((text, index) => text !== lines[index]);
  return `${field} starting at line ${line === -1 ? lines.length : line + 1}`;
}

/** Deleting a template may uncover the packaged one of the same name, which has a different text. */
function stillThere(change: Change, found: ConfigurationObject | undefined): string | null {
  if (found === undefined) return null;
  const { kind } = change.object;
  if (kind !== 'template' && kind !== 'health-check') return 'it still exists';
  const field = kind === 'template' ? 'text' : 'job';
  const text = fieldsOf(found)[field];
  return text === null || !sameValue(text, fieldsOf(change.object)[field]) ? null : 'it still exists';
}
