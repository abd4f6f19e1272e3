/** Our issue about a subject: one, whatever happens. */
import { afterEach, beforeEach, expect, it } from 'vitest';

import { connectGitHub, type GitHub, type IssueOutcome } from '../../../src/github/index.js';
import { startGitHub, type GitHubStandIn, type TokenKind } from '../../support/github/index.js';

const repository = 'example-org/lab';
const label = 'lavaflow-drift';
const marker = '<!-- lavaflow drift main -->';

let github: GitHubStandIn;
let client: GitHub;
beforeEach(async () => {
  github = await startGitHub({ repository });
  github.setPermission('keeper', 'write');
  client = connect();
});
afterEach(async () => {
  expect(github.faultsLeft).toEqual([]);
  await github.stop();
});

function connect(kind: TokenKind = 'workflow'): GitHub {
  return connectGitHub({ apiUrl: github.url, repository, credentials: github.tokenOf(kind), retryUnitMs: 1 });
}

async function put(text: string, isOpen = true): Promise<IssueOutcome['did'] | null> {
  const wanted = {
    label,
    marker,
    title: 'Drift on main',
    body: `${marker}\n${text}`,
    assignees: ['keeper', 'gone'],
  };
  return (await client.putIssue({ ...wanted, isOpen }))?.did ?? null;
}

const issues = () => github.state.issues.map(({ state, body }) => ({ state, text: body?.split('\n')[1] }));

it('is opened, kept, updated, closed and reopened; there is one', async () => {
  expect(await put('clean', false)).toBeNull();
  expect(await put('a')).toBe('opened');
  expect(await put('a')).toBe('kept');
  expect(await put('b')).toBe('updated');
  expect(issues()).toEqual([{ state: 'open', text: 'b' }]);
  expect(await put('clean', false)).toBe('closed');
  expect(await put('clean again', false)).toBe('kept');
  expect(issues()).toEqual([{ state: 'closed', text: 'clean' }]);
  expect(await put('c')).toBe('reopened');
  expect(issues()).toEqual([{ state: 'open', text: 'c' }]);
});

it('has its label, and those of its assignees whom GitHub can assign; what people changed stays', async () => {
  await put('a');
  const [issue] = github.state.issues;
  expect(issue).toMatchObject({ labels: [label], assignees: ['keeper'] });
  issue?.labels.push('urgent');
  issue?.assignees.splice(0);
  await put('b');
  expect(issue).toMatchObject({ labels: [label, 'urgent'], assignees: [] });
});

it('is not confused with that of somebody else, a pull request, or another subject', async () => {
  const labels = [label];
  github.addIssue({ author: 'stranger', title: 'x', body: `${marker}\nmine`, labels });
  const other = { label, title: 'Drift on other', assignees: [], isOpen: true };
  await client.putIssue({
    ...other,
    marker: '<!-- lavaflow drift other -->',
    body: '<!-- lavaflow drift other -->',
  });
  expect(await put('a')).toBe('opened');
  expect(issues()).toHaveLength(3);
  expect(await put('b')).toBe('updated');
  expect(issues()[2]).toEqual({ state: 'open', text: 'b' });
});

it('is one if the response to its creation is lost', async () => {
  github.setFaults([{ on: /^POST .*\/issues$/, fault: { kind: 'lost-response' } }]);
  await put('a');
  expect(issues()).toHaveLength(1);
});

it('is one again after a list that lagged behind', async () => {
  github.setFaults([{ on: /^GET .*\/issues$/, fault: { kind: 'stale' }, times: 2 }]);
  await put('a');
  await put('b');
  expect(issues()).toHaveLength(2);
  await put('c');
  expect(issues()).toEqual([
    { state: 'open', text: 'c' },
    { state: 'closed', text: 'b' },
  ]);
});

it('is not touched if the issues cannot be listed', async () => {
  await put('a');
  github.setFaults([{ on: /^GET .*\/issues$/, fault: { kind: 'forbidden' } }]);
  await expect(put('clean', false)).rejects.toMatchObject({ retry: 'after-change' });
  expect(issues()).toEqual([{ state: 'open', text: 'a' }]);
});
