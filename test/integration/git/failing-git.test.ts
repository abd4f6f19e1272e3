import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { ExternalError } from '../../../src/diagnostics/index.js';
import {
  countUncommitted,
  initRepository,
  listTracked,
  openLabRepository,
  readWorkingTree,
} from '../../../src/git/index.js';

const path = process.env.PATH;
let directory: string;
let lab: string;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lavaflow-git-'));
  lab = join(directory, 'lab');
  mkdirSync(join(lab, 'device-types'), { recursive: true });
  writeFileSync(join(lab, 'device-types/a.jinja2'), 'a');
  await initRepository(lab, { message: 'First' });
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(directory, { recursive: true });
});

/** What happens to git when memory runs out: it is killed silently, perhaps after some output. */
function breakGit(script: string): void {
  const git = join(directory, 'git');
  writeFileSync(git, `#!/bin/sh\ncat >/dev/null\n${script}\n`);
  chmodSync(git, 0o755);
  process.env.PATH = `${directory}:${path ?? ''}`;
}

const reads: [string, () => Promise<unknown>][] = [
  ['what is committed', () => listTracked(lab, '.lavaflow')],
  ['what is not committed', () => countUncommitted(lab)],
  ['the working tree', () => readWorkingTree(lab)],
  ['a repository', () => openLabRepository(lab)],
  ['a new repository', () => initRepository(join(directory, 'new'), { message: 'First' })],
];

test.each(reads)('%s: a git process that is killed is a failure, never an empty result', async (_, read) => {
  for (const script of ['kill -9 $$', 'echo half; kill -9 $$', 'exit 2']) {
    breakGit(script);
    await expect(read()).rejects.toBeInstanceOf(ExternalError);
  }
});

test('a revision that a killed git did not find is not reported as unknown', async () => {
  const repository = await openLabRepository(lab);
  breakGit('kill -9 $$');
  await expect(repository.snapshot('HEAD')).rejects.toBeInstanceOf(ExternalError);
});
