import type { ErrorObject } from 'ajv';

type Problem = Pick<ErrorObject, 'keyword' | 'instancePath' | 'params' | 'message'> & {
  readonly parentSchema?: unknown;
};

/**
 * What is wrong with a value, in the words of the schema's `problem`, or else in ajv's.
 * @param error from an Ajv with `verbose: true`
 */
export function problemOf(error: Problem): string {
  const parent = error.parentSchema as
    | { readonly problem?: string; readonly properties?: Readonly<Record<string, { readonly problem?: string }>> }
    | undefined;
  const missing = missingProperty(error);
  const told = missing === null ? parent?.problem : parent?.properties?.[missing]?.problem;
  return told ?? error.message ?? 'is not valid';
}

/** The path of the value: the names of properties and the indices of items, outermost first. */
export function pathOf(error: Problem): readonly string[] {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const missing = missingProperty(error);
  return missing === null ? path : [...path, missing];
}

function missingProperty({ keyword, params }: Problem): string | null {
  return keyword === 'required' ? String(params['missingProperty']) : null;
}
