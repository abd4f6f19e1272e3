import type { Log } from '../diagnostics/index.js';
import type { EventHub } from './events/index.js';
import type { Reader } from './reading/reader.js';
import type { Store } from './store/open-store.js';

/** What every part of the master uses. */
export interface MasterContext {
  readonly store: Store;
  /** The events that `store.write` has emitted, in this and in other processes. */
  readonly events: EventHub;
  /** Reads what clients and workers send. */
  readonly reader: Reader;
  readonly log: Log;
  readonly now: () => Date;
  /** Context variables that jobs may set besides LAVA's own (LAVA's setting `EXTRA_CONTEXT_VARIABLES`). */
  readonly extraContextVariables: readonly string[];
}
