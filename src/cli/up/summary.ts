import { createJobsClient } from '../../lava/index.js';
import { formatTable } from '../jobs/table.js';
import { readTokenFile } from '../lab/connect.js';
import type { MasterEndpoint } from '../state.js';
import type { EmbeddedLab } from './embedded-lab.js';
import type { StatusPrinter } from './status-printer.js';

const workerWaitMs = 5000;
const pollMs = 100;

/** What `up` says when all runs: what was applied, what there is, where to go. @throws ExternalError */
export async function summarise(
  lab: EmbeddedLab,
  endpoint: MasterEndpoint,
  printer: StatusPrinter,
): Promise<string> {
  const client = createJobsClient({ url: endpoint.url, token: readTokenFile(endpoint.adminTokenFile) });
  const end = Date.now() + workerWaitMs;
  let workers = await client.workers();
  while (workers.find(({ name }) => name === lab.worker)?.state !== 'Online' && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    workers = await client.workers();
  }
  const devices = await client.devices();
  const masters = Object.entries(printer.status?.masters ?? {});
  return [
    '',
    formatTable(
      ['master', 'state', 'revision', 'address'],
      masters.map(([name, { state, lastApplied, url }]) => [name, state, lastApplied?.revision ?? null, url]),
    ),
    '',
    formatTable(
      ['worker', 'health', 'state'],
      workers.map(({ name, health, state }) => [name, health, state]),
    ),
    '',
    formatTable(
      ['device', 'type', 'worker', 'health'],
      devices.map(({ name, deviceType, worker, health }) => [name, deviceType, worker, health]),
    ),
    '',
    `ready: API ${endpoint.url}, admin token in ${endpoint.adminTokenFile}`,
    'try:   npx lavaflow jobs submit examples/simulated-board.yaml',
    'Ctrl-C stops everything',
  ].join('\n');
}
