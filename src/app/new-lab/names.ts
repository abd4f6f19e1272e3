import { UsageError } from '../../diagnostics/index.js';
import { isName } from '../../lab/index.js';

/**
 * @param what a noun for the message
 * @throws UsageError unless LAVA accepts the name
 */
export function requireName(what: string, name: string): string {
  if (isName(name)) return name;
  throw new UsageError(
    `${JSON.stringify(name)} cannot be the name of a ${what}`,
    'Use letters, digits, "-", "_", ".", "@"; start with a letter, digit or "_".',
  );
}

/** @returns the name, or `instead` where it cannot be the name of a lab */
export function labNameOf(name: string, instead: string): string {
  return /^[a-zA-Z0-9][-_a-zA-Z0-9. ]{0,99}$/.test(name) ? name : instead;
}
