import type { ObjectKey } from '../../model/index.js';

/** A value that lavaflow restored, once or several times in a row. */
export interface PutBack {
  readonly key: ObjectKey;
  /** null: the object itself, which was created again. */
  readonly field: string | null;
  /** The time of the first and of the last restoration. ISO 8601, UTC. */
  readonly first: string;
  readonly last: string;
  readonly times: number;
}

/** A value that another tool keeps changing back. */
export interface Contest extends PutBack {
  /** The time until which it is left alone. ISO 8601, UTC. */
  readonly until: string;
}
