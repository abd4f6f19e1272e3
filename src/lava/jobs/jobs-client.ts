/** Jobs, and the health of devices and workers: what operators and developers do with a master. */
import type { DeviceHealth, WorkerHealth } from '../../model/index.js';
import type { HttpOptions } from '../http.js';
import { listDevices, listWorkers } from '../observe/rows.js';
import { createConnection } from '../session.js';
import { releaseWorker, setDeviceHealth, setWorkerHealth } from './health-requests.js';
import { cancelJob, readLog, reportJob, showJob, submitJob, type JobReport } from './job-requests.js';
import type { LogLine } from './log.js';
import {
  deviceSummary,
  workerSummary,
  type DeviceSummary,
  type JobSummary,
  type WorkerSummary,
} from './values.js';

/** A client of one master, embedded or stock LAVA. Every method throws ExternalError when it fails. */
export interface JobsClient {
  /**
   * @returns one ID, or one for each part of a multinode job
   * @throws RejectedJob with the master's reasons when it rejects the job
   */
  submit(definition: string, signal?: AbortSignal): Promise<readonly string[]>;
  show(id: string, signal?: AbortSignal): Promise<JobSummary>;
  /**
   * Log lines starting at `fromLine` (the first one is 0), and the line to request next. An empty log is not an
   * error.
   */
  log(
    id: string,
    fromLine: number,
    signal?: AbortSignal,
  ): Promise<{ readonly lines: readonly LogLine[]; readonly next: number }>;
  /** A job with its results and, if it failed, the reason. */
  report(id: string, signal?: AbortSignal): Promise<JobReport>;
  /** A job that has ended is not changed. */
  cancel(id: string, signal?: AbortSignal): Promise<void>;
  devices(signal?: AbortSignal): Promise<readonly DeviceSummary[]>;
  workers(signal?: AbortSignal): Promise<readonly WorkerSummary[]>;
  /** @param reason for LAVA's log of the device */
  setDeviceHealth(name: string, health: DeviceHealth, reason: string, signal?: AbortSignal): Promise<void>;
  setWorkerHealth(name: string, health: WorkerHealth): Promise<void>;
  /** Ends the jobs of a dispatcher that is gone, and returns their IDs. */
  releaseWorker(name: string): Promise<readonly string[]>;
}

/**
 * Creates a client. Nothing is sent to the master yet.
 * @throws UsageError when the URL is not valid
 */
export function createJobsClient(options: HttpOptions): JobsClient {
  const connection = createConnection(options);
  const { rest } = connection;
  return {
    submit: (definition, signal) => submitJob(connection, definition, signal),
    show: (id, signal) => showJob(connection, id, signal),
    log: (id, fromLine, signal) => readLog(connection, id, fromLine, signal),
    report: (id, signal) => reportJob(connection, id, signal),
    cancel: (id, signal) => cancelJob(connection, id, signal),
    devices: async (signal) => (await listDevices(rest, null, signal)).map(deviceSummary),
    workers: async (signal) => (await listWorkers(rest, null, signal)).map(workerSummary),
    setDeviceHealth: (name, health, reason, signal) =>
      setDeviceHealth(connection, name, health, reason, signal),
    setWorkerHealth: (name, health) => setWorkerHealth(connection, name, health),
    releaseWorker: (name) => releaseWorker(connection, name),
  };
}
