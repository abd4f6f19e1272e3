import { bool, integer, mapping, type Fault, type Schema } from '../schema/index.js';
import { PythonKey } from '../../pyyaml/index.js';

export const timeoutUnits = ['days', 'hours', 'minutes', 'seconds'] as const;
const units = Object.fromEntries(timeoutUnits.map((unit) => [unit, integer]));

/** A timeout of `lava_scheduler_app`: at most one unit, with any whole number. */
export const serverTimeout = mapping({ ...units, skip: bool }, { exclusive: [{ keys: timeoutUnits }] });

/** The name of an action or of a connection. LAVA checks what Python's `str()` returns for the key. */
export const timeoutName: Schema = {
  expected: 'a name of lower-case letters and hyphens',
  check: (value, at): readonly Fault[] | null => {
    const name = value instanceof PythonKey ? value.text : value;
    // Python's `$` also matches before a line feed at the end.
    if (typeof name === 'string' && /^[a-z-]+\n?$/.test(name)) return null;
    return [{ at, message: 'unknown key', hint: 'Use only lower-case letters and hyphens.' }];
  },
};
