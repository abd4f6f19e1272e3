export { startGateway, type Gateway, type GatewayOptions } from './gateway.js';
export type { GatewayHost, WorkerJobs } from '../ports.js';
