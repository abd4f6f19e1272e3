/**
 * Checks what was parsed from JSON. Written by hand, because loading a validator and compiling a schema takes longer than
 * everything else that a command does with records (docs/benchmarks.md).
 */

/** Why a value has another shape; null if it has the right one. */
import { isRecord } from '../../diagnostics/index.js';
export type Shape = (value: unknown) => string | null;

export const text: Shape = (value) => (typeof value === 'string' ? null : 'must be a string');
export const flag: Shape = (value) => (typeof value === 'boolean' ? null : 'must be true or false');
export const anything: Shape = () => null;

export function count(minimum: number): Shape {
  return (value) =>
    Number.isSafeInteger(value) && (value as number) >= minimum
      ? null
      : `must be an integer of at least ${minimum}`;
}

export function matching(pattern: RegExp): Shape {
  return (value) =>
    typeof value === 'string' && pattern.test(value) ? null : `must match ${pattern.source}`;
}

export function oneOf(...values: readonly (string | number | boolean | null)[]): Shape {
  return (value) =>
    (values as readonly unknown[]).includes(value)
      ? null
      : `must be ${values.map((one) => JSON.stringify(one)).join(' or ')}`;
}

export function orNull(shape: Shape): Shape {
  return (value) => (value === null ? null : shape(value));
}

export function listOf(shape: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value)) return 'must be a list';
    for (const [index, item] of value.entries()) {
      const why = shape(item);
      if (why !== null) return below(index, why);
    }
    return null;
  };
}

/** A list of exactly these two. */
export function pairOf(first: Shape, second: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value) || value.length !== 2) return 'must be a pair';
    const [why, other] = [first(value[0]), second(value[1])];
    if (why !== null) return below(0, why);
    return other === null ? null : below(1, other);
  };
}

/** An object with any properties of this shape. */
export function mapOf(shape: Shape): Shape {
  return (value) => {
    if (!isRecord(value)) return 'must be an object';
    for (const name of Object.keys(value)) {
      const why = shape(value[name]);
      if (why !== null) return below(name, why);
    }
    return null;
  };
}

/** An object with these properties and no others. The optional ones may be missing. */
export function closed(
  required: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  const shapes = new Map([...Object.entries(required), ...Object.entries(optional)]);
  return (value) => {
    if (!isRecord(value)) return 'must be an object';
    const missing = Object.keys(required).find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) return `must have the property ${missing}`;
    for (const name of Object.keys(value)) {
      const shape = shapes.get(name);
      if (shape === undefined) return `must not have the property ${JSON.stringify(name)}`;
      const why = shape(value[name]);
      if (why !== null) return below(name, why);
    }
    return null;
  };
}

/** Prepends a step of the path to the value: `/objects/0/1 must be an object`. */
function below(step: string | number, why: string): string {
  return why.startsWith('/') ? `/${step}${why}` : `/${step} ${why}`;
}
