import type { ErrorObject } from 'ajv';

/** An error of an Ajv that has `ajvOptions`. */
export type SchemaError = Pick<ErrorObject, 'keyword' | 'instancePath' | 'params' | 'message'> & {
  readonly parentSchema?: unknown;
};

interface AnnotatedSchema {
  readonly problem?: string | Readonly<Record<string, string>>;
  readonly properties?: Readonly<Record<string, AnnotatedSchema>>;
}

/** Describes what is wrong with a value: with the `problem` of its schema, or with Ajv's message. */
export function problemOf(error: SchemaError): string {
  const parent = error.parentSchema as AnnotatedSchema | undefined;
  const missing = missingProperty(error);
  const problem = (missing === null ? parent : parent?.properties?.[missing])?.problem;
  const own = typeof problem === 'object' ? problem[error.keyword] : problem;
  return own ?? error.message ?? 'is not valid';
}

/** The path of the value: the names of properties and the indices of items, outermost first. */
export function pathOf(error: SchemaError): readonly string[] {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const missing = missingProperty(error);
  return missing === null ? path : [...path, missing];
}

function missingProperty({ keyword, params }: SchemaError): string | null {
  return keyword === 'required' ? String(params['missingProperty']) : null;
}
