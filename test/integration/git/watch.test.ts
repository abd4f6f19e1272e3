import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LabSource } from '../../../src/controller/index.js';
import { openLabRepository } from '../../../src/git/index.js';
import {
  isolatedGit,
  makeTestRepository,
  testRepositoryAt,
  type TestRepository,
} from '../../support/git/git-repository.js';
import { slowness } from '../../support/clocks.js';
import { eventually } from '../../support/until.js';

let repository: TestRepository;
let stops: (() => Promise<void>)[];
beforeEach(async () => {
  process.env.GIT_CONFIG_GLOBAL = isolatedGit.GIT_CONFIG_GLOBAL;
  repository = await makeTestRepository();
  await repository.commit({ 'lab-config/lab.yaml': 'one' }, 'first');
  stops = [];
});
afterEach(async () => {
  for (const stop of stops) await stop();
  await repository.remove();
});

interface Seen {
  readonly revisions: string[];
  readonly errors: unknown[];
  readonly stop: () => Promise<void>;
}

async function watch(lab: LabSource): Promise<Seen> {
  const revisions: string[] = [];
  const errors: unknown[] = [];
  const stop = await lab.watch(
    (revision) => revisions.push(revision),
    (error) => errors.push(error),
  );
  stops.push(stop);
  return { revisions, errors, stop };
}

async function headOf(from: TestRepository): Promise<string> {
  return (await from.git('rev-parse', 'HEAD')).trim();
}

/** The change is detected within one second after the command has finished. */
async function expectSeen(seen: Seen, revision: string): Promise<void> {
  await vi.waitFor(
    () => {
      expect(seen.revisions.at(-1)).toBe(revision);
    },
    { timeout: 1000 * slowness(), interval: 5 },
  );
}

test('a commit, an amend, a reset, a merge and a branch switch are each detected within a second', async () => {
  const seen = await watch(await openLabRepository(repository.directory));
  await expectSeen(seen, await repository.commit({ 'lab-config/lab.yaml': 'two' }, 'second'));
  await repository.git('commit', '--quiet', '--amend', '-m', 'amended');
  await expectSeen(seen, await headOf(repository));
  await repository.git('reset', '--quiet', '--hard', 'HEAD~1');
  await expectSeen(seen, await headOf(repository));
  await repository.git('switch', '--quiet', '-c', 'team/feature');
  await expectSeen(seen, await repository.commit({ 'lab-config/lab.yaml': 'three' }, 'third'));
  await repository.git('switch', '--quiet', 'main');
  await expectSeen(seen, await headOf(repository));
  await repository.git('merge', '--quiet', '--no-ff', '-m', 'merged', 'team/feature');
  await expectSeen(seen, await headOf(repository));
  expect(seen.revisions).toHaveLength(6);
  expect(seen.errors).toEqual([]);
});

test('packed refs: commits are detected before, during and after git gc, and gc itself is not a change', async () => {
  const seen = await watch(await openLabRepository(repository.directory));
  await expectSeen(seen, await repository.commit({ 'lab-config/lab.yaml': 'two' }));
  await repository.git('gc', '--quiet');
  await repository.git('pack-refs', '--all', '--prune');
  await expectSeen(seen, await repository.commit({ 'lab-config/lab.yaml': 'three' }));
  await repository.git('pack-refs', '--all', '--prune');
  await expectSeen(seen, await repository.commit({ 'lab-config/lab.yaml': 'four' }));
  expect(seen.revisions).toHaveLength(3);
});

test('a branch by name: commits elsewhere are ignored, pushes to it are detected', async () => {
  const seen = await watch(await openLabRepository(repository.directory, { branch: 'releases/2' }));
  await repository.commit({ 'lab-config/lab.yaml': 'two' });
  await repository.git('branch', 'releases/2');
  const second = await headOf(repository);
  await expectSeen(seen, second);
  await repository.commit({ 'lab-config/lab.yaml': 'three' });
  await repository.git('update-ref', 'refs/heads/releases/2', 'HEAD');
  await expectSeen(seen, await headOf(repository));
  expect(seen.revisions).toEqual([second, await headOf(repository)]);
});

test('a worktree has its own HEAD', async () => {
  await repository.git('worktree', 'add', '--quiet', '-b', 'side', 'side');
  const side = testRepositoryAt(join(repository.directory, 'side'));
  const seen = await watch(await openLabRepository(side.directory));
  await repository.commit({ 'README.md': 'main moved' });
  await expectSeen(seen, await side.commit({ 'lab-config/lab.yaml': 'two' }));
  expect(seen.revisions).toHaveLength(1);
});

test('a bare repository that is pushed to', async () => {
  await repository.git('clone', '--quiet', '--bare', '.', 'bare.git');
  const bare = join(repository.directory, 'bare.git');
  const seen = await watch(await openLabRepository(bare));
  const second = await repository.commit({ 'lab-config/lab.yaml': 'two' });
  await repository.git('push', '--quiet', bare, 'main');
  await expectSeen(seen, second);
});

test('a repository that disappears is reported once; when it is back, its commits are detected', async () => {
  const seen = await watch(await openLabRepository(repository.directory));
  const git = join(repository.directory, '.git');
  await rename(git, `${git}-away`);
  await eventually(() => {
    expect(seen.errors).toHaveLength(1);
  });
  expect(seen.errors[0]).toMatchObject({ name: 'ExternalError' });
  await rename(`${git}-away`, git);
  const second = await repository.commit({ 'lab-config/lab.yaml': 'two' });
  await eventually(() => {
    expect(seen.revisions).toEqual([second]);
  });
  await rm(git, { recursive: true });
  await eventually(() => {
    expect(seen.errors).toHaveLength(2);
  });
});

test('after stop, nothing is detected and nothing is left running', async () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap').length;
  const seen = await watch(await openLabRepository(repository.directory));
  await seen.stop();
  await eventually(() => {
    const after = process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap').length;
    expect(after).toBe(before);
  });
  await repository.commit({ 'lab-config/lab.yaml': 'two' });
  expect(seen.revisions).toEqual([]);
});
