/**
 * The workers that are connected to this master: what each of them runs, when its last message arrived, and which
 * messages it must receive. The transports in the directories below (`zmq`) admit workers by their keys and translate
 * messages; they do not make decisions.
 */
export type { JobEnd, StartJob, WorkerHost } from './ports.js';
export { createWorkerHost } from './worker-host.js';
export { startWorkers, type WorkersOptions } from './workers.js';
