import { nearest } from '../../diagnostics/index.js';
import { didYouMean } from '../names.js';
import type { SchemaName } from '../schema/index.js';
import { hintForPattern } from '../schema/pattern-hints.js';
import { shorten, type PlainValue } from './yaml-tree.js';

/** The part of a schema that a value violates. */
export interface ValueSchema {
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly oneOf?: readonly { readonly required: readonly string[] }[];
}

/** The hint for a value of the wrong type: what to write. @param wanted JSON Schema's names of types, joined by ` or ` */
export function hintForType(
  path: readonly string[],
  value: PlainValue,
  wanted: string,
  schema: ValueSchema,
): string {
  const last = path.at(-1) ?? '';
  // An entry of a list has no key of its own.
  const key = /^\d+$/.test(last) ? '' : `${shorten(last)}: `;
  const types = wanted.split(' or ').filter((type) => type !== 'null');
  if (value === null) return hintForNothing(key, types, schema);
  const isScalar = typeof value !== 'object' || value instanceof Date;
  const text = isScalar ? scalarText(value) : '';
  if (types.includes('string')) {
    if (!isScalar) return `Write one text: \`${key}...\`.`;
    // As a number, 2023.10 is 2023.1.
    const isRight = schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(text);
    return (isRight ? undefined : hintForPattern(schema.pattern ?? '')) ?? 'Put it in quotes.';
  }
  if (types.includes('array')) {
    return isScalar
      ? `Write a list: \`${key}[${text}]\`.`
      : 'Write a list: start each entry with `- `, and without keys.';
  }
  if (types.includes('object')) return hintForMapping(last, schema);
  if (types.includes('boolean')) return hintForBoolean(key, text);
  return hintForNumber(schema, typeof value === 'string' ? value : '');
}

function hintForNothing(key: string, types: readonly string[], schema: ValueSchema): string {
  const empty = { array: '[]', object: '{}', string: '""' }[types[0] ?? ''];
  if (key === '' || empty === undefined) return 'Write a value, or remove it.';
  const needsText = schema.pattern !== undefined || schema.minLength !== undefined;
  const write = needsText ? 'Write a value' : `Write \`${key}${empty}\``;
  return `${write}, or comment out the key as well.`;
}

/** The values of YAML 1.1 for true and false, and words that are almost one of them. */
function hintForBoolean(key: string, text: string): string {
  const word = text.toLowerCase();
  const near = nearest(word, ['true', 'yes', 'on', 'false', 'no', 'off']) ?? word;
  if (['true', 'yes', 'on', 'y', '1'].includes(near)) return `Write \`${key}true\`.`;
  if (['false', 'no', 'off', 'n', '0'].includes(near)) return `Write \`${key}false\`.`;
  return `Write \`${key}true\` or \`${key}false\`.`;
}

function hintForMapping(name: string, schema: ValueSchema): string {
  const [example] = /\{[^{}]+\}/.exec(schema.description ?? '') ?? [];
  if (example !== undefined) return `Write \`${shorten(name)}: ${example}\`, for example.`;
  const keys = Object.keys(schema.properties ?? {});
  if (keys.length === 0) return `Write \`NAME: value\` on lines below \`${shorten(name)}:\`, without dashes.`;
  return `Write a mapping with keys such as \`${keys.slice(0, 3).join(':`, `')}:\`.`;
}

function hintForNumber(schema: ValueSchema, text: string): string {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return 'Write the number without quotes.';
  return hintForRange(schema);
}

/** The hint for a number that is too small or too large. */
export function hintForRange({ type, minimum, maximum }: ValueSchema): string {
  const what = type === 'integer' ? 'a whole number' : 'a number';
  if (minimum !== undefined && maximum !== undefined && maximum < 2 ** 31 - 1)
    return `Write ${what} from ${minimum} to ${maximum}.`;
  return `Write ${what}${minimum === undefined ? '' : ` of at least ${minimum}`}.`;
}

/** The hint for a mapping that must have exactly one of several groups of keys. */
export function hintForChoice({ oneOf = [] }: ValueSchema, given: readonly string[]): string {
  const begun = oneOf.filter(({ required }) => required.some((key) => given.includes(key)));
  const [only, another] = begun;
  if (only === undefined) return 'Add one of them.';
  if (another !== undefined) return 'Keep one of them.';
  return `Add ${only.required
    .filter((key) => !given.includes(key))
    .map((key) => `\`${key}: ...\``)
    .join(' and ')}.`;
}

/** The hint for a required key that is missing. */
export function hintForMissing(schema: ValueSchema, key: string): string {
  const { const: only, description = '' } = (schema.properties?.[key] ?? {}) as ValueSchema;
  if (only !== undefined) return `Add \`${key}: ${valueText(only)}\`.`;
  return description === ''
    ? `Add \`${key}: ...\`.`
    : `Add \`${key}: ...\`. ${description.endsWith('.') ? description : `${description}.`}`;
}

/** What to do about an unknown key that is not misspelled. */
const unknownKeys: Readonly<Partial<Record<SchemaName, string>>> = {
  'worker-environment': 'Write variables and their values below `overrides:`.',
};

export function hintForUnknownKey(
  name: SchemaName,
  path: readonly string[],
  key: string,
  schema: ValueSchema,
): string {
  const known = Object.keys(schema.properties ?? {});
  if (name === 'master' && path.length === 0 && !known.includes(key) && /^(?:api_?)?token$|passw/i.test(key))
    return 'Remove it from the history as well, replace it, and write `tokenFrom: {env: NAME}`.';
  const near = nearest(key, known);
  if (near !== undefined) return `Did you mean "${near}"?`;
  const advice = path.length === 0 ? unknownKeys[name] : undefined;
  return advice ?? didYouMean(key, known) ?? 'Remove it: nothing reads it.';
}

/** A value as it is written in a message: a text without quotes. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

function scalarText(value: PlainValue): string {
  const text = value instanceof Date ? value.toISOString() : shorten(valueText(value));
  return typeof value === 'string' && !/^[\w./-]+$/.test(text) ? `'${text}'` : text;
}
