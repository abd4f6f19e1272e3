import type { Tx } from '../store/open-store.js';

/** What functions need to make a change. They return the problem of the change, or null. */
export interface Application {
  readonly tx: Tx;
  readonly revisionId: number;
  readonly revision: string;
  readonly at: Date;
  /** The revision was applied before and is sent again, so the objects that it creates already exist. */
  readonly again: boolean;
}
