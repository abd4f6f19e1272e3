/** The stand-in as octokit sees it: what the client sends, pages, retries and authenticates is what GitHub describes. */
import { generateKeyPairSync } from 'node:crypto';
import { App, Octokit } from 'octokit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Gate, startGitHub, type GitHubStandIn } from '../../support/github/index.js';

const at = { owner: 'acme', repo: 'lab' };
const sha = 'a'.repeat(40);
let github: GitHubStandIn;
let octokit: Octokit;

beforeEach(async () => {
  github = await startGitHub({ repository: 'acme/lab' });
  github.addPull({
    number: 7,
    author: 'vera',
    title: 'Add a board',
    head: { sha, ref: 'board' },
    base: { sha: 'c'.repeat(40), ref: 'main' },
  });
  octokit = clientOf(github.tokenOf('workflow'));
});
afterEach(() => github.stop());

/** Waits of the client are a thousandth as long, and it does not wait between writes. */
function clientOf(auth: string): Octokit {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  return new Octokit({
    auth,
    baseUrl: github.url,
    log,
    retry: { retryAfterBaseValue: 1 },
    throttle: { enabled: false },
  });
}

test('lists are read page by page', async () => {
  for (let index = 0; index < 205; index++) github.addComment(7, { author: 'vera', body: String(index) });
  const comments = await octokit.paginate(octokit.rest.issues.listComments, {
    ...at,
    issue_number: 7,
    per_page: 100,
  });
  expect(comments.map(({ body }) => Number(body))).toEqual(Array.from({ length: 205 }, (_, index) => index));
  for (const name of ['a', 'b', 'c']) await octokit.rest.checks.create({ ...at, name, head_sha: sha });
  const runs = await octokit.paginate(octokit.rest.checks.listForRef, {
    ...at,
    ref: 'refs/heads/board',
    per_page: 2,
  });
  expect(runs.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});

test('a check run collects annotations', async () => {
  const annotations = Array.from({ length: 120 }, (_, index) => ({
    path: 'devices/a b.yaml',
    start_line: index + 1,
    end_line: index + 1,
    annotation_level: 'warning' as const,
    message: 'odd',
  }));
  const { data: run } = await octokit.rest.checks.create({
    ...at,
    name: 'review',
    head_sha: sha,
    status: 'in_progress',
  });
  for (let from = 0; from < annotations.length; from += 50)
    await octokit.rest.checks.update({
      ...at,
      check_run_id: run.id,
      output: { title: 'Review', summary: 'odd', annotations: annotations.slice(from, from + 50) },
    });
  const { data: done } = await octokit.rest.checks.update({
    ...at,
    check_run_id: run.id,
    conclusion: 'neutral',
  });
  expect(done).toMatchObject({ status: 'completed', output: { annotations_count: 120, title: 'Review' } });
  const listed = await octokit.paginate(octokit.rest.checks.listAnnotations, { ...at, check_run_id: run.id });
  expect(listed).toHaveLength(120);
});

test.each([
  ['502', { kind: 'status', status: 502 }],
  ['a reset connection', { kind: 'reset' }],
] as const)('the client repeats a request after %s', async (_, fault) => {
  github.setFaults([{ on: /^POST .*\/comments$/, fault }]);
  await octokit.rest.issues.createComment({ ...at, issue_number: 7, body: 'x' });
  expect(github.state.comments).toHaveLength(1);
  expect(github.requests).toHaveLength(2);
  expect(github.faultsLeft).toEqual([]);
});

test('a lost response makes the client create a comment twice', async () => {
  github.setFaults([{ on: /^POST .*\/comments$/, fault: { kind: 'lost-response' } }]);
  await octokit.rest.issues.createComment({ ...at, issue_number: 7, body: 'x' });
  expect(github.state.comments).toHaveLength(2);
});

test('a request is not repeated when it is refused', async () => {
  const fork = clientOf(github.tokenOf('fork'));
  await expect(fork.rest.issues.createComment({ ...at, issue_number: 7, body: 'x' })).rejects.toMatchObject({
    status: 403,
    message: expect.stringContaining('Resource not accessible by integration') as string,
  });
  await expect(
    octokit.rest.issues.createComment({ ...at, issue_number: 7, body: 'x'.repeat(65_537) }),
  ).rejects.toMatchObject({ status: 422, message: expect.stringContaining('Body is too long') as string });
  expect(github.requests.map(({ status }) => status)).toEqual([403, 422]);
});

test('a request can be aborted while it waits', async () => {
  const gate = new Gate();
  const abort = new AbortController();
  github.setFaults([{ on: /^GET /, fault: { kind: 'wait', gate } }]);
  const waiting = octokit.rest.pulls.get({ ...at, pull_number: 7, request: { signal: abort.signal } });
  await gate.reached;
  abort.abort();
  await expect(waiting).rejects.toThrow('aborted');
  gate.open();
});

test('labels and branches are encoded in paths', async () => {
  github.addIssue({ author: 'vera', title: 'Drift', labels: ['lab: a/b?'] });
  const { data } = await octokit.rest.issues.removeLabel({ ...at, issue_number: 8, name: 'lab: a/b?' });
  expect(data).toEqual([]);
});

test('an app authenticates itself and gets a token for its installation', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { id, installationId } = github.addApp({
    slug: 'lavaflow',
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    permissions: { issues: 'write' },
  });
  const app = new App({
    appId: id,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    Octokit: Octokit.defaults({ baseUrl: github.url, throttle: { enabled: false } }),
  });
  const { data: found } = await app.octokit.rest.apps.getRepoInstallation(at);
  expect(found.id).toBe(installationId);
  const inside = await app.getInstallationOctokit(installationId);
  const { data: issue } = await inside.rest.issues.create({ ...at, title: 'Drift' });
  expect(issue.user?.login).toBe('lavaflow[bot]');
});
