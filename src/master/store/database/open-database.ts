import type { Dialect, Transaction } from 'kysely';
import type { MasterEvent } from '../../events/index.js';
import type { Tables } from './tables.js';

/** An open database, and what differs between SQLite and PostgreSQL when it is written. */
export interface OpenDatabase {
  readonly dialect: Dialect;
  /** For messages: never with a password. */
  readonly where: string;
  /**
   * The first step of each transaction that writes: waits until no other process writes.
   * @throws ExternalError when this process may no longer write
   */
  beginWrite(tx: Transaction<Tables>): Promise<void>;
  /** The last step: other processes hear these events once the transaction is committed. */
  announce(tx: Transaction<Tables>, events: readonly MasterEvent[]): Promise<void>;
  release(): Promise<void>;
}
