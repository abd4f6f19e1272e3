import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { LabSource } from '../../../src/controller/index.js';
import { openLabRepository, openRemoteRepository } from '../../../src/git/index.js';
import {
  isolatedGit,
  makeTestDirectory,
  makeTestRepository,
  testRepositoryAt,
} from '../../support/git/git-repository.js';
import { memorySource } from '../../support/lab/memory-source.js';
import { eventually } from '../../support/until.js';

interface Subject {
  readonly source: LabSource;
  /** Makes the branch point at a new commit; returns it. */
  readonly commit: () => Promise<string>;
  readonly remove: () => Promise<void>;
}

async function inMemory(): Promise<Subject> {
  const source = memorySource('1');
  let count = 1;
  return Promise.resolve({
    source,
    commit() {
      count += 1;
      source.commit(String(count));
      return Promise.resolve(String(count));
    },
    remove: () => Promise.resolve(),
  });
}

async function local(): Promise<Subject> {
  const repository = await makeTestRepository();
  await repository.commit({ 'lab-config/lab.yaml': 'x' });
  const source = await openLabRepository(repository.directory);
  return { source, commit: () => repository.commit({}), remove: () => repository.remove() };
}

async function remote(): Promise<Subject> {
  const state = await makeTestDirectory();
  const work = await makeTestRepository();
  const bare = testRepositoryAt(join(state, 'remote.git'));
  await work.git('init', '--quiet', '--bare', bare.directory);
  async function commit(): Promise<string> {
    const revision = await work.commit({ 'lab-config/lab.yaml': 'x' });
    await work.git('push', '--quiet', bare.directory, 'HEAD:main');
    return revision;
  }
  await commit();
  const options = { directory: join(state, 'cache'), branch: 'main', intervalMs: 50 };
  const source = await openRemoteRepository(`file://${bare.directory}`, options);
  return {
    source,
    commit,
    async remove() {
      await work.remove();
      await rm(state, { recursive: true });
    },
  };
}

describe.each([
  ['in memory', inMemory],
  ['in a repository', local],
  ['on a remote', remote],
])('a lab source %s', (_, make) => {
  let subject: Subject | null = null;
  let stop: (() => Promise<void>) | null = null;

  afterEach(async () => {
    await stop?.();
    await subject?.remove();
    stop = null;
    subject = null;
  });

  test('gives the head, its snapshot, and older ones', async () => {
    process.env.GIT_CONFIG_GLOBAL = isolatedGit.GIT_CONFIG_GLOBAL;
    subject = await make();
    const first = await subject.source.head();
    expect((await subject.source.snapshot(first)).revision).toBe(first);
    const second = await subject.commit();
    expect(await subject.source.head()).toBe(second);
    expect((await subject.source.snapshot(second)).revision).toBe(second);
    expect((await subject.source.snapshot(first)).revision).toBe(first);
  });

  test('rejects a commit that does not exist, without an empty snapshot', async () => {
    subject = await make();
    await expect(subject.source.snapshot('f'.repeat(40))).rejects.toMatchObject({ name: 'ExternalError' });
  });

  test('reports each new commit once, no earlier commit, and nothing after it was stopped', async () => {
    subject = await make();
    await subject.source.head();
    const seen: string[] = [];
    const errors: unknown[] = [];
    stop = await subject.source.watch(
      (revision) => seen.push(revision),
      (error) => errors.push(error),
    );
    const first = await subject.commit();
    await eventually(() => {
      expect(seen).toEqual([first]);
    });
    const second = await subject.commit();
    await eventually(() => {
      expect(seen).toEqual([first, second]);
    });
    await stop();
    await subject.commit();
    expect(seen).toEqual([first, second]);
    expect(errors).toEqual([]);
  });
});
