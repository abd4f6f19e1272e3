/** `lavaflow controller --listen`: the status over HTTP, and webhooks that wake it up. */
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';

import type { ControllerStatus } from '../../src/controller/index.js';
import { lavaflow, startLavaflow, type RunningLavaflow } from '../support/cli/run.js';
import { makeTestRepository, type TestRepository } from '../support/git/git-repository.js';
import { startGitHub, type GitHubStandIn } from '../support/github/index.js';
import { Webhook } from '../support/github/webhook.js';
import { converge, device } from '../support/targets/master-changes.js';
import { startSimulatedTarget, type SimulatedTarget } from '../support/targets/simulated-target.js';
import { until } from '../support/until.js';

const secret = 'of the webhook';
let lab: TestRepository;
let master: SimulatedTarget;
let github: GitHubStandIn;
let controller: RunningLavaflow;
let url: string;

beforeAll(async () => {
  [lab, master, github] = await Promise.all([
    makeTestRepository(),
    startSimulatedTarget('2023.01'),
    startGitHub({ repository: 'example-org/lab' }),
  ]);
  await lab.commit({
    '.gitignore': '.lavaflow/\n',
    'lab-config/lab.yaml': 'kind: Lab\nname: watched\npolicy: {mode: warn, maxUpdateShare: 1}\n',
    'lab-config/masters/main.yaml': `kind: Master\nurl: ${master.url}\ntokenFrom: {env: LAVA_TOKEN}\nsites: [here]\n`,
    'lab-config/sites/here.yaml': 'kind: Site\nowners: []\n',
    'workers/rack-1/worker.yaml': 'kind: Worker\nsite: here\n',
    'device-types/our-board.jinja2': 'actions: {deploy: {methods: {}}}\n',
    'device-types/our-board.yaml': 'kind: DeviceType\n',
    'device-dictionaries/board-1.jinja2':
      "{% extends 'our-board.jinja2' %}\n{% set sync_to_lava = {'device_type': 'our-board', 'worker': 'rack-1'} %}\n",
    'device-dictionaries/board-1.yaml': 'kind: Device\ndescription: on the shelf\n',
  });
  await start();
});
afterAll(async () => {
  await stop();
  await master.stop();
  await github.stop();
  await lab.remove();
});

async function start(...more: readonly string[]): Promise<void> {
  // It never runs on schedule during the test.
  const args = [
    'controller',
    '--listen',
    '127.0.0.1:0',
    '--schedule',
    '0 0 29 2 *',
    '--webhook-secret-env',
    'HOOK',
    ...more,
  ];
  controller = startLavaflow(lab.directory, args, {
    LAVA_TOKEN: master.token,
    HOOK: secret,
    GITHUB_API_URL: github.url,
    GITHUB_TOKEN: github.tokenOf('workflow'),
  });
  await until('the controller is ready', () => /^ready$/m.test(controller.stdoutText()));
  url = /^status (\S+)$/m.exec(controller.stdoutText())?.[1] ?? '';
}

async function stop(): Promise<void> {
  const ended = once(controller, 'close');
  controller.kill('SIGTERM');
  await ended;
  expect(controller.exitCode).toBe(0);
}

async function status(): Promise<ControllerStatus['masters'][string] | undefined> {
  return ((await (await fetch(`${url}/status.json`)).json()) as ControllerStatus).masters['main'];
}

const pushedAt = { repository: { pushed_at: Math.floor(Date.now() / 1000) } };

it('serves the status, and finds drift when a webhook wakes it up; a repeated delivery does nothing, also after a restart', async () => {
  await expect.poll(async () => (await status())?.lastApplied).toBeTruthy();
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain(
    'lavaflow_master_is_current{master="main"} 1\n',
  );

  await expect.poll(async () => (await status())?.state).toBe('idle');
  await converge(master.target, [device('board-1', { description: 'in use' })]);
  expect((await status())?.drift).toEqual([]);
  const webhook = new Webhook(github, { url: `${url}/webhook`, secret });
  const delivery = await webhook.deliver('push', pushedAt);
  expect(delivery.status).toBe(202);
  await expect.poll(async () => (await status())?.drift).toEqual(['device/board-1']);
  const page = await (await fetch(`${url}/`)).text();
  expect(page).toMatch(/need attention: 1 with drift|needs attention: 1 with drift/);
  expect(page).toContain('<code>device/board-1</code>');
  for (const file of ['status.css', 'status.js', 'status.svg'])
    expect((await fetch(`${url}/${file}`)).status).toBe(200);
  expect((await webhook.redeliver(delivery)).status).toBe(200);
  expect((await new Webhook(github, { url: `${url}/webhook`, secret: 'wrong' }).deliver('push')).status).toBe(
    401,
  );

  await stop();
  await start();
  const again = new Webhook(github, { url: `${url}/webhook`, secret });
  expect((await again.redeliver(delivery)).status).toBe(200);
  expect((await again.deliver('push', pushedAt)).status).toBe(202);
  expect(controller.stderrText()).not.toContain(secret);
});

it('keeps an issue about drift, and obeys its boxes when a webhook reports an edit', async () => {
  github.setPermission('keeper', 'write');
  await stop();
  await start('--github', 'example-org/lab');
  await expect.poll(() => github.state.issues).toMatchObject([{ state: 'open', title: 'Drift on main' }]);
  const [issue] = github.state.issues;
  if (issue === undefined) throw new Error('no issue');
  const checked = issue.body?.replace(/\[ \](.*<!-- lavaflow revert -->)/, '[x]$1') ?? '';
  github.editIssue(issue, 'keeper', checked);
  const webhook = new Webhook(github, { url: `${url}/webhook`, secret });
  expect((await webhook.deliver('issues.edited')).status).toBe(202);
  await expect.poll(() => issue).toMatchObject({ state: 'closed' });
  expect(issue.body).toContain('1 object restored');
  expect(controller.stderrText()).not.toContain(github.tokenOf('workflow'));
});

it.each([
  [['--github', 'example-org/lab'], 'GITHUB_TOKEN is not set'],
  [['--github', 'lab'], '--github lab is not OWNER/NAME'],
  [['--webhook-secret-env', 'HOOK'], 'webhooks need an address'],
  [['--listen', '127.0.0.1:0', '--webhook-secret-env', 'NO_HOOK'], 'NO_HOOK has no secret'],
  [['--listen', 'here'], 'is not HOST:PORT'],
])('does not start with %j', async (args, message) => {
  const outcome = await lavaflow(lab.directory, ['controller', ...args], { HOOK: secret });
  expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining(message) as string });
});

it('reports a port that is in use', async () => {
  const { host } = new URL(url);
  const outcome = await lavaflow(lab.directory, ['controller', '--listen', host], {
    LAVA_TOKEN: master.token,
  });
  expect(outcome).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('cannot listen for the status') as string,
  });
});
