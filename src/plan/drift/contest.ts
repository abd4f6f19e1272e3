import type { ObjectKey } from '../../model/index.js';

/** A value that lavaflow put back, once or several times in a row. */
export interface PutBack {
  readonly key: ObjectKey;
  /** null: the object, which was made again. */
  readonly field: string | null;
  /** The first and the last time. ISO 8601, UTC. */
  readonly first: string;
  readonly last: string;
  readonly times: number;
}

/** A value over which another tool fights. */
export interface Contest extends PutBack {
  /** Until when it is left alone. ISO 8601, UTC. */
  readonly until: string;
}
