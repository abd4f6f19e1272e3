/**
 * Workers that are connected to this master: what each of them runs, when it was last heard from, and what it must be
 * told. Transports are below (`zmq`): they admit workers by their keys and translate messages; they decide nothing.
 */
export { Notices } from './notices.js';
export type { MessageFromWorker, MessageToWorker, WorkerLink } from './messages.js';
export type { JobEnd, StartJob, WorkerHost, WorkerJobs } from './ports.js';
export { createWorkerHost, type ConnectedHost } from './worker-host.js';
export type { WorkerSession } from './worker-session.js';
export { startWorkers, type Workers, type WorkersOptions } from './workers.js';
