import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientOf, type Send } from '../../support/github/client.js';
import { Gate, startGitHub, type GitHubStandIn } from '../../support/github/index.js';

const comments = '/repos/acme/lab/issues/1/comments';
const create = /^POST .*\/comments$/;
let github: GitHubStandIn;
let workflow: Send;

beforeEach(async () => {
  github = await startGitHub({ repository: 'acme/lab' });
  workflow = clientOf(github.url, github.tokenOf('workflow'));
  github.addIssue({ author: 'mia', title: 'Drift' });
});
afterEach(() => github.stop());

const post = () => workflow('POST', comments, { body: 'x' });
const statuses = () => github.requests.map(({ status }) => status);

test('a status replaces as many responses as the rule sets, and nothing is carried out', async () => {
  github.setFaults([{ on: create, fault: { kind: 'status', status: 502 }, times: 2, skip: 1 }]);
  for (let index = 0; index < 4; index++) await post();
  expect(statuses()).toEqual([201, 502, 502, 201]);
  expect(github.state.comments).toHaveLength(2);
  expect(github.faultsLeft).toEqual([]);
});

test('a secondary rate limit looks like that of GitHub', async () => {
  github.setFaults([{ on: create, fault: { kind: 'secondary-limit', retryAfterS: 1 } }]);
  const limited = await post();
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([403, '1']);
  expect(limited.body).toMatchObject({ message: expect.stringContaining('secondary rate limit') as string });
  expect(limited.headers.get('x-ratelimit-remaining')).not.toBe('0');
});

test('a token may lose its permission', async () => {
  github.setFaults([{ on: create, fault: { kind: 'forbidden' } }]);
  expect(await post()).toMatchObject({
    status: 403,
    body: { message: 'Resource not accessible by integration' },
  });
});

test('a connection is reset before, or after, a request is carried out', async () => {
  github.setFaults([{ on: create, fault: { kind: 'reset' } }]);
  await expect(post()).rejects.toThrow('fetch failed');
  expect(github.state.comments).toHaveLength(0);
  github.setFaults([{ on: create, fault: { kind: 'lost-response' } }]);
  await expect(post()).rejects.toThrow('fetch failed');
  expect(github.state.comments).toHaveLength(1);
  expect(statuses()).toEqual([0, 0]);
});

test('a request waits until its gate opens', async () => {
  const gate = new Gate();
  github.setFaults([{ on: create, fault: { kind: 'wait', gate } }]);
  const waiting = post();
  await gate.reached;
  expect((await workflow('GET', comments)).body).toEqual([]);
  gate.open();
  expect(await waiting).toMatchObject({ status: 201 });
});

test('a list lags behind', async () => {
  await post();
  github.setFaults([{ on: /^GET .*\/comments$/, fault: { kind: 'stale' }, times: 2 }]);
  await post();
  const lengths = [];
  for (let index = 0; index < 3; index++)
    lengths.push(((await workflow('GET', comments)).body as unknown[]).length);
  expect(lengths).toEqual([1, 1, 2]);
});

test('others act right before and right after a request', async () => {
  github.setFaults([
    {
      on: create,
      fault: { kind: 'before', run: () => void github.addComment(1, { author: 'vera', body: 'before' }) },
    },
    {
      on: create,
      fault: { kind: 'after', run: () => void github.addComment(1, { author: 'vera', body: 'after' }) },
    },
  ]);
  await post();
  expect(github.state.comments.map(({ body }) => body)).toEqual(['before', 'x', 'after']);
});
