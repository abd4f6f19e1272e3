/**
 * What has happened on this master, told to every part that waits for something to change. An event is told after its
 * transaction is committed, so a listener reads what the event reports. On PostgreSQL, the events of other processes on
 * the same database arrive too, each once; after an interruption they arrive as the event `unknown`.
 */
export type { MasterEvent, Tell } from './events.js';
export { createEventHub, type EventHub } from './hub.js';
export { decodePayload, encodePayload } from './payload.js';
export { openPostgresSession, type PostgresSession } from './postgres-session.js';
