import { addTo, step, type Fault, type Schema, type Trail } from './schema.js';
import { describeValue } from './values.js';

/** What at least one of the schemas accepts. Reports the faults of the one that comes closest. */
export function any(...schemas: readonly Schema[]): Schema {
  const expected = listed(schemas.map((schema) => schema.expected));
  return {
    expected,
    check: (value, at, unknown) => {
      const rejections: (readonly Fault[])[] = [];
      for (const schema of schemas) {
        const faults = schema.check(value, at, unknown);
        if (faults === null) return null;
        rejections.push(faults);
      }
      return closest(rejections, at) ?? typeFault(value, at, expected, rejections);
    },
  };
}

/**
 * Like `any`, for values that show which of the schemas is meant.
 * @param choose the schema whose faults are reported, or what to report instead
 */
export function oneOfKinds(
  choose: (value: unknown, at: Trail | null) => Schema | readonly Fault[],
  ...schemas: readonly Schema[]
): Schema {
  const whole = any(...schemas);
  return {
    expected: whole.expected,
    check: (value, at, unknown) => {
      const faults = whole.check(value, at, unknown);
      if (faults === null) return null;
      const chosen = choose(value, at);
      if ('check' in chosen) return chosen.check(value, at, unknown) ?? faults;
      return chosen.length > 0 ? chosen : faults;
    },
  };
}

/** The fewest faults among the schemas that accept at least the type of the value. */
function closest(rejections: readonly (readonly Fault[])[], at: Trail | null): readonly Fault[] | null {
  const fitting = rejections.filter((faults) => !isTypeOf(faults, at));
  return fitting.reduce<readonly Fault[] | null>(
    (best, faults) => (best === null || faults.length < best.length ? faults : best),
    null,
  );
}

function isTypeOf([fault]: readonly Fault[], at: Trail | null): boolean {
  return fault?.isType === true && fault.at === at;
}

function typeFault(
  value: unknown,
  at: Trail | null,
  expected: string,
  rejections: readonly (readonly Fault[])[],
): readonly Fault[] {
  const hint = rejections.flat().find((fault) => fault.hint !== undefined)?.hint;
  return [{ at, message: `expected ${expected}, got ${describeValue(value)}`, hint, isType: true }];
}

/** What every one of the schemas accepts. Stops at the first that does not. */
export function all(...schemas: readonly Schema[]): Schema {
  return {
    expected: schemas[0]?.expected ?? 'anything',
    check: (value, at, unknown) => {
      for (const schema of schemas) {
        const faults = schema.check(value, at, unknown);
        if (faults !== null) return faults;
      }
      return null;
    },
  };
}

/** A list of such items. */
export function listOf(item: Schema, min = 0): Schema {
  const expected = min > 0 ? 'a list that is not empty' : 'a list';
  return {
    expected,
    check: (value, at, unknown) => {
      if (!Array.isArray(value) || value.length < min) {
        return [{ at, message: `expected ${expected}, got ${describeList(value)}`, isType: true }];
      }
      const faults: Fault[] = [];
      for (let index = 0; index < value.length; index++) {
        addTo(faults, item.check(value[index], step(at, index), unknown));
      }
      return faults.length > 0 ? faults : null;
    },
  };
}

function describeList(value: unknown): string {
  return Array.isArray(value) ? 'an empty list' : describeValue(value);
}

function listed(parts: readonly string[]): string {
  const distinct = [...new Set(parts)];
  const last = distinct.pop() ?? '';
  return distinct.length === 0 ? last : `${distinct.join(', ')} or ${last}`;
}
