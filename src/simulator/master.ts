import type { Release } from './release.js';
import type { Journal } from './journal.js';
import type { MasterState, UserRow } from './state/rows.js';

/** The simulated master that a request meets. */
export interface Master {
  readonly release: Release;
  readonly state: MasterState;
  /** Templates of the package, by file name. */
  readonly packaged: ReadonlyMap<string, string>;
  readonly journal: Journal;
  /** As it was when a fault was set that needs it; until faults are set of which none does. */
  before: MasterState | null;
  /** Whether credentials are taken at all: a fault may end that. */
  readonly access: { areTokensValid: boolean };
}

/** Who asks; null: without credentials. */
export type Caller = UserRow | null;
