/** Parsing and schemas that are common to all stored texts (record-text.ts, drift-text.ts). */
import type { ValidateFunction } from 'ajv';

import { objectKinds } from '../../model/index.js';

/** Parts of JSON schemas. */
export const keySchema = { type: 'string', pattern: `^(${objectKinds.join('|')})/[^]+$` };
export const timeSchema = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$' };
export const digestSchema = { type: 'string', pattern: '^[0-9a-f]{64}$' };

/** An object with these properties and no others; all are required except the optional ones. */
export function closed(properties: Record<string, object>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

/**
 * Parses the stored text of one master.
 * @param fail creates the error from a reason
 */
export function parseKept<T extends { readonly master: string }>(
  text: string,
  master: string,
  validate: ValidateFunction<T>,
  fail: (why: string) => Error,
): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message would quote the file.
    throw fail('it is not JSON');
  }
  if (!validate(value)) {
    const error = validate.errors?.[0];
    throw fail(`${error?.instancePath ?? ''} ${error?.message ?? 'it is not valid'}`.trim());
  }
  if (value.master !== master) throw fail(`it belongs to the master ${JSON.stringify(value.master)}`);
  return value;
}
