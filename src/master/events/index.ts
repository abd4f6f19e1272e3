/** What has happened on this master, told to every part of it that waits for something to change. */
export { createEventHub, type EventHub, type MasterEvent } from './events.js';
