import type { DeviceHealth, WorkerHealth } from '../../model/index.js';
import type { JobHealth, JobState, TestResult, WorkerState } from '../states.js';

/**
 * The rows of the master's database, the same on SQLite and PostgreSQL. Moments are ISO 8601 texts in UTC with
 * milliseconds (they sort as text), yes-or-no is 0 or 1, lists and mappings are JSON texts, ids come from `counters`.
 * `revisionId` names the revision that last changed a row of the configuration.
 */
export interface Tables {
  readonly counters: { readonly name: string; readonly value: number };
  readonly tokens: TokenRow;
  readonly revisions: RevisionRow;
  readonly principals: PrincipalRow;
  readonly deviceTypes: DeviceTypeRow;
  readonly aliases: AliasRow;
  readonly templates: TemplateRow;
  readonly healthChecks: HealthCheckRow;
  readonly workers: WorkerRow;
  readonly devices: DeviceRow;
  readonly tags: TagRow;
  readonly deviceTags: { readonly device: string; readonly tagId: number };
  readonly devicePermissions: DevicePermissionRow;
  readonly deviceTypePermissions: DeviceTypePermissionRow;
  readonly jobs: JobRow;
  readonly jobLogs: JobLogRow;
  readonly testSuites: TestSuiteRow;
  readonly testCases: TestCaseRow;
}

type Flag = 0 | 1;

/** `admin`: an operator (jobs, health of devices and workers). `reconciler`: the one that writes configuration. */
export type Role = 'admin' | 'reconciler';

export interface TokenRow {
  /** SHA-256 of the token, hexadecimal: the token itself has 256 random bits. */
  readonly hash: string;
  readonly role: Role;
  readonly username: string;
  readonly createdAt: string;
}

export interface RevisionRow {
  readonly id: number;
  readonly repository: string;
  readonly revision: string;
  readonly fingerprint: string;
  readonly appliedAt: string;
  readonly changes: number;
}

/** Users and groups: the numbers that LAVA's REST API uses for names. */
export interface PrincipalRow {
  readonly id: number;
  readonly kind: 'user' | 'group';
  readonly name: string;
}

export interface DeviceTypeRow {
  readonly name: string;
  readonly description: string | null;
  readonly display: Flag;
  readonly healthFrequency: number;
  readonly healthDenominator: 'hours' | 'jobs';
  readonly healthChecksDisabled: Flag;
  readonly architecture: string | null;
  readonly processor: string | null;
  readonly cpuModel: string | null;
  readonly bits: number | null;
  readonly cores: string;
  readonly coreCount: number | null;
  readonly revisionId: number;
}

interface AliasRow {
  readonly name: string;
  readonly deviceType: string;
}

export interface TemplateRow {
  readonly name: string;
  readonly text: string;
  readonly revisionId: number;
}

export interface HealthCheckRow {
  readonly name: string;
  readonly job: string;
  readonly revisionId: number;
}

export interface WorkerRow {
  readonly hostname: string;
  readonly description: string | null;
  readonly health: WorkerHealth;
  readonly state: WorkerState;
  readonly version: string | null;
  readonly lastPing: string;
  readonly jobLimit: number;
  readonly env: string | null;
  readonly envDut: string | null;
  readonly dispatcherConfig: string | null;
  readonly certificate: string | null;
  /** The Z85 public key in `certificate`: one worker a key. */
  readonly publicKey: string | null;
  readonly revisionId: number;
}

export interface DeviceRow {
  readonly hostname: string;
  readonly deviceType: string;
  readonly worker: string | null;
  readonly description: string | null;
  readonly health: DeviceHealth;
  /** Why the health is what it is, in the words of whoever set it. */
  readonly healthReason: string | null;
  readonly version: string | null;
  readonly physicalOwner: string | null;
  readonly physicalGroup: string | null;
  readonly dictionary: string | null;
  /** The template that the dictionary extends, without `.jinja2`; null when it extends none. */
  readonly extendsTemplate: string | null;
  /** Number of its last job; 0: none yet. */
  readonly lastJob: number;
  readonly lastHealthReportJob: number | null;
  readonly revisionId: number;
}

export interface TagRow {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
}

export interface DevicePermissionRow {
  readonly id: number;
  readonly device: string;
  readonly groupName: string;
  readonly permission: string;
}

export interface DeviceTypePermissionRow {
  readonly id: number;
  readonly deviceType: string;
  readonly groupName: string;
  readonly permission: string;
}

export interface JobRow {
  readonly id: number;
  readonly submitter: string;
  readonly description: string;
  readonly definition: string;
  /** The real device type: an alias was looked up at submission. */
  readonly deviceType: string;
  readonly tags: string;
  readonly priority: number;
  /** `"public"`, `"personal"` or `{"group": [...]}` */
  readonly visibility: string;
  readonly state: JobState;
  readonly health: JobHealth;
  readonly healthCheck: Flag;
  readonly device: string | null;
  readonly worker: string | null;
  readonly submitTime: string;
  readonly startTime: string | null;
  readonly endTime: string | null;
  /** When a job that is still queued is cancelled (`timeouts.queue`). */
  readonly queueDeadline: string | null;
  readonly failureComment: string | null;
  /** What the log's `lava`/`job` result says, as soon as it was stored. */
  readonly result: TestResult | null;
  readonly errorType: string | null;
  readonly errorMessage: string | null;
  /** What the START message carries, fixed when the job was scheduled. */
  readonly deviceConfig: string | null;
  readonly dispatcherConfig: string | null;
  readonly env: string | null;
  readonly envDut: string | null;
  /** The revision that was in force when the job was scheduled. */
  readonly revisionId: number | null;
  /** When the process's END arrived although the log had no result yet. */
  readonly endedAt: string | null;
  readonly pipelineDescription: string | null;
  /** Lines in `jobLogs`. */
  readonly logLines: number;
  /** Lines taken from the dispatcher: those stored and the markers, which are not shown. */
  readonly logReceived: number;
}

/** `lineCount` lines from `firstIndex` on, each one closed by a newline. */
interface JobLogRow {
  readonly jobId: number;
  readonly firstIndex: number;
  readonly lineCount: number;
  readonly text: string;
}

export interface TestSuiteRow {
  readonly id: number;
  readonly jobId: number;
  readonly name: string;
}

export interface TestCaseRow {
  readonly id: number;
  readonly suiteId: number;
  readonly jobId: number;
  readonly name: string;
  readonly testSet: string | null;
  readonly result: TestResult;
  readonly measurement: string | null;
  readonly units: string;
  readonly metadata: string;
  readonly logged: string;
  /** Index of the log line that reported it, and of the first and last line of the test case itself. */
  readonly logLine: number;
  readonly startLogLine: number | null;
  readonly endLogLine: number | null;
}
