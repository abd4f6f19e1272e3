import { UsageError } from '../../diagnostics/index.js';
import { isName } from '../../lab/index.js';

/** @throws UsageError */
export function requireName(what: string, name: string): string {
  if (isName(name)) return name;
  throw new UsageError(
    `${JSON.stringify(name)} cannot be the name of a ${what}`,
    'use letters, digits, "-", "_", ".", "@"; start with a letter, digit or "_"',
  );
}

/** The name of a lab, where a directory's name may not do. */
export function labNameOf(name: string, instead: string): string {
  return /^[a-zA-Z0-9][-_a-zA-Z0-9. ]{0,99}$/.test(name) ? name : instead;
}
