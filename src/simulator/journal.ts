/** One write as the master received it. */
export interface Write {
  /** From 1, over all writes. */
  readonly number: number;
  /** The XML-RPC method, or REST's method and path: `PATCH devices/board-1/`. */
  readonly call: string;
  /** The object of the write: `device/board-1`. */
  readonly object: string;
  /** `lied`: reported as successful, but not carried out. */
  readonly outcome: 'done' | 'refused' | 'lied';
}

/** The writes of a master in order, and the number of requests that it received. */
export interface Journal {
  readonly writes: Write[];
  requests: number;
}

export function newJournal(): Journal {
  return { writes: [], requests: 0 };
}

export function record(journal: Journal, write: Omit<Write, 'number'>): void {
  journal.writes.push({ number: journal.writes.length + 1, ...write });
}
