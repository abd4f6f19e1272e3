import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export const PYTHON = '/usr/bin/python3';
/** Relative to the project root, where npm runs everything: a compiled copy of this file is in another directory. */
export const SCRIPT = 'test/support/jinja-oracle.py';

/** The directory of device types of Debian's lava-server. */
export const DEVICE_TYPES = '/usr/share/lava-server/device-types';

/** A template to render, with the others that it may refer to. */
export interface OracleCase {
  readonly templates: Readonly<Record<string, string>>;
  readonly name: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** The outcome of a case in CPython's Jinja2: a string, or the class of the exception. */
export type Outcome = { readonly text: string } | { readonly error: string; readonly message: string };

/** Why this machine cannot compare with CPython's Jinja2, or null. With LAVAFLOW_REQUIRE_REAL=1, this is a failure. */
export function whyNoOracle(needsDeviceTypes: boolean): string | null {
  const found = spawnSync(PYTHON, ['-c', 'import jinja2, yaml'], { encoding: 'utf8' });
  const reason =
    found.status !== 0
      ? "Debian's python3-jinja2 and python3-yaml are not installed"
      : needsDeviceTypes && !existsSync(DEVICE_TYPES)
        ? "Debian's lava-server is not installed"
        : null;
  if (reason !== null && process.env['LAVAFLOW_REQUIRE_REAL'] === '1') throw new Error(reason);
  return reason;
}

/** CPython's Jinja2 as a long-lived process, so that a thousand cases need only one start. */
export class Oracle {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  constructor() {
    this.#process = spawn(PYTHON, ['-W', 'ignore', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** The outcomes of the cases, in order; `shared` are templates that all of them can use. */
  async render(
    cases: readonly OracleCase[],
    shared?: { readonly templates: Readonly<Record<string, string>>; readonly directory?: string },
  ): Promise<Outcome[]> {
    this.#process.stdin.write(`${JSON.stringify(shared === undefined ? { cases } : { cases, shared })}\n`);
    const answer = await this.#answers.next();
    if (answer.done === true) throw new Error('the Jinja2 process ended');
    return JSON.parse(answer.value) as Outcome[];
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('close', resolve));
    this.#process.stdin.end();
    await ended;
  }
}
