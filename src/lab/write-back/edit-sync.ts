import type { FieldValue } from '../../model/index.js';
import { syncNames } from '../path-rules/field-names.js';
import { type Literal, readTemplateFacts } from '../../templates/index.js';

/** The literal in sync_to_lava that specifies a field of a device. */
export function syncEntryOf(text: string, field: string): Literal | null {
  const { sync } = readTemplateFacts(text);
  if (sync?.type !== 'dict') return null;
  // As in Python, the last one of duplicate keys counts.
  const entry = sync.entries.findLast(({ key }) => key.type === 'text' && key.value === syncNames[field]);
  return entry?.value ?? null;
}

/**
 * Sets a field in sync_to_lava, and leaves the rest of the dictionary unchanged.
 * @returns null if the field is not specified there, or the value cannot be
 */
export function setSyncEntry(text: string, field: string, value: FieldValue): string | null {
  const literal = syncEntryOf(text, field);
  if (literal === null) return null;
  const quote = /["']/.exec(text.slice(literal.start, literal.end))?.[0] ?? '"';
  const written = field === 'permissions' ? permissionsOf(value) : value;
  const replacement =
    Array.isArray(written) && literal.type === 'list'
      ? writeList(text, literal, written as readonly FieldValue[], quote)
      : write(written, quote);
  if (replacement === null) return null;
  return text.slice(0, literal.start) + replacement + text.slice(literal.end);
}

/** LAVA's sync stores them as lists of permission and group. */
function permissionsOf(value: FieldValue): FieldValue {
  if (!Array.isArray(value)) return null;
  const list = value as readonly { readonly group: string; readonly permission: string }[];
  return list.map(({ group, permission }) => [permission, group]);
}

/** Remaining items keep their text and place. New ones are appended. */
function writeList(
  text: string,
  literal: Extract<Literal, { type: 'list' }>,
  wanted: readonly FieldValue[],
  quote: string,
): string | null {
  const { items, start, end } = literal;
  const [first, second] = items;
  const last = items.at(-1);
  const missing = new Set(wanted.map((value) => JSON.stringify(value)));
  const kept = items
    .filter((item) => missing.delete(JSON.stringify(plainOf(item))))
    .map((item) => text.slice(item.start, item.end));
  const added = [...missing].map((json) => write(JSON.parse(json) as FieldValue, quote));
  if (added.includes(null)) return null;
  const all = [...kept, ...added];
  if (all.length === 0) return '[]';
  if (first === undefined || last === undefined) return `[${all.join(', ')}]`;
  const lead = text.slice(start + 1, first.start);
  const between =
    second === undefined ? (lead.includes('\n') ? `,${lead}` : ', ') : text.slice(first.end, second.start);
  return `[${lead}${all.join(between)}${text.slice(last.end, end)}`;
}

function plainOf(literal: Literal): FieldValue {
  if (literal.type === 'list') return literal.items.map(plainOf);
  return literal.type === 'text' || literal.type === 'other' ? literal.value : null;
}

function write(value: FieldValue, quote: string): string | null {
  if (typeof value === 'string') {
    if (/[\n\r]|[%}#]\}/.test(value)) return null;
    return `${quote}${value.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)}${quote}`;
  }
  if (!Array.isArray(value)) return null;
  const items = (value as readonly FieldValue[]).map((item) => write(item, quote));
  return items.includes(null) ? null : `[${items.join(', ')}]`;
}
