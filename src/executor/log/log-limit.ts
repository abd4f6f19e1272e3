import type { JobLimits } from '../../job/index.js';
import { mebibytes } from '../mebibytes.js';

/** A job may write this many seconds' worth of its rate at once, such as the messages of a kernel. */
const burstSeconds = 16;

/** Levels of text that comes from a board, or from a program on the worker. */
const foreignLevels: ReadonlySet<string> = new Set(['target', 'feedback', 'input', 'debug', 'event']);

/**
 * How much a job may log. within -> exceeded. Once a limit is exceeded, text of boards and programs is dropped, and what the
 * executor itself has to report about the end of the job is still written.
 */
export class LogLimit {
  #bytes = 0;
  #lines = 0;
  #level = 0;
  #levelAtMs = 0;
  #isExceeded = false;

  readonly #limits: JobLimits;
  readonly #onExceeded: (message: string) => void;

  /** @param onExceeded called once, with a sentence about the limit */
  constructor(limits: JobLimits, onExceeded: (message: string) => void) {
    this.#limits = limits;
    this.#onExceeded = onExceeded;
  }

  get isExceeded(): boolean {
    return this.#isExceeded;
  }

  /** Whether to write a line. @param nowMs increases, from any start */
  admits(level: string, bytes: number, nowMs: number): boolean {
    if (this.#isExceeded) return !foreignLevels.has(level);
    this.#bytes += bytes;
    this.#lines += 1;
    const { logBytes, logLines, logBytesPerSecond } = this.#limits;
    // Drains at the rate of the limit, and overflows if it is filled faster for too long.
    const drained = (Math.max(0, nowMs - this.#levelAtMs) / 1000) * logBytesPerSecond;
    this.#level = Math.max(0, this.#level - drained) + bytes;
    this.#levelAtMs = nowMs;
    if (this.#bytes > logBytes) this.#exceed(`more than ${mebibytes(logBytes)}`, 'log_mib');
    else if (this.#lines > logLines) this.#exceed(`more than ${logLines} lines`, 'log_lines');
    else if (this.#level > logBytesPerSecond * burstSeconds) {
      this.#exceed(`more than ${logBytesPerSecond / 1024} KiB per second for too long`, 'log_kib_per_second');
    }
    return true;
  }

  #exceed(what: string, setting: string): void {
    this.#isExceeded = true;
    this.#onExceeded(`the job logs ${what} (${setting} in the worker's dispatcher.yaml)`);
  }
}
