import { ExternalError } from '../../diagnostics/index.js';
import type { DeviceHealth, WorkerHealth } from '../../model/index.js';
import type { HttpOptions } from '../http.js';
import { listDevices, listWorkers } from '../observe/rows.js';
import type { Json, JsonObject } from '../rest.js';
import { failureOf } from '../rpc.js';
import { createConnection } from '../session.js';
import { type LogLine, parseLog } from './log.js';

export interface JobSummary {
  readonly id: string;
  readonly description: string;
  /** Submitted, Scheduling, Scheduled, Running, Canceling, Finished. */
  readonly state: string;
  /** Unknown, Complete, Incomplete, Canceled. */
  readonly health: string;
  readonly deviceType: string | null;
  readonly device: string | null;
  readonly submitter: string | null;
  /** ISO 8601. */
  readonly submitted: string | null;
  readonly started: string | null;
  readonly ended: string | null;
  /** What LAVA says about a job that failed before or around its run. */
  readonly errors: string | null;
  /** The lab's revision that it ran under; only a master of ours says it. */
  readonly revision: string | null;
}

export interface JobResult {
  readonly suite: string;
  readonly name: string;
  /** pass, fail, skip, unknown */
  readonly result: string;
}

export interface DeviceSummary {
  readonly name: string;
  readonly deviceType: string;
  readonly worker: string | null;
  readonly health: string | null;
  /** Idle, Reserved, Running. */
  readonly state: string | null;
}

export interface WorkerSummary {
  readonly name: string;
  readonly health: string | null;
  /** Online, Offline. */
  readonly state: string | null;
  readonly version: string | null;
  /** ISO 8601. */
  readonly lastPing: string | null;
  readonly jobLimit: number | null;
}

/** Jobs, and the health of boards: what operators and developers do with a master, ours or a stock LAVA. */
export interface JobsClient {
  /**
   * @returns one id, or one for each part of a multinode job.
   * @throws ExternalError with LAVA's reasons when refused
   */
  submit(definition: string, signal?: AbortSignal): Promise<readonly string[]>;
  show(id: string, signal?: AbortSignal): Promise<JobSummary>;
  /** Log lines from `fromLine` (0 is the first) on, and the line to ask for next. No line yet is no error. */
  log(
    id: string,
    fromLine: number,
    signal?: AbortSignal,
  ): Promise<{ lines: readonly LogLine[]; next: number }>;
  /** In the order in which they were recorded. */
  results(id: string, signal?: AbortSignal): Promise<readonly JobResult[]>;
  /** A job that has ended stays as it is. */
  cancel(id: string, signal?: AbortSignal): Promise<void>;
  devices(signal?: AbortSignal): Promise<readonly DeviceSummary[]>;
  workers(signal?: AbortSignal): Promise<readonly WorkerSummary[]>;
  /** @param reason goes into LAVA's log of the device */
  setDeviceHealth(name: string, health: DeviceHealth, reason: string, signal?: AbortSignal): Promise<void>;
  setWorkerHealth(name: string, health: WorkerHealth, signal?: AbortSignal): Promise<void>;
}

/**
 * A client for the jobs and the health of a master; nothing is asked of it yet.
 * @throws UsageError for a URL that is none; every method throws ExternalError
 */
export function createJobsClient(options: HttpOptions): JobsClient {
  const connection = createConnection(options);
  const { http, rest } = connection;

  async function show(id: string, signal?: AbortSignal): Promise<JobSummary> {
    const row = await rest.find(`show job ${id}`, jobPath(id), signal);
    if (row === null) throw noSuch(`show job ${id}`, 'job');
    return jobSummary(row);
  }

  function noSuch(what: string, noun: string): ExternalError {
    return new ExternalError({ what, where: http.url, why: `there is no such ${noun}`, retry: 'never' });
  }

  async function callOne(
    what: string,
    method: string,
    params: readonly (string | boolean | null)[],
  ): Promise<void> {
    const { rpc } = await connection.open();
    const [group] = await rpc.batch(what, [[{ method, params }]], { repeatable: false });
    const why = failureOf(group?.[0]);
    if (why !== null) throw new ExternalError({ what, where: http.url, why, retry: 'never' });
  }

  return {
    show,

    async submit(definition, signal) {
      const answer = await rest.write('submit the job', 'POST', 'jobs/', { definition }, signal);
      const ids = answer?.['job_ids'];
      if (!Array.isArray(ids)) {
        const why = 'the answer names no job';
        throw new ExternalError({ what: 'submit the job', where: http.url, why, retry: 'never' });
      }
      return ids.map(word);
    },

    async log(id, fromLine, signal) {
      const text = await rest.text(
        `read the log of job ${id}`,
        `${jobPath(id)}logs/?start=${fromLine}`,
        signal,
      );
      if (text === null) {
        // 404: no line from there on, or no such job.
        if (fromLine === 0) await show(id, signal);
        return { lines: [], next: fromLine };
      }
      const lines = parseLog(text);
      return { lines, next: fromLine + lines.length };
    },

    async results(id, signal) {
      const suites = await rest.list(
        `list the suites of job ${id}`,
        `${jobPath(id)}suites/?ordering=id`,
        'id',
        signal,
      );
      const cases = await Promise.all(
        suites.map(async (suite) => {
          const path = `${jobPath(id)}suites/${word(suite['id'])}/tests/?ordering=id`;
          const rows = await rest.list(`list the results of job ${id}`, path, 'id', signal);
          return rows.map((row) => ({ id: Number(row['id']), result: jobResult(suite, row) }));
        }),
      );
      return cases
        .flat()
        .sort((a, b) => a.id - b.id)
        .map(({ result }) => result);
    },

    async cancel(id, signal) {
      const what = `cancel job ${id}`;
      // A stock LAVA answers 500 to who cancels a job that is none.
      if ((await rest.find(what, jobPath(id), signal)) === null) throw noSuch(what, 'job');
      // LAVA cancels by GET. It must not be repeated on its own: a second one is another request to a person.
      await http.request({
        what,
        method: 'GET',
        path: `api/v0.2/${jobPath(id)}cancel/`,
        repeatable: false,
        answers: [],
        signal,
      });
    },

    async devices(signal) {
      const rows = await listDevices(rest, null, signal);
      return rows.map(({ name, deviceType, worker, health, state }) => ({
        name,
        deviceType,
        worker,
        health: health ?? null,
        state,
      }));
    },

    async workers(signal) {
      const rows = await listWorkers(rest, null, signal);
      return rows.map(({ name, fields, state, version, lastPing }) => ({
        name,
        health: fields.health ?? null,
        state,
        version,
        lastPing,
        jobLimit: fields.jobLimit ?? null,
      }));
    },

    async setDeviceHealth(name, health, reason, signal) {
      const what = `set the health of ${name}`;
      const { capabilities } = await connection.open(signal);
      if (capabilities.setHealthByRest) {
        const { status } = await http.request({
          what,
          method: 'POST',
          path: `api/v0.2/devices/${encodeURIComponent(name)}/set_health/?all=true`,
          repeatable: false,
          body: { type: 'application/json', text: JSON.stringify({ health, reason }) },
          answers: [404],
          signal,
        });
        if (status === 404) throw noSuch(what, 'device');
      } else {
        const params = [name, null, null, null, true, health.toUpperCase()];
        await callOne(what, 'scheduler.devices.update', params);
      }
    },

    setWorkerHealth: (name, health) =>
      callOne(`set the health of ${name}`, 'scheduler.workers.update', [name, null, health.toUpperCase()]),
  };
}

function jobPath(id: string): string {
  return `jobs/${encodeURIComponent(id)}/`;
}

function jobSummary(row: JsonObject): JobSummary {
  const text = (field: string): string | null => {
    const value = row[field];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return {
    id: word(row['id']),
    description: text('description') ?? '',
    state: text('state') ?? 'Unknown',
    health: text('health') ?? 'Unknown',
    deviceType: text('requested_device_type'),
    device: text('actual_device'),
    submitter: text('submitter'),
    submitted: text('submit_time'),
    started: text('start_time'),
    ended: text('end_time'),
    errors: text('failure_comment'),
    revision: text('lavaflow_revision'),
  };
}

function jobResult(suite: JsonObject, row: JsonObject): JobResult {
  return {
    suite: word(suite['name']),
    name: word(row['name']),
    result: word(row['result']),
  };
}

/** Ids are numbers, or `12.0` for a part of a multinode job. */
function word(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
