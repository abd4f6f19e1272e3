import { hash } from 'node:crypto';

import {
  canonicalJson,
  fieldsOf,
  type AppliedFields,
  type ConfigurationObject,
  type FieldValue,
} from '../../model/index.js';

/** Cache for short values, most of which many objects share. A device has about ten of them. */
const known = new Map<string, string>();
const mostKnown = 10_000;
const longestKnown = 100;

/** SHA-256, in hexadecimal, of a value's canonical JSON. Equal for values with equal content. */
export function digestOf(value: FieldValue): string {
  const json = canonicalJson(value);
  if (json.length > longestKnown) return hash('sha256', json);
  const found = known.get(json);
  if (found !== undefined) return found;
  const digest = hash('sha256', json);
  if (known.size < mostKnown) known.set(json, digest);
  return digest;
}

/** Digests of the fields that an object specifies. */
export function digestFields(object: ConfigurationObject): AppliedFields {
  const digests: [string, string][] = [];
  for (const [field, value] of Object.entries(fieldsOf(object))) {
    if (value !== undefined) digests.push([field, digestOf(value)]);
  }
  return Object.fromEntries(digests);
}
