import type { Dialect, Transaction } from 'kysely';
import type { MasterEvent } from '../../events/index.js';
import type { Tables } from './tables.js';

/** An open database, and the steps of writing that differ between SQLite and PostgreSQL. */
export interface OpenDatabase {
  readonly dialect: Dialect;
  /** A description for messages, without the password. */
  readonly where: string;
  /**
   * The first step of each write transaction: waits until no other process is writing.
   * @throws ExternalError when this process may no longer write
   */
  beginWrite(tx: Transaction<Tables>): Promise<void>;
  /** The last step: other processes receive these events when the transaction is committed. */
  announce(tx: Transaction<Tables>, events: readonly MasterEvent[]): Promise<void>;
  release(): Promise<void>;
}
