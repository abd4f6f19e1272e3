/** `lavaflow controller` with channels: one message for each cause, also when the controller is killed. */
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import type { ReportedStatus } from '../../src/app/incidents/index.js';
import type { StoredIncidents } from '../../src/report/index.js';
import { lavaflow, startLavaflow, type RunningLavaflow } from '../support/cli/run.js';
import { makeTestRepository, type TestRepository } from '../support/git/git-repository.js';
import { startHttpServer, type TestServer } from '../support/http-server.js';
import { startFaultProxy, type Fault } from '../support/targets/fault-proxy.js';
import { converge, device } from '../support/targets/master-changes.js';
import { startSimulatedTarget, type SimulatedTarget } from '../support/targets/simulated-target.js';
import { until } from '../support/until.js';

const deviceCount = 200;
let lab: TestRepository;
let master: SimulatedTarget;
let proxy: TestServer;
let chat: TestServer;
let controller: RunningLavaflow;
let fault: Fault = 'pass';
let chatAnswers: 'ok' | 'never' = 'ok';
/** First lines of the messages in the chat. */
const said: string[] = [];

beforeAll(async () => {
  [lab, master] = await Promise.all([makeTestRepository(), startSimulatedTarget('2023.01')]);
  proxy = await startFaultProxy(master.url, () => fault);
  chat = await startHttpServer(async (request, response) => {
    const parts: Uint8Array[] = [];
    for await (const part of request as AsyncIterable<Uint8Array>) parts.push(part);
    const { text } = JSON.parse(Buffer.concat(parts).toString('utf8')) as { text: string };
    said.push((text.split('\n')[0] ?? '').replaceAll('\u200B', ''));
    if (chatAnswers === 'ok') response.end('ok');
  });
  const names = Array.from({ length: deviceCount }, (_, index) => `board-${index + 1}`);
  await lab.commit({
    '.gitignore': '.lavaflow/\n',
    'lab-config/lab.yaml': 'kind: Lab\nname: watched\npolicy: {mode: warn, maxUpdateShare: 1}\n',
    'lab-config/masters/main.yaml': `kind: Master\nurl: ${proxy.url}\ntokenFrom: {env: LAVA_TOKEN}\nsites: [here]\n`,
    'lab-config/sites/here.yaml':
      "kind: Site\nowners: []\ncontacts: [{name: Lab desk, email: desk@example.org, chat: '#lab'}]\n",
    'workers/rack-1/worker.yaml': 'kind: Worker\nsite: here\n',
    'device-types/our-board.jinja2': 'actions: {deploy: {methods: {}}}\n',
    'device-types/our-board.yaml': 'kind: DeviceType\n',
    ...Object.fromEntries(
      names.map((name) => [
        `device-dictionaries/${name}.jinja2`,
        "{% extends 'our-board.jinja2' %}\n{% set sync_to_lava = {'device_type': 'our-board', 'worker': 'rack-1'} %}\n",
      ]),
    ),
    'device-dictionaries/board-1.yaml': 'kind: Device\ndescription: on the shelf\n',
  });
  mkdirSync(join(lab.directory, '.lavaflow'), { recursive: true });
  writeFileSync(
    join(lab.directory, '.lavaflow/notifications.yaml'),
    [
      'kind: Notifications',
      'confirmSeconds: 0',
      'recoverSeconds: 0',
      'channels:',
      '  - {name: ops-chat, chat: {urlFrom: {env: CHAT_URL}}}',
      `  - {name: log, command: {run: [/bin/sh, -c, 'cat >> "$0"', ${commandFile()}]}}`,
      '  - {name: broken, command: {run: [/no/such/program]}}',
      '',
    ].join('\n'),
  );
  await start();
  await until('the lab is applied', isReconciled);
});
afterEach(() => {
  fault = 'pass';
});
afterAll(async () => {
  await stop();
  await Promise.all([proxy.stop(), chat.stop(), master.stop()]);
  await lab.remove();
});

function commandFile(): string {
  return join(lab.directory, '.lavaflow/notices');
}

async function start(): Promise<void> {
  // It never runs on schedule during the test.
  controller = startLavaflow(lab.directory, ['controller', '--schedule', '0 0 29 2 *'], {
    LAVA_TOKEN: master.token,
    CHAT_URL: `${chat.url}/hooks/of-the-chat`,
  });
  await until('the controller is ready', () => /^ready$/m.test(controller.stdoutText()));
}

async function stop(): Promise<void> {
  const ended = once(controller, 'close');
  controller.kill('SIGTERM');
  await ended;
  expect(controller.exitCode, controller.stderrText()).toBe(0);
}

async function kill(): Promise<void> {
  const ended = once(controller, 'close');
  controller.kill('SIGKILL');
  await ended;
}

function status(): ReportedStatus | null {
  const file = join(lab.directory, '.lavaflow/status.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ReportedStatus) : null;
}

/** What is stored: the chat and the command got everything. Unlike the status, it is written before anything is sent. */
function isSent(): boolean {
  const file = join(lab.directory, '.lavaflow/incidents.json');
  const { waiting } = JSON.parse(readFileSync(file, 'utf8')) as StoredIncidents;
  return waiting.every(({ channels }) => channels.every((name) => name === 'broken'));
}

/** By this controller. */
function isReconciled(): boolean {
  return controller.stderrText().includes('"msg":"master reconciled"');
}

/** A new revision: the master is read at once. */
async function look(text: string): Promise<void> {
  await lab.commit({ 'README.md': text });
}

const opened = `[lavaflow] OPEN: master main cannot be reached (${deviceCount} devices)`;
const recovered = `[lavaflow] RECOVERED: master main cannot be reached (${deviceCount} devices)`;

it('says once that a master with 200 devices is gone, and once that it is back', async () => {
  fault = 'lose-request';
  await look('gone');
  await until('the chat was told', () => said.length > 0);
  // Several attempts later, and after the controller was killed, nothing more is sent.
  const failures = () => controller.stderrText().match(/master not reached/g)?.length ?? 0;
  await until('it was tried again', () => failures() > 2);
  await kill();
  await start();
  await until('it was tried again', () => failures() > 1);
  expect(said).toEqual([opened]);
  await until('the status has the incident', () => status()?.incidents[0]?.state === 'open');
  await until('the channel fails', () => status()?.channels[2]?.state === 'failing');

  const report = await lavaflow(lab.directory, ['report']);
  expect(report).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('master main cannot be reached') as string,
  });
  expect(report.stdout).toContain('Contact: Lab desk (desk@example.org, #lab)');
  expect(report.stdout).toContain('channel broken is failing');

  await kill();
  fault = 'pass';
  await start();
  await until('the chat was told, and that is stored', () => said.length > 1 && isSent());
  await kill();
  await start();
  await until('everything was compared', isReconciled);
  expect(said).toEqual([opened, recovered]);
  await until('the status has no incidents', () => status()?.incidents.length === 0);
  // The command was told the same, while another channel fails.
  const notices = readFileSync(commandFile(), 'utf8').trim().split('\n');
  expect(notices.map((line) => (JSON.parse(line) as { phase: string }).phase)).toEqual([
    'opened',
    'recovered',
  ]);
  await until('the channel fails again', () => status()?.channels[2]?.state === 'failing');
  expect(status()?.channels).toMatchObject([
    { name: 'ops-chat', state: 'ok', waiting: 0 },
    { name: 'log', state: 'ok', waiting: 0 },
    { name: 'broken', state: 'failing', retry: 'after-change', waiting: 2 },
  ]);
});

it('loses no message if it is killed while it sends, and repeats at most that one', async () => {
  said.length = 0;
  chatAnswers = 'never';
  await until('everything was compared', isReconciled);
  await converge(master.target, [device('board-1', { description: 'in use' })]);
  await look('drift');
  await until('the chat gets the message', () => said.length > 0);
  await kill();
  chatAnswers = 'ok';
  await start();
  await until('the chat has the message', isSent);
  const drift = '[lavaflow] OPEN: somebody changed master main (1 object)';
  expect(said).toEqual([drift, drift]);
  await converge(master.target, [device('board-1', { description: 'on the shelf' })]);
  await look('no drift');
  await until('the chat was told', () => said.length > 2);
  expect(said).toEqual([drift, drift, '[lavaflow] RECOVERED: somebody changed master main (1 object)']);
});

it('says that the token is rejected, and shows no secret', async () => {
  said.length = 0;
  fault = { status: 401, body: '{"detail": "Invalid token."}' };
  await look('rejected');
  await until('the chat was told', () => said.length > 0);
  expect(said).toEqual([`[lavaflow] OPEN: master main denies access (${deviceCount} devices)`]);
  for (const text of [
    controller.stderrText(),
    JSON.stringify(status()),
    readFileSync(commandFile(), 'utf8'),
  ]) {
    expect(text).not.toContain('of-the-chat');
    expect(text).not.toContain(master.token);
  }
});

it.each([
  [
    'kind: Notifications\nchannels: [{name: x, chat: {urlFrom: {env: NO_SUCH_VARIABLE}}}]\n',
    'NO_SUCH_VARIABLE is not set',
  ],
  [
    'kind: Notifications\nchannels: [{name: x, command: {run: [page]}}]\n',
    'FILE:2:38: "page" is not an absolute path',
  ],
  [
    'kind: Notifications\nchannels:\n  - name: x\n    mail: {host: mail.example.org, from: a@b, tls: none}\n',
    'FILE:4:52: mail to another machine must be encrypted',
  ],
  ['kind: Notifications\nchannels: [{name: x, sms: 1}]\n', 'FILE:2:22: unknown key "sms"'],
])('does not start with %j', async (text, message) => {
  const file = join(lab.directory, '.lavaflow/other.yaml');
  writeFileSync(file, text);
  const { code, stderr } = await lavaflow(lab.directory, ['controller', '--notifications', file], {
    NO_COLOR: '1',
  });
  expect({ code, stderr: stderr.replaceAll(file, 'FILE') }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(message) as string,
  });
});

it('does not accept channels from the lab repo', async () => {
  await lab.commit({ 'notifications.yaml': 'kind: Notifications\nchannels: []\n' });
  const args = ['controller', '--notifications', 'notifications.yaml'];
  expect(await lavaflow(lab.directory, args)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is in the lab repo') as string,
  });
});
