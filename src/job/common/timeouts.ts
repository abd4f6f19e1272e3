import { bool, dictOf, mapping, numberFrom, type Fault, type Schema } from '../schema/index.js';
import { timeoutExample, timeoutUnits } from '../submission/timeouts.js';

const length = mapping({
  ...Object.fromEntries(timeoutUnits.map((unit) => [unit, numberFrom(1)])),
  skip: bool,
});

/**
 * A timeout of `lava_common`: one unit, with a number of at least 1. Where unknown keys are ignored, a second unit is one of
 * them, and need not be a number.
 */
export const commonTimeout: Schema = {
  expected: 'a timeout',
  check: (value, at, unknown): readonly Fault[] | null => {
    const dict = dictOf(value);
    const given = timeoutUnits.filter((unit) => dict?.has(unit));
    if (dict === null || given.length === 0) {
      const faults = length.check(value, at, unknown) ?? [{ at, message: oneUnit }];
      return faults.map((fault) => (fault.at === at ? { ...fault, hint: timeoutExample } : fault));
    }
    if (given.length === 1) return length.check(value, at, unknown);
    if (unknown === 'rejected') return [{ at, message: oneUnit, hint: 'Keep one of them.' }];
    const faults = given.map((unit) => length.check(without(dict, given, unit), at, unknown));
    return faults.some((some) => some === null) ? null : (faults[0] ?? null);
  },
};

const oneUnit = 'must have exactly one of days, hours, minutes and seconds';

function without(
  dict: NonNullable<ReturnType<typeof dictOf>>,
  units: readonly string[],
  kept: string,
): ReadonlyMap<unknown, unknown> {
  return new Map(
    [...dict].filter(([key]) => typeof key !== 'string' || key === kept || !units.includes(key)),
  );
}
