/**
 * Workers that are connected to this master: what each of them runs, when it was last heard from, and what it must be
 * told. Transports are below (`zmq`): they admit workers by their keys and translate messages; they decide nothing.
 */
export type { JobEnd, StartJob, WorkerHost } from './ports.js';
export { createWorkerHost } from './worker-host.js';
export { startWorkers, type WorkersOptions } from './workers.js';
