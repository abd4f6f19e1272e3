/** `lavaflow github drift`: drift on a simulated LAVA becomes an issue, which follows it. */
import { afterAll, beforeAll, expect, it } from 'vitest';

import { TestGitHub } from '../support/github/runner.js';
import { converge, device } from '../support/targets/master-changes.js';
import { startSimulatedTarget, type SimulatedTarget } from '../support/targets/simulated-target.js';

let github: TestGitHub;
let master: SimulatedTarget;
let clone: string;

beforeAll(async () => {
  [github, master] = await Promise.all([TestGitHub.start(), startSimulatedTarget('2023.01')]);
  const commit = await github.push('refs/heads/main', null, {
    '.gitignore': '.lavaflow/\n',
    'lab-config/lab.yaml': 'kind: Lab\nname: drifting\npolicy: {mode: warn, maxUpdateShare: 1}\n',
    'lab-config/masters/main.yaml': `kind: Master\nurl: ${master.url}\ntokenFrom: {env: LAVA_TOKEN}\nsites: [here]\n`,
    'lab-config/sites/here.yaml': "kind: Site\nowners: ['@keeper', '@example-org/desk']\n",
    'workers/rack-1/worker.yaml': 'kind: Worker\nsite: here\n',
    'device-types/our-board.jinja2': 'actions: {deploy: {methods: {}}}\n',
    'device-types/our-board.yaml': 'kind: DeviceType\n',
    'device-dictionaries/board-1.jinja2':
      "{% extends 'our-board.jinja2' %}\n{% set sync_to_lava = {'device_type': 'our-board', 'worker': 'rack-1'} %}\n",
    'device-dictionaries/board-1.yaml': 'kind: Device\ndescription: on the shelf\n',
  });
  clone = await github.checkout(commit);
  github.api.setPermission('keeper', 'write');
  expect(await run(['apply', '--yes'])).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await master.stop();
  await github.stop();
});

function run(args: readonly string[]) {
  const variables = { LAVA_TOKEN: master.token, LAVAFLOW_RECORDS: 'git:origin' };
  return github.run(clone, args, { event: 'schedule', payload: { schedule: '17 4 * * *' }, variables });
}

const report = () => run(['github', 'drift']);
const issues = () => github.api.state.issues;

it('opens an issue, leaves it alone, updates it, closes it when nothing drifts, and reopens it', async () => {
  expect(await report()).toMatchObject({ code: 0, stdout: 'main: no issue\n', stderr: '' });

  await converge(master.target, [device('board-1', { description: 'in use' })]);
  const first = await report();
  expect(first).toMatchObject({ code: 5, stderr: 'exit code 5: main: 1 object drifted\n' });
  expect(first.stdout).toContain('main: issue opened: ');
  expect(issues()).toMatchObject([
    { state: 'open', title: 'Drift on main', labels: ['lavaflow-drift'], assignees: ['keeper'] },
  ]);
  expect(issues()[0]?.body).toContain('<code>device/board-1</code>');
  expect((await report()).stdout).toContain('main: issue kept: ');

  await converge(master.target, [device('board-1', { description: 'at home' })]);
  expect((await report()).stdout).toContain('main: issue updated: ');

  await converge(master.target, [device('board-1', { description: 'on the shelf' })]);
  const clean = await report();
  expect(clean).toMatchObject({ code: 0 });
  expect(clean.stdout).toContain('main: issue closed: ');
  expect(issues()).toMatchObject([{ state: 'closed' }]);

  await converge(master.target, [device('board-1', { description: 'in use' })]);
  expect((await report()).stdout).toContain('main: issue reopened: ');
  expect(issues()).toHaveLength(1);
});

/** As a person does on the page of the issue. */
function check(login: string, ...kinds: readonly string[]): void {
  const [issue] = issues();
  if (issue === undefined) throw new Error('no issue');
  const checked = (body: string, kind: string) =>
    body.replace(new RegExp(`\\[ \\](.*<!-- lavaflow ${kind} -->)`), '[x]$1');
  github.api.editIssue(issue, login, kinds.reduce(checked, issue.body ?? ''));
}

const body = () => issues()[0]?.body ?? '';
const comments = () => github.api.state.comments.map((comment) => comment.body);

it('obeys the boxes only of people with write access, and comments once', async () => {
  check('stranger', 'revert', 'snooze-7');
  const lost = { on: /^PATCH .*\/issues\/\d+$/, fault: { kind: 'forbidden' } } as const;
  github.api.setFaults([lost]);
  // It ends after the comment, and before the boxes are unchecked.
  expect(await report()).toMatchObject({ code: 1 });
  expect(body()).toContain('[x]');
  expect((await report()).stdout).toContain('main: issue updated: ');
  expect(body()).not.toContain('[x]');
  expect(comments()).toEqual([expect.stringContaining('<code>stranger</code> edited this issue')]);
  expect(body()).toContain('in use');
});

it('accepts with one pull request, and snoozes', async () => {
  github.api.state.actionsMayCreatePulls = true;
  github.api.setBranch('main', 'a'.repeat(40));
  github.api.setBranch('lavaflow/drift-main', 'b'.repeat(40));
  for (let times = 0; times < 2; times++) {
    check('keeper', 'accept', 'snooze-7');
    expect((await report()).stdout).toMatch(/^main: snoozed until /);
    expect(body()).not.toContain('[x]');
  }
  const [pull, ...others] = github.api.state.pulls;
  expect(others).toEqual([]);
  expect(body()).toContain(`**Accepting**`);
  expect(body()).toContain(`#${pull?.number ?? ''}: it is drift until the pull request is merged`);
  expect(body()).toMatch(/\*\*Snoozed\*\* until .*requested by <code>keeper<\/code>/);
  const written = await github.author.git('ls-remote', 'origin', 'refs/heads/lavaflow/drift-main');
  await github.author.git('fetch', '--quiet', 'origin', written.split('\t')[0] ?? '');
  const file = 'FETCH_HEAD:device-dictionaries/board-1.yaml';
  expect(await github.author.git('show', file)).toContain('description: in use');
  expect((await report()).stdout).toMatch(/^main: snoozed until .*\nmain: issue kept: /);
});

it('reverts what the issue showed, also in mode warn, and not what drifted since', async () => {
  check('keeper', 'revert');
  await converge(master.target, [device('board-1', { description: 'in the cellar' })]);
  await report();
  expect(comments().at(-1)).toContain('what drifts has changed since the box was checked');
  expect(body()).toContain('in the cellar');

  check('keeper', 'revert');
  const done = await report();
  expect(done).toMatchObject({ code: 0 });
  expect(done.stdout).toContain('main: issue closed: ');
  expect(body()).toContain('**Reverting**');
  expect(body()).toContain('1 object restored');
  expect(await report()).toMatchObject({ code: 0, stderr: '' });
  expect(comments()).toHaveLength(2);
  await converge(master.target, [device('board-1', { description: 'in use' })]);
  expect((await report()).stdout).toContain('main: issue reopened: ');
});

it('leaves the issue as it is if the master does not respond, and does not print its token', async () => {
  const before = body();
  await master.stop();
  const outcome = await report();
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toContain(master.url);
  expect(outcome.stderr).not.toContain(master.token);
  expect(issues()).toMatchObject([{ state: 'open', body: before }, {}]);
});
