import type { ConsoleSession } from '../console/session.js';
import type { DeviceConfiguration, WorkerSettings } from '../../job/index.js';
import type { RunnableJob } from '../supported/runnable-job.js';
import type { JobLog } from '../log/job-log.js';
import type { UndoList } from '../undo-list.js';

/** A deployed file, with its label in the job. */
interface DeployedImage {
  readonly file: string;
  readonly imageArg: string | undefined;
}

/** State that the actions of one namespace share. */
export interface NamespaceData {
  readonly images: Map<string, DeployedImage>;
  session: ConsoleSession | undefined;
  bootCommands: readonly string[];
  /** `{SERVER_IP}` and other values, for boot commands and interactive scripts. */
  substitutions: Readonly<Record<string, string>>;
}

/** A running job. */
export interface JobContext {
  readonly id: string;
  readonly definition: RunnableJob;
  readonly device: DeviceConfiguration;
  /** What the worker lets jobs use. */
  readonly settings: WorkerSettings;
  /** The worker's dispatcher.yaml. */
  readonly dispatcher: Readonly<Record<string, unknown>>;
  /** Variables for the board's shell, from the worker's env-dut.yaml. */
  readonly boardEnvironment: Readonly<Record<string, string>>;
  readonly log: JobLog;
  readonly undoList: UndoList;
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
