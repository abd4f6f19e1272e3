import type { Log } from '../diagnostics/index.js';
import type { EventHub } from './events/index.js';
import type { Store } from './store/open-store.js';

/** What every part of the master works with. */
export interface MasterContext {
  readonly store: Store;
  /** What `store.write` has told, here and in other processes. */
  readonly events: EventHub;
  readonly log: Log;
  readonly now: () => Date;
}
