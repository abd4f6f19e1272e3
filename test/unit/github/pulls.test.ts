/** What GitHub knows about a pull request. */
import { afterEach, beforeEach, expect, it } from 'vitest';

import { connectGitHub, type GitHub } from '../../../src/github/index.js';
import { startGitHub, type GitHubStandIn } from '../../support/github/index.js';

const repository = 'example-org/lab';
const [head, other, base] = ['a'.repeat(40), 'c'.repeat(40), 'b'.repeat(40)];

let github: GitHubStandIn;
let client: GitHub;
beforeEach(async () => {
  github = await startGitHub({ repository });
  client = connectGitHub({
    apiUrl: github.url,
    repository,
    credentials: github.tokenOf('workflow'),
    retryUnitMs: 1,
  });
  github.addPull({
    number: 7,
    author: 'vendor',
    title: 'Move a board',
    head: { sha: head, ref: 'move', repository: 'vendor/lab' },
    base: { sha: base, ref: 'main' },
  });
});
afterEach(async () => {
  await github.stop();
});

it('is read with its head, base and author; one that does not exist is null', async () => {
  expect(await client.readPull(7)).toEqual({
    number: 7,
    isOpen: true,
    head,
    base,
    baseBranch: 'main',
    headRepository: 'vendor/lab',
    mergedAs: null,
    author: 'vendor',
  });
  expect(await client.readPull(8)).toBeNull();
});

it('is listed while it is open, also by the branch of a fork, on any page', async () => {
  for (let number = 10; number < 130; number += 1) {
    const of = { head: { sha: other, ref: `b${number}` }, base: { sha: base, ref: 'main' } };
    github.addPull({ number, author: 'vendor', title: 'x', state: number === 10 ? 'closed' : 'open', ...of });
  }
  const numbers = (await client.openPulls()).map(({ number }) => number);
  expect(numbers).toHaveLength(120);
  expect(numbers).toContain(7);
  expect(numbers).not.toContain(10);
  expect((await client.openPulls('vendor:move')).map(({ number }) => number)).toEqual([7]);
});

it('is approved by those whose last review approves this commit', async () => {
  github.addReview(7, { author: 'early', state: 'APPROVED', commitSha: other });
  github.addReview(7, { author: 'changed', state: 'APPROVED' });
  github.addReview(7, { author: 'changed', state: 'CHANGES_REQUESTED' });
  github.addReview(7, { author: 'fine', state: 'CHANGES_REQUESTED' });
  github.addReview(7, { author: 'fine', state: 'APPROVED' });
  github.addReview(7, { author: 'fine', state: 'COMMENTED' });
  github.addReview(7, { author: 'gone', state: 'DISMISSED' });
  expect(await client.approversOf(7, head)).toEqual(['fine']);
});

it('knows the members of a team on any page, and that a team is unknown', async () => {
  const members = Array.from({ length: 130 }, (_, index) => `member-${index}`);
  github.addTeam('example-org', 'keepers', members);
  const credentials = github.tokenOf({ user: 'member-1' });
  const asMember = connectGitHub({ apiUrl: github.url, repository, credentials, retryUnitMs: 1 });
  expect((await asMember.teamMembers('example-org', 'keepers'))?.sort()).toEqual(members.sort());
  expect(await asMember.teamMembers('example-org', 'nobody')).toBeNull();
  // The token of a workflow may not read teams.
  expect(await client.teamMembers('example-org', 'keepers')).toBeNull();
});

it('that cannot be listed is a failure, never none', async () => {
  github.setFaults([{ on: /./, fault: { kind: 'status', status: 502 }, times: Infinity }]);
  await expect(client.openPulls()).rejects.toMatchObject({ name: 'ExternalError', retry: 'soon' });
  await expect(client.readPull(7)).rejects.toMatchObject({ retry: 'soon' });
  await expect(client.approversOf(7, head)).rejects.toMatchObject({ retry: 'soon' });
  await expect(client.teamMembers('example-org', 'keepers')).rejects.toMatchObject({ retry: 'soon' });
});
