/** A misspelled key of a job is one problem, which names the key that is meant. */
import { expect, it } from 'vitest';
import { readJob } from '../../../src/job/index.js';

const head = 'job_name: a\ntimeouts: {job: {minutes: 5}}\nvisibility: public\ndevice_type: qemu\n';

function problemsOf(text: string): string[] {
  const read = readJob(text, { for: 'server' });
  const all = [...(read.ok ? [] : read.problems), ...read.ignored];
  return all.map(({ path, message, hint }) => `${path}: ${message} | ${hint ?? ''}`);
}

it.each([
  [
    'boot: {methd: minimal}',
    'boot.method: required key not provided | Did you mean "method" instead of "methd"?',
  ],
  ['boot: {method: minimal, promts: [a]}', 'boot.promts: unknown key | Did you mean "prompts"?'],
  ['boot: {method: u-bot}', 'boot.method: "u-bot" is not a known method | Did you mean "u-boot"?'],
  ['bot: {method: minimal}', 'bot: unknown action | Did you mean "boot"?'],
  ['reboot: {method: minimal}', 'reboot: unknown action | Did you mean "boot"?'],
  ['flash: {to: tmpfs}', 'flash: unknown action | Use boot, command, deploy or test.'],
  ['deploy: {too: overlay}', 'deploy.to: required key not provided | Did you mean "to" instead of "too"?'],
  ['deploy: {to: overlya}', 'deploy.to: "overlya" is not a known destination | Did you mean "overlay"?'],
  [
    'test: {defintions: []}',
    'test: requires definitions, interactive or monitors | Did you mean "definitions"?',
  ],
  ['test: {}', 'test: requires definitions, interactive or monitors | Add one of them.'],
  ['command: {nam: x}', 'command.name: required key not provided | Did you mean "name" instead of "nam"?'],
])('%s', (action, problem) => {
  expect(problemsOf(`${head}actions:\n- ${action}\n`)).toEqual([`actions[0].${problem}`]);
});

it('keys of the job itself', () => {
  expect(problemsOf(`${head.replace('job_name', 'job_nam')}actions: []\nvisibilty: public\n`)).toEqual([
    'visibilty: unknown key | ',
    'job_name: required key not provided | Did you mean "job_name" instead of "job_nam"?',
  ]);
});

it('problems do not hide keys that LAVA ignores', () => {
  const actions = 'actions:\n- boot: {method: u-bot}\n- boot: {method: minimal, promts: [a]}\n';
  expect(problemsOf(`${head}${actions}`)).toEqual([
    'actions[0].boot.method: "u-bot" is not a known method | Did you mean "u-boot"?',
    'actions[1].boot.promts: unknown key | Did you mean "prompts"?',
  ]);
});
