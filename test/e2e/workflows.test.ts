/** The workflows that an import writes, step by step: a pull request is validated and planned, what is merged is applied, drift is reported. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { testRepositoryAt, type TestRepository } from '../support/git/git-repository.js';
import { converge, worker } from '../support/targets/master-changes.js';
import { startOwnTarget } from '../support/targets/own-target.js';
import { lavaflow } from '../support/cli/run.js';
import { startGitHub, type GitHubStandIn } from '../support/github/index.js';
import { filledIn, makeSources } from '../support/cli/sources.js';
import { readWorkflow, runJob, type JobRun, type Workflow } from '../support/cli/workflow.js';

let root: string;
let remote: string;
let lab: TestRepository;
let master: Awaited<ReturnType<typeof startOwnTarget>>;
let github: GitHubStandIn;
let evil: Server;
let calls = 0;

beforeAll(async () => {
  [master, github] = await Promise.all([startOwnTarget(), startGitHub({ repository: 'example-org/lab' })]);
  evil = createServer((_request, response) => {
    calls += 1;
    response.end('{}');
  });
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
  root = mkdtempSync(join(tmpdir(), 'lavaflow-workflows-'));
  const git = (...args: string[]) => testRepositoryAt(root).git(...args);

  const sources = await makeSources(join(root, 'lavaflow'));
  await git('init', '--quiet', 'programs');

  remote = join(root, 'remote.git');
  await git('init', '--quiet', '--bare', '--initial-branch=main', 'remote.git');
  const args = ['import', '--master', master.url, '--name', 'main', '--site', 'here', '--no-lava-git', 'lab'];
  expect(await lavaflow(root, args, { LAVA_TOKEN: master.token })).toMatchObject({ code: 0 });
  lab = testRepositoryAt(join(root, 'lab'));
  await lab.git('remote', 'add', 'origin', remote);
  const filled = (name: string) =>
    filledIn(readFileSync(join(lab.directory, '.github/workflows', name), 'utf8'), sources);
  await lab.commit({
    '.github/workflows/lab.yaml': filled('lab.yaml'),
    '.github/workflows/lab-drift.yaml': filled('lab-drift.yaml'),
    '.github/workflows/lab-plan.yaml': filled('lab-plan.yaml'),
  });
  await lab.git('push', '--quiet', 'origin', 'HEAD:main');
  // As described in the lab's README.
  const copy = ['records', 'copy', '--from', 'file', '--to', 'git:origin'];
  expect(await lavaflow(lab.directory, copy)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await master.stop();
  await github.stop();
  await new Promise((resolve) => evil.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

function workflow(name: string): Workflow {
  return readWorkflow(readFileSync(join(lab.directory, '.github/workflows', name), 'utf8'));
}

async function run(
  name: string,
  job: string,
  context: Readonly<Record<string, string>>,
  payload: object = {},
): Promise<JobRun> {
  const token = github.tokenOf({ job: workflow(name).jobs[job]?.permissions ?? {} });
  const secrets = { 'secrets.LAVA_TOKEN': master.token, 'github.token': token };
  const sha = (await testRepositoryAt(remote).git('rev-parse', 'main')).trim();
  const event = join(root, 'event.json');
  writeFileSync(event, JSON.stringify(payload));
  return runJob(workflow(name), job, {
    remote,
    programs: join(root, 'programs'),
    env: {
      GITHUB_SHA: sha,
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: 'example-org/lab',
      GITHUB_EVENT_NAME: job === 'plan' ? 'pull_request_target' : 'push',
      GITHUB_EVENT_PATH: event,
    },
    context: { ...(job === 'validate' ? {} : secrets), ...context },
  });
}

/** What GitHub does with a pull request: a merge of it with its base, under a ref of its own. */
async function propose(
  number: number,
  branch: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  await lab.git('checkout', '--quiet', '-B', branch, 'origin/main');
  const head = await lab.commit(files);
  const tree = (await lab.git('rev-parse', 'HEAD^{tree}')).trim();
  const merge = await lab.git('commit-tree', tree, '-p', 'origin/main', '-p', head, '-m', 'merge');
  await lab.git('push', '--quiet', '--force', 'origin', `${merge.trim()}:refs/pull/${number}/merge`);
  await lab.git('checkout', '--quiet', 'main');
  return head;
}

function planOf(number: number, sha: string): Promise<JobRun> {
  const head = { sha, ref: `change-${number}` };
  const base = { sha, ref: 'main' };
  if (!github.state.pulls.some((pull) => pull.number === number))
    github.addPull({ number, author: 'vendor', title: 'change', head, base });
  const context = {
    'github.event.pull_request.number': String(number),
    'github.event.pull_request.head.sha': sha,
    'github.ref': 'refs/heads/main',
  };
  return run('lab-plan.yaml', 'plan', context, { pull_request: { number, head, base } });
}

const rack = {
  'workers/rack-1/worker.yaml': 'kind: Worker\nsite: here\ndescription: a rack\n',
};
const drift = (context: Readonly<Record<string, string>> = {}): Promise<JobRun> =>
  run('lab-drift.yaml', 'drift', { 'github.ref': 'refs/heads/main', ...context });

test('a pull request is validated and planned, and applied when it is merged', async () => {
  const head = await propose(1, 'a-worker', rack);
  const merge = { 'github.ref': 'refs/pull/1/merge' };
  expect(await run('lab.yaml', 'validate', merge)).toMatchObject({ failedAt: null });
  const plan = await planOf(1, head);
  expect(plan).toMatchObject({ failedAt: null });
  expect(plan.summary).toContain('| create | <code>worker/rack-1</code> |');
  expect(plan.summary).not.toContain('policy');
  expect(github.state.comments).toMatchObject([{ issue: 1 }]);
  expect(github.state.comments[0]?.body).toContain('An apply would change 1 object.');

  await lab.git('push', '--quiet', 'origin', 'a-worker:main');
  await lab.git('reset', '--quiet', '--hard', 'origin/main');
  const pull = github.state.pulls.find(({ number }) => number === 1);
  if (pull !== undefined) Object.assign(pull, { merged: true, mergeCommitSha: head });
  const issue = github.state.issues.find(({ number }) => number === 1);
  if (issue !== undefined) Object.assign(issue, { state: 'closed', closedAt: issue.createdAt });
  const apply = await run('lab.yaml', 'apply', { 'github.ref': 'refs/heads/main' });
  expect(apply).toMatchObject({ failedAt: null });
  expect(apply.output).toContain('done create worker/rack-1');
  expect(apply.output).not.toContain('warning');
  expect(github.state.statuses.at(-1)).toMatchObject({
    context: 'lavaflow/apply/main',
    state: 'success',
    sha: head,
    description: `applied ${head.slice(0, 12)}: 1 change`,
  });
  expect(apply.summary).toContain('**The commit is applied.**');
  expect(apply.summary).toContain('the plan is the reviewed one');
  expect(await testRepositoryAt(remote).git('show-ref')).toContain('refs/lavaflow/records/main');
  expect(apply.output + plan.output + plan.summary).not.toContain(master.token);
});

test('what somebody changes by hand is reported, and nothing else', async () => {
  expect(await drift()).toMatchObject({ failedAt: null });
  await converge(master.target, [worker('rack-1', { description: 'by hand' })]);
  const changed = await drift();
  expect(changed.failedAt).toBeNull();
  expect(changed.summary).toContain('by hand');
  expect(changed.output).toContain('exit code 5');
  const issues = () => github.state.issues.filter(({ labels }) => labels.includes('lavaflow-drift'));
  expect(issues()).toMatchObject([{ state: 'open', body: expect.stringContaining('by hand') as string }]);
  await converge(master.target, [worker('rack-1', { description: 'a rack' })]);
  expect(await drift()).toMatchObject({ failedAt: null });
  expect(issues()).toMatchObject([{ state: 'closed' }]);
  expect(changed.output + changed.summary).not.toContain(master.token);
});

test('the report of drift fails if the master cannot be read, and the issue stays as it is', async () => {
  const before = structuredClone(github.state.issues);
  const failed = await drift({ 'secrets.LAVA_TOKEN': 'revoked' });
  expect(failed.failedAt).toBe(3);
  expect(failed.output).toContain('cannot');
  expect(github.state.issues).toEqual(before);
});

test('a hostile one is planned under the policy of its base, and its name is never run as a command', async () => {
  const url = `http://127.0.0.1:${(evil.address() as AddressInfo).port}`;
  const head = await propose(2, '$(touch${IFS}pwned);`touch${IFS}pwned`', {
    'lab-config/masters/main.yaml': `kind: Master\nurl: ${url}\ntokenFrom: {env: LAVA_TOKEN}\nsites: [here]\n`,
    '.npmrc': `registry=${url}\n`,
    'node_modules/.bin/lavaflow': '#!/bin/sh\ntouch pwned\n',
  });
  const plan = await planOf(2, head);
  expect(plan).toMatchObject({ failedAt: null });
  expect(plan.summary).toContain('this change alters the policy');
  expect(calls).toBe(0);
  expect(plan.output).not.toContain('pwned');
});

test('the policy is the current one of the base branch, not that of when the pull request was created', async () => {
  const head = await propose(5, 'early', { 'workers/rack-5/worker.yaml': 'kind: Worker\nsite: here\n' });
  const path = join(lab.directory, 'lab-config/lab.yaml');
  const text = readFileSync(path, 'utf8');
  await lab.commit({ 'lab-config/lab.yaml': text.replace('mode: warn', 'mode: observe') });
  await lab.git('push', '--quiet', 'origin', 'HEAD:main');
  const plan = await planOf(5, head);
  expect(plan).toMatchObject({ failedAt: null });
  expect(plan.summary).toContain('observe');
});

test('a run for an outdated commit of the pull request ends before it plans', async () => {
  const head = await propose(3, 'late', { 'workers/rack-2/worker.yaml': 'kind: Worker\nsite: here\n' });
  await propose(3, 'later', { 'workers/rack-3/worker.yaml': 'kind: Worker\nsite: here\n' });
  const plan = await planOf(3, head);
  expect(plan.failedAt).toBe(3);
  expect(plan.output).toContain('::error::the pull request has new commits or cannot be merged');
  expect(plan.summary).toBe('');
});

test('one that breaks the lab fails, and its other changes are planned', async () => {
  const head = await propose(4, 'broken', {
    ...rack,
    'workers/rack-4/worker.yaml': 'kind: Worker\nsite: nowhere\n',
  });
  const validate = await run('lab.yaml', 'validate', { 'github.ref': 'refs/pull/4/merge' });
  expect(validate.failedAt).toBe(3);
  expect(validate.output).toMatch(/^::error file=workers\/rack-4\/worker\.yaml,line=2/m);
  const plan = await planOf(4, head);
  expect(plan.failedAt).toBe(4);
  expect(plan.summary).toContain('site-unknown');
});
