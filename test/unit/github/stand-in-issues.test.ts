import { generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientOf, type Send } from '../../support/github/client.js';
import { operations } from '../../support/github/handle.js';
import { operationIds } from '../../support/github/description.js';
import { startGitHub, type GitHubStandIn } from '../../support/github/index.js';

const repo = '/repos/acme/lab';
const sha = 'a'.repeat(40);
let now = new Date('2026-11-30T12:00:00.500Z');
let github: GitHubStandIn;
let workflow: Send;

beforeEach(async () => {
  now = new Date('2026-11-30T12:00:00.500Z');
  github = await startGitHub({ repository: 'acme/lab', now: () => now });
  workflow = clientOf(github.url, github.tokenOf('workflow'));
  github.addCommit(sha);
});
afterEach(() => github.stop());

test('every operation that is described is served', () => {
  expect(Object.keys(operations).sort()).toEqual([...operationIds].sort());
});

describe('issues', () => {
  test('are opened, changed, closed, found and reopened', async () => {
    github.setPermission('mia', 'write');
    const opened = await workflow('POST', `${repo}/issues`, {
      title: 'Drift on main',
      body: 'one',
      labels: ['drift'],
      assignees: ['Mia'],
    });
    expect(opened).toMatchObject({
      status: 201,
      body: {
        number: 1,
        state: 'open',
        user: { login: 'github-actions[bot]', type: 'Bot' },
        labels: [{ name: 'drift' }],
        assignees: [{ login: 'mia' }],
        created_at: '2026-11-30T12:00:00Z',
      },
    });
    const closed = await workflow('PATCH', `${repo}/issues/1`, { state: 'closed', body: 'none' });
    expect(closed).toMatchObject({
      body: { state: 'closed', state_reason: 'completed', body: 'none', closed_by: { type: 'Bot' } },
    });
    expect(await workflow('GET', `${repo}/issues?labels=drift`)).toMatchObject({ body: [] });
    expect(await workflow('GET', `${repo}/issues?labels=Drift&state=closed`)).toMatchObject({
      body: [{ number: 1 }],
    });
    expect(await workflow('GET', `${repo}/issues?labels=drift,other&state=all`)).toMatchObject({ body: [] });
    const reopened = await workflow('PATCH', `${repo}/issues/1`, { state: 'open' });
    expect(reopened).toMatchObject({
      body: { state: 'open', state_reason: 'reopened', closed_at: null, closed_by: null },
    });
    expect(await workflow('GET', `${repo}/issues/1`)).toMatchObject({ body: { state: 'open' } });
    expect(await workflow('GET', `${repo}/issues/2`)).toMatchObject({ status: 404 });
  });

  test('include pull requests', async () => {
    github.addPull({ author: 'vera', title: 'x', head: { sha, ref: 'x' }, base: { sha, ref: 'main' } });
    github.addIssue({ author: 'vera', title: 'y' });
    expect(await workflow('GET', `${repo}/issues`)).toMatchObject({
      body: [{ number: 2 }, { number: 1, pull_request: { url: `${github.url}${repo}/pulls/1` } }],
    });
  });

  test('of people without write access get neither labels nor assignees', async () => {
    github.setPermission('mia', 'write');
    const vera = clientOf(github.url, github.tokenOf({ user: 'vera' }));
    const opened = await vera('POST', `${repo}/issues`, { title: 'x', labels: ['a'], assignees: ['mia'] });
    expect(opened).toMatchObject({ status: 201, body: { labels: [], assignees: [] } });
    expect(await vera('PATCH', `${repo}/issues/1`, { body: 'y' })).toMatchObject({ status: 200 });
    expect(await vera('POST', `${repo}/issues/1/labels`, { labels: ['a'] })).toMatchObject({ status: 403 });
    const other = clientOf(github.url, github.tokenOf({ user: 'mallory' }));
    expect(await other('PATCH', `${repo}/issues/1`, { state: 'closed' })).toMatchObject({ status: 403 });
  });

  test('have limited texts, and assignees with access', async () => {
    const statusOf = async (body: object) => (await workflow('POST', `${repo}/issues`, body)).status;
    expect(await statusOf({ title: 'x'.repeat(257) })).toBe(422);
    expect(await statusOf({ title: 'x', body: 'x'.repeat(65_537) })).toBe(422);
    expect(await statusOf({ title: 'x', assignees: ['nobody'] })).toBe(422);
    expect(await statusOf({ title: 'x', labels: ['x'.repeat(51)] })).toBe(422);
    expect(github.state.issues).toEqual([]);
  });

  test('have labels and assignees of their own operations', async () => {
    github.setPermission('mia', 'triage');
    github.addIssue({ author: 'vera', title: 'x' });
    expect(await workflow('POST', `${repo}/labels`, { name: 'Drift', color: 'ff0000' })).toMatchObject({
      status: 201,
    });
    expect(await workflow('POST', `${repo}/labels`, { name: 'drift' })).toMatchObject({
      status: 422,
      body: { errors: [{ code: 'already_exists' }] },
    });
    const labels = async (method: string, path: string, body?: object) =>
      (await workflow(method, `${repo}/issues/1/labels${path}`, body)).body;
    expect(await labels('POST', '', { labels: ['drift', 'lab: a/b'] })).toMatchObject([
      { name: 'Drift', color: 'ff0000' },
      { name: 'lab: a/b' },
    ]);
    expect(await labels('DELETE', `/${encodeURIComponent('LAB: a/b')}`)).toMatchObject([{ name: 'Drift' }]);
    expect(await labels('DELETE', '/other')).toMatchObject({ message: 'Not Found' });
    expect(await labels('PUT', '', { labels: ['other'] })).toMatchObject([{ name: 'other' }]);
    expect(await workflow('GET', `${repo}/labels`)).toMatchObject({ body: [{}, {}, {}] });
    expect(await workflow('GET', `${repo}/labels/DRIFT`)).toMatchObject({ body: { name: 'Drift' } });
    const assignees = `${repo}/issues/1/assignees`;
    expect(await workflow('POST', assignees, { assignees: ['MIA', 'nobody'] })).toMatchObject({
      status: 201,
      body: { assignees: [{ login: 'mia' }] },
    });
    expect(await workflow('DELETE', assignees, { assignees: ['mia'] })).toMatchObject({
      body: { assignees: [] },
    });
    expect(await workflow('GET', `${repo}/assignees/mia`)).toMatchObject({ status: 204 });
    expect(await workflow('GET', `${repo}/assignees/nobody`)).toMatchObject({ status: 404 });
  });
});

describe('commit statuses', () => {
  test('are listed with the newest first', async () => {
    for (const state of ['pending', 'success'])
      await workflow('POST', `${repo}/statuses/${sha}`, { state, context: 'lavaflow/main' });
    expect(await workflow('GET', `${repo}/commits/${sha}/statuses`)).toMatchObject({
      body: [{ state: 'success', context: 'lavaflow/main' }, { state: 'pending' }],
    });
  });

  test('have a short description and a commit', async () => {
    const long = { state: 'error', description: 'x'.repeat(141) };
    expect(await workflow('POST', `${repo}/statuses/${sha}`, long)).toMatchObject({ status: 422 });
    expect(await workflow('POST', `${repo}/statuses/${'b'.repeat(40)}`, { state: 'error' })).toMatchObject({
      status: 422,
    });
  });
});

describe('deployments', () => {
  const deploy = (extra: object = {}) =>
    workflow('POST', `${repo}/deployments`, { ref: sha, environment: 'main', ...extra });

  test('have statuses, and end those before them', async () => {
    const ids: number[] = [];
    for (let index = 0; index < 2; index++) {
      const created = await deploy();
      expect(created).toMatchObject({
        status: 201,
        body: { sha, environment: 'main', creator: { type: 'Bot' } },
      });
      const { id } = created.body as { id: number };
      ids.push(id);
      const status = {
        state: 'success',
        log_url: 'https://example.com/log',
        environment_url: 'https://example.com',
      };
      expect(await workflow('POST', `${repo}/deployments/${id}/statuses`, status)).toMatchObject({
        status: 201,
      });
    }
    expect(await workflow('GET', `${repo}/deployments?environment=main`)).toMatchObject({
      body: [{ id: ids[1] }, { id: ids[0] }],
    });
    expect(await workflow('GET', `${repo}/deployments/${ids[0] ?? 0}/statuses`)).toMatchObject({
      body: [{ state: 'inactive' }, { state: 'success' }],
    });
  });

  test('wait for checks that are in progress, unless told not to', async () => {
    await workflow('POST', `${repo}/check-runs`, { name: 'apply', head_sha: sha, status: 'in_progress' });
    expect(await deploy()).toMatchObject({
      status: 409,
      body: { message: `Conflict: Commit status checks failed for ${sha}` },
    });
    expect(await deploy({ required_contexts: [] })).toMatchObject({ status: 201 });
  });
});

describe('an app', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  function tokenOf(claims: object, key = privateKey): string {
    const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
  }

  test('finds its installation and acts in it for an hour', async () => {
    const app = github.addApp({
      slug: 'lavaflow',
      publicKey: pem,
      permissions: { issues: 'write', members: 'read' },
    });
    const nowS = Math.floor(now.getTime() / 1000);
    const self = clientOf(github.url, tokenOf({ iss: app.id, iat: nowS - 60, exp: nowS + 540 }));
    expect(await self('GET', '/app')).toMatchObject({ status: 200, body: { slug: 'lavaflow' } });
    const found = await self('GET', `${repo}/installation`);
    expect(found).toMatchObject({ body: { id: app.installationId, app_id: app.id } });
    const issued = await self('POST', `/app/installations/${app.installationId}/access_tokens`);
    expect(issued).toMatchObject({ status: 201, body: { expires_at: '2026-11-30T13:00:00Z' } });
    const inside = clientOf(github.url, (issued.body as { token: string }).token);
    expect(await inside('POST', `${repo}/issues`, { title: 'x' })).toMatchObject({
      status: 201,
      body: { user: { login: 'lavaflow[bot]' }, performed_via_github_app: { id: app.id } },
    });
    github.addTeam('acme', 'vendors', ['vera']);
    expect(await inside('GET', '/orgs/acme/teams/vendors/members')).toMatchObject({
      body: [{ login: 'vera' }],
    });
    expect(await inside('POST', `${repo}/check-runs`, { name: 'x', head_sha: sha })).toMatchObject({
      status: 403,
    });
    now = new Date('2026-11-30T13:00:01Z');
    expect(await inside('GET', `${repo}/issues`)).toMatchObject({ status: 401 });
  });

  test('gets no more than was granted, and changes no check run of another app', async () => {
    const app = github.addApp({ slug: 'lavaflow', publicKey: pem, permissions: { checks: 'write' } });
    const nowS = Math.floor(now.getTime() / 1000);
    const self = clientOf(github.url, tokenOf({ iss: String(app.id), iat: nowS, exp: nowS + 60 }));
    const tokens = `/app/installations/${app.installationId}/access_tokens`;
    expect(await self('POST', tokens, { permissions: { issues: 'write' } })).toMatchObject({ status: 422 });
    expect(await self('POST', tokens, { repositories: ['other'] })).toMatchObject({ status: 422 });
    const { token } = (await self('POST', tokens, { repositories: ['lab'] })).body as { token: string };
    const run = await workflow('POST', `${repo}/check-runs`, { name: 'x', head_sha: sha });
    const { id } = run.body as { id: number };
    const changed = await clientOf(github.url, token)('PATCH', `${repo}/check-runs/${id}`, {
      conclusion: 'success',
    });
    expect(changed).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('Invalid app_id') as string },
    });
  });

  test('needs a genuine and current token', async () => {
    const app = github.addApp({ slug: 'lavaflow', publicKey: pem, permissions: {} });
    const nowS = Math.floor(now.getTime() / 1000);
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const statusOf = async (token: string) => (await clientOf(github.url, token)('GET', '/app')).status;
    expect(await statusOf(tokenOf({ iss: app.id, iat: nowS, exp: nowS + 60 }, other))).toBe(401);
    expect(await statusOf(tokenOf({ iss: app.id, iat: nowS - 120, exp: nowS - 60 }))).toBe(401);
    expect(await statusOf(tokenOf({ iss: app.id, iat: nowS, exp: nowS + 3600 }))).toBe(401);
    expect(await statusOf(tokenOf({ iss: app.id, iat: nowS + 3600, exp: nowS + 60 }))).toBe(401);
    expect(await statusOf('x.y.z')).toBe(401);
    expect(await statusOf(github.tokenOf('workflow'))).toBe(401);
  });
});
