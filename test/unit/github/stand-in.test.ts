import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientOf, type Send } from '../../support/github/client.js';
import { startGitHub, type GitHubStandIn } from '../../support/github/index.js';

const repo = '/repos/acme/lab';
const sha = 'a'.repeat(40);
const forkSha = 'b'.repeat(40);
let github: GitHubStandIn;
let workflow: Send;

beforeEach(async () => {
  github = await startGitHub({ repository: 'acme/lab' });
  workflow = clientOf(github.url, github.tokenOf('workflow'));
  github.addPull({
    number: 7,
    author: 'vera',
    title: 'Add a board',
    head: { sha, ref: 'board' },
    base: { sha: 'c'.repeat(40), ref: 'main' },
  });
  github.addPull({
    number: 8,
    author: 'frank',
    title: 'Add another board',
    head: { sha: forkSha, ref: 'main', repository: 'frank/lab' },
    base: { sha: 'c'.repeat(40), ref: 'main' },
  });
});
afterEach(() => github.stop());

describe('comments', () => {
  test('are created, listed, read, changed and deleted', async () => {
    const created = await workflow('POST', `${repo}/issues/7/comments`, { body: 'one' });
    expect(created).toMatchObject({
      status: 201,
      body: {
        body: 'one',
        user: { login: 'github-actions[bot]', type: 'Bot' },
        performed_via_github_app: { slug: 'github-actions' },
      },
    });
    const { id } = created.body as { id: number };
    expect(await workflow('PATCH', `${repo}/issues/comments/${id}`, { body: 'two' })).toMatchObject({
      status: 200,
      body: { id, body: 'two' },
    });
    expect(await workflow('GET', `${repo}/issues/7/comments`)).toMatchObject({ body: [{ id, body: 'two' }] });
    expect(await workflow('GET', `${repo}/issues/comments/${id}`)).toMatchObject({ body: { body: 'two' } });
    expect(await workflow('DELETE', `${repo}/issues/comments/${id}`)).toMatchObject({
      status: 204,
      body: null,
    });
    expect(await workflow('GET', `${repo}/issues/comments/${id}`)).toMatchObject({ status: 404 });
    expect(github.state.comments).toEqual([]);
  });

  test('have a limited size, and are not empty', async () => {
    const full = await workflow('POST', `${repo}/issues/7/comments`, { body: '\u{1f4a1}'.repeat(65_536) });
    const long = await workflow('POST', `${repo}/issues/7/comments`, { body: 'x'.repeat(65_537) });
    const empty = await workflow('POST', `${repo}/issues/7/comments`, { body: ' ' });
    expect([full.status, long.status, empty.status]).toEqual([201, 422, 422]);
    expect(long.body).toMatchObject({
      message: 'Validation Failed',
      errors: [{ message: 'Body is too long (maximum is 65536 characters)' }],
    });
  });

  test('are on an issue that exists', async () => {
    expect(await workflow('POST', `${repo}/issues/9/comments`, { body: 'x' })).toMatchObject({ status: 404 });
    expect(await workflow('GET', '/repos/acme/other/issues/7/comments')).toMatchObject({ status: 404 });
  });

  test('are listed page by page', async () => {
    for (let index = 0; index < 65; index++) github.addComment(7, { author: 'vera', body: String(index) });
    const first = await workflow('GET', `${repo}/issues/7/comments`);
    expect(first.body).toHaveLength(30);
    expect(first.headers.get('link')).toBe(
      `<${github.url}${repo}/issues/7/comments?page=2>; rel="next", ` +
        `<${github.url}${repo}/issues/7/comments?page=3>; rel="last"`,
    );
    const last = await workflow('GET', `${repo}/issues/7/comments?page=2&per_page=60`);
    expect(last.body).toHaveLength(5);
    expect(last.headers.get('link')).toBe(
      `<${github.url}${repo}/issues/7/comments?page=1&per_page=60>; rel="prev", ` +
        `<${github.url}${repo}/issues/7/comments?page=1&per_page=60>; rel="first"`,
    );
    const most = await workflow('GET', `${repo}/issues/7/comments?per_page=1000`);
    expect(most.body).toHaveLength(65);
  });

  test('of others are changed only by those who may write', async () => {
    const { id } = github.addComment(7, { author: 'vera', body: 'mine' });
    github.setPermission('mallory', 'read');
    github.setPermission('Mia', 'maintain');
    const change = (user: string) =>
      clientOf(github.url, github.tokenOf({ user }))('PATCH', `${repo}/issues/comments/${id}`, {
        body: user,
      });
    expect([
      (await change('mallory')).status,
      (await change('VERA')).status,
      (await change('mia')).status,
    ]).toEqual([403, 200, 200]);
  });
});

describe('check runs', () => {
  const annotation = {
    path: 'a.yaml',
    start_line: 1,
    end_line: 1,
    annotation_level: 'warning',
    message: 'odd',
  };
  const output = (count: number) => ({
    title: 'Review',
    summary: 'odd',
    annotations: Array.from({ length: count }, (_, index) => ({
      ...annotation,
      start_line: index + 1,
      end_line: index + 1,
    })),
  });

  test('collect the annotations of all requests', async () => {
    const created = await workflow('POST', `${repo}/check-runs`, {
      name: 'review',
      head_sha: sha,
      output: output(50),
    });
    expect(created).toMatchObject({
      status: 201,
      body: { status: 'queued', app: { slug: 'github-actions' }, pull_requests: [{ number: 7 }] },
    });
    const { id } = created.body as { id: number };
    const done = await workflow('PATCH', `${repo}/check-runs/${id}`, {
      conclusion: 'neutral',
      output: output(1),
    });
    expect(done).toMatchObject({
      status: 200,
      body: { status: 'completed', conclusion: 'neutral', output: { annotations_count: 51 } },
    });
    const listed = await workflow('GET', `${repo}/check-runs/${id}/annotations?per_page=50&page=2`);
    expect(listed.body).toMatchObject([{ start_line: 1, start_column: null }]);
    expect(await workflow('GET', `${repo}/check-runs/${id}`)).toMatchObject({ body: { id } });
  });

  test('of a commit are listed, by default only the latest of each name', async () => {
    for (const name of ['review', 'other', 'review'])
      await workflow('POST', `${repo}/check-runs`, { name, head_sha: sha });
    const latest = await workflow('GET', `${repo}/commits/${sha}/check-runs`);
    const all = await workflow('GET', `${repo}/commits/board/check-runs?filter=all&check_name=review`);
    expect(latest.body).toMatchObject({
      total_count: 2,
      check_runs: [{ name: 'other' }, { name: 'review' }],
    });
    expect(all.body).toMatchObject({ total_count: 2 });
  });

  test('are refused for a commit that does not exist, and to a person', async () => {
    const unknown = await workflow('POST', `${repo}/check-runs`, {
      name: 'review',
      head_sha: 'd'.repeat(40),
    });
    expect(unknown).toMatchObject({
      status: 422,
      body: { message: `No commit found for SHA: ${'d'.repeat(40)}` },
    });
    github.setPermission('mia', 'admin');
    const mia = clientOf(github.url, github.tokenOf({ user: 'mia' }));
    expect(await mia('POST', `${repo}/check-runs`, { name: 'review', head_sha: sha })).toMatchObject({
      status: 403,
      body: { message: 'You must authenticate via a GitHub App.' },
    });
  });

  test.each([
    ['a column over several lines', { end_line: 2, start_column: 1 }],
    ['line 0', { start_line: 0 }],
    ['an end before the start', { start_line: 2 }],
    ['an empty message', { message: '' }],
    ['a long title', { title: 'x'.repeat(256) }],
    ['a message over 64 KB', { message: 'é'.repeat(32_769) }],
  ])('have no annotation with %s', async (_, part) => {
    const reply = await workflow('POST', `${repo}/check-runs`, {
      name: 'review',
      head_sha: sha,
      output: { title: 'Review', summary: 'odd', annotations: [{ ...annotation, ...part }] },
    });
    expect(reply).toMatchObject({ status: 422, body: { message: 'Validation Failed' } });
    expect(github.state.checkRuns).toEqual([]);
  });

  test.each([
    ['more than 50 annotations', { output: output(51) }, 'must NOT have more than 50 items'],
    [
      'an annotation without lines',
      { output: { ...output(0), annotations: [{ path: 'a', annotation_level: 'notice', message: 'm' }] } },
      "must have required property 'start_line'",
    ],
    [
      'a summary over 65,535 characters',
      { output: { title: 't', summary: 'x'.repeat(65_536) } },
      'must NOT have more than 65535 characters',
    ],
    ['an unknown conclusion', { conclusion: 'fine' }, 'must be equal to one of the allowed values'],
    ['an unknown property', { headsha: 'x' }, 'is not described'],
  ])('with %s are a violation', async (_, part, problem) => {
    const reply = await workflow('POST', `${repo}/check-runs`, { name: 'review', head_sha: sha, ...part });
    expect(reply.status).toBe(422);
    expect(github.takeViolations().join('\n')).toContain(problem);
  });
});

describe('pull requests', () => {
  test('are listed and read', async () => {
    const listed = await workflow('GET', `${repo}/pulls`);
    expect(listed.body).toMatchObject([
      { number: 8, head: { repo: { full_name: 'frank/lab', fork: true }, label: 'frank:main' } },
      { number: 7, head: { sha, repo: { full_name: 'acme/lab' } }, user: { login: 'vera' } },
    ]);
    expect(await workflow('GET', `${repo}/pulls?head=frank:main`)).toMatchObject({ body: [{ number: 8 }] });
    expect(await workflow('GET', `${repo}/pulls/7`)).toMatchObject({ body: { number: 7, merged: false } });
    expect(await workflow('GET', `${repo}/pulls/9`)).toMatchObject({ status: 404 });
  });

  test('have reviews', async () => {
    github.addReview(7, { author: 'mia', state: 'APPROVED' });
    github.addReview(7, { author: 'mia', state: 'PENDING' });
    const reviews = await workflow('GET', `${repo}/pulls/7/reviews`);
    expect(reviews.body).toMatchObject([{ state: 'APPROVED', user: { login: 'mia' }, commit_id: sha }]);
  });

  test('are created from a branch, once', async () => {
    github.setBranch('accept', 'd'.repeat(40));
    github.setBranch('empty', 'c'.repeat(40));
    const create = (head: string) =>
      workflow('POST', `${repo}/pulls`, { title: 'Accept', head, base: 'main' });
    expect(await create('accept')).toMatchObject({ status: 403 });
    github.state.actionsMayCreatePulls = true;
    expect(await create('accept')).toMatchObject({
      status: 201,
      body: { number: 9, head: { sha: 'd'.repeat(40), label: 'acme:accept' }, user: { type: 'Bot' } },
    });
    const messageOf = async (head: string) => ((await create(head)).body as { errors: [object] }).errors[0];
    expect(await messageOf('acme:accept')).toMatchObject({
      message: 'A pull request already exists for acme:accept.',
    });
    expect(await messageOf('empty')).toMatchObject({ message: 'No commits between main and empty' });
    expect(await messageOf('other')).toEqual({ resource: 'PullRequest', field: 'head', code: 'invalid' });
    expect(await workflow('GET', `${repo}/commits/accept/check-runs`)).toMatchObject({
      body: { total_count: 0 },
    });
  });

  test('of a fork are found by their commit only in the fork', async () => {
    const own = await workflow('GET', `${repo}/commits/${sha}/pulls`);
    const base = await workflow('GET', `${repo}/commits/${forkSha}/pulls`);
    const fork = await workflow('GET', `/repos/frank/lab/commits/${forkSha}/pulls`);
    expect([own.body, base.body, fork.body]).toMatchObject([[{ number: 7 }], [], [{ number: 8 }]]);
  });
});

describe('tokens', () => {
  test('belong to a person, a workflow or nobody', async () => {
    const status = async (token: string | null) => {
      const reply = await clientOf(github.url, token)('GET', '/user');
      return [
        reply.status,
        (reply.body as { message?: string; login?: string }).message ??
          (reply.body as { login: string }).login,
      ];
    };
    expect(await status(github.tokenOf({ user: 'vera' }))).toEqual([200, 'vera']);
    expect(await status(github.tokenOf('workflow'))).toEqual([403, 'Resource not accessible by integration']);
    expect(await status(github.tokenOf('none'))).toEqual([401, 'Bad credentials']);
    expect(await status(null)).toEqual([401, 'Requires authentication']);
  });

  test("of a fork's workflow only read", async () => {
    const fork = clientOf(github.url, github.tokenOf('fork'));
    const denied = { status: 403, body: { message: 'Resource not accessible by integration' } };
    expect(await fork('GET', `${repo}/issues/8/comments`)).toMatchObject({ status: 200 });
    expect(await fork('POST', `${repo}/issues/8/comments`, { body: 'x' })).toMatchObject(denied);
    expect(await fork('POST', `${repo}/check-runs`, { name: 'review', head_sha: forkSha })).toMatchObject(
      denied,
    );
  });

  test('of a workflow have the permissions that it requests', async () => {
    const only = clientOf(github.url, github.tokenOf({ workflow: { checks: 'write' } }));
    expect(await only('POST', `${repo}/check-runs`, { name: 'review', head_sha: sha })).toMatchObject({
      status: 201,
    });
    expect(await only('GET', `${repo}/pulls`)).toMatchObject({ status: 403 });
    expect(await only('GET', repo)).toMatchObject({ status: 200, body: { full_name: 'acme/lab' } });
  });

  test('see nothing of a private repository without permission', async () => {
    github.state.isPrivate = true;
    github.setPermission('mia', 'read');
    const status = async (token: string | null) =>
      (await clientOf(github.url, token)('GET', `${repo}/pulls/7`)).status;
    expect(await status(github.tokenOf({ user: 'mallory' }))).toBe(404);
    expect(await status(null)).toBe(404);
    expect(await status(github.tokenOf({ user: 'mia' }))).toBe(200);
  });
});

describe('people', () => {
  test('of a team are visible to its organization, but not to a workflow', async () => {
    github.addTeam('acme', 'maintainers', ['mia', 'Vera']);
    const list = '/orgs/acme/teams/maintainers/members';
    const mia = clientOf(github.url, github.tokenOf({ user: 'mia' }));
    expect(await mia('GET', list)).toMatchObject({
      status: 200,
      body: [{ login: 'mia' }, { login: 'vera' }],
    });
    expect(await mia('GET', '/orgs/acme/teams/maintainers/memberships/vera')).toMatchObject({
      body: { state: 'active' },
    });
    expect(await mia('GET', '/orgs/acme/teams/maintainers/memberships/frank')).toMatchObject({ status: 404 });
    expect(await workflow('GET', list)).toMatchObject({ status: 404 });
    expect(await clientOf(github.url, github.tokenOf({ user: 'frank' }))('GET', list)).toMatchObject({
      status: 404,
    });
  });

  test('have a permission', async () => {
    github.setPermission('mia', 'maintain');
    const of = async (login: string) =>
      (await workflow('GET', `${repo}/collaborators/${login}/permission`)).body;
    expect(await of('MIA')).toMatchObject({
      permission: 'write',
      role_name: 'maintain',
      user: { login: 'mia' },
    });
    expect(await of('vera')).toMatchObject({ permission: 'read', role_name: 'read' });
    expect(await of('nobody')).toMatchObject({ message: 'Not Found' });
  });
});

describe('requests', () => {
  test('are violations if GitHub does not describe them', async () => {
    expect(await workflow('GET', `${repo}/nothing`)).toMatchObject({ status: 400 });
    expect(await workflow('GET', `${repo}/issues/7/comments?pagesize=3`)).toMatchObject({ status: 400 });
    expect(await workflow('GET', `${repo}/issues/seven/comments`)).toMatchObject({ status: 400 });
    expect(await workflow('GET', `${repo}/pulls`, undefined, { accept: 'text/html' })).toMatchObject({
      status: 400,
    });
    expect(
      await workflow('GET', `${repo}/pulls`, undefined, { 'x-github-api-version': '2020-01-01' }),
    ).toMatchObject({ status: 400 });
    expect(await workflow('POST', `${repo}/issues/7/comments`)).toMatchObject({ status: 422 });
    expect(github.violations).toEqual([
      'GET /repos/acme/lab/nothing: the stand-in has no GET /repos/acme/lab/nothing',
      'GET /repos/acme/lab/issues/7/comments: /query/pagesize is not described',
      'GET /repos/acme/lab/issues/seven/comments: /path/issue_number must be integer',
      "GET /repos/acme/lab/pulls: it accepts text/html, not GitHub's JSON",
      'GET /repos/acme/lab/pulls: there is no API version 2020-01-01',
      'POST /repos/acme/lab/issues/7/comments: the body is missing',
    ]);
    await expect(github.stop()).rejects.toThrow('/query/pagesize is not described');
    github = await startGitHub({ repository: 'acme/lab' });
  });

  test('are known by their ETag, which costs nothing', async () => {
    const first = await workflow('GET', `${repo}/pulls/7`);
    const etag = first.headers.get('etag') ?? '';
    const again = await workflow('GET', `${repo}/pulls/7`, undefined, { 'if-none-match': etag });
    expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, null, etag]);
    expect(again.headers.get('x-ratelimit-remaining')).toBe(first.headers.get('x-ratelimit-remaining'));
    const title = github.state.issues[0];
    if (title !== undefined) title.title = 'Another title';
    expect(await workflow('GET', `${repo}/pulls/7`, undefined, { 'if-none-match': etag })).toMatchObject({
      status: 200,
    });
    expect(github.requests.map(({ status }) => status)).toEqual([200, 304, 200]);
  });

  test('have the path of GitHub Enterprise in front, if there is one', async () => {
    const enterprise = await startGitHub({ repository: 'acme/lab', basePath: '/api/v3' });
    const send = clientOf(enterprise.url, enterprise.tokenOf('workflow'));
    const { pathname } = new URL(enterprise.url);
    expect(pathname).toBe('/api/v3');
    expect(await send('GET', repo)).toMatchObject({ status: 200, body: { url: `${enterprise.url}${repo}` } });
    expect(enterprise.requests).toMatchObject([{ path: `/api/v3${repo}` }]);
    const outside = clientOf(enterprise.url.replace('/api/v3', ''), enterprise.tokenOf('workflow'));
    expect(await outside('GET', repo)).toMatchObject({ status: 404 });
    await enterprise.stop();
  });

  test('are limited', async () => {
    github.state.rateLimit.remaining = 1;
    expect(await workflow('GET', `${repo}/pulls`)).toMatchObject({ status: 200 });
    const limited = await workflow('GET', `${repo}/pulls`);
    expect([limited.status, limited.headers.get('x-ratelimit-remaining')]).toEqual([403, '0']);
  });
});
