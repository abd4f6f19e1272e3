import type { Tx } from '../store/open-store.js';

/** What each kind of change needs. A function that makes a change returns its problem, or null. */
export interface Application {
  readonly tx: Tx;
  readonly revisionId: number;
  readonly revision: string;
  readonly at: Date;
  /** The revision was applied before and is sent again: what it created exists already. */
  readonly again: boolean;
}
