import type { Release } from './release.js';
import type { Journal } from './journal.js';
import type { MasterState, UserRow } from './state/rows.js';

/** The simulated master that serves a request. */
export interface Master {
  readonly release: Release;
  readonly state: MasterState;
  /** Templates of the package, by file name. */
  readonly packaged: ReadonlyMap<string, string>;
  readonly journal: Journal;
  /** The state when a fault that needs it was set; kept until faults are set that do not need it. */
  before: MasterState | null;
  /** Whether credentials are accepted at all; a fault can change that. */
  readonly access: { areTokensValid: boolean };
}

/** The user who sent a request; null without credentials. */
export type Caller = UserRow | null;
