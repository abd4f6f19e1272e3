import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, readFileSync, rmSync, writeFileSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { PartName } from './plan.js';

/** npm runs its scripts in the package's directory. */
export const executable = join(process.cwd(), 'bin/lavaflow');

export interface PartOptions {
  readonly name: PartName;
  /** The command line, which may depend on where the other parts listen. */
  readonly command: () => readonly string[];
  readonly cwd: string;
  readonly env: () => Readonly<Record<string, string>>;
  readonly logFile: string;
  /** The file with the difference of its clock in seconds; null without libfaketime. */
  readonly clockFile: string | null;
}

/** The library is for the part alone: jobs run as users that cannot open what it shares. */
const forgetClock = `data:text/javascript,${encodeURIComponent(
  'for (const name of ["LD_PRELOAD", "FAKETIME_SHARED"]) delete process.env[name];',
)}`;

const readyMs = 60_000;
const retryMs = 2000;

/**
 * One part of the lab in a process of its own, which can be killed, stopped and started.
 *
 *   down -> starting -> ready; starting or ready -> down (killed, stopped, or ended by itself)
 */
export class Part {
  readonly name: PartName;
  /** How often it ended without being asked to, and how. */
  readonly ownEnds: string[] = [];
  readonly #options: PartOptions;
  readonly #log: WriteStream;
  #child: ChildProcess | null = null;
  #facts: ReadonlyMap<string, string> | null = null;
  /** The start that may still be retried; a later one replaces it. */
  #generation = 0;

  constructor(options: PartOptions) {
    this.name = options.name;
    this.#options = options;
    this.#log = createWriteStream(options.logFile, { flags: 'a' });
    this.setClock(0);
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** What it printed when it became ready; null if it is not ready. */
  get facts(): ReadonlyMap<string, string> | null {
    return this.#facts;
  }

  /** Starts it, and starts it again when it ends by itself, until it is killed or stopped. */
  start(): void {
    this.#generation += 1;
    this.#launch(this.#generation);
  }

  /** Resolves when it is ready. @throws Error if it takes too long */
  async ready(timeoutMs = readyMs): Promise<ReadonlyMap<string, string>> {
    const end = performance.now() + timeoutMs;
    while (this.#facts === null) {
      if (performance.now() > end) throw new Error(`${this.name} is not ready within ${timeoutMs / 1000} s`);
      await wait(20);
    }
    return this.#facts;
  }

  /** Sends a signal and expects the part to end: nothing starts it again. Resolves when it has ended. */
  async end(signal: 'SIGKILL' | 'SIGTERM', timeoutMs = 60_000): Promise<number | null> {
    this.#generation += 1;
    const child = this.#child;
    if (child === null) return 0;
    child.kill(signal);
    const end = performance.now() + timeoutMs;
    while (child.exitCode === null && child.signalCode === null) {
      if (performance.now() > end) {
        child.kill('SIGKILL');
        throw new Error(`${this.name} did not end within ${timeoutMs / 1000} s after ${signal}`);
      }
      await wait(20);
    }
    return child.exitCode;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  setClock(seconds: number): void {
    const { clockFile } = this.#options;
    if (clockFile !== null) writeFileSync(clockFile, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  }

  logText(): string {
    return readFileSync(this.#options.logFile, 'utf8');
  }

  note(text: string): void {
    this.#log.write(`--- ${text}\n`);
  }

  #launch(generation: number): void {
    const { command, cwd, env, name } = this.#options;
    const child = spawn(process.execPath, ['--import', forgetClock, executable, ...command()], {
      cwd,
      env: env(),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child = child;
    this.#facts = null;
    let text = '';
    child.stdout.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      if (this.#child === child && /^ready$/m.test(text)) this.#facts = factsOf(text);
    });
    child.stderr.on('data', (bytes: Buffer) => this.#log.write(bytes));
    child.once('exit', (code, signal) => {
      // What libfaketime leaves when its process is killed.
      for (const file of [`faketime_shm_${child.pid}`, `sem.faketime_sem_${child.pid}`])
        rmSync(join('/dev/shm', file), { force: true });
      if (this.#child === child) {
        this.#child = null;
        this.#facts = null;
      }
      if (generation !== this.#generation) return;
      const how = signal ?? `exit code ${code ?? 'unknown'}`;
      this.note(`${name} ended by itself: ${how}`);
      this.ownEnds.push(how);
      setTimeout(() => {
        if (generation === this.#generation) this.#launch(generation);
      }, retryMs);
    });
  }
}

function factsOf(text: string): ReadonlyMap<string, string> {
  const lines = text.trimEnd().split('\n').slice(0, -1);
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]));
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
