import type { LabSnapshot } from '../lab/index.js';
import type { ControllerStatus } from './status.js';

/** A lab repo, seen from the controller. Implemented by the room `git`. */
export interface LabSource {
  /** Where the lab lives, without credentials. */
  readonly repository: string;
  /** The commit that the watched branch points at now. */
  head(): Promise<string>;
  /**
   * All files of one revision.
   * @throws ExternalError
   */
  snapshot(revision: string): Promise<LabSnapshot>;
  /** Calls back within a second or so of every change of the branch, with the new commit. Returns a stop function. */
  watch(
    onChange: (revision: string) => void,
    onError: (error: unknown) => void,
  ): Promise<() => Promise<void>>;
}

/** Where other processes read the status. Implemented by the room `telemetry`. */
export interface StatusFile {
  /** Writes in the background; of several values only the newest. */
  write(status: ControllerStatus): void;
  /** Resolves when the newest value is written. */
  close(): Promise<void>;
}
