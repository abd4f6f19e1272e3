/**
 * Notifies the parts of the master of changes. An event is emitted after its transaction is committed, so listeners can
 * read what it reports. On PostgreSQL, the events of other processes on the same database arrive too, each of them
 * once. After an interruption, the event `unknown` replaces the missed ones.
 */
export type { MasterEvent, Tell } from './events.js';
export { createEventHub, type EventHub } from './hub.js';
export { decodePayload, encodePayload } from './payload.js';
export { openPostgresSession, type PostgresSession } from './postgres-session.js';
