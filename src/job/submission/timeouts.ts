import { unitSeconds } from '../facts.js';
import { bool, integer, mapping, pythonPattern, type Schema } from '../schema/index.js';

export const timeoutUnits = Object.keys(unitSeconds);
const units = Object.fromEntries(timeoutUnits.map((unit) => [unit, integer]));

/** A timeout in a device configuration: at most one unit, with any whole number. */
export const deviceTimeout = mapping({ ...units, skip: bool }, { exclusive: [{ keys: timeoutUnits }] });

export const timeoutExample = 'Write, for example, {minutes: 10}.';

/** A timeout in a submitted job. `lava_common` also requires one unit. */
export const serverTimeout = withExample(
  mapping(
    { ...units, skip: bool },
    {
      exclusive: [
        { keys: timeoutUnits, message: 'must have exactly one of days, hours, minutes and seconds' },
      ],
    },
  ),
);

function withExample({ expected, check }: Schema): Schema {
  return {
    expected,
    check: (value, at, unknown) => {
      const faults = check(value, at, unknown);
      if (faults === null) return null;
      return faults.map((fault) =>
        fault.at === at ? { ...fault, hint: fault.hint ?? timeoutExample } : fault,
      );
    },
  };
}

/** The name of an action or of a connection. LAVA checks what Python's `str()` returns for the key. */
export const timeoutName = pythonPattern(/^[a-z-]+\n?$/, 'Use only lower-case letters and hyphens.');
