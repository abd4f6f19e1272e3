/** A new lab repo is created completely or not at all, even after Ctrl-C. */
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { makeRepository } from '../../../src/app/new-lab/new-repository.js';
import { expectOwnState } from '../../../src/app/state/index.js';
import { makeTestRepository } from '../../support/git/git-repository.js';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'lavaflow-new-'));
});
afterEach(() => {
  rmSync(parent, { recursive: true });
});

const files = new Map([
  ['lab-config/lab.yaml', { type: 'file', content: new TextEncoder().encode('kind: Lab\n') } as const],
]);

it('stops when it is interrupted, as soon as there is something to remove', async () => {
  const controller = new AbortController();
  let isArmed = false;
  const made = makeRepository({
    directory: join(parent, 'deep/lab'),
    files,
    message: 'Begin',
    prepare: ({ directory }) => {
      expect(isArmed).toBe(true);
      expect(readdirSync(directory)).toContain('lab-config');
      controller.abort(new Error('stopped'));
      return Promise.resolve();
    },
    interruption: {
      signal: controller.signal,
      arm: () => {
        isArmed = true;
      },
    },
  });
  await expect(made).rejects.toThrow('stopped');
  expect(readdirSync(parent)).toEqual([]);
});

it('reports the interruption, not what failed because of it', async () => {
  const controller = new AbortController();
  const made = makeRepository({
    directory: join(parent, 'lab'),
    files,
    message: 'Begin',
    prepare: () => {
      controller.abort(new Error('stopped'));
      return Promise.reject(new Error('git was killed'));
    },
    interruption: { signal: controller.signal, arm: () => undefined },
  });
  await expect(made).rejects.toThrow('stopped');
  expect(readdirSync(parent)).toEqual([]);
});

it('refuses committed local state, even a dangling link', async () => {
  const repository = await makeTestRepository();
  try {
    await expectOwnState(repository.directory);
    symlinkSync('/nonexistent/place', join(repository.directory, '.lavaflow'));
    await expectOwnState(repository.directory);
    await repository.git('add', '-f', '.lavaflow');
    await expect(expectOwnState(repository.directory)).rejects.toThrow('.lavaflow is committed');
  } finally {
    await repository.remove();
  }
});
