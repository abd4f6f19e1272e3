/** Who edited our issue since we wrote it last, who may write, and the pull request of a branch. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { connectGitHub, type GitHub } from '../../../src/github/index.js';
import { startGitHub, type GitHubStandIn, type TokenKind } from '../../support/github/index.js';
import type { Issue } from '../../support/github/state.js';

const repository = 'example-org/lab';
const wanted = {
  ...{ label: 'lavaflow-drift', marker: '<!-- lavaflow drift main -->', title: 'Drift', assignees: [] },
  isOpen: true,
};
let now: Date;
let github: GitHubStandIn;
let client: GitHub;
beforeEach(async () => {
  now = new Date('2026-12-01T10:00:00Z');
  github = await startGitHub({ repository, now: () => now });
  client = connect();
});
afterEach(() => github.stop());

function connect(kind: TokenKind = 'workflow', apiUrl = github.url): GitHub {
  return connectGitHub({ apiUrl, repository, credentials: github.tokenOf(kind), retryUnitMs: 1 });
}

function later(): void {
  now = new Date(now.getTime() + 60_000);
}

async function write(text: string, by = client): Promise<Issue> {
  await by.putIssue({ ...wanted, body: `${wanted.marker}\n${text}` });
  later();
  const [issue] = github.state.issues;
  if (issue === undefined) throw new Error('no issue');
  return issue;
}

function edit(issue: Issue, login: string | null, text: string): void {
  github.editIssue(issue, login, `${wanted.marker}\n${text}`);
  later();
}

describe('the text of our issue', () => {
  it('is the current one, with everybody who edited it since we did', async () => {
    const issue = await write('a');
    expect(await client.readIssueText(issue.number)).toEqual({
      body: `${wanted.marker}\na`,
      editedAt: null,
      editors: [],
    });
    edit(issue, 'early', 'b');
    await write('c');
    edit(issue, 'keeper', 'd');
    edit(issue, 'other', 'e');
    expect(await client.readIssueText(issue.number)).toEqual({
      body: `${wanted.marker}\ne`,
      editedAt: '2026-12-01T10:04:00Z',
      editors: ['keeper', 'other'],
    });
  });

  it("is nobody's if one of them is unknown", async () => {
    const issue = await write('a');
    edit(issue, null, 'b');
    edit(issue, 'keeper', 'c');
    expect((await client.readIssueText(issue.number))?.editors).toBeNull();
  });

  it('may be that of the person whose token we have', async () => {
    github.setPermission('mara', 'write');
    const mara = connect({ user: 'mara' });
    const issue = await write('a', mara);
    edit(issue, 'other', 'b');
    expect((await mara.readIssueText(issue.number))?.editors).toEqual(['mara', 'other']);
  });

  it('is found behind a long history', async () => {
    const issue = await write('a');
    for (let count = 0; count < 250; count++) edit(issue, count === 0 ? 'first' : 'keeper', `text ${count}`);
    expect((await client.readIssueText(issue.number))?.editors).toEqual(['first', 'keeper']);
  });

  it('cannot be read without permission, or does not exist', async () => {
    const issue = await write('a');
    const blind = connect({ workflow: { contents: 'read' } });
    await expect(blind.readIssueText(issue.number)).rejects.toMatchObject({ retry: 'after-change' });
    expect(await client.readIssueText(99)).toBeNull();
  });
});

it('is read from GitHub Enterprise, too', async () => {
  const enterprise = await startGitHub({ repository, basePath: '/api/v3' });
  const issue = enterprise.addIssue({ author: 'x', title: 'x', body: 'text' });
  const token = enterprise.tokenOf('workflow');
  const there = connectGitHub({ apiUrl: enterprise.url, repository, credentials: token });
  expect(await there.readIssueText(issue.number)).toMatchObject({ body: 'text' });
  await enterprise.stop();
});

it.each([
  ['read', false],
  ['triage', false],
  ['write', true],
  ['maintain', true],
  ['admin', true],
] as const)('who has the role %s may write: %s', async (level, may) => {
  github.setPermission('somebody', level);
  expect(await client.mayWrite('somebody')).toBe(may);
  expect(await client.mayWrite('nobody')).toBe(false);
});

describe('the pull request of a branch', () => {
  const pull = { branch: 'lavaflow/drift-main', title: 'Accept', body: 'text' };
  beforeEach(() => {
    github.state.actionsMayCreatePulls = true;
    github.setBranch('main', 'a'.repeat(40));
    github.setBranch(pull.branch, 'b'.repeat(40));
  });

  it('is opened once, also if the response is lost', async () => {
    github.setFaults([{ on: /^POST .*\/pulls$/, fault: { kind: 'lost-response' } }]);
    const number = await client.openPull(pull);
    expect(await client.openPull(pull)).toBe(number);
    expect(github.state.pulls).toMatchObject([{ number, base: { ref: 'main' } }]);
  });

  it("is an error with GitHub's reason if Actions may not open any", async () => {
    github.state.actionsMayCreatePulls = false;
    await expect(client.openPull(pull)).rejects.toThrow('not permitted to create');
  });
});
