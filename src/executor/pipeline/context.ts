import type { ConsoleSession } from '../console/session.js';
import type { DeviceConfiguration } from '../../job/index.js';
import type { RunnableJob } from '../supported/runnable-job.js';
import type { JobLog } from '../log/job-log.js';

/** A file that deploy brought, under its label in the job. */
interface DeployedImage {
  readonly file: string;
  readonly imageArg: string | undefined;
}

/** What the actions of one namespace leave for each other. */
export interface NamespaceData {
  readonly images: Map<string, DeployedImage>;
  session: ConsoleSession | undefined;
  bootCommands: readonly string[];
  /** `{SERVER_IP}` and so on, for boot commands and interactive scripts. */
  substitutions: Readonly<Record<string, string>>;
}

/** One running job. */
export interface JobContext {
  readonly id: string;
  readonly definition: RunnableJob;
  readonly device: DeviceConfiguration;
  /** The worker's dispatcher.yaml. */
  readonly dispatcher: Readonly<Record<string, unknown>>;
  /** Variables for the board's shell: the worker's env-dut.yaml. */
  readonly boardEnvironment: Readonly<Record<string, string>>;
  readonly log: JobLog;
  /** Removed when the job ends. */
  readonly workDirectory: string;
  readonly namespaces: Map<string, NamespaceData>;
}

export function namespaceData(job: JobContext, namespace: string): NamespaceData {
  const known = job.namespaces.get(namespace);
  if (known !== undefined) return known;
  const fresh: NamespaceData = { images: new Map(), session: undefined, bootCommands: [], substitutions: {} };
  job.namespaces.set(namespace, fresh);
  return fresh;
}
