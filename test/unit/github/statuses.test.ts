/** Statuses of commits, and the pull request that a commit came from. */
import { afterEach, beforeEach, expect, it } from 'vitest';

import { connectGitHub, type GitHub } from '../../../src/github/index.js';
import { startGitHub, type GitHubStandIn, type TokenKind } from '../../support/github/index.js';

const repository = 'example-org/lab';
const [head, base, merge] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string];

let github: GitHubStandIn;
beforeEach(async () => {
  github = await startGitHub({ repository });
});
afterEach(async () => {
  expect(github.faultsLeft).toEqual([]);
  await github.stop();
});

function connect(token: TokenKind = { workflow: { statuses: 'write', pull_requests: 'write' } }): GitHub {
  return connectGitHub({
    apiUrl: github.url,
    repository,
    credentials: github.tokenOf(token),
    retryUnitMs: 1,
  });
}

function addPull(number: number, more: { merged?: boolean; mergeCommitSha?: string }): void {
  const change = { author: 'vendor', title: 'x', head: { sha: head, ref: `change-${number}` } };
  github.addPull({ number, ...change, base: { sha: base, ref: 'main' }, ...more });
}

const status = {
  commit: merge,
  context: 'lavaflow/apply/main',
  state: 'success',
  description: 'applied',
  targetUrl: 'https://example.org/run',
} as const;

it('a status is written again if GitHub fails', async () => {
  github.addCommit(merge);
  github.setFaults([{ on: /^POST .*\/statuses\//, fault: { kind: 'status', status: 502 }, times: 2 }]);
  await connect().writeStatus(status);
  await connect().writeStatus({ ...status, targetUrl: null });
  const { context, state, description } = status;
  const written = { context, state, description, sha: merge };
  expect(github.state.statuses).toMatchObject([
    { ...written, targetUrl: 'https://example.org/run' },
    { ...written, targetUrl: null },
  ]);
});

it('a status that the token may not write is a failure that names the permission', async () => {
  github.addCommit(merge);
  await expect(connect({ workflow: {} }).writeStatus(status)).rejects.toThrow(
    `cannot write the status lavaflow/apply/main of ${'c'.repeat(12)}`,
  );
});

it('the pull request of a commit is the one that was merged as it, and no open one', async () => {
  addPull(1, { mergeCommitSha: merge });
  expect(await connect().pullMergedAs(merge)).toBeNull();
  addPull(2, { merged: true, mergeCommitSha: merge });
  expect(await connect().pullMergedAs(merge)).toMatchObject({ number: 2, mergedAs: merge });
  // Its head is not what was merged.
  expect(await connect().pullMergedAs(head)).toBeNull();
});

it('a comment is updated only if there is one of ours', async () => {
  const marker = '<!-- lavaflow apply -->';
  addPull(1, {});
  github.addComment(1, { author: 'stranger', body: `${marker}\nmine` });
  expect(await connect().updateComment(1, marker, `${marker}\nnew`)).toBeNull();
  await connect().putComment(1, marker, `${marker}\nold`);
  expect(await connect().updateComment(1, marker, `${marker}\nnew`)).toMatchObject({ did: 'updated' });
  expect(github.state.comments.map(({ body }) => body)).toEqual([`${marker}\nmine`, `${marker}\nnew`]);
});
