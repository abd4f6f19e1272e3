import type { LabSnapshot } from '../lab/index.js';
import type { ControllerStatus } from './status.js';

/** A lab repo from the perspective of the controller. Implemented by the room `git`. */
export interface LabSource {
  /** The location of the lab, without credentials. */
  readonly repository: string;
  /** The commit that the watched branch points to now. */
  head(): Promise<string>;
  /**
   * All files of one revision.
   * @throws ExternalError
   */
  snapshot(revision: string): Promise<LabSnapshot>;
  /** Calls back within about a second of every change of the branch, with the new commit. @returns a function that stops it */
  watch(
    onChange: (revision: string) => void,
    onError: (error: unknown) => void,
  ): Promise<() => Promise<void>>;
}

/** Where other processes can read the status. Implemented by the room `telemetry`. */
export interface StatusFile {
  /** Writes in the background; if several values are waiting, only the newest. */
  write(status: ControllerStatus): void;
  /** Resolves when the newest value has been written. */
  close(): Promise<void>;
}
