import type { WriteBackChoices } from './write-back.js';

export interface DriftOptions {
  /** The lab's directory. */
  readonly lab: string;
  /** Compare with this revision; default: the one that was last applied. */
  readonly rev?: string | undefined;
  /** Default: all masters that are not off. */
  readonly master?: string | undefined;
  /** Where applied state is stored: `file` or `git:REMOTE`. */
  readonly records: string;
  /** Write the drift to a branch of the lab. Null: only report it. */
  readonly writeBack: WriteBackChoices | null;
}
