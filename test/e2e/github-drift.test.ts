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

it('leaves the issue as it is if the master does not respond, and does not print its token', async () => {
  const body = issues()[0]?.body;
  await master.stop();
  const outcome = await report();
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toContain(master.url);
  expect(outcome.stderr).not.toContain(master.token);
  expect(issues()).toMatchObject([{ state: 'open', body }]);
});
