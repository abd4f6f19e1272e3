export { openDriftMemory } from './drift-memory.js';
export { openRecordStore, type RecordStoreOptions } from './record-store.js';
