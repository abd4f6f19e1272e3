import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

import { formatRelease } from '../../../src/model/index.js';

const python = '/usr/bin/python3';
/** Relative to the project root, where npm runs everything: a compiled copy of this file is in another directory. */
const script = 'test/support/schemas/genuine.py';

/** How LAVA reads a text: `validate` and `strict` are `jobs validate` without and with `--strict`. */
export type SchemaKind = 'device' | 'submission' | 'validate' | 'strict';

/** A release whose genuine schemas can be asked. */
export interface GenuineSchemas {
  readonly release: number;
  /** Its root directory or its Python packages; null for the release that is installed on this machine. */
  readonly root: string | null;
}

/** The releases to compare with, and the environment variable with the root directory of each. */
const releases = [
  { release: 202012, variable: 'LAVAFLOW_LAVA_2020_12' },
  { release: 202301, variable: 'LAVAFLOW_LAVA_2023_01' },
  { release: 202610, variable: 'LAVAFLOW_LAVA_2026_10' },
];

/**
 * The releases that this machine has. Debian's LAVA 2023.01 is used if it is installed. For others, an environment variable
 * contains the root directory of a system where that release is installed, or a directory with its packages `lava_common` and
 * `lava_scheduler_app`.
 * @returns the available releases, and why each of the others is missing
 */
export function findGenuineSchemas(): { found: readonly GenuineSchemas[]; missing: readonly string[] } {
  const found: GenuineSchemas[] = [];
  const missing: string[] = [];
  for (const { release, variable } of releases) {
    const root = process.env[variable] ?? null;
    const isInstalled = release === 202301 && root === null && isOnThisMachine();
    if (isInstalled || (root !== null && existsSync(root))) found.push({ release, root });
    else missing.push(`LAVA ${formatRelease(release)}: set ${variable} to the root of a system with this release`);
  }
  return { found, missing };
}

function isOnThisMachine(): boolean {
  return spawnSync(python, ['-W', 'ignore', script], { input: '', stdio: ['pipe', 'ignore', 'ignore'] }).status === 0;
}

/** The schemas of one release in a long-lived process, so that thousands of cases need only one start. */
export class SchemaOracle {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  constructor({ root }: GenuineSchemas) {
    const parameters = ['-W', 'ignore', script, ...(root === null ? [] : [root])];
    this.#process = spawn(python, parameters, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Why LAVA rejects each text, in order; null if it accepts it. */
  async ask(cases: readonly (readonly [kind: SchemaKind, text: string])[]): Promise<(string | null)[]> {
    this.#process.stdin.write(`${JSON.stringify(cases)}\n`);
    const answer = await this.#answers.next();
    if (answer.done === true) throw new Error('the process with the schemas of LAVA ended');
    return JSON.parse(answer.value) as (string | null)[];
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('close', resolve));
    this.#process.stdin.end();
    await ended;
  }
}
