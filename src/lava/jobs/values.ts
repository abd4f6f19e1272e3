/** Jobs, their results, devices and workers as users see them, and how they are read from LAVA's REST rows. */
import { parseYaml } from '../../pyyaml/index.js';
import type { DeviceRow, WorkerRow } from '../observe/rows.js';
import type { Json, JsonObject } from '../rest.js';

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
  /** LAVA's reason if a job failed before or outside its run. */
  readonly errors: string | null;
  /** The lab's revision when it ran; only an embedded master reports it. */
  readonly revision: string | null;
  /** What a submitted job waits for besides a free device; only an embedded master reports it. */
  readonly waitsFor: string | null;
}

export interface JobResult {
  readonly suite: string;
  readonly name: string;
  /** pass, fail, skip, unknown */
  readonly result: string;
}

/** A result with everything that was reported for it; LAVA stores it as YAML text, an embedded master as a mapping. */
export interface StoredResult extends JobResult {
  readonly metadata: unknown;
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
  /** Why an embedded master rejects another dispatcher of this worker. */
  readonly conflict: string | null;
}

export function jobSummary(row: JsonObject): JobSummary {
  const text = (field: string): string | null => {
    const value = row[field];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return {
    id: idOf(row['id']),
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
    waitsFor: text('lavaflow_waits_for'),
  };
}

function jobResult(suite: JsonObject, row: JsonObject): JobResult {
  return { suite: idOf(suite['name']), name: idOf(row['name']), result: idOf(row['result']) };
}

export function storedResult(suite: JsonObject, row: JsonObject): StoredResult {
  const { metadata } = row;
  if (typeof metadata !== 'string') return { ...jobResult(suite, row), metadata };
  const yaml = parseYaml(metadata);
  return { ...jobResult(suite, row), metadata: yaml.ok ? yaml.value : null };
}

export function deviceSummary({ name, deviceType, worker, health, state }: DeviceRow): DeviceSummary {
  return { name, deviceType, worker, health: health ?? null, state };
}

export function workerSummary({
  name,
  fields,
  state,
  version,
  lastPing,
  conflict,
}: WorkerRow): WorkerSummary {
  const { health, jobLimit } = fields;
  return { name, health: health ?? null, state, version, lastPing, jobLimit: jobLimit ?? null, conflict };
}

/** IDs are numbers, or strings such as `12.0` for a part of a multinode job. */
export function idOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
