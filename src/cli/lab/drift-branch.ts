import { refName } from '../../git/index.js';

/** Where the drift of a master is written back to: no two masters share one. Dots stay where git takes them. */
export function driftBranchOf(master: string): string {
  return `lavaflow/drift-${refName(master).replaceAll(/%2E(?!%2E|$|lock$)/g, '.')}`;
}
