import type { Tx } from '../store/open-store.js';

/** What each kind's changes are made with. A function that makes a change gives its problem, or null. */
export interface Application {
  readonly tx: Tx;
  readonly revisionId: number;
  readonly revision: string;
  /** ISO 8601 */
  readonly at: string;
  /** The revision was applied before and comes again: what it made is there already. */
  readonly again: boolean;
}
