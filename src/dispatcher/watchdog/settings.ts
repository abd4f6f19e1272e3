import { join } from 'node:path';
import { packageDirectory } from '../../package/index.js';
import type { Isolation } from '../isolation/isolation.js';

/** What a watchdog needs to know besides the files of its job. */
export interface WatchdogSettings {
  /** The directory of the job. */
  readonly directory: string;
  readonly jobId: number;
  /** The executor. The watchdog appends `--dir DIR --job-id ID`. */
  readonly executorCommand: readonly string[];
  readonly isolation: Isolation;
  /** Delays after a cancellation until the second SIGTERM, and until everything is killed. */
  readonly termAgainAfterMs: number;
  readonly killAfterMs: number;
  /** How much longer than its own limit a stage of the executor may last. */
  readonly graceMs: number;
  /** How long powering off the board may take. */
  readonly powerOffMs: number;
}

/** The environment of the executor, which includes the cookie of the job. */
export interface JobProcesses {
  readonly environment: Readonly<Record<string, string>>;
  readonly cookie: string;
}

/** The command that starts a watchdog. */
export function watchdogCommand(settings: WatchdogSettings): readonly string[] {
  const program = join(packageDirectory(), 'dist/bundle/watchdog.js');
  return [process.execPath, program, JSON.stringify(settings)];
}
