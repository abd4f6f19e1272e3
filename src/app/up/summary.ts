import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { ControllerStatus } from '../../controller/index.js';
import { createJobsClient, type DeviceSummary, type WorkerSummary } from '../../lava/index.js';
import { readTokenFile } from '../masters/index.js';
import type { MasterEndpoint } from '../state/index.js';

const workerWaitMs = 5000;
const pollMs = 100;

/** What runs, once everything does. */
export interface UpSummary {
  readonly masters: ControllerStatus['masters'];
  readonly workers: readonly WorkerSummary[];
  readonly devices: readonly DeviceSummary[];
  readonly endpoint: MasterEndpoint;
  /** Path of a job for the simulated boards, relative to the lab; null in a lab without the sample's. */
  readonly exampleJob: string | null;
  /** What separates jobs from this machine, in words. */
  readonly jobs: string;
}

const exampleJob = 'examples/simulated-board.yaml';

/**
 * Lists what the embedded master has. Waits a few seconds for the worker to be online.
 * @param lab its directory
 * @param worker the one that the dispatcher of `up` runs
 * @throws ExternalError
 */
export async function summarise(
  lab: string,
  worker: string,
  endpoint: MasterEndpoint,
  status: ControllerStatus | null,
): Promise<Omit<UpSummary, 'jobs'>> {
  const client = createJobsClient({ url: endpoint.url, token: readTokenFile(endpoint.adminTokenFile) });
  const end = Date.now() + workerWaitMs;
  let workers = await client.workers();
  while (workers.find(({ name }) => name === worker)?.state !== 'Online' && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
    workers = await client.workers();
  }
  const devices = await client.devices();
  return {
    masters: status?.masters ?? {},
    workers,
    devices,
    endpoint,
    exampleJob: existsSync(join(lab, exampleJob)) ? exampleJob : null,
  };
}
