import { createHash } from 'node:crypto';

import {
  canonicalJson,
  fieldsOf,
  type AppliedFields,
  type ConfigurationObject,
  type FieldValue,
} from '../model/index.js';

/** SHA-256, in hexadecimal, of a value's canonical JSON: equal for values that are equal by content. */
export function digestOf(value: FieldValue): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** Digests of the fields that an object states. */
export function digestFields(object: ConfigurationObject): AppliedFields {
  const digests: [string, string][] = [];
  for (const [field, value] of Object.entries(fieldsOf(object))) {
    if (value !== undefined) digests.push([field, digestOf(value)]);
  }
  return Object.fromEntries(digests);
}
