/** Where the running lavaflow was installed from, which is what the workflow of a new lab installs. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { findOwnSource } from '../../../src/app/new-lab/own-source.js';
import { makeTestDirectory, makeTestRepository, testRepositoryAt } from '../../support/git/git-repository.js';

let directory: string;
beforeEach(async () => {
  directory = await makeTestDirectory();
});
afterEach(() => testRepositoryAt(directory).remove());

it.each([
  ['https://github.com/example/lavaflow.git', 'https://github.com/example/lavaflow.git'],
  ['git@github.com:example/lavaflow.git', 'https://github.com/example/lavaflow.git'],
  ['ssh://git@git.example.org/~me/lavaflow', 'https://git.example.org/~me/lavaflow'],
  ['https://me:secret@git.example.org/lavaflow', 'https://git.example.org/lavaflow'],
  ['/srv/git/lavaflow.git', null],
  ['https://git.example.org/lava flow', null],
  [null, null],
])('a clone of %s is named %s', async (origin, repository) => {
  const clone = await makeTestRepository();
  try {
    const commit = await clone.commit({ 'package.json': '{}' });
    if (origin !== null) await clone.git('remote', 'add', 'origin', origin);
    expect(await findOwnSource(`${clone.directory}/`)).toEqual(
      repository === null ? null : { repository, commit },
    );
  } finally {
    await clone.remove();
  }
});

it.each([
  [
    `git+ssh://git@github.com/example/lavaflow.git#${'a'.repeat(40)}`,
    'https://github.com/example/lavaflow.git',
  ],
  [`git+https://git.example.org/lavaflow.git#${'a'.repeat(40)}`, 'https://git.example.org/lavaflow.git'],
  ['https://registry.example.org/lavaflow/-/lavaflow-0.1.0.tgz', null],
])('what npm installed from %s is named %s', async (resolved, repository) => {
  await testRepositoryAt(directory).write({
    'node_modules/.package-lock.json': JSON.stringify({
      packages: { 'node_modules/lavaflow': { resolved } },
    }),
    'node_modules/lavaflow/package.json': '{}',
  });
  const source = await findOwnSource(join(directory, 'node_modules/lavaflow/'));
  expect(source).toEqual(repository === null ? null : { repository, commit: 'a'.repeat(40) });
});

it('is unknown without either, or if the lock file is broken', async () => {
  expect(await findOwnSource(directory)).toBeNull();
  await testRepositoryAt(directory).write({ 'node_modules/.package-lock.json': '{' });
  expect(await findOwnSource(join(directory, 'node_modules/lavaflow/'))).toBeNull();
});
