export { startDispatcher, type Dispatcher, type DispatcherOptions } from './dispatcher.js';
