import { isReservedSuite, reservedSuite } from '../../job/index.js';
import { dumpFlow, maxLineLength, type LogMapping, type LogValue } from './flow-line.js';
import type { LogLimit } from './log-limit.js';
import { formatTimestamp } from './timestamp.js';

/** LAVA's log levels. `target`: printed by the board; `input`: typed into its console. */
export type LogLevel =
  'debug' | 'info' | 'warning' | 'error' | 'exception' | 'input' | 'target' | 'feedback' | 'event';

type MarkerKind = 'start_test_case' | 'end_test_case' | 'test_case';

/** A result for the log, with LAVA's names: definition (suite), case, result, and optional details. */
export interface ResultLine extends LogMapping {
  readonly definition: string;
  readonly case: string;
  readonly result: string;
}

/** A result of the executor itself: an action, the validation, or the whole job. */
export interface OwnResult extends LogMapping {
  readonly case: string;
  readonly result: string;
}

/** The maximum number of open test cases. Only a broken board exceeds it; then the oldest are dropped. */
const maxOpenMarkers = 10_000;

/**
 * The log of one job. It passes lines in LAVA's format to `write`, one at a time and without line ends. It counts the lines
 * because a result reports the lines where its test case started and ended (`starttc`, `endtc`, counted from 0).
 */
export class JobLog {
  #lineCount = 0;
  readonly #markers = new Map<string, Partial<Record<MarkerKind, number>>>();

  readonly #write: (line: string) => void;
  readonly #nowEpochMs: () => number;
  #limit: LogLimit | undefined;

  constructor(
    write: (line: string) => void,
    nowEpochMs: () => number = () => performance.timeOrigin + performance.now(),
  ) {
    this.#write = write;
    this.#nowEpochMs = nowEpochMs;
  }

  /** From now on, the log may grow only as far as `limit` allows. */
  limitTo(limit: LogLimit): void {
    this.#limit = limit;
  }

  /** The job is ending because it has logged too much: text of boards and programs is dropped. */
  get isFull(): boolean {
    return this.#limit?.isExceeded === true;
  }

  debug(message: string): void {
    this.append('debug', message);
  }
  info(message: string): void {
    this.append('info', message);
  }
  warning(message: string): void {
    this.append('warning', message);
  }
  error(message: string): void {
    this.append('error', message);
  }
  exception(message: string): void {
    this.append('exception', message);
  }

  append(level: LogLevel, message: string, namespace?: string): void {
    this.#put(level, message, namespace === undefined ? {} : { ns: namespace });
  }

  /** Records the last written line as the place of a test case. */
  mark(testCase: string, kind: MarkerKind): void {
    const oldest = this.#markers.keys().next();
    if (this.#markers.size >= maxOpenMarkers && oldest.done === false) this.#markers.delete(oldest.value);
    const marks = this.#markers.get(testCase) ?? {};
    marks[kind] = Math.max(0, this.#lineCount - 1);
    this.#markers.set(testCase, marks);
  }

  /**
   * Writes the result of a test. Refuses the reserved suite: whatever a job or a console names, only the executor itself
   * reports on its actions and on the whole job.
   */
  result(result: ResultLine): void {
    if (isReservedSuite(result.definition)) {
      this.error(
        `the result of ${JSON.stringify(result.case.slice(0, 100))} is ignored: the suite "${reservedSuite}" is reserved`,
      );
      return;
    }
    this.#putResult(result);
  }

  /** Writes a result of the executor itself, in the suite `lava`. */
  ownResult(result: OwnResult): void {
    this.#putResult({ ...result, definition: reservedSuite });
  }

  #putResult(result: ResultLine): void {
    const marks = this.#markers.get(result.case);
    this.#markers.delete(result.case);
    const start = marks?.start_test_case ?? marks?.test_case;
    const end = marks?.end_test_case ?? marks?.test_case;
    const places = {
      ...(start === undefined ? {} : { starttc: start }),
      ...(end === undefined ? {} : { endtc: end }),
    };
    this.#put('results', { ...result, ...places }, {});
  }

  #put(level: string, message: LogValue, extra: LogMapping): void {
    const nowMs = this.#nowEpochMs();
    const line: LogMapping = { dt: formatTimestamp(nowMs), lvl: level, ...extra };
    const whole = dumpFlow({ ...line, msg: message });
    const text = whole.length < maxLineLength ? whole : dumpFlow({ ...line, msg: tooLong(message) });
    if (this.#limit?.admits(level, Buffer.byteLength(text) + 1, nowMs) === false) return;
    this.#write(text);
    this.#lineCount += 1;
  }
}

function tooLong(message: LogValue): LogValue {
  const why = 'a line of a million characters or more was omitted';
  if (typeof message === 'string' || message === null || typeof message !== 'object') return why;
  const kept = Object.entries(message).filter(
    ([key, value]) => ['definition', 'case', 'result'].includes(key) && String(value).length < 1000,
  );
  return { ...Object.fromEntries<LogValue>(kept), skip: why };
}
