/** What was applied last, and which drift was seen: files on disk, under a lock (docs/records.md). */
export { openDriftMemory } from './drift-memory.js';
export { takeLock, type HeldLock, type LockSight } from './lock.js';
export { openRecordStore, type RecordStoreOptions } from './record-store.js';
