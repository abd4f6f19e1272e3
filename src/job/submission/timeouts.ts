import { unitSeconds } from '../facts.js';
import { bool, integer, mapping, pythonPattern } from '../schema/index.js';

export const timeoutUnits = Object.keys(unitSeconds);
const units = Object.fromEntries(timeoutUnits.map((unit) => [unit, integer]));

/** A timeout in a device configuration: at most one unit, with any whole number. */
export const deviceTimeout = mapping({ ...units, skip: bool }, { exclusive: [{ keys: timeoutUnits }] });

/** A timeout in a submitted job. `lava_common` also requires one unit. */
export const serverTimeout = mapping(
  { ...units, skip: bool },
  {
    exclusive: [{ keys: timeoutUnits, message: 'must have exactly one of days, hours, minutes and seconds' }],
  },
);

/** The name of an action or of a connection. LAVA checks what Python's `str()` returns for the key. */
export const timeoutName = pythonPattern(/^[a-z-]+\n?$/, 'Use only lower-case letters and hyphens.');
