/**
 * The worker's agent: receives jobs from its master, starts an executor process for each, and sends its log and result
 * until the master has stored them (docs/wire.md).
 */
export { chooseIsolation } from './isolation/choose-isolation.js';
export { startDispatcher, type Dispatcher, type DispatcherOptions } from './dispatcher.js';
