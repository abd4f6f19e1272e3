import type {
  Alias,
  Device,
  DeviceType,
  HealthCheck,
  Job,
  Principal,
  Revision,
  Tag,
  Template,
  TestCase,
  TestSuite,
  Token,
  Worker,
} from '../values.js';
import type { Columns, Flag } from './columns.js';

/** The tables of the master's database, the same on SQLite and PostgreSQL. IDs come from `counters`. */
export interface Tables {
  readonly counters: { readonly name: string; readonly value: number };
  readonly tokens: Columns<Token>;
  readonly revisions: Columns<Revision>;
  readonly principals: Columns<Principal>;
  readonly groupMembers: { readonly groupName: string; readonly username: string };
  readonly groupPermissions: { readonly groupName: string; readonly permission: string };
  readonly deviceTypes: DeviceTypeRow;
  readonly aliases: Columns<Alias>;
  readonly templates: Columns<Template>;
  readonly healthChecks: Columns<HealthCheck>;
  readonly workers: Columns<Worker>;
  readonly devices: Columns<Device>;
  readonly tags: Columns<Tag>;
  readonly deviceTags: { readonly device: string; readonly tagId: number };
  readonly devicePermissions: PermissionRow & { readonly device: string };
  readonly deviceTypePermissions: PermissionRow & { readonly deviceType: string };
  readonly jobs: Columns<Job>;
  readonly jobLogs: JobLogRow;
  readonly testSuites: Columns<TestSuite>;
  readonly testCases: TestCaseRow;
}

export interface DeviceTypeRow extends Omit<Columns<DeviceType>, 'healthCheckFrequency'> {
  readonly display: Flag;
  readonly healthFrequency: number;
  readonly healthDenominator: 'hours' | 'jobs';
}

interface PermissionRow {
  readonly id: number;
  readonly groupName: string;
  readonly permission: string;
}

/** `lineCount` lines from `firstIndex` on, each terminated with a newline. */
interface JobLogRow {
  readonly jobId: number;
  readonly firstIndex: number;
  readonly lineCount: number;
  readonly text: string;
}

/** A measurement is stored as text to keep its digits. */
interface TestCaseRow extends Omit<Columns<TestCase>, 'suite' | 'measurement'> {
  readonly measurement: string | null;
}
