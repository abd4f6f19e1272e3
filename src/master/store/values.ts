import type {
  DeviceHealth,
  DrainWindow,
  HealthCheckFrequency,
  ObjectKey,
  WorkerHealth,
} from '../../model/index.js';
import type { JobHealth, JobState, TestResult, WorkerState } from '../states.js';

/**
 * The contents of the store, as plain values; `database/` converts them to columns. `revisionId` identifies the
 * revision that last changed an object of the configuration.
 */

/** `admin`: an operator (jobs, health of devices and workers). `reconciler`: the only role that writes configuration. */
export type Role = 'admin' | 'reconciler';

export interface Token {
  /** The SHA-256 of the token, hexadecimal. The token itself has 256 random bits. */
  readonly hash: string;
  readonly role: Role;
  readonly username: string;
  readonly createdAt: Date;
}

export interface Revision {
  readonly id: number;
  readonly repository: string;
  readonly revision: string;
  readonly fingerprint: string;
  readonly appliedAt: Date;
  /** The number of changes that it made. */
  readonly changes: number;
  /** The changes that it could not make. */
  readonly failures: readonly RevisionFailure[];
}

/** A change that was not made: it failed, or something that it needs did (`skipped`). */
export interface RevisionFailure {
  readonly key: ObjectKey;
  readonly status: 'failed' | 'skipped';
  readonly reason: string;
}

/** A user or a group: the ID that LAVA's REST API uses for a name. */
export interface Principal {
  readonly id: number;
  readonly kind: 'user' | 'group';
  readonly name: string;
}

/** A group with its members and what they may do on the whole master. */
export interface Group {
  readonly id: number;
  readonly name: string;
  readonly members: readonly string[];
  readonly permissions: readonly string[];
}

export interface DeviceType {
  readonly name: string;
  readonly description: string | null;
  readonly display: boolean;
  readonly healthCheckFrequency: HealthCheckFrequency;
  readonly healthChecksDisabled: boolean;
  readonly architecture: string | null;
  readonly processor: string | null;
  readonly cpuModel: string | null;
  readonly bits: number | null;
  readonly cores: readonly string[];
  readonly coreCount: number | null;
  readonly revisionId: number;
}

export interface Alias {
  readonly name: string;
  readonly deviceType: string;
}

export interface Template {
  readonly name: string;
  readonly text: string;
  readonly revisionId: number;
}

export interface HealthCheck {
  readonly name: string;
  readonly job: string;
  readonly revisionId: number;
}

export interface Worker {
  readonly hostname: string;
  readonly description: string | null;
  readonly health: WorkerHealth;
  readonly state: WorkerState;
  readonly version: string | null;
  readonly lastPing: Date;
  /** The number of jobs that it may run at a time; 0: no limit. */
  readonly jobLimit: number;
  readonly env: string | null;
  readonly envDut: string | null;
  readonly dispatcherConfig: string | null;
  readonly certificate: string | null;
  /** The public key in `certificate` (Z85); unique among workers. */
  readonly publicKey: string | null;
  /** The instance of the dispatcher that acts as this worker: it alone starts and ends its jobs. Null: none yet. */
  readonly agent: string | null;
  /** Why another dispatcher with the name and the key of this worker is being rejected; null if none is. */
  readonly conflict: string | null;
  /** They apply to its devices too. */
  readonly maintenanceWindows: readonly DrainWindow[];
  readonly revisionId: number;
}

export interface Device {
  readonly hostname: string;
  readonly deviceType: string;
  readonly worker: string | null;
  readonly description: string | null;
  readonly health: DeviceHealth;
  /** The reason for the health, as given by the person or job that set it. */
  readonly healthReason: string | null;
  readonly version: string | null;
  readonly physicalOwner: string | null;
  readonly physicalGroup: string | null;
  readonly dictionary: string | null;
  /** The template that the dictionary extends, without `.jinja2`; null if it does not extend one. */
  readonly extendsTemplate: string | null;
  /** The ID of its last job; 0: it has not run a job yet. */
  readonly lastJob: number;
  readonly lastHealthReportJob: number | null;
  /** The number of health checks since then that had no result: they were canceled or lost. */
  readonly lostChecks: number;
  /** When the next health check may start after those, in ISO 8601; null: at any time. */
  readonly checkNotBefore: string | null;
  /** Besides those of its worker. */
  readonly maintenanceWindows: readonly DrainWindow[];
  readonly revisionId: number;
}

export interface Tag {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
}

/** What the members of a group may do with a device. */
export interface DevicePermission {
  readonly id: number;
  readonly device: string;
  readonly group: string;
  readonly permission: string;
}

export interface DeviceTypePermission {
  readonly id: number;
  readonly deviceType: string;
  readonly group: string;
  readonly permission: string;
}

type JobVisibility = 'public' | 'personal' | { readonly group: readonly string[] };

export interface Job {
  readonly id: number;
  readonly submitter: string;
  readonly description: string;
  readonly definition: string;
  /** The device type; an alias is resolved at submission. */
  readonly deviceType: string;
  readonly tags: readonly string[];
  readonly priority: number;
  readonly visibility: JobVisibility;
  readonly state: JobState;
  readonly health: JobHealth;
  readonly healthCheck: boolean;
  readonly device: string | null;
  readonly worker: string | null;
  readonly submitTime: Date;
  readonly startTime: Date | null;
  readonly endTime: Date | null;
  /** When the job is canceled if it is still in the queue (`timeouts.queue`). */
  readonly queueDeadline: Date | null;
  /** How long it may run, in seconds; null: submitted to a version that did not store this. */
  readonly timeoutS: number | null;
  /** Why it waits although a device is free, as text; only while it is submitted. */
  readonly waitsFor: string | null;
  readonly failureComment: string | null;
  /** The `lava`/`job` result of the log; null until it is stored. */
  readonly result: TestResult | null;
  readonly errorType: string | null;
  readonly errorMessage: string | null;
  /** Whether the executor reported that result. False: the dispatcher did, because the executor died without one. */
  readonly isReported: boolean;
  /** The contents of the START message, fixed when the job is scheduled. */
  readonly deviceConfig: string | null;
  readonly dispatcherConfig: string | null;
  readonly env: string | null;
  readonly envDut: string | null;
  /** The current revision when the job was scheduled. */
  readonly revisionId: number | null;
  /** When END arrived, if the log did not contain a result yet. */
  readonly endedAt: Date | null;
  readonly pipelineDescription: string | null;
  /** The number of lines in the stored log. */
  readonly logLines: number;
  /** The number of lines accepted from the dispatcher: the stored ones and the markers, which are not stored. */
  readonly logReceived: number;
  /** The number of results that were accepted, so that a job cannot have any number of them. */
  readonly resultCount: number;
}

export interface TestSuite {
  readonly id: number;
  readonly jobId: number;
  readonly name: string;
}

export interface TestCase {
  readonly id: number;
  readonly jobId: number;
  readonly suiteId: number;
  /** The name of the suite. */
  readonly suite: string;
  readonly name: string;
  readonly testSet: string | null;
  readonly result: TestResult;
  readonly measurement: number | null;
  readonly units: string;
  /** Everything that was reported, for people; truncated if it is long. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly logged: Date;
  /** The index of the log line that reported the result, and of the first and last line of the test case. */
  readonly logLine: number;
  readonly startLogLine: number | null;
  readonly endLogLine: number | null;
}
