import type { Dialect } from 'kysely';

/** A database that this process alone may write, and how to let go of it. */
export interface OpenDatabase {
  readonly dialect: Dialect;
  /** For messages: never with a password. */
  readonly where: string;
  release(): Promise<void>;
}
