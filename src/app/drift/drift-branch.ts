import { refName } from '../../git/index.js';

/** The branch to which a master's drift is written back. No two masters share one. Dots are kept where git allows them. */
export function driftBranchOf(master: string): string {
  return `lavaflow/drift-${refName(master).replaceAll(/%2E(?!%2E|$|lock$)/g, '.')}`;
}
