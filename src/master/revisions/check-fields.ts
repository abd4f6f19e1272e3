import { Ajv, type ValidateFunction } from 'ajv';
import type { ObjectKind } from '../../model/index.js';
import { ajvOptions } from '../schemas/ajv-options.js';
import { pathOf, problemOf, type SchemaError } from '../schemas/problem-of.js';
import { fieldSchemas } from './field-schemas.js';

const ajv = new Ajv({ ...ajvOptions, allErrors: true });
const compiled = new Map<ObjectKind, ValidateFunction>();

/** Finds the problems of the fields of an object, one per field: unknown names, wrong types, values that cannot work. */
export function checkFields(kind: ObjectKind, fields: Readonly<Record<string, unknown>>): string[] {
  const validate = compiled.get(kind) ?? ajv.compile(fieldSchemas[kind]);
  compiled.set(kind, validate);
  if (validate(fields)) return [];
  const problems = new Map<string, string>();
  for (const error of validate.errors ?? []) {
    const { field, problem } = describe(kind, error);
    if (!problems.has(field)) problems.set(field, problem);
  }
  return [...problems.values()];
}

function describe(
  kind: ObjectKind,
  error: SchemaError,
): { readonly field: string; readonly problem: string } {
  const [field, item] = pathOf(error);
  if (field === undefined) {
    const unknown = String(error.params['additionalProperty']);
    return { field: unknown, problem: `a ${kind} has no field ${JSON.stringify(unknown.slice(0, 60))}` };
  }
  const where = item !== undefined && /^\d+$/.test(item) ? `an item of ${field}` : field;
  return { field, problem: `${where} ${problemOf(error)}` };
}
