/**
 * `lavaflow github apply`: what is merged is applied to simulated masters, every master gets a status, and the pull request a
 * comment if somebody has to do something.
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import type { TokenKind } from '../support/github/index.js';
import { TestGitHub } from '../support/github/runner.js';
import { converge, worker as workerObject } from '../support/targets/master-changes.js';
import { startSimulatedTarget, type SimulatedTarget } from '../support/targets/simulated-target.js';

let github: TestGitHub;
let main: SimulatedTarget;
let other: SimulatedTarget;
let tip: string;

const worker = (name: string, more = '') => ({
  [`workers/${name}/worker.yaml`]: `kind: Worker\nsite: here\n${more}`,
});

beforeAll(async () => {
  [github, main, other] = await Promise.all([
    TestGitHub.start(),
    startSimulatedTarget('2023.01'),
    startSimulatedTarget('2023.01'),
  ]);
  tip = await github.push('refs/heads/main', null, {
    '.gitignore': '.lavaflow/\n',
    'lab-config/lab.yaml': 'kind: Lab\nname: two\npolicy: {mode: warn, maxUpdateShare: 1}\n',
    'lab-config/masters/main.yaml': `kind: Master\nurl: ${main.url}\ntokenFrom: {env: MAIN_TOKEN}\nsites: [here]\n`,
    'lab-config/masters/other.yaml':
      'kind: Master\nurlFrom: {env: OTHER_URL}\ntokenFrom: {env: OTHER_TOKEN}\nsites: [here]\n',
    'lab-config/sites/here.yaml': "kind: Site\nowners: ['@keeper']\n",
    ...worker('rack-1'),
  });
});
afterAll(async () => {
  await Promise.all([main.stop(), other.stop()]);
  await github.stop();
});
afterEach(() => {
  const { comments, statuses } = github.api.state;
  for (const list of [comments, statuses]) list.splice(0);
  github.api.setFaults([]);
});

/** What GitHub has after a pull request was merged. */
async function merge(number: number, files: Readonly<Record<string, string>>): Promise<string> {
  const before = tip;
  tip = await github.push('refs/heads/main', before, files);
  github.api.addPull({
    number,
    author: 'vendor',
    title: 'change',
    head: { sha: `${number}`.padStart(40, 'a'), ref: `change-${number}` },
    base: { sha: before, ref: 'main' },
    merged: true,
    mergeCommitSha: tip,
  });
  return tip;
}

interface Run {
  readonly args?: readonly string[];
  readonly token?: TokenKind;
  readonly variables?: Readonly<Record<string, string>>;
}

async function apply(commit: string, { args = [], token, variables = {} }: Run = {}) {
  const outcome = await github.run(await github.checkout(commit), ['github', 'apply', ...args], {
    event: 'push',
    payload: { ref: 'refs/heads/main', after: commit },
    ...(token === undefined ? {} : { token }),
    variables: {
      MAIN_TOKEN: main.token,
      OTHER_TOKEN: other.token,
      OTHER_URL: other.url,
      LAVAFLOW_RECORDS: 'git:origin',
      ...variables,
    },
  });
  for (const secret of [main.token, other.token]) {
    expect(outcome.stdout + outcome.stderr + outcome.summary).not.toContain(secret);
    expect(JSON.stringify([comments(), statuses()])).not.toContain(secret);
  }
  return outcome;
}

const comments = () => github.api.state.comments.map(({ issue, body }) => ({ issue, body }));

/** The latest status of each context, as GitHub shows them. */
const statuses = () =>
  new Map(
    github.api.state.statuses.map(({ context, state, description, sha, targetUrl }) => [
      context,
      { state, description, sha, targetUrl },
    ]),
  );

it('applies to all masters, and shows on the commit which revision each of them runs', async () => {
  const commit = await merge(7, worker('rack-2'));
  const outcome = await apply(commit);
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  expect(outcome.stdout).toContain('done create worker/rack-2');
  const shown = {
    state: 'success',
    description: `applied ${commit.slice(0, 12)}: 2 changes`,
    sha: commit,
    targetUrl: 'https://github.example.org/example-org/lab/actions/runs/1',
  };
  expect(statuses()).toEqual(
    new Map([
      ['lavaflow/apply/main', shown],
      ['lavaflow/apply/other', shown],
    ]),
  );
  expect(github.api.state.statuses.map(({ state }) => state).sort()).toEqual([
    'pending',
    'pending',
    'success',
    'success',
  ]);
  expect(comments()).toEqual([]);
  expect(outcome.summary).toContain('**The commit is applied.**');

  expect(await apply(commit)).toMatchObject({ code: 0, stderr: '' });
  expect(statuses().get('lavaflow/apply/main')?.description).toBe(
    `applied ${commit.slice(0, 12)}: no changes`,
  );
});

it('applies to the others if a master fails, comments on the pull request, and resolves the comment later', async () => {
  const commit = await merge(8, worker('rack-3'));
  github.api.addComment(8, { author: 'stranger', body: '<!-- lavaflow apply -->\nall is fine' });
  // The first of the masters.
  const failed = await apply(commit, { variables: { MAIN_TOKEN: 'expired' } });
  expect(failed).toMatchObject({ code: 1 });
  expect(failed.stderr).toContain('exit code 1: the apply to main failed');
  expect(failed.stdout).toContain('comment on #8 created: ');
  expect(statuses().get('lavaflow/apply/main')).toMatchObject({ state: 'error', sha: commit });
  expect(statuses().get('lavaflow/apply/other')).toMatchObject({
    state: 'success',
    description: `applied ${commit.slice(0, 12)}: 1 change`,
  });
  expect(comments()).toHaveLength(2);
  const [, { issue, body } = { issue: 0, body: '' }] = comments();
  expect(issue).toBe(8);
  expect(body).toMatch(/^<!-- lavaflow apply -->\n/);
  expect(body).toContain('- <code>main</code>: ✗ could not be applied');
  expect(body).toContain('- <code>other</code>: ✓ applied (1 change)');
  expect(body).toContain('run the failed job again');

  const repeated = await apply(commit);
  expect(repeated).toMatchObject({ code: 0, stderr: '' });
  expect(repeated.stdout).toContain('comment on #8 updated: ');
  expect(comments()).toHaveLength(2);
  expect(comments()[1]?.body).toContain('**The commit is applied.**');
  expect(comments()[1]?.body).not.toContain('What to do');
  expect(statuses().get('lavaflow/apply/main')?.state).toBe('success');
});

it('comments if a limit refuses the apply, and one job of several has a comment of its own', async () => {
  const limits = 'kind: Lab\nname: two\npolicy: {mode: enforce, maxUpdateShare: 0}\n';
  const commit = await merge(9, {
    'lab-config/lab.yaml': limits,
    ...worker('rack-1', 'description: "@everyone <b>"\n'),
  });
  const refused = await apply(commit, { args: ['--master', 'main'] });
  expect(refused).toMatchObject({ code: 4 });
  expect([...statuses()]).toEqual([
    [
      'lavaflow/apply/main',
      expect.objectContaining({
        state: 'failure',
        description: `refused ${commit.slice(0, 12)}: nothing was applied: a safety limit`,
      }),
    ],
  ]);
  expect(comments()[0]?.body).toMatch(/^<!-- lavaflow apply main -->\n/);
  expect(comments()[0]?.body).toContain('maxUpdateShare 0 allows 0');
  expect(comments()[0]?.body).not.toContain('@everyone');

  expect(await apply(commit, { args: ['--force', 'as intended'] })).toMatchObject({ code: 0 });
  await merge(10, { 'lab-config/lab.yaml': limits.replace('0}', '1}') });
});

it('warns if GitHub does not accept what it writes, and the apply is what it was', async () => {
  const commit = await merge(11, worker('rack-4'));
  github.api.setFaults([{ on: /^(POST|GET) /, fault: { kind: 'forbidden' }, times: Infinity }]);
  const outcome = await apply(commit);
  expect(outcome).toMatchObject({ code: 0 });
  expect(outcome.stdout).toContain('done create worker/rack-4');
  expect(outcome.stderr).toContain(
    'warning: what was applied is not affected, but cannot write the status lavaflow/apply/main',
  );
  expect(outcome.stderr).toContain('not affected, but cannot find the pull request of');
  expect(outcome.summary).toContain('**The commit is applied.**');
  github.api.setFaults([]);
  // Nothing was left to do.
  expect((await apply(commit)).stdout).toContain('nothing to do');
});

it('applies what was reviewed, and not what replaces something else, unless the job is run again', async () => {
  const before = tip;
  const change = { ...worker('rack-2', 'description: moved\n'), ...worker('rack-9') };
  const head = await github.push('refs/pull/20/head', before, change);
  const ends = { head: { sha: head, ref: 'change-20' }, base: { sha: before, ref: 'main' } };
  github.api.addPull({ number: 20, author: 'vendor', title: 'change', ...ends });
  const planned = await github.run(
    await github.checkout(head),
    ['github', 'plan', '--master', 'main', '--records', 'git:origin'],
    {
      event: 'pull_request_target',
      payload: { pull_request: { number: 20, ...ends } },
      variables: { MAIN_TOKEN: main.token },
    },
  );
  expect(planned).toMatchObject({ code: 2, stdout: expect.stringContaining('comment created: ') as string });
  expect(planned.summary).toContain('### Plan for <code>main</code>');
  expect(comments()).toMatchObject([{ issue: 20 }]);
  expect(comments()[0]?.body).toMatch(/^<!-- lavaflow review -->\n[^]*An apply would change 2 objects\./);

  const commit = await github.push('refs/heads/main', before, change);
  tip = commit;
  Object.assign(github.api.state.pulls.find(({ number }) => number === 20) ?? {}, {
    merged: true,
    mergeCommitSha: commit,
  });
  Object.assign(github.api.state.issues.find(({ number }) => number === 20) ?? {}, {
    state: 'closed',
    closedAt: '2026-01-01T00:00:00Z',
  });
  await converge(main.target, [workerObject('rack-2', { description: 'by hand' })]);
  const stale = await apply(commit, { args: ['--master', 'main'] });
  expect(stale).toMatchObject({ code: 4 });
  expect(stale.stderr).toContain('not as reviewed: worker/rack-2');
  expect(statuses().get('lavaflow/apply/main')).toMatchObject({ state: 'failure', sha: commit });
  const [, { body } = { body: '' }] = comments();
  expect(body).toContain('Not as reviewed: below is what the apply would do now.');
  expect(body).toContain('### Plan for <code>main</code>');

  const accepted = await apply(commit, { args: ['--master', 'main'] });
  expect(accepted).toMatchObject({ code: 0 });
  expect(accepted.summary).toContain('the plan is the reviewed one');
  expect(comments()[1]?.body).toContain('**The commit is applied.**');
});

it('applies a commit that no pull request brought', async () => {
  tip = await github.push('refs/heads/main', tip, worker('rack-5'));
  github.api.addCommit(tip);
  expect(await apply(tip, { variables: { OTHER_URL: 'http://127.0.0.1:1' } })).toMatchObject({ code: 1 });
  expect([...statuses().values()].map(({ state }) => state)).toEqual(['success', 'error']);
  expect(comments()).toEqual([]);
});

it('comments if nothing in the lab can be used', async () => {
  const commit = await merge(12, { 'lab-config/lab.yaml': 'kind: Lab\nname: [\n' });
  expect(await apply(commit, { args: ['--master', 'main'] })).toMatchObject({ code: 3 });
  expect(statuses().get('lavaflow/apply/main')).toMatchObject({ state: 'error', sha: commit });
  expect(comments()).toMatchObject([{ issue: 12 }]);
  expect(comments()[0]?.body).toContain('fix the findings of <code>lavaflow validate</code>');
});

it('applies nothing without a token for GitHub', async () => {
  const outcome = await apply(tip, { variables: { GITHUB_TOKEN: '' } });
  expect(outcome).toMatchObject({ code: 1, stdout: '' });
  expect(outcome.stderr).toContain('error: GITHUB_TOKEN is not set');
});
