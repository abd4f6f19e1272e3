import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { JobFailure } from '../failure.js';
import type { JobLog } from '../log/job-log.js';
import { TargetLines } from '../log/target-lines.js';
import type { Scope } from '../pipeline/scope.js';
import type { Regex } from '../../regex/index.js';
import { describePatterns } from '../pattern.js';
import { ExpectBuffer, type Found } from './expect-buffer.js';
import { endProcess, spawnTied } from './spawn.js';

/** How long to wait for a pattern. Without `limitMs`, until the action times out. */
export interface Wait {
  readonly scope: Scope;
  readonly limitMs?: number;
  /** What the patterns mean, for the message of a timeout. Default: the patterns themselves. */
  readonly what?: string;
}

/**
 * A console: the input and output of a connection program (`telnet`, `ser2net` clients, QEMU itself).
 *
 * States: open -> closed (the program ended, or `close` was called). Text is logged line by line as it arrives, and kept in
 * a bounded buffer until it is matched.
 */
export class ConsoleSession {
  readonly #buffer = new ExpectBuffer();
  readonly #lines: TargetLines;
  readonly #waiters = new Set<() => void>();
  #closedBecause: string | undefined;
  /** Set when nothing waits for the text any more. Then it is logged as feedback of this namespace. */
  #feedbackOf: string | undefined;

  readonly #child: ChildProcessWithoutNullStreams;
  readonly #log: JobLog;
  /** Whether to ask QEMU to power off before ending it. */
  readonly #kind: 'serial' | 'qemu';

  private constructor(child: ChildProcessWithoutNullStreams, log: JobLog, kind: 'serial' | 'qemu') {
    this.#child = child;
    this.#log = log;
    this.#kind = kind;
    this.#lines = new TargetLines((line) => {
      if (this.#feedbackOf === undefined) log.append('target', line);
      else log.append('feedback', line, this.#feedbackOf);
    });
    const errors = new TargetLines((line) => {
      log.append('target', line);
    });
    this.#read(child.stdout, this.#lines);
    this.#read(child.stderr, errors);
    child.stdin.on('error', () => undefined); // the program has ended: 'close' reports it
    child.on('error', (error) => {
      this.#end(error.message);
    });
    child.on('close', (code, signal) => {
      errors.flush();
      this.#end(code === null ? `killed by ${signal ?? 'a signal'}` : `exit code ${code}`);
    });
  }

  static start(words: readonly [string, ...string[]], log: JobLog, kind: 'serial' | 'qemu'): ConsoleSession {
    return new ConsoleSession(spawnTied(words), log, kind);
  }

  get isOpen(): boolean {
    return this.#closedBecause === undefined;
  }

  /**
   * Waits for the first match of any of the patterns.
   * @throws JobFailure: Infrastructure when the connection closes, Job when `limitMs` is exceeded, and the scope's own when
   *   the action times out or the job is canceled
   */
  async expect(patterns: readonly Regex[], wait: Wait): Promise<Found> {
    this.#buffer.restart();
    const what = wait.what ?? describePatterns(patterns);
    return this.#until(() => this.#buffer.take(patterns), { ...wait, what });
  }

  /** Waits for the end of the current line. */
  async readLine(wait: Wait): Promise<string> {
    return this.#until(() => this.#buffer.takeLine(), { ...wait, what: 'the end of a line' });
  }

  /** Types a line and a line end. Waits `delayMs` after each character, for slow consoles. */
  async sendLine(line: string, delayMs: number, scope: Scope): Promise<void> {
    this.#log.append('input', `${line}\n`);
    await this.#type(`${line}\n`, delayMs, scope);
  }

  /** Types characters without a line end. */
  async send(characters: string, delayMs: number, scope: Scope): Promise<void> {
    this.#log.append('input', characters);
    await this.#type(characters, delayMs, scope);
  }

  /** Types a control character: `c` is ^C. */
  sendControl(letter: string): void {
    this.#log.append('input', `^${letter.toUpperCase()}`);
    this.#child.stdin.write(String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 0x1f));
  }

  /** Logs text as feedback until nothing arrives for `quietMs`, or for at most `maxMs`. */
  async drain(namespace: string, quietMs: number, maxMs: number): Promise<void> {
    this.#feedbackOf = namespace;
    const endMs = performance.now() + maxMs;
    let isQuiet = false;
    while (!isQuiet && this.isOpen && performance.now() < endMs) {
      isQuiet = await this.#isQuietFor(Math.min(quietMs, endMs - performance.now()));
    }
  }

  /** Ends the connection and its program. Never throws. */
  async close(): Promise<void> {
    if (this.isOpen && this.#kind === 'qemu') {
      this.#log.append('input', 'poweroff\n');
      this.#child.stdin.write('poweroff\n');
      await this.#waitForEnd(5000);
    }
    this.#child.stdin.end();
    await endProcess(this.#child, 2000);
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
    this.#end('closed');
  }

  async #type(characters: string, delayMs: number, scope: Scope): Promise<void> {
    scope.throwIfAborted();
    if (this.#closedBecause !== undefined) throw closed(this.#closedBecause);
    if (delayMs <= 0) {
      this.#child.stdin.write(characters);
      return;
    }
    for (const character of characters) {
      this.#child.stdin.write(character);
      await scope.sleep(delayMs);
    }
  }

  #read(stream: NodeJS.ReadableStream, lines: TargetLines): void {
    const decoder = new StringDecoder('utf8');
    stream.on('data', (chunk: Buffer) => {
      if (this.#log.isFull) {
        // A console that prints without end would delay the power-off.
        stream.pause();
        return;
      }
      const text = decoder.write(chunk);
      this.#buffer.push(text);
      lines.push(text);
      this.#wake();
    });
  }

  #end(why: string): void {
    if (this.#closedBecause !== undefined) return;
    this.#closedBecause = why;
    this.#lines.flush();
    this.#wake();
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }

  async #until<T>(
    look: () => T | undefined,
    { scope, limitMs, what }: Wait & { readonly what: string },
  ): Promise<T> {
    scope.throwIfAborted();
    scope.waitingFor = what;
    return new Promise<T>((resolve, reject) => {
      const timer =
        limitMs === undefined
          ? undefined
          : setTimeout(() => {
              const seconds = Math.round(limitMs / 1000);
              done();
              this.#lines.flush();
              reject(new JobFailure('Job', `timed out after ${seconds} seconds while waiting for ${what}`));
            }, limitMs);
      const done = () => {
        clearTimeout(timer);
        this.#waiters.delete(attempt);
        scope.waitingFor = undefined;
        scope.signal.removeEventListener('abort', onAbort);
      };
      const onAbort = () => {
        done();
        // An incomplete line is usually the prompt that nothing matched.
        this.#lines.flush();
        reject(scope.signal.reason as JobFailure);
      };
      const attempt = () => {
        let found: T | undefined;
        try {
          found = look();
        } catch (error) {
          done();
          reject(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        if (found !== undefined) {
          done();
          resolve(found);
        } else if (this.#closedBecause !== undefined) {
          done();
          reject(closed(this.#closedBecause));
        }
      };
      scope.signal.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(attempt);
      attempt();
    });
  }

  async #waitForEnd(maxMs: number): Promise<void> {
    const endMs = performance.now() + maxMs;
    while (this.isOpen && performance.now() < endMs) await this.#isQuietFor(endMs - performance.now());
  }

  async #isQuietFor(durationMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (isQuiet: boolean) => {
        clearTimeout(timer);
        this.#waiters.delete(onText);
        resolve(isQuiet);
      };
      const onText = () => {
        done(false);
      };
      const timer = setTimeout(
        () => {
          done(true);
        },
        Math.max(0, durationMs),
      );
      this.#waiters.add(onText);
    });
  }
}

function closed(why: string): JobFailure {
  return new JobFailure('Infrastructure', `the connection to the console closed (${why})`);
}
