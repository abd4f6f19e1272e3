export { startGateway, type Gateway, type GatewayOptions } from './gateway.js';
export type { GatewayHost, JobEnd, StartJob, WorkerJobs } from './ports.js';
