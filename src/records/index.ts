export { openRecordStore, type RecordStoreOptions } from './record-store.js';
